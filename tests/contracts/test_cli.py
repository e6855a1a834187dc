"""`flask contracts draft` and `list`: three files, nothing in the database, the same bytes, clear refusals."""

import json
from datetime import date, timedelta

import pytest

from portal.authz.policy import Role
from portal.contracts import cli
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.life import CopyReading
from portal.contracts.services import ContractDates
from portal.core.clock import legal_date, now
from portal.core.documents.printing import write_in_child
from portal.core.documents.text import fold
from portal.core.language import Language
from portal.jobs.models import Job
from tests.docx_text import docx_text
from tests.factories.desk import drafted, entity_of, matter, party_of, service_of
from tests.factories.printed import failures, pdf_text, reader
from tests.factories.signatures import contract_of
from tests.factories.world import vendor_of

REFERENCE = "agreement.reference=contrat n° 2026-041 du 2 novembre 2026"


@pytest.fixture
def run(app, session):
    session.commit()
    runner = app.test_cli_runner()

    def invoke(*arguments):
        session.commit()
        return runner.invoke(args=["contracts", *map(str, arguments)])

    return invoke


@pytest.fixture
def unprinted(monkeypatch):
    """Nothing is printed, which takes seconds, where a test asks what is found out and not how it is printed."""
    monkeypatch.setattr(cli, "print_in_child", lambda document, _: b"%PDF-1.7 " + repr(document).encode())
    monkeypatch.setattr(cli, "write_in_child", lambda document, _, seconds: write_in_child(document, b"", seconds))


@pytest.mark.pdf
def test_a_draft_is_written_in_three_files_and_nowhere_else(run, session, tmp_path):
    subject, language = matter(session), "fr"
    out = tmp_path / "deep" / "folder"
    found = run("draft", "--vendor", subject.vendor.key, "--template", "dpa", "--lang", language, "--out", out)
    assert found.exit_code == 0, found.output
    name = f"relation-atlantique-dpa-{language}"
    assert sorted(path.name for path in out.iterdir()) == ["coverage.json", f"{name}.docx", f"{name}.pdf"]
    assert found.stdout.splitlines() == [
        str(out / f"{name}.docx"),
        str(out / f"{name}.pdf"),
        str(out / "coverage.json"),
    ]
    assert "aucun contrat n'est ouvert" in found.stderr
    proof = json.loads((out / "coverage.json").read_text("utf-8"))
    assert (proof["vendor"], proof["language"], proof["complete"]) == (subject.vendor.key, language, False)
    assert [blank["key"] for blank in proof["blanks"]] == ["agreement.reference"]
    assert proof["service"] == "Centre de contacts clients"
    assert proof["facts"].keys() == proof["sources"].keys()
    printed = (out / f"{name}.pdf").read_bytes()
    assert failures(printed) == []
    said = pdf_text(printed, content_only=False)
    assert name not in said  # the name of a file is nothing to a reader
    assert f"SHA-256 {json.loads(reader(printed).attachments['document.json'][0])['sha256']}" in said
    assert "Relation Atlantique SARL" in fold(docx_text((out / f"{name}.docx").read_bytes()))
    assert session.query(Contract).count() == session.query(ContractVersion).count() == session.query(Job).count() == 0


@pytest.mark.pdf
def test_a_fact_given_on_the_command_line_completes_the_contract(run, session, tmp_path):
    subject = matter(session)
    found = run("draft", "--vendor", subject.vendor.key, "--out", tmp_path, "--fact", REFERENCE)
    assert found.exit_code == 0
    proof = json.loads((tmp_path / "coverage.json").read_text("utf-8"))
    assert proof["complete"] is True
    assert proof["blanks"] == []
    assert "PROJET" not in pdf_text((tmp_path / "relation-atlantique-dpa-fr.pdf").read_bytes(), content_only=False)


def test_the_same_register_and_day_give_the_same_bytes(run, session, tmp_path, unprinted):
    """Of the tree and of the Word file; equal trees make an equal PDF: `tests/core/documents/test_pdf.py`."""
    subject = matter(session)
    for folder in ("one", "two"):
        found = run("draft", "--vendor", subject.vendor.key, "--out", tmp_path / folder, "--at", "2026-11-24")
        assert found.exit_code == 0
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
    run("draft", "--vendor", subject.vendor.key, "--out", tmp_path / "three", "--at", "2026-11-25")
    name = "relation-atlantique-dpa-fr.pdf"
    assert (tmp_path / "three" / name).read_bytes() != (tmp_path / "one" / name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--vendor", "absent"), "Aucun sous-traitant n’a la clé « absent »"),
        (("--template", "nda"), "Le modèle de contrat « nda » n’existe pas. Modèles disponibles : dpa"),
        (("--lang", "de"), "Langue inconnue : « de »"),
        (("--service", "Inconnue"), "La prestation « Inconnue » n’est pas"),
        (("--entity", "absente"), "Aucune entité du groupe n’a la clé « absente » ; connues : maison-verdier"),
        (("--fact", "rien"), "« rien » n’est pas de la forme FAIT=VALEUR"),
        (("--fact", "measures=x"), "« measures » ne se saisit pas ici"),
        (("--fact", "tier=enorme"), "Cette valeur n’est pas proposée"),
    ],
)
def test_what_is_unknown_is_refused_with_a_sentence_and_writes_nothing(run, session, tmp_path, arguments, message):
    subject = matter(session)
    found = run("draft", "--vendor", subject.vendor.key, "--out", tmp_path / "out", *arguments)
    assert found.exit_code == 1
    assert message in found.stderr.replace("\u202f", " ").replace("'", "’")
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("unprinted")
def test_a_folder_that_cannot_be_written_is_said(run, session, tmp_path):
    subject = matter(session)
    (tmp_path / "file").write_text("x")
    found = run("draft", "--vendor", subject.vendor.key, "--out", tmp_path / "file" / "out")
    assert found.exit_code == 1
    assert "Impossible d'écrire dans" in found.stderr


@pytest.mark.usefixtures("unprinted")
def test_one_service_among_several_is_never_guessed(run, session, tmp_path):
    subject = matter(session)
    other = service_of(session, subject.vendor, subject.entity, name="Archivage")
    found = run("draft", "--vendor", subject.vendor.key, "--out", tmp_path)
    assert found.exit_code == 0
    assert f"--service {other.id} : Archivage" in found.stderr
    assert json.loads((tmp_path / "coverage.json").read_text("utf-8"))["service"] is None
    for wanted in (other.id, "archivage"):
        run("draft", "--vendor", subject.vendor.key, "--out", tmp_path, "--service", wanted)
        assert json.loads((tmp_path / "coverage.json").read_text("utf-8"))["service"] == "Archivage"


@pytest.mark.usefixtures("unprinted")
def test_the_entity_is_that_of_the_service_or_the_one_named(run, session, tmp_path):
    subject = matter(session)
    other = entity_of(session, name="Verdier Belgique", country="BE")

    def entity(*arguments):
        assert run("draft", "--vendor", subject.vendor.key, "--out", tmp_path, *arguments).exit_code == 0
        return json.loads((tmp_path / "coverage.json").read_text("utf-8"))["entity"]

    assert entity() == "maison-verdier"
    assert entity("--entity", other.key) == other.key
    subject.service.legal_entity_id = None
    session.commit()
    assert entity() is None


@pytest.mark.usefixtures("unprinted")
def test_what_sources_disagree_about_is_said(run, session, tmp_path):
    vendor = party_of(session, country="CH")
    service_of(session, vendor, transfer_mechanism="none")
    found = run("draft", "--vendor", vendor.key, "--out", tmp_path, "--anyway", "régime en cours de choix")
    assert found.exit_code == 0
    assert "À vérifier : Le régime des transferts « aucun transfert » ne convient pas à" in found.stderr.replace(
        "\u202f", " "
    )
    doubts = json.loads((tmp_path / "coverage.json").read_text("utf-8"))["doubts"]
    assert [doubt["key"] for doubt in doubts] == ["transfers.mechanism"]


# --- facts from a file ------------------------------------------------------------------------------------------------


@pytest.fixture
def facts_file(tmp_path):
    def write(content):
        path = tmp_path / "facts.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write


WHOLE = {
    "agreement.reference": "contrat 2026-041",
    "service.purpose": ["répondre aux clients"],
    "tier": "critique",
    "data.special": [],
    "measures": [{"theme": "Accès", "measure": "double authentification"}],
    "subprocessors": [
        {"name": "Nuage", "address": "1 rue Haute, Lille", "contact": "dpo@nuage.example", "service": "stockage",
         "country": "France"}
    ],
    "transfers.mechanism": ["scc"],
    "transfers.rows": [
        {"importer": "Kerala Desk", "country": "Inde", "purpose": "assistance", "tool": "2021/914, module 3",
         "assessment": "3 mars 2026"}
    ],
    **dict.fromkeys(("law.governing", "law.courts"), "France"),
}  # fmt: skip


@pytest.mark.usefixtures("unprinted")
def test_every_kind_of_fact_is_taken_from_a_file_tables_included(run, session, tmp_path, facts_file):
    subject = matter(session)
    found = run(
        "draft", "--vendor", subject.vendor.key, "--out", tmp_path / "o", "--facts", facts_file(WHOLE), "--json"
    )
    assert (found.exit_code, json.loads(found.stdout)) == (0, [])
    proof = json.loads((tmp_path / "o" / "coverage.json").read_text("utf-8"))
    assert proof["facts"]["subprocessors"] == WHOLE["subprocessors"]
    assert proof["facts"]["transfers.rows"] == WHOLE["transfers.rows"]
    assert proof["facts"]["measures"] == WHOLE["measures"]
    assert (proof["facts"]["tier"], proof["facts"]["data.special"]) == (["critique"], [])
    assert {proof["sources"][key] for key in WHOLE} == {"Saisi pour ce contrat"}
    assert "problems" not in proof


@pytest.mark.usefixtures("unprinted")
def test_facts_without_sense_are_problems_and_nothing_is_written_without_a_reason(run, session, tmp_path, facts_file):
    subject = matter(session)
    spain = {**WHOLE["subprocessors"][0], "country": "Espagne", "transfer": "Décision d'adéquation"}
    file = facts_file({**WHOLE, "subprocessors": [spain], "service.start": "31 février 2027"})
    call = ("draft", "--vendor", subject.vendor.key, "--out", tmp_path / "o", "--facts", file)
    found = run(*call, "--json")
    assert found.exit_code == 1
    problems = json.loads(found.stdout)
    assert [one["fact"] for one in problems] == ["subprocessors", "service.start"]
    assert "Espagne" in problems[0]["message"]
    assert not (tmp_path / "o").exists()
    told = run(*call, "--anyway", "  ")
    assert told.exit_code == 1
    assert "subprocessors: « Nuage »" in told.stderr.replace("\u202f", " ")
    kept = run(*call, "--anyway", "urgence, corrigé demain", "--json")
    assert (kept.exit_code, json.loads(kept.stdout)) == (0, problems)
    proof = json.loads((tmp_path / "o" / "coverage.json").read_text("utf-8"))
    assert (proof["despite"], proof["problems"]) == ("urgence, corrigé demain", problems)


@pytest.mark.usefixtures("unprinted")
def test_problems_are_told_in_the_language_of_the_contract(run, session, tmp_path, facts_file):
    subject = matter(session)
    file = facts_file({"service.start": "soon"})
    found = run("draft", "--vendor", subject.vendor.key, "--out", tmp_path, "--facts", file, "--lang", "en", "--json")
    assert "is no date of the calendar" in json.loads(found.stdout)[0]["message"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "n'est pas du JSON"),
        ("[" * 100_000, "n'est pas du JSON"),
        ([1], "écrivez un objet"),
        ({"vendor.nickname": "x"}, "« vendor.nickname » n'est pas un fait"),
        ({"vendor.name": ["x"]}, "« vendor.name » attend un texte"),
        ({"service.purpose": {"a": "b"}}, "donnez un texte, ou un objet avec fr et en"),
        ({"tier": "enorme"}, "Cette valeur n'est pas proposée"),
        ({"measures": "chiffrement"}, "« measures » attend une liste de lignes"),
        ({"measures": [{"theme": 3}]}, "« measures » attend une liste de lignes"),
        ({"measures": [{"mesure": "x"}]}, "n'a pas de colonne « mesure » ; ses colonnes : theme, measure, evidence"),
        ({"measures": []}, "un tableau vide ne dit rien"),
        ({"measures": [{"theme": "x" * 1_001}]}, "une case dépasse 1000 caractères"),
        ({"subprocessors": [{"name": "x"}] * 201}, "au plus 200 lignes"),
    ],
)
def test_a_file_of_facts_that_cannot_be_taken_is_refused_with_what_is_wrong(
    run, session, tmp_path, facts_file, content, told
):
    subject = matter(session)
    found = run("draft", "--vendor", subject.vendor.key, "--out", tmp_path / "o", "--facts", facts_file(content))
    assert found.exit_code == 1
    assert told in found.stderr.replace("\u202f", " ").replace("’", "'")
    assert not (tmp_path / "o").exists()


def test_a_file_of_facts_that_is_not_there_is_said(run, session, tmp_path):
    subject = matter(session)
    found = run("draft", "--vendor", subject.vendor.key, "--out", tmp_path, "--facts", tmp_path / "absent.json")
    assert found.exit_code == 1
    assert "Impossible de lire" in found.stderr


def test_the_list_gives_the_state_and_the_deadlines_of_the_period_that_runs(run, acting, session):
    dates = ContractDates(date(2020, 1, 31), 36, 12, "3")
    vendor = vendor_of(session)
    contract_of(acting(Role.LEGAL), vendor, on=date(2020, 1, 15), dates=dates, reading=CopyReading.UNREADABLE)
    (row,) = json.loads(run("list", "--json").stdout)
    assert (row["state"], row["counts"], row["copy"], row["origin"]) == ("in_force", False, "unreadable", "elsewhere")
    assert (row["effective_on"], row["signed_on"]) == ("2020-01-31", "2020-01-15")
    ends_on = date.fromisoformat(row["ends_on"])
    assert legal_date(now()) <= ends_on < legal_date(now()) + timedelta(days=366)
    assert (ends_on.month, ends_on.day) == (1, 30)
    assert date.fromisoformat(row["notice_by"]) == ends_on.replace(year=ends_on.year - 1, month=10)


def test_the_list_says_where_each_contract_stands(run, ctx, session):
    contract, version = drafted(ctx, matter(session), Language.EN)
    found = run("list", "--json")
    assert found.exit_code == 0
    (row,) = json.loads(found.stdout)
    assert row["key"] == contract.key
    assert (row["vendor"], row["vendor_name"]) == ("relation-atlantique", "Relation Atlantique")
    assert (row["version"], row["language"], row["covered"], row["required"]) == (1, "en", 32, 32)
    assert (row["blanks"], row["printed"], row["sha256"]) == (0, False, version.sha256)
    assert found.stdout.count("relation-atlantique-dpa-1") == 1
    lines = run("list").stdout.splitlines()
    assert lines[0].split("\t")[0] == "key"
    assert lines[1].split("\t")[:2] == [contract.key, "relation-atlantique"]


@pytest.mark.usefixtures("unprinted")
def test_a_text_in_the_other_language_is_a_problem_that_no_reason_makes_up_for(run, session, tmp_path, facts_file):
    subject = matter(session)
    file = facts_file({**WHOLE, "service.purpose": ["Enrichissement de fichiers"]})
    call = ("draft", "--vendor", subject.vendor.key, "--lang", "en", "--facts", file, "--out", tmp_path / "o", "--json")
    for reason in ((), ("--anyway", "la signature presse")):
        found = run(*call, *reason)
        assert found.exit_code == 1
        told = {one["fact"]: one["message"] for one in json.loads(found.stdout)}
        assert "Enrichissement de fichiers" in told["service.purpose"]
        assert "service.description" in told, "the register's French is never printed instead"
        assert not (tmp_path / "o").exists()


@pytest.mark.usefixtures("unprinted")
@pytest.mark.parametrize(("language", "start"), [("fr", "1er janvier 2027"), ("en", "1 January 2027")])
def test_one_file_of_facts_serves_both_languages(run, session, tmp_path, facts_file, language, start):
    subject = matter(session)
    both = {
        "service.name": {"fr": "Enrichissement de fichiers", "en": "Data enrichment"},
        "service.description": {"fr": "prise d'appels", "en": "call handling"},
        "service.purpose": {"fr": ["suivi des commandes"], "en": ["order tracking"]},
        "service.nature": {"fr": ["enregistrement"], "en": ["recording"]},
        "service.duration": {"fr": "trois ans", "en": "three years"},
        "service.start": "2027-01-01",
        "agreement.reference": {"fr": "contrat-cadre", "en": "master agreement"},
        "data.retention": [
            {"category": {"fr": "appels", "en": "calls"}, "period": {"fr": "six mois", "en": "six months"}}
        ],
        "subprocessors": [{"name": "Nuage", "address": "8 Rheinufer, Francfort", "contact": "dpo@nuage.example",
                           "service": {"fr": "stockage", "en": "storage"}, "country": "Allemagne"}],
    }  # fmt: skip
    out = tmp_path / "o"
    found = run("draft", "--vendor", subject.vendor.key, "--lang", language, "--facts", facts_file(both), "--out", out)
    assert found.exit_code == 0, found.output
    facts = json.loads((out / "coverage.json").read_text("utf-8"))["facts"]
    assert facts["service.start"] == start
    assert facts["service.name"] == both["service.name"][language]
    assert facts["subprocessors"][0]["country"] == {"fr": "Allemagne", "en": "Germany"}[language]
    capacity = {"fr": "directrice générale", "en": "Chief Executive Officer"}[language]
    assert facts["controller.representative"].endswith(capacity)


def test_a_vendor_that_determines_the_purposes_is_a_problem_and_nothing_is_written(run, session, tmp_path, facts_file):
    subject = matter(session)
    file = facts_file({"service.roles": ["controller"]})
    call = ("draft", "--vendor", subject.vendor.key, "--facts", file, "--out", tmp_path / "o", "--json")
    found = run(*call, "--anyway", "le métier insiste")
    assert (found.exit_code, [one["fact"] for one in json.loads(found.stdout)]) == (1, ["service.roles"])
    assert not (tmp_path / "o").exists()


def test_a_draft_in_english_names_each_text_that_is_known_in_french_alone(run, session, tmp_path):
    subject = matter(session)
    found = run("draft", "--vendor", subject.vendor.key, "--template", "dpa", "--lang", "en", "--out", tmp_path / "out")
    assert found.exit_code == 1
    assert "service.name: “Centre de contacts clients” exists in French only" in found.output
    assert not (tmp_path / "out").exists()


def test_two_columns_name_each_text_that_one_language_lacks_and_write_nothing(run, session, tmp_path):
    subject, out = matter(session), tmp_path / "out"
    found = run("draft", "--vendor", subject.vendor.key, "--lang", "fr+en", "--out", out)
    assert (found.exit_code, out.exists()) == (1, False)
    assert "service.name: “Centre de contacts clients” exists in French only" in found.output
    unknown = run("draft", "--vendor", subject.vendor.key, "--lang", "en+fr", "--out", out)
    assert "Choisissez fr, en ou fr+en" in unknown.output


def test_an_assessment_without_reasoning_is_not_written_whatever_the_reason(run, session, tmp_path):
    subject, out = matter(session), tmp_path / "out"
    found = run(
        "draft", "--vendor", subject.vendor.key, "--template", "evaluation-transfert", "--out", out,
        "--fact", "tia.conclusion=sufficient", "--anyway", "urgent",
    )  # fmt: skip
    assert (found.exit_code, out.exists()) == (1, False)
    assert "tia.conclusion: Cette évaluation conclut" in found.output
