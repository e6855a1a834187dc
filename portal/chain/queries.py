"""Reads of the chain. A page reads a fixed number of statements, whatever the number of companies and links."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, authorize, visible
from portal.authz.policy import Permission
from portal.chain.models import (
    AppliedLaw,
    ChainCompany,
    ChainLink,
    ChainTransfer,
    NameJudgement,
    NameVerdict,
    folded_name,
)
from portal.chain.rules.graph import ChainGraph, graph_of
from portal.chain.rules.transfer_tools import TransferGround
from portal.chain.rules.what_if import ChainNode
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractState
from portal.core.errors import NotFound
from portal.core.pages import Page, page_of
from portal.core.sought import begins_a_word
from portal.paper.models import PaperReview
from portal.vendors.models import Vendor
from portal.vendors.rules.naming import words

MOST_LINKS = 2_000
"""Links read for one page: of a longer chain, those nearest to where it begins."""
MOST_CANDIDATES = 8
MOST_WORDS = 6


@dataclass(frozen=True)
class ChainWorld:
    """Every company and who engages whom, as they stand today: three statements."""

    nodes: tuple[ChainNode, ...]
    graph: ChainGraph

    def named(self, knots: Collection[int]) -> list[ChainNode]:
        """Every name of these companies, in the order of the alphabet."""
        return sorted((node for node in self.nodes if node.knot in knots), key=lambda node: (node.name, node.number))


@dataclass(frozen=True)
class NamedThing:
    """A key and a name, as the command prints them."""

    key: str
    name: str


def live(ctx: Context) -> ColumnElement[bool]:
    """The links that are said today."""
    return or_(ChainLink.valid_until.is_(None), ChainLink.valid_until > ctx.today)


def chain_world(ctx: Context) -> ChainWorld:
    """The whole chain; 100,000 links are read in about a second."""
    authorize(ctx, Permission.CHAIN_VIEW)
    columns = (ChainLink.engaging_id, ChainLink.engaged_id, ChainLink.countries)
    links = ctx.session.execute(select(*columns).where(live(ctx)).order_by(ChainLink.id)).all()
    places: dict[int, dict[str, None]] = defaultdict(dict)
    for _engaging, engaged, countries in links:
        if countries:
            places[engaged].update(dict.fromkeys(countries.split()))
    grounds: dict[int, list[TransferGround]] = defaultdict(list)
    told = (ChainTransfer.company_id, ChainTransfer.country, ChainTransfer.tool, ChainTransfer.fallback)
    for number, country, tool, fallback in ctx.session.execute(select(*told).order_by(ChainTransfer.id)):
        grounds[number].append(TransferGround(country, tool, fallback))
    company = ChainCompany
    shown = (company.id, company.key, company.name, company.knot, company.vendor_id, company.country)
    nodes = tuple(
        ChainNode(
            number, key, name, knot, vendor_id,
            tuple(dict.fromkeys([*([country] if country else []), *places.get(number, ())])),
            tuple(grounds.get(number, ())),
        )
        for number, key, name, knot, vendor_id, country in ctx.session.execute(select(*shown).order_by(company.id))
    )  # fmt: skip
    return ChainWorld(nodes, graph_of(((a, b) for a, b, _ in links), {node.number: node.knot for node in nodes}))


def vendors_behind(ctx: Context, nodes: Iterable[ChainNode]) -> dict[int, NamedThing]:
    """The vendors that stand behind these names, by number."""
    wanted = {node.vendor_id for node in nodes}
    found = select(Vendor.id, Vendor.key, Vendor.name).where(
        visible(ctx, Permission.VENDOR_VIEW, Vendor),
        Vendor.id.in_(select(ChainCompany.vendor_id).where(ChainCompany.vendor_id.is_not(None))),
    )
    rows = ctx.session.execute(found.order_by(Vendor.folded_name, Vendor.id))
    return {number: NamedThing(key, name) for number, key, name in rows if number in wanted}


def vendors_numbered(ctx: Context, numbers: Collection[int]) -> dict[int, NamedThing]:
    """These vendors, within reach, by number."""
    if not numbers:
        return {}
    found = select(Vendor.id, Vendor.key, Vendor.name).where(
        visible(ctx, Permission.VENDOR_VIEW, Vendor), Vendor.id.in_(numbers)
    )
    return {number: NamedThing(key, name) for number, key, name in ctx.session.execute(found.order_by(Vendor.id))}


def contracts_with(ctx: Context, vendor_ids: Collection[int]) -> list[NamedThing]:
    """The contracts in force with these vendors, by title."""
    in_force = select(Contract.vendor_id, Contract.key, Contract.title).where(
        Contract.state == ContractState.IN_FORCE, visible(ctx, Permission.CONTRACT_VIEW, Contract)
    )
    rows = ctx.session.execute(in_force.order_by(Contract.title, Contract.id))
    return [NamedThing(key, title) for vendor_id, key, title in rows if vendor_id in vendor_ids]


@dataclass(frozen=True)
class ContractNotice:
    """A contract in force, and the hours within which its text says that a breach is notified, when that was read."""

    vendor_id: int
    contract: NamedThing
    hours: float | None


_HOURS = {"hours": 1, "days": 24}


def breach_notices(ctx: Context) -> list[ContractNotice]:
    """The delay to notify a breach that each contract in force writes, as its text was read; by title.

    The shortest of a text counts: it is the one that binds.
    """
    read: dict[int, float] = {}
    terms = select(PaperReview.contract_id, PaperReview.findings["terms"]).where(
        PaperReview.contract_id.is_not(None), visible(ctx, Permission.PAPER_VIEW, PaperReview)
    )
    for contract_id, found in ctx.session.execute(terms):
        for term in found or ():
            if term["id"] == "breach_notice" and term["value"] is not None and term["unit"] in _HOURS:
                hours = term["value"] * _HOURS[term["unit"]]
                read[contract_id] = min(hours, read.get(contract_id, hours))
    in_force = select(Contract.id, Contract.vendor_id, Contract.key, Contract.title).where(
        Contract.state == ContractState.IN_FORCE, visible(ctx, Permission.CONTRACT_VIEW, Contract)
    )
    return [
        ContractNotice(vendor_id, NamedThing(key, title), read.get(number))
        for number, vendor_id, key, title in ctx.session.execute(in_force.order_by(Contract.title, Contract.id))
    ]


@dataclass(frozen=True)
class FoundNode:
    """What an exact name or key answers to: one company of the chain or one vendor, or several candidates."""

    nodes: tuple[ChainNode, ...] = ()
    vendor: NamedThing | None = None
    vendor_id: int | None = None
    candidates: tuple[NamedThing, ...] = ()


def node_named(ctx: Context, world: ChainWorld, text: str) -> FoundNode:
    """The company whose key or whose name, letter for letter, is this; a vendor of this key or name when none is.

    Without one, or with two, the candidates: those that answer, else those of nearly this name.
    """
    exact = [node for node in world.nodes if text in (node.key, node.name)]
    if len({node.knot for node in exact}) == 1:
        return FoundNode(nodes=tuple(exact[:1]))
    if exact:
        return FoundNode(candidates=tuple(NamedThing(node.key, node.name) for node in exact))
    reached = visible(ctx, Permission.VENDOR_VIEW, Vendor)
    rows = ctx.session.execute(
        select(Vendor.id, Vendor.key, Vendor.name)
        .where(reached, or_(Vendor.key == text, Vendor.name == text))
        .order_by(Vendor.id)
        .limit(MOST_CANDIDATES)
    ).all()
    if len(rows) == 1:
        number, key, name = rows[0]
        behind = tuple(node for node in world.nodes if node.vendor_id == number)
        return FoundNode(behind, NamedThing(key, name), number)
    if rows:
        return FoundNode(candidates=tuple(NamedThing(key, name) for _, key, name in rows))
    return FoundNode(candidates=tuple(_nearly(world, text)))


def _nearly(world: ChainWorld, text: str) -> list[NamedThing]:
    folded, sought = folded_name(text), words(text)
    alike = [node for node in world.nodes if folded and folded_name(node.name) == folded]
    if not alike and sought:
        alike = [node for node in world.nodes if set(sought) & set(words(node.name))]
    return [NamedThing(node.key, node.name) for node in alike[:MOST_CANDIDATES]]


def get_company(ctx: Context, number: int, *, to: Permission) -> ChainCompany:
    """One company with its vendor; raises NotFound."""
    authorize(ctx, to)
    found = ctx.session.scalar(
        select(ChainCompany).options(joinedload(ChainCompany.vendor)).where(ChainCompany.id == number)
    )
    if found is None:
        raise NotFound()
    return found


def companies(
    ctx: Context, *, typed: str, page: int, lacking: bool, red: Collection[int] | None = None
) -> Page[ChainCompany]:
    """The companies whose name has words that begin so, in the order of the alphabet."""
    authorize(ctx, Permission.CHAIN_VIEW)
    wanted: Select[ChainCompany] = select(ChainCompany).options(joinedload(ChainCompany.vendor))
    for word in words(typed)[:MOST_WORDS]:
        wanted = wanted.where(begins_a_word(ChainCompany.sought, word))
    if lacking:
        wanted = wanted.where(or_(*(column == "" for column in IDENTITY)))
    return page_of(ctx.session, wanted.order_by(ChainCompany.folded_name, ChainCompany.id), page)


IDENTITY = (ChainCompany.address, ChainCompany.contact, ChainCompany.country, ChainCompany.processing)
"""What EDPB opinion 22/2024 wants readily available of every processor of a chain, beside its name."""


def company_counts(ctx: Context) -> tuple[int, int]:
    """How many companies there are, and how many links are said today."""
    authorize(ctx, Permission.CHAIN_VIEW)
    companies_there = select(func.count()).select_from(ChainCompany).scalar_subquery()
    links = select(func.count()).select_from(ChainLink).where(live(ctx)).scalar_subquery()
    row = ctx.session.execute(select(companies_there, links)).one()
    return row[0], row[1]


def judgements_on(ctx: Context, knot: int) -> Sequence[NameJudgement]:
    """What was judged of the names of a company, undone or not, the latest first."""
    names = select(ChainCompany.id).where(ChainCompany.knot == knot)
    wanted = select(NameJudgement).options(joinedload(NameJudgement.one), joinedload(NameJudgement.other))
    return ctx.session.scalars(
        wanted.where(or_(NameJudgement.one_id.in_(names), NameJudgement.other_id.in_(names))).order_by(
            NameJudgement.id.desc()
        )
    ).all()


def live_pairs(ctx: Context, names: Collection[int]) -> list[tuple[int, int]]:
    """The pairs among these names that are judged one company today."""
    same = select(NameJudgement.one_id, NameJudgement.other_id).where(
        NameJudgement.verdict == NameVerdict.SAME, NameJudgement.undone_at.is_(None), NameJudgement.one_id.in_(names)
    )
    return [(one, other) for one, other in ctx.session.execute(same)]


def applied_laws(ctx: Context) -> Sequence[AppliedLaw]:
    """The law files tried at the moment, in the order in which they were."""
    authorize(ctx, Permission.CHAIN_VIEW)
    return ctx.session.scalars(select(AppliedLaw).order_by(AppliedLaw.id)).all()
