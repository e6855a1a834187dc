"""What a search finds, for everyone: never what its reader may not open, nor how many of those there are."""

import pytest
from sqlalchemy import select

from portal.audits.models import Audit
from portal.authz.policy import GRANTS, Actor, Permission, Role, can
from portal.contracts.models import Contract
from portal.core.found import MOST_COUNTED
from portal.findings.models import Finding
from portal.paper.models import PaperReview
from portal.vendors.accounts import account_binding
from portal.vendors.models import Membership, Vendor
from portal.vendors.queries import vendors_spelled
from tests.conftest import NOW
from tests.factories.law import finding_of
from tests.factories.people import user_of
from tests.factories.world import audit_of, full_vendor, vendor_of, vendor_user

KINDS = {
    Vendor: (Permission.VENDOR_VIEW, "/sous-traitants/"),
    Contract: (Permission.CONTRACT_VIEW, "/contrats/"),
    PaperReview: (Permission.PAPER_VIEW, "/contrats-recus/"),
    Audit: (Permission.AUDIT_VIEW, "/audits/"),
    Finding: (Permission.FINDING_VIEW, "/audits/constats/"),
}
"""In the order of the page."""
STAFF = [role for role in GRANTS if not role.is_vendor and role is not Role.SYSTEM]


@pytest.fixture
def people(session):
    """Everyone of the staff; the buyer answers for the first vendor, the expert was given the second."""
    everyone = {role: user_of(session, role) for role in STAFF}
    full_vendor(session, everyone[Role.BUYER], name="Œuvre d'Été")
    second = full_vendor(session, name="Oeuvre d'Hiver")
    full_vendor(session, name="L'ATELIER, ŒUVRE ÉTERNELLE")
    session.add(Membership(user_id=everyone[Role.EXPERT].id, vendor_id=second.id, role=Role.EXPERT, until=NOW.date()))
    session.commit()
    return everyone


def links(page):
    return page.all("//ul[@class='hits']//a/@href")


def suggested(client, words):
    return client.client.get(f"/recherche/suggestions?q={words}").get_json()["html"]


@pytest.mark.parametrize("role", STAFF)
def test_everyone_finds_what_they_may_open_all_of_it_and_nothing_else(session, people, as_, role):
    """The policy judges each row: what it grants is found, counted and opens; the rest is in no list and no count."""
    user = people[role]
    ids = account_binding(session, user.id, today=NOW.date()).vendor_ids
    actor = Actor(role, user.id, vendor_ids=ids)
    expected, counts = [], []
    for model, (permission, path) in KINDS.items():
        rows = session.scalars(select(model)).all()
        for row in rows:
            if model is not Vendor:
                session.refresh(row, ["vendor"])
        reached = [f"{path}{row.id}" for row in rows if can(actor, permission, row, today=NOW.date())]
        expected += reached
        counts += [len(reached)] if reached else []
    client = as_(user)
    page = client.get("/recherche?q=oeuvre")
    assert sorted(links(page)) == sorted(expected)
    assert [int(h2.text_content().rpartition("(")[2].rstrip(")")) for h2 in page.all("h2")] == counts
    for link in expected:
        assert client.client.get(link).status_code == 200, link
        assert f'href="{link}"' in suggested(client, "oeuvre")
    assert suggested(client, "oeuvre").count('role="option"') == len(expected)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.DPO])
def test_whoever_may_open_nothing_is_offered_no_search(as_, role):
    page = as_(role).get("/mon-compte")
    assert len(page.all("//search")) == (role is Role.DPO)


def test_a_vendor_has_no_search_at_all(session, as_):
    client = as_(vendor_user(session, vendor_of(session)))
    client.get("/recherche?q=prestataire", status=403)
    client.get("/recherche/suggestions?q=prestataire", status=403)


@pytest.mark.parametrize("typed", ["œuvre", "OEUVRE éter", "eternelle oeuvre", "  l'atelier ", "éter"])
def test_accents_case_ligatures_and_the_order_of_words_do_not_matter(people, as_, typed):
    page = as_(people[Role.DPO]).get(f"/recherche?q={typed}")
    assert "ŒUVRE ÉTERNELLE" in page.words


@pytest.mark.parametrize(
    ("typed", "found"),
    [("leur dpa", "Leur DPA"), ("dpa oeuvre hiver", "DPA"), ("ecart hiver", "Écart"), ("socle hiver", "Socle")],
)
def test_a_thing_is_found_by_its_own_title_and_by_its_vendor_together(people, as_, typed, found):
    page = as_(people[Role.DPO]).get(f"/recherche?q={typed}")
    assert any(found in link.text_content() for link in page.all("//ul[@class='hits']//a"))


def test_a_number_is_found_with_or_without_its_spaces(session, as_):
    vendor_of(session, name="Nuage Clair", siren="732829320")
    client = as_(Role.DPO)
    for typed in ("732829320", "732 829 320", "7328"):
        assert "Nuage Clair" in client.get(f"/recherche?q={typed}").words


@pytest.mark.parametrize("typed", ["%", "__", "zzz", "/*", "é", "", "x" * 5000, "' OR 1=1 --"])
def test_what_is_no_word_finds_nothing_and_breaks_nothing(people, as_, typed):
    client = as_(people[Role.DPO])
    assert links(client.get("/recherche", query_string={"q": typed})) == []
    assert "option" not in client.client.get("/recherche/suggestions", query_string={"q": typed}).get_json()["html"]


def test_what_was_typed_stays_in_the_field_as_text(as_):
    page = as_(Role.DPO).get("/recherche", query_string={"q": '<b>"zzz'})
    assert page.one("#recherche").get("value") == '<b>"zzz'
    assert not page.all("b")


@pytest.mark.both_databases
@pytest.mark.parametrize("count", [3, 60])
def test_the_number_of_statements_does_not_depend_on_what_is_found(session, as_, statements, count):
    version = audit_of(session, vendor_of(session, name="Nuage 0")).questionnaire_version_id
    for number in range(count):
        audit_of(session, vendor_of(session, name=f"Nuage {number}"), questionnaire_version_id=version)
    client = as_(Role.DPO)
    client.get("/recherche?q=nuage")
    statements.clear()
    page = client.get("/recherche?q=nuage")
    assert f"Sous-traitants ({count + 1})" in page.words
    assert len(links(page)) == 2 * min(count + 1, 20)
    assert len(statements) == 5, "\n".join(statements)


@pytest.mark.parametrize("word", ["nuage", "atelier"])
def test_ten_thousand_vendors_are_not_read_to_find_one(session, word):
    wanted = select(Vendor.id).where(Vendor.id.in_(vendors_spelled(word)))
    asked = wanted.compile(session.connection(), compile_kwargs={"literal_binds": True})
    plan = " ".join(row[3] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}"))
    assert "SEARCH vendor_spelling USING PRIMARY KEY (text>? AND text<?)" in plan
    assert "SCAN vendor" not in plan


@pytest.mark.parametrize("typed", ["q=oeuvre", "q=oeuvre+dpa", "q=ecart+d"])
def test_no_title_is_read_to_find_a_few(people, as_, statements, session, typed):
    """What reads a title at all reads those of rows that an index has found."""
    client = as_(people[Role.DPO])
    statements.clear()
    client.get(f"/recherche?{typed}")
    seen = list(statements)
    for table in ("finding", "contract", "paper_review", "processing_activity", "vendor_spelling", "vendor"):
        asked = [sql for sql in seen if f"FROM {table} " in sql and "BETWEEN" in sql]
        assert asked or table == "vendor", "vendors are counted by their spellings: none may have been found"
        for sql in asked:
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", ("",) * sql.count("?"))
            steps = [row[3] for row in plan]
            assert not [step for step in steps if step.startswith(f"SCAN {table}")], steps


@pytest.mark.both_databases
def test_of_very_many_the_newest_are_shown_and_no_more_are_counted_than_anyone_reads(session, as_):
    audit = audit_of(session, vendor_of(session, name="Nuage"))
    for number in range(MOST_COUNTED + 2):
        finding_of(session, audit, f"q{number}", title=f"Écart de sauvegarde n° {number}", is_answer=False)
    client = as_(Role.DPO)
    for typed in ("sauvegarde", "nuage", "sauvegarde nuage"):
        page = client.get(f"/recherche?q={typed}")
        assert f"Constats (plus de {MOST_COUNTED})" in page.words
        shown = [
            link.text_content() for link in page.all("//ul[@class='hits']//a") if "sauvegarde" in link.text_content()
        ]
        assert [title.split()[-1] for title in shown] == [str(MOST_COUNTED + 1 - rank) for rank in range(20)]
    assert f"plus de {MOST_COUNTED}</p>" in suggested(client, "sauvegarde")
