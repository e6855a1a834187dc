from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.journal.rules import (
    GENESIS,
    SENTENCES,
    ChainBreak,
    ChainFault,
    ChainKey,
    ChainLink,
    is_sealed,
    seal,
    verify_chain,
)
from tests.effort import at_most

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
contents = st.lists(
    st.dictionaries(st.text(min_size=1, max_size=8), values, min_size=1, max_size=4), min_size=1, max_size=8
)


def chained(found):
    links, previous = [], GENESIS
    for position, content in enumerate(found, start=1):
        link = ChainLink(position, content, previous, seal(previous, content))
        links.append(link)
        previous = link.hash
    return links


@at_most(12)
@given(contents)
def test_an_untouched_chain_holds_to_its_end(found):
    links = chained(found)
    report = verify_chain(links, expected_head=links[-1].hash)
    assert (report.count, report.head, report.broken) == (len(links), links[-1].hash, None)


@at_most(12)
@given(contents, st.data())
def test_changing_any_entry_is_detected_and_named(found, data):
    links = chained(found)
    place = data.draw(st.integers(0, len(links) - 1))
    content = data.draw(st.dictionaries(st.text(min_size=1, max_size=8), values, max_size=4))
    changed = replace(links[place], content=content)
    if seal(GENESIS, content) == seal(GENESIS, links[place].content):
        return
    links[place] = changed
    assert verify_chain(links).broken == ChainBreak(place + 1, ChainFault.CHANGED)


@at_most(12)
@given(contents, st.data())
def test_a_change_resealed_is_found_at_the_next_entry_or_by_the_head(found, data):
    """Whoever can write can compute a hash; what follows, or the head noted before, still tells."""
    links = chained(found)
    head = links[-1].hash
    place = data.draw(st.integers(0, len(links) - 1))
    old = links[place]
    content = {**old.content, "ajouté": 1}
    links[place] = ChainLink(old.id, content, old.previous_hash, seal(old.previous_hash, content))
    found_break = verify_chain(links, expected_head=head).broken
    last = place == len(links) - 1
    assert found_break == (
        ChainBreak(len(links) + 1, ChainFault.UNKNOWN_HEAD) if last else ChainBreak(place + 2, ChainFault.MOVED)
    )


@at_most(12)
@given(contents, st.data())
def test_removing_an_entry_is_detected_and_named_wherever_it_stood(found, data):
    links = chained(found)
    head = links[-1].hash
    place = data.draw(st.integers(0, len(links) - 1))
    del links[place]
    last = place == len(links)
    wanted = ChainFault.UNKNOWN_HEAD if last else ChainFault.MISSING
    assert verify_chain(links, expected_head=head).broken == ChainBreak(place + 1, wanted)


@at_most(12)
@given(contents, st.integers(1, 8))
def test_a_tail_cut_off_shows_only_against_a_head_noted_before(found, cut):
    links = chained(found)
    head, kept = links[-1].hash, links[: -min(cut, len(links))]
    assert verify_chain(kept).broken is None
    assert verify_chain(kept, expected_head=head).broken == ChainBreak(len(kept) + 1, ChainFault.UNKNOWN_HEAD)


@at_most(12)
@given(contents.filter(lambda found: len(found) > 1), st.data())
def test_reordering_entries_is_detected_at_the_first_out_of_place(found, data):
    links = chained(found)
    first = data.draw(st.integers(0, len(links) - 2))
    second = data.draw(st.integers(first + 1, len(links) - 1))
    links[first], links[second] = links[second], links[first]
    assert verify_chain(links).broken == ChainBreak(first + 1, ChainFault.MISSING)


@at_most(12)
@given(contents.filter(lambda found: len(found) > 1), st.data())
def test_renumbering_what_was_reordered_does_not_hide_it(found, data):
    links = chained(found)
    first = data.draw(st.integers(0, len(links) - 2))
    links[first], links[first + 1] = replace(links[first + 1], id=first + 1), replace(links[first], id=first + 2)
    assert verify_chain(links).broken == ChainBreak(first + 1, ChainFault.MOVED)


@at_most(12)
@given(contents)
def test_rewriting_the_whole_chain_shows_against_a_head_noted_before(found):
    links = chained(found)
    forged = chained([{**content, "faux": True} for content in found])
    assert verify_chain(forged).broken is None
    assert verify_chain(forged, expected_head=links[-1].hash).broken is not None


@at_most(12)
@given(contents, contents)
def test_a_chain_that_has_only_grown_still_holds_the_head_noted_before(first, more):
    before = chained(first)
    assert verify_chain(chained([*first, *more]), expected_head=before[-1].hash).broken is None


@at_most(12)
@given(contents, st.data())
def test_a_walk_may_start_behind_any_sound_entry(found, data):
    links = chained(found)
    start = data.draw(st.integers(1, len(links)))
    report = verify_chain(links[start:], after=links[start - 1])
    assert (report.count, report.head, report.broken) == (len(links), links[-1].hash, None)


def test_the_empty_chain_holds_and_its_head_is_known():
    assert verify_chain([]).broken is None
    assert verify_chain([], expected_head=GENESIS).broken is None
    assert verify_chain([], expected_head="ab" * 32).broken == ChainBreak(1, ChainFault.UNKNOWN_HEAD)


def test_an_entry_alone_tells_whether_it_was_changed():
    link = chained([{"a": 1}])[0]
    assert is_sealed(link)
    assert not is_sealed(replace(link, content={"a": 2}))


@pytest.mark.parametrize("fault", list(ChainFault))
def test_every_fault_has_a_sentence_that_names_its_entry_where_there_is_one(fault):
    sentence = str(ChainBreak(70, fault).sentence)
    assert fault in SENTENCES
    assert ("70" in sentence) is (fault is not ChainFault.UNKNOWN_HEAD)


KEY = ChainKey(b"k" * 32)


def keyed(found, *, since=1, key=KEY):
    """A chain whose entries are keyed from one on."""
    links, previous = [], GENESIS
    for position, content in enumerate(found, start=1):
        digest = seal(previous, content, key if position >= since else None)
        links.append(ChainLink(position, content, previous, digest))
        previous = digest
    return links


SIX = [{"n": n} for n in range(1, 7)]


def test_entries_of_before_the_key_stay_valid_and_the_first_keyed_one_is_told():
    report = verify_chain(keyed(SIX, since=4), key=KEY)
    assert (report.count, report.broken, report.keyed_from) == (6, None, 4)
    assert verify_chain(keyed(SIX, since=9), key=KEY).keyed_from is None
    assert verify_chain(keyed(SIX, since=4), key=replace(KEY, since=4)).broken is None


@pytest.mark.parametrize("since", [None, 3])
def test_a_chain_written_again_without_the_key_is_named_where_it_begins(since):
    links = keyed(SIX, since=3)
    forged, previous = links[:4], links[3].hash
    for link in links[4:]:
        content = {**link.content, "forged": True}
        forged.append(ChainLink(link.id, content, previous, seal(previous, content)))
        previous = forged[-1].hash
    assert verify_chain(forged, key=replace(KEY, since=since)).broken == ChainBreak(5, ChainFault.UNKEYED)


def test_the_entry_from_which_the_key_is_due_cannot_be_moved_either_way():
    key = replace(KEY, since=3)
    assert verify_chain(keyed(SIX, since=5), key=key).broken == ChainBreak(3, ChainFault.UNKEYED)
    assert verify_chain(keyed(SIX, since=1), key=key).broken == ChainBreak(1, ChainFault.CHANGED)
    assert verify_chain(keyed(SIX, since=9), key=key).broken == ChainBreak(3, ChainFault.UNKEYED)


def test_another_key_seals_nothing_here():
    forged = keyed(SIX, key=ChainKey(b"f" * 32))
    assert verify_chain(forged, key=KEY).broken == ChainBreak(1, ChainFault.CHANGED)
    assert ChainKey(b"f" * 32).name != KEY.name
    assert "k" * 8 not in repr(KEY)


def test_the_end_of_a_chain_is_followed_from_a_keyed_entry_on_with_the_key_alone():
    links = keyed(SIX)
    plain = seal(links[4].hash, links[5].content)
    assert verify_chain([*links[3:5], replace(links[5], hash=plain)], key=KEY, after=links[2]).broken == ChainBreak(
        6, ChainFault.UNKEYED
    )
