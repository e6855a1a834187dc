"""The life of an announced change as a table of states and acts; pure. What is not in the table is refused."""

from collections.abc import Mapping

from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence, say
from portal.vendors.rules.facts import Labelled


class ChangeState(Labelled):
    """Where an announced change stands with us."""

    RECEIVED = "recu", N_("Reçu, à lire")
    STUDIED = "a_l_etude", N_("À l'étude")
    DECIDED = "decide", N_("Décidé, réponse à envoyer")
    ANSWERED = "repondu", N_("Répondu")
    DISMISSED = "sans_suite", N_("Écarté : rien ne change")

    @property
    def is_waiting(self) -> bool:
        """Whether no answer has left yet: the contract's delay runs."""
        return self in WAITING


S = ChangeState
WAITING = (S.RECEIVED, S.STUDIED, S.DECIDED)


class ChangeAct(Labelled):
    """What is done with an announced change, as a button says it."""

    RETAIN = "retenir", N_("Retenir ce qui change")
    ASK = "demander-un-avis", N_("Demander un avis")
    ADVISE = "donner-un-avis", N_("Donner mon avis")
    DECIDE = "decider", N_("Décider")
    ANSWER = "repondre", N_("Envoyer la réponse")
    DISMISS = "ecarter", N_("Écarter : rien ne change")
    RESUME = "reprendre", N_("Reprendre l'étude")


@dataclass(frozen=True)
class ChangeRule:
    """One line of the table: the states an act is done in, with the state each leads to; what is noted."""

    leads: Mapping[ChangeState, ChangeState]
    noted: str
    """The action of the journal."""


def _to(target: ChangeState, *sources: ChangeState) -> Mapping[ChangeState, ChangeState]:
    return dict.fromkeys(sources, target)


A = ChangeAct
ACTS: Mapping[ChangeAct, ChangeRule] = {
    A.RETAIN: ChangeRule(_to(S.STUDIED, S.RECEIVED), "change.retained"),
    A.ASK: ChangeRule(_to(S.STUDIED, S.STUDIED), "change.opinion_asked"),
    A.ADVISE: ChangeRule(_to(S.STUDIED, S.STUDIED), "change.opinion_given"),
    A.DECIDE: ChangeRule(_to(S.DECIDED, S.STUDIED, S.DECIDED), "change.decided"),
    A.ANSWER: ChangeRule(_to(S.ANSWERED, S.DECIDED), "change.answered"),
    A.DISMISS: ChangeRule(_to(S.DISMISSED, S.RECEIVED, S.STUDIED), "change.dismissed"),
    A.RESUME: ChangeRule(_to(S.RECEIVED, S.DECIDED, S.DISMISSED), "change.resumed"),
}
"""The whole table. What was answered stays: another announcement is another line."""


def leads_to(act: ChangeAct, state: ChangeState) -> ChangeState | None:
    """The state that an act leads to from another; none when the table has no such act there.

    >>> leads_to(ChangeAct.ANSWER, ChangeState.STUDIED), leads_to(ChangeAct.DECIDE, ChangeState.STUDIED)
    (None, <ChangeState.DECIDED: 'decide'>)
    """
    return ACTS[act].leads.get(state)


def refusal_of(act: ChangeAct, state: ChangeState) -> Sentence:
    """Why an act is not done from a state."""
    return say(
        "« %(act)s » : ce changement est « %(state)s », cela ne s'y fait pas.",
        act=say(act.label),
        state=say(state.label),
    )


class MoveKind(Labelled):
    """What the vendor does with a company."""

    ADD = "ajout", N_("Ajout")
    REPLACE = "remplacement", N_("Remplacement")
    REMOVE = "retrait", N_("Retrait")
    MOVE = "pays", N_("Changement de lieu")


class MoveStanding(Labelled):
    """Whether a person has said that a line is announced indeed."""

    PROPOSED = "propose", N_("À vérifier")
    RETAINED = "retenu", N_("Retenu")
    DISCARDED = "ecarte", N_("Écarté")


class ChangeDecision(Labelled):
    """What we answer."""

    ACCEPT = "accepter", N_("Accepter")
    CONDITIONS = "conditions", N_("Accepter sous conditions")
    OBJECT = "opposition", N_("S'opposer")

    @property
    def lets_through(self) -> bool:
        """Whether the chain changes; under conditions too: the letter says that they come first."""
        return self is not ChangeDecision.OBJECT


class Opinion(Labelled):
    """What somebody who was asked thinks."""

    FAVOURABLE = "favorable", N_("Favorable")
    CONDITIONS = "conditions", N_("Favorable sous conditions")
    AGAINST = "defavorable", N_("Défavorable")
