"""What is timed in a drill: each step with the rule that stops its clock, its minutes, and those of the time before."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence, say
from portal.vendors.rules.facts import Labelled


class DrillKind(Labelled):
    """What is rehearsed."""

    BREACH = "fuite", N_("Un prestataire a une fuite")
    AUTHORITY = "controle", N_("La CNIL demande un dossier")


class DrillStepKind(Labelled):
    """A step whose minutes are measured; it is reached by the rule of the true thing, and by that alone."""

    AWARE = "connaissance", N_("Violation consignée, prise de connaissance datée")
    MAP = "carte", N_("Traitements touchés et nombre de personnes retenus")
    CONTENT = "contenu", N_("Contenu de l'article 33(3) complet")
    VENDOR = "prestataire", N_("Prestataire interrogé par écrit")
    DECIDED = "decision", N_("Décision prise : CNIL et personnes")
    NOTIFICATION = "notification", N_("Contenu de la notification à la CNIL, complet et sorti")
    LETTER = "message", N_("Message aux personnes, complet et sorti")
    ASKED = "demande", N_("Dossier demandé")
    BUILT = "archive", N_("Archive constituée")
    CONTRACT = "contrat", N_("Contrat en vigueur, avec sa copie signée")
    COVERAGE = "couverture", N_("Couverture de l'article 28, sans manque")
    PROOFS = "preuves", N_("Audits et preuves, sans manque")
    RECORDS = "registre", N_("Extrait du registre, sans manque")
    READY = "remise", N_("Archive complète, téléchargée")

    @property
    def rule(self) -> str:
        """What stops its clock, marked for translation."""
        return _RULES[self]


S = DrillStepKind
STEPS: Mapping[DrillKind, tuple[DrillStepKind, ...]] = {
    DrillKind.BREACH: (S.AWARE, S.MAP, S.CONTENT, S.VENDOR, S.DECIDED, S.NOTIFICATION, S.LETTER),
    DrillKind.AUTHORITY: (S.ASKED, S.BUILT, S.CONTRACT, S.COVERAGE, S.PROOFS, S.RECORDS, S.READY),
}
_RULES: Mapping[DrillStepKind, str] = {
    S.AWARE: N_("La violation est consignée chez ce prestataire, et n'est pas retirée comme une erreur."),
    S.MAP: N_("Au moins une fiche du registre est retenue, ou la carte n'en propose aucune ; le nombre est dit."),
    S.CONTENT: N_("Chaque élément que demande l'article 33(3) est connu et dit quelque chose."),
    S.VENDOR: N_("Une question lui est posée sur cette violation : le message serait parti."),
    S.DECIDED: N_("Le risque est évalué, la CNIL notifiée ou non avec un motif, les personnes informées s'il le faut."),
    S.NOTIFICATION: N_("Sorti en Word ou PDF sans blanc que demande l'article 33(3) ; ou non-notification décidée."),
    S.LETTER: N_("Sorti sans blanc que demande l'article 34(2) ; ou risque décidé non élevé, ou exception motivée."),
    S.ASKED: N_("Le dossier est demandé sur ce sujet, à cette date."),
    S.BUILT: N_("Son archive est faite."),
    S.CONTRACT: N_("L'archive porte un contrat en vigueur ce jour-là et sa copie signée."),
    S.COVERAGE: N_("La rubrique des contrats ne dit aucun manque."),
    S.PROOFS: N_("Les rubriques des audits et des preuves ne disent aucun manque."),
    S.RECORDS: N_("La rubrique du registre ne dit aucun manque."),
    S.READY: N_("Toutes les étapes sont franchies, et cette archive a été téléchargée."),
}


@dataclass(frozen=True)
class StepTime:
    """How long a step took, in whole minutes from the start; None when it was not reached."""

    step: DrillStepKind
    minutes: int | None
    by: str = ""
    before: int | None = None
    """In the drill before, None when it was not reached there, or when there was none."""

    @property
    def gained(self) -> int | None:
        """Minutes fewer than the time before; negative when it took longer. None when one of them is unknown."""
        return None if self.minutes is None or self.before is None else self.before - self.minutes


def step_times(
    kind: DrillKind,
    begun_at: datetime,
    reached: Mapping[DrillStepKind, tuple[datetime, str]],
    before: Mapping[DrillStepKind, int],
) -> tuple[StepTime, ...]:
    """Every step in its order, with its minutes; one that was not reached has none, never zero."""
    found = []
    for step in STEPS[kind]:
        at, by = reached.get(step, (None, ""))
        minutes = None if at is None else int((at - begun_at).total_seconds() // 60)
        found.append(StepTime(step, minutes, by, before.get(step)))
    return tuple(found)


def verdict_of(times: Sequence[StepTime], aim: int | None) -> tuple[Sentence, str]:
    """The outcome in a sentence, and its tone: unfinished is never good, whatever the minutes.

    >>> str(verdict_of([StepTime(S.ASKED, 3), StepTime(S.BUILT, None)], 60)[0])
    'Étapes franchies\u202f: 1 sur 2.'
    """
    missed = [one for one in times if one.minutes is None]
    if missed or not times:
        tone = "danger" if len(missed) * 2 > len(times) else "warning"
        return say("Étapes franchies : %(done)s sur %(all)s.", done=len(times) - len(missed), all=len(times)), tone
    total = max(one.minutes or 0 for one in times)
    if aim is None:
        return say("Toutes les étapes franchies en %(total)s min.", total=total), "ok"
    if total <= aim:
        return say("Toutes les étapes en %(total)s min, objectif de %(aim)s tenu.", total=total, aim=aim), "ok"
    return say("Toutes les étapes en %(total)s min ; l'objectif était %(aim)s.", total=total, aim=aim), "warning"
