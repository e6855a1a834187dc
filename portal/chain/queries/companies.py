"""Companies of the chain, one by one or listed."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.chain.models import ChainCompany, ChainCompanyWord, ChainLink, NameJudgement, NameVerdict, folded_name
from portal.chain.queries.world import MOST_CANDIDATES, live
from portal.core.errors import NotFound, Refused
from portal.core.found import Found, found_of
from portal.core.language import say
from portal.core.pages import Page, page_of
from portal.core.sought import BoundWord, Shape, Words, bound_words, titles_of
from portal.core.statements import written_once
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
    """The companies whose name has words that begin so, in the order of the alphabet."""
    authorize(ctx, Permission.CHAIN_VIEW)
    wanted: Select[ChainCompany] = select(ChainCompany).options(joinedload(ChainCompany.vendor))
    wanted = wanted.where(*_named(Words(tuple(words(typed)[:MOST_WORDS])).longest_first))
    if lacking:
        wanted = wanted.where(ChainCompany.vendor_id.is_(None), or_(*(column == "" for column in IDENTITY)))
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


IDENTITY = (ChainCompany.address, ChainCompany.contact, ChainCompany.country, ChainCompany.processing)
"""What EDPB opinion 22/2024 wants readily available of every processor of a chain, beside its name."""


def company_counts(ctx: Context) -> tuple[int, int]:
    """How many companies there are, and how many links are said today."""
    authorize(ctx, Permission.CHAIN_VIEW)
    companies_there = select(func.count()).select_from(ChainCompany).scalar_subquery()
    links = select(func.count()).select_from(ChainLink).where(live(ctx)).scalar_subquery()
    row = ctx.session.execute(select(companies_there, links)).one()
    return row[0], row[1]


def names_of(ctx: Context, knots: Collection[int]) -> Sequence[ChainCompany]:
    """Every name of these companies, with the vendor behind it, in the order in which they were entered."""
    wanted = select(ChainCompany).options(joinedload(ChainCompany.vendor)).where(ChainCompany.knot.in_(knots))
    return ctx.session.scalars(wanted.order_by(ChainCompany.id)).all()


def words_of(ctx: Context, knots: Collection[int]) -> dict[int, list[str]]:
    """What each of these companies is called, each way once, in the order in which they were entered."""
    found: dict[int, list[str]] = defaultdict(list)
    called = (
        select(ChainCompany.knot, ChainCompany.name)
        .where(ChainCompany.knot.in_(set(knots)))
        .group_by(ChainCompany.knot, ChainCompany.name)
        .order_by(func.min(ChainCompany.id))
    )
    for knot, name in ctx.session.execute(called):
        found[knot].append(name)
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
