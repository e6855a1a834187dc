"""Cases and calls, 10,000 of each under `make fuzz`, judged twice: by the rules and by a judge apart from them."""

from collections import Counter
from datetime import datetime
from decimal import Decimal

import pytest

from portal.consumer_law import legislation
from portal.consumer_law.rules.periods import Channel, ContractKind
from portal.core.language import Language
from portal.core.spreadsheets import open_table
from portal.samples import law_files
from portal.samples.rules.calls import Call, CallTotals, judge_call
from portal.samples.rules.case_totals import CaseTotals
from portal.samples.rules.case_verdict import judge_case
from portal.samples.rules.cases import Decision, StatedBy, WithdrawalCase
from portal.samples.rules.columns import SampleKind, map_header
from portal.samples.rules.faults import CallFault, CaseFault
from portal.samples.rules.row_reader import RowReader
from tests.effort import rows
from tests.samples import brute_force, generating
from tests.samples.generating import AS_OF, CALL_FIELDS, CASE_FIELDS

pytestmark = pytest.mark.hypothesis
"""`make fuzz` selects by this mark, and is what judges all of them."""

COUNT = rows(10_000)
LAW = law_files.case_law()
ROWS = [*generating.cases(COUNT, seed=4)]
CALLS = [*generating.calls(COUNT, seed=4)]


def case_of(line, row) -> WithdrawalCase:
    kinds = {"kind": ContractKind, "channel": Channel, "stated_by": StatedBy, "decision": Decision}
    return WithdrawalCase(line, **{name: kinds[name](value) if name in kinds else value for name, value in row.items()})


def test_the_cases_hold_every_flag_kind_channel_and_place():
    counted = Counter(flag for row in ROWS for flag in brute_force.flags(row, AS_OF))
    assert {flag.value for flag in CaseFault} == set(counted)
    assert min(counted.values()) >= 30, counted
    for field, values in (
        ("kind", generating.KINDS), ("channel", generating.CHANNELS), ("stated_by", generating.WAYS),
        ("region", generating.REGIONS), ("country", generating.COUNTRIES),
    ):  # fmt: skip
        met = Counter(row[field] for row in ROWS)
        assert min(met[value] for value in values) >= COUNT // 400, (field, met)


def test_every_case_bears_the_flags_and_the_dates_of_the_other_judge():
    for line, row in enumerate(ROWS, 2):
        verdict = judge_case(case_of(line, row), LAW, AS_OF)
        assert (verdict.start, verdict.deadline) == brute_force.period(row), row
        assert {flag.value for flag in verdict.flags} == brute_force.flags(row, AS_OF), row
        assert set(verdict.flags) <= set(verdict.applicable)
        received = brute_force.day(verdict.case.received)
        owed = brute_force.refund(row, received, AS_OF)[1] if row["decision"] == "accepted" else Decimal(0)
        assert verdict.owed == owed, row


@pytest.mark.parametrize("language", [*Language])
@pytest.mark.parametrize("write", [generating.csv_of, generating.xlsx_of])
def test_the_same_cases_read_from_a_file_bear_the_same_flags(language, write):
    count = COUNT if write is generating.csv_of else 1_000
    data = write(iter(ROWS[:count]), CASE_FIELDS, language)
    tally = CaseTotals()
    with open_table(data, "dossiers") as table:
        mapping = map_header(table.header, SampleKind.CASES, {})
        assert (mapping.missing, mapping.unknown) == ((), ())
        reader = RowReader(mapping, LAW)
        for row, expected in zip(table.rows, ROWS[:count], strict=True):
            case = reader.read(row.line, row.cells)
            assert isinstance(case, WithdrawalCase), (expected, case)
            assert case == case_of(row.line, expected)
            tally.add(judge_case(case, LAW, AS_OF))
    assert table.problems == []
    counted = Counter(flag for row in ROWS[:count] for flag in brute_force.flags(row, AS_OF))
    assert {rate.flag.value: rate.failures for rate in tally.rates(Decimal("0.95")) if rate.failures} == counted


def test_every_call_bears_the_flags_of_the_other_judge_and_each_is_met():
    counted: Counter[str] = Counter()
    tally = CallTotals()
    for line, row in enumerate(CALLS, 2):
        verdict = judge_call(Call(line, **row), legislation.telephone(), legislation.metropolitan_france(), AS_OF)
        expected = brute_force.call_flags(row, AS_OF)
        assert {flag.value for flag in verdict.flags} == expected, row
        counted.update(expected)
        tally.add(verdict)
    assert {flag.value for flag in CallFault} == set(counted)
    assert min(counted.values()) >= 30
    minutes = [(row["suppressed"] - row["withdrawn"]).total_seconds() / 60 for row in CALLS if row["suppressed"]]
    assert tally.slowest == -(-max(minutes) // 60)


@pytest.mark.parametrize("language", [*Language])
def test_the_same_calls_are_read_from_a_file(language):
    data = generating.csv_of(iter(CALLS), CALL_FIELDS, language)
    with open_table(data, "appels.csv") as table:
        mapping = map_header(table.header, SampleKind.CALLS, {})
        assert (mapping.missing, mapping.unknown) == ((), ())
        reader = RowReader(mapping)
        for row, expected in zip(table.rows, CALLS, strict=True):
            call = reader.read(row.line, row.cells)
            assert call == Call(row.line, **expected)
            assert isinstance(call.called, datetime)
