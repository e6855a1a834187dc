"""Whom a campaign addresses: a filter on vendors, as structured data, never an expression."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from functools import reduce
from types import MappingProxyType
from typing import Any, TypeGuard

from portal.campaigns.rules.recurrence import FieldProblem
from portal.core.calendar import months_later
from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import N_, Sentence, say, say_count

UNCLASSIFIED = "non_classe"
"""Tier of a vendor whose services are not described yet: unknown is not low, so it can be asked for by name."""

LONGEST_MONTHS = 120
AT_RISK_TIERS = frozenset({"eleve", "critique"})
"""The two highest tiers: a vendor whose tier is one of them without anybody knowing which is of both."""
LISTS = ("tiers", "statuses", "countries", "vendor_ids")
_FIELDS = {*LISTS, "not_audited_months"}
_COUNTRY = expression(r"[A-Z]{2}")


@dataclass(frozen=True)
class Audience:
    """The criteria of a campaign; a vendor must meet all those that are given."""

    tiers: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    vendor_ids: frozenset[int] = frozenset()
    not_audited_months: int | None = None


@dataclass(frozen=True)
class VendorFacts:
    """What the criteria look at."""

    vendor_id: int
    tier: str | None
    status: str
    country: str
    last_audited_on: date | None
    is_at_risk: bool = False
    """Whether it is at least of the second highest tier, even if which one is not known."""


def matches(audience: Audience, facts: VendorFacts, today: date) -> bool:
    """Whether a vendor meets every criterion given; one never audited has always waited long enough.

    >>> rule = Audience(tiers=frozenset({"critique"}), not_audited_months=12)
    >>> matches(rule, VendorFacts(1, "critique", "actif", "FR", date(2025, 11, 24)), date(2026, 11, 24))
    True
    >>> matches(rule, VendorFacts(1, "critique", "actif", "FR", date(2025, 11, 25)), date(2026, 11, 24))
    False
    """
    if audience.tiers and not _is_of_tiers(audience, facts):
        return False
    checks: tuple[tuple[Collection[object], object], ...] = (
        (audience.statuses, facts.status),
        (audience.countries, facts.country),
        (audience.vendor_ids, facts.vendor_id),
    )
    if any(wanted and value not in wanted for wanted, value in checks):
        return False
    if audience.not_audited_months is None or facts.last_audited_on is None:
        return True
    return months_later(facts.last_audited_on, audience.not_audited_months) <= today


def _is_of_tiers(audience: Audience, facts: VendorFacts) -> bool:
    """Whether a tier is one of those wanted; one not known is when whatever it turns out to be would be."""
    if facts.tier is not None:
        return facts.tier in audience.tiers
    return UNCLASSIFIED in audience.tiers or (facts.is_at_risk and audience.tiers >= AT_RISK_TIERS)


def audited_since(audience: Audience, today: date) -> date | None:
    """The first day on which an audit makes a vendor too recent to be asked again; none without that criterion.

    `matches`, as a database can apply it to ten thousand vendors: a vendor is left out when its last audit is on this
    day or later.

    >>> audited_since(Audience(not_audited_months=12), date(2026, 11, 24))
    datetime.date(2025, 11, 25)
    >>> audited_since(Audience(not_audited_months=1), date(2026, 2, 28)) # a month after the 29th to 31st is the 28th
    datetime.date(2026, 2, 1)
    """
    if audience.not_audited_months is None:
        return None
    day = today - timedelta(days=28 * audience.not_audited_months)  # no later day fits: no month is shorter
    while months_later(day, audience.not_audited_months) > today:
        day -= timedelta(days=1)
    return day + timedelta(days=1)


def audience_problems(
    raw: Mapping[str, object], *, tiers: Collection[str], statuses: Collection[str]
) -> list[FieldProblem]:
    """Every defect of a filter as kept in JSON, against the tiers and statuses that exist.

    A status or named vendors are required, so that no campaign writes by mistake to vendors who have left.

    >>> [str(found.message) for found in audience_problems({"tiers": ["bas"]}, tiers=["faible"], statuses=["actif"])]
    ['Criticité inconnue.', 'Choisissez au moins un statut, ou des sous-traitants un par un.']
    """
    found = [FieldProblem(name, say("« %(name)s » est inconnu.", name=name)) for name in sorted(set(raw) - _FIELDS)]
    known_tiers, known_statuses = {*tiers, UNCLASSIFIED}, set(statuses)
    checks: tuple[tuple[str, Callable[[object], bool], Sentence], ...] = (
        ("tiers", known_tiers.__contains__, say("Criticité inconnue.")),
        ("statuses", known_statuses.__contains__, say("Statut inconnu.")),
        ("countries", _is_country, say("Un pays est un code de deux lettres majuscules : FR, US.")),
        ("vendor_ids", _is_number, say("Un sous-traitant est désigné par son numéro.")),
    )
    for name, is_sound, text in checks:
        values = raw.get(name) or []
        if not isinstance(values, list) or not all(
            isinstance(value, str | int) and is_sound(value) for value in values
        ):
            found.append(FieldProblem(name, text))
    months = raw.get("not_audited_months")
    if months is not None and not (_is_number(months) and months <= LONGEST_MONTHS):
        text = say(
            "Le délai depuis le dernier audit est un nombre de mois, de 1 à %(longest)s.", longest=LONGEST_MONTHS
        )
        found.append(FieldProblem("not_audited_months", text))
    if not raw.get("statuses") and not raw.get("vendor_ids"):
        found.append(FieldProblem("statuses", say("Choisissez au moins un statut, ou des sous-traitants un par un.")))
    return found


def _is_country(value: object) -> bool:
    return isinstance(value, str) and bool(_COUNTRY.fullmatch(value))


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def parse_audience(raw: Mapping[str, Any], *, tiers: Collection[str], statuses: Collection[str]) -> Audience:
    """Read a sound filter.

    :raises ValueError: the filter has problems (see `audience_problems`).
    """
    if problems := audience_problems(raw, tiers=tiers, statuses=statuses):
        raise ValueError("\n".join(f"{problem.field}: {problem.message}" for problem in problems))
    lists = {name: frozenset(raw.get(name) or ()) for name in LISTS}
    return Audience(**lists, not_audited_months=raw.get("not_audited_months"))


def describe_audience(audience: Audience, names: Mapping[str, str] = MappingProxyType({})) -> Sentence:
    """The filter in words; `names` gives the French label of a tier, a status or a country, translated like any other.

    >>> rule = Audience(frozenset({"critique", "eleve"}), frozenset({"actif"}), not_audited_months=12)
    >>> print(describe_audience(rule, {"eleve": "élevée", "actif": "actif"}))
    Sous-traitants\u202f: criticité critique ou élevée\u202f; statut actif\u202f; sans audit depuis 12 mois
    """
    parts = [
        say(text, values=_either([Sentence(names.get(code, code)) for code in sorted(codes)]))
        for text, codes in (
            (N_("criticité %(values)s"), audience.tiers),
            (N_("statut %(values)s"), audience.statuses),
            (N_("pays %(values)s"), audience.countries),
        )
        if codes
    ]
    if audience.vendor_ids:
        parts.append(say("choisis un par un (%(count)s)", count=len(audience.vendor_ids)))
    if audience.not_audited_months:
        parts.append(
            say_count(audience.not_audited_months, "sans audit depuis %(num)s mois", "sans audit depuis %(num)s mois")
        )
    if not parts:
        return say("Tous les sous-traitants")
    return say("Sous-traitants : %(criteria)s", criteria=reduce(_and, parts))


def _and(head: Sentence, tail: Sentence) -> Sentence:
    return say("%(head)s ; %(tail)s", head=head, tail=tail)


def _comma(head: Sentence, tail: Sentence) -> Sentence:
    return say("%(head)s, %(tail)s", head=head, tail=tail)


def _either(items: Sequence[Sentence]) -> Sentence:
    *first, last = items
    return say("%(head)s ou %(tail)s", head=reduce(_comma, first), tail=last) if first else last
