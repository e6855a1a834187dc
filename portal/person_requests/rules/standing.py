"""Whether a request was answered in time, and how many were; pure. What is not proved is not in time."""

from collections.abc import Iterable
from datetime import date

from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.person_requests.rules.life import RequestState
from portal.vendors.rules.facts import Labelled


class Punctuality(Labelled):
    """How an answer stands against its term."""

    IN_TIME = "dans_les_temps", N_("Répondue dans le délai")
    LATE = "en_retard", N_("Répondue en retard")
    OVERDUE = "depassee", N_("Délai dépassé, sans réponse")
    WAITING = "en_attente", N_("En attente de réponse")
    UNPROVED = "sans_preuve", N_("Réponse sans preuve")
    NONE = "sans_objet", N_("Sans objet")


@dataclass(frozen=True)
class AnswerFacts:
    """What is known of the answer to a request."""

    state: RequestState
    start: date
    due: date
    told_on: date | None
    """The day of the answer, or on which the refusal was told."""
    proof_size: int | None
    """Bytes of what proves it; none without a file."""


def punctuality(facts: AnswerFacts, today: date) -> Punctuality:
    """How an answer stands against its term.

    >>> day = date(2026, 11, 2)
    >>> punctuality(AnswerFacts(RequestState.CLOSED, day, date(2026, 12, 2), date(2026, 11, 20), 900), day).value
    'dans_les_temps'
    >>> punctuality(AnswerFacts(RequestState.CLOSED, day, date(2026, 12, 2), date(2026, 11, 20), 0), day).value
    'sans_preuve'
    """
    if facts.state is RequestState.DROPPED:
        return Punctuality.NONE
    if facts.state.is_waiting:
        return Punctuality.OVERDUE if today > facts.due else Punctuality.WAITING
    if facts.told_on is None or facts.told_on < facts.start or not facts.proof_size:
        return Punctuality.UNPROVED
    return Punctuality.IN_TIME if facts.told_on <= facts.due else Punctuality.LATE


@dataclass(frozen=True)
class PunctualityCount:
    """« Answered in time »: so many, out of all those whose answer was given or is late."""

    in_time: int
    total: int
    dropped: int
    """Those without an object: they are left out, and said."""

    @property
    def is_whole(self) -> bool:
        """Whether every one was; nothing answered is not « all »."""
        return bool(self.total) and self.in_time == self.total


def counted(found: Iterable[AnswerFacts], today: date) -> PunctualityCount:
    """How many were answered in time; those that may still be answered in time count for nothing yet."""
    told = [punctuality(one, today) for one in found]
    aside = (Punctuality.NONE, Punctuality.WAITING)
    return PunctualityCount(
        told.count(Punctuality.IN_TIME), sum(one not in aside for one in told), told.count(Punctuality.NONE)
    )  # fmt: skip
