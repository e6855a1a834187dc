"""A name written down wrong is corrected: sealed as before, and in no entry of the journal."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core.errors import Forbidden, Refused
from portal.journal.models import JournalEntry
from portal.person_requests import services
from portal.person_requests.identity import person_of
from portal.person_requests.services.correcting import CORRECTED
from tests.factories.requests import PERSON, WHO, recorded
from tests.factories.world import vendor_of


@pytest.fixture
def ours(acting, app):
    return acting(Role.DPO)


def test_what_was_written_wrong_is_corrected_and_the_journal_says_only_what_was(session, ours):
    request = recorded(ours, vendor_of(session))
    services.correct_person(ours, request, replace(PERSON, name="Honorine Vaucreson"))
    session.commit()
    assert person_of(ours, request).name == "Honorine Vaucreson"
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert (entry.action, entry.after) == ("person_request.person_corrected", {"name": CORRECTED})
    assert not session.scalars(select(JournalEntry).where(JournalEntry.object_label.contains("Vaucres"))).all()


def test_a_correction_that_changes_nothing_writes_nothing(session, ours):
    request = recorded(ours, vendor_of(session))
    sealed = request.sealed
    services.correct_person(ours, request, PERSON)
    assert request.sealed == sealed


def test_nobody_else_corrects_it_and_nothing_is_corrected_once_forgotten(session, ours, acting):
    request = recorded(ours, vendor_of(session))
    with pytest.raises(Forbidden):
        services.correct_person(acting(Role.MANAGEMENT), request, PERSON)
    services.forget(ours, request)
    with pytest.raises(Refused, match="effacée"):
        services.correct_person(ours, request, replace(PERSON, name=WHO.upper()))
