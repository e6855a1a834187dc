from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.language import Language
from portal.findings.rules import Severity
from portal.mystery import findings, queries, services
from portal.mystery.judgement import breaches_of
from portal.mystery.script_files import stages_of_steps
from portal.notices.models import Notice
from portal.web.manifest import finding_sightings
from tests.conftest import NOW
from tests.factories.mystery import observed, running
from tests.factories.world import vendor_of, vendor_user


@pytest.fixture
def dpo(acting, app):
    return acting(Role.DPO)


@pytest.fixture
def test(session, app):
    """A concluded test with one breach."""
    system = Context(session, SYSTEM, NOW)
    made = running(system, vendor_of(session, name="Callisto"))
    observed(system, made, retention="Bon d'achat proposé.")
    services.conclude_test(system, made)
    return made


@pytest.mark.parametrize("language", [*Language])
def test_a_finding_is_worded_from_the_step_in_the_language_of_the_vendor_and_never_speaks_of_a_test(
    dpo, test, language
):  # fmt: skip
    test.vendor.language = language
    [breach] = breaches_of(test)
    action = findings.proposed_action(dpo, test, breach)
    article = {Language.FR: "Contrat, CL30 ; preuve de L221-21", Language.EN: "Contract, CL30; proof of L221-21"}
    assert action.title == f"{breach.title.said(language)} ({article[language]})"
    assert (action.action, action.proof_expected) == (
        breach.action.said(language),
        breach.proof_expected.said(language),
    )
    assert action.severity is breach.severity
    assert action.severity in Severity
    assert action.due_on > dpo.today
    said = f"{action.title} {action.action} {action.proof_expected}".lower()
    assert "mystère" not in said
    assert "mystery" not in said


def test_it_is_opened_once_per_breach_told_to_the_vendor_and_linked_back(session, app, dpo, test):
    person = vendor_user(session, test.vendor)
    [breach] = breaches_of(test)
    wanted = findings.proposed_action(dpo, test, breach)
    made = findings.open_finding_from_test(dpo, test, breach.key, wanted)
    assert (made.subject, made.vendor_id) == ("retention", test.vendor_id)
    assert queries.findings_of_test(dpo, test) == {"retention": made}
    assert session.scalars(select(Notice.user_id)).all() == [person.id]
    with app.test_request_context():
        assert [one.url for one in finding_sightings(dpo, made.id)] == [f"/retractation/tests/{test.id}"]
    with pytest.raises(Refused, match="déjà ouvert"):
        findings.open_finding_from_test(dpo, test, breach.key, wanted)


def test_nothing_is_opened_on_what_is_no_breach_or_not_concluded(session, dpo, test):
    wanted = findings.proposed_action(dpo, test, breaches_of(test)[0])
    unfinished = running(Context(session, SYSTEM, NOW), test.vendor)
    for one, key in ((test, "called"), (test, "rien"), (unfinished, "retention")):
        with pytest.raises(NotFound):
            findings.open_finding_from_test(dpo, one, key, wanted)
    assert wanted.due_on > dpo.today + timedelta(days=1)


@pytest.mark.parametrize("role", [Role.LEGAL, Role.MANAGEMENT, Role.BUYER, Role.EXPERT, Role.VENDOR_ADMIN])
def test_whoever_does_not_work_findings_opens_none(acting, dpo, test, role):
    [breach] = breaches_of(test)
    with pytest.raises(Forbidden):
        findings.open_finding_from_test(acting(role), test, breach.key, findings.proposed_action(dpo, test, breach))


def test_a_gap_seen_by_a_tester_belongs_to_what_comes_after_the_sale(app, test):
    [breach] = breaches_of(test)
    with app.app_context():
        assert stages_of_steps()[breach.key] == "apres"
