import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.vendors.rules.similar_names import less_one_letter, one_mistake_apart, similar_pairs
from tests.factories.work import calls


def pairs(*names, legal_names=()):
    legal = [*legal_names, *[""] * (len(names) - len(legal_names))]
    return {(names[one], names[other]) for one, other, _ in similar_pairs(names, legal) if one != other}


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("Nexmo", "Vonage (Nexmo)", "portent tous deux le nom « nexmo »"),
        ("Sentry", "Functional Software, Inc. d/b/a Sentry", "portent tous deux le nom « sentry »"),
        ("Vonage (Nexmo)", "Vonage (SMS)", "portent tous deux le nom « vonage »"),
        ("Google", "Google Ads", "commence comme « Google »"),
        ("LinkMobility", "Link Mobility", "les espaces ou l’ordre des mots"),
        ("Cloud Services", "Services Cloud", "les espaces ou l’ordre des mots"),
        ("Axeptio", "Axceptio", "d’une lettre"),
        ("Iron Mountain", "Iron Moutain", "d’une lettre"),
        ("Iron Mountain", "Iron Muontain", "d’une lettre"),
    ],
)
def test_a_likeness_is_found_and_said(one, other, said):
    reasons = [
        str(why).replace("\u202f", " ") for a, b, why in similar_pairs([one, other], ["", ""]) if {a, b} == {0, 1}
    ]
    assert any(said in reason for reason in reasons)
    assert all(one in reason or other in reason for reason in reasons)


def test_a_name_that_is_the_legal_name_of_another_is_a_likeness():
    names = ["Salesforce", "Heroku"]
    assert [{a, b} for a, b, _ in similar_pairs(names, ["", "Salesforce, Inc."])] == [{0, 1}]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Atos", "Atol"),
        ("Fournisseur 1234", "Fournisseur 1235"),
        ("Link", "LinkedIn"),
        ("Lot 11 0", "Lot 1 10"),
        ("PayPal (Europe)", "Nova (Europe)"),
        ("G2", "G2 Esports"),
    ],
)
def test_what_is_only_vaguely_near_is_left_alone(one, other):
    assert pairs(one, other) == set()


letters = st.text(alphabet="abcé", min_size=1, max_size=12)


@given(letters, letters)
def test_one_mistake_is_symmetric_and_never_none(one, other):
    assert one_mistake_apart(one, other) == one_mistake_apart(other, one)
    assert not one_mistake_apart(one, one)


@given(letters, st.data())
def test_every_single_mistake_is_recognised_and_shares_a_pigeon_hole(text, data):
    at = data.draw(st.integers(0, len(text) - 1))
    mark = data.draw(st.sampled_from("abcé"))
    swapped = text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]
    for wrong in (text[:at] + text[at + 1 :], text[:at] + mark + text[at:], text[:at] + mark + text[at + 1 :], swapped):
        if wrong != text:
            assert one_mistake_apart(text, wrong)
            assert set(less_one_letter(text)) & set(less_one_letter(wrong))


def test_twice_the_names_are_compared_with_twice_the_work():
    def compared(count):
        names = [f"Fournisseur {first:04d} lot {second:02d}" for first in range(count) for second in range(20)]
        assert list(similar_pairs(names, [""] * len(names))) == []

    assert calls(lambda: compared(60)) < 3 * calls(lambda: compared(30)), "a quadratic comparison takes four times more"
