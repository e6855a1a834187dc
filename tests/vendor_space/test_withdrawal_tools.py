"""The vendor's tools on the right of withdrawal: the same answers as the staff's, and nothing of the staff."""

import re

import pytest

from portal.authz.policy import Role
from portal.core.language import Language
from tests.factories.law import check_statements
from tests.factories.spaces import SECRET
from tests.factories.world import vendor_of

GOODS = {"kind": "goods", "channel": "distance", "place": "FR/metropole", "informed": "yes", "received": "2026-10-28"}
PATHS = ("", "/exceptions", "/exceptions/5", "/guide")


@pytest.fixture(params=[*Language])
def reader(request, as_, space, session):
    """Someone of the vendor, in each language."""
    space.respondent.language = request.param
    session.commit()
    return as_(space.respondent)


def test_the_home_page_leads_to_the_tools(page):
    links = [link.get("href") for link in page.get("/espace/").all("//p[contains(@class, 'tools')]/a")]
    assert links == [
        "/espace/livre-de-reponses", "/espace/retractation", "/espace/retractation/guide", "/espace/echeances",
    ]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_each_tool_states_the_law_with_its_article_and_its_day(reader, path):
    found = reader.get(f"/espace/retractation{path}")
    if path:
        check_statements(found)
    answer = reader.post("/espace/retractation", {**GOODS, "stated": "2026-11-05"}, status=200)
    check_statements(answer, at_least=8)


def test_it_answers_as_the_staff_s_calculator_does(page, as_):
    ours = page.post("/espace/retractation", GOODS, status=200)
    theirs = as_(Role.LEGAL).post("/retractation/calculateur", GOODS, status=200)
    assert ours.one("#resultat").text_content() == theirs.one("#resultat").text_content()


def test_a_missing_fact_is_refused_beside_its_field(page):
    found = page.post("/espace/retractation", {**GOODS, "received": ""}, status=422)
    assert found.one("//input[@name='received']").get("aria-invalid") == "true"


def test_an_exception_concludes(page):
    path = "/espace/retractation/exceptions/4"
    asked = {field.get("name") for field in page.get(path).all("//input[@type='radio']")}
    assert "L’exception joue" in page.post(path, dict.fromkeys(asked, "yes"), status=200).words
    assert page.post(path, {}, status=422).all(".field__error")
    page.get("/espace/retractation/exceptions/14", status=404)


def test_the_guide_is_a_pdf_too(colleague):
    found = colleague.client.get("/espace/retractation/guide.pdf")
    assert (found.status_code, found.mimetype) == (200, "application/pdf")
    assert found.data.startswith(b"%PDF")


@pytest.mark.parametrize("path", PATHS)
def test_nothing_of_the_staff_or_of_another_vendor_is_in_them(page, session, path):
    other = vendor_of(session, name="Concurrent Secret SARL")
    session.commit()
    found = page.get(f"/espace/retractation{path}")
    assert other.name not in found.text
    assert SECRET not in found.text
    doors = [link for link in found.all("//@href | //@action") if link.startswith("/")]
    assert {link.split("/")[1] for link in doors} <= {
        "espace", "static", "bootstrap", "langue", "mon-compte", "deconnexion",
    }  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_they_read_no_row_but_the_person_s_own(page, statements, path):
    page.get("/espace/")
    statements.clear()
    page.get(f"/espace/retractation{path}")
    tables = {table for one in statements for table in re.findall(r"FROM \"?(\w+)", one)}
    # Which roles owe a second factor is nobody's row.
    assert tables <= {"login_session", "user", "membership", "second_factor_demand"}


@pytest.mark.parametrize("path", PATHS)
def test_the_staff_and_strangers_have_their_own_door(as_, path):
    as_(Role.DPO).get(f"/espace/retractation{path}", status=403)
    assert as_(None).client.get(f"/espace/retractation{path}").status_code == 302
