"""One table of facts of a contract as its page shows it: rows, remarks beside cells, where rows may come from."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.authz.context import Context
from portal.contracts import facts_queries
from portal.contracts.fact_sources.stored_facts import by_language, is_bound, stored_rows
from portal.contracts.fact_sources.table_proposals import TableProposal, table_proposals
from portal.contracts.language_data import language_words
from portal.contracts.models import Contract
from portal.contracts.rules.fact_catalogue import FACTS, FactColumn, FactNature
from portal.contracts.rules.model import headed
from portal.contracts.rules.written_dates import date_in
from portal.contracts.services import LONGEST_CELL, subject_of
from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence, say
from portal.vendors import reference
from portal.vendors.rules.countries import parse_locations


@dataclass(frozen=True)
class TableCell:
    """A cell to type, with what the other language says and what is wrong with it."""

    column: FactColumn
    label: str
    text: str
    other: str
    is_bound: bool
    remark: Sentence | None


@dataclass(frozen=True)
class TablePage:
    """What the page shows around the form."""

    key: str
    label: str
    none: str
    columns: tuple[str, ...]
    proposals: tuple[TableProposal, ...]
    is_typed: bool
    is_known_otherwise: bool
    reason: str
    language: Language


def table_page(ctx: Context, contract: Contract, key: str, spoken: Language, reader: Language) -> TablePage:
    """A table with where its rows may be taken from."""
    fact = FACTS[key]
    subject = subject_of(contract)
    sources = facts_queries.sources_for(ctx, subject.vendor, subject.service, subject.entity, contract.typed)
    proposals = table_proposals(key, sources, spoken, facts_queries.tables_of_other_contracts(ctx, contract, key))
    return TablePage(
        key=key,
        label=headed(fact.label.said_in(reader)),
        none=fact.none.said_in(reader) if fact.none else "",
        columns=tuple(column.label.said_in(reader) for column in fact.columns),
        proposals=proposals,
        is_typed=key in contract.typed,
        is_known_otherwise=any(one.code == "connu" for one in proposals),
        reason=contract.overrides.get(key, {}).get("reason", ""),
        language=spoken,
    )


def form_rows(key: str, rows: Sequence[Any] | None, presumed: Language) -> list[dict[str, Any]]:
    """Stored or proposed rows in the order of the columns; a cell bound to a language is by language."""
    found = []
    for row in stored_rows(key, rows):
        cells: dict[str, Any] = {}
        for column in FACTS[key].columns:
            cell = row.get(column.key)
            if not cell:
                continue
            if is_bound(key, column.key):
                told = by_language(key, cell, presumed, column.key)
                cells[column.key] = {code.value: told[code.value] for code in Language if told.get(code.value)}
            else:
                cells[column.key] = cell
        found.append(cells)
    return found


def shown_rows(
    key: str, rows: Sequence[Mapping[str, Any]], spoken: Language, reader: Language
) -> list[list[TableCell]]:
    """Each row as its cells, in the order of the columns."""
    return [[_cell(key, column, row.get(column.key), spoken, reader) for column in FACTS[key].columns] for row in rows]


def _cell(key: str, column: FactColumn, held: Any, spoken: Language, reader: Language) -> TableCell:
    told: Mapping[str, str] = held if isinstance(held, Mapping) else {spoken.value: held or ""}
    text = told.get(spoken.value, "")
    other = next((words for code, words in told.items() if code != spoken.value), "")
    bound = is_bound(key, column.key)
    return TableCell(
        column, column.label.said_in(reader), text, other, bound, cell_remark(column, text, spoken, is_bound=bound)
    )


def cell_remark(column: FactColumn, text: str, spoken: Language, *, is_bound: bool) -> Sentence | None:
    """What is wrong with a cell on its own; nothing is refused for it but a text too long."""
    if len(text) > LONGEST_CELL:
        return say("Cette case dépasse %(limit)s caractères.", limit=LONGEST_CELL)
    if not text:
        return None
    if column.nature is FactNature.PLACE:
        return None if _names_a_country(text) else say("Aucun pays n'est reconnu : écrivez son nom.")
    if column.nature is FactNature.DATE:
        return None if date_in(text) else say("Ce n'est pas une date : écrivez-la ainsi, 1er janvier 2027.")
    return _language_remark(text, spoken) if is_bound else None


def _language_remark(text: str, spoken: Language) -> Sentence | None:
    found = language_words().language_of(text).value
    if spoken is Language.EN and found == Language.FR.value:
        return say("Ce texte semble en français : le contrat est en anglais.")
    if spoken is Language.FR and found == Language.EN.value:
        return say("Ce texte semble en anglais : le contrat est en français.")
    return None


def _names_a_country(text: str) -> bool:
    pieces = [text, *text.replace("(", ",").replace(")", ",").replace(";", ",").split(",")]
    found = (parse_locations(piece, reference.atlas()) for piece in pieces if piece.strip())
    return any(isinstance(codes, tuple) and codes for codes in found)
