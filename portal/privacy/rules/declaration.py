"""The declaration of personal data: read from its file, and compared with the tables that there are."""

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from typing import Any

from portal.core.dataclass import dataclass

PURE_ERASURES = frozenset({"flask privacy erase"})
"""What a person runs; everything else that erases is a task or a tick."""


class Fate(StrEnum):
    """What becomes of a column when the person is erased."""

    REMOVED = "removed"
    REPLACED = "replaced"
    BLANKED = "blanked"
    SEALED = "sealed"
    FROZEN = "frozen"
    FREE = "free"
    DIGEST = "digest"


@dataclass(frozen=True)
class DeclaredTable:
    """What is said of a table."""

    name: str
    what: Mapping[str, str]
    """What its rows are, in a few words of each language."""
    whose: str
    columns: Mapping[str, Fate]
    purpose: str
    erased_by: tuple[str, ...]
    kept: str = ""
    """A duration (`core/retention`); empty when it is until something else."""
    until: str = ""

    def of(self, *fates: Fate) -> tuple[str, ...]:
        """Its columns of some fates."""
        return tuple(name for name, fate in self.columns.items() if fate in fates)


@dataclass(frozen=True)
class Declaration:
    """Everything that is declared."""

    tables: Mapping[str, DeclaredTable]
    purposes: Mapping[str, Mapping[str, str]]
    whose: Mapping[str, Mapping[str, str]]
    until: Mapping[str, Mapping[str, str]]
    erasers: Mapping[str, Mapping[str, str]]
    """What erases, in words."""
    neutral: frozenset[str]
    """`table.column` of texts in which nobody can be named."""


def read_declaration(raw: Mapping[str, Any]) -> Declaration:
    """The declaration in the words of its file; raises KeyError, TypeError or ValueError for a file that is not one."""
    tables = {
        name: DeclaredTable(
            name=name, what=said["what"], whose=said["whose"],
            columns={one: Fate(fate) for one, fate in said["columns"].items()}, purpose=said["purpose"],
            erased_by=tuple(said["erased_by"]), kept=said.get("kept", ""), until=said.get("until", ""),
        )
        for name, said in raw["tables"].items()
    }  # fmt: skip
    return Declaration(
        tables, raw["purposes"], raw["whose"], raw["until"], raw["erasers"], frozenset(raw["neutral"]["columns"])
    )


def faults_of(
    told: Declaration, texts: Mapping[str, Collection[str]], *, erasers: Collection[str], durations: Collection[str]
) -> Iterator[str]:
    """What the declaration does not say, or says of what does not exist.

    `texts`: the columns of each table that may hold a text; an account's number is not one. `erasers`: what erases.
    """
    for table, columns in texts.items():
        said = told.tables[table].columns if table in told.tables else {}
        for column in columns:
            if column not in said and f"{table}.{column}" not in told.neutral:
                yield f"{table}.{column} : ni déclarée, ni neutre"
            if column in said and f"{table}.{column}" in told.neutral:
                yield f"{table}.{column} : déclarée et neutre"
    for name in told.neutral:
        table, _dot, column = name.partition(".")
        if column not in texts.get(table, ()):
            yield f"{name} : neutre, mais n'existe pas"
    for said_table in told.tables.values():
        yield from _faults_of_table(said_table, told, texts, erasers, durations)


def _faults_of_table(
    said: DeclaredTable, told: Declaration, texts: Mapping[str, Collection[str]], erasers: Collection[str],
    durations: Collection[str],
) -> Iterator[str]:  # fmt: skip
    for column in said.columns:
        if column not in texts.get(said.name, ()):
            yield f"{said.name}.{column} : n'existe pas"
    if bool(said.kept) == bool(said.until):
        yield f"{said.name} : une durée, ou une échéance, et une seule"
    if said.kept and said.kept not in durations:
        yield f"{said.name} : durée {said.kept} inconnue"
    if said.until and said.until not in told.until:
        yield f"{said.name} : échéance {said.until} inconnue"
    if said.purpose not in told.purposes or said.whose not in told.whose:
        yield f"{said.name} : motif ou personnes inconnus"
    yield from _unerased(said, erasers, told.erasers)


def _unerased(said: DeclaredTable, erasers: Collection[str], words: Collection[str]) -> Iterator[str]:
    for one in said.erased_by:
        if one not in erasers:
            yield f"{said.name} : rien ne s'appelle {one}"
        if one not in words:
            yield f"{said.name} : {one} n'est pas dit en mots"
    if said.kept and not set(said.erased_by) - PURE_ERASURES:
        yield f"{said.name} : a une durée, que rien n'applique"
    if said.of(Fate.REMOVED, Fate.REPLACED, Fate.BLANKED) and not said.erased_by:
        yield f"{said.name} : rien ne l'efface"
