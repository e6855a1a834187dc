import pytest

from portal.core import looked_at
from portal.core.looked_at import looked_at as look


@pytest.fixture
def clock(monkeypatch):
    told = [100.0]
    monkeypatch.setattr(looked_at, "EVERY", 1.0)
    monkeypatch.setattr(looked_at, "_SEEN", {})
    monkeypatch.setattr(looked_at.time, "monotonic", lambda: told[0])
    return told


def test_files_are_looked_at_at_first_then_once_a_second(clock):
    looks = iter(range(9))
    found = []
    for moment in (100.0, 100.5, 100.99, 101.0, 101.5, 102.0):
        clock[0] = moment
        found.append(look("a", lambda: next(looks)))
    assert found == [0, 0, 0, 1, 1, 2]


def test_what_is_seen_of_some_files_is_not_said_of_others(clock):
    assert [look(one, lambda one=one: one) for one in ("a", "b", "a")] == ["a", "b", "a"]


def test_a_look_that_fails_is_no_look(clock):
    with pytest.raises(FileNotFoundError):
        look("a", lambda: (_ for _ in ()).throw(FileNotFoundError()))
    assert look("a", lambda: 1) == 1


def test_nothing_piles_up(clock):
    for one in range(1000):
        look(one, lambda: 1)
    assert len(looked_at._SEEN) <= 64


def test_tests_see_a_file_as_soon_as_it_is_written():
    assert [look("here", lambda n=n: n) for n in range(3)] == [0, 1, 2]
