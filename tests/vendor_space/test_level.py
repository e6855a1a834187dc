from datetime import timedelta

import pytest

from portal.audits.rules import AuditState
from portal.scorecards import services as scorecards
from portal.vendors.rules.tier import Tier
from tests.conftest import NOW
from tests.factories.review import accepted, sent_case


@pytest.fixture
def case(session, app):
    return accepted(sent_case(session))


def path(case):
    return f"/espace/audits/{case.audit.id}/niveau"


def measured(case, *, at=NOW, tier=Tier.MEDIUM):
    card = scorecards.take_snapshot(case.judging, case.audit, reason="accepted")
    card.taken_at, card.tier = at, tier
    case.session.commit()
    return card


def promised(case, days):
    case.audit.accepted_until = None if days is None else NOW.date() + timedelta(days=days)
    case.session.commit()


def test_an_accepted_vendor_reads_its_level_until_when_and_what_would_raise_it(case, as_):
    measured(case, at=case.audit.accepted_at)
    promised(case, 0)
    page = as_(case.contact)
    found = page.get(path(case))
    assert "Accepté jusqu’au" in found.words
    assert "Nous ne redemanderons pas ce questionnaire d’ici là" in found.words
    assert "Sur 100" in found.words
    for ours in ("critique", "poids", "plafonn"):
        assert ours not in found.words.casefold(), "how it is rated is the reviewer's"
    assert page.get(f"/espace/audits/{case.audit.id}").all(f"//a[@href='{path(case)}']")


@pytest.mark.parametrize("state", [one for one in AuditState if one is not AuditState.ACCEPTED])
def test_a_level_is_never_shown_before_acceptance(case, as_, state):
    measured(case, at=case.audit.accepted_at)
    case.audit.state = state
    case.session.commit()
    page = as_(case.contact)
    page.get(path(case), status=404)
    assert not page.get(f"/espace/audits/{case.audit.id}").all(f"//a[@href='{path(case)}']")


def test_a_level_in_progress_taken_before_acceptance_is_not_shown_after_it(case, as_):
    measured(case, at=case.audit.accepted_at - timedelta(seconds=1))
    as_(case.contact).get(path(case), status=404)


@pytest.mark.parametrize("days", [None, -1])
def test_what_the_reviewer_did_not_promise_or_no_longer_holds_is_not_said(case, as_, days):
    measured(case, at=case.audit.accepted_at)
    promised(case, days)
    found = as_(case.contact).get(path(case))
    assert "Accepté le" in found.words
    assert "Nous ne redemanderons" not in found.words


def test_a_vendor_asked_again_already_is_promised_nothing(case, as_):
    measured(case, at=case.audit.accepted_at)
    promised(case, 30)
    other = sent_case(case.session, name="Deuxième")
    other.audit.vendor_id, other.audit.state = case.audit.vendor_id, AuditState.OPENED
    case.session.commit()
    assert "Nous ne redemanderons" not in as_(case.contact).get(path(case)).words
