"""The real vendor lists laid beside the checkout; these tests skip where they are absent."""

import csv
import io
from pathlib import Path

import pytest

from portal.core.spreadsheets import read_table
from portal.vendors.rules.columns import propose_mapping
from portal.vendors.rules.duplicates import Certainty
from portal.vendors.rules.import_plan import DuplicateDecision, plan_import

REAL = Path(__file__).resolve().parents[3].parent / "shared" / "real"

pytestmark = [pytest.mark.real, pytest.mark.skipif(not REAL.exists(), reason="les listes réelles ne sont pas là")]


@pytest.fixture(scope="module")
def clean():
    return read_table(REAL / "vendors.csv")


@pytest.fixture(scope="module")
def messy():
    return read_table(REAL / "vendors_messy.csv")


def test_the_clean_list_has_no_problem_and_waits_for_its_doubles(clean, atlas):
    made = plan_import(clean, propose_mapping(clean.header), atlas)
    assert made.problems == ()
    assert propose_mapping(clean.header).notes == ()
    assert len(lines_of(made)) == 471
    assert len(made.undecided) > 40
    assert not made.importable


def test_once_merged_the_clean_list_keeps_every_row_as_a_service(clean, atlas):
    made = plan_import(clean, propose_mapping(clean.header), atlas, default=DuplicateDecision.MERGE)
    assert made.importable
    assert made.skipped == ()
    assert sorted(lines_of(made)) == list(range(2, 473))
    assert 330 <= len(made.vendors) <= 370, "about 340 companies once legal forms are folded"
    text = (REAL / "vendors.csv").read_bytes().decode("utf-8")
    services = {service.line: service for vendor in made.vendors for service in vendor.services}
    for line, row in enumerate(csv.DictReader(io.StringIO(text, newline="")), 2):
        service = services[line]
        assert (service.title, service.purpose) == (row["service"], row["purpose_fr"])
        assert (service.personal_data, service.engaged_by) == (row["personal_data"], row["engaged_by"])
        assert (service.source, service.listed_on) == (row["source"], row["listed_on"])
        assert ";".join(service.locations) == row["data_location"].replace("Worldwide", "WORLD")
        assert {True: "oui", False: "non", None: ""}[service.has_special] == row["special_data"]


@pytest.mark.parametrize(
    ("names", "certainty"),
    [
        ({"STRIPE", "Stripe", "Stripe, Inc.", "Stripe Inc."}, Certainty.CERTAIN),
        ({"Crisp IM SAS", "Crisp IM SARL"}, Certainty.CERTAIN),
        ({"Mailgun Technologies", "Mailgun Technologies, LLC"}, Certainty.CERTAIN),
        ({"LinkMobility", "Link Mobility"}, Certainty.PROBABLE),
        ({"KeyCDN", "proinity LLC d/b/a KeyCDN"}, Certainty.PROBABLE),
        ({"Vonage (Nexmo)", "NexMo Inc (aka Vonage)", "Vonage"}, Certainty.PROBABLE),
        ({"BREVO", "Sendinblue GmbH (Brevo)"}, Certainty.PROBABLE),
        ({"Google Maps", "Google Workspace", "Google Drive"}, Certainty.PROBABLE),
    ],
)
def test_known_doubles_of_the_clean_list_are_found(clean, atlas, names, certainty):
    groups = plan_import(clean, propose_mapping(clean.header), atlas).duplicates
    assert any(group.certainty is certainty and names <= {member.name for member in group.members} for group in groups)


def test_the_messy_list_has_exactly_its_three_defects(messy, atlas):
    made = plan_import(messy, propose_mapping(messy.header), atlas, default=DuplicateDecision.MERGE)
    assert [(problem.line, problem.column) for problem in made.problems] == [(28, ""), (35, "Pays"), (36, "")]
    assert "Pays Bas et Allemagne" in str(made.problems[1].message)
    assert not made.importable
    assert len(lines_of(made)) == 40 - 3, "every line but the three that cannot be read and the blank one"


def lines_of(made):
    return [line for vendor in made.vendors for line in vendor.lines]
