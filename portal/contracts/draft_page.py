"""What the next version of a contract rests on: facts missing, facts known with their source, doubts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.authz.context import Context
from portal.contracts import edit_queries
from portal.contracts.fact_sources.answer_facts import CHAIN_LIST, MEASURES, PLACES
from portal.contracts.fact_sources.sources import Doubt, Sources
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.document_writing import MissingFact
from portal.contracts.rules.fact_catalogue import FACTS, FactKind
from portal.contracts.rules.model import headed
from portal.contracts.services import assemble_contract_draft, edits_snapshot, facts_snapshot
from portal.contracts.version_comparison import fact_words
from portal.core.language import N_, Language, Sentence, say

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
    "access": "service",
    "chain": "service",
    "tier": "service",
    "locations": "transfers",
    "law": "transfers",
}
_FEEDING = {"measures": MEASURES, "subprocessors": CHAIN_LIST, "transfers.rows": PLACES}
"""Tables that nobody typed come from the vendor's answers: which question fills which."""


@dataclass(frozen=True)
class FactToGive:
    """A fact nobody has given yet."""

    key: str
    label: str
    places: tuple[str, ...]
    decides: bool
    where: Sentence | None
    """Where it is filled in, when not here."""


@dataclass(frozen=True)
class KnownFact:
    """A fact that the next version would state."""

    key: str
    label: str
    words: str
    source: str
    is_typable: bool


@dataclass(frozen=True)
class FactProblem:
    """A check of sense that a fact fails."""

    key: str
    label: str
    message: str
    is_typable: bool


@dataclass(frozen=True)
class DraftPage:
    """What the next version of a contract rests on, and lacks."""

    to_give: tuple[FactToGive, ...]
    known: tuple[KnownFact, ...]
    doubts: tuple[Doubt, ...]
    problems: tuple[FactProblem, ...]
    """Checks of sense that fail: no version is drafted without a written reason."""
    optional: tuple[str, ...]
    """Facts that would bring a further clause in; the contract is whole without them."""


def draft_page(ctx: Context, contract: Contract, language: Language) -> DraftPage:
    """What is known today of a contract, in the reader's language."""
    made = assemble_contract_draft(ctx, contract, language)
    values, sources = facts_snapshot(made.gathered, language)["values"], made.gathered.facts.sources
    known = (
        KnownFact(key, headed(fact.label.said_in(language)), fact_words(key, values[key], language), sources[key],
              fact.kind is not FactKind.ROWS)
        for key, fact in FACTS.items() if key in values
    )  # fmt: skip
    return DraftPage(
        tuple(_to_give(blank, made.sources, language) for blank in made.assembly.blanks),
        tuple(known),
        made.gathered.doubts,
        tuple(
            FactProblem(one.fact, headed(FACTS[one.fact].label.said_in(language)), one.said_in(language),
                        is_typable(one.fact))
            for one in made.problems
        ),
        tuple(key for key in made.assembly.undecided if key not in {blank.key for blank in made.assembly.blanks}),
    )  # fmt: skip


def _to_give(blank: MissingFact, sources: Sources, language: Language) -> FactToGive:
    key = fact_of_blank(blank.key)
    label = FACTS[key].label.said_in(language) if blank.key in FACTS else blank.label
    return FactToGive(blank.key, headed(label), blank.places, blank.decides, _where(key, sources))


def _where(key: str, sources: Sources) -> Sentence | None:
    question = _FEEDING.get(key)
    if question is None:
        return None
    sheet = sources.asking(question)
    if sheet is None:
        return say("Viendra des réponses du sous-traitant : aucune n'a encore été envoyée.")
    return say(
        "Vient des réponses du sous-traitant, question « %(question)s ».", question=sheet.questions[question].text
    )


def fact_of_blank(key: str) -> str:
    """The fact a blank belongs to: a cell of a table names its row and column.

    >>> fact_of_blank("subprocessors.0.country"), fact_of_blank("vendor.name")
    ('subprocessors', 'vendor.name')
    """
    return next((fact for fact in _FEEDING if key == fact or key.startswith(f"{fact}.")), key)


def is_typable(key: str) -> bool:
    """Whether legal may type this fact for one contract."""
    return key in FACTS and FACTS[key].kind is not FactKind.ROWS


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
