"""A finding opened from a breach says where it was seen, and is one for ever."""

import pytest

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.findings.rules import Severity
from portal.incidents import findings
from portal.incidents.rules.decision import RiskLevel
from portal.web.manifest import finding_sightings
from tests.conftest import NOW
from tests.factories.incidents import assessed, declared
from tests.factories.world import vendor_of


@pytest.fixture
def incident(session, app):
    return declared(Context(session, SYSTEM, NOW), vendor_of(session, name="Callisto"))


def test_a_finding_is_as_grave_as_the_risk_and_opened_once(app, acting, incident):
    dpo = acting(Role.DPO)
    assessed(dpo, incident, RiskLevel.HIGH)
    wanted = findings.proposed_action(dpo, incident)
    assert wanted.severity is Severity.CRITICAL
    made = findings.open_finding_from_incident(dpo, incident, wanted)
    assert findings.open_finding_from_incident(dpo, incident, wanted).id == made.id
    assert [one.id for one in findings.findings_of(dpo, incident)] == [made.id]
    with app.test_request_context():
        [seen] = finding_sightings(dpo, made.id)
    assert seen.url.endswith(f"/violations/{incident.id}")


def test_it_is_opened_from_the_page_of_the_breach(as_, session, incident):
    client, here = as_(Role.DPO), f"/violations/{incident.id}"
    session.commit()
    page = client.get(f"{here}/constat")
    form = {one.get("name"): one.text_content() for one in page.all("textarea")}
    shown = {
        one.get("name"): one.get("value") for one in page.all("input") if one.get("name") not in {"csrf_token", "q"}
    }
    client.post(f"{here}/constat", {**shown, **form, "severity": "major"})
    assert incident.reference in client.get(here).words
    assert "/audits/constats/" in client.get(here).text
