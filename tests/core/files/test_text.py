import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.files.text import BLOCK, is_plain_text

PRINTED = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="<#%{\ufeff\ufffe"))


@given(PRINTED, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_printable_text_is_text_in_any_unicode_encoding(text, encoding):
    assert is_plain_text(io.BytesIO(text.encode(encoding)))


@given(st.binary(min_size=1, max_size=50))
def test_a_nul_byte_makes_it_no_text(content):
    assert not is_plain_text(io.BytesIO(b"texte\x00" + content))


@pytest.mark.parametrize("at", [0, BLOCK - 1, BLOCK, 3 * BLOCK + 5])
def test_one_control_character_anywhere_is_noticed(at):
    content = bytearray(b"a" * (4 * BLOCK))
    assert is_plain_text(io.BytesIO(bytes(content)))
    content[at] = 7
    assert not is_plain_text(io.BytesIO(bytes(content)))


def test_a_letter_cut_by_the_end_of_a_block_is_read_whole():
    assert is_plain_text(io.BytesIO(b"a" * (BLOCK - 1) + "é".encode() + b"b"))


def test_an_undefined_windows_byte_is_no_text():
    assert not is_plain_text(io.BytesIO(b"caf\xe9 \x81"))
