import copy
from datetime import date

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from portal.core.language import Sentence
from portal.vendors.rules.countries import (
    adequacy,
    in_eea,
    parse_country,
    parse_locations,
    read_atlas,
    transfer_exposure,
)
from portal.vendors.rules.facts import Exposure

TODAY = date(2026, 11, 24)
EEA = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK "  # the Union
    "IS LI NO "  # its partners
    "GF GP MQ RE YT MF AX"  # territories with a code of their own where the RGPD applies
)
ADEQUATE = "AD AR BR CH FO GB GG IL IM JE NZ UY"
CONDITIONAL = "CA JP KR US"


def plain(sentence) -> str:
    return str(sentence).replace("\u202f", " ")


@pytest.mark.parametrize("language", ["fr", "en", "de"])
def test_every_country_is_understood_by_the_names_that_pages_show(atlas, language):
    shown = Locale(language).territories
    assert len(atlas.codes) == 250, "the 249 of ISO 3166-1, and Kosovo"
    assert {code: parse_country(shown[code], atlas) for code in atlas.codes} == {code: code for code in atlas.codes}


def test_every_country_is_understood_by_its_codes(atlas, countries_document):
    for code, country in countries_document["countries"].items():
        assert len(country["alpha3"]) == 3
        assert parse_country(code.lower(), atlas) == parse_country(country["alpha3"], atlas) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("USA", "US"), ("U.S.", "US"), ("U. S. A.", "US"), ("Etats-Unis", "US"), ("États Unis d'Amérique", "US"),
        ("UK", "GB"), ("U.K.", "GB"), ("Royaume Uni", "GB"), ("Angleterre", "GB"), ("Irland", "IE"), ("D", "DE"),
        ("CHN", "CN"), ("Pays Bas", "NL"), ("The Netherlands", "NL"), ("EL", "GR"), ("Suisse.", "CH"),
        ("Trinité-et-Tobago", "TT"), ("Bosnia and Herzegovina", "BA"), ("Korea, Republic of", "KR"),
        ("  france ", "FR"), ("St Kitts and Nevis", "KN"), ("ET", "ET"), ("st", "ST"),
        ("Congo - Kinshasa", "CD"), ("France / FRANCE", "FR"), ("Côte d’Ivoire", "CI"), ("", ""), (" - ", ""),
    ],
)  # fmt: skip
def test_a_country_is_understood_as_people_write_it(atlas, text, code):
    assert parse_country(text, atlas) == code


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Pays Bas et Allemagne", "« Pays Bas et Allemagne » nomme plusieurs pays ou régions (NL, DE)"),
        ("FR;DE", "(FR, DE)"),
        ("D, E", "(DE, ES)"),
        ("Union européenne", "est une région, non un pays"),
        ("Worldwide", "est une région, non un pays"),
        ("Europe", "ne dit pas quels pays"),
        ("Allemange", "Vouliez-vous dire « Allemagne » ?"),
        ("Irlade", "Vouliez-vous dire « Irlande » ?"),
        ("Syldavie", "Pays inconnu : « Syldavie »"),
        ("France et Syldavie", "Pays inconnu : « Syldavie »"),
    ],
)
def test_a_country_that_is_not_one_says_why(atlas, text, said):
    assert said in plain(parse_country(text, atlas))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("France, Allemagne", ("FR", "DE")),
        ("FR;DE", ("FR", "DE")),
        ("US/EU", ("US", "EU")),
        ("US, EEA and UK", ("US", "EEA", "GB")),
        ("Israël, États-Unis", ("IL", "US")),
        ("Union européenne", ("EU",)),
        ("UE/EEE", ("EEA",)),
        ("Monde", ("WORLD",)),
        ("France\nBelgique\r\nfrance", ("FR", "BE")),
        ("Bosnia & Herzegovina, Serbia", ("BA", "RS")),
        ("Paris-Nord?", None),
        ("France, Hors UE", None),
        ("", ()),
        (";", ()),
    ],
)
def test_a_list_of_places_is_understood_whatever_parts_it(atlas, text, codes):
    found = parse_locations(text, atlas)
    assert isinstance(found, Sentence) if codes is None else found == codes


@given(
    st.lists(st.sampled_from(["France", "DE", "U.S.", "Korea, Republic of", "UE", "Monde"])),
    st.sampled_from([";", " ; ", "\n"]),
)
def test_places_parted_by_a_semicolon_are_each_read_alone(atlas, places, separator):
    found = parse_locations(separator.join(places), atlas)
    assert found == tuple(dict.fromkeys(code for place in places for code in parse_locations(place, atlas)))


@given(st.text(max_size=60))
def test_any_text_is_a_code_or_a_sentence(atlas, text):
    found = parse_country(text, atlas)
    assert str(found) if isinstance(found, Sentence) else found == "" or found in atlas.codes


def test_the_area_is_the_union_and_its_three_partners(atlas):
    assert {code for code in atlas.codes if in_eea(code, atlas, TODAY)} == set(EEA.split())
    assert in_eea("EU", atlas, TODAY)
    assert in_eea("EEA", atlas, TODAY)
    assert not in_eea("WORLD", atlas, TODAY)


def test_adequacy_decisions_are_those_of_the_day(atlas):
    held = {code: adequacy(code, atlas, TODAY) for code in atlas.codes}
    assert {code for code, decision in held.items() if decision} == {*ADEQUATE.split(), *CONDITIONAL.split()}
    assert {code for code, decision in held.items() if decision and decision.partial} == set(CONDITIONAL.split())
    assert all(decision.act and all(decision.scope.values()) for decision in held.values() if decision)


@pytest.mark.parametrize(
    ("code", "day", "expected"),
    [
        ("GB", date(2020, 12, 31), Exposure.EEA),
        ("GB", date(2021, 1, 1), Exposure.THIRD_COUNTRY),
        ("GB", date(2021, 6, 28), Exposure.ADEQUATE),
        ("GB", date(2031, 12, 27), Exposure.ADEQUATE),
        ("GB", date(2031, 12, 28), Exposure.THIRD_COUNTRY),
        ("US", date(2023, 7, 9), Exposure.THIRD_COUNTRY),
        ("US", date(2023, 7, 10), Exposure.CONDITIONAL),
        ("BR", date(2026, 1, 25), Exposure.THIRD_COUNTRY),
        ("BR", date(2026, 1, 26), Exposure.ADEQUATE),
        ("HR", date(2013, 6, 30), Exposure.THIRD_COUNTRY),
    ],
)
def test_law_is_that_of_the_day(atlas, code, day, expected):
    assert transfer_exposure([code], atlas, day) is expected


@given(st.lists(st.sampled_from(["FR", "EU", "CH", "US", "MA", "WORLD"])), st.sampled_from(["FR", "CH", "US", "WORLD"]))
def test_one_more_place_never_brings_data_nearer(atlas, places, more):
    before, after = transfer_exposure(places, atlas, TODAY), transfer_exposure([*places, more], atlas, TODAY)
    order = list(Exposure)
    assert after is not None
    assert before is None or order.index(after) >= order.index(before)


def test_no_place_is_unknown_not_near(atlas):
    assert transfer_exposure([], atlas, TODAY) is None


def test_a_spelling_given_to_two_countries_is_refused(countries_document):
    faulty = copy.deepcopy(countries_document)
    faulty["countries"]["BE"]["also"].append("FRANCE")
    with pytest.raises(ValueError, match=r"BE et FR|FR et BE"):
        read_atlas(faulty)


def test_a_membership_of_an_unknown_country_is_refused(countries_document):
    faulty = copy.deepcopy(countries_document)
    faulty["eea"][0]["codes"].append("ZZ")
    with pytest.raises(ValueError, match="ZZ"):
        read_atlas(faulty)
