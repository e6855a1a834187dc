"""What a line of the register says: as controller (RGPD art. 30(1)) and as processor (art. 30(2)), each its own."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date

from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.vendors.rules.facts import DataCategory, DataSubject, Labelled, SpecialCategory, Volume

CATEGORIES: tuple[DataCategory | SpecialCategory, ...] = (
    *DataCategory, *(one for one in SpecialCategory if one is not SpecialCategory.UNSPECIFIED),
)  # fmt: skip
"""The categories of data of CNIL's model record: the ordinary ones, then those that the law singles out."""
CATEGORY_OF: Mapping[str, DataCategory | SpecialCategory] = {one.value: one for one in CATEGORIES}


class ActivityRole(Labelled):
    """As what an entity processes: it decides why and how, or does so for somebody else."""

    CONTROLLER = "responsable", N_("Responsable de traitement")
    PROCESSOR = "sous_traitant", N_("Sous-traitant")


class LegalBasis(Labelled):
    """What makes a processing lawful (RGPD art. 6(1)); not asked by art. 30, but by anyone who reads a register."""

    CONSENT = "consentement", N_("Consentement (art. 6-1 a)")
    CONTRACT = "contrat", N_("Exécution d'un contrat (art. 6-1 b)")
    LAW = "obligation_legale", N_("Obligation légale (art. 6-1 c)")
    VITAL = "interets_vitaux", N_("Sauvegarde d'intérêts vitaux (art. 6-1 d)")
    PUBLIC = "mission_publique", N_("Mission d'intérêt public (art. 6-1 e)")
    INTEREST = "interet_legitime", N_("Intérêt légitime (art. 6-1 f)")


class Safeguard(Labelled):
    """What frames a transfer outside the European Economic Area (RGPD art. 45 to 49)."""

    ADEQUACY = "adequation", N_("Décision d'adéquation")
    CLAUSES = "clauses_types", N_("Clauses contractuelles types")
    RULES = "regles_internes", N_("Règles d'entreprise contraignantes")
    CERTIFICATION = "code_certification", N_("Code de conduite ou certification")
    DEROGATION = "derogation", N_("Dérogation de l'article 49")


class ImpactCriterion(Labelled):
    """The nine criteria of the guidelines on impact assessments (WP 248 rev.01, endorsed by the EDPB)."""

    SCORING = "evaluation", N_("Évaluer ou noter des personnes, profilage")
    DECISION = "decision", N_("Décider automatiquement, avec un effet juridique ou aussi important")
    MONITORING = "surveillance", N_("Surveiller de façon systématique")
    SENSITIVE = "sensibles", N_("Données sensibles ou très personnelles")
    LARGE = "grande_echelle", N_("Grande échelle")
    MATCHING = "croisement", N_("Croiser des ensembles de données")
    VULNERABLE = "vulnerables", N_("Personnes vulnérables, dont salariés et mineurs")
    INNOVATION = "innovation", N_("Technique ou usage nouveau")
    EXCLUSION = "exclusion", N_("Priver d'un droit, d'un service ou d'un contrat")


@dataclass(frozen=True)
class HeldCategory:
    """A category of data that is processed, with when it is erased (art. 30(1)(c) and (f))."""

    category: DataCategory | SpecialCategory
    details: str = ""
    retention: str = ""


@dataclass(frozen=True)
class StatedTransfer:
    """A transfer outside the EEA (art. 30(1)(e), 30(2)(c)): to whom, where, framed by what, documented where."""

    recipient: str
    country: str = ""
    """ISO 3166 code."""
    safeguard: Safeguard | None = None
    document: str = ""


@dataclass(frozen=True)
class ServedController:
    """A controller that we process for (art. 30(2)(a)): its contact details, its representative or officer."""

    name: str
    contact: str = ""
    officer: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordSheet:
    """What both registers have in common."""

    name: str
    reference: str = ""
    in_charge: str = ""
    """The team that runs it."""
    started_on: date | None = None
    technical_measures: str = ""
    organisational_measures: str = ""
    transfers: tuple[StatedTransfer, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ControllerSheet(RecordSheet):
    """A processing that the entity decides of: every field of art. 30(1) and of CNIL's model record."""

    joint_controllers: tuple[str, ...] = ()
    purpose: str = ""
    other_purposes: tuple[str, ...] = ()
    legal_basis: LegalBasis | None = None
    basis_details: str = ""
    """The text, the contract or the interest that it rests on."""
    subjects: tuple[DataSubject, ...] = ()
    subjects_details: str = ""
    volume: Volume = Volume.UNKNOWN
    data: tuple[HeldCategory, ...] = ()
    internal_recipients: tuple[str, ...] = ()
    processor_recipients: tuple[str, ...] = ()
    """Processors that are not in the portal; the others are linked."""
    partner_recipients: tuple[str, ...] = ()
    public_recipients: tuple[str, ...] = ()
    criteria: tuple[ImpactCriterion, ...] = ()
    listed: str = ""
    """Key of the kind of CNIL's list (art. 35(4)) that it belongs to, or empty."""
    criteria_seen: bool = False
    """Whether a person went through the nine criteria and the list: unticked is then an answer."""
    assessed_on: date | None = None
    """Day of the impact assessment."""
    assessment: str = ""
    """Where it is kept, or what was decided instead and why."""

    @property
    def recipients(self) -> tuple[str, ...]:
        """Everybody it names, of whatever kind."""
        return (
            *self.internal_recipients, *self.processor_recipients, *self.partner_recipients, *self.public_recipients,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ProcessorSheet(RecordSheet):
    """A processing that the entity carries out for others: every field of art. 30(2)."""

    controllers: tuple[ServedController, ...] = ()
    operations: tuple[str, ...] = ()
    """Categories of processing carried out for each of them (art. 30(2)(b))."""
    further_processors: tuple[str, ...] = ()
    """Those that are not in the portal; the others are linked."""


Sheet = ControllerSheet | ProcessorSheet
_AFTER = ("transfers", "technical_measures", "organisational_measures")
_BEFORE = "criteria"


def reading_order(kind: type[Sheet]) -> tuple[str, ...]:
    """The fields of a sheet as somebody reads them: what both registers share stands after what each is about.

    >>> reading_order(ProcessorSheet)[-3:], reading_order(ControllerSheet)[4:7]
    (('transfers', 'technical_measures', 'organisational_measures'), ('joint_controllers', 'purpose', 'other_purposes'))
    """
    names = [one.name for one in fields(kind) if one.name not in _AFTER]
    place = names.index(_BEFORE) if _BEFORE in names else len(names)
    return (*names[:place], *_AFTER, *names[place:])


SHEETS: Mapping[ActivityRole, type[Sheet]] = {
    ActivityRole.CONTROLLER: ControllerSheet,
    ActivityRole.PROCESSOR: ProcessorSheet,
}
