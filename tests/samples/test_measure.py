import io
import json

import pytest

from portal.samples import file_check
from portal.samples.measure import measure_part
from portal.samples.rules.columns import SampleKind
from tests.factories import samples
from tests.samples import brute_force
from tests.samples.generating import AS_OF
from tests.samples.test_file_check import read

COUNT = 120


@pytest.fixture(scope="module", params=[*SampleKind])
def cases(request):
    """(kind, the cases as they are measured)."""
    _examined, clean = read(samples.csv(COUNT, request.param), kind=request.param)
    return request.param, [*file_check.measured_rows(io.StringIO(clean), request.param, 0, COUNT)]


def test_parts_added_one_to_the_other_come_to_the_whole(cases):
    kind, rows = cases
    whole = measure_part(rows, kind, {}, AS_OF, COUNT)
    tally, worst = {}, []
    for start in range(0, COUNT, 37):
        part = measure_part(rows[start : start + 37], kind, json.loads(json.dumps(tally)), AS_OF, COUNT)
        tally, worst = part.tally, [*worst, *part.worst]
    assert tally == whole.tally
    assert sorted(worst, key=lambda row: (-row["weight"], row["line"])) == whole.worst
    assert whole.count == COUNT


def test_every_case_with_a_fault_is_kept_with_the_flags_of_an_independent_judge(cases):
    kind, rows = cases
    flags_of = brute_force.flags if kind is SampleKind.CASES else brute_force.call_flags
    given = samples.rows(COUNT) if kind is SampleKind.CASES else [*samples.generating.calls(COUNT, 4)]
    expected = {line: flags_of(row, AS_OF) for line, row in enumerate(given, 2)}
    found = {row["line"]: set(row["flags"]) for row in measure_part(rows, kind, {}, AS_OF, COUNT).worst}
    assert found == {line: flags for line, flags in expected.items() if flags}


def test_only_the_gravest_are_kept_the_first_of_the_file_among_equals(cases):
    kind, rows = cases
    whole = measure_part(rows, kind, {}, AS_OF, COUNT).worst
    assert measure_part(rows, kind, {}, AS_OF, 5).worst == whole[:5]
    ranks = [(-row["weight"], row["line"]) for row in whole]
    assert ranks == sorted(ranks)


def test_what_is_kept_of_a_case_is_plain_json(cases):
    kind, rows = cases
    part = measure_part(rows, kind, {}, AS_OF, COUNT)
    assert json.loads(json.dumps([part.tally, part.worst])) == [part.tally, part.worst]
