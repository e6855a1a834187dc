"""What the page of a request shows: its term with the steps, what vendors were asked, what may be done."""

from collections.abc import Sequence
from datetime import date

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence, say
from portal.person_requests import queries
from portal.person_requests.identity import RequestingPerson, person_of
from portal.person_requests.letters import RequestLetter, letters_for
from portal.person_requests.models import PersonRequest, RequestTask
from portal.person_requests.rules.entrusted import TaskState, missing_before_answer
from portal.person_requests.rules.kinds import ARTICLES
from portal.person_requests.rules.life import RequestAct, RequestState, offered_acts
from portal.person_requests.rules.standing import Punctuality, punctuality
from portal.person_requests.rules.term import RequestTerm
from portal.person_requests.services import term_of_request

A, S = RequestAct, RequestState
SOON_DAYS = 7
TONES = {Punctuality.NONE: "neutral", Punctuality.IN_TIME: "ok", Punctuality.UNPROVED: "danger"}


@dataclass(frozen=True)
class DayCount:
    """A number of days as a value of a sentence."""

    days: int

    def read(self, language: Language) -> str:
        """In words."""
        unit = "day" if language is Language.EN else "jour"
        return f"{self.days} {unit}{'s' if self.days > 1 else ''}"


@dataclass(frozen=True)
class ShownTerm:
    """How a request stands against its term, in a sentence."""

    due: date
    verdict: Sentence
    tone: str


@dataclass(frozen=True)
class RequestPage:
    """All of it."""

    request: PersonRequest
    article: str
    person: RequestingPerson | None
    """None for whoever does not work requests, and once forgotten."""
    may_know: bool
    term: RequestTerm
    shown: ShownTerm
    tasks: Sequence[RequestTask]
    acts: Sequence[RequestAct]
    next_act: RequestAct | None
    letters: Sequence[RequestLetter]


def request_page(ctx: Context, request: PersonRequest) -> RequestPage:
    """The page of a request within reach."""
    tasks = queries.tasks_of(ctx, request)
    may_know = ctx.can(Permission.REQUEST_WORK, request)
    acts = [act for act in offered_acts(request.state, request.kind) if _is_sensible(act, request, tasks)]
    following = next_act(request, tasks)
    return RequestPage(
        request, ARTICLES[request.kind], person_of(ctx, request) if may_know else None, may_know,
        term_of_request(request), shown_term(request, ctx.today), tasks, acts,
        following if following in acts else None, letters_for(request) if may_know else (),
    )  # fmt: skip


def next_act(request: PersonRequest, tasks: Sequence[RequestTask]) -> RequestAct | None:
    """The one thing to do next; none while a vendor's return is to be looked at first."""
    if request.state in {S.ANSWERED, S.REFUSED}:
        return A.CLOSE
    if request.acknowledged_on is None:
        return A.ACKNOWLEDGE
    if request.is_paused:
        return A.IDENTIFY
    if any(one.state.is_open for one in tasks):
        return None
    return A.ANSWER if any(one.state is TaskState.ACCEPTED for one in tasks) else A.ENTRUST


def _is_sensible(act: RequestAct, request: PersonRequest, tasks: Sequence[RequestTask]) -> bool:
    """What would be refused is not offered."""
    if act is A.IDENTIFY:
        return request.is_paused
    if act is A.DOUBT:
        return not request.is_paused
    if act is A.ANSWER:
        return not request.is_paused and missing_before_answer(one.facts for one in tasks) is None
    if act is A.DROP:
        return not any(one.state.is_open for one in tasks)
    if act is A.RESUME:
        return request.sealed is not None
    return act is not A.EXTEND or request.extended_on is None


def shown_term(request: PersonRequest, today: date) -> ShownTerm:
    """How it stands; the proof must be loaded."""
    found = punctuality(request.answer_facts, today)
    if found is Punctuality.WAITING:
        verdict, tone = _waiting(request, (request.due_on - today).days)
    elif found is Punctuality.OVERDUE:
        verdict, tone = say("Délai dépassé de %(days)s", days=DayCount((today - request.due_on).days)), "danger"
    elif found is Punctuality.LATE and request.told_on is not None:
        late = DayCount((request.told_on - request.due_on).days)
        verdict, tone = say("Répondue %(days)s trop tard", days=late), "warning"
    else:
        verdict, tone = say(found.label), TONES.get(found, "danger")
    return ShownTerm(request.due_on, verdict, tone)


def _waiting(request: PersonRequest, left: int) -> tuple[Sentence, str]:
    if request.is_paused:
        days = DayCount(left)
        return say("Identité en doute ; terme dans %(days)s, sans compter l'attente", days=days), "warning"
    if not left:
        return say("Dernier jour pour répondre"), "danger"
    return say("Il reste %(days)s pour répondre", days=DayCount(left)), "warning" if left <= SOON_DAYS else "info"
