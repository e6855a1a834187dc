"""The life of a breach as a table of states and acts; pure. What is not in the table is refused."""

from collections.abc import Mapping

from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence, say
from portal.vendors.rules.facts import Labelled


class IncidentState(Labelled):
    """Where a breach stands with us."""

    DECLARED = "declaree", N_("Déclarée")
    ASSESSING = "en_evaluation", N_("En cours d'évaluation")
    NOTIFIED = "notifiee", N_("Notifiée à la CNIL")
    UNNOTIFIED = "non_notifiee", N_("Non notifiée, motif consigné")
    CLOSED = "close", N_("Close")
    MISTAKEN = "erreur", N_("Déclarée par erreur")

    @property
    def is_undecided(self) -> bool:
        """Whether nobody has decided yet whether the authority is notified: the clock runs."""
        return self in {IncidentState.DECLARED, IncidentState.ASSESSING}

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be done."""
        return self in {IncidentState.CLOSED, IncidentState.MISTAKEN}


S = IncidentState
UNDECIDED = tuple(state for state in IncidentState if state.is_undecided)
LIVE = tuple(state for state in IncidentState if not state.is_over)


class IncidentAct(Labelled):
    """What is done with a breach, as a button says it."""

    ADD = "completer", N_("Ajouter ce que vous apprenez")
    ASSESS = "evaluer", N_("Évaluer le risque")
    NOTIFY = "notifier", N_("Noter la notification à la CNIL")
    SPARE = "ne-pas-notifier", N_("Décider de ne pas notifier")
    INFORM = "informer", N_("Noter l'information des personnes")
    AMEND = "corriger", N_("Corriger les faits retenus")
    MAP = "traitements", N_("Dire les traitements concernés")
    DATE = "connaissance", N_("Dire quand nous en avons eu connaissance")
    ASK = "demander", N_("Demander une précision au prestataire")
    NOTE = "noter", N_("Ajouter une note interne")
    CLOSE = "clore", N_("Clore")
    WITHDRAW = "retirer", N_("Noter une déclaration faite par erreur")
    RESUME = "reprendre", N_("Reprendre l'évaluation")


@dataclass(frozen=True)
class IncidentRule:
    """One line of the table: the states an act is done in, with the state each leads to; whose act; what is noted."""

    leads: Mapping[IncidentState, IncidentState]
    noted: str
    """The action of the journal."""
    by_vendor: bool = False
    """Whether it is an act of the vendor; every other is ours."""


def _to(target: IncidentState, *sources: IncidentState) -> Mapping[IncidentState, IncidentState]:
    return dict.fromkeys(sources, target)


def _stay(*states: IncidentState) -> Mapping[IncidentState, IncidentState]:
    return {state: state for state in states}


A = IncidentAct
ACTS: Mapping[IncidentAct, IncidentRule] = {
    A.ADD: IncidentRule(_stay(*(state for state in S if state is not S.MISTAKEN)), "incident.added", by_vendor=True),
    A.ASSESS: IncidentRule(_to(S.ASSESSING, *UNDECIDED), "incident.assessed"),
    A.NOTIFY: IncidentRule(_to(S.NOTIFIED, S.ASSESSING, S.NOTIFIED), "incident.notified"),
    A.SPARE: IncidentRule(_to(S.UNNOTIFIED, S.ASSESSING), "incident.spared"),
    A.INFORM: IncidentRule(_stay(S.ASSESSING, S.NOTIFIED), "incident.persons_told"),
    A.AMEND: IncidentRule(_stay(*LIVE), "incident.amended"),
    A.MAP: IncidentRule(_stay(*LIVE), "incident.mapped"),
    A.DATE: IncidentRule(_stay(*UNDECIDED), "incident.awareness_set"),
    A.ASK: IncidentRule(_stay(*LIVE), "incident.asked"),
    A.NOTE: IncidentRule(_stay(*S), "incident.note"),
    A.CLOSE: IncidentRule(_to(S.CLOSED, S.NOTIFIED, S.UNNOTIFIED), "incident.closed"),
    A.WITHDRAW: IncidentRule(_to(S.MISTAKEN, *UNDECIDED), "incident.withdrawn"),
    A.RESUME: IncidentRule(_to(S.ASSESSING, S.NOTIFIED, S.UNNOTIFIED, S.CLOSED, S.MISTAKEN), "incident.resumed"),
}
"""The whole table."""
OURS = tuple(act for act, rule in ACTS.items() if not rule.by_vendor)


def leads_to(act: IncidentAct, state: IncidentState) -> IncidentState | None:
    """The state that an act leads to from another; none when the table has no such act there.

    >>> leads_to(IncidentAct.SPARE, IncidentState.ASSESSING), leads_to(IncidentAct.CLOSE, IncidentState.DECLARED)
    (<IncidentState.UNNOTIFIED: 'non_notifiee'>, None)
    """
    return ACTS[act].leads.get(state)


def refusal_of(act: IncidentAct, state: IncidentState) -> Sentence:
    """Why an act is not done from a state."""
    return say(
        "« %(act)s » : cette violation est « %(state)s », cela ne s'y fait pas.",
        act=say(act.label),
        state=say(state.label),
    )


def offered_acts(state: IncidentState) -> tuple[IncidentAct, ...]:
    """What we may do with a breach, in the order of the table."""
    return tuple(act for act in OURS if state in ACTS[act].leads)
