"""Companies of the chain, one by one or listed."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.chain.models import ChainCompany, ChainCompanyWord, ChainLink, NameJudgement, NameVerdict, folded_name
from portal.chain.queries.world import MOST_CANDIDATES, live
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound, Refused
from portal.core.found import Found, found_of
from portal.core.language import say
from portal.core.pages import Page, page_of
from portal.core.sought import BoundWord, Shape, Words, bound_words, titles_of
from portal.core.statements import written_once
from portal.vendors.models import Vendor
from portal.vendors.rules.naming import denominations, words

SHORTEST = 4
"""Letters below which a name that begins another says nothing."""


MOST_WORDS = 6
_NAMES = titles_of(ChainCompany, ChainCompanyWord.company_id)


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
    """The names of companies that have words that begin so, in the order of the alphabet.

    `lacking` keeps those of companies of which something of `IDENTITY` is known under none of their names.
    """
    authorize(ctx, Permission.CHAIN_VIEW)
    wanted: Select[ChainCompany] = select(ChainCompany).options(joinedload(ChainCompany.vendor))
    wanted = wanted.where(*_named(Words(tuple(words(typed)[:MOST_WORDS])).longest_first))
    if lacking:
        wanted = wanted.where(ChainCompany.knot.not_in(_whole_companies()))
    return page_of(ctx.session, wanted.order_by(ChainCompany.folded_name, ChainCompany.id), page)


@written_once
def companies_by_words(shape: Shape) -> Found:
    """The companies whose name has all the plain words of a search, by name: number, name and country."""
    order = ChainCompany.folded_name, ChainCompany.id
    found = select(ChainCompany.id).where(*_named(bound_words(shape)))
    # Names that begin with the same word stand together, often far from the first one: those found are put in order.
    return found_of(
        select(ChainCompany.id, ChainCompany.name, ChainCompany.country).order_by(*order), ChainCompany.id, found,
        every=[ChainCompany.id.in_(found.order_by(*order).limit(bindparam("shown")))],
    )  # fmt: skip


def _named(ordered: Sequence[str | BoundWord]) -> list[ColumnElement[bool]]:
    """The longest word, which comes first and fewest names have, along the index; in those that have it, the others."""
    return [*map(_NAMES.along_index, ordered[:1]), *map(_NAMES.of_row, ordered[1:])]


IDENTITY = ("address", "contact", "country", "processing")
"""What EDPB opinion 22/2024 wants readily available of every processor of a chain, beside its name."""
SHEET = {"address": Vendor.address, "contact": Vendor.dpo_contact, "country": Vendor.country, "processing": Vendor.name}
"""Where it stands on the sheet of the vendor behind a company: what it processes, its services say."""


def _known() -> list[ColumnElement[int]]:
    """For each of `IDENTITY`, 1 of a name under which it is known, by itself or by the sheet of its vendor, else 0."""
    return [
        case((or_(getattr(ChainCompany, one) != "", func.coalesce(SHEET[one], "") != ""), 1), else_=0)
        for one in IDENTITY
    ]  # fmt: skip


def _whole_companies() -> Select[int]:
    """The companies that lack nothing, all their names taken together."""
    names = select(ChainCompany.knot).outerjoin(Vendor, Vendor.id == ChainCompany.vendor_id)
    return names.group_by(ChainCompany.knot).having(*(func.max(one) == 1 for one in _known())).correlate(None)


def company_counts(ctx: Context) -> tuple[int, int]:
    """How many companies there are, each once whatever its names, and how many links are said today."""
    authorize(ctx, Permission.CHAIN_VIEW)
    # The number of a company is that of the name which stands for it.
    stands = ChainCompany.knot == ChainCompany.id
    companies_there = select(func.count()).select_from(ChainCompany).where(stands).scalar_subquery()
    links = select(func.count()).select_from(ChainLink).where(live(ctx)).scalar_subquery()
    row = ctx.session.execute(select(companies_there, links)).one()
    return row[0], row[1]


def names_of(ctx: Context, knots: Collection[int]) -> Sequence[ChainCompany]:
    """Every name of these companies, with the vendor behind it, in the order in which they were entered."""
    wanted = select(ChainCompany).options(joinedload(ChainCompany.vendor)).where(ChainCompany.knot.in_(knots))
    return ctx.session.scalars(wanted.order_by(ChainCompany.id)).all()


@dataclass(frozen=True)
class CompanyWords:
    """What a company is called, and what is known of it under any of its names."""

    names: list[str]
    """Each way once, in the order in which they were entered."""
    known: frozenset[str]
    """Of `IDENTITY`."""


def words_of(ctx: Context, knots: Collection[int]) -> dict[int, CompanyWords]:
    """The same of each of these companies; one statement."""
    called = (
        select(ChainCompany.knot, ChainCompany.name, *_known())
        .outerjoin(Vendor, Vendor.id == ChainCompany.vendor_id)
        .where(ChainCompany.knot.in_(set(knots)))
        .order_by(ChainCompany.id)
    )
    found: dict[int, CompanyWords] = {}
    for knot, name, *flags in ctx.session.execute(called):
        before = found.get(knot, CompanyWords([], frozenset()))
        known = before.known.union(one for one, flag in zip(IDENTITY, flags, strict=True) if flag)
        found[knot] = CompanyWords([*before.names, name], known)
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


def knots_of_vendor(ctx: Context, vendor_id: int) -> list[int]:
    """The companies that stand for a vendor, in the order in which they were entered."""
    wanted = select(ChainCompany.knot).where(ChainCompany.vendor_id == vendor_id).order_by(ChainCompany.id)
    return list(dict.fromkeys(ctx.session.scalars(wanted)))


def companies_numbered(ctx: Context, numbers: Sequence[int]) -> list[ChainCompany]:
    """These companies, in this order."""
    wanted = select(ChainCompany).options(joinedload(ChainCompany.vendor)).where(ChainCompany.id.in_(numbers))
    rows = {company.id: company for company in ctx.session.scalars(wanted)}
    return [rows[number] for number in numbers if number in rows]
