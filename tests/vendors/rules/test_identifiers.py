import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.fr import siren as stdnum_siren
from stdnum.iso7064 import mod_97_10

from portal.vendors.rules.identifiers import (
    Identifier,
    identifier_disagreements,
    identifier_problem,
    lei_problem,
    normalise_identifier,
    siren_of,
    siren_problem,
    siret_problem,
    vat_of_siren,
    vat_problem,
)

sirens = st.integers(1, 99_999_999).map(lambda n: f"{n:08d}" + luhn.calc_check_digit(f"{n:08d}"))


@given(sirens)
def test_a_siren_with_its_key_is_sound_however_it_is_spaced(siren):
    assert siren_problem(siren) is None
    assert siren_problem(f" {siren[:3]} {siren[3:6]}\u202f{siren[6:]}\u00ad ") is None


@given(sirens, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(siren, position, shift):
    wrong = siren[:position] + str((int(siren[position]) + shift) % 10) + siren[position + 1 :]
    assert "clé de contrôle" in str(siren_problem(wrong))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("000000000", "clé de contrôle"),
        ("73282932A", "autre chose que des chiffres"),
        ("٧٣٢٨٢٩٣٢٠", "autre chose que des chiffres"),
        ("73282932", "8 chiffres ; il en faut 9. Un tableur"),
        ("7328293201", "10 chiffres ; il en faut 9."),
        ("73282932000074", "est un SIRET"),
        ("7,3282932E+08", "abîmé par le tableur"),
        ("7.32E8", "abîmé par le tableur"),
    ],
)
def test_a_wrong_siren_says_why(value, said):
    assert said in str(siren_problem(value)).replace("\u202f", " ")
    assert value in str(siren_problem(value))


def test_full_width_digits_are_read_as_digits():
    assert normalise_identifier("".join(chr(0xFF10 + int(digit)) for digit in "732829320")) == "732829320"


@pytest.mark.parametrize("value", ["73282932000074", "732 829 320 00074", "35600000000048"])
def test_a_siret_with_its_key_is_sound(value):
    assert siret_problem(value) is None


def test_post_offices_follow_their_own_key():
    assert siret_problem("35600000049837") is None, "digits add up to 45, though Luhn fails"
    assert not luhn.is_valid("35600000049837")
    assert "clé de contrôle" in str(siret_problem("35600000049838"))


def test_the_head_office_of_la_poste_follows_luhn():
    assert sum(map(int, "35600000000048")) % 5, "it would fail the rule of post offices"
    assert siret_problem("35600000000048") is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("73282932100074", "clé de contrôle"),
        ("7328293200007", "13 chiffres ; il en faut 14. Un tableur"),
        ("732829320", "est un SIREN"),
        ("7328293200007X", "autre chose que des chiffres"),
        ("7,32829E+13", "abîmé par le tableur"),
    ],
)
def test_a_wrong_siret_says_why(value, said):
    assert said in str(siret_problem(value)).replace("\u202f", " ")


@pytest.mark.parametrize(
    "value", ["FR61954506077", "fr 61 954 506 077", "DE136695976", "IE6433435F", "EL094259216", "NL004495445B01"]
)
def test_a_vat_number_of_the_union_is_sound(value):
    assert vat_problem(value) is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("FR61954506078", "clé de contrôle"),
        ("DE13669597", "forme attendue dans l’État DE"),
        ("GB980780684", "code d’un État de l’Union"),
        ("CHE-123.456.788", "code d’un État de l’Union"),
        ("61954506077", "code d’un État de l’Union"),
        ("FR<script>", "code d’un État de l’Union"),
    ],
)
def test_a_wrong_vat_number_says_why(value, said):
    assert said in str(vat_problem(value))


@given(st.text())
def test_no_text_whatever_breaks_a_check(text):
    for kind in Identifier:
        found = identifier_problem(kind, text)
        assert found is None or str(found)


@given(sirens)
def test_the_vat_number_of_a_siren_agrees_with_the_registry_algorithm(siren):
    vat = vat_of_siren(siren)
    assert vat == "FR" + stdnum_siren.to_tva(siren).replace(" ", "")
    assert vat_problem(vat) is None
    assert siren_of(vat=vat) == siren or siren.startswith("000")


leis = st.from_regex(re.compile(r"\A[0-9A-Z]{18}\Z"), alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ").map(
    lambda body: body + mod_97_10.calc_check_digits(body)
)


@given(leis, st.integers(0, 19), st.sampled_from("0123456789"))
def test_a_lei_with_its_key_is_sound_and_a_wrong_digit_is_always_seen(lei, at, digit):
    assert lei_problem(lei) is None
    if lei[at].isdigit() and lei[at] != digit:
        assert lei_problem(lei[:at] + digit + lei[at + 1 :])


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("213800KUD8LAJWSQ9D16", "clé de contrôle"),
        ("213800KUD8LAJWSQ9D1", "19 caractères"),
        ("213800KUD8LAJWSQ9DXX", "forme attendue"),
        ("213800KUD8LAÉWSQ9D15", "forme attendue"),
    ],
)
def test_a_wrong_lei_says_why(value, said):
    assert said in str(lei_problem(value))


def test_an_absent_identifier_is_not_wrong():
    assert all(identifier_problem(kind, "  ") is None for kind in Identifier)


@given(sirens, sirens)
def test_identifiers_of_two_companies_disagree(one, other):
    found = identifier_disagreements(siren=one, siret=other + "00000", vat=vat_of_siren(other))
    told = {conflict.field for conflict in found}
    assert told == (set() if one == other else {Identifier.SIRET} | ({Identifier.VAT} - _monaco(other)))


def _monaco(siren: str) -> set[Identifier]:
    return {Identifier.VAT} if siren.startswith("000") else set()


def test_a_foreign_vat_number_beside_a_siren_is_no_disagreement():
    assert identifier_disagreements(siren="732829320", vat="DE136695976") == ()


def test_a_siret_and_a_vat_number_disagree_even_without_siren():
    [conflict] = identifier_disagreements(siret="73282932000074", vat="FR61954506077")
    assert conflict.field is Identifier.VAT
    assert "732829320" in str(conflict.sentence)
