"""Reads of the chain. A page reads a fixed number of statements, whatever the number of companies and links."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, ScalarSelect, Select, and_, func, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload

from portal.audits.models import StandingAnswer, value_of
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
from portal.core.errors import NotFound, Refused
from portal.core.language import say
from portal.core.pages import Page, first_rows, page_of
from portal.core.sought import begins_a_word
from portal.paper.models import PaperReview
from portal.processing.models import ActivityService, ActivityVersion, ProcessingActivity
from portal.processing.queries import standing
from portal.vendors.models import Service, Vendor
from portal.vendors.rules.facts import Volume
from portal.vendors.rules.naming import denominations, words

MOST_SHOWN = 100
"""Links of a side that the page of a company shows; how many there are is said."""
SHORTEST = 4
"""Letters below which a name that begins another says nothing."""
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
    """The links that are said today: those of a change that was accepted begin on its day."""
    return and_(
        ChainLink.valid_from <= ctx.today, or_(ChainLink.valid_until.is_(None), ChainLink.valid_until > ctx.today)
    )


def chain_world(ctx: Context) -> ChainWorld:
    """The whole chain; 100,000 links are read in about a second."""
    authorize(ctx, Permission.CHAIN_VIEW)
    return _world(ctx, None)


def chain_around(ctx: Context, knots: Collection[int]) -> ChainWorld:
    """These companies, all that they rest on and all that rests on them, at any depth; nothing else is read.

    Three statements, as for the whole; the database walks the links, cycles included.
    """
    authorize(ctx, Permission.CHAIN_VIEW)
    if not knots:
        return ChainWorld((), graph_of((), {}))
    columns = (ChainLink.engaging_id, ChainLink.engaged_id)
    walks = [_walked(ctx, knots, *ends) for ends in (columns, columns[::-1])]
    return _world(ctx, union(*(select(walk.c.knot) for walk in walks)).scalar_subquery())


def _walked(
    ctx: Context, knots: Collection[int], nearer: InstrumentedAttribute[int], farther: InstrumentedAttribute[int]
) -> CTE:
    """The knots met from these, themselves included, following every link from one of its ends to the other."""
    here, there = aliased(ChainCompany), aliased(ChainCompany)
    starts = select(ChainCompany.knot.label("knot")).where(ChainCompany.knot.in_(knots))
    met = starts.cte(farther.key, recursive=True)
    step = (
        select(there.knot)
        .join_from(met, here, here.knot == met.c.knot)
        .join(ChainLink, nearer == here.id)
        .join(there, there.id == farther)
        .where(live(ctx))
    )
    return met.union(step)


def _world(ctx: Context, knots: ScalarSelect[int] | None) -> ChainWorld:
    """What stands today of these knots, or of all."""
    company, engaging = ChainCompany, aliased(ChainCompany)
    said = select(ChainLink.engaging_id, ChainLink.engaged_id, ChainLink.countries).where(live(ctx))
    told = select(ChainTransfer.company_id, ChainTransfer.country, ChainTransfer.tool, ChainTransfer.fallback)
    shown = select(company.id, company.key, company.name, company.knot, company.vendor_id, company.country)
    if knots is not None:
        within = company.knot.in_(knots)
        said = (
            said.join(company, company.id == ChainLink.engaged_id).where(within)
            .join(engaging, engaging.id == ChainLink.engaging_id).where(engaging.knot.in_(knots))
        )  # fmt: skip
        told = told.join(company, company.id == ChainTransfer.company_id).where(within)
        shown = shown.where(within)
    pairs: list[tuple[int, int]] = []
    places: dict[int, dict[str, None]] = defaultdict(dict)
    for upper, lower, countries in ctx.session.execute(said.order_by(ChainLink.id)):
        pairs.append((upper, lower))
        if countries:
            places[lower].update(dict.fromkeys(countries.split()))
    grounds: dict[int, list[TransferGround]] = defaultdict(list)
    for number, country, tool, fallback in ctx.session.execute(told.order_by(ChainTransfer.id)):
        grounds[number].append(TransferGround(country, tool, fallback))
    nodes = tuple(
        ChainNode(
            number, key, name, knot, vendor_id,
            tuple(dict.fromkeys([*([country] if country else []), *places.get(number, ())])),
            tuple(grounds.get(number, ())),
        )
        for number, key, name, knot, vendor_id, country in ctx.session.execute(shown.order_by(company.id))
    )  # fmt: skip
    return ChainWorld(nodes, graph_of(pairs, {node.number: node.knot for node in nodes}))


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


def contracts_with(ctx: Context, vendor_ids: Collection[int]) -> dict[NamedThing, int]:
    """The contracts in force with these vendors, by title, each with the number of its vendor."""
    in_force = select(Contract.vendor_id, Contract.key, Contract.title).where(
        Contract.state == ContractState.IN_FORCE, visible(ctx, Permission.CONTRACT_VIEW, Contract)
    )
    rows = ctx.session.execute(in_force.order_by(Contract.title, Contract.id))
    return {NamedThing(key, title): vendor_id for vendor_id, key, title in rows if vendor_id in vendor_ids}


def activities_with(ctx: Context, vendor_ids: Collection[int]) -> dict[NamedThing, Volume]:
    """The lines of the register of processing that rest today on a service of these vendors, by name, with how many
    people each is about.
    """
    volume = ActivityVersion.content["volume"].as_string()
    resting = (
        select(ProcessingActivity.key, ProcessingActivity.name, Service.vendor_id, volume)
        .join(ActivityVersion, ActivityVersion.activity_id == ProcessingActivity.id)
        .join(ActivityService, ActivityService.version_id == ActivityVersion.id)
        .join(Service, Service.id == ActivityService.service_id)
        .where(
            standing(None),
            or_(ProcessingActivity.ended_on.is_(None), ProcessingActivity.ended_on > ctx.today),
            or_(Service.ended_on.is_(None), Service.ended_on > ctx.today),
            visible(ctx, Permission.REGISTER_VIEW, ProcessingActivity),
        )
    )
    rows = ctx.session.execute(resting.order_by(ProcessingActivity.name, ProcessingActivity.id))
    return {
        NamedThing(key, name): Volume(told or Volume.UNKNOWN)
        for key, name, vendor_id, told in rows
        if vendor_id in vendor_ids
    }


EXIT_PLAN, PLANNED = "dora-sortie.plan", frozenset({"essaye", "ecrit"})
"""The question that asks for an exit plan, and the answers that say there is one."""


def vendors_with_exit_plan(ctx: Context) -> frozenset[int]:
    """The vendors of which an accepted answer says that an exit plan is written: somebody knows what takes over."""
    rows = ctx.session.execute(
        select(StandingAnswer.vendor_id, StandingAnswer.value).where(
            StandingAnswer.question_key == EXIT_PLAN, StandingAnswer.contested.is_(False)
        )
    )
    return frozenset(vendor_id for vendor_id, value in rows if value_of(value) in PLANNED)


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


def companies(ctx: Context, *, typed: str, page: int, lacking: bool) -> Page[ChainCompany]:
    """The companies whose name has words that begin so, in the order of the alphabet."""
    authorize(ctx, Permission.CHAIN_VIEW)
    wanted: Select[ChainCompany] = select(ChainCompany).options(joinedload(ChainCompany.vendor))
    for word in words(typed)[:MOST_WORDS]:
        wanted = wanted.where(begins_a_word(ChainCompany.sought, word))
    if lacking:
        wanted = wanted.where(ChainCompany.vendor_id.is_(None), or_(*(column == "" for column in IDENTITY)))
    return page_of(ctx.session, wanted.order_by(ChainCompany.folded_name, ChainCompany.id), page)


def companies_by_words(ctx: Context, words: Sequence[str], at_most: int) -> Page[ChainCompany]:
    """The first companies whose name has all these plain words, and how many have."""
    authorize(ctx, Permission.CHAIN_VIEW)
    wanted = (
        select(ChainCompany)
        .where(*(begins_a_word(ChainCompany.sought, word) for word in words))
        .order_by(ChainCompany.folded_name, ChainCompany.id)
    )
    return first_rows(ctx.session, wanted, at_most)


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


@dataclass(frozen=True)
class LinkLine:
    """A link as the page of one of its ends shows it: the other end, for what, where, said by whom."""

    number: int
    name: str
    service: str
    countries: tuple[str, ...]
    source: str
    since: date


def links_below(ctx: Context, names: Sequence[int]) -> Page[LinkLine]:
    """Whom a company engages, under any of its names, by name; the first hundred and their number."""
    return _links(ctx, ChainLink.engaging_id, ChainLink.engaged_id, names)


def links_above(ctx: Context, names: Sequence[int]) -> Page[LinkLine]:
    """Who engages a company, under any of its names."""
    return _links(ctx, ChainLink.engaged_id, ChainLink.engaging_id, names)


def _links(ctx: Context, end: Any, other: Any, names: Sequence[int]) -> Page[LinkLine]:
    wanted = [end.in_(names), live(ctx)]
    rows = ctx.session.execute(
        select(
            ChainCompany.id, ChainCompany.name, ChainLink.service, ChainLink.countries, ChainLink.source,
            ChainLink.valid_from,
        )
        .join(ChainCompany, ChainCompany.id == other)
        .where(*wanted)
        .order_by(ChainCompany.folded_name, ChainCompany.id, ChainLink.id)
        .limit(MOST_SHOWN)
    )  # fmt: skip
    total = ctx.session.scalar(select(func.count()).select_from(ChainLink).where(*wanted)) or 0
    lines = [LinkLine(number, name, service, tuple(countries.split()), source, since)
             for number, name, service, countries, source, since in rows]  # fmt: skip
    return Page(lines, 1, MOST_SHOWN, total)


def names_of(ctx: Context, knots: Collection[int]) -> Sequence[ChainCompany]:
    """Every name of these companies, with the vendor behind it, in the order in which they were entered."""
    wanted = select(ChainCompany).options(joinedload(ChainCompany.vendor)).where(ChainCompany.knot.in_(knots))
    return ctx.session.scalars(wanted.order_by(ChainCompany.id)).all()


def places_said(ctx: Context, names: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Where the links that lead to each of these names say that data go."""
    found: dict[int, dict[str, None]] = defaultdict(dict)
    said = select(ChainLink.engaged_id, ChainLink.countries).where(
        ChainLink.engaged_id.in_(names), ChainLink.countries != "", live(ctx)
    )
    for number, countries in ctx.session.execute(said.distinct().order_by(ChainLink.engaged_id, ChainLink.countries)):
        found[number].update(dict.fromkeys(countries.split()))
    return {number: tuple(countries) for number, countries in found.items()}


def transfers_of(ctx: Context, names: Collection[int]) -> Sequence[ChainTransfer]:
    """What is recorded of the transfers to these names."""
    return ctx.session.scalars(
        select(ChainTransfer)
        .options(joinedload(ChainTransfer.company))
        .where(ChainTransfer.company_id.in_(names))
        .order_by(ChainTransfer.country, ChainTransfer.id)
    ).all()


def transfer_to(ctx: Context, company: ChainCompany, country: str) -> ChainTransfer | None:
    """What is recorded of the transfers to a company in a country."""
    return ctx.session.scalar(
        select(ChainTransfer)
        .options(joinedload(ChainTransfer.company))
        .where(ChainTransfer.company_id == company.id, ChainTransfer.country == country)
    )


def link_counts(ctx: Context, names: Collection[int]) -> dict[int, tuple[int, int]]:
    """For each of these names, how many links lead to it and how many leave it."""
    found = dict.fromkeys(names, (0, 0))
    for place, end in enumerate((ChainLink.engaged_id, ChainLink.engaging_id)):
        rows = ctx.session.execute(select(end, func.count()).where(end.in_(names), live(ctx)).group_by(end))
        for number, count in rows:
            above, below = found[number]
            found[number] = (count, below) if place == 0 else (above, count)
    return found


def near_names(ctx: Context, company: ChainCompany) -> Sequence[ChainCompany]:
    """Other companies of nearly this name, of which nobody said that they are another or the same."""
    folded = {company.folded_name, *denominations(company.name)}
    alike: list[ColumnElement[bool]] = [ChainCompany.folded_name.in_(sorted(folded))]
    if len(company.folded_name) >= SHORTEST:
        alike.append(ChainCompany.folded_name.startswith(f"{company.folded_name} ", autoescape=True))
    judged = select(NameJudgement.one_id, NameJudgement.other_id).where(
        NameJudgement.undone_at.is_(None), NameJudgement.verdict == NameVerdict.DIFFERENT
    )
    one = judged.with_only_columns(NameJudgement.one_id).where(NameJudgement.other_id == company.id)
    other = judged.with_only_columns(NameJudgement.other_id).where(NameJudgement.one_id == company.id)
    return ctx.session.scalars(
        select(ChainCompany)
        .where(
            or_(*alike), ChainCompany.knot != company.knot, ChainCompany.id.not_in(one), ChainCompany.id.not_in(other)
        )
        .order_by(ChainCompany.folded_name, ChainCompany.id)
        .limit(MOST_CANDIDATES)
    ).all()


def company_named(ctx: Context, name: str) -> ChainCompany:
    """The company of this name, letter for letter, or of this key; raises Refused, naming those of nearly this name."""
    typed = " ".join(name.split())
    exact = ctx.session.scalars(
        select(ChainCompany).where(or_(ChainCompany.name == name, ChainCompany.key == typed)).limit(2)
    ).all()
    if len(exact) == 1:
        return exact[0]
    folded = folded_name(typed)
    near = ctx.session.scalars(
        select(ChainCompany).where(ChainCompany.folded_name == folded).order_by(ChainCompany.id).limit(MOST_CANDIDATES)
    ).all()
    if len(near) == 1:
        return near[0]
    named = ", ".join(f"{one.name} ({one.key})" for one in near or exact)
    if named:
        raise Refused(say("Plusieurs sociétés portent ce nom : %(names)s. Écrivez la clé.", names=named))
    raise Refused(say("Aucune société de la chaîne ne s'appelle « %(name)s ».", name=typed))


def get_judgement(ctx: Context, number: int) -> NameJudgement:
    """A judgement with both names; raises NotFound."""
    authorize(ctx, Permission.CHAIN_WRITE)
    found = ctx.session.scalar(
        select(NameJudgement)
        .options(joinedload(NameJudgement.one), joinedload(NameJudgement.other))
        .where(NameJudgement.id == number)
    )
    if found is None:
        raise NotFound()
    return found


def get_law(ctx: Context, number: int) -> AppliedLaw:
    """A law file that is tried; raises NotFound."""
    authorize(ctx, Permission.CHAIN_WRITE)
    found = ctx.session.get(AppliedLaw, number)
    if found is None:
        raise NotFound()
    return found


def knots_of_vendor(ctx: Context, vendor_id: int) -> list[int]:
    """The companies that stand for a vendor, in the order in which they were entered."""
    wanted = select(ChainCompany.knot).where(ChainCompany.vendor_id == vendor_id).order_by(ChainCompany.id)
    return list(dict.fromkeys(ctx.session.scalars(wanted)))


def companies_numbered(ctx: Context, numbers: Sequence[int]) -> list[ChainCompany]:
    """These companies, in this order."""
    wanted = select(ChainCompany).options(joinedload(ChainCompany.vendor)).where(ChainCompany.id.in_(numbers))
    rows = {company.id: company for company in ctx.session.scalars(wanted)}
    return [rows[number] for number in numbers if number in rows]
