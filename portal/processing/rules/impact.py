"""« AIPD requise ? » (RGPD art. 35): two of the nine criteria, or a kind of processing of the authority's list."""

from collections.abc import Container, Iterable

from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence, say, say_count
from portal.processing.rules.sheets import ControllerSheet, ImpactCriterion
from portal.vendors.rules.facts import VULNERABLE_SUBJECTS, Labelled, SpecialCategory, Volume

ENOUGH = 2
"""Criteria from which an assessment is due in principle (WP 248 rev.01; CNIL)."""
LARGE = frozenset({Volume.UNDER_1M, Volume.OVER_1M})
"""From 100,000 people on: the guidelines give no figure; this one is ours and a criterion can be ticked below it."""


class ImpactNeed(Labelled):
    """Whether an impact assessment is due."""

    UNKNOWN = "inconnue", N_("AIPD à examiner")
    NOT_REQUIRED = "non_requise", N_("AIPD non requise")
    REQUIRED = "requise", N_("AIPD requise")
    DONE = "faite", N_("AIPD faite")


@dataclass(frozen=True)
class ImpactReason:
    """A criterion that is met, and what shows it."""

    criterion: ImpactCriterion
    because: str | Sentence


@dataclass(frozen=True)
class ImpactVerdict:
    """Whether an assessment is due, with the whole of its reason."""

    need: ImpactNeed
    reasons: tuple[ImpactReason, ...]
    listed: str
    """Key of its kind in the authority's list; empty when it is in none."""
    sentence: Sentence


def impact_of(sheet: ControllerSheet, listed: Container[str]) -> ImpactVerdict:
    """Whether a processing calls for an impact assessment; `listed` has the keys of the list.

    What its data, people and number show counts whether or not somebody ticked it; until somebody went through the
    criteria, what is not shown is unknown, and never « no ».
    """
    reasons = tuple(_reasons(sheet))
    kind = sheet.listed if sheet.listed in listed else ""
    if kind or len(reasons) >= ENOUGH:
        why = _why(len(reasons), kind)
        if sheet.assessed_on is not None:
            return ImpactVerdict(
                ImpactNeed.DONE, reasons, kind, say("%(why)s Faite le %(day)s.", why=why, day=sheet.assessed_on)
            )
        return ImpactVerdict(ImpactNeed.REQUIRED, reasons, kind, why)
    if not sheet.criteria_seen:
        told = say("Personne n'a passé en revue les neuf critères et la liste de la CNIL.")
        return ImpactVerdict(ImpactNeed.UNKNOWN, reasons, "", told)
    if reasons:
        told = say("Un critère sur neuf, et aucun cas de la liste de la CNIL : il en faut deux.")
    else:
        told = say("Aucun des neuf critères, et aucun cas de la liste de la CNIL.")
    return ImpactVerdict(ImpactNeed.NOT_REQUIRED, reasons, "", told)


def _why(count: int, kind: str) -> Sentence:
    if kind and count >= ENOUGH:
        return say("Elle est dans la liste de la CNIL, et %(count)s critères sur neuf sont réunis.", count=count)
    if kind:
        return say("Elle est dans la liste de la CNIL (art. 35-4).")
    return say_count(
        count, "%(num)s critère sur neuf est réuni : à partir de deux, elle est due en principe.",
        "%(num)s critères sur neuf sont réunis : à partir de deux, elle est due en principe.",
    )  # fmt: skip


def _reasons(sheet: ControllerSheet) -> Iterable[ImpactReason]:
    ticked = set(sheet.criteria)
    shown = _shown(sheet)
    for criterion in ImpactCriterion:
        if criterion in shown:
            yield ImpactReason(criterion, shown[criterion])
        elif criterion in ticked:
            yield ImpactReason(criterion, N_("dit par la personne qui a rempli la fiche"))


def _shown(sheet: ControllerSheet) -> dict[ImpactCriterion, str | Sentence]:
    """The criteria that other fields of the line show."""
    found: dict[ImpactCriterion, str | Sentence] = {}
    if any(isinstance(one.category, SpecialCategory) for one in sheet.data):
        found[ImpactCriterion.SENSITIVE] = N_("montré par les catégories de données")
    if VULNERABLE_SUBJECTS.intersection(sheet.subjects):
        found[ImpactCriterion.VULNERABLE] = N_("montré par les personnes concernées")
    if sheet.volume in LARGE:
        found[ImpactCriterion.LARGE] = N_("montré par le nombre de personnes")
    return found
