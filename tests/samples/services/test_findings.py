from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core.citations import cited
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.language import Language
from portal.notices.models import Notice
from portal.samples import queries, services
from portal.samples.report import report_of
from portal.web.manifest import finding_sightings
from tests.factories import samples
from tests.factories.samples import asked, measured


@pytest.fixture
def sample(database, dpo, vendor, sender):
    return measured(database, sender, asked(dpo, vendor, size=40), samples.csv(40))


@pytest.fixture
def worst(sample):
    return report_of(sample).faults[0]


@pytest.mark.parametrize("language", [*Language])
def test_a_finding_is_worded_from_the_rate_and_its_rule_in_the_language_of_the_vendor(dpo, sample, worst, language):
    sample.vendor.language = language
    action = services.proposed_action(dpo, sample, worst)
    assert str(worst.failures) in action.title
    assert cited(worst.rule.article, language) in action.action
    assert (" of " in action.title) is (language is Language.EN)
    assert action.severity is worst.severity
    assert action.due_on > dpo.today
    assert len(action.title) <= 300


def test_a_finding_is_opened_once_per_fault_told_to_the_vendor_and_linked_back(
    session, app, dpo, sender, sample, worst
):
    wanted = services.proposed_action(dpo, sample, worst)
    made = services.open_finding_from_sample(dpo, sample, worst.flag, wanted)
    assert made.subject == worst.flag
    assert queries.findings_of_sample(dpo, sample) == {worst.flag: made}
    [notice] = session.scalars(select(Notice)).all()
    assert notice.user_id == sender.actor.id
    with app.test_request_context():
        assert [one.url for one in finding_sightings(dpo, made.id)] == [f"/retractation/echantillons/{sample.id}"]
    with pytest.raises(Refused, match="déjà ouvert"):
        services.open_finding_from_sample(dpo, sample, worst.flag, wanted)


def test_the_same_fault_of_another_sample_is_the_same_finding_seen_again(database, dpo, vendor, sender, sample, worst):
    other = measured(database, sender, asked(dpo, vendor, size=40), samples.csv(40))
    wanted = services.proposed_action(dpo, sample, worst)
    first, second = (services.open_finding_from_sample(dpo, one, worst.flag, wanted) for one in (sample, other))
    assert first.id == second.id
    assert queries.findings_of_sample(dpo, other) == {worst.flag: first}


def test_nothing_is_opened_on_what_was_not_found_not_measured_or_is_already_due(dpo, vendor, sample, worst):
    wanted = services.proposed_action(dpo, sample, worst)
    for one, flag in ((sample, "no-such-fault"), (asked(dpo, vendor), worst.flag)):
        with pytest.raises(NotFound):
            services.open_finding_from_sample(dpo, one, flag, wanted)
    with pytest.raises(Refused, match="déjà passée"):
        services.open_finding_from_sample(
            dpo, sample, worst.flag, replace(wanted, due_on=dpo.today - timedelta(days=1))
        )


@pytest.mark.parametrize("role", [Role.LEGAL, Role.MANAGEMENT, Role.BUYER, Role.EXPERT, Role.VENDOR_ADMIN])
def test_whoever_does_not_work_findings_opens_none(acting, dpo, sample, worst, role):
    with pytest.raises(Forbidden):
        services.open_finding_from_sample(
            acting(role), sample, worst.flag, services.proposed_action(dpo, sample, worst)
        )
