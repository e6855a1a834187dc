"""Only what a vendor has signed, and only its own."""

import pytest

from portal.answer_book.queries import signed_answers
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Actor, Permission, Role
from tests.conftest import NOW
from tests.factories.review import case_of, sent_case


def read(session, vendor, actor=SYSTEM, to=Permission.AUDIT_VIEW):
    session.flush()
    return signed_answers(Context(session, actor, NOW), vendor.id, to=to)


def test_what_was_sent_is_signed_and_says_when(session, app):
    case = sent_case(session)
    found = read(session, case.vendor)
    assert found["a.contrat"].given.value == "oui"
    assert found["a.contrat"].said_on == NOW.date()
    assert found["b.liste"].given.value[0]["nom"] == "Hôte & Cie"


def test_what_is_being_typed_is_not_signed(session, app):
    assert read(session, case_of(session).vendor) == {}


@pytest.mark.parametrize("state", [AuditState.RETURNED, AuditState.CANCELLED, AuditState.IN_PROGRESS])
def test_an_audit_that_is_open_again_or_cancelled_says_nothing(session, app, state):
    case = sent_case(session)
    case.audit.state = state
    assert read(session, case.vendor) == {}


def test_nothing_of_a_review_is_read(session, app):
    case = sent_case(session)
    assert not [name for name in vars(read(session, case.vendor)["a.contrat"]) if "verdict" in name or "note" in name]


def test_a_vendor_reads_its_own_answers_and_no_others(session, app):
    mine, other = sent_case(session), sent_case(session)
    actor = Actor(Role.VENDOR_ADMIN, vendor_ids=frozenset({mine.vendor.id}))
    session.flush()
    assert read(session, mine.vendor, actor, Permission.SPACE_VIEW)
    assert read(session, other.vendor, actor, Permission.SPACE_VIEW) == {}
