"""What a vendor is asked to do for a request, and what it gives back; pure."""

from collections.abc import Iterable, Mapping

from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence, say
from portal.person_requests.rules.kinds import RequestKind
from portal.vendors.rules.facts import Labelled


class TaskKind(Labelled):
    """What the vendor is asked to do (RGPD art. 28(3)(e))."""

    SEARCH = "chercher", N_("Chercher les données de la personne")
    EXPORT = "extraire", N_("Extraire ses données et nous les remettre")
    RECTIFY = "corriger", N_("Corriger ses données")
    ERASE = "effacer", N_("Effacer ses données")
    RESTRICT = "geler", N_("Geler l'usage de ses données")
    STOP = "arreter", N_("Cesser de l'appeler et de lui écrire")
    INFORM = "informer", N_("Prendre note : sa demande a été suivie (art. 19)")
    WITHDRAW = "retractation", N_("Traiter la rétractation : retour et remboursement")


class TaskState(Labelled):
    """Where it stands."""

    ASKED = "demandee", N_("Demandée")
    DONE = "rendue", N_("Rendue, à vérifier")
    ACCEPTED = "acceptee", N_("Vérifiée")
    CANCELLED = "annulee", N_("Annulée")

    @property
    def is_open(self) -> bool:
        """Whether somebody still has something to do about it."""
        return self in {TaskState.ASKED, TaskState.DONE}


class TaskOutcome(Labelled):
    """What the vendor says came of it."""

    DONE = "fait", N_("C'est fait")
    NOTHING = "rien", N_("Nous n'avons rien sur cette personne")
    IMPOSSIBLE = "impossible", N_("Impossible, voici pourquoi")

    @property
    def takes_proof(self) -> bool:
        """Whether nothing but a file proves it."""
        return self is TaskOutcome.DONE


PROPOSED: Mapping[RequestKind, TaskKind] = {
    RequestKind.ACCESS: TaskKind.EXPORT,
    RequestKind.RECTIFICATION: TaskKind.RECTIFY,
    RequestKind.ERASURE: TaskKind.ERASE,
    RequestKind.RESTRICTION: TaskKind.RESTRICT,
    RequestKind.PORTABILITY: TaskKind.EXPORT,
    RequestKind.OBJECTION: TaskKind.STOP,
    RequestKind.MARKETING: TaskKind.STOP,
    RequestKind.DECISION: TaskKind.SEARCH,
    RequestKind.CONSENT: TaskKind.STOP,
    RequestKind.CONTRACT: TaskKind.WITHDRAW,
}
"""What is asked of a vendor first, by what the person asks."""


@dataclass(frozen=True)
class TaskFacts:
    """What is known of one task before the request moves."""

    kind: TaskKind
    state: TaskState


def missing_before_answer(tasks: Iterable[TaskFacts]) -> Sentence | None:
    """What still waits with a vendor: an answer that says « done » before it is would be false."""
    waiting = sum(one.state.is_open and one.kind is not TaskKind.INFORM for one in tasks)
    if not waiting:
        return None
    return say(
        "Des demandes à un sous-traitant attendent encore (%(n)s) : vérifiez-les ou annulez-les d'abord.", n=waiting
    )


def missing_before_closing(
    kind: RequestKind, *, is_refused: bool, tasks: Iterable[TaskFacts], recipients: str
) -> Sentence | None:
    """What the law still asks for: no task open, and recipients told, or why none was (RGPD art. 19).

    `recipients` are words that have been found to say something, or nothing.

    >>> str(missing_before_closing(RequestKind.ERASURE, is_refused=False, tasks=(), recipients=""))[:30]
    'Dites à quels destinataires la'
    >>> missing_before_closing(RequestKind.ACCESS, is_refused=False, tasks=(), recipients="") is None
    True
    """
    held = list(tasks)
    if any(one.state.is_open for one in held):
        return missing_before_answer(held) or say("Un sous-traitant n'a pas encore pris note : attendez-le ou annulez.")
    told = any(one.state is TaskState.ACCEPTED for one in held)
    if kind.informs_recipients and not is_refused and not told and not recipients:
        return say(
            "Dites à quels destinataires la demande a été transmise, ou pourquoi à aucun : l'article 19 le demande."
        )
    return None
