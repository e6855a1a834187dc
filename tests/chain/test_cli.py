"""`flask register chain import` and `flask register what-if`, as a script reads them."""

import json

import pytest
from sqlalchemy import func, select

from portal.audits.models import StandingAnswer
from portal.chain import services
from portal.chain.models import ChainCompany, ChainLink, NameVerdict
from portal.chain.queries import reached
from portal.core.db import Base
from portal.paper.models import PaperReview
from portal.vendors.rules.facts import Volume
from portal.web import command
from tests.chain.rules.test_law_file import EXAMPLES
from tests.chain.test_services import LAW, ROWS, company, frame
from tests.conftest import REAL
from tests.factories.desk import service_of
from tests.factories.register import activity_of, controller_sheet
from tests.factories.signatures import contract_of
from tests.factories.world import audit_of, vendor_of

real = pytest.mark.skipif(not REAL.exists(), reason="les listes réelles ne sont pas là")


@pytest.fixture
def run(app, monkeypatch, session):
    monkeypatch.setattr(command, "ready", lambda store: None)
    runner = app.test_cli_runner()

    def call(*args, code=0):
        session.commit()
        found = runner.invoke(args=["register", *map(str, args)])
        assert found.exit_code == code, found.output
        assert "Traceback" not in found.output
        session.expire_all()
        return found

    return call


@pytest.fixture
def asked(run):
    def ask(*args):
        told = json.loads(run("what-if", *args, "--json").stdout)
        return {name: [one["name"] for one in told[name]] for name in ("vendors", "nodes", "activities", "contracts")}

    return ask


def test_an_import_prints_what_the_file_holds_and_what_it_refuses(run, listed, session):
    file = listed(*ROWS, ("", "Personne"), ("Lune", "Atlantis", "", "Atlantide"), ("A" * 301, "B"))
    first = json.loads(run("chain", "import", file, "--json").stdout)
    assert (first["nodes"], first["edges"]) == (6, 4)
    assert [row["line"] for row in first["refused"]] == [6, 7, 8]
    assert "Atlantide" in first["refused"][1]["message"]
    assert json.loads(run("chain", "import", file, "--json").stdout) == first
    assert session.scalar(select(func.count()).select_from(ChainCompany)) == 6
    assert session.scalar(select(func.count()).select_from(ChainLink)) == 4
    assert "6 sociétés (0 nouvelle)" in run("chain", "import", file).stdout


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "vide"),
        (b"nom,autre\nA,B\n", "controller_or_processor"),
        (b"\x00\x01\x02", "pas du texte"),
        (b"%PDF-1.7\n", "PDF"),
    ],
)
def test_a_hostile_file_is_refused_whole_with_a_sentence(run, tmp_path, session, content, says):
    file = tmp_path / "chaine.csv"
    file.write_bytes(content)
    found = json.loads(run("chain", "import", file, "--json", code=1).stdout)
    assert (found["nodes"], found["edges"], found["refused"][0]["line"]) == (0, 0, None)
    assert says in found["refused"][0]["message"]
    assert session.scalar(select(func.count()).select_from(ChainCompany)) == 0


def test_a_name_is_kept_letter_for_letter(run, tmp_path, session):
    file = tmp_path / "chaine.csv"
    file.write_text(
        'controller_or_processor,sub_processor\n"Twilio     (SendGrid)","=cmd|\' /C calc\'!A0"\n', encoding="utf-8"
    )
    run("chain", "import", file)
    assert set(session.scalars(select(ChainCompany.name))) == {"Twilio     (SendGrid)", "=cmd|' /C calc'!A0"}


@pytest.mark.parametrize("option", ["--stop", "--breach"])
def test_everybody_above_is_reached_and_not_the_company_itself(asked, run, listed, dpo, option):
    doctolib = vendor_of(dpo.session, name="Doctolib")
    contract_of(dpo, doctolib, title="Accord Doctolib")
    contract_of(dpo, vendor_of(dpo.session, name="Une autre"), title="Accord d'une autre")
    run("chain", "import", listed(*ROWS))
    found = asked(option, "Amazon.com, Inc.")
    assert found == {
        "vendors": ["Doctolib"], "nodes": ["AWS EMEA", "Doctolib"], "activities": [],
        "contracts": ["Accord Doctolib"],
    }  # fmt: skip
    assert asked(option, "doctolib")["nodes"] == []
    assert asked(option, "doctolib")["vendors"] == ["Doctolib"]


@pytest.mark.parametrize("option", ["--stop", "--no-adequacy"])
def test_many_vendors_are_read_all_and_answer_as_few_do(asked, run, listed, dpo, option, monkeypatch):
    doctolib, other = (vendor_of(dpo.session, name=name) for name in ("Doctolib", "Une autre"))
    for vendor in (doctolib, other):
        contract_of(dpo, vendor, title=f"Accord {vendor.name}")
        activity_of(dpo, controller_sheet(name=f"Ligne {vendor.name}"), (service_of(dpo.session, vendor).id,))
    run("chain", "import", listed(*ROWS))
    wanted = "US" if option == "--no-adequacy" else "STRIPE"
    few = asked(option, wanted)
    assert (few["vendors"], few["contracts"], few["activities"]) == (
        ["Doctolib"], ["Accord Doctolib"], ["Ligne Doctolib"],
    )  # fmt: skip
    monkeypatch.setattr(reached, "FEW", 0)
    assert asked(option, wanted) == few


@pytest.mark.both_databases
def test_the_lines_of_the_register_that_rest_on_a_vendor_reached_are_named(asked, run, listed, dpo, backend):
    doctolib, other = (vendor_of(dpo.session, name=name) for name in ("Doctolib", "Une autre"))
    services_of = [service_of(dpo.session, vendor).id for vendor in (doctolib, other)]
    activity_of(dpo, controller_sheet(name="Rendez-vous"), (services_of[0],))
    activity_of(dpo, controller_sheet(name="Paie"), (services_of[1],))
    ended = activity_of(dpo, controller_sheet(name="Ancien service"), (services_of[0],))
    ended.ended_on = dpo.today
    run("chain", "import", listed(*ROWS))
    assert asked("--stop", "STRIPE")["activities"] == ["Rendez-vous"]
    assert asked("--no-adequacy", "US")["activities"] == ["Rendez-vous"]
    assert asked("--stop", "Une autre")["activities"] == ["Paie"]


def test_a_cycle_and_two_names_of_one_company_are_followed(asked, run, listed, dpo):
    run("chain", "import", listed(("A", "B"), ("B", "C"), ("C", "A"), ("X", "A bis")))
    assert asked("--stop", "A")["nodes"] == ["B", "C"]
    services.judge_names(dpo, company(dpo, "A"), company(dpo, "A bis"), NameVerdict.SAME, "même SIREN")
    assert asked("--stop", "A")["nodes"] == ["B", "C", "X"]
    assert asked("--stop", "C")["nodes"] == ["A", "A bis", "B", "X"]


def test_an_unknown_or_ambiguous_name_exits_with_candidates_and_writes_nothing(run, listed, session):
    run("chain", "import", listed(("Stripe, Inc.", "Lune"), ("stripe", "Lune")))
    before = {table.name: session.execute(select(func.count()).select_from(table)).scalar()
              for table in Base.metadata.sorted_tables}  # fmt: skip
    unknown = run("what-if", "--stop", "STRIPE", "--json", code=1)
    assert {one["name"] for one in json.loads(unknown.stdout)["candidates"]} == {"Stripe, Inc.", "stripe"}
    assert "ne désigne pas" in unknown.stderr
    ambiguous = run("what-if", "--breach", "stripe", code=1)
    assert "Stripe, Inc." in ambiguous.stderr  # its key is the other's name
    run("what-if", "--stop", "Stripe, Inc.")
    assert before == {table.name: session.execute(select(func.count()).select_from(table)).scalar()
                      for table in Base.metadata.sorted_tables}  # fmt: skip
    run("what-if", code=2)
    run("what-if", "--stop", "stripe-2", "--breach", "Lune", code=2)


def test_a_country_reaches_those_that_rest_on_it_and_everybody_above(asked, run, listed, dpo):
    run("chain", "import", listed(*ROWS, ("Lune", "Genève SA", "", "CH")))
    assert asked("--no-adequacy", "CH")["nodes"] == ["Genève SA", "Lune"]
    assert asked("--no-adequacy", "US")["nodes"] == [
        "AWS EMEA", "Amazon", "Amazon.com, Inc.", "Doctolib", "STRIPE", "Stripe",
    ]  # fmt: skip
    frame(dpo, "STRIPE")  # the clauses carry its data whatever the decision
    frame(dpo, "Amazon.com, Inc.")
    assert asked("--no-adequacy", "US")["nodes"] == ["Amazon", "Stripe"]
    assert asked("--no-adequacy", "France")["nodes"] == []
    assert "Atlantide" in run("what-if", "--no-adequacy", "Atlantide", code=1).stderr


def test_a_law_file_reaches_those_that_rest_on_what_it_ends(asked, run, listed, dpo, tmp_path):
    run("chain", "import", listed(*ROWS, ("Lune", "Genève SA", "", "CH")))
    law = tmp_path / "droit.toml"
    law.write_bytes(LAW)
    assert asked("--law", law)["nodes"] == asked("--no-adequacy", "US")["nodes"]
    law.write_bytes(LAW.replace(b"title", b"tittle"))
    assert "tittle" in run("what-if", "--law", law, code=1).stderr


@pytest.mark.both_databases
def test_a_delay_reaches_the_contracts_that_write_it_or_of_which_none_was_read(asked, listed, dpo, tmp_path, backend):
    written = {"24 h": (24, "hours"), "72 h": (72, "hours"), "quatre jours": (4, "days")}
    for title, (value, unit) in written.items():
        contract = contract_of(dpo, vendor_of(dpo.session, name=f"Prestataire {title}"), title=title)
        term = {"id": "breach_notice", "value": value, "unit": unit}
        dpo.session.add(
            PaperReview(
                title=title, file_name="x.pdf", contract_id=contract.id, vendor_id=contract.vendor_id,
                findings={"terms": [term, {"id": "retention", "value": 5, "unit": "hours"}]}, created_at=dpo.now,
            )
        )  # fmt: skip
    contract_of(dpo, vendor_of(dpo.session, name="Prestataire muet"), title="non lu")
    law = tmp_path / "droit.toml"
    law.write_text(EXAMPLES[2], encoding="utf-8")
    found = asked("--law", law)
    assert found["contracts"] == ["72 h", "non lu", "quatre jours"]
    assert found["vendors"] == ["Prestataire 72 h", "Prestataire muet", "Prestataire quatre jours"]


def test_persons_and_contracts_without_a_fallback_are_counted(run, listed, dpo):
    doctolib, other = (vendor_of(dpo.session, name=name) for name in ("Doctolib", "Lune"))
    for vendor, volume in ((doctolib, Volume.UNDER_10K), (other, Volume.UNDER_100K)):
        contract_of(dpo, vendor, title=f"Accord {vendor.name}")
        activity_of(dpo, controller_sheet(name=vendor.name, volume=volume), (service_of(dpo.session, vendor).id,))
    run("chain", "import", listed(*ROWS, ("Lune", "Stripe, Inc."), ("Doctolib", "Stripe, Inc.")))

    def answer(*args):
        return json.loads(run("what-if", *args, "--json").stdout)

    found = answer("--stop", "Stripe, Inc.")
    assert found["persons"] == {"at_least": 10_000, "at_most": 109_998, "unsaid": 0}
    assert set(found) == {"vendors", "nodes", "activities", "contracts", "contracts_without_fallback", "persons"}
    assert found["contracts_without_fallback"] == found["contracts"], "nobody said who would take over"
    for vendor, said, contested in ((doctolib, "ecrit", False), (other, "ecrit", True)):
        audit = audit_of(dpo.session, vendor)
        dpo.session.add(
            StandingAnswer(
                vendor_id=vendor.id, question_key="dora-sortie.plan", value={"v": said}, audit_id=audit.id,
                sent_at=dpo.now, said_at=dpo.now, said_by="Ana", contested=contested,
            )
        )  # fmt: skip
    found = answer("--stop", "Stripe, Inc.")
    assert [one["name"] for one in found["contracts_without_fallback"]] == ["Accord Lune"], "a contested plan is none"
    activity_of(dpo, controller_sheet(name="Muette", volume=Volume.UNKNOWN), (service_of(dpo.session, other).id,))
    found = answer("--stop", "Stripe, Inc.")
    assert found["persons"] == {"at_least": 10_000, "at_most": None, "unsaid": 1}, "unknown is no bound"
    assert "au moins 10000" in run("what-if", "--stop", "Stripe, Inc.").stdout
    country = answer("--no-adequacy", "US")
    assert country["contracts_without_fallback"] == country["contracts"] != []


@real
@pytest.mark.real
def test_the_real_list_is_entered_whole(run):
    found = json.loads(run("chain", "import", REAL / "chains.csv", "--json").stdout)
    assert found == {"nodes": 532, "edges": 677, "refused": []}
