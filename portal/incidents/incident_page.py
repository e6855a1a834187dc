"""What the page of a breach shows: its clocks with their steps, what is known, what is missing, what may be done."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.core.dates import duration_in_words
from portal.core.language import Language, Sentence, say
from portal.findings.models import Finding
from portal.incidents import queries
from portal.incidents.affected_processing import held_lines
from portal.incidents.facts_page import FACT_LABELS, fact_rows, line_text, said_rows
from portal.incidents.findings import findings_of
from portal.incidents.letters import BreachLetter
from portal.incidents.models import Incident, IncidentStatement
from portal.incidents.rules.breach_facts import BreachFacts, differences
from portal.incidents.rules.clocks import BreachClock, contract_clock
from portal.incidents.rules.content import ContentItem, content_of, known_among
from portal.incidents.rules.decision import Answered, RiskLevel, RiskQuestion, missing_before_closing
from portal.incidents.rules.life import IncidentAct, IncidentState, offered_acts
from portal.incidents.services import clock_of

A, S = IncidentAct, IncidentState
NEXT: dict[IncidentState, IncidentAct] = {S.DECLARED: A.ASSESS, S.NOTIFIED: A.CLOSE, S.UNNOTIFIED: A.CLOSE}
"""The one thing to do next; while it is assessed, that depends on the risk."""


@dataclass(frozen=True)
class ShownClock:
    """A clock in words."""

    due: datetime
    verdict: Sentence
    tone: str


@dataclass(frozen=True)
class ContractLine:
    """What one contract gave the vendor, and whether it was kept."""

    contract_id: int
    title: str
    hours: int
    quote: str
    clock: ShownClock | None
    """None while it is not known when the vendor noticed."""


@dataclass(frozen=True)
class ShownStatement:
    """Something that was said, in words."""

    statement: IncidentStatement
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class IncidentPage:
    """All of it."""

    incident: Incident
    facts: Sequence[tuple[str, str]]
    clock: BreachClock
    shown_clock: ShownClock
    contracts: Sequence[ContractLine]
    content: Sequence[ContentItem]
    known: int
    statements: Sequence[ShownStatement]
    otherwise: Sequence[tuple[str, str]]
    """What the vendor says otherwise than we retain."""
    answers: Sequence[tuple[str, str]]
    acts: Sequence[IncidentAct]
    next_act: IncidentAct | None
    findings: Sequence[Finding]
    affected: Sequence[str]
    """The lines of the register retained, in words."""
    is_cut: bool = False
    """Whether older words than `statements` are left out."""
    letters: Sequence[BreachLetter] = tuple(BreachLetter)


def incident_page(ctx: Context, incident: Incident, language: Language) -> IncidentPage:
    """The page of a breach within reach, in a few statements."""
    services = queries.service_names(ctx, incident.vendor_id)
    known = incident.known
    content = content_of(known)
    told, is_cut = queries.statements_of(ctx, incident)
    statements = [ShownStatement(one, said_rows(one.said, services, language)) for one in told]
    theirs = BreachFacts.of(incident.vendor_facts)
    names = [name for name in FACT_LABELS if name in differences(known, theirs)] if incident.vendor_facts else []
    return IncidentPage(
        incident, fact_rows(known, services, language), clock_of(incident.aware_at),
        authority_verdict(incident, ctx.now), list(contract_lines(incident)), content, known_among(content),
        statements, fact_rows(theirs, services, language, names=names), list(_answers(incident)),
        [act for act in offered_acts(incident.state) if _is_sensible(act, incident)], next_act(incident),
        findings_of(ctx, incident), [line_text(one, language) for one in held_lines(incident)], is_cut,
    )  # fmt: skip


def next_act(incident: Incident) -> IncidentAct | None:
    """The one thing to do next: persons at high risk are told before anything is closed (art. 34)."""
    if incident.state is not S.ASSESSING:
        act = NEXT.get(incident.state)
        return act if act is None or _is_sensible(act, incident) else A.INFORM
    if incident.risk is None:
        return A.ASSESS
    return A.NOTIFY if incident.risk is not RiskLevel.UNLIKELY else A.SPARE


def _is_sensible(act: IncidentAct, incident: Incident) -> bool:
    """What would be refused is not offered."""
    if act is A.NOTIFY:
        return incident.risk is not None
    if act is A.CLOSE:
        return missing_before_closing(incident.closing_facts) is None
    return act is not A.SPARE or incident.risk is RiskLevel.UNLIKELY


def authority_verdict(incident: Incident, now: datetime) -> ShownClock:
    """The 72 hours in a sentence: what is left of them, or whether the notification came in time."""
    due = incident.notify_by
    if incident.notified_at is not None:
        if incident.notified_at <= due:
            return ShownClock(due, say("CNIL notifiée dans les 72 heures"), "ok")
        return ShownClock(
            due, say("CNIL notifiée %(late)s après le terme", late=_length(incident.notified_at, due)), "warning"
        )
    if not incident.state.is_undecided:
        return ShownClock(due, say("Pas de notification à faire"), "neutral")
    if now > due:
        return ShownClock(due, say("72 heures dépassées de %(late)s", late=_length(now, due)), "danger")
    left = _length(due, now)
    return ShownClock(
        due, say("Il reste %(left)s pour notifier", left=left), "danger" if (due - now).days < 1 else "warning"
    )


@dataclass(frozen=True)
class _Minutes:
    """A length of time, read in the reader's language."""

    minutes: int

    def read(self, language: Language) -> str:
        """In words: hours up to four days, days beyond."""
        days = self.minutes // (60 * 24)
        if days > 3:
            return f"{days} days" if language is Language.EN else f"{days} jours"
        return duration_in_words(self.minutes, language) or ("a minute" if language is Language.EN else "une minute")


def _length(later: datetime, sooner: datetime) -> _Minutes:
    return _Minutes(int((later - sooner).total_seconds() // 60))


def contract_lines(incident: Incident) -> Iterator[ContractLine]:
    """Each contract's delay, with whether the vendor kept it; what cannot be known is not guessed."""
    noticed = incident.known.noticed_at
    told = incident.declared_at if incident.from_vendor else incident.aware_at
    for term in incident.contract_terms:
        clock = None
        if noticed is not None:
            due = contract_clock(noticed, term["hours"]).due
            late = told > due
            verdict = say("Dépassé de %(late)s", late=_length(told, due)) if late else say("Tenu")
            clock = ShownClock(due, verdict, "danger" if late else "ok")
        yield ContractLine(term["contract_id"], term["title"], term["hours"], term["quote"], clock)


def _answers(incident: Incident) -> Iterator[tuple[str, str]]:
    for question in RiskQuestion:
        if question.value in incident.answers:
            yield question.label, Answered(incident.answers[question.value]).label


def amended_values(incident: Incident) -> dict[str, Any]:
    """What the form of the facts is shown with."""
    known = incident.known
    return {name: getattr(known, name) for name in FACT_LABELS}
