"""What the pages and the commands show of the register: each table with its rows, its defects, its state."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

from flask import url_for

from portal.authz.context import Context
from portal.chain.queries import chain_world, database_of
from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.core.pages import PAGE_SIZE, Page, Row
from portal.core.remembered import Remembered
from portal.dora import queries
from portal.dora.building import BuiltRegister, build_register
from portal.dora.models import DoraFunction
from portal.dora.reference import structure
from portal.dora.rules.defects import DoraDefect, DoraRow, DoraRule
from portal.dora.rules.lint import defects_of
from portal.dora.rules.structure import DoraTable
from portal.dora.rules.underpinning import underpinning
from portal.vendors.models import LegalEntity, Service


class TableState(StrEnum):
    """Where a table stands."""

    COMPLETE = "complet"
    """It has rows, nothing is wrong with them, and nothing waits that could add some."""
    NOTHING = "sans_ligne"
    """It has none, and it was said that there is none to have."""
    DEFECTS = "defauts"
    WAITING = "attend"
    """Nothing is wrong with its rows, but services that nobody has sorted could add some."""


STATE_NAMES: Mapping[TableState, str] = {
    TableState.COMPLETE: N_("Complet"),
    TableState.NOTHING: N_("Sans ligne"),
    TableState.DEFECTS: N_("Défauts"),
    TableState.WAITING: N_("Attend des réponses"),
}
STATE_TONES: Mapping[TableState, str] = {
    TableState.COMPLETE: "ok",
    TableState.NOTHING: "neutral",
    TableState.DEFECTS: "warning",
    TableState.WAITING: "warning",
}
MEND_NAMES: Mapping[str, str] = {
    "legal_entity": N_("Fiche de l'entité"),
    "entity": N_("Entité au registre"),
    "definitions": N_("Ce que nos réponses veulent dire"),
    "function": N_("Fonction"),
    "contract": N_("Contrat au registre"),
    "service": N_("Prestation au registre"),
    "chain": N_("Chaîne de la prestation"),
    "provider": N_("Prestataire au registre"),
    "company": N_("Société de la chaîne"),
    "vendor": N_("Fiche du sous-traitant"),
}
_MEND_PAGES: Mapping[str, tuple[str, str]] = {
    "legal_entity": ("vendors.edit_entity", "entity_id"),
    "entity": ("dora.entity", "entity_id"),
    "definitions": ("dora.definitions", "entity_id"),
    "function": ("dora.function", "function_id"),
    "contract": ("dora.contract", "contract_id"),
    "service": ("dora.service", "service_id"),
    "chain": ("dora.chain", "service_id"),
    "provider": ("dora.provider", "vendor_id"),
    "company": ("dora.company", "company_id"),
    "vendor": ("vendors.show", "vendor_id"),
}


@dataclass(frozen=True)
class TableReport:
    """One table as it stands."""

    table: DoraTable
    rows: Sequence[DoraRow]
    defects: Sequence[DoraDefect]
    waiting: int
    """Services that could add rows to it and that nobody has sorted."""

    @property
    def refusing(self) -> int:
        """How many of its defects have a package refused."""
        return sum(one.refuses for one in self.defects)

    @property
    def state(self) -> TableState:
        """Where it stands; an empty one is never complete."""
        if self.defects:
            return TableState.DEFECTS
        if self.waiting:
            return TableState.WAITING
        return TableState.COMPLETE if self.rows else TableState.NOTHING


@dataclass(frozen=True)
class RegisterReport:
    """The whole register as it stands."""

    tables: Mapping[str, TableReport]
    built: BuiltRegister

    @property
    def defects(self) -> list[DoraDefect]:
        """All that is wrong, table by table."""
        return [defect for one in self.tables.values() for defect in one.defects]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(len(one.rows) for one in self.tables.values())

    @property
    def complete(self) -> int:
        """How many tables are complete."""
        return sum(one.state is TableState.COMPLETE for one in self.tables.values())


_REPORTS: Remembered[RegisterReport] = Remembered(2)
"""The register of today by all that it depends on, one a database: that of the portal, and that of a drill."""


def register_report(ctx: Context, on: date | None = None) -> RegisterReport:
    """The register as it stands today; of a reference date that is past, with what stood then (`register_source`).

    That of today is built once in a process until a row of it changes; who reads it changes nothing of it. Raises
    Refused when the date is to come.
    """
    if on is not None and on != ctx.today:
        return _built(ctx, on)
    key = queries.register_key(ctx)
    if key is None:
        return _built(ctx, None)
    return _REPORTS.get(key, lambda: _built(ctx, None), place=database_of(ctx))


def _built(ctx: Context, on: date | None) -> RegisterReport:
    source = queries.register_source(ctx, on)
    built = build_register(structure(), source)
    found = [*built.open, *_not_told_twice(built, defects_of(structure(), built.rows, source.today))]
    by_table: dict[str, list[DoraDefect]] = defaultdict(list)
    for defect in found:
        by_table[defect.table].append(defect)
    return RegisterReport(
        {
            code: TableReport(table, built.rows[code], by_table[code], built.unsorted if table.fed_by_services else 0)
            for code, table in structure().tables.items()
        },
        built,
    )


def _not_told_twice(built: BuiltRegister, found: Sequence[DoraDefect]) -> list[DoraDefect]:
    """A cell that two sources contradict is empty for that reason: it is told once."""
    clashes = {(one.table, one.row, one.column) for one in built.open if one.rule is DoraRule.SAYS_TWO_THINGS}
    kept = [one for one in found if (one.table, one.row, one.column) not in clashes]
    return [_led_to_definitions(built, one) for one in kept]


def _led_to_definitions(built: BuiltRegister, defect: DoraDefect) -> DoraDefect:
    """A table of definitions that has no row yet leads to where the first is written."""
    if defect.rule is not DoraRule.NOT_DEFINED or defect.mend or built.keeper is None:
        return defect
    keeper = next((row.words for row in built.rows["B_01.01"]), "")
    return replace(defect, row=defect.row or keeper, mend=("definitions", built.keeper))


def page_of_rows(rows: Sequence[Row], number: int) -> Page[Row]:
    """One page of rows that are at hand."""
    start = (number - 1) * PAGE_SIZE
    return Page(rows[start : start + PAGE_SIZE], number, PAGE_SIZE, len(rows))


def mend_url(mend: tuple[str, int] | None) -> str:
    """The page where something is mended; empty when it comes from no row of the portal."""
    if mend is None:
        return ""
    endpoint, argument = _MEND_PAGES[mend[0]]
    values: dict[str, Any] = {argument: mend[1]}
    return url_for(endpoint, **values)


def rules_counted(defects: Sequence[DoraDefect]) -> list[tuple[DoraRule, int]]:
    """How many defects there are of each rule, the most frequent first."""
    return Counter(one.rule for one in defects).most_common()


@dataclass(frozen=True)
class EntityInRegister:
    """An entity whose register is kept, with its functions."""

    entity: LegalEntity
    functions: Sequence[DoraFunction]


@dataclass(frozen=True)
class ChainStep:
    """A company met in the chain of a service, and what was judged of it."""

    rank: int
    number: int
    name: str
    above: str
    verdict: bool | None


def chain_steps(ctx: Context, service: Service) -> list[ChainStep]:
    """The companies of the chain below the provider of a service, rank by rank, as the register follows them."""
    world = chain_world(ctx)
    starts = list(dict.fromkeys(node.knot for node in world.of_vendor.get(service.vendor_id, ())))
    named, knot_of = world.of_knot, world.knot_of
    verdicts = {knot_of.get(number, number): told for number, told in queries.judgements_of(ctx, service).items()}
    return [
        ChainStep(one.rank, one.company, named[one.company][0].name, named[one.above][0].name, one.verdict)
        for one in underpinning(world.graph, starts, verdicts)
    ]
