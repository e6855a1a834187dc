import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.vendors.rules.columns import _SYNONYMS, ImportField, chosen_mapping, propose_mapping
from portal.vendors.rules.naming import plain

FRENCH = ["Nom", "Raison sociale", "Pays", "Prestation", "Finalité", "Localisation", "Données", "Données sensibles"]
ENGLISH = ["name", "legal_name", "country", "service", "purpose_fr", "data_location", "personal_data", "special_data"]
FIELDS = [
    ImportField.NAME,
    ImportField.LEGAL_NAME,
    ImportField.COUNTRY,
    ImportField.SERVICE,
    ImportField.PURPOSE,
    ImportField.LOCATIONS,
    ImportField.PERSONAL_DATA,
    ImportField.SPECIAL_DATA,
]


def found(header):
    mapping = propose_mapping(header)
    return {field: mapping.header[at] for field, at in mapping.columns.items() if at is not None}


@pytest.mark.parametrize("header", [FRENCH, ENGLISH])
def test_a_header_is_recognised_in_french_and_in_english(header):
    assert found(header) == dict(zip(FIELDS, header, strict=True))


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("N° SIREN", ImportField.SIREN), ("Numéro SIRET", ImportField.SIRET),
        ("N° de TVA intracommunautaire", ImportField.VAT),
        ("VAT number", ImportField.VAT), ("Code LEI", ImportField.LEI), ("E-mail", ImportField.CONTACT_EMAIL),
        ("COURRIEL", ImportField.CONTACT_EMAIL),
        ("Contact", ImportField.CONTACT_NAME), ("engaged_by", ImportField.ENGAGED_BY),
        ("Responsable de traitement", ImportField.ENGAGED_BY),
        ("listed_on", ImportField.LISTED_ON), ("Criticité", ImportField.CRITICALITY),
        ("Pays d'établissement", ImportField.COUNTRY), ("Pays (siège)", ImportField.COUNTRY),
        ("Lieu d’hébergement", ImportField.LOCATIONS), ("Site web", ImportField.WEBSITE),
    ],
)  # fmt: skip
def test_a_column_is_recognised_as_people_title_it(title, field):
    assert found(["Fournisseur", title]) == {ImportField.NAME: "Fournisseur", field: title}


def test_synonyms_are_written_in_their_plain_form_and_mean_one_field():
    synonyms = [synonym for known in _SYNONYMS.values() for synonym in known.split(" | ")]
    assert [plain(synonym) for synonym in synonyms] == synonyms
    assert len(set(synonyms)) == len(synonyms)
    assert set(_SYNONYMS) == set(ImportField)


def test_the_surer_of_two_columns_wins_and_the_other_is_kept_as_a_note():
    mapping = propose_mapping(["purpose", "Nom", "purpose_fr", "Nom"])
    assert mapping.columns[ImportField.PURPOSE] == 2
    assert mapping.columns[ImportField.NAME] == 1
    assert mapping.notes == (0, 3)


def test_a_list_of_legal_names_only_takes_its_names_from_them():
    mapping = propose_mapping(["Raison sociale", "Pays"])
    assert mapping.columns[ImportField.NAME] == mapping.columns[ImportField.LEGAL_NAME] == 0


@given(st.lists(st.sampled_from([*FRENCH, *ENGLISH, "Budget", "", "€", "Contact", "e-mail"])))
def test_every_column_fills_a_field_or_is_a_note(header):
    mapping = propose_mapping(header)
    used = {at for at in mapping.columns.values() if at is not None}
    assert used | set(mapping.notes) == set(range(len(header)))
    assert not used & set(mapping.notes)
    assert set(mapping.columns) == set(ImportField)


def test_a_column_without_title_is_called_by_its_letter():
    mapping = propose_mapping(["Nom", *[""] * 30])
    assert [mapping.label(at) for at in (0, 1, 25, 26, 30)] == ["Nom", "B", "Z", "AA", "AE"]
    assert mapping.label_of(ImportField.SIREN) == ""


def test_a_person_may_choose_any_column_of_the_file_and_no_other():
    assert chosen_mapping(["A", "B"], {"name": 1, "siren": None}).columns[ImportField.NAME] == 1
    with pytest.raises(ValueError, match="pas de colonne 3"):
        chosen_mapping(["A", "B"], {"name": 2})
    with pytest.raises(ValueError, match="couleur"):
        chosen_mapping(["A", "B"], {"couleur": 1})
