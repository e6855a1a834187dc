"""Letters hidden by a font."""

from hypothesis import given
from hypothesis import strategies as st

from portal.documents_in.formats.glyphs import decode_line, decode_ranks

ENGLISH = (
    "The processor shall not engage another processor without the prior written authorisation of the controller. " * 4
)


def hidden(text: str) -> str:
    return "".join(chr(ord(char) - 29) for char in text)


def test_a_hidden_text_comes_back_whole():
    assert decode_ranks(hidden(ENGLISH)) == ENGLISH


def test_words_the_font_told_stay_with_their_figures():
    assert decode_line(f"{hidden('Revision of ')}May 2018") == "Revision of May 2018"


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ABC.", max_size=300))
def test_a_readable_text_is_left_alone(text):
    assert decode_ranks(ENGLISH + text) is None
