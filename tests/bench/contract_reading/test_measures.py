"""Figures of a check against readers: bounds, agreement, and the same intervals every time."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bench.contract_reading.measures import (
    Confusion,
    GapClass,
    Label,
    LabelledCell,
    confusion,
    label_of_status,
    measure,
    scores,
)
from portal.paper.rules.check_result import RequirementStatus

marks = st.sampled_from(Label)
cells = st.lists(
    st.builds(
        LabelledCell, st.sampled_from("abcd"), st.sampled_from(["duration", "audits"]), st.just("fr"), marks, marks
    ),
    max_size=40,
)


def test_every_status_is_one_of_the_three_words_of_readers():
    assert {status: label_of_status(status).value for status in RequirementStatus} == {
        RequirementStatus.SATISFIED: "yes",
        RequirementStatus.NOT_APPLICABLE: "yes",
        RequirementStatus.WEAK: "partial",
        RequirementStatus.DEFERRED: "partial",
        RequirementStatus.TO_COMPLETE: "partial",
        RequirementStatus.MISSING: "no",
        RequirementStatus.CONTRADICTED: "no",
    }


def test_the_figures_of_a_known_table_are_those_computed_by_hand():
    found = Confusion((50, 3, 2, 4, 20, 1, 0, 2, 18))
    gaps, missing = scores(found, GapClass.NOT_SATISFIED), scores(found, GapClass.MISSING)
    assert (gaps.precision, gaps.recall, gaps.wanted) == (41 / 46, 41 / 45, 45)
    assert (missing.precision, missing.recall, missing.wanted) == (18 / 21, 18 / 20, 20)
    assert gaps.f1 == 2 * 41 / (2 * 41 + 5 + 4)
    assert missing.f2 == 5 * 18 / (5 * 18 + 4 * 2 + 3)
    assert found.accuracy == 88 / 100
    by_chance = (55 * 54 + 25 * 25 + 20 * 21) / 100**2
    assert abs(found.kappa - (0.88 - by_chance) / (1 - by_chance)) < 1e-12


@given(cells)
def test_every_cell_is_counted_once_in_each_class(found):
    table = confusion(found)
    assert table.total == len(found)
    for wanted in GapClass:
        counts = table.looking_for(wanted)
        assert counts.hit + counts.extra + counts.missed + counts.rest == len(found)


@given(cells)
def test_a_figure_stands_between_nothing_and_all_and_f_between_precision_and_recall(found):
    for wanted in GapClass:
        one = scores(confusion(found), wanted)
        assert all(value is None or 0 <= value <= 1 for value in (one.precision, one.recall, one.f1, one.f2))
        if one.precision is not None and one.recall is not None:
            low, high = sorted((one.precision, one.recall))
            assert low - 1e-12 <= one.f1 <= high + 1e-12
            assert low - 1e-12 <= one.f2 <= high + 1e-12


@given(cells.filter(bool))
def test_a_check_that_agrees_everywhere_has_nothing_but_ones(found):
    measured = measure("all", [replace(cell, got=cell.wanted) for cell in found], draws=20)
    assert measured.accuracy == 1
    assert measured.kappa in (1, None)
    for one in measured.classes.values():
        assert {one.pooled.precision, one.pooled.recall, one.pooled.f1, one.pooled.f2} <= {1, None}


@given(cells, st.randoms())
def test_the_order_of_cells_changes_neither_figures_nor_intervals(found, chance):
    shuffled = list(found)
    chance.shuffle(shuffled)
    one, other = measure("all", found, draws=20), measure("all", shuffled, draws=20)
    assert one.confusion == other.confusion
    for wanted in GapClass:
        for name, interval in one.classes[wanted].intervals.items():
            again = other.classes[wanted].intervals[name]
            assert (interval is None) == (again is None)
            if interval is not None:
                assert abs(interval.low - again.low) < 1e-12
                assert abs(interval.high - again.high) < 1e-12


def test_intervals_hold_the_figure_and_widen_when_documents_disagree_with_one_another():
    alike = [
        LabelledCell(str(n), "duration", "fr", Label.NO, Label.NO if k else Label.YES)
        for n in range(10)
        for k in range(4)
    ]
    unlike = [
        LabelledCell(str(n), "duration", "fr", Label.NO, Label.YES if n < 3 else Label.NO)
        for n in range(10)
        for k in range(4)
    ]
    narrow = measure("all", alike).classes[GapClass.MISSING].intervals["recall"]
    wide = measure("all", unlike).classes[GapClass.MISSING].intervals["recall"]
    assert (narrow.low, narrow.high) == (0.75, 0.75)
    assert wide.low < 0.7 < wide.high


def test_one_document_gives_no_interval():
    measured = measure("all", [LabelledCell("a", "duration", "fr", Label.NO, Label.NO)])
    assert measured.kappa_interval is None
    assert set(measured.classes[GapClass.MISSING].intervals.values()) == {None}
