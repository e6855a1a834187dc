"""What a check looks at: places read from words, every text of the facts."""

from datetime import date

import pytest

from portal.contracts.rules.facts import ContractFacts
from portal.contracts.rules.sense.model import FactsScene, row_name
from portal.core.language import Language
from portal.vendors import reference
from portal.vendors.place_names import place_name


def scene(**values):
    given = {key.replace("__", "."): value for key, value in values.items()}
    return FactsScene(ContractFacts(given), reference.atlas(), date(2026, 11, 24))


@pytest.mark.parametrize("language", Language)
def test_every_name_that_the_portal_prints_for_a_place_is_read_back(language):
    atlas, empty = reference.atlas(), scene()
    wrong = {code for code in atlas.codes | atlas.regions if empty.codes_in(place_name(code, language)) != (code,)}
    assert wrong == set()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Lyon (France)", ("FR",)),
        ("France et Maroc", ("FR", "MA")),
        ("Azure – Ireland ; United States", ("IE", "US")),
        ("dans le cloud", ()),
        ("", ()),
    ],
)
def test_countries_are_read_from_the_parts_of_a_place(text, codes):
    assert scene().codes_in(text) == codes


def test_places_abroad_are_listed_once_as_they_are_written():
    found = scene(
        locations=("France", "États-Unis"), vendor__country="USA",
        subprocessors=({"name": "A", "country": "Maroc"}, {"name": "B", "country": "Norvège"}),
    )  # fmt: skip
    assert found.abroad == {"US": "États-Unis", "MA": "Maroc"}


def test_every_text_is_looked_at_and_no_code():
    facts = scene(
        vendor__name="Brume", locations=("France", " "), tier="critique",
        measures=({"theme": "Accès", "measure": "revue", "evidence": None},),
    )  # fmt: skip
    assert sorted(one.text for one in facts.texts("*")) == ["Accès", "Brume", "France", "revue"]
    assert [one.name for one in facts.texts("measures.theme")] == ["revue"]


def test_a_row_bears_its_name_or_its_first_words():
    assert row_name({"importer": "Acme", "country": "Inde"}) == "Acme"
    assert row_name({"name": " ", "address": "1 rue Haute"}) == "1 rue Haute"
    assert row_name({}) == "–"
