"""Legal ceilings of what was found, for the controller and for the vendor: « plafond légal, pas une prévision »."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from portal.consumer_law.rules.after_withdrawal import CENT, surcharge
from portal.consumer_law.rules.law import Rule, Rules
from portal.core.dataclass import dataclass
from portal.core.expressions import expression


class Party(StrEnum):
    """Whose ceiling it is; each has its own group, hence its own turnover."""

    CONTROLLER = "controller"
    PROCESSOR = "processor"
    OWN_PURPOSES = "controller-28-10"
    """A vendor that determined purposes itself (RGPD art. 28(10))."""


@dataclass(frozen=True)
class Breach:
    """An infringement of the RGPD, by the article it is of."""

    article: str
    is_order: bool = False
    """An order of the authority was not complied with (art. 83(6))."""


@dataclass(frozen=True)
class Ceiling:
    """The most that one set of breaches may cost by law, in euros."""

    amount: Decimal
    rules: tuple[Rule, ...]
    """What it was computed from, in order."""


@dataclass(frozen=True)
class Tiers:
    """The two ceilings of article 83 for one group, in euros."""

    lower: Decimal
    upper: Decimal


@dataclass(frozen=True)
class CeilingSum:
    """One ceiling of article 83 with the sum that leads to it, as a reader would do it by hand."""

    rule: Rule
    percent: Decimal
    fixed: Decimal
    turnover: Decimal | None
    """None: unknown, and the fixed amount stands alone."""
    part: Decimal | None
    """So many percent of the turnover."""
    amount: Decimal
    """The higher of both."""


@dataclass(frozen=True)
class Fine:
    """An administrative fine of consumer law, in euros."""

    rule: Rule
    person: int
    company: int


@dataclass(frozen=True)
class LateRefunds:
    """Refunds that are alike: the sum owed on each, how late each was paid, how many there are."""

    owed: Decimal
    days_late: int
    times: int = 1


@dataclass(frozen=True)
class LateRefundCost:
    """What late refunds cost by law (L242-4), as a ceiling: legal interest is not in the data and not counted."""

    refunds: int
    """Late ones; those paid in time bear nothing."""
    interest_only: int
    """Among them, those so little late that they bear legal interest alone."""
    surcharge: Decimal
    from_samples: Decimal = Decimal(0)
    """Part of the surcharge that was computed elsewhere, on a sample."""


def tiers(turnover: Decimal | None, rules: Rules, day: date) -> Tiers:
    """The two ceilings for a group's worldwide turnover of the last closed year; unknown, the fixed amounts only.

    >>> from portal.consumer_law.legislation import ceilings
    >>> tiers(Decimal(1_200_000_000), ceilings(), date(2026, 11, 24))
    Tiers(lower=Decimal('24000000.00'), upper=Decimal('48000000.00'))
    """
    lower, upper = ceiling_sums(turnover, rules, day)
    return Tiers(lower.amount, upper.amount)


def ceiling_sums(turnover: Decimal | None, rules: Rules, day: date) -> tuple[CeilingSum, CeilingSum]:
    """The lower and the upper ceiling, each with its sum."""
    return _sum(rules.at("rgpd.lower", day), turnover), _sum(rules.at("rgpd.upper", day), turnover)


def _sum(rule: Rule, turnover: Decimal | None) -> CeilingSum:
    percent, fixed = Decimal(rule.figures["percent"]), Decimal(rule.figures["fixed"])
    part = None if turnover is None else (turnover * percent / 100).quantize(CENT)
    return CeilingSum(rule, percent, fixed, turnover, part, max(fixed, part or Decimal(0)).quantize(CENT))


def is_upper(breach: Breach, party: Party, rules: Rules, day: date) -> bool:
    """Whether a breach is of the upper tier (art. 83(5)-(6), or art. 28(10) for its author)."""
    if breach.is_order or party is Party.OWN_PURPOSES:
        return True
    return _number(breach.article) in _listed(rules.at("rgpd.upper", day))


def has_ceiling(breach: Breach, rules: Rules, day: date) -> bool:
    """Whether article 83 sets a ceiling for this article at all; art. 10, for one, is in neither list."""
    both = _listed(rules.at("rgpd.lower", day)) | _listed(rules.at("rgpd.upper", day))
    return breach.is_order or _number(breach.article) in both


def ceiling(
    groups: Sequence[Sequence[Breach]], party: Party, turnover: Decimal | None, rules: Rules, day: date
) -> Ceiling:
    """The ceiling of several groups of breaches: linked ones within a group, groups that are not linked add up.

    A breach for which article 83 sets no ceiling counts for nothing.
    """
    both = tiers(turnover, rules, day)
    total = Decimal(0)
    used: dict[str, None] = {}
    for group in groups:
        counted = [one for one in group if has_ceiling(one, rules, day)]
        if not counted:
            continue
        upper = any(is_upper(one, party, rules, day) for one in counted)
        total += both.upper if upper else both.lower
        used["rgpd.upper" if upper else "rgpd.lower"] = None
    names = [
        *used,
        *(["rgpd.own-purposes"] if party is Party.OWN_PURPOSES and used else []),
        "rgpd.linked",
        "rgpd.turnover",
    ]
    return Ceiling(total, tuple(rules.at(name, day) for name in names))


def every_fine(rules: Rules, day: date) -> Mapping[str, Fine]:
    """The administrative fines of consumer law that are in the data, by rule."""
    return {
        rule.id: Fine(rule, int(rule.figures["person"]), int(rule.figures["company"]))
        for rule in rules
        if rule.holds_on(day) and "company" in rule.figures
    }


def fines_touched(articles: Iterable[str], measured: str, rules: Rules, day: date) -> tuple[str, ...]:
    """The fines that a finding may lead to: from the articles of the consumer code it cites, or from what was measured.

    >>> from portal.consumer_law.legislation import ceilings
    >>> fines_touched(["28(3)", "conso L221-24"], "", ceilings(), date(2026, 11, 24))
    ('consumer.withdrawal',)
    >>> fines_touched(["csp L221-24"], "", ceilings(), date(2026, 11, 24))  # another code
    ()
    """
    cited = {_in_code(article) for article in articles if article.startswith(_CONSUMER_CODE)} - {""}
    return tuple(
        name
        for name, fine in every_fine(rules, day).items()
        if measured in fine.rule.figures.get("measured", ())
        or _in_code(fine.rule.article) in cited
        or any(_is_between(code, entry) for code in cited for entry in fine.rule.figures.get("breaks", ()))
    )


def is_of_rgpd(article: str) -> bool:
    """Whether a question's reference is to the RGPD, and not to a code.

    >>> is_of_rgpd("28(3)(h)"), is_of_rgpd("conso L221-18")
    (True, False)
    """
    return article[:1].isdigit()


def is_of_controller_alone(breach: Breach, rules: Rules, day: date) -> bool:
    """Whether an article is addressed to the controller, so that a processor hardly answers for it."""
    return not breach.is_order and _number(breach.article) in _listed(rules.at("rgpd.addressee", day))


def late_refund_cost(
    late: Iterable[LateRefunds], clocks: Rules, day: date, *, from_samples: Decimal | None = None
) -> LateRefundCost:
    """The surcharge of late refunds, and with it the total that a sample of cases has already come to."""
    refunds = interest = 0
    total = Decimal(0)
    for one in late:
        borne = surcharge(one.owed, one.days_late, clocks, day)
        if borne.days_late:
            refunds += one.times
            interest += one.times if borne.is_interest else 0
            total += borne.amount * one.times
    more = from_samples or Decimal(0)
    return LateRefundCost(refunds, interest, total + more, more)


_CONSUMER_CODE = "conso "
_CODE = expression(r"([LRD])(\d+)-(\d+)(?:-(\d+))?")


def _in_code(text: str) -> str:
    """The first article of a code that a text names, or nothing.

    >>> _in_code("conso L221-24"), _in_code("28(3)")
    ('L221-24', '')
    """
    found = _CODE.search(text)
    return found[0] if found else ""


def _is_between(code: str, entry: str) -> bool:
    """Whether an article is one of an entry's, a single one or a range.

    >>> [_is_between("L221-24", entry) for entry in ("L221-24", "L221-23-L221-27", "L221-18", "L223-1-L223-5")]
    [True, True, False, False]
    """
    first, _, last = entry.partition("-L")
    low, high, here = (_CODE.fullmatch(text) for text in (first, f"L{last}" if last else first, code))
    if low is None or high is None or here is None:
        return False
    same = (here[1], here[2]) == (low[1], low[2]) and here[4] is None
    return same and int(low[3]) <= int(here[3]) <= int(high[3])


def _number(article: str) -> int:
    """The number an article starts with.

    >>> _number("28(3)(h)"), _number("art. 44")
    (28, 44)
    """
    found = re.search(r"\d+", article)
    return int(found[0]) if found else 0


def _listed(rule: Rule) -> frozenset[int]:
    listed: set[int] = set()
    for entry in rule.figures["articles"]:
        first, _, last = entry.partition("-")
        listed.update(range(int(first), int(last or first) + 1))
    return frozenset(listed)
