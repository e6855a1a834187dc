import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.findings.models import Finding
from portal.mystery import services
from tests.conftest import NOW
from tests.factories.mystery import observed, running
from tests.factories.world import vendor_of

LIST = "/retractation/tests"


@pytest.fixture
def test(session, app):
    """A concluded test with one breach."""
    system = Context(session, SYSTEM, NOW)
    made = running(system, vendor_of(session, name="Callisto"))
    observed(system, made, retention="Bon d'achat proposé.")
    services.conclude_test(system, made)
    session.commit()
    return made


def typed(page):
    """What a browser would post of the finding's form as it stands."""
    found = {one.get("name"): one.get("value") for one in page.all("//main//input[not(@type='hidden')]")}
    found |= {one.get("name"): (one.text or "").strip() for one in page.all("//main//textarea")}
    return found | {"severity": page.all("//select[@name='severity']/option[@selected]/@value")[0]}


def test_a_breach_offers_a_finding_filled_in_and_each_page_links_to_the_other(as_, session, test):
    page, address = as_(Role.DPO), f"{LIST}/{test.id}/constats/retention"
    [offered] = page.get(f"{LIST}/{test.id}").all("//a[contains(@href, '/constats/')]/@href")
    assert offered == address
    opened = page.follow(page.post(address, typed(page.get(address))))
    assert opened.all(f"//a[@href='{LIST}/{test.id}']")
    assert "Voir le test mystère" in opened.words
    finding = session.scalars(select(Finding)).one()
    result = page.get(f"{LIST}/{test.id}")
    assert result.all(f"//a[@href='/audits/constats/{finding.id}']")
    assert not result.all(f"//a[@href='{address}']")
    assert "déjà ouvert" in page.post(address, typed(page.get(address)), status=422).words


def test_what_is_no_breach_has_no_finding(as_, session, test):
    unfinished = running(Context(session, SYSTEM, NOW), test.vendor)
    page = as_(Role.DPO)
    for place in (f"{test.id}/constats/called", f"{test.id}/constats/rien", f"{unfinished.id}/constats/retention"):
        page.get(f"{LIST}/{place}", status=404)


@pytest.mark.parametrize("role", [Role.LEGAL, Role.MANAGEMENT])
def test_whoever_does_not_work_findings_is_offered_none(as_, test, role):
    page = as_(role)
    assert not page.get(f"{LIST}/{test.id}").all(f"//a[contains(@href, '{test.id}/constats/')]")
    page.get(f"{LIST}/{test.id}/constats/retention", status=403)
