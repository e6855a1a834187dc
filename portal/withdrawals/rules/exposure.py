"""Legal ceilings of what was found, for the controller and for the vendor: « plafond légal, pas une prévision »."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from portal.core.language import N_
from portal.withdrawals.rules.law import Rule, Rules

LABEL = N_("Plafond légal, pas une prévision")


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


def tiers(turnover: Decimal | None, rules: Rules, day: date) -> Tiers:
    """The two ceilings for a group's worldwide turnover of the last closed year; unknown, the fixed amounts only.

    >>> from portal.withdrawals.legislation import ceilings
    >>> tiers(Decimal(1_200_000_000), ceilings(), date(2026, 11, 24))
    Tiers(lower=Decimal('24000000.00'), upper=Decimal('48000000.00'))
    """
    return Tiers(_amount(rules.at("rgpd.lower", day), turnover), _amount(rules.at("rgpd.upper", day), turnover))


def _amount(rule: Rule, turnover: Decimal | None) -> Decimal:
    part = (turnover or Decimal(0)) * Decimal(rule.figures["percent"]) / 100
    return max(Decimal(rule.figures["fixed"]), part).quantize(Decimal("0.01"))


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


def fines(rule_ids: Iterable[str], rules: Rules, day: date) -> Mapping[str, int]:
    """The administrative fine that each consumer-law rule sets for a company, in euros."""
    return {rule_id: int(rules.at(rule_id, day).figures["company"]) for rule_id in rule_ids}


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
