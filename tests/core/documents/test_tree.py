"""The document tree refuses what no file could show."""

import pytest

from portal.core.documents.tree import Figure, Table, Text

CELL = (Text("x"),)


def test_a_ragged_table_is_refused_where_it_is_made():
    with pytest.raises(ValueError, match=r"Mesures.*2 cellules"):
        Table("Mesures", ("a", "b"), ((CELL, CELL), (CELL,)))


@pytest.mark.parametrize("widths", [(1,), (1, 0), (1, -1), (1, 1, 1)])
def test_a_table_has_one_positive_width_per_column(widths):
    with pytest.raises(ValueError, match="largeurs"):
        Table("Mesures", ("a", "b"), (), widths)


def test_a_picture_always_has_words_for_those_who_do_not_see_it():
    with pytest.raises(ValueError, match="texte de remplacement"):
        Figure("<svg/>", " ")
