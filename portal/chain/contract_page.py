"""A contract that a « what if » reaches: through which companies, for which processing, and the papers to send."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.chain import queries
from portal.chain.company_page import best_ground
from portal.chain.models import ChainCompany
from portal.chain.papers import PaperMatter, Supposed
from portal.chain.queries import ChainWorld
from portal.chain.transfer_assessment import TransferMatter
from portal.chain.what_if_answer import WhatIf
from portal.chain.what_if_page import Asked, answer_asked
from portal.contracts.models import Contract
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.vendors.models import Vendor
from portal.vendors.queries import our_officer
from portal.vendors.reference import atlas
from portal.vendors.rules.countries import adequacy

MOST_TRANSFERS = 30
"""Assessments in one paper."""


@dataclass(frozen=True)
class ReachedContract:
    """A contract that an answer names, and what its papers are drafted from."""

    contract: Contract
    asked: Asked
    matter: PaperMatter
    has_fallback: bool

    @property
    def vendor(self) -> Vendor:
        """With whom it is."""
        return self.contract.vendor


def reached_contract(ctx: Context, asked: Asked, key: str, organisation: str) -> ReachedContract:
    """A contract among those that the question reaches; raises NotFound for any other."""
    world = queries.chain_world(ctx)
    answer = answer_asked(ctx, world, asked).answer
    if answer is None or all(one.key != key for one in answer.contracts):
        raise NotFound
    contract = ctx.session.scalars(
        select(Contract)
        .options(joinedload(Contract.vendor))
        .where(Contract.key == key, visible(ctx, Permission.CONTRACT_VIEW, Contract))
    ).one()
    matter = _matter(ctx, world, answer, contract, organisation)
    return ReachedContract(contract, asked, matter, all(one.key != key for one in answer.without_fallback))


def _matter(
    ctx: Context, world: ChainWorld, answer: WhatIf, contract: Contract, organisation: str
) -> PaperMatter:  # fmt: skip
    vendor = contract.vendor
    own = {node.knot for node in world.of_vendor.get(vendor.id, ())}
    struck = answer.struck & (own | world.graph.suppliers(own).keys())
    nodes = world.named(struck)
    told = [one.name for one in queries.activities_with(ctx, [vendor.id])]
    transfers = [
        transfer_matter(ctx, company, country, activities=told, organisation=organisation)
        for company, country in _places(ctx, world, struck, answer.countries)[:MOST_TRANSFERS]
    ]
    origins = [node.name for node in world.named(answer.struck)] or [vendor.name]
    return PaperMatter(
        vendor=vendor.legal_name or vendor.name, address=vendor.address, contract=contract.title,
        effective_on=contract.effective_on, beneath=[node.name for node in nodes],
        supposed=Supposed(tuple(origins), answer.countries, answer.delays), activities=told, transfers=transfers,
        organisation=organisation, officer=our_officer(ctx), now=ctx.now,
    )  # fmt: skip


def _places(
    ctx: Context, world: ChainWorld, struck: Collection[int], countries: Sequence[str]
) -> list[tuple[ChainCompany, str]]:
    """Each struck company with each country that is lost and in which it works, under the name that stands for it."""
    found = dict.fromkeys(
        (node.knot, country) for node in world.named(struck) for country in countries if country in node.countries
    )
    rows = {row.id: row for row in queries.companies_numbered(ctx, sorted({knot for knot, _ in found}))}
    return [(rows[knot], country) for knot, country in found if knot in rows]


def transfer_matter(
    ctx: Context, company: ChainCompany, country: str, *, activities: Sequence[str] | None = None, organisation: str
) -> TransferMatter:
    """What is known of a transfer to a company under all its names; six statements."""
    names = [row.id for row in queries.names_of(ctx, [company.knot])]
    _standing, recorded = best_ground(country, queries.transfers_of(ctx, names), ctx.today)
    above = queries.links_above(ctx, names).rows
    engaged = [f"{one.name} ({one.service})" if one.service else one.name for one in above]
    vendor = company.vendor
    matter = TransferMatter(
        company=company.name, country=country, now=ctx.now,
        address=company.address or (vendor.address if vendor else ""), contact=company.contact,
        processing=company.processing, engaged_by=list(dict.fromkeys(engaged)),
        activities=activities if activities is not None else _activities(ctx, company),
        decision=adequacy(country, atlas(), ctx.today), organisation=organisation,
    )  # fmt: skip
    if recorded is None:
        return matter
    return TransferMatter(
        **{
            **vars(matter), "importer": recorded.importer, "is_subject_to_rgpd": recorded.is_subject_to_rgpd,
            "tool": recorded.tool, "module": recorded.module, "fallback": recorded.fallback,
            "assessed_on": recorded.assessed_on, "assessment": recorded.assessment,
        }
    )  # fmt: skip


def _activities(ctx: Context, company: ChainCompany) -> list[str]:
    """The processing that rests on a company through any chain."""
    world = queries.chain_world(ctx)
    reached = {company.knot, *world.graph.dependants([company.knot])}
    vendors = queries.vendors_behind(ctx, world.named(reached))
    return [one.name for one in queries.activities_with(ctx, vendors.keys())]
