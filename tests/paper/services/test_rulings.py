import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.stale import StaleWrite
from portal.journal.models import JournalEntry
from portal.paper import queries, services
from portal.paper.models import PaperRuling
from portal.paper.rules.check_result import ContractVerdict, RequirementStatus
from portal.paper.services import RulingInput
from tests.factories.received import GAPS, review_of

pytestmark = pytest.mark.both_databases

LINE = "deletion_or_return"


@pytest.fixture
def legal(acting, app):
    return acting(Role.LEGAL)


@pytest.fixture
def review(legal):
    return review_of(legal, GAPS)


def test_a_confirmation_needs_no_reason_and_is_kept_with_the_passages_it_rests_on(legal, review):
    ruling = services.record_ruling(
        legal, review, "security_measures", RulingInput(RequirementStatus(review.statuses["security_measures"])), seen=0
    )
    assert ruling.status is ruling.checked
    assert ruling.quotes == ["The Provider takes reasonable measures to protect personal data."]
    assert review.ruled == 1


def test_a_correction_needs_a_reason(legal, review):
    with pytest.raises(Refused, match="Dites pourquoi"):
        services.record_ruling(legal, review, LINE, RulingInput(RequirementStatus.SATISFIED), seen=0)
    assert review.ruled == 0


def test_a_correction_counts_in_the_statuses_and_the_journal_says_both(session, legal, review):
    services.record_ruling(legal, review, LINE, RulingInput(RequirementStatus.SATISFIED, "Annexe 3."), seen=0)
    assert review.statuses[LINE] == "satisfied"
    session.commit()
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "paper.ruled")).one()
    assert entry.before == {"requirement": LINE, "ruled_as": "missing"}
    assert entry.after == {"requirement": LINE, "ruled_as": "satisfied", "ruling_note": "Annexe 3."}


def test_when_every_line_is_overruled_as_satisfied_the_text_is_complete(legal, review):
    for name in list(review.statuses):
        held = queries.last_rulings(legal, review.id).get(name)
        services.record_ruling(
            legal, review, name, RulingInput(RequirementStatus.SATISFIED, "Vu."), seen=held.id if held else 0
        )
    assert review.verdict is ContractVerdict.COMPLETE
    services.record_ruling(
        legal,
        review,
        LINE,
        RulingInput(RequirementStatus.MISSING, "Non."),
        seen=queries.last_rulings(legal, review.id)[LINE].id,
    )
    assert review.verdict is ContractVerdict.INCOMPLETE


def test_words_are_added_never_changed_and_the_last_one_counts(session, legal, review):
    first = services.record_ruling(legal, review, LINE, RulingInput(RequirementStatus.SATISFIED, "Annexe 3."), seen=0)
    services.record_ruling(legal, review, LINE, RulingInput(RequirementStatus.WEAK, "Sans délai."), seen=first.id)
    rows = session.scalars(select(PaperRuling).order_by(PaperRuling.id)).all()
    assert [row.status for row in rows] == [RequirementStatus.SATISFIED, RequirementStatus.WEAK]
    assert queries.last_rulings(legal, review.id)[LINE].note == "Sans délai."
    assert review.ruled == 1


def test_a_colleagues_word_given_meanwhile_is_never_overwritten(acting, legal, review):
    theirs = services.record_ruling(
        acting(Role.DPO), review, LINE, RulingInput(RequirementStatus.WEAK, "Partiel."), seen=0
    )
    with pytest.raises(StaleWrite, match="entre-temps") as caught:
        services.record_ruling(legal, review, LINE, RulingInput(RequirementStatus.SATISFIED, "Annexe 3."), seen=0)
    assert caught.value.theirs.id == theirs.id
    assert review.statuses[LINE] == "weak"
    services.record_ruling(legal, review, LINE, RulingInput(RequirementStatus.SATISFIED, "Annexe 3."), seen=theirs.id)
    assert review.statuses[LINE] == "satisfied"


def test_the_same_word_sent_twice_is_one_word(session, legal, review):
    for _ in range(2):
        services.record_ruling(legal, review, LINE, RulingInput(RequirementStatus.SATISFIED, "Annexe 3."), seen=0)
    assert len(session.scalars(select(PaperRuling)).all()) == 1


def test_a_line_that_the_check_does_not_have_is_not_found(legal, review):
    with pytest.raises(NotFound):
        services.record_ruling(legal, review, "horoscope", RulingInput(RequirementStatus.WEAK, "x"), seen=0)


def test_a_contract_being_read_takes_no_word(legal):
    waiting = review_of(legal, GAPS, waiting="oui")
    with pytest.raises(Refused, match="en cours de lecture"):
        services.record_ruling(legal, waiting, LINE, RulingInput(RequirementStatus.WEAK, "x"), seen=0)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.BUYER, Role.MANAGEMENT, Role.EXPERT, Role.VENDOR_ADMIN])
def test_others_never_rule(acting, review, role):
    with pytest.raises(Forbidden):
        services.record_ruling(acting(role), review, LINE, RulingInput(RequirementStatus.WEAK, "x"), seen=0)
