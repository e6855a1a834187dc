import pytest

from portal.vendors.rules.facts import (
    Access,
    Chain,
    Criticality,
    CustomerRelation,
    DataCategory,
    DataSubject,
    Exposure,
    SpecialCategory,
    Volume,
    special_of,
    subjects_of,
)


@pytest.mark.parametrize(
    "kind", [DataCategory, SpecialCategory, DataSubject, Volume, Access, Exposure, Criticality, CustomerRelation, Chain]
)
def test_every_word_of_a_form_has_its_own_label(kind):
    labels = [member.label for member in kind]
    assert all(labels)
    assert len(set(labels)) == len(labels)


def test_a_word_is_found_by_its_stored_value():
    assert SpecialCategory("sante") is SpecialCategory.HEALTH
    assert f"{SpecialCategory.HEALTH}" == "sante"


@pytest.mark.parametrize(
    ("said", "named", "expected"),
    [
        (None, [], None),
        (False, [], frozenset()),
        (True, [], {SpecialCategory.UNSPECIFIED}),
        (True, ["sante"], {SpecialCategory.HEALTH}),
        (None, ["sante"], {SpecialCategory.HEALTH}),
        (False, ["sante"], {SpecialCategory.HEALTH}),
    ],
)
def test_a_named_category_weighs_more_than_a_bare_answer(said, named, expected):
    assert special_of(said, named) == expected


@pytest.mark.parametrize(
    ("vulnerable", "named", "expected"),
    [
        (None, [], None),
        (False, [], frozenset()),
        (True, [], {DataSubject.VULNERABLE}),
        (True, ["clients"], {DataSubject.CUSTOMERS, DataSubject.VULNERABLE}),
        (True, ["mineurs"], {DataSubject.MINORS}),
        (None, ["clients"], {DataSubject.CUSTOMERS}),
    ],
)
def test_vulnerable_people_are_counted_even_when_the_list_forgets_them(vulnerable, named, expected):
    assert subjects_of(vulnerable, named) == expected


def test_a_word_that_no_form_offers_is_refused():
    with pytest.raises(ValueError, match="couleur"):
        special_of(True, ["couleur"])
