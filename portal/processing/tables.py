"""The register as a table: a line a row, in words that a person reads and that are read again in either language.

In a workbook each of the two registers is a sheet with its own columns; in CSV, that has no sheets, both are one
table. What the columns owe to the CNIL's model record, and how sure it is, stands in `data/record_model.toml`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, fields, replace
from datetime import date
from functools import lru_cache
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_, Language, Sentence, say
from portal.core.translation import translate
from portal.processing.cells import UnreadCell, cell_of, read_cell
from portal.processing.queries import ActivityLine
from portal.processing.rules.kept_sheets import as_plain, from_plain, held_data
from portal.processing.rules.sheets import (
    CATEGORIES,
    SHEETS,
    ActivityRole,
    ControllerSheet,
    ProcessorSheet,
    Sheet,
    reading_order,
)
from portal.processing.wording import FIELD_NAMES
from portal.vendors.rules.naming import plain

KEY, ENTITY, ROLE, SERVICES = "key", "entity", "role", "services"
_FIRST = {KEY: N_("Clé"), ENTITY: N_("Clé de l'entité"), ROLE: N_("L'entité agit comme")}
ENOUGH = 3
"""Titles of a register by which a sheet is taken for one."""
SLASH = " / "
"""Between the key of a vendor and the name of its service."""
_MARKS = {"data": N_("%(category)s : données"), "retention": N_("%(category)s : effacées quand")}


@dataclass(frozen=True)
class FiledLine:
    """A line as a file says it, before it is known whether it is new."""

    line: int
    """Where it stands in the file, from 1."""
    key: str
    entity: str
    role: ActivityRole
    sheet: Sheet
    services: tuple[str, ...]
    """« clé du sous-traitant / prestation »."""
    sheet_title: str = ""
    """Of the sheet it stands in, when the file has several."""

    @property
    def place(self) -> tuple[str, int]:
        """Where it stands, sheet and line."""
        return self.sheet_title, self.line


@dataclass(frozen=True)
class RefusedLine:
    """Something of a file that could not be taken, and where."""

    line: int | None
    message: Sentence
    sheet: str = ""
    """Title of its sheet, when the file has several registers."""

    @property
    def place(self) -> tuple[str, int]:
        """Where it stands, to put refusals in order."""
        return self.sheet, self.line or 0

    @property
    def told(self) -> Sentence:
        """The message, with its sheet when there is one."""
        return (
            say("Feuille « %(sheet)s » : %(why)s", sheet=self.sheet[:40], why=self.message)
            if self.sheet
            else self.message
        )


@dataclass
class FiledRegister:
    """What a file holds, and everything that is wrong in it, all at once."""

    lines: list[FiledLine] = field(default_factory=list)
    refused: list[RefusedLine] = field(default_factory=list)


@lru_cache(maxsize=3)
def columns(role: ActivityRole | None = None) -> tuple[str, ...]:
    """The names of the columns of a register in their order, or of both in one table, each once.

    Data take two columns for each category. A register of its own needs no column that says which one it is.
    """
    names = [name for name in _FIRST if role is None or name != ROLE]
    kinds = (SHEETS[role],) if role is not None else (ControllerSheet, ProcessorSheet)
    for one in (name for kind in kinds for name in reading_order(kind)):
        if one in names:
            continue
        if one == "data":
            names += [f"{mark}_{category.value}" for category in CATEGORIES for mark in _MARKS]
        else:
            names.append(one)
    return (*names, SERVICES)


def title_of(column: str, language: Language) -> str:
    """What stands at the head of a column."""
    mark, _, category = column.partition("_")
    if mark in _MARKS and category in _BY_VALUE:
        return translate(Sentence(_MARKS[mark], {"category": Sentence(_BY_VALUE[category].label)}), language)
    return translate({**FIELD_NAMES, **_FIRST}[column], language)


_BY_VALUE: Mapping[str, Any] = {one.value: one for one in CATEGORIES}


def table_of(
    lines: Iterable[ActivityLine], language: Language, role: ActivityRole | None = None
) -> tuple[list[str], list[list[str]]]:
    """The titles of the columns, and a row a line: of one register, or of both in one table."""
    shown = [line for line in lines if role is None or line.activity.role is role]
    return [title_of(one, language) for one in columns(role)], [_row(line, language, role) for line in shown]


def _row(line: ActivityLine, language: Language, role: ActivityRole | None) -> list[str]:
    said: dict[str, str] = {
        KEY: line.activity.key,
        ENTITY: line.activity.legal_entity.key,
        ROLE: translate(line.activity.role.label, language),
        SERVICES: "\n".join(services_of(line)),
    }
    for one in fields(line.sheet):
        value = getattr(line.sheet, one.name)
        if one.name == "data":
            for held in value:
                said[f"data_{held.category.value}"] = held.details
                said[f"retention_{held.category.value}"] = held.retention
            continue
        cell = cell_of(one.name, value, language)
        said[one.name] = cell.isoformat() if isinstance(cell, date) else cell or ""
    return [said.get(name, "") for name in columns(role)]


def services_of(line: ActivityLine) -> list[str]:
    """The services that a line rests on, as files name them."""
    return [f"{one.vendor.key}{SLASH}{' '.join(one.name.split())}" for one in line.services]


def read_rows(header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]) -> FiledRegister:
    """What a table says; columns may come in any order and either language, and those that are missing are empty."""
    found = FiledRegister()
    known = _titles()
    names = [known.get(plain(title), "") for title in header]
    only = _role_of(names)
    for title, name in zip(header, names, strict=True):
        if title.strip() and not name:
            told = say("La colonne « %(title)s » n'est pas une colonne du registre.", title=title.strip()[:80])
            found.refused.append(RefusedLine(None, told))
    for needed in (ENTITY, ROLE, "name"):
        if needed not in names and not (needed == ROLE and only):
            told = say("La colonne « %(title)s » manque.", title=Sentence({**FIELD_NAMES, **_FIRST}[needed]))
            found.refused.append(RefusedLine(None, told))
    if found.refused:
        return found
    for number, cells in rows:
        said = {name: cell for name, cell in zip(names, cells, strict=False) if name}
        try:
            found.lines.append(_filed(number, said if ROLE in names else {**said, ROLE: only}))
        except Refused as refusal:
            found.refused.append(RefusedLine(number, _sentence(refusal)))
    return found


def read_sheets(sheets: Sequence[tuple[str, Sequence[str], Sequence[tuple[int, Sequence[str]]]]]) -> FiledRegister:
    """What the sheets of a workbook say (title, header, numbered rows); those that hold no register are left alone.

    A workbook without any is read as its first sheet, so that its columns are told one by one.
    """
    registers = [one for one in sheets if looks_like_a_register(one[1])] or list(sheets[:1])
    found = FiledRegister()
    for title, header, rows in registers:
        read = read_rows(header, rows)
        if len(registers) > 1:
            read.lines = [replace(one, sheet_title=title) for one in read.lines]
            read.refused = [replace(one, sheet=title) for one in read.refused]
        found.lines += read.lines
        found.refused += read.refused
    return found


def looks_like_a_register(header: Sequence[str]) -> bool:
    """Whether enough of these titles are those of a register."""
    known = _titles()
    return sum(plain(title) in known for title in header) >= ENOUGH


def _role_of(names: Sequence[str]) -> str:
    """Which register the columns are those of, when they are of one alone; empty when they do not say."""
    own = {role: {*columns(role)} - {*columns(other)} for role, other in _OTHER.items()}
    told = [role for role, these in own.items() if these.intersection(names)]
    return told[0].value if len(told) == 1 else ""


_OTHER = {
    ActivityRole.CONTROLLER: ActivityRole.PROCESSOR,
    ActivityRole.PROCESSOR: ActivityRole.CONTROLLER,
}


def _sentence(refusal: Refused) -> Sentence:
    return refusal.sentence if isinstance(refusal.sentence, Sentence) else Sentence(refusal.sentence)


@lru_cache(maxsize=1)
def _titles() -> Mapping[str, str]:
    """The columns by their plain titles in each language; of our own names, none reads as another."""
    return {plain(title_of(name, language)): name for name in columns() for language in Language}


def _filed(number: int, said: Mapping[str, str]) -> FiledLine:
    role = _role(said.get(ROLE, ""))
    kind = SHEETS[role]
    ours = {one.name for one in fields(kind)}
    values: dict[str, Any] = {}
    for name, cell in said.items():
        if name in ours:
            values[name] = _cell(name, cell)
        elif cell.strip() and name not in {KEY, ENTITY, ROLE, SERVICES} and not _is_data(name, role):
            where = Sentence(FIELD_NAMES.get(name, name))
            raise UnreadCell(say("« %(field)s » appartient à l'autre registre : videz cette cellule.", field=where))
    if role is ActivityRole.CONTROLLER:
        values["data"] = held_data(
            {
                one.value: (_one_line(said, f"data_{one.value}"), _one_line(said, f"retention_{one.value}"))
                for one in CATEGORIES
            }
        )
    sheet = from_plain(role, as_plain(kind(**{"name": "", **values})))
    services = tuple(line for text in said.get(SERVICES, "").split("\n") if (line := " ".join(text.split())))
    return FiledLine(number, _one_line(said, KEY), _one_line(said, ENTITY), role, sheet, services)


def _is_data(name: str, role: ActivityRole) -> bool:
    return role is ActivityRole.CONTROLLER and name.startswith(("data_", "retention_"))


def _one_line(said: Mapping[str, str], name: str) -> str:
    return " ".join(said.get(name, "").split())


def _cell(name: str, cell: str) -> Any:
    try:
        return read_cell(name, cell)
    except UnreadCell as refusal:
        told = say("« %(field)s » : %(why)s", field=Sentence(FIELD_NAMES[name]), why=_sentence(refusal))
        raise UnreadCell(told) from refusal


def _role(text: str) -> ActivityRole:
    for role in ActivityRole:
        if plain(text) in {plain(role.value), *(plain(translate(role.label, language)) for language in Language)}:
            return role
    raise UnreadCell(say("Dites si l'entité est responsable de traitement ou sous-traitant."))


def as_json(lines: Iterable[ActivityLine]) -> Iterator[dict[str, Any]]:
    """Each line as our own JSON says it."""
    for line in lines:
        yield {
            KEY: line.activity.key, ENTITY: line.activity.legal_entity.key, ROLE: line.activity.role.value,
            SERVICES: services_of(line), "record": as_plain(line.sheet),
        }  # fmt: skip


def read_json_lines(found: Sequence[Any]) -> FiledRegister:
    """What such JSON says, and everything that is wrong in it."""
    register = FiledRegister()
    for number, one in enumerate(found, 1):
        try:
            role = ActivityRole(one[ROLE])
            services = [_text(each) for each in one.get(SERVICES, [])]
            sheet = from_plain(role, one["record"])
            register.lines.append(
                FiledLine(number, _text(one.get(KEY, "")), _text(one[ENTITY]), role, sheet, tuple(services))
            )
        except (AttributeError, KeyError, TypeError, ValueError):
            told = say("Cette fiche n'est pas dans la forme du registre.")
            register.refused.append(RefusedLine(number, told))
    return register


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return " ".join(value.split())
