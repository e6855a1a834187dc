"""`flask contracts draft` and `list`: three files, nothing in the database, the same bytes, clear refusals."""

import json

import pytest

from portal.contracts import cli
from portal.contracts.models import Contract, ContractVersion
from portal.core.documents.text import fold
from portal.core.language import Language
from portal.jobs.models import Job
from tests.docx_text import docx_text
from tests.factories.desk import drafted, entity_of, matter, party_of, service_of
from tests.factories.printed import failures, pdf_text

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


@pytest.mark.pdf
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_draft_is_written_in_three_files_and_nowhere_else(run, session, tmp_path, language):
    subject = matter(session)
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
    assert failures((out / f"{name}.pdf").read_bytes()) == []
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
    found = run("draft", "--vendor", vendor.key, "--out", tmp_path)
    assert "À vérifier : Le régime des transferts « aucun transfert » ne convient pas à" in found.stderr.replace(
        "\u202f", " "
    )
    doubts = json.loads((tmp_path / "coverage.json").read_text("utf-8"))["doubts"]
    assert [doubt["key"] for doubt in doubts] == ["transfers.mechanism"]


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
