"""What a process keeps of dear work: a few results, each made once, none of a failure."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from portal.core.remembered import Remembered


def test_the_last_used_are_kept_and_no_more():
    held = Remembered(2)
    for key in ("a", "b"):
        assert held.get(key, lambda key=key: key.upper()) == key.upper()
    assert held.peek("a") == "A"
    held.get("c", lambda: "C")
    assert (held.peek("a"), held.peek("b"), held.peek("c")) == ("A", None, "C"), "b was used the longest ago"
    held.clear()
    assert held.peek("a") is None


def test_another_key_is_another_result():
    held = Remembered(2)
    assert [held.get(key, lambda key=key: [key]) for key in (("m1", 1), ("m2", 1))] == [[("m1", 1)], [("m2", 1)]]


def test_threads_that_ask_at_once_have_it_made_once():
    held, start, made = Remembered(1), Barrier(4), []

    def ask(_turn):
        start.wait()
        return held.get("chain", lambda: made.append(1) or object())

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(ask, range(4)))
    assert (len(found), len(made)) == (1, 1)


def test_what_fails_keeps_nothing_and_stops_nobody():
    held = Remembered(1)
    with pytest.raises(ZeroDivisionError):
        held.get("chain", lambda: 1 // 0)
    assert held.get("chain", lambda: 2) == 2


def test_a_place_holds_what_was_made_last_and_lets_the_other_go_before():
    held, there = Remembered(2), []
    assert held.get(("m1",), lambda: "first", place="here") == "first"
    assert held.get(("m2",), lambda: there.append(held.peek(("m1",), "here")) or "second", place="here") == "second"
    assert there == [None], "two are never held at once"
    assert (held.peek(("m1",), "here"), held.peek(("m2",), "here")) == (None, "second")
    assert held.get(("m1",), lambda: "first again", place="here") == "first again"
    assert held.get(("m1",), lambda: "elsewhere", place="there") == "elsewhere"
    assert held.peek(("m1",), "here") == "first again"
