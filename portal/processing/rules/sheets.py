"""What a line of the register says: as controller (RGPD art. 30(1)) and as processor (art. 30(2)), each its own."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from portal.core.language import N_
from portal.vendors.rules.facts import DataCategory, DataSubject, Labelled, SpecialCategory, Volume

CATEGORIES: tuple[DataCategory | SpecialCategory, ...] = (
    *DataCategory, *(one for one in SpecialCategory if one is not SpecialCategory.UNSPECIFIED),
)  # fmt: skip
"""The categories of data of CNIL's model record: the ordinary ones, then those that the law singles out."""
CATEGORY_OF: Mapping[str, DataCategory | SpecialCategory] = {one.value: one for one in CATEGORIES}
_RUNS = tuple("=+-@＝＋－＠")
"""What begins a formula: an apostrophe before it is the mark of a spreadsheet, not a word."""
BAR = "|"
"""What stands between the parts of a line that has several; a part holds none."""


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


class Held(StrEnum):
    """How a field of a sheet is kept, written in a cell and read again."""

    LINE = "line"
    TEXT = "text"
    LINES = "lines"
    DAY = "day"
    YES = "yes"
    CHOICE = "choice"
    CHOICES = "choices"
    DATA = "data"
    TRANSFERS = "transfers"
    CONTROLLERS = "controllers"


HELD: Mapping[str, Held] = {
    "name": Held.LINE,
    "reference": Held.LINE,
    "in_charge": Held.LINE,
    "started_on": Held.DAY,
    "technical_measures": Held.TEXT,
    "organisational_measures": Held.TEXT,
    "transfers": Held.TRANSFERS,
    "joint_controllers": Held.LINES,
    "purpose": Held.TEXT,
    "other_purposes": Held.LINES,
    "legal_basis": Held.CHOICE,
    "basis_details": Held.TEXT,
    "subjects": Held.CHOICES,
    "subjects_details": Held.TEXT,
    "volume": Held.CHOICE,
    "data": Held.DATA,
    "internal_recipients": Held.LINES,
    "processor_recipients": Held.LINES,
    "partner_recipients": Held.LINES,
    "public_recipients": Held.LINES,
    "criteria": Held.CHOICES,
    "listed": Held.LINE,
    "criteria_seen": Held.YES,
    "assessed_on": Held.DAY,
    "assessment": Held.TEXT,
    "controllers": Held.CONTROLLERS,
    "operations": Held.LINES,
    "further_processors": Held.LINES,
}
"""How each field of a sheet is kept, by its name."""
KINDS: Mapping[str, type[Labelled]] = {
    "legal_basis": LegalBasis,
    "subjects": DataSubject,
    "volume": Volume,
    "criteria": ImpactCriterion,
}
"""What the fields that are a choice choose from."""


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
SHEETS: Mapping[ActivityRole, type[Sheet]] = {
    ActivityRole.CONTROLLER: ControllerSheet,
    ActivityRole.PROCESSOR: ProcessorSheet,
}


def as_plain(sheet: Sheet) -> dict[str, Any]:
    """The sheet as JSON values, every field: what a version keeps.

    >>> as_plain(ProcessorSheet(name="Paie", operations=("Calcul",)))["operations"]
    ['Calcul']
    """
    held = {one.name: getattr(sheet, one.name) for one in fields(sheet)}
    return {name: _WRITE[HELD[name]](value) for name, value in held.items()}


def _as_it_is(value: Any) -> Any:
    return value


_WRITE: Mapping[Held, Callable[[Any], Any]] = {
    Held.LINE: _as_it_is,
    Held.TEXT: _as_it_is,
    Held.YES: _as_it_is,
    Held.LINES: list,
    Held.DAY: lambda day: day.isoformat() if day else None,
    Held.CHOICE: lambda choice: choice.value if choice is not None else None,
    Held.CHOICES: lambda found: [one.value for one in found],
    Held.DATA: lambda found: [{**vars(one), "category": one.category.value} for one in found],
    Held.TRANSFERS: lambda found: [
        {**vars(one), "safeguard": one.safeguard.value if one.safeguard else None} for one in found
    ],
    Held.CONTROLLERS: lambda found: [dict(vars(one)) for one in found],
}


def from_plain(role: ActivityRole, kept: Mapping[str, Any]) -> Sheet:
    """The sheet behind JSON values; a field they leave out is empty. Raises ValueError, KeyError or TypeError.

    >>> from_plain(ActivityRole.PROCESSOR, {"name": "Paie"}).name
    'Paie'
    """
    kind = SHEETS[role]
    known = {one.name for one in fields(kind)}
    if unknown := kept.keys() - known:
        raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
    return kind(**{name: _read(name, value) for name, value in kept.items()})


def _read(name: str, value: Any) -> Any:
    if HELD[name] is Held.CHOICE:
        return _choice(KINDS[name], value)
    if HELD[name] is Held.CHOICES:
        found = {KINDS[name](one) for one in _list(value)}
        return tuple(one for one in KINDS[name] if one in found)
    return _READ[HELD[name]](value)


def _choice(kind: type[Labelled], value: Any) -> Any:
    empty = Volume.UNKNOWN if kind is Volume else None
    return kind(value) if value else empty


def held_data(said: Mapping[str, tuple[str, str]]) -> tuple[HeldCategory, ...]:
    """The categories of which something is said, in the order of the model; ValueError for one that is unknown."""
    if unknown := said.keys() - CATEGORY_OF.keys():
        raise ValueError(f"unknown categories: {', '.join(sorted(unknown))}")
    return tuple(
        HeldCategory(one, *said[one.value]) for one in CATEGORIES if one.value in said and any(said[one.value])
    )


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("not a list")
    return value


def _text(value: Any) -> str:
    """A text as it is kept: composed, without control characters nor runs of spaces, so that any file gives it back."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError("not a text")
    composed = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(c for c in composed if c.isspace() or unicodedata.category(c)[0] != "C")
    text = "\n".join(" ".join(line.split()) for line in shown.split("\n")).strip()
    return text[1:].lstrip() if text.startswith("'") and text[1:].lstrip().startswith(_RUNS) else text


def _line(value: Any) -> str:
    return " ".join(_text(value).split())


def _part(value: Any) -> str:
    return _line(_text(value).replace(BAR, "/"))


def _yes(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("neither true nor false")
    return value


def _day(value: Any) -> date | None:
    return date.fromisoformat(_text(value)) if value else None


def _lines(value: Any) -> tuple[str, ...]:
    """Lines, each once; a semicolon parts items where they are typed."""
    return tuple(dict.fromkeys(line for one in _list(value) if (line := _line(one).replace(";", ","))))


def _data(value: Any) -> tuple[HeldCategory, ...]:
    return held_data({_text(one["category"]): (_line(one["details"]), _line(one["retention"])) for one in _list(value)})


def _transfer(one: Mapping[str, Any]) -> StatedTransfer:
    return StatedTransfer(
        _part(one["recipient"]),
        _part(one["country"]),
        Safeguard(one["safeguard"]) if one["safeguard"] else None,
        _part(one["document"]),
    )


def _controller(one: Mapping[str, Any]) -> ServedController:
    return ServedController(_part(one["name"]), _part(one["contact"]), _part(one["officer"]))


_READ: Mapping[Held, Callable[[Any], Any]] = {
    Held.LINE: _line,
    Held.TEXT: _text,
    Held.YES: _yes,
    Held.DAY: _day,
    Held.LINES: _lines,
    Held.DATA: _data,
    Held.TRANSFERS: lambda value: tuple(map(_transfer, _list(value))),
    Held.CONTROLLERS: lambda value: tuple(map(_controller, _list(value))),
}
