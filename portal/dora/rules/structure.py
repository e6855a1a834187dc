"""What the register is made of: tables, columns, codes and references, as the data files say; pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.language import Language, english, french

CONCERNS = "eba_BT:x28"
"""« Yes » to whether a function is critical or important."""


class Sureness(StrEnum):
    """How sure a column or a list is, as the data files explain."""

    AGREED = "agreed"
    ONE = "one"
    DEDUCED = "deduced"


class CellKind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    LATIN = "latin"
    LEI = "lei"
    IDENTIFIER = "identifier"
    """Of a company, of the type that another cell of the row says."""
    CODE = "code"
    COUNTRY = "country"
    CURRENCY = "currency"
    DATE = "date"
    NATURAL = "natural"
    AMOUNT = "amount"
    RANK = "rank"
    FUNCTION = "function"
    LINK = "link"


@dataclass(frozen=True)
class Bilingual:
    """Something that the data files name in both languages."""

    fr: str
    en: str

    def read(self, language: Language, /) -> str:
        """Its words in a language."""
        return self.en if language is Language.EN else self.fr


@dataclass(frozen=True)
class DoraCode:
    """One answer of a list."""

    code: str
    words: Bilingual


@dataclass(frozen=True)
class CodeList:
    """The answers a column admits."""

    codes: tuple[DoraCode, ...]
    sure: Sureness
    others: str = ""
    """How the codes that the list does not have begin, when it is not whole."""

    def holds(self, code: str) -> bool:
        """Whether it admits this code.

        >>> part = CodeList((), Sureness.ONE, "eba_TA:x")
        >>> part.holds("eba_TA:x222"), part.holds("eba_TA:S01"), part.holds("eba_TA:x")
        (True, False, False)
        """
        if any(one.code == code for one in self.codes):
            return True
        return bool(self.others) and code.startswith(self.others) and code[len(self.others) :].isdecimal()


@dataclass(frozen=True)
class ConditionTerm:
    """One thing that must be so for a cell to be required; without a column, of the row as a whole."""

    name: str
    """`always`, `critical`, `direct`, or of a column: `filled`, `past`, `is`, `is_not`."""
    column: str = ""
    values: frozenset[str] = frozenset()


def read_condition(text: str) -> tuple[ConditionTerm, ...]:
    """The terms of a condition, which must all be so; raises ValueError.

    >>> [(one.name, one.column, sorted(one.values)) for one in read_condition("critical & c0140 = A|B")]
    [('critical', '', []), ('is', 'c0140', ['A', 'B'])]
    """
    return tuple(_term(part.split()) for part in text.split("&"))


def _term(words: Sequence[str]) -> ConditionTerm:
    match words:
        case [("always" | "critical" | "direct") as name]:
            return ConditionTerm(name)
        case [column, ("filled" | "past") as name]:
            return ConditionTerm(name, column)
        case [column, ("=" | "!=") as sign, values]:
            return ConditionTerm("is" if sign == "=" else "is_not", column, frozenset(values.split("|")))
        case _:
            raise ValueError(f"condition: {' '.join(words)}")


@dataclass(frozen=True)
class DoraColumn:
    """One column of a table."""

    code: str
    kind: CellKind
    mend: str
    """Whose facts it is written from: where to mend it."""
    words: Bilingual
    sure: Sureness
    checked_on: date
    required: tuple[ConditionTerm, ...] = ()
    """When it must be filled; never, without a term."""
    list: str = ""
    to: tuple[str, str] | None = None
    """The table and the column its value must be found in."""
    type: str = ""
    """The column that says of which type this identifier is."""
    blank: str = ""
    """What it holds when nothing applies, for a column of the key."""
    past: bool = False
    after: str = ""
    """The column of a date that this one may not come before."""
    defines: tuple[str, str, str] | None = None
    """The table, the column and the code that a text of this column explains."""


@dataclass(frozen=True)
class DoraTable:
    """One table of the register."""

    code: str
    words: Bilingual
    rows: str
    """`one`, `some` or `any`."""
    key: tuple[str, ...]
    columns: tuple[DoraColumn, ...]
    fed_by_services: bool = False
    """Whether a service that nobody has sorted could add rows to it."""

    @property
    def file(self) -> str:
        """The name of its file in a package."""
        return f"{self.code.lower()}.csv"

    def column(self, code: str) -> DoraColumn:
        """The column of this code."""
        return next(one for one in self.columns if one.code == code)


@dataclass(frozen=True)
class PackageShape:
    """How a package is named and what its two documents say."""

    folder: str
    report_package: Mapping[str, Any]
    report: Mapping[str, Any]
    decimals: Mapping[str, str]


@dataclass(frozen=True)
class DoraStructure:
    """The whole register."""

    tables: Mapping[str, DoraTable]
    lists: Mapping[str, CodeList]
    countries: frozenset[str]
    currencies: frozenset[str]
    usual_currencies: tuple[str, ...]
    not_applicable: str
    package: PackageShape
    source: str
    checked_on: date


def read_structure(tables: Mapping[str, Any], codes: Mapping[str, Any], countries: frozenset[str]) -> DoraStructure:
    """The structure that two parsed data files say; raises ValueError or KeyError when they do not hold together."""
    checked_on = tables["checked_on"]
    found = DoraStructure(
        tables={one["code"]: _table(one, checked_on) for one in tables["table"]},
        lists={key: _list(one) for key, one in codes["list"].items()},
        countries=countries,
        currencies=frozenset(codes["currencies"]["all"].split()),
        usual_currencies=tuple(codes["currencies"]["usual"]),
        not_applicable=tables["not_applicable"],
        package=PackageShape(
            tables["package"]["folder"], tables["package"]["report_package"], tables["package"]["report"],
            tables["package"]["decimals"],
        ),
        source=tables["source"],
        checked_on=checked_on,
    )  # fmt: skip
    _hold_together(found)
    return found


def _table(one: Mapping[str, Any], checked_on: date) -> DoraTable:
    return DoraTable(
        one["code"], _words(one), one["rows"], tuple(one["key"]),
        tuple(_column(column, one["code"], checked_on) for column in one["column"]),
        one.get("fed_by_services", False),
    )  # fmt: skip


def _column(one: Mapping[str, Any], table: str, checked_on: date) -> DoraColumn:
    defined = one.get("defines", "").split()
    return DoraColumn(
        code=one["code"], kind=CellKind(one["kind"]), mend=one["mend"], words=_words(one),
        sure=Sureness(one["sure"]), checked_on=one.get("checked_on", checked_on),
        required=read_condition(one["required"]) if "required" in one else (),
        list=one.get("list", ""), to=_place(one["to"]) if "to" in one else None, type=one.get("type", ""),
        blank=one.get("blank", ""), past=one.get("past", False), after=one.get("after", ""),
        defines=(*_place(defined[0]), defined[2]) if defined else None,
    )  # fmt: skip


def _words(one: Mapping[str, Any]) -> Bilingual:
    """As a printer of each language would set them."""
    return Bilingual(french(one["fr"]), english(one["en"]))


def _place(text: str) -> tuple[str, str]:
    table, _, column = text.rpartition(".")
    return table, column


def _list(one: Mapping[str, Any]) -> CodeList:
    codes = tuple(DoraCode(each["code"], _words(each)) for each in one["codes"])
    return CodeList(codes, Sureness(one["sure"]), one.get("others", ""))


def _hold_together(found: DoraStructure) -> None:
    """Every table, column and list that another names exists."""
    for table in found.tables.values():
        known = {column.code for column in table.columns}
        named = {*table.key, *(name for one in table.columns for name in (one.type, one.after) if name)}
        named |= {term.column for one in table.columns for term in one.required if term.column}
        if named - known:
            raise ValueError(f"{table.code}: {sorted(named - known)}")
        for column in table.columns:
            if column.kind is CellKind.CODE:
                found.lists[column.list]
            for place in (column.to, column.defines[:2] if column.defines else None):
                if place is not None:
                    found.tables[place[0]].column(place[1])
