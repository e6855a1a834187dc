"""Files of proofs are opened whole a few at a time; a damaged one is told by name."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core import process
from portal.core.stored import keep
from portal.evidence import integrity, services
from portal.evidence.models import Evidence
from portal.evidence.services import EvidenceDetails
from portal.notices.models import Notice
from portal.vendors.models import Vendor
from tests.conftest import NOW
from tests.factories.files import pdf
from tests.factories.people import user_of
from tests.factories.spaces import actor_of
from tests.factories.world import vendor_of, vendor_user


@pytest.fixture
def given(session, app):
    """Hands in a small file of a vendor, so many days before the look."""
    vendor = vendor_of(session)
    actor = actor_of(vendor_user(session, vendor), vendor)

    def give(number: int, days: int = 1) -> Evidence:
        blob = process.store().put(io.BytesIO(pdf() + bytes([number])), filename=f"{number}.pdf", allowed={"pdf"})
        ctx = Context(session, actor, NOW - timedelta(days=days))
        return services.record(ctx, vendor, keep(session, blob, at=NOW), EvidenceDetails())

    return give


def look(session):
    ctx = Context(session, SYSTEM, NOW)
    checked = integrity.check_files(ctx, process.store())
    integrity.note_checked(ctx, checked)
    session.flush()
    session.expire_all()
    return checked


def spoil(proof):
    place = process.store()._place
    sealed = place.read(proof.stored_file.key)
    place.replace(proof.stored_file.key, sealed[:-3] + b"...")


@pytest.mark.both_databases
def test_a_night_looks_at_those_seen_the_longest_ago_and_the_next_one_at_others(backend, session, given, monkeypatch):
    monkeypatch.setattr(integrity, "FILES_A_NIGHT", 2)
    first, second, third = given(1, 9), given(2, 5), given(3, 7)
    assert look(session).looked_at == (first.id, third.id)
    assert look(session).looked_at[0] == second.id


@pytest.mark.both_databases
def test_a_damaged_file_is_told_by_name_once_and_the_same_file_given_again_repairs_it(backend, session, given):
    reader = user_of(session, Role.DPO)
    whole, broken = given(1), given(2)
    spoil(broken)
    assert look(session).damaged == (broken.id,)
    assert (whole.is_damaged, broken.is_damaged) == (False, True)
    [notice] = session.scalars(select(Notice).where(Notice.user_id == reader.id))
    assert (notice.values["file"], notice.template) == ("2.pdf", "evidence/emails/damaged")
    look(session)
    assert len(session.scalars(select(Notice)).all()) == 1
    blob = process.store().put(io.BytesIO(pdf() + bytes([2])), filename="autre.pdf", allowed={"pdf"})
    vendor = session.get_one(Vendor, broken.vendor_id)
    ctx = Context(session, actor_of(vendor_user(session, vendor), vendor), NOW)
    assert services.give(ctx, vendor, blob, None).id == broken.id
    assert broken.is_damaged is False
    assert look(session).damaged == ()
