"""What the next version of a contract rests on: facts missing, facts known with their source, doubts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from portal.authz.context import Context
from portal.contracts import edit_queries
from portal.contracts.fact_sources.gathered_facts import gather_facts
from portal.contracts.fact_sources.sources import Doubt
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.fact_catalogue import FACTS, FROM_VENDOR, FactKind
from portal.contracts.rules.model import headed
from portal.contracts.rules.refusals import Impediment
from portal.contracts.services import (
    AssembledDraft,
    assemble_contract_draft,
    edits_snapshot,
    facts_snapshot,
    untranslated_text,
)
from portal.contracts.version_comparison import fact_words
from portal.core.dataclass import dataclass
from portal.core.language import N_, Language
from portal.core.translation import translate

GROUPS: Mapping[str, str] = {
    "controller": N_("Responsable du traitement"),
    "vendor": N_("Sous-traitant"),
    "service": N_("Prestation"),
    "data": N_("Données et personnes"),
    "transfers": N_("Lieux et transferts"),
    "signature": N_("Signature"),
    "optional": N_("Ce qui ajoute une clause"),
}
_GROUP_OF = {
    "agreement": "service",
    "joint": "service",
    "exit": "service",
    "request": "service",
    "scc": "transfers",
    "tia": "transfers",
    "access": "service",
    "chain": "service",
    "tier": "service",
    "locations": "transfers",
    "law": "transfers",
}
TABLES = tuple(key for key, fact in FACTS.items() if fact.kind is FactKind.ROWS)


@dataclass(frozen=True)
class FactToGive:
    """A fact nobody has given yet."""

    key: str
    label: str
    places: tuple[str, ...]
    decides: bool
    elsewhere: str = ""
    """What it says in the other language, for whoever writes it in this one."""
    from_vendor: bool = False
    """Whether the vendor can give it."""


@dataclass(frozen=True)
class FactOverride:
    """Why what the register or the answers say is not followed for this contract; never printed."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class KnownFact:
    """A fact that the next version would state."""

    key: str
    label: str
    words: str
    source: str
    is_table: bool
    override: FactOverride | None = None


@dataclass(frozen=True)
class TableState:
    """A table of the contract: how much of it is written, and who says so."""

    key: str
    label: str
    count: int
    is_known: bool
    source: str
    cells_to_fill: int
    is_typed: bool


@dataclass(frozen=True)
class FactProblem:
    """A check of sense that a fact fails, or a text that it lacks in the language of the contract."""

    key: str
    label: str
    message: str
    is_table: bool


@dataclass(frozen=True)
class DraftPage:
    """What the next version of a contract rests on, and lacks."""

    language: Language
    """Of the contract: what its facts are asked in."""
    excluded: Impediment | None
    """Why no version is issued with this template: the vendor's capacity, or another fact that it does not admit."""
    to_give: tuple[FactToGive, ...]
    tables: tuple[TableState, ...]
    known: tuple[KnownFact, ...]
    doubts: tuple[Doubt, ...]
    problems: tuple[FactProblem, ...]
    """Checks of sense that fail: no version is drafted without a written reason."""
    untranslated: tuple[FactProblem, ...]
    """Texts known in the other language alone: no version is drafted, whatever the reason."""
    optional: tuple[str, ...]
    """Facts that would bring a further clause in; the contract is whole without them."""
    otherwise: Mapping[str, Any]
    """What the register and the answers say by themselves: following something else takes a reason."""
    labels: Mapping[str, str]
    """Of every fact, for the reader."""


def draft_page(ctx: Context, contract: Contract, spoken: Language, reader: Language) -> DraftPage:
    """What is known today of a contract in the language it is drafted in, said in the reader's."""
    made = assemble_contract_draft(ctx, contract, spoken)
    values = facts_snapshot(made.gathered, spoken)["values"]
    known = (
        KnownFact(key, _label(key, reader), fact_words(key, values[key], spoken),
                  translate(made.gathered.origins[key], reader),
                  fact.kind is FactKind.ROWS, _override(contract, key))
        for key, fact in FACTS.items() if key in values
    )  # fmt: skip
    otherwise = made.gathered
    if contract.typed:
        otherwise = gather_facts(replace(made.sources, typed={}), spoken)
    return DraftPage(
        language=spoken,
        excluded=made.excluded,
        to_give=_to_give(made, reader),
        tables=tuple(_table(key, made, contract, reader) for key in TABLES if _is_asked(key, made)),
        known=tuple(known),
        doubts=made.gathered.doubts,
        problems=tuple(
            FactProblem(one.fact, _label(one.fact, reader), one.said_in(reader), is_table(one.fact))
            for one in made.problems
        ),
        untranslated=tuple(
            FactProblem(one.fact, _label(one.fact, reader),
                        translate(untranslated_text(one, spoken), reader), is_table(one.fact))
            for one in made.to_translate
        ),
        optional=tuple(
            key for key in made.assembly.undecided if key not in {blank.key for blank in made.assembly.blanks}
        ),
        otherwise=otherwise.facts.values,
        labels={key: _label(key, reader) for key in FACTS},
    )  # fmt: skip


def _label(key: str, reader: Language) -> str:
    return headed(FACTS[key].label.said_in(reader))


def _override(contract: Contract, key: str) -> FactOverride | None:
    kept = contract.overrides.get(key)
    return FactOverride(kept["reason"], kept["by"], datetime.fromisoformat(kept["at"])) if kept else None


def _to_give(made: AssembledDraft, reader: Language) -> tuple[FactToGive, ...]:
    """Facts in one value that nobody has given, or that are lacking in the language of the contract."""
    elsewhere = {one.fact: one.text for one in made.to_translate if not one.column}
    asked = {blank.key: blank for blank in made.assembly.blanks if blank.key in FACTS and not is_table(blank.key)}
    keys = (*asked, *(key for key in elsewhere if key not in asked))
    return tuple(
        FactToGive(
            key, _label(key, reader), asked[key].places if key in asked else (),
            key in asked and asked[key].decides, elsewhere.get(key, ""), key in FROM_VENDOR,
        )
        for key in keys
    )  # fmt: skip


def _is_asked(key: str, made: AssembledDraft) -> bool:
    """Whether the contract would print a table, or holds it already."""
    template = made.assembly.template
    annexed = (annex for annex in template.annexes if key in annex.tables)
    return made.gathered.facts.is_known(key) or any(
        made.gathered.facts.verdict(annex.applies_when) is not False for annex in annexed
    )


def _table(key: str, made: AssembledDraft, contract: Contract, reader: Language) -> TableState:
    facts = made.gathered.facts
    return TableState(
        key, _label(key, reader), len(facts.rows(key)), facts.is_known(key),
        translate(made.gathered.origins[key], reader) if key in made.gathered.origins else "",
        len(facts.gaps(key)), key in contract.typed,
    )  # fmt: skip


def fact_of_blank(key: str) -> str:
    """The fact a blank belongs to: a cell of a table names its row and column.

    >>> fact_of_blank("subprocessors.0.country"), fact_of_blank("vendor.name")
    ('subprocessors', 'vendor.name')
    """
    return next((fact for fact in TABLES if key == fact or key.startswith(f"{fact}.")), key)


def is_table(key: str) -> bool:
    """Whether a fact is a table, which has a page of its own."""
    return key in TABLES


def is_typable(key: str) -> bool:
    """Whether legal may type this fact on the page of facts."""
    return key in FACTS and not is_table(key)


def facts_to_ask(found: DraftPage, typed: Mapping[str, Any], corrected: Sequence[str]) -> dict[str, list[str]]:
    """The facts to ask for, by group: missing, typed already, wanted for correction, then those that add a clause.

    Those of the signing are always proposed: unknown, they are lines for the pen and nothing is missing.
    """
    asked = {*(one.key for one in found.to_give), *typed, *corrected}
    wanted = [key for key in FACTS if is_typable(key) and (key in asked or _group(key) == "signature")]
    grouped: dict[str, list[str]] = {}
    for key in (*wanted, *(key for key in found.optional if key not in wanted)):
        grouped.setdefault("optional" if key in found.optional else _group(key), []).append(key)
    return {group: grouped[group] for group in GROUPS if group in grouped}


def _group(key: str) -> str:
    head = key.partition(".")[0]
    return _GROUP_OF.get(head, head)


def is_outdated(ctx: Context, contract: Contract, version: ContractVersion) -> bool:
    """Whether facts, clauses or what lawyers changed of them are no more those of a version."""
    made = assemble_contract_draft(ctx, contract, version.language)
    now_facts = facts_snapshot(made.gathered, version.language)["values"]
    now_clauses = [(clause.key, clause.sha256) for clause in made.assembly.clauses]
    now_edits = edits_snapshot(edit_queries.edit_rows(ctx, contract))
    return now_facts != version.facts.get("values") or (now_clauses, now_edits) != (
        list(_stamps(version)),
        version.edits,
    )


def _stamps(version: ContractVersion) -> Iterator[tuple[str, str]]:
    for clause in version.clauses:
        yield clause["id"], clause["sha256"]
