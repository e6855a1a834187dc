from dataclasses import replace

import pytest

from portal.incidents.rules.breach_facts import BreachFacts
from portal.incidents.rules.content import ContentState, content_of, known_among
from tests.factories.incidents import WHOLE

NONSENSE = ("ok", "aaaa aaaa aaaa aaaa aaaa aaaa", "à compléter dès que possible merci", "1234 5678 9012 3456 7890",
            "lorem ipsum dolor sit amet consectetur", "je ne sais pas ce qui est arrivé")  # fmt: skip


def states(facts):
    return {item.key: item.state for item in content_of(facts)}


def test_a_whole_notification_has_nine_elements_known():
    assert known_among(content_of(WHOLE)) == len(content_of(WHOLE)) == 9


def test_nothing_is_known_of_an_empty_one():
    assert set(states(BreachFacts()).values()) == {ContentState.UNKNOWN}


@pytest.mark.parametrize("text", NONSENSE)
@pytest.mark.parametrize("name", ["what", "consequences", "measures"])
def test_words_that_say_nothing_are_never_green(name, text):
    assert states(replace(WHOLE, **{name: text}))[name] is ContentState.SENSELESS


def test_a_contact_is_somebody_who_can_be_reached():
    assert states(replace(WHOLE, contact="Ana Roux"))["contact"] is ContentState.SENSELESS


def test_none_is_a_number_that_is_known():
    assert states(replace(WHOLE, persons=0))["persons"] is ContentState.KNOWN
