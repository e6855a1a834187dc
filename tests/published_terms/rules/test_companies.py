import pytest

from portal.published_terms.readings_file import load_readings
from portal.published_terms.rules.companies import companies_in, companies_in_row


@pytest.fixture
def reading():
    return load_readings().companies


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Nordhaven Hosting AB – hébergement – Suède", ["Nordhaven Hosting AB"]),
        ("nous confions à Atlas & Fils SARL, à Casablanca, l'assistance", ["Atlas & Fils SARL"]),
        ("Kestrel Linguistics Pvt Ltd (India)", ["Kestrel Linguistics Pvt Ltd"]),
        ("Grain de Sel SAS et Oy Norr Ab", ["Grain de Sel SAS"]),
        ("les données sont sauvegardées", []),
        ("SAS", []),
        ("", []),
    ],
)
def test_a_company_is_found_by_its_legal_form(reading, text, names):
    assert companies_in(text, reading) == names


def test_a_company_without_a_legal_form_is_found_in_a_list_of_sub_processors_alone(reading):
    row = "Tessera | support | Portugal"
    assert companies_in_row(row, reading, within=True) == ["Tessera"]
    assert companies_in_row(row, reading, within=False) == []
    assert companies_in_row("Name | Service | Country", reading, within=True) == []
