"""A case judged by the law: its last day worked out again, its clocks read, what is wrong flagged and what is owed."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from portal.consumer_law.rules.after_withdrawal import Surcharge, refund_due, refund_rule, surcharge
from portal.core.dataclass import dataclass
from portal.findings.rules import Severity
from portal.samples.rules.case_law import CaseLaw, CasePeriod
from portal.samples.rules.cases import LATE, Decision, StatedBy, WithdrawalCase
from portal.samples.rules.day_or_time import day_of, is_late
from portal.samples.rules.faults import CaseFault, LawFile

NOTHING = Decimal(0)
NO_SURCHARGE = Surcharge(0, 0, False, NOTHING)
WEIGHTS: Mapping[Severity, int] = {Severity.CRITICAL: 10_000, Severity.MAJOR: 1_000, Severity.MINOR: 100}
MOST_DAYS = 365
EUROS_PER_POINT = 10
MOST_POINTS = 500


@dataclass(frozen=True, slots=True)
class CaseVerdict:
    """A case with what is wrong in it."""

    case: WithdrawalCase
    start: date
    deadline: date
    """The last day of the period, worked out again."""
    refund_due: date | None
    """None for what was not accepted, and while the trader may still wait for the goods."""
    days_late: int
    """Of the refund: on the day it was paid, or on `as_of` while some of it is overdue."""
    owed: Decimal
    """Overdue and unpaid on `as_of`, in euros."""
    surcharge: Surcharge
    flags: tuple[CaseFault, ...]
    applicable: tuple[CaseFault, ...]
    """The faults this case is counted among, raised or not."""
    unsure: tuple[str, ...]
    """Identifiers of the rules used that a vendor may dispute: our reading, or not confirmed."""
    weight: int
    """The greater, the worse."""

    @property
    def is_firm(self) -> bool:
        """Whether every rule used is sure enough to be relied on against the vendor."""
        return not self.unsure


@dataclass(frozen=True, slots=True)
class _Money:
    """The refund of a case."""

    due: date | None = None
    days_late: int = 0
    owed: Decimal = NOTHING
    surcharge: Surcharge = NO_SURCHARGE
    is_moot: bool = False
    """Late only because the term fell on a day off, and was not moved (recital 41 allows the other reading)."""


NO_MONEY = _Money()


class _FaultsOfCase:
    """The flags of one case, as its facts are gone through."""

    __slots__ = ("applicable", "raised")

    def __init__(self) -> None:
        self.applicable: list[CaseFault] = []
        self.raised: list[CaseFault] = []

    def ask(self, flag: CaseFault, is_wrong: bool) -> None:
        self.applicable.append(flag)
        if is_wrong:
            self.raised.append(flag)


def judge_case(case: WithdrawalCase, law: CaseLaw, as_of: date) -> CaseVerdict:
    """What is wrong in a case, seen on the day `as_of`.

    What the file does not say is never held against the vendor: a flag is asked only where the facts allow it.

    :raises Unsupported: the period cannot be worked out; `Reader` says so first when it is given the law.
    """
    period = law.period_of(case)
    sheet = _FaultsOfCase()
    _intake(case, law, as_of, sheet)
    _period(case, period, law, sheet)
    _refusal(case, period, law, sheet)
    money = _refund(case, period, law, as_of, sheet) if case.decision is Decision.ACCEPTED else NO_MONEY
    unsure = () if not sheet.raised else _unsure(case, period, law, sheet.raised, money)
    weight = _weight(sheet.raised, money) if sheet.raised else 0
    return CaseVerdict(
        case, period.start, period.last_day, money.due, money.days_late, money.owed, money.surcharge,
        tuple(sheet.raised), tuple(sheet.applicable), unsure, weight,
    )  # fmt: skip


def _intake(case: WithdrawalCase, law: CaseLaw, as_of: date, sheet: _FaultsOfCase) -> None:
    """Logged the same day, forwarded and acknowledged the next (L221-21; clause CL30)."""
    received, known = case.received, case.is_received_known
    day = day_of(received)
    if case.logged is not None and (case.arrived is not None or case.stated_by is not StatedBy.LETTER):
        days = law.clock("log.same-day", day).days()
        sheet.ask(CaseFault.LATE_LOGGING, (day_of(case.logged) - day).days > days)
    if case.forwarded is not None and known:
        days = law.clock("forward.next-day", day).days()
        sheet.ask(CaseFault.LATE_FORWARDING, is_late(received, case.forwarded, days))
    days = law.clock("acknowledge.prompt", day).days()
    if case.acknowledged is None:
        if (as_of - day).days > days:
            sheet.ask(CaseFault.NO_ACKNOWLEDGEMENT, True)
        return
    sheet.ask(CaseFault.NO_ACKNOWLEDGEMENT, False)
    if known:
        sheet.ask(CaseFault.LATE_ACKNOWLEDGEMENT, is_late(received, case.acknowledged, days))
    if case.stated_by is StatedBy.FUNCTION and case.acknowledged_content is not None and law.is_content_due(case):
        sheet.ask(CaseFault.POOR_ACKNOWLEDGEMENT, not case.acknowledged_content)


def _period(case: WithdrawalCase, period: CasePeriod, law: CaseLaw, sheet: _FaultsOfCase) -> None:
    """The vendor's own dates, the information given, the function offered.

    A last day later than ours is no fault, as the trader may give more; an earlier one takes from the consumer.
    """
    if case.start_claimed is not None:
        sheet.ask(CaseFault.WRONG_START, case.start_claimed != period.start)
    if case.deadline_claimed is not None:
        sheet.ask(CaseFault.WRONG_DEADLINE, case.deadline_claimed < period.last_day)
    sheet.ask(CaseFault.MISSING_INFORMATION, not case.informed)
    if case.informed and not case.kind.is_financial:  # there, the period starts with it and nothing is extended
        sheet.ask(CaseFault.LATE_INFORMATION, case.informed_on is not None and case.informed_on > period.start)
    if case.function_offered is not None and law.is_function_due(case):
        sheet.ask(CaseFault.FUNCTION_MISSING, not case.function_offered)


def _refusal(case: WithdrawalCase, period: CasePeriod, law: CaseLaw, sheet: _FaultsOfCase) -> None:
    """A refusal rests on a coded exception or on a period that had really ended when the statement was sent."""
    if case.decision is not Decision.REFUSED:
        return
    sheet.ask(CaseFault.UNCODED_REFUSAL, not case.refusal)
    if case.refusal == LATE:
        sheet.ask(CaseFault.REFUSED_IN_TIME, day_of(case.stated) <= period.last_day)
    elif case.refusal:
        rule = law.exceptions.find(f"exception.{case.refusal}", day_of(case.stated))
        if rule is not None:
            sheet.ask(CaseFault.EXCEPTION_DOUBTFUL, case.kind in rule.figures.get("never", ()))


def _refund(case: WithdrawalCase, period: CasePeriod, law: CaseLaw, as_of: date, sheet: _FaultsOfCase) -> _Money:
    """Everything refunded in fourteen days (L221-24), the goods back or on their way; the surcharge of L242-4."""
    received = day_of(case.received)
    law.clock(refund_rule(financial=case.kind.is_financial), received)
    due = refund_due(
        received,
        law.clocks,
        goods=case.kind.from_receipt,
        financial=case.kind.is_financial,
        collected_by_trader=case.collected_by_trader,
        recovered=case.recovered,
        dispatched=case.dispatched,
    ).due
    if due is None or not case.is_received_known:
        return _Money(due)
    paid, paid_on, passed = case.paid, case.refunded_on, as_of > due
    if paid > 0 and paid_on is not None:
        sheet.ask(CaseFault.LATE_REFUND, paid_on > due)
    if paid > 0 or passed:
        sheet.ask(CaseFault.NO_REFUND, paid <= 0 < case.amount and passed)
    if paid > 0 and case.refunded is not None and passed:
        sheet.ask(CaseFault.PARTIAL_REFUND, paid < case.amount)
    return _money(case, period, law, as_of, due)


def _money(case: WithdrawalCase, period: CasePeriod, law: CaseLaw, as_of: date, due: date) -> _Money:
    paid = case.paid
    short = max(NOTHING, case.amount - paid) if as_of > due else NOTHING
    paid_late = (case.refunded_on - due).days if paid > 0 and case.refunded_on is not None else 0
    late = (as_of - due).days if short > 0 else max(0, paid_late)
    if late == 0 and paid_late <= 0:
        return _Money(due)
    financial = case.kind.is_financial
    borne = surcharge(short if short > 0 else paid, late, law.clocks, due, financial=financial)
    if short > 0 and paid_late > 0:
        # One part came late, the other has not come: each bears the surcharge of its own lateness.
        more = surcharge(paid, paid_late, law.clocks, due, financial=financial)
        borne = Surcharge(borne.days_late, borne.rate, borne.is_interest, borne.amount + more.amount)
    moved = period.place.next_working(due)
    is_moot = moved != due and due + timedelta(days=late) <= moved
    return _Money(due, late, short, borne, is_moot)


def _unsure(
    case: WithdrawalCase, period: CasePeriod, law: CaseLaw, raised: list[CaseFault], money: _Money
) -> tuple[str, ...]:
    broken = (rule.id for flag in raised if not (rule := law.broken(flag, case)).sure.is_firm)
    moot = ["refund.unmoved"] if money.is_moot else []
    unread = period.unsure if any(flag.ground.book is LawFile.PERIODS for flag in raised) else ()
    return tuple(dict.fromkeys([*unread, *broken, *moot]))


def _weight(raised: list[CaseFault], money: _Money) -> int:
    """What is gravest first, then what is latest and dearest."""
    graveness = sum(WEIGHTS[flag.severity] for flag in raised)
    return graveness + min(money.days_late, MOST_DAYS) + min(int(money.owed) // EUROS_PER_POINT, MOST_POINTS)
