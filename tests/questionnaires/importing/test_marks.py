from hypothesis import given
from hypothesis import strategies as st

from portal.questionnaires.importing.marks import marks_of, weights_of
from tests.effort import at_most

POINTS = st.lists(st.one_of(st.none(), st.floats(-100, 100), st.integers(-5, 50).map(float)), min_size=1, max_size=8)


@at_most(100)
@given(POINTS, st.booleans())
def test_marks_can_reach_1_and_never_leave_0_to_1(points, several):
    found = marks_of(points, several=several)
    marks = [mark for mark in found.marks if mark is not None]
    assert all(0 <= mark <= 1 for mark in marks)
    if marks:
        best = sum(marks) if several else max(marks)
        assert abs(best - 1) < 1e-9


@at_most(60)
@given(st.lists(st.tuples(st.one_of(st.none(), st.floats(0, 1000)), st.floats(0, 1000)), min_size=1, max_size=8))
def test_weights_are_whole_numbers_from_1_to_5(questions):
    assert all(weight in range(1, 6) for weight in weights_of(questions).weights)


def test_rounding_and_negative_points_are_said():
    assert marks_of([-1, 2], several=False).losses
    assert not marks_of([0, 1], several=False).losses
    assert weights_of([(None, 20.0), (None, 7.0)]).losses
