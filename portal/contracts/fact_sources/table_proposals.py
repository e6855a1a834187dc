"""Where the rows of a table may be taken from: what is known already, the other tables, the sheet, other contracts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from portal.contracts.fact_sources.gathered_facts import GatheredFacts, gather_facts
from portal.contracts.fact_sources.sources import Sources
from portal.contracts.rules.facts import Row
from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence, say
from portal.vendors.rules.countries import in_eea, parse_locations


@dataclass(frozen=True)
class TableProposal:
    """Rows that a person may take for a table, and review before they are kept."""

    code: str
    label: Sentence
    rows: tuple[Mapping[str, Any], ...]
    """A cell is a text in the contract's language, or a text by language."""


@dataclass(frozen=True)
class TypedElsewhere:
    """The same table as typed for another contract with this vendor."""

    contract_id: int
    title: str
    rows: Sequence[Mapping[str, Any]]


def table_proposals(
    key: str, sources: Sources, language: Language, elsewhere: Sequence[TypedElsewhere]
) -> tuple[TableProposal, ...]:
    """Every proposal that holds a row, for a table of a contract in this language."""
    found = [*_known(key, sources, language)]
    if key == "transfers.rows":
        found += [*_recipients_abroad(sources, language), *_vendor_abroad(sources, language)]
    if key == "data.retention":
        found += [*_categories(sources, language)]
    found += [
        TableProposal(f"contrat-{one.contract_id}", say("Contrat « %(title)s »", title=one.title), tuple(one.rows))
        for one in elsewhere
    ]
    return tuple(one for one in found if one.rows)


def _without(sources: Sources, key: str) -> Sources:
    typed = {name: value for name, value in sources.typed.items() if name != key}
    return replace(sources, typed=typed)


def _known(key: str, sources: Sources, language: Language) -> Iterator[TableProposal]:
    """What the register or the vendor's answers say, a text in the other language kept beside its empty cell."""
    gathered = gather_facts(_without(sources, key), language)
    origin = gathered.origins.get(key)
    if origin:
        yield TableProposal("connu", origin, both_languages(key, gathered, language))


def both_languages(key: str, gathered: GatheredFacts, language: Language) -> tuple[Mapping[str, Any], ...]:
    """The rows of a gathered table; a cell lacking in a language holds what the other says."""
    other = next(one for one in Language if one is not language)
    lacking = {(text.row, text.column): text.text for text in gathered.to_translate if text.fact == key}
    return tuple(
        {
            column: {other.value: lacking[index, column]} if (index, column) in lacking else text
            for column, text in row.items()
            if text or (index, column) in lacking
        }
        for index, row in enumerate(gathered.facts.rows(key))
    )


def _is_abroad(country: str, sources: Sources) -> bool:
    codes = parse_locations(country, sources.atlas)
    return isinstance(codes, tuple) and any(not in_eea(code, sources.atlas, sources.on) for code in codes)


def _recipients_abroad(sources: Sources, language: Language) -> Iterator[TableProposal]:
    """Sub-processors outside the European Economic Area: each receives data there."""
    gathered = gather_facts(sources, language)
    rows = tuple(
        _cells(
            importer=row.get("name"), country=row.get("country"), purpose=row.get("service"), tool=row.get("transfer")
        )
        for row in gathered.facts.rows("subprocessors")
        if _is_abroad(row.get("country") or "", sources)
    )
    yield TableProposal("sous-traitants", say("Sous-traitants ultérieurs hors de l'Espace économique européen"), rows)


def _vendor_abroad(sources: Sources, language: Language) -> Iterator[TableProposal]:
    """The vendor itself, established outside the European Economic Area."""
    facts = gather_facts(sources, language).facts
    country = facts.text("vendor.country")
    if _is_abroad(country, sources):
        row = _cells(
            importer=facts.text("vendor.name"), country=country, purpose=facts.text("service.description"), tool=None
        )
        yield TableProposal("prestataire", say("Le sous-traitant lui-même, établi hors de cet espace"), (row,))


def _cells(**cells: str | None) -> Row:
    return {column: text for column, text in cells.items() if text}


def _categories(sources: Sources, language: Language) -> Iterator[TableProposal]:
    """One row for each category of data, its period still to be given."""
    facts = gather_facts(sources, language).facts
    rows = tuple({"category": text} for text in (*facts.items("data.categories"), *facts.items("data.special")))
    yield TableProposal("categories", say("Une ligne par catégorie de données"), rows)
