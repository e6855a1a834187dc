"""The composition root: where each page stands in the navigation."""

import pytest

from portal.app import NAVIGATION, PAGES_UNDER, _place
from portal.authz.policy import Role


def test_every_entry_and_every_page_under_one_exists(app):
    entries = {entry.endpoint for entry in NAVIGATION}
    assert entries | set(PAGES_UNDER) <= set(app.view_functions)
    assert set(PAGES_UNDER.values()) <= entries


def test_the_navigation_stands_in_the_order_that_people_know():
    assert [entry.label for entry in NAVIGATION] == [
        "Accueil", "Portefeuille", "Sous-traitants", "Audits", "Constats", "Campagnes", "Contrats", "Contrats reçus",
        "Rétractation", "Questionnaires", "Entités du groupe", "Comptes", "Journal", "Tâches",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "role", "entry"),
    [
        ("/", Role.DPO, "Accueil"),
        ("/audits", Role.DPO, "Audits"),
        ("/audits/constats", Role.DPO, "Constats"),
        ("/audits/nouveau", Role.DPO, "Audits"),
        ("/sous-traitants/nouveau", Role.DPO, "Sous-traitants"),
        ("/sous-traitants/entites", Role.DPO, "Entités du groupe"),
        ("/sous-traitants/entites/nouvelle", Role.DPO, "Entités du groupe"),
        ("/comptes/inviter", Role.ADMIN, "Comptes"),
        ("/journal/verification", Role.DPO, "Journal"),
        ("/mon-compte", Role.DPO, None),
    ],
)
def test_a_page_is_marked_where_people_look_for_it(as_, path, role, entry):
    found = as_(role).get(path).all("//header//nav//a[@aria-current]")
    assert [link.text_content().strip() for link in found] == ([entry] if entry else [])


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        ("/audits/constats/3", "findings.index"),
        ("/audits/constats/3/modifier", "findings.index"),
        ("/audits/3/constats/nouveau", "audits.index"),
        ("/garanties/3", "vendors.index"),
        ("/portefeuille/rapports/3", "dashboard.portfolio"),
        ("/sous-traitants/3/prestations/4", "vendors.index"),
    ],
)
def test_a_single_thing_stands_under_its_list(app, path, endpoint):
    with app.test_request_context(path):
        assert _place() == endpoint
