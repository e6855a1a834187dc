"""The life of a request as a table of states and acts; pure. What is not in the table is refused."""

from collections.abc import Mapping

from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence, say
from portal.person_requests.rules.kinds import RequestKind
from portal.vendors.rules.facts import Labelled


class RequestState(Labelled):
    """Where a request stands with us."""

    RECEIVED = "recue", N_("Reçue")
    WORKING = "en_cours", N_("En cours")
    ANSWERED = "repondue", N_("Répondue")
    REFUSED = "refusee", N_("Refusée")
    CLOSED = "close", N_("Close")
    DROPPED = "sans_objet", N_("Sans objet")

    @property
    def is_waiting(self) -> bool:
        """Whether the person still waits for an answer: the clock runs."""
        return self in {RequestState.RECEIVED, RequestState.WORKING}

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be done."""
        return self in {RequestState.CLOSED, RequestState.DROPPED}


S = RequestState
WAITING = tuple(state for state in RequestState if state.is_waiting)


class RequestAct(Labelled):
    """What is done with a request, as a button says it."""

    ACKNOWLEDGE = "accuser", N_("Noter l'accusé de réception")
    ENTRUST = "confier", N_("Demander à un sous-traitant")
    ANSWER = "repondre", N_("Noter la réponse")
    EXTEND = "prolonger", N_("Prolonger de deux mois")
    DOUBT = "douter", N_("Demander de prouver l'identité")
    IDENTIFY = "identifier", N_("Noter l'identité établie")
    REFUSE = "refuser", N_("Noter un refus")
    DATE = "dater", N_("Corriger les dates de réception")
    CLOSE = "clore", N_("Clore")
    DROP = "sans-objet", N_("Noter une demande sans objet")
    RESUME = "reprendre", N_("Reprendre la demande")


@dataclass(frozen=True)
class RequestRule:
    """One line of the table: the states an act is done in, with the state each leads to; what is noted."""

    leads: Mapping[RequestState, RequestState]
    noted: str
    """The action of the journal."""
    data_protection_only: bool = False
    """Whether consumer law has no such thing."""


def _to(target: RequestState, *sources: RequestState) -> Mapping[RequestState, RequestState]:
    return dict.fromkeys(sources, target)


A = RequestAct
ACTS: Mapping[RequestAct, RequestRule] = {
    A.ACKNOWLEDGE: RequestRule(_to(S.WORKING, *WAITING), "person_request.acknowledged"),
    A.ENTRUST: RequestRule({**_to(S.WORKING, *WAITING), S.ANSWERED: S.ANSWERED}, "person_request.entrusted"),
    A.ANSWER: RequestRule(_to(S.ANSWERED, *WAITING), "person_request.answered"),
    A.EXTEND: RequestRule(_to(S.WORKING, *WAITING), "person_request.extended", data_protection_only=True),
    A.DOUBT: RequestRule(_to(S.WORKING, *WAITING), "person_request.doubted", data_protection_only=True),
    A.IDENTIFY: RequestRule(_to(S.WORKING, S.WORKING), "person_request.identified", data_protection_only=True),
    A.REFUSE: RequestRule(_to(S.REFUSED, *WAITING), "person_request.refused"),
    A.DATE: RequestRule({state: state for state in WAITING}, "person_request.dated"),
    A.CLOSE: RequestRule(_to(S.CLOSED, S.ANSWERED, S.REFUSED), "person_request.closed"),
    A.DROP: RequestRule(_to(S.DROPPED, *WAITING), "person_request.dropped"),
    A.RESUME: RequestRule(_to(S.WORKING, S.ANSWERED, S.REFUSED, S.CLOSED, S.DROPPED), "person_request.resumed"),
}
"""The whole table."""


def leads_to(act: RequestAct, state: RequestState, kind: RequestKind) -> RequestState | None:
    """The state that an act leads to from another; none when the table has no such act there.

    >>> leads_to(RequestAct.CLOSE, RequestState.WORKING, RequestKind.ACCESS) is None
    True
    >>> leads_to(RequestAct.EXTEND, RequestState.WORKING, RequestKind.CONTRACT) is None
    True
    """
    rule = ACTS[act]
    return None if rule.data_protection_only and kind.is_consumer_law else rule.leads.get(state)


def refusal_of(act: RequestAct, state: RequestState) -> Sentence:
    """Why an act is not done from a state."""
    return say(
        "« %(act)s » : cette demande est « %(state)s », cela ne s'y fait pas.",
        act=say(act.label),
        state=say(state.label),
    )


def offered_acts(state: RequestState, kind: RequestKind) -> tuple[RequestAct, ...]:
    """What we may do with a request, in the order of the table."""
    return tuple(act for act in RequestAct if leads_to(act, state, kind) is not None)
