"""What the page of a contract with its amendments shows: what each changes, and what holds today of all of them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.contracts.fact_sources.stored_facts import is_bound, rows_in, told_in
from portal.contracts.library_editions import known_obligations
from portal.contracts.life_models import DeadlineDecision
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.consolidation import ChainedDocument, HeldFigure, SaidFigure, Weight, holding, in_order
from portal.contracts.rules.deadline_choices import DeadlineChoice
from portal.contracts.rules.fact_catalogue import FACTS, FactKind
from portal.contracts.rules.life import LISTED
from portal.contracts.rules.model import headed
from portal.contracts.version_comparison import VersionComparison, compare_versions, fact_words
from portal.core.dataclass import dataclass
from portal.core.language import Language

SHOWN_FACTS = (
    "controller.name", "vendor.name", "service.duration", "subprocessors", "transfers.rows", "data.retention",
    "locations", "vendor.breach_contact", "law.governing",
)  # fmt: skip
"""Facts of a text that are asked for when a contract is looked up; those it does not have are left out."""
MOST = 40
"""Documents that the page reads: the contract, and the amendments recorded last."""


@dataclass(frozen=True)
class ConsolidatedDocument:
    """The contract or an amendment, with what it changes."""

    contract: Contract
    weight: Weight
    version: ContractVersion | None
    """The text that counts, of one drafted here."""
    against: ContractVersion | None = None
    """The text it changes: that of the last document before it that was drafted here and counts."""
    changes: VersionComparison | None = None
    read: Sequence[tuple[str, str]] = ()
    """What somebody typed that it says, when its text was not drafted here."""


@dataclass(frozen=True)
class ConsolidatedPage:
    """All of it."""

    documents: Sequence[ConsolidatedDocument]
    figures: Sequence[HeldFigure]
    titles: Mapping[int, str]
    """By document."""
    renewed_by: Contract | None = None
    """The signed amendment that the end of the contract comes from, when it was renewed in writing."""
    weights: Mapping[int, Weight] = field(default_factory=dict)
    is_cut: bool = False
    """Whether older amendments are left out: what they alone change is not said."""


def consolidated_page(ctx: Context, contract: Contract, language: Language) -> ConsolidatedPage:
    """The page of a contract within reach, in four statements whatever its amendments."""
    found = ctx.session.scalars(
        select(Contract)
        .options(joinedload(Contract.signature))
        .where(
            (Contract.id == contract.id) | (Contract.parent_id == contract.id), Contract.state.in_(LISTED),
            visible(ctx, Permission.CONTRACT_VIEW, Contract),
        )
        .order_by(Contract.parent_id.is_not(None), Contract.id.desc())
        .limit(MOST + 1)
    ).all()  # fmt: skip
    is_cut, rows = len(found) > MOST, found[:MOST]
    by_id, versions = {row.id: row for row in rows}, _versions(ctx, rows)
    chain = in_order(
        ChainedDocument(row.id, row.parent_id is not None, row.state, row.copy_reading, row.effective_on)
        for row in rows
    )
    documents = list(_documents(chain, by_id, versions, language))
    said = [(one, list(_said(by_id[one.id], versions.get(one.id), language))) for one in chain]
    return ConsolidatedPage(
        documents, list(holding(said)), {row.id: row.title for row in rows}, _renewal(ctx, contract),
        {one.id: one.weight for one in chain}, is_cut,
    )  # fmt: skip


def _versions(ctx: Context, rows: Sequence[Contract]) -> dict[int, ContractVersion]:
    """The text that counts of each, by contract."""
    wanted = {row.id: row.counting_number for row in rows if row.counting_number is not None}
    found = ctx.session.scalars(
        select(ContractVersion)
        .join(Contract, Contract.id == ContractVersion.contract_id)
        .options(defer(ContractVersion.edits, raiseload=True))
        .where(ContractVersion.contract_id.in_(wanted), ContractVersion.number == Contract.counting_number)
    )
    return {one.contract_id: one for one in found}


def _renewal(ctx: Context, contract: Contract) -> Contract | None:
    found = ctx.session.scalar(
        select(DeadlineDecision)
        .options(joinedload(DeadlineDecision.amendment))
        .where(
            DeadlineDecision.contract_id == contract.id, DeadlineDecision.choice == DeadlineChoice.RENEW,
            DeadlineDecision.applied_at.is_not(None),
        )
        .order_by(DeadlineDecision.id.desc())
        .limit(1)
    )  # fmt: skip
    return found.amendment if found is not None else None


def _documents(
    chain: Sequence[ChainedDocument], rows: Mapping[int, Contract], versions: Mapping[int, ContractVersion],
    language: Language,
) -> Iterator[ConsolidatedDocument]:  # fmt: skip
    before: ContractVersion | None = None
    for one in chain:
        version = versions.get(one.id)
        changes = (
            compare_versions(before, version, language, known_obligations())
            if before and version and one.is_amendment
            else None
        )
        read = [(told.name, told.text) for told in _typed(rows[one.id], language)] if version is None else ()
        yield ConsolidatedDocument(
            rows[one.id], one.weight, version, before if changes is not None else None, changes, read
        )  # fmt: skip
        if version is not None and (one.weight is Weight.HOLDS or not one.is_amendment):
            before = version


def _typed(row: Contract, language: Language) -> Iterator[SaidFigure]:
    """What a person typed of a document whose text came from outside, in the reader's language or the other one."""
    for key in SHOWN_FACTS:
        stored = row.typed.get(key)
        for spoken in (language, *Language):
            rows = FACTS[key].kind is FactKind.ROWS
            told = rows_in(key, stored, spoken, row.language) if rows else told_in(key, stored, spoken, row.language)
            if told:
                yield _fact(key, told, language, spoken)
                break


def _fact(key: str, value: Any, language: Language, spoken: Language) -> SaidFigure:
    """A fact named in the reader's language; one that is written in one language stays as it was written."""
    is_written = bool(value) and is_bound(key)
    name, text = headed(FACTS[key].label.said_in(language)), fact_words(key, value, language)
    return SaidFigure(key, name, text, spoken if is_written else None)


def _said(row: Contract, version: ContractVersion | None, language: Language) -> Iterator[SaidFigure]:
    """What a text says of what is looked up: its facts, then its figures under negotiation; or what was typed of it."""
    if version is None:
        yield from _typed(row, language)
        return
    values: Mapping[str, Any] = version.facts.get("values", {})
    for key in SHOWN_FACTS:
        if value := values.get(key):
            yield _fact(key, value, language, version.language)
    met: Counter[str] = Counter()
    for position in version.positions:
        for figure in position.get("figures", ()):
            clause, held = str(position["clause"]), ", ".join(str(one) for one in figure["held"])
            met[clause] += 1
            name, spoken = headed(str(figure["what"])), version.language
            yield SaidFigure(f"{clause}/{met[clause]}", name, held, spoken, spoken)
