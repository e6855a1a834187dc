import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.vendors.rules.columns import propose_mapping
from portal.vendors.rules.facts import Criticality
from portal.vendors.rules.rows import LONGEST_SERVICE, ContactDraft, RowDraft, RowNote, RowReader

HEADER = (
    "Nom", "Raison sociale", "SIREN", "SIRET", "TVA", "LEI", "Pays", "Prestation", "Localisation", "Données sensibles",
    "Criticité", "Contact", "E-mail", "Téléphone", "Budget",
)  # fmt: skip


@pytest.fixture
def read(atlas):
    reader = RowReader(propose_mapping(HEADER), atlas)

    def read_row(**cells):
        given = {"Nom": "Nova", **{title.replace("_", " "): text for title, text in cells.items()}}
        return reader.read(7, [given.pop(title, "") for title in HEADER])

    return read_row


def test_the_facts_that_call_for_questionnaires_are_read_yes_no_or_not_said(atlas):
    header = ("Nom", "HDS", "Intelligence artificielle", "Cloud", "Mineurs")
    reader = RowReader(propose_mapping(header), atlas)
    service = reader.read(2, ["Acme", "oui", "non", "", "X"]).service
    facts = (service.hosts_health_data, service.uses_ai, service.is_cloud, service.concerns_minors)
    assert facts == (True, False, None, True)
    assert reader.read(2, ["Acme", "peut-être"])[0].column == "HDS"


def said(problems):
    assert not isinstance(problems, RowDraft)
    return [(problem.column, str(problem.message).replace("\u202f", " ")) for problem in problems]


def test_a_sound_row_becomes_a_company_and_one_service(read):
    row = read(
        Raison_sociale="Nova\u00ad SAS",
        SIRET="732 829 320 00074",
        Pays="Irlande",
        Prestation="Paie",
        Localisation="France, UE",
        Criticité="Élevée",
        Données_sensibles="Oui",
    )
    assert (row.company.legal_name, row.company.siren, row.company.siret) == ("Nova SAS", "732829320", "73282932000074")
    assert row.company.country == "IE"
    assert (row.service.title, row.service.locations) == ("Paie", ("FR", "EU"))
    assert (row.service.has_special, row.service.criticality) == (True, Criticality.IMPORTANT)
    assert (row.line, row.service.line, row.service.listed_as) == (7, 7, "Nova")


def test_a_french_vat_number_tells_the_siren(read):
    assert read(TVA="FR 44 732 829 320").company.siren == "732829320"


def test_everything_wrong_with_a_row_is_said_at_once_under_its_column(read):
    found = read(
        Nom="", Pays="Syldavie", SIREN="1", Localisation="Europe", Données_sensibles="parfois", Criticité="bof"
    )
    assert [column for column, _ in said(found)] == [
        "Nom",
        "Pays",
        "SIREN",
        "Localisation",
        "Données sensibles",
        "Criticité",
    ]


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ({"SIREN": "732829320", "SIRET": "35600000000048"}, "SIRET", "n’appartient pas au SIREN 732829320"),
        ({"SIREN": "732829320", "TVA": "FR61954506077"}, "TVA", "n’appartient pas au SIREN 732829320"),
        ({"LEI": "213800KUD8LAJWSQ9D16"}, "LEI", "clé de contrôle"),
        ({"E-mail": "dpo@nova"}, "E-mail", "n’est pas une adresse e-mail"),
        ({"E-mail": "dpo@nova.example, jean dupont"}, "E-mail", "« jean »"),
        ({"Contact": "a@b"}, "Contact", "n’est pas une adresse e-mail"),
        ({"Nom": "x" * 201}, "Nom", "201 caractères, 200 au plus"),
        ({"Nom": "---"}, "Nom", "Le nom manque"),
    ],
)
def test_a_wrong_cell_says_what_and_where(read, cells, column, message):
    first, *_ = said(read(**cells))
    assert first[0] == column
    assert message in " ".join(text for _, text in said(read(**cells)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("oui", True), ("YES", True), ("1", True), ("Non", False), ("no", False), ("faux", False), ("", None)],
)
def test_special_data_is_yes_no_or_not_said(read, text, expected):
    assert read(Données_sensibles=text).service.has_special is expected


@pytest.mark.parametrize(
    ("text", "level"), [("1", 1), ("faible", 1), ("Moyenne", 2), ("HIGH", 3), ("critique", 4), ("vital", 4), ("", None)]
)
def test_criticality_is_a_number_or_a_word(read, text, level):
    assert read(Criticité=text).service.criticality == level


def test_several_addresses_are_several_contacts_and_the_name_goes_with_the_first(read):
    row = read(
        **{"Contact": "Ana Li", "Téléphone": "01", "E-mail": "DPO@nova.example; rssi@nova.example dpo@nova.example"}
    )
    assert row.contacts == (ContactDraft("dpo@nova.example", "Ana Li", "01"), ContactDraft("rssi@nova.example"))


def test_an_address_in_the_contact_column_is_an_address(read):
    assert read(Contact="dpo@nova.example").contacts == (ContactDraft("dpo@nova.example"),)


def test_a_contact_without_address_and_an_unknown_column_are_kept_as_notes(read):
    row = read(Contact="Ana Li", Téléphone="01", Budget="12 k€")
    assert row.contacts == ()
    assert set(row.notes) == {
        RowNote(7, "Contact", "Ana Li"),
        RowNote(7, "Téléphone", "01"),
        RowNote(7, "Budget", "12 k€"),
    }


def test_a_long_service_keeps_its_whole_text_as_a_note(read):
    text = "Hébergement et " * 30
    row = read(Prestation=text)
    assert len(row.service.title) <= LONGEST_SERVICE
    assert row.service.title.endswith("…")
    assert RowNote(7, "Prestation", text.strip()) in row.notes


def test_cells_beyond_the_header_are_a_problem_unless_empty(atlas):
    reader = RowReader(propose_mapping(["Nom"]), atlas)
    assert isinstance(reader.read(2, ["Nova", "", " "]), RowDraft)
    assert "plus de cellules" in said(reader.read(2, ["Nova", "x"]))[0][1]


def test_missing_cells_are_empty(atlas):
    assert isinstance(RowReader(propose_mapping(["Nom", "Pays"]), atlas).read(2, ["Nova"]), RowDraft)


def test_control_characters_that_no_database_takes_are_dropped(read):
    assert read(Nom="No\x00va", Prestation="a\x00\x1fb").service.title == "ab"


@given(st.lists(st.text(max_size=30), max_size=len(HEADER)))
def test_any_cells_give_a_row_or_problems_on_that_line(atlas, cells):
    found = RowReader(propose_mapping(HEADER), atlas).read(9, cells)
    if isinstance(found, RowDraft):
        assert found.line == 9
        assert found.company.name
    else:
        assert found
        assert {problem.line for problem in found} == {9}
        assert {problem.column for problem in found} <= set(HEADER)
