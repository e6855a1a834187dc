import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.files.sealing import CHUNK, HEADER, MAGIC, OVERHEAD, Altered, new_key, seal, sealed_size, unseal

KEY = new_key()
START, SEALED = len(MAGIC) + HEADER, CHUNK + OVERHEAD


def sealed(content):
    return b"".join(seal([content], KEY, b"label"))


def unsealed(content, key=KEY, label=b"label"):
    return b"".join(unseal([content], key, label))


@given(st.lists(st.binary(max_size=300), max_size=6), st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK]))
def test_what_was_sealed_comes_back_however_the_stream_was_cut(blocks, padding):
    content = b"".join(blocks) + bytes(padding)
    cut = list(seal([*blocks, bytes(padding)], KEY, b"label"))
    assert sum(map(len, cut)) == sealed_size(len(content))
    assert b"".join(unseal(cut, KEY, b"label")) == content
    whole = b"".join(cut)
    assert b"".join(unseal([whole[:7], whole[7:1000], whole[1000:]], KEY, b"label")) == content


def test_two_seals_of_the_same_content_differ():
    assert sealed(b"a") != sealed(b"a")


@given(st.data())
def test_a_single_bit_changed_anywhere_is_noticed(data):
    good = sealed(b"x" * (CHUNK + 10))
    at = data.draw(st.integers(0, len(good) - 1))
    bad = bytearray(good)
    bad[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Altered):
        unsealed(bytes(bad))


@given(st.integers(0, sealed_size(2 * CHUNK + 5) - 1))
def test_a_stream_cut_short_anywhere_is_noticed(length):
    with pytest.raises(Altered):
        unsealed(sealed(bytes(2 * CHUNK + 5))[:length])


def test_a_stream_cut_between_two_chunks_is_noticed():
    with pytest.raises(Altered, match="end is missing"):
        unsealed(sealed(bytes(2 * CHUNK))[: START + SEALED])


def test_chunks_swapped_repeated_or_left_out_are_noticed():
    whole = sealed(b"a" * CHUNK + b"b" * CHUNK + b"c" * CHUNK + b"d")
    head, chunks = whole[:START], [whole[START + i * SEALED : START + (i + 1) * SEALED] for i in range(4)]
    for order in ([1, 0, 2, 3], [0, 0, 1, 2, 3], [0, 2, 3], [3], [0, 1, 2, 3, 3]):
        with pytest.raises(Altered):
            unsealed(head + b"".join(chunks[i] for i in order))
    assert unsealed(head + b"".join(chunks)).endswith(b"cd")


def test_bytes_added_at_the_end_are_noticed():
    for extra in (b"\0", bytes(SEALED)):
        with pytest.raises(Altered):
            unsealed(sealed(bytes(CHUNK)) + extra)


def test_neither_another_key_nor_another_label_opens():
    with pytest.raises(Altered):
        unsealed(sealed(b"secret"), key=new_key())
    with pytest.raises(Altered):
        unsealed(sealed(b"secret"), label=b"other")


def test_nothing_unauthenticated_is_given_out_before_the_refusal():
    bad = bytearray(sealed(b"a" * CHUNK + b"b" * CHUNK))
    bad[START + SEALED + 5] ^= 1
    pieces = unseal([bytes(bad)], KEY, b"label")
    assert next(pieces) == b"a" * CHUNK
    with pytest.raises(Altered):
        next(pieces)
