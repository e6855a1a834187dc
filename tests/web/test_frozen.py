import pytest

from portal.web.frozen import FrozenHtml


@pytest.fixture
def made():
    return []


def test_a_piece_is_made_once_and_its_key_tells_it_from_another(made):
    kept = FrozenHtml(most=10)
    for key in (("1f", "fr"), ("1f", "en"), ("1f", "fr")):
        assert kept.of(key, lambda key=key: (made.append(key), "/".join(key))[1]) == "/".join(key)
    assert made == [("1f", "fr"), ("1f", "en")]


def test_the_piece_used_longest_ago_is_forgotten_first(made):
    kept = FrozenHtml(most=2)
    for key in ("a", "b", "a", "c", "a", "b"):
        kept.of(key, lambda key=key: (made.append(key), key)[1])
    assert made == ["a", "b", "c", "b"]
    assert len(kept.pieces()) == 2


def test_what_fails_is_not_kept():
    kept = FrozenHtml(most=2)
    with pytest.raises(ZeroDivisionError):
        kept.of("a", lambda: 1 / 0)
    assert kept.of("a", lambda: "b") == "b"
