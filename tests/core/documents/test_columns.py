"""Column widths: as asked, as long as every word fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.documents.columns import CHARACTERS_ACROSS_MANY, column_shares
from portal.core.documents.tree import Table, Text
from portal.core.language import Language
from tests.effort import at_most
from tests.factories.trees import any_text, tables


def shares(*cells, widths=()):
    row = tuple((Text(cell),) for cell in cells)
    return column_shares(Table("", ("",) * len(cells), (row,), widths), Language.FR)


def test_widths_asked_for_are_kept_when_words_fit():
    assert shares("a", "b", widths=(1, 3)) == pytest.approx((0.25, 0.75))
    assert shares("a", "b", "c", "d") == pytest.approx((0.25,) * 4)


def test_a_long_word_takes_the_room_its_neighbours_can_spare():
    narrow, wide, *_ = shares("a", "contact.securite@nuage.fr", "b", "c", "d", "e")
    assert wide > 0.3
    assert narrow < 1 / 6


def test_a_word_too_long_for_any_column_does_not_squeeze_the_others():
    first, second = shares("x" * 500, "court")
    assert first == second == 0.5


@at_most(15)
@given(tables(any_text))
def test_shares_add_up_and_no_column_vanishes(table):
    found = column_shares(table, Language.FR)
    assert len(found) == len(table.header)
    assert sum(found) == pytest.approx(1)
    assert min(found) > 0.01


@given(st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_an_empty_table_follows_the_widths_asked_for(widths):
    table = Table("", ("",) * len(widths), (), tuple(widths))
    if min(widths) / sum(widths) >= 0.05:
        assert column_shares(table, Language.FR) == pytest.approx([width / sum(widths) for width in widths])


def test_when_not_everything_fits_the_longest_word_is_cut_and_the_others_are_not():
    cells = ("Dénomination", "Rheinufer,", "privacy@northgate.example", "Acheminement", "Royaume-Uni", "d’adéquation")
    found = shares(*cells)
    for cell, share in zip(cells, found, strict=True):
        if "@" not in cell:
            assert share * CHARACTERS_ACROSS_MANY >= len(cell) + 1


def test_a_narrow_column_of_many_keeps_an_address_and_a_date_whole():
    cells = ("Dénomination", "Bengaluru", "privacy@ganges.example", "technique", "1er septembre", "contractuelles")
    row = tuple((Text(cell),) for cell in cells)
    found = column_shares(Table("", ("",) * 6, (row,), (3, 3, 3, 4, 3, 3)), Language.FR)
    assert found[2] * CHARACTERS_ACROSS_MANY >= len("privacy@ganges.example")
    assert found[4] * CHARACTERS_ACROSS_MANY >= len("1er septembre")
