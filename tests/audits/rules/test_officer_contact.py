"""One line of the register and a row of the questionnaire say the same officer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.audits.rules import officer_row, officer_text

NAMES = st.from_regex(r"[A-Z][a-zé]{1,12}( [A-Z][a-zé]{1,12}){0,2}", fullmatch=True)
ADDRESSES = st.from_regex(r"[a-z]{1,10}@[a-z]{1,10}\.example", fullmatch=True)
TELEPHONES = st.from_regex(r"\+33 [1-9]( [0-9]{2}){4}", fullmatch=True)


@given(NAMES, ADDRESSES, st.none() | TELEPHONES)
def test_a_row_written_to_the_register_is_read_back(name, email, telephone):
    row = {"nom": name, "email": email, **({"telephone": telephone} if telephone else {})}
    assert officer_row(officer_text(row)) == row


@given(st.text(max_size=300))
def test_whatever_a_line_holds_nothing_is_invented(text):
    for cell in officer_row(text).values():
        assert cell in text


@pytest.mark.parametrize("name", ["x" * 200, "Claire, Martin" * 20])
def test_a_line_that_would_not_hold_is_left_out_whole(name):
    assert officer_text({"nom": name, "email": "claire@hote.example"}) == ""
