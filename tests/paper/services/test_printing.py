import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core.documents.freezing import thaw
from portal.core.documents.text import tree_text
from portal.core.errors import Forbidden, Refused
from portal.core.language import Language
from portal.jobs.models import Job, JobState
from portal.paper import services
from portal.paper.models import PrintKind
from portal.paper.rules.check_result import RequirementStatus
from portal.paper.services import RulingInput
from tests.factories.received import GAPS, GOOD, review_of
from tests.factories.world import vendor_of


@pytest.fixture
def legal(acting, app):
    return acting(Role.LEGAL)


@pytest.mark.parametrize("kind", PrintKind)
@pytest.mark.parametrize("language", Language)
def test_each_document_is_frozen_in_each_language_with_its_job(session, legal, kind, language):
    review = review_of(legal, GAPS)
    session.commit()
    made = services.request_document(legal, review, kind, language)
    assert thaw(made.tree).language is language
    job = session.scalars(select(Job).where(Job.kind == "paper.print")).one()
    assert job.payload == {"print_id": made.id}


def test_an_amendment_asks_for_what_is_missing_and_not_for_what_a_lawyer_found(session, legal):
    review = review_of(legal, GAPS)
    before = tree_text(thaw(services.request_document(legal, review, PrintKind.AMENDMENT, Language.FR).tree))
    services.record_ruling(
        legal, review, "audits_inspections", RulingInput(RequirementStatus.SATISFIED, "Contrat-cadre, art. 14."), seen=0
    )
    after = tree_text(thaw(services.request_document(legal, review, PrintKind.AMENDMENT, Language.FR).tree))
    assert "Audits et inspections" in before
    assert "Audits et inspections" not in after


def test_an_amendment_is_filled_with_what_the_register_knows(session, legal):
    vendor = vendor_of(session, name="Acme", legal_name="Acme Conseil SAS")
    review = review_of(legal, GAPS, vendor)
    text = tree_text(thaw(services.request_document(legal, review, PrintKind.AMENDMENT, Language.FR).tree))
    assert "Acme Conseil SAS" in text


def test_a_letter_about_nothing_is_refused(legal):
    review = review_of(legal, GOOD)
    for name, status in review.statuses.items():
        if status != "satisfied":
            services.record_ruling(legal, review, name, RulingInput(RequirementStatus.SATISFIED, "Vu."), seen=0)
    with pytest.raises(Refused, match="serait vide"):
        services.request_document(legal, review, PrintKind.LETTER, Language.FR)
    assert services.request_document(legal, review, PrintKind.REPORT, Language.FR).tree


def test_nothing_is_made_of_a_contract_that_waits(legal):
    with pytest.raises(Refused, match="en cours de lecture"):
        services.request_document(legal, review_of(legal, GAPS, waiting="oui"), PrintKind.REPORT, Language.FR)


def test_a_printing_given_up_gets_another_chance_and_only_then(session, legal):
    review = review_of(legal, GAPS)
    made = services.request_document(legal, review, PrintKind.REPORT, Language.FR)
    assert not services.retry_printing(legal, review, made)
    job = session.scalars(select(Job).where(Job.kind == "paper.print")).one()
    job.state = JobState.DEAD
    session.flush()
    assert services.retry_printing(legal, review, made)
    session.refresh(job)
    assert job.state is JobState.READY


@pytest.mark.parametrize("role", [Role.ADMIN, Role.BUYER, Role.MANAGEMENT, Role.EXPERT])
def test_others_have_nothing_printed(acting, legal, role):
    review = review_of(legal, GAPS)
    with pytest.raises(Forbidden):
        services.request_document(acting(role), review, PrintKind.REPORT, Language.FR)
