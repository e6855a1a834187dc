"""The page of a company of the chain; a fixed number of statements, whatever the links that lead to it."""

from collections.abc import Iterable, Sequence
from datetime import date

from portal.authz.context import Context
from portal.chain import queries
from portal.chain.models import ChainCompany, ChainTransfer, NameJudgement, NameVerdict
from portal.chain.queries import LinkLine
from portal.chain.rules.transfer_tools import NOTHING_SAID, TransferStanding, standing_of
from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.core.pages import Page
from portal.vendors.reference import atlas
from portal.vendors.rules.countries import Adequacy, adequacy, in_eea

IDENTITY = {
    "address": N_("adresse"), "contact": N_("contact"), "country": N_("pays"), "processing": N_("ce qui est traité"),
}  # fmt: skip
"""What EDPB opinion 22/2024 wants beside the name, in the order of the page."""


@dataclass(frozen=True)
class PlaceOfTransfer:
    """A country where a company has data, and what carries them there."""

    country: str
    standing: TransferStanding
    recorded: ChainTransfer | None
    decision: Adequacy | None
    """The adequacy decision in force, with its scope."""

    @property
    def is_outside(self) -> bool:
        """Whether it is a transfer."""
        return self.standing is not TransferStanding.INSIDE


@dataclass(frozen=True)
class CompanyPage:
    """All that is known of a company, under all its names."""

    company: ChainCompany
    names: Sequence[ChainCompany]
    """Every name of the company, this one included."""
    lacking: tuple[str, ...]
    places: tuple[PlaceOfTransfer, ...]
    below: Page[LinkLine]
    above: Page[LinkLine]
    near: Sequence[ChainCompany]
    judgements: Sequence[NameJudgement]

    @property
    def is_red(self) -> bool:
        """Whether data leave the EEA without a tool."""
        return any(place.standing is TransferStanding.BARE for place in self.places)

    @property
    def identity(self) -> dict[str, str]:
        """What is known of it, its vendor's sheet included; what it processes, in its own words alone."""
        return {column: known_of(self.company, column) for column in ("address", "contact", "country")}

    @property
    def same(self) -> NameVerdict:
        """For the template."""
        return NameVerdict.SAME


def company_page(ctx: Context, company: ChainCompany) -> CompanyPage:
    """The page of a company; whoever asks may read the chain."""
    names = queries.names_of(ctx, [company.knot])
    numbers = [name.id for name in names]
    said = queries.places_said(ctx, numbers)
    return CompanyPage(
        company=company,
        names=names,
        lacking=lacking(names),
        places=places(names, said, queries.transfers_of(ctx, numbers), ctx.today),
        below=queries.links_below(ctx, numbers),
        above=queries.links_above(ctx, numbers),
        near=queries.near_names(ctx, company),
        judgements=queries.judgements_on(ctx, company.knot),
    )


def lacking(names: Iterable[ChainCompany]) -> tuple[str, ...]:
    """What is known under none of the names of a company, in words."""
    held = list(names)
    return words_beside(one for one in IDENTITY if any(known_of(name, one) for name in held))


def words_beside(known: Iterable[str]) -> tuple[str, ...]:
    """What of `IDENTITY` lacks beside what is known, in words."""
    told = set(known)
    return tuple(word for one, word in IDENTITY.items() if one not in told)


def known_of(company: ChainCompany, column: str) -> str:
    """What is known of a company, from its own row, or else from the sheet of the vendor behind it.

    What a vendor processes is what its services say: its sheet is where that is completed.
    """
    held: str = getattr(company, column)
    if held or company.vendor is None:
        return held
    told: str = getattr(company.vendor, queries.SHEET[column].key)
    return told


def places(
    names: Sequence[ChainCompany], said: dict[int, tuple[str, ...]], transfers: Sequence[ChainTransfer], today: date
) -> tuple[PlaceOfTransfer, ...]:
    """Where a company has data under all its names, the gravest first; a tool recorded under one name holds for all."""
    countries = dict.fromkeys(name.country for name in names if name.country)
    for name in names:
        countries |= dict.fromkeys(said.get(name.id, ()))
    countries |= dict.fromkeys(row.country for row in transfers)
    found = [_place(country, transfers, today) for country in countries]
    order = list(TransferStanding)
    return tuple(sorted(found, key=lambda place: (-order.index(place.standing), place.country)))


def best_ground(
    country: str, recorded: Iterable[ChainTransfer], today: date
) -> tuple[TransferStanding, ChainTransfer | None]:
    """What sending data to a company in a country comes to, and what makes it so: the best of what its names have."""
    standings: list[tuple[TransferStanding, ChainTransfer | None]] = [
        (standing_of(country, row.ground, atlas(), today), row) for row in recorded if row.country == country
    ]
    standings = standings or [(standing_of(country, NOTHING_SAID, atlas(), today), None)]
    order = list(TransferStanding)
    return min(standings, key=lambda one: order.index(one[0]))


def _place(country: str, recorded: Sequence[ChainTransfer], today: date) -> PlaceOfTransfer:
    standing, row = best_ground(country, recorded, today)
    decision = None if in_eea(country, atlas(), today) else adequacy(country, atlas(), today)
    return PlaceOfTransfer(country, standing, row, decision)
