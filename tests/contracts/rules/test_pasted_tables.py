"""Tables pasted from a spreadsheet: every cell that was pasted is in a row or given back."""

from hypothesis import given
from hypothesis import strategies as st

from portal.contracts.rules.fact_catalogue import FACTS
from portal.contracts.rules.pasted_tables import read_pasted

COLUMNS = FACTS["subprocessors"].columns
CELL = st.text(st.characters(codec="utf-8", categories=("L", "N"), include_characters=" ,'"), max_size=12)


@given(st.lists(st.lists(CELL, max_size=9), max_size=6), st.integers(0, 4))
def test_no_cell_is_lost(lines, most):
    read = read_pasted("\n".join("\t".join(line) for line in lines), COLUMNS, most)
    found = [cell for row in read.rows for cell in row.values()] + read.left.replace("\n", "\t").split("\t")
    wanted = [cell.strip() for line in lines for cell in line if cell.strip()]
    assert sorted(filter(None, found)) == sorted(wanted)
    assert len(read.rows) <= most


def test_titles_in_either_language_say_the_order():
    read = read_pasted("Name\tPlace of processing\nAcme\tFrance", COLUMNS, 9)
    assert read.rows == ({"name": "Acme", "country": "France"},)
    assert read_pasted("Acme\t1 rue Haute", COLUMNS, 9).rows == ({"name": "Acme", "address": "1 rue Haute"},)


def test_a_lone_quotation_mark_loses_nothing():
    assert read_pasted('Acme "Nord\t1 rue', COLUMNS, 9).rows == ({"name": 'Acme "Nord', "address": "1 rue"},)
