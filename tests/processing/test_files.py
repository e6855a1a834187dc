import io
import json
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyld import jsonld

from portal.authz.policy import Role
from portal.core.errors import Refused
from portal.core.language import Language
from portal.core.spreadsheets import read_sheets, write_xlsx, write_xlsx_sheets
from portal.processing import queries, services
from portal.processing.dpv import terms
from portal.processing.files import WRITERS, RegisterExport, read_register, write_register
from portal.processing.importing import ImportReport, import_register
from portal.processing.ods_files import MEDIA_TYPE, read_ods, write_ods
from portal.processing.queries import ActivityFilter
from portal.processing.record_model import SURENESS, about_columns, sureness
from portal.processing.rules.sheets import (
    CATEGORIES,
    ActivityRole,
    ControllerSheet,
    HeldCategory,
    ImpactCriterion,
    LegalBasis,
    ProcessorSheet,
    Safeguard,
    ServedController,
    StatedTransfer,
)
from portal.processing.tables import columns, table_of, title_of
from portal.vendors.rules.facts import DataSubject, Volume
from tests.conftest import NOW
from tests.factories.desk import entity_of, service_of
from tests.factories.register import activity_of, controller_sheet, processor_sheet
from tests.factories.world import vendor_of

READ_BACK = ("xlsx", "ods", "csv", "json")
WORDS = st.text(st.sampled_from("aéZ0 ;|,\"'=+-@\n\t\r<&>«»\u2028\x07ß€中"), max_size=20)
LISTS = st.lists(WORDS, max_size=3).map(tuple)
DAYS = st.none() | st.dates(date(1990, 1, 1), date(2026, 11, 1))
COUNTRIES = st.sampled_from(["", "FR", "US", "IN", "GB"])
TRANSFERS = st.lists(
    st.builds(StatedTransfer, WORDS.map("a".__add__), COUNTRIES, st.none() | st.sampled_from(Safeguard), WORDS),
    max_size=2,
).map(tuple)
NAMED = {"name": WORDS.map("n".__add__), "reference": WORDS, "in_charge": WORDS, "started_on": DAYS,
         "technical_measures": WORDS, "organisational_measures": WORDS, "transfers": TRANSFERS}  # fmt: skip
CONTROLLERS = st.builds(
    ControllerSheet, **NAMED, joint_controllers=LISTS, purpose=WORDS, other_purposes=LISTS,
    legal_basis=st.none() | st.sampled_from(LegalBasis), basis_details=WORDS,
    subjects=st.lists(st.sampled_from(DataSubject)).map(tuple), subjects_details=WORDS, volume=st.sampled_from(Volume),
    data=st.lists(st.builds(HeldCategory, st.sampled_from(CATEGORIES), WORDS, WORDS), max_size=4).map(tuple),
    internal_recipients=LISTS, processor_recipients=LISTS, partner_recipients=LISTS, public_recipients=LISTS,
    criteria=st.lists(st.sampled_from(ImpactCriterion)).map(tuple), criteria_seen=st.booleans(), assessed_on=DAYS,
    listed=st.sampled_from(["", "profils_rh", "localisation_large"]), assessment=WORDS,
)  # fmt: skip
PROCESSORS = st.builds(
    ProcessorSheet, **NAMED, operations=LISTS, further_processors=LISTS,
    controllers=st.lists(st.builds(ServedController, WORDS.map("c".__add__), WORDS, WORDS), max_size=3).map(tuple),
)  # fmt: skip


def exported(ctx, kind, language=Language.FR):
    lines = queries.every_line(ctx, ActivityFilter())
    return write_register(kind, RegisterExport(lines, language, NOW, ctx.today))


def imported(ctx, data, name="registre"):
    return import_register(ctx, read_register(data, name))


def by_key(ctx):
    return json.loads(exported(ctx, "json"))


@pytest.fixture
def dpo(acting):
    return acting(Role.DPO)


@pytest.fixture
def entity(session):
    return entity_of(session)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CONTROLLERS | PROCESSORS, min_size=1, max_size=3), st.sampled_from(READ_BACK), st.data())
def test_importing_an_export_is_the_identity(dpo, entity, sheets, kind, data):
    language = data.draw(st.sampled_from(Language))
    with dpo.session.begin_nested() as nested:
        for sheet in sheets:
            role = ActivityRole.PROCESSOR if isinstance(sheet, ProcessorSheet) else ActivityRole.CONTROLLER
            services.create_activity(dpo, entity, role, sheet)
        before, content = by_key(dpo), exported(dpo, kind, language)
        assert imported(dpo, content) == ImportReport(unchanged=len(sheets))
        assert by_key(dpo) == before
        nested.rollback()
    with dpo.session.begin_nested() as nested:
        assert imported(dpo, content) == ImportReport(created=len(sheets)), "on an empty register too"
        assert by_key(dpo) == before
        nested.rollback()


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", READ_BACK)
def test_a_register_with_services_comes_back_as_it_left(dpo, entity, kind):
    service = service_of(dpo.session, vendor_of(dpo.session), name="Appels")
    hard = controller_sheet(reference="=1+1", transfers=(StatedTransfer("Acme", "US", Safeguard.CLAUSES, "D 1"),))
    services.create_activity(dpo, entity, ActivityRole.CONTROLLER, hard, [service.id])
    services.create_activity(dpo, entity, ActivityRole.PROCESSOR, processor_sheet())
    before, content = by_key(dpo), exported(dpo, kind, Language.EN)
    assert imported(dpo, content) == ImportReport(unchanged=2)
    assert by_key(dpo) == before


def test_a_register_is_taken_whole_or_not_at_all(dpo, entity):
    services.create_activity(dpo, entity, ActivityRole.CONTROLLER, controller_sheet())
    document = by_key(dpo)
    good = document["activities"][0]
    faults = [
        {**good, "key": "neuve", "entity": "inconnue"}, {**good, "services": ["personne / Rien"]},
        {**good, "role": "sous_traitant"}, {**good, "key": "Mal Écrite"}, {**good, "record": {"name": 3}}, None,
        {**good, "key": "autre", "record": {**good["record"], "assessed_on": "2199-01-01"}},
    ]  # fmt: skip
    renamed = {**good, "record": {**good["record"], "name": "Boutique"}}
    report = imported(dpo, json.dumps({**document, "activities": [renamed, *faults]}).encode())
    assert {one.line for one in report.refused} == set(range(2, 9))
    assert (report.created, report.changed) == (0, 0)
    assert by_key(dpo) == document, "nothing was written"
    assert imported(dpo, json.dumps({**document, "activities": [renamed]}).encode()) == ImportReport(changed=1)
    assert queries.every_line(dpo, ActivityFilter())[0].version.number == 2


@pytest.mark.parametrize("data", [
    b"", b"PK\x03\x04", b"{", b'{"format": "autre"}', b"[" * 100_000, b"%PDF-1.7",
    b'{"format": "vigie-register-1"}',
])  # fmt: skip
def test_what_is_no_register_is_refused_with_a_sentence(dpo, data):
    with pytest.raises(Refused) as refusal:
        imported(dpo, data, "registre.csv")
    assert str(refusal.value)


def test_a_table_without_the_columns_of_a_register_is_refused_column_by_column(dpo):
    report = imported(dpo, b"Colonne;Autre\r\n1;2\r\n", "registre.csv")
    told = [str(one.message) for one in report.refused]
    assert len(told) == 5
    assert "pas une colonne du registre" in told[0]
    assert "Nom du traitement" in told[-1]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_each_register_is_a_sheet_with_its_own_columns(dpo, entity, kind):
    services.create_activity(dpo, entity, ActivityRole.CONTROLLER, controller_sheet())
    services.create_activity(dpo, entity, ActivityRole.PROCESSOR, processor_sheet())
    content = exported(dpo, kind)
    if kind == "ods":
        sheets = [(title, rows[0][1], rows[1:]) for title, rows in read_ods(content)]
    else:
        sheets = [(one.title, list(one.table.header), one.table.rows) for one in read_sheets(content)]
    assert [title for title, _, _ in sheets] == [
        "Responsable (art.\u00a030-1)",
        "Sous-traitant (art.\u00a030-2)",
        "À propos",
    ]
    for (_title, header, rows), role in zip(sheets, ActivityRole, strict=False):
        assert header == [title_of(one, Language.FR) for one in columns(role)]
        assert len(rows) == 1
    assert "Finalité principale" in sheets[0][1]
    assert "Finalité principale" not in sheets[1][1]
    assert "Responsables de traitement servis" in sheets[1][1]


def test_a_file_of_before_with_both_registers_in_one_sheet_is_still_read(dpo, entity):
    services.create_activity(dpo, entity, ActivityRole.CONTROLLER, controller_sheet())
    services.create_activity(dpo, entity, ActivityRole.PROCESSOR, processor_sheet())
    header, rows = table_of(queries.every_line(dpo, ActivityFilter()), Language.FR)
    about = [["Colonnes proches du modèle de registre de la CNIL (juillet 2019)."]]
    before = by_key(dpo)
    for content in (
        write_ods([("Registre", [header, *rows]), ("À propos", about)]),
        write_xlsx("Registre", header, rows),
    ):
        assert imported(dpo, content) == ImportReport(unchanged=2)
    assert by_key(dpo) == before


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_fault_of_a_sheet_is_told_with_its_sheet(dpo, entity, kind):
    header, _ = table_of([], Language.FR, ActivityRole.CONTROLLER)
    second, _ = table_of([], Language.FR, ActivityRole.PROCESSOR)
    wrong = [""] * len(header)
    wrong[header.index("Nom du traitement")], wrong[header.index("Clé de l’entité")] = "Vente", "inconnue"
    bad = [""] * len(second)
    bad[second.index("Nom du traitement")] = "Envois"
    bad[second.index("Mis en œuvre depuis")] = "jadis"
    sheets = [("Un", header, [wrong]), ("Deux", second, [bad])]
    content = (
        write_ods([(title, [head, *body]) for title, head, body in sheets])
        if kind == "ods" else write_xlsx_sheets(sheets)
    )  # fmt: skip
    refused = imported(dpo, content).refused
    assert [(one.sheet, one.line) for one in refused] == [("Deux", 2), ("Un", 2)]
    assert ["Deux" in str(refused[0].told), "Un" in str(refused[1].told)] == [True, True]


def test_what_the_columns_owe_to_the_model_is_said_for_each_of_them():
    assert set(sureness()) >= set(columns()) - {"role"}
    assert set(sureness().values()) <= set(SURENESS)
    assert all(len(row) == 2 for language in Language for row in about_columns(language))


def packed(content, name="content.xml"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), MEDIA_TYPE, zipfile.ZIP_STORED)
        archive.writestr(name, content)
    return out.getvalue()


def sheet_of(rows):
    spaces = 'xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    spaces += 'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    spaces += 'xmlns:x="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    return packed(f"<o:d {spaces}><t:table>{rows}</t:table></o:d>")


@pytest.mark.parametrize("data", [
    packed("<a/>"), packed("<a>"), packed("x", "autre.xml"), packed("a" * 90_000_000),
    packed('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    sheet_of('<t:table-row t:number-rows-repeated="9999999"><t:table-cell><x:p>a</x:p></t:table-cell></t:table-row>'),
    sheet_of('<t:table-row><t:table-cell t:number-columns-repeated="99999"><x:p>a</x:p></t:table-cell></t:table-row>'),
    sheet_of('<t:table-row t:number-rows-repeated="tous"><t:table-cell><x:p>a</x:p></t:table-cell></t:table-row>'),
    sheet_of(f"<t:table-row><t:table-cell><x:p>{'a' * 40_000}</x:p></t:table-cell></t:table-row>"),
], ids=["nothing", "broken", "no-content", "bomb", "entity", "rows", "columns", "count", "cell"])  # fmt: skip
def test_a_hostile_spreadsheet_is_refused_within_bounds(data):
    with pytest.raises(Refused):
        read_ods(data)


def test_a_spreadsheet_as_an_office_writes_it_is_read():
    rows = (
        '<t:table-row><t:table-cell t:number-columns-repeated="2"><x:p>a<x:s/>b</x:p></t:table-cell>'
        '<t:table-cell t:number-columns-repeated="16000"/></t:table-row>'
        '<t:table-row t:number-rows-repeated="1000000"><t:table-cell/></t:table-row>'
    )
    assert read_ods(sheet_of(rows)) == [("", [(1, ["a b", "a b"])])]
    workbook = write_ods([("T", [["x", ""], ["", ""], ["", "y\nz"]]), ("U", [["a"]])])
    assert read_ods(workbook) == [("T", [(1, ["x"]), (3, ["", "y\nz"])]), ("U", [(1, ["a"])])]


def test_no_two_columns_are_called_the_same():
    for language in Language:
        for role in (None, *ActivityRole):
            titles = [title_of(one, language) for one in columns(role)]
            assert len(set(titles)) == len(titles)


VOCABULARY = {
    "https://w3id.org/dpv#": """hasPurpose hasPersonalData hasDataSubject hasRecipient hasLegalBasis
        hasTechnicalOrganisationalMeasure hasDataController hasDataProcessor hasProcessing hasStorageCondition
        hasCountry hasImpactAssessment Process Purpose PersonalData SpecialCategoryPersonalData Recipient
        TechnicalOrganisationalMeasure DataController DataProcessor Processing CrossBorderTransfer Visitor Customer
        JobApplicant Employee VulnerableDataSubject Patient Child""",
    "https://w3id.org/dpv/legal/eu/gdpr#": """A6-1-a A6-1-b A6-1-c A6-1-d A6-1-e A6-1-f A45-3 A46-2-b A46-2-c
        A46-2-e""",
    "http://purl.org/dc/terms/": "title description identifier",
}
"""The terms used, as they were read in the tables of DPV 2.3 and of Dublin Core on 2026-11-28, and not in our file."""


def absolute(value):
    """Every absolute address of an expanded document, but those of our own things."""
    found = {value} if isinstance(value, str) and value.startswith("http") else set()
    for key, one in value.items() if isinstance(value, dict) else ():
        found |= absolute(one) | ({key} if key.startswith("http") else set())
    for one in value if isinstance(value, list) else ():
        found |= absolute(one)
    return found


def no_network(address, _options):
    raise AssertionError(f"asked for {address}")


def test_an_independent_processor_expands_the_vocabulary_without_network(dpo, entity):
    """PyLD knows nothing of us: what it makes of the file has every statement, and no term that it could not place."""
    service = service_of(dpo.session, vendor_of(dpo.session, name="Kerala Desk"), name="Appels")
    moved = tuple(StatedTransfer(f"Acme {one.value}", "US", one, "D 1") for one in Safeguard)
    full = controller_sheet(
        subjects=tuple(DataSubject), transfers=moved,
        data=tuple(HeldCategory(one, "Nom", "3 ans") for one in CATEGORIES),
    )  # fmt: skip
    services.create_activity(dpo, entity, ActivityRole.CONTROLLER, full, [service.id])
    for basis in LegalBasis:
        sheet = controller_sheet(name=basis.value, legal_basis=basis, basis_details="Le texte")
        services.create_activity(dpo, entity, ActivityRole.CONTROLLER, sheet)
    services.create_activity(dpo, entity, ActivityRole.PROCESSOR, processor_sheet(transfers=moved[:1]))
    document = json.loads(exported(dpo, "dpv"))
    expanded = jsonld.expand(document, {"documentLoader": no_network, "processingMode": "json-ld-1.1"})
    assert len(expanded) == len(document["@graph"]) == 2 + len(LegalBasis)
    assert jsonld.to_rdf(document, {"documentLoader": no_network})["@default"]
    known = {f"{space}{term}" for space, terms_ in VOCABULARY.items() for term in terms_.split()}
    used = absolute(expanded)
    assert used <= known, f"not in the vocabulary: {sorted(used - known)}"
    assert {f"https://w3id.org/dpv#{term}" for term in ("CrossBorderTransfer", "Child", "hasStorageCondition")} <= used
    compacted = jsonld.compact(expanded, document["@context"], {"documentLoader": no_network, "graph": True})
    assert jsonld.expand(compacted, {"documentLoader": no_network}) == expanded, "nothing is dropped on the way"
    statements = json.dumps(expanded, ensure_ascii=False)
    for told in ("Kerala Desk", "Acme derogation", "urn:vigie:register:safeguard/derogation", "3 ans", "Atelier Roque"):
        assert told in statements, told
    assert statements.count("CrossBorderTransfer") == len(moved) + 1


def test_every_term_of_our_file_is_one_of_the_vocabulary_or_an_address_of_ours():
    prefixes = terms()["prefixes"]
    known = {f"{space}{term}" for space, terms_ in VOCABULARY.items() for term in terms_.split()}
    for group in terms().keys() - {"prefixes"}:
        for term in terms()[group].values():
            prefix, _, name = term.partition(":")
            assert prefix == "vigie" or prefixes[prefix] + name in known, term


def test_nothing_is_said_in_the_vocabulary_that_nobody_said(dpo, entity):
    services.create_activity(dpo, entity, ActivityRole.CONTROLLER, controller_sheet(transfers=()))

    def walk(node):
        assert node not in (None, "", [], {})
        for one in node if isinstance(node, list) else node.values() if isinstance(node, dict) else ():
            walk(one)

    walk(json.loads(exported(dpo, "dpv"))["@graph"])


def test_the_register_on_paper_says_what_is_lacking(dpo, entity):
    services.create_activity(dpo, entity, ActivityRole.CONTROLLER, controller_sheet(purpose="à compléter"))
    with zipfile.ZipFile(io.BytesIO(exported(dpo, "docx"))) as archive:
        text = archive.read("word/document.xml").decode()
    assert "Dites à quoi sert ce traitement" in text
    assert "Jamais confirmée" in text
    assert set(WRITERS) == {"ods", "xlsx", "csv", "json", "dpv", "docx", "pdf"}


def test_the_register_on_paper_says_where_linked_services_have_the_data_and_what_is_counted(dpo, entity):
    """Article 30(1)(e): « Callisto » alone hid Morocco; « deux critères » beside one alone could not be checked."""
    service = service_of(dpo.session, vendor_of(dpo.session, name="Callisto"), entity, locations=["MA"])
    subjects = (DataSubject.CUSTOMERS, DataSubject.EMPLOYEES)
    sheet = controller_sheet(transfers=(), subjects=subjects, criteria=(ImpactCriterion.MONITORING,))
    activity_of(dpo, sheet, (service.id,))
    services.create_activity(dpo, entity, ActivityRole.CONTROLLER, controller_sheet(name="Seul", transfers=()))
    with zipfile.ZipFile(io.BytesIO(exported(dpo, "docx"))) as archive:
        text = archive.read("word/document.xml").decode()
    assert f"Callisto, {service.name} (Maroc)".replace("'", "’") in text
    assert "Aucun autre que ceux des prestations liées." in text
    assert "Aucun." in text
    assert "Personnes vulnérables" in text


def test_the_commands_write_a_register_and_read_it_back(app, dpo, entity, tmp_path):
    services.create_activity(dpo, entity, ActivityRole.CONTROLLER, controller_sheet())
    dpo.session.commit()
    runner, out = app.test_cli_runner(), tmp_path / "registre.json"
    assert runner.invoke(args=["register", "export", "--format", "json", "--out", str(out)]).exit_code == 0
    done = runner.invoke(args=["register", "import", str(out), "--json"])
    assert json.loads(done.output) == {"created": 0, "changed": 0, "unchanged": 1, "refused": []}
    out.write_text("{")
    refused = runner.invoke(args=["register", "import", str(out), "--json"])
    assert refused.exit_code == 1
    assert json.loads(refused.output)["refused"][0]["message"]
