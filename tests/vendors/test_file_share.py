"""What is kept of a vendor's files is within its share, whoever hands them in and however many at once."""

import io
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core import process
from portal.core.db import Database
from portal.core.files import Blob
from portal.core.stored import StoredFile
from portal.vendors.file_share import MEGABYTE, ShareFull, keep_given, share_of
from tests import databases
from tests.conftest import NOW
from tests.factories.files import pdf
from tests.factories.people import user_of
from tests.factories.spaces import actor_of, proof_of, space_of
from tests.factories.two_at_once import both
from tests.factories.world import vendor_of, vendor_user


def blob(number, size=MEGABYTE):
    return Blob(f"aa/bb/{number}", f"{number:064}", size, "application/pdf", f"{number}.pdf")


@pytest.fixture
def limits(app, monkeypatch):
    """`limits(files=2)`: what a vendor may have us keep."""

    def set_to(files=1000, megabytes=2048):
        changed = replace(process.settings(), vendor_most_files=files, vendor_most_bytes=megabytes * MEGABYTE)
        monkeypatch.setattr(process, "_settings", [changed])

    return set_to


@pytest.fixture
def theirs(session):
    vendor = vendor_of(session)
    return Context(session, actor_of(vendor_user(session, vendor), vendor), NOW)


@pytest.mark.both_databases
def test_files_and_bytes_are_each_bounded_and_the_sentence_says_what_is_used(backend, limits, theirs):
    limits(files=2)
    keep_given(theirs, blob(1))
    keep_given(theirs, blob(2))
    with pytest.raises(ShareFull, match="Fichiers gardés\u202f: 2 sur 2, 2 Mo sur"):
        keep_given(theirs, blob(3))
    limits(megabytes=3)
    with pytest.raises(ShareFull):
        keep_given(theirs, blob(3, MEGABYTE + 1))
    keep_given(theirs, blob(3))


def test_the_same_content_again_takes_no_room(limits, theirs):
    limits(files=1)
    keep_given(theirs, blob(1))
    keep_given(theirs, blob(1))
    assert share_of(theirs, theirs.actor.vendor_id).files == 1


def test_neither_our_files_nor_those_of_another_vendor_count(limits, session, theirs):
    limits(files=1)
    other = vendor_of(session)
    keep_given(Context(session, actor_of(vendor_user(session, other), other), NOW), blob(1))
    ours = Context(session, SYSTEM, NOW)
    for number in (2, 3):
        assert keep_given(ours, blob(number)).vendor_id is None
    keep_given(theirs, blob(4))


def test_it_is_a_warning_before_it_is_full(limits, theirs):
    limits(files=10)
    for number in range(9):
        assert not share_of(theirs, theirs.actor.vendor_id).is_nearly_full
        keep_given(theirs, blob(number))
    assert share_of(theirs, theirs.actor.vendor_id).is_nearly_full


def test_two_at_once_do_not_pass_it_together(limits, own_database):
    limits(files=3)
    with own_database.transaction() as session:
        vendor = vendor_of(session)
        actor = actor_of(vendor_user(session, vendor), vendor)
        ctx = Context(session, actor, NOW)
        for number in range(2):
            keep_given(ctx, blob(number))
    results = both(own_database, lambda at, number: keep_given(Context(at.session, actor, NOW), blob(10 + number)))
    assert sum(isinstance(one, ShareFull) for one in results) == 1
    with own_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 3


@pytest.fixture
def own_database(lasting_url):
    """A database whose commits last."""
    database = Database.at(lasting_url)
    databases.STATEMENTS.watch(database.engine)
    yield database
    database.engine.dispose()


def test_a_vendor_is_told_before_and_at_the_refusal_and_nothing_typed_is_lost(session, as_, limits):
    space = space_of(session)
    proof_of(session, space.vendor, "a.pdf").stored_file.vendor_id = space.vendor.id
    page = as_(space.admin)
    limits(files=1)
    shown = page.get("/espace/justificatifs").words
    assert "Fichiers gardés : 1 sur 1" in shown
    assert "Il ne reste presque plus de place." in shown
    sent = {"file": (io.BytesIO(pdf()), "b.pdf")}
    found = page.post("/espace/justificatifs", sent, status=422, content_type="multipart/form-data")
    assert "Votre place est pleine" in found.words
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 1
    ours = as_(user_of(session, Role.DPO)).get(f"/audits/justificatifs/{space.vendor.id}")
    assert "Fichiers gardés : 1 sur 1" in ours.words
    assert "Presque plein" in ours.words


def test_a_file_that_loses_the_race_is_left_for_the_night_with_the_name_of_whose_it_is(
    session, as_, limits, monkeypatch
):
    """Another came in between the first look and the lock: the content is in the store, and its row says whose."""
    space = space_of(session)
    proof_of(session, space.vendor, "a.pdf").stored_file.vendor_id = space.vendor.id
    page = as_(space.admin)
    limits(files=1)
    monkeypatch.setattr("portal.vendor_space.views.files.share_of", lambda *_: _Room())
    found = page.post(
        "/espace/justificatifs", {"file": (io.BytesIO(pdf()), "b.pdf")}, status=422, content_type="multipart/form-data"
    )
    assert "Votre place est pleine" in found.words
    left = session.scalars(select(StoredFile).where(StoredFile.filename == "b.pdf")).one()
    assert left.vendor_id == space.vendor.id
    assert process.store().exists(left.key)


class _Room:
    """A share with room for anything."""

    def must_hold(self, _size):
        """Always."""
