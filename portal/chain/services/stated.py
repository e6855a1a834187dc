"""What a vendor said of its own sub-processors, once reviewed, followed in the chain."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.authz.context import Context
from portal.chain.link_rows import LONGEST_NAME
from portal.chain.models import ChainCompany, ChainLink, LinkSource
from portal.chain.services.importing import enter_companies, match_vendors
from portal.chain.services.judgements import company_of_vendor
from portal.journal import services as journal
from portal.vendors import queries as vendors
from portal.vendors.models import SubProcessor, Vendor
from portal.vendors.reference import atlas
from portal.vendors.rules.countries import parse_locations
from portal.vendors.rules.naming import tidy, words

AT_ONCE = 50
"""Vendors followed by one job."""
SOURCE = "audit"
LinkFacts = tuple[int, str, str]


def follow_stated(ctx: Context, vendor: Vendor) -> bool:
    """Make the links of a vendor those that it stated and that the register holds today; whether anything changed.

    A company stated under a name of the chain is that company; what the chain does not know of it is completed.
    """
    stated = [row for row in vendors.sub_processors(ctx, [vendor.id]) if words(row.name)]
    held = _held(ctx, vendor)
    if not stated and not held:
        return False
    company = company_of_vendor(ctx, vendor)
    known = _companies(ctx, stated)
    said = {_facts(known, row): row for row in stated}
    ended = [link for facts, link in held.items() if facts not in said]
    begun = [facts for facts in said if facts not in held]
    for link in ended:
        link.valid_until = ctx.today
    ctx.session.flush()
    ctx.session.add_all(
        ChainLink(
            engaging_id=company.id, engaged_id=engaged, service=service, countries=countries,
            source_kind=LinkSource.VENDOR, source=SOURCE, valid_from=said[engaged, service, countries].valid_from,
        )
        for engaged, service, countries in begun
    )  # fmt: skip
    ctx.session.flush()
    if not ended and not begun:
        return False
    after = {"begun": len(begun), "ended": len(ended)}
    journal.record(ctx, "chain.vendor_stated", company, vendor_id=vendor.id, after=after)
    return True


def follow_some(ctx: Context, after: int) -> int | None:
    """Follow what some vendors stated, from this number on; the last one, or none when no one is left."""
    stating = select(SubProcessor.vendor_id).where(SubProcessor.vendor_id > after).distinct()
    numbers = ctx.session.scalars(stating.order_by(SubProcessor.vendor_id).limit(AT_ONCE)).all()
    for number in numbers:
        follow_stated(ctx, ctx.session.get_one(Vendor, number))
    return numbers[-1] if len(numbers) == AT_ONCE else None


def _held(ctx: Context, vendor: Vendor) -> dict[LinkFacts, ChainLink]:
    links = ctx.session.scalars(
        select(ChainLink)
        .join(ChainCompany, ChainCompany.id == ChainLink.engaging_id)
        .where(
            ChainCompany.vendor_id == vendor.id,
            ChainLink.source_kind == LinkSource.VENDOR,
            ChainLink.valid_until.is_(None),
        )
    )
    return {(link.engaged_id, link.service, link.countries): link for link in links}


def _companies(ctx: Context, stated: Sequence[SubProcessor]) -> dict[str, ChainCompany]:
    names = list(dict.fromkeys(_name(row) for row in stated))
    there = set(ctx.session.scalars(select(ChainCompany.name).where(ChainCompany.name.in_(names))))
    fresh = [name for name in names if name not in there]
    if fresh:
        enter_companies(ctx, fresh, source=SOURCE)
        match_vendors(ctx, fresh)
    rows = ctx.session.scalars(select(ChainCompany).where(ChainCompany.name.in_(names)))
    found = {company.name: company for company in rows}
    for row in stated:
        _complete(found[_name(row)], row)
    return found


def _complete(company: ChainCompany, row: SubProcessor) -> None:
    """Take over what is not known yet; what a person or another list said stays."""
    countries = _countries(row)
    company.address = company.address or row.address
    company.contact = company.contact or row.contact
    company.processing = company.processing or row.data
    if not company.country and len(countries) == 1:
        company.country = countries[0]


def _facts(known: dict[str, ChainCompany], row: SubProcessor) -> LinkFacts:
    return known[_name(row)].id, row.service[:500], " ".join(_countries(row))[:200]


def _name(row: SubProcessor) -> str:
    return tidy(row.name)[:LONGEST_NAME].strip()


def _countries(row: SubProcessor) -> tuple[str, ...]:
    found = parse_locations(row.country, atlas())
    return found if isinstance(found, tuple) else ()
