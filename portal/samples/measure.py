"""Cases judged one after the other into a tally and the gravest ones: what a part of a sample comes to."""

import heapq
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from portal.consumer_law import legislation
from portal.core.dataclass import dataclass
from portal.findings.rules import Severity
from portal.samples import law_files
from portal.samples.rules.calls import Call, CallTotals, CallVerdict, judge_call
from portal.samples.rules.case_law import NO_LAST_DAY
from portal.samples.rules.case_totals import CaseTotals
from portal.samples.rules.case_verdict import CaseVerdict, judge_case
from portal.samples.rules.cases import WithdrawalCase
from portal.samples.rules.columns import SampleKind

_WEIGHTS: Mapping[Severity, int] = {Severity.CRITICAL: 100, Severity.MAJOR: 10, Severity.MINOR: 1}


@dataclass(frozen=True)
class MeasuredPart:
    """What a part of a sample came to, added to what came before."""

    count: int
    tally: dict[str, Any]
    worst: list[dict[str, Any]]


def measure_part(
    rows: Iterable[WithdrawalCase | Call], kind: SampleKind, before: Mapping[str, Any], as_of: date, most: int
) -> MeasuredPart:  # fmt: skip
    """Judge cases as of a day; keeps the `most` gravest of those with a fault."""
    return _cases(rows, before, as_of, most) if kind is SampleKind.CASES else _calls(rows, before, as_of, most)


def _cases(rows: Iterable[Any], before: Mapping[str, Any], as_of: date, most: int) -> MeasuredPart:
    tally, law = CaseTotals.from_json(before) if before else CaseTotals(), law_files.case_law()
    count, worst = 0, _GravestCases(most)
    for case in rows:
        verdict = judge_case(case, law, as_of)
        tally.add(verdict)
        count += 1
        if verdict.flags:
            worst.add(verdict.weight, case.line, verdict)
    return MeasuredPart(count, tally.to_json(), [_case_row(one) for one in worst.kept()])


def _calls(rows: Iterable[Any], before: Mapping[str, Any], as_of: date, most: int) -> MeasuredPart:
    tally, telephone = CallTotals.from_json(before) if before else CallTotals(), legislation.telephone()
    count, worst, place = 0, _GravestCases(most), legislation.metropolitan_france()
    for call in rows:
        verdict = judge_call(call, telephone, place, as_of)
        tally.add(verdict)
        count += 1
        if verdict.flags:
            worst.add(sum(_WEIGHTS[flag.severity] for flag in verdict.flags), call.line, verdict)
    return MeasuredPart(count, tally.to_json(), [_call_row(one) for one in worst.kept()])


class _GravestCases:
    """The gravest of many, without keeping them all."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._heap: list[tuple[int, int, Any]] = []

    def add(self, weight: int, line: int, verdict: Any) -> None:
        entry = (weight, -line, verdict)
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, entry)
        elif entry[:2] > self._heap[0][:2]:
            heapq.heapreplace(self._heap, entry)

    def kept(self) -> list[Any]:
        return [verdict for _, _, verdict in sorted(self._heap, key=lambda entry: entry[:2], reverse=True)]


def _case_row(verdict: CaseVerdict) -> dict[str, Any]:
    case = verdict.case
    facts = {
        "kind": case.kind, "stated": case.stated, "stated_by": case.stated_by, "start": verdict.start,
        "deadline": None if verdict.deadline == NO_LAST_DAY else verdict.deadline, "decision": case.decision,
        "refusal": case.refusal, "acknowledged": case.acknowledged, "refund_due": verdict.refund_due,
        "refunded_on": case.refunded_on,
        "days_late": verdict.days_late, "amount": case.amount, "refunded": case.refunded, "owed": verdict.owed,
        "surcharge": verdict.surcharge.amount, "unsure": list(verdict.unsure),
    }  # fmt: skip
    return _row(case, verdict.weight, verdict.is_firm, verdict.flags, facts)


def _call_row(verdict: CallVerdict) -> dict[str, Any]:
    call = verdict.call
    facts = {
        "called": call.called, "consented": call.consented, "withdrawn": call.withdrawn, "suppressed": call.suppressed,
        "latency": verdict.latency, "recent_calls": call.recent_calls, "refused_call": call.refused,
    }  # fmt: skip
    weight = sum(_WEIGHTS[flag.severity] for flag in verdict.flags)
    return _row(call, weight, verdict.is_firm, verdict.flags, facts)


def _row(one: Any, weight: int, firm: bool, flags: Iterable[Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "line": one.line, "reference": one.reference, "weight": weight, "is_firm": firm,
        "flags": [flag.value for flag in flags], "facts": {name: _plain(value) for name, value in facts.items()},
    }  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, int | str | list):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)
