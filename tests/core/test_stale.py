import pytest

from portal.core.errors import Refused
from portal.core.stale import StaleWrite, fingerprint


def test_the_slower_of_two_is_refused_and_shown_what_stands_now():
    with pytest.raises(Refused) as refusal:
        raise StaleWrite("Déjà changé.", {"note": "la leur"}, by="Anne", about="delai")
    assert (refusal.value.theirs, refusal.value.by, refusal.value.about) == ({"note": "la leur"}, "Anne", "delai")


@pytest.mark.parametrize("other", [("oui",), ("oui", "x"), ("", "oui"), (None, ""), (("oui",), "")])
def test_a_fingerprint_tells_values_apart(other):
    assert fingerprint("oui", "") != fingerprint(*other)


def test_a_list_and_a_tuple_of_the_same_values_are_the_same():
    assert fingerprint(("a", "b"), "") == fingerprint(["a", "b"], "")
