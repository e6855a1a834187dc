"""The law that cases are judged by; a period is computed once for all cases with the same facts."""

from dataclasses import field, replace
from datetime import date
from typing import NamedTuple

from portal.consumer_law.rules.calendar import ConsumerPlace
from portal.consumer_law.rules.law import Rule, Rules
from portal.consumer_law.rules.periods import (
    Channel,
    ContractFacts,
    ContractKind,
    NeverEnds,
    Periods,
    Unsupported,
    deadline,
    outside,
)
from portal.core.dataclass import dataclass
from portal.samples.rules.cases import WithdrawalCase
from portal.samples.rules.day_or_time import day_of
from portal.samples.rules.faults import CaseFault, LawFile

MOST_PERIODS = 20_000
"""Periods kept; a sample of 100,000 cases has far fewer different ones."""


NO_LAST_DAY = date.max
"""The right has no end: the terms of a financial service were never given (L222-7)."""


class CasePeriod(NamedTuple):
    """The period of a case, without its steps."""

    start: date
    last_day: date
    """`NO_LAST_DAY` while it has not begun."""
    unsure: tuple[str, ...]
    """Rules applied, or announced to the reader, that were not read in a text or elsewhere."""
    place: ConsumerPlace


@dataclass(frozen=True)
class CaseLaw:
    """Everything that judging a case reads."""

    periods: Periods
    clocks: Rules
    function: Rules
    exceptions: Rules
    _known_periods: dict[tuple[object, ...], CasePeriod] = field(default_factory=dict, compare=False, repr=False)

    _clocks: dict[str, Rule] = field(default_factory=dict, compare=False, repr=False)

    def period_of(self, case: WithdrawalCase) -> CasePeriod:
        """The period of a case.

        :raises Unsupported: a fact is missing, contradictory, or outside what the data covers.
        """
        start = _start(case)
        if start is None:
            deadline(_facts(case), self.periods)  # says in words what is missing
            raise AssertionError("unreachable")
        era = self.periods.rules.era(case.concluded or start)  # the law of the conclusion rules what came after
        key = (case.kind, start, era, case.country, case.region, case.channel, case.informed, case.informed_on)
        period = self._known_periods.get(key)
        if period is None:
            if len(self._known_periods) >= MOST_PERIODS:
                self._known_periods.clear()
            period = self._known_periods[key] = self._worked_out(case)
        return period

    def _worked_out(self, case: WithdrawalCase) -> CasePeriod:
        facts = _facts(case)
        try:
            found = deadline(facts, self.periods)
        except NeverEnds:
            begun = deadline(replace(facts, informed=True, informed_on=None), self.periods)
            return CasePeriod(begun.start, NO_LAST_DAY, (), begun.place)
        # What a site should also have said of its function moves no day: it makes no period unsure.
        counted = [*found.steps, *(one for one in found.notices if one.rule.id != "information.function")]
        unsure = dict.fromkeys(step.rule.id for step in counted if not step.rule.sure.is_firm)
        return CasePeriod(found.start, found.last_day, tuple(unsure), found.place)

    def is_function_due(self, case: WithdrawalCase) -> bool:
        """Whether the contract, by the day it was concluded, owes a withdrawal function; unknown day, no."""
        return (
            case.online
            and case.channel is Channel.DISTANCE
            and case.concluded is not None
            and self.function.find("function.scope", case.concluded) is not None
        )

    def is_content_due(self, case: WithdrawalCase) -> bool:
        """Whether an acknowledgement must repeat the statement, by the day of the contract; unknown day, no."""
        return case.concluded is not None and self.clocks.find("acknowledge.content", case.concluded) is not None

    def clock(self, rule_id: str, day: date) -> Rule:
        """A rule of `clocks` on a day.

        :raises Unsupported: the data does not go back that far.
        """
        rule = self._clocks.get(rule_id)
        if rule is not None and rule.holds_on(day):
            return rule
        if (rule := self.clocks.find(rule_id, day)) is None:
            raise Unsupported(outside(self.periods), "stated")
        self._clocks[rule_id] = rule
        return rule

    def broken(self, flag: CaseFault, case: WithdrawalCase) -> Rule:
        """The rule that a flag of a case breaks, as it held when the statement was made."""
        ground = flag.ground
        books = {LawFile.PERIODS: self.periods.rules, LawFile.CLOCKS: self.clocks, LawFile.FUNCTION: self.function}
        rules = books.get(ground.book, self.exceptions)
        added = case.refusal if ground.book is LawFile.EXCEPTIONS else case.kind
        return _version(rules, ground.rule.format(added), day_of(case.stated))


def _version(rules: Rules, rule_id: str, day: date) -> Rule:
    """The version of a day, or else the last one: a law that came since is shown as it is."""
    return rules.find(rule_id, day) or max((r for r in rules if r.id == rule_id), key=lambda rule: rule.valid_from)


def _start(case: WithdrawalCase) -> date | None:
    """The day that starts the period, None when the facts do not hold together."""
    if not case.kind.from_receipt:
        return case.concluded
    if not case.deliveries or (len(case.deliveries) > 1 and case.kind in {ContractKind.GOODS, ContractKind.MIXED}):
        return None
    if case.concluded is not None and min(case.deliveries) < case.concluded:
        return None
    return min(case.deliveries) if case.kind is ContractKind.REGULAR else max(case.deliveries)


def _facts(case: WithdrawalCase) -> ContractFacts:
    return ContractFacts(
        kind=case.kind,
        concluded=case.concluded,
        deliveries=case.deliveries,
        country=case.country,
        region=case.region,
        channel=case.channel,
        informed=case.informed,
        informed_on=case.informed_on,
        online=case.online,
    )
