"""The contracts in force with a vendor, as the comparison takes them: their texts, read, amendments included."""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from sqlalchemy import select

from portal.authz.context import Context
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.consolidation import ChainedDocument, Weight, in_order
from portal.contracts.rules.document_kind import DocumentKind
from portal.contracts.rules.life import ContractState
from portal.core.dataclass import dataclass
from portal.core.documents.freezing import thaw
from portal.documents_in.document import SourceDocument
from portal.paper.contract_delays import ContractDelay
from portal.paper.models import PaperReview, ReviewState
from portal.paper.rules.contract_delays import DelayKind, DelayUnit
from portal.paper.snapshot import thaw_document
from portal.paper.tree_source import source_of_tree
from portal.published_terms.rules.contract_words import ContractSide, ContractStatement
from portal.published_terms.rules.stated_facts import StatedFact, TermClass

MOST = 40
"""Documents in force of one vendor that are read, amendments included."""
ReadFacts = Callable[[SourceDocument], Sequence[StatedFact]]


@dataclass(frozen=True)
class ContractText:
    """The text of one document in force; none when nobody could read it."""

    contract_id: int
    root_id: int
    """The contract that it is, or amends."""
    title: str
    document: SourceDocument | None


def texts_in_force(ctx: Context, vendor_id: int) -> list[ContractText]:
    """The documents in force with a vendor, contracts first, then their amendments by day of effect."""
    rows = ctx.session.scalars(
        select(Contract)
        .where(
            Contract.vendor_id == vendor_id, Contract.state == ContractState.IN_FORCE,
            Contract.kind == DocumentKind.PROCESSING,
        )
        .order_by(Contract.id)
        .limit(MOST)
    ).all()  # fmt: skip
    by_id = {row.id: row for row in rows}
    documents = {**_received(ctx, by_id), **_drafted(ctx, by_id)}
    ordered = in_order(
        ChainedDocument(row.id, row.parent_id is not None, row.state, row.copy_reading, row.effective_on)
        for row in rows
    )
    return [
        ContractText(
            one.id, by_id[one.id].parent_id or one.id, by_id[one.id].title,
            documents.get(one.id) if one.weight is Weight.HOLDS else None,
        )
        for one in ordered
    ]  # fmt: skip


def _drafted(ctx: Context, rows: dict[int, Contract]) -> dict[int, SourceDocument]:
    found = ctx.session.execute(
        select(ContractVersion.contract_id, ContractVersion.tree)
        .join(Contract, Contract.id == ContractVersion.contract_id)
        .where(ContractVersion.contract_id.in_(list(rows)), ContractVersion.number == Contract.counting_number)
    )
    return {row.contract_id: source_of_tree(thaw(row.tree)) for row in found}


def _received(ctx: Context, rows: dict[int, Contract]) -> dict[int, SourceDocument]:
    found = ctx.session.execute(
        select(PaperReview.contract_id, PaperReview.document)
        .where(PaperReview.contract_id.in_(list(rows)), PaperReview.state == ReviewState.CHECKED)
        .order_by(PaperReview.id)
    )
    return {row.contract_id: thaw_document(row.document) for row in found if row.contract_id is not None}


def contract_side(
    texts: Sequence[ContractText], address: str, read: ReadFacts, delays: Sequence[ContractDelay] = ()
) -> ContractSide:
    """What those documents state: an amendment says again what it says of its contract.

    `delays` are those of `paper.contract_delays`: one that is confirmed, or read as one figure, counts before what is
    read here; so does an absence that a person confirmed. Of a delay of which several figures are read, none is told.
    """
    facts: dict[int, dict[tuple[str, str], list[StatedFact]]] = {}
    titles: dict[int, str] = {}
    refers: set[int] = set()
    unread = False
    host = site_of(address)
    for text in texts:
        titles.setdefault(text.root_id, text.title)
        if text.document is None:
            unread = True
            continue
        said: dict[tuple[str, str], list[StatedFact]] = {}
        for fact in read(text.document):
            said.setdefault((fact.kind.value, fact.aspect), []).append(fact)
        facts.setdefault(text.root_id, {}).update(said)
        if host and host in text.document.text.lower():
            refers.add(text.root_id)
    for delay in delays:
        kind, aspect, unit = _DELAYS[delay.kind]
        stated = _stated(delay, kind, aspect, unit)
        if not delay.is_silent and stated is None:
            continue
        titles.setdefault(delay.contract_id, delay.title)
        said = facts.setdefault(delay.contract_id, {})
        if stated is None:
            said.pop((kind.value, aspect), None)
        else:
            said[kind.value, aspect] = [stated]
    statements = []
    for root, said in facts.items():
        unsure = [key for key in _ONE_FIGURE if len({fact.value for fact in said.get(key, ())}) > 1]
        told = tuple(fact for key, some in said.items() if key not in unsure for fact in some)
        statements.append(
            ContractStatement(root, titles[root], told, root in refers, frozenset(TermClass(key[0]) for key in unsure))
        )
    return ContractSide(tuple(statements), unread)


def _stated(delay: ContractDelay, kind: TermClass, aspect: str, unit: str) -> StatedFact | None:
    """A delay as a fact; none without a figure, or for days that the comparison does not count (Saturdays, not
    Sundays)."""
    figure = delay.figure
    if figure is None or figure.unit is DelayUnit.WEEKDAYS:
        return None
    if figure.unit is DelayUnit.WORKING_DAYS:
        return StatedFact(kind, f"{figure.number} wd", delay.quote, aspect, figure.number * 24 * 7 / 5)
    hours = figure.number * _HOURS[figure.unit]
    shown = f"{hours} h" if unit == "h" else f"{hours / 24:g} d"
    return StatedFact(kind, shown, delay.quote, aspect, hours)


_DELAYS = {
    DelayKind.BREACH: (TermClass.BREACH_DELAY, "", "h"),
    DelayKind.OBJECTION: (TermClass.OBJECTION_PERIOD, "objection", "d"),
    DelayKind.AUDIT: (TermClass.AUDIT_NOTICE, "", "d"),
}
_ONE_FIGURE = tuple((kind.value, aspect) for kind, aspect, _unit in _DELAYS.values())
"""What a contract says once: two figures for it are two things, of which a person says which is meant."""
_HOURS = {DelayUnit.HOURS: 1, DelayUnit.DAYS: 24, DelayUnit.MONTHS: 720}


def site_of(address: str) -> str:
    """The name of the site of an address, without « www. »; empty without one.

    >>> site_of("https://www.nimbus.example/dpa"), site_of("")
    ('nimbus.example', '')
    """
    return (urlsplit(address).hostname or "").removeprefix("www.")
