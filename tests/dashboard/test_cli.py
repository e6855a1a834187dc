"""`flask portfolio` says what the page says."""

import json

import pytest

from portal.authz.policy import Role
from tests.factories.world import full_vendor, vendor_of


@pytest.fixture
def told(app, session):
    # The decisions stand by name where they are as urgent: « Prestataire 10 » would come before « Prestataire 9 ».
    full_vendor(session, name="Nuage Acme")
    vendor_of(session, name="Nuage Beta")
    session.commit()
    return lambda *options: app.test_cli_runner().invoke(args=["portfolio", *options])


def test_the_json_holds_the_figures_of_the_page(as_, told):
    found = json.loads(told("--json").stdout)
    page = as_(Role.MANAGEMENT).get("/portefeuille")
    shown = [(int(tile.text), label.text_content().strip()) for tile, label in zip(
        page.all("span.tile__value"), page.all("span.tile__label"), strict=True
    )]  # fmt: skip
    assert [(figure["value"], figure["label"]) for figure in found["figures"]] == shown
    assert (found["vendors"], found["without_contract"]) == (2, 2)
    assert sum(n for standing, n in found["contracts"].items() if standing != "expiring") == found["vendors"]
    assert sum(n for row in found["heat"] for name, n in row.items() if name != "inherent") == 2
    reasons = [[one["urgency"] for one in (decision, *decision["also"])] for decision in found["decisions"]]
    assert reasons == [["no_contract"], ["no_contract", "never_audited"]]


def test_without_json_it_is_lines_to_read(told):
    lines = told().stdout.splitlines()
    assert "2\tsous-traitants à risque sans contrat en vigueur" in lines
