"""The delays that contracts in force write: the one place that says what each is, where it is read, who confirmed it.

A contract drafted here writes them in its clauses, one received in the terms that were read in it; one signed
elsewhere says nothing until a person has typed what it writes. What nobody has read is unknown, never assumed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import load_only

from portal.authz.context import Context
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.consolidation import ChainedDocument, Weight, in_order
from portal.contracts.rules.life import ContractState
from portal.core.dataclass import dataclass
from portal.core.documents.freezing import thaw
from portal.core.documents.tree import Document, Section
from portal.core.language import Language
from portal.paper.models import ConfirmedDelay, PaperReview, ReviewState
from portal.paper.rules.contract_delays import (
    DelayFigure,
    DelayKind,
    DelaySource,
    ReadDelay,
    delay_in_sentences,
    delay_of_positions,
    delays_read,
)
from portal.paper.rules.sentences import split_sentences
from portal.paper.tree_source import source_of_tree

MOST = 40
"""Contracts in force of one vendor that are looked into, amendments included."""


@dataclass(frozen=True)
class ContractDelay:
    """One delay of one contract in force."""

    vendor_id: int
    contract_id: int
    title: str
    service_id: int | None
    """The service that the contract is about; none for a general one."""
    kind: DelayKind
    document_id: int
    """The contract itself, or the amendment in force that writes it."""
    document_title: str
    figure: DelayFigure | None = None
    """None while it is unknown: not read, or read several times with different figures; or when it is not written."""
    quote: str = ""
    """The passage, as the text writes it."""
    source: DelaySource | None = None
    candidates: tuple[ReadDelay, ...] = ()
    """What was read, when it is not one figure alone."""
    confirmed_by: str = ""
    """Who looked at the contract and said so; empty when nobody has."""
    confirmed_at: datetime | None = None

    @property
    def is_confirmed(self) -> bool:
        """Whether a person said it, and not a reading alone."""
        return self.confirmed_at is not None

    @property
    def is_silent(self) -> bool:
        """Whether a person read the contract and it writes no such delay."""
        return self.is_confirmed and self.figure is None

    @property
    def is_known(self) -> bool:
        """Whether there is a figure, confirmed or read."""
        return self.figure is not None


def delays_in_force(
    ctx: Context, vendor_ids: Collection[int], kinds: Collection[DelayKind] = tuple(DelayKind)
) -> list[ContractDelay]:
    """What each contract in force with these vendors writes of each delay, unknown ones included; by contract, by kind.

    One line a contract and kind, of main contracts whose copy was read; an amendment in force that writes another
    delay says it for its contract. A figure that a person confirmed counts before one that was read, as long as the
    signature of that document is the one they had before them. Four statements whatever the number of contracts. The
    caller has checked its reach: a vendor's declaration reads this too, and shows nothing of it.
    """
    rows = ctx.session.scalars(
        select(Contract)
        .options(
            load_only(
                Contract.vendor_id, Contract.title, Contract.service_id, Contract.parent_id, Contract.state,
                Contract.copy_reading, Contract.effective_on, Contract.counting_number, Contract.signature_id,
                Contract.kind, raiseload=True,
            )
        )
        .where(Contract.vendor_id.in_(sorted(vendor_ids)), Contract.state == ContractState.IN_FORCE)
        .order_by(Contract.id)
        .limit(MOST * max(1, len(vendor_ids)))
    ).all()  # fmt: skip
    held = {
        one.id: one
        for one in in_order(
            ChainedDocument(row.id, row.parent_id is not None, row.state, row.copy_reading, row.effective_on)
            for row in rows
        )
        if one.weight is Weight.HOLDS
    }
    by_id = {row.id: row for row in rows}
    said = _said(ctx, [by_id[number] for number in held], kinds)
    return list(_lines(by_id, held, said, kinds))


def _lines(
    rows: Mapping[int, Contract], held: Collection[int], said: Mapping[tuple[int, DelayKind], ContractDelay],
    kinds: Collection[DelayKind],
) -> Iterator[ContractDelay]:  # fmt: skip
    """The line of each main contract, as the last document in force that says something writes it."""
    found: dict[tuple[int, DelayKind], ContractDelay] = {}
    for number in held:
        row = rows[number]
        for kind in kinds:
            line = said[number, kind]
            if row.parent_id is None:
                found[row.id, kind] = line
            elif (row.parent_id, kind) in found and (line.is_known or line.candidates):
                main = rows[row.parent_id]
                found[main.id, kind] = ContractDelay(
                    main.vendor_id, main.id, main.title, main.service_id, kind, row.id, row.title, line.figure,
                    line.quote, line.source, line.candidates, line.confirmed_by, line.confirmed_at,
                )  # fmt: skip
    yield from found.values()


def delays_of(ctx: Context, contract: Contract) -> list[ContractDelay]:
    """What one document of the register writes of each delay, whatever its state: what its own page shows."""
    said = _said(ctx, [contract], tuple(DelayKind))
    return [said[contract.id, kind] for kind in DelayKind]


def _said(
    ctx: Context, rows: Sequence[Contract], kinds: Collection[DelayKind]
) -> dict[tuple[int, DelayKind], ContractDelay]:
    """What each document says by itself."""
    if not rows:
        return {}
    drafted, received, confirmed = _drafted(ctx, rows, kinds), _received(ctx, rows, kinds), _confirmed(ctx, rows)
    found = {}
    for row in rows:
        for kind in kinds:
            word = confirmed.get((row.id, kind))
            figure, quote, source = None, "", None
            candidates: tuple[ReadDelay, ...] = ()
            read = received.get((row.id, kind), [])
            if (row.id, kind) in drafted:
                one = drafted[row.id, kind]
                figure, quote, source = one.figure, one.quote, DelaySource.DRAFTED
            elif len(read) == 1:
                figure, quote, source = read[0].figure, read[0].quote, DelaySource.READ
            else:
                candidates = tuple(read)
            if word is not None and word.signature_id == row.signature_id:
                figure, quote, source = word.figure, word.quote, word.source
            else:
                word = None
            found[row.id, kind] = ContractDelay(
                row.vendor_id, row.id, row.title, row.service_id, kind, row.id, row.title, figure, quote, source,
                candidates, word.confirmed_by if word else "", word.confirmed_at if word else None,
            )  # fmt: skip
    return found


def _drafted(
    ctx: Context, rows: Sequence[Contract], kinds: Collection[DelayKind]
) -> dict[tuple[int, DelayKind], ReadDelay]:
    wanted = [row.id for row in rows if row.counting_number is not None]
    if not wanted:
        return {}
    versions = ctx.session.execute(
        select(ContractVersion.contract_id, ContractVersion.language, ContractVersion.positions, ContractVersion.tree)
        .join(Contract, Contract.id == ContractVersion.contract_id)
        .where(ContractVersion.contract_id.in_(wanted), ContractVersion.number == Contract.counting_number)
    )
    found = {}
    for number, language, positions, frozen in versions:
        for kind in kinds:
            sentences = sentences_of_clauses(thaw(frozen), kind.clauses, language)
            held, written = delay_of_positions(kind, positions), delay_in_sentences(kind, sentences)
            if held is not None and (written is None or written.figure != held.figure):
                found[number, kind] = held
            elif written is not None and (held is not None or not _is_negotiated(kind, positions)):
                found[number, kind] = written
    return found


def _is_negotiated(kind: DelayKind, positions: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a text departs from the library where it writes this delay: a figure that cannot be told is unknown."""
    return any(one["clause"] in kind.clauses and one.get("wording") == "free" for one in positions)


def sentences_of_clauses(document: Document, clauses: Collection[str], language: Language) -> list[str]:
    """The sentences of some clauses of a text drafted here, in the language that prevails."""
    section = next((one for one in _sections(document) if one.anchor in clauses), None)
    if section is None:
        return []
    return [one.text for one in split_sentences(source_of_tree(Document("", language, (section,))))]


def _sections(node: Any) -> Iterator[Section]:
    """Every section of a tree, in order; of two columns, the left one."""
    for block in getattr(node, "blocks", ()):
        if isinstance(block, Section):
            yield block
        yield from _sections(block)
    for row in getattr(node, "rows", ()):
        yield from _sections(getattr(row, "left", None))


def _received(
    ctx: Context, rows: Sequence[Contract], kinds: Collection[DelayKind]
) -> dict[tuple[int, DelayKind], list[ReadDelay]]:
    readings = ctx.session.execute(
        select(PaperReview.contract_id, PaperReview.findings["terms"])
        .where(PaperReview.contract_id.in_([row.id for row in rows]), PaperReview.state == ReviewState.CHECKED)
        .order_by(PaperReview.id)
    )
    return {(number, kind): found for number, terms in readings for kind in kinds
            if (found := delays_read(kind, terms or ()))}  # fmt: skip


def _confirmed(ctx: Context, rows: Sequence[Contract]) -> dict[tuple[int, DelayKind], ConfirmedDelay]:
    newest = (
        select(func.max(ConfirmedDelay.id))
        .where(ConfirmedDelay.contract_id.in_([row.id for row in rows]))
        .group_by(ConfirmedDelay.contract_id, ConfirmedDelay.kind)
    )
    words = ctx.session.scalars(select(ConfirmedDelay).where(ConfirmedDelay.id.in_(newest)))
    return {(word.contract_id, word.kind): word for word in words}


def text_held(ctx: Context, contract: Contract) -> str:
    """The text of a document of the register, as far as it is held here: drafted, or read; empty when it is not."""
    drafted = ctx.session.scalar(
        select(ContractVersion.tree)
        .join(Contract, Contract.id == ContractVersion.contract_id)
        .where(ContractVersion.contract_id == contract.id, ContractVersion.number == Contract.counting_number)
    )
    if drafted is not None:
        return source_of_tree(thaw(drafted)).text
    read = ctx.session.scalar(
        select(PaperReview.document["text"].as_string())
        .where(PaperReview.contract_id == contract.id, PaperReview.state == ReviewState.CHECKED)
        .order_by(PaperReview.id.desc())
        .limit(1)
    )
    return read or ""
