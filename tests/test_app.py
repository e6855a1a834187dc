"""The composition root: where each page stands in the navigation."""

from inspect import iscoroutinefunction

import pytest

from portal.app import NAVIGATION, PAGES_UNDER, _place
from portal.authz.policy import GRANTS, Role


def test_every_entry_and_every_page_under_one_exists(app):
    entries = {entry.endpoint for entry in NAVIGATION}
    assert entries | set(PAGES_UNDER) <= set(app.view_functions)
    assert set(PAGES_UNDER.values()) <= entries


def shown(page):
    """The navigation of a page: what stands on the bar, each group with its entries."""
    groups = {}
    for item in page.all("//header//nav/ul/li"):
        name = item.xpath("details/summary/span/text() | a/span/text()")[0]
        groups[name] = [link.strip() for link in item.xpath("details//a/span/text()")]
    return groups


def test_the_navigation_is_grouped_by_what_people_do(as_):
    assert shown(as_(Role.DPO).get("/")) == {
        "Accueil": [],
        "Sous-traitants": [
            "Sous-traitants",
            "Chaîne de sous-traitance",
            "Changements annoncés",
            "Violations de données",
            "Demandes de personnes",
            "Textes publiés",
            "Adresses pièges",
        ],
        "Audits": ["Audits", "Campagnes", "Questionnaires", "Constats"],
        "Contrats": ["Registre des contrats", "Contrats reçus", "Bibliothèque de clauses"],
        "Relation client": [],
        "Pilotage": [
            "Portefeuille",
            "Registre des traitements",
            "Agenda",
            "Journal",
            "Dossiers pour l’autorité",
            "Exercices",
        ],
        "Réglages": ["Entités du groupe", "Données du portail"],
    }


@pytest.mark.parametrize(
    ("role", "groups"),
    [
        (Role.ADMIN, {"Accueil": [], "Questionnaires": [], "Journal": [],
                      "Réglages": ["Entités du groupe", "Comptes", "Tâches", "Données du portail"]}),
        (Role.MANAGEMENT, {"Accueil": [],
                           "Sous-traitants": ["Sous-traitants", "Chaîne de sous-traitance", "Changements annoncés",
                                              "Violations de données", "Demandes de personnes", "Textes publiés"],
                           "Audits": ["Campagnes", "Constats"],
                           "Contrats": ["Registre des contrats", "Contrats reçus", "Bibliothèque de clauses"],
                           "Relation client": [],
                           "Pilotage": ["Portefeuille", "Registre des traitements", "Agenda", "Exercices"]}),
        (Role.EXPERT, {"Accueil": [], "Sous-traitants": [], "Audits": ["Audits", "Constats"], "Contrats reçus": [],
                       "Relation client": [], "Agenda": []}),
    ],
)  # fmt: skip
def test_a_group_shows_only_what_one_may_open_and_a_group_of_one_is_that_entry(as_, role, groups):
    assert shown(as_(role).get("/")) == groups


@pytest.mark.parametrize("role", [role for role in GRANTS if not role.is_vendor and role is not Role.SYSTEM])
def test_every_entry_that_is_shown_opens(as_, role):
    client = as_(role)
    page = client.get("/")
    for link in page.all("//header//nav//a/@href"):
        opened = client.client.get(link, follow_redirects=True)
        assert opened.status_code == 200, link


@pytest.mark.parametrize(
    ("path", "role", "entry"),
    [
        ("/", Role.DPO, "Accueil"),
        ("/audits", Role.DPO, "Audits"),
        ("/audits/constats", Role.DPO, "Constats"),
        ("/audits/nouveau", Role.DPO, "Audits"),
        ("/sous-traitants/nouveau", Role.DPO, "Sous-traitants"),
        ("/contrats/clauses", Role.LEGAL, "Bibliothèque de clauses"),
        ("/contrats", Role.LEGAL, "Registre des contrats"),
        ("/recherche", Role.DPO, None),
        ("/sous-traitants/entites", Role.DPO, "Entités du groupe"),
        ("/sous-traitants/entites/nouvelle", Role.DPO, "Entités du groupe"),
        ("/comptes/inviter", Role.ADMIN, "Comptes"),
        ("/journal/verification", Role.DPO, "Journal"),
        ("/mon-compte", Role.DPO, None),
    ],
)
def test_a_page_is_marked_where_people_look_for_it(as_, path, role, entry):
    page = as_(role).get(path)
    found = page.all("//header//nav//a[@aria-current='page']")
    assert [link.text_content().strip() for link in found] == ([entry] if entry else [])
    groups = page.all("//header//nav//summary[@aria-current]")
    assert len(groups) == len(page.all("//header//nav//details//a[@aria-current]"))


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


def test_nothing_that_a_request_calls_is_asynchronous(app):
    """Flask is told not to look at each request: what it would have found is looked for once, here."""
    hooks = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs)
    called = [one for kind in (*hooks, app.template_context_processors) for found in kind.values() for one in found]
    called += [*app.view_functions.values(), *app.teardown_appcontext_funcs]
    called += [one for found in app.error_handler_spec.values() for kind in found.values() for one in kind.values()]
    assert len(called) > 300
    assert [one for one in called if iscoroutinefunction(one)] == []
