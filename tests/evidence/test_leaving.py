"""What was taken off before any sending leaves after a delay; whatever anything rests on stays."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.audits import services as audits
from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import process
from portal.core.clock import last_moment, legal_date, midnight
from portal.core.files import Damaged
from portal.core.stored import StoredFile, blob_of, keep
from portal.evidence import leaving, services
from portal.evidence.models import Evidence
from portal.journal.models import JournalEntry
from tests.conftest import NOW
from tests.factories.files import pdf
from tests.factories.spaces import actor_of, space_of
from tests.factories.world import vendor_of, vendor_user

LATER = NOW + timedelta(days=leaving.KEPT_DAYS + 1)


def handed(session, vendor, actor, content=b"1"):
    """A piece of a vendor, given today."""
    blob = process.store().put(io.BytesIO(pdf() + content), filename="a.pdf", allowed={"pdf"})
    return services.give(Context(session, actor, NOW), vendor, blob, None)


@pytest.fixture
def space(session, app):
    return space_of(session)


@pytest.fixture
def actor(space):
    return actor_of(space.admin, space.vendor)


@pytest.fixture
def taken_off(session, space, actor):
    """A piece that was attached, then taken off."""
    ctx = Context(session, actor, NOW)
    piece = handed(session, space.vendor, actor)
    link = audits.attach_proof(ctx, space.audit, "b.document", piece)
    assert piece.left_at is None
    audits.detach_proof(ctx, space.audit, link)
    session.flush()
    return piece


def night(session, at=LATER):
    """What a night erases: pieces, then contents; the digests of what is no more."""
    ctx = Context(session, SYSTEM, at)
    leaving.erase_left(ctx)
    files = leaving.files_to_erase(ctx)
    leaving.destroy_contents(process.store(), files)
    leaving.note_erased(ctx, [one.id for one in files])
    session.flush()
    return [one.sha256 for one in files]


def is_kept(stored):
    try:
        return bool(b"".join(process.store().open(blob_of(stored))))
    except Damaged:
        return False


@pytest.mark.both_databases
def test_a_piece_is_erased_after_the_day_that_its_page_says(session, taken_off):
    """Taken off a little after midnight in Paris, it was erased before the end of that day."""
    taken_off.left_at = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
    session.flush()
    said = legal_date(taken_off.left_at) + timedelta(days=leaving.KEPT_DAYS)
    assert said == date(2027, 1, 1)
    assert leaving.erase_left(Context(session, SYSTEM, last_moment(said).astimezone(UTC))) == 0
    assert leaving.erase_left(Context(session, SYSTEM, midnight(date(2027, 1, 2)).astimezone(UTC))) == 1


@pytest.mark.both_databases
def test_a_piece_taken_off_leaves_after_the_delay_with_its_file_and_the_journal_says_so(backend, session, taken_off):
    stored, number = taken_off.stored_file, taken_off.id
    blob = blob_of(stored)
    assert not night(session, NOW + timedelta(days=leaving.KEPT_DAYS - 1))
    assert is_kept(stored)
    assert night(session) == [blob.sha256]
    assert session.get(Evidence, number) is None
    assert not process.store().exists(blob.key)
    session.commit()
    told = session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)).all()
    assert told[-2:] == ["evidence.erased", "evidence.files_erased"]
    assert not night(session), "a second night finds nothing"


def test_one_attached_again_or_that_was_never_taken_off_stays(session, space, actor, taken_off):
    other = handed(session, space.vendor, actor, b"2")
    audits.attach_proof(Context(session, actor, NOW), space.audit, "b.document", taken_off)
    assert taken_off.left_at is None
    assert not night(session)
    assert is_kept(other.stored_file)


def test_one_that_serves_another_answer_stays(session, space, actor):
    ctx, piece = Context(session, actor, NOW), handed(session, space.vendor, actor)
    first = audits.attach_proof(ctx, space.audit, "b.document", piece)
    audits.attach_proof(ctx, space.audit, "a.chiffre", piece)
    audits.detach_proof(ctx, space.audit, first)
    assert piece.left_at is not None
    assert not night(session)
    assert is_kept(piece.stored_file)


def test_one_that_was_sent_stays_even_taken_off_before(session, taken_off):
    stored = taken_off.stored_file
    services.mark_sent(Context(session, SYSTEM, NOW), [taken_off.id])
    assert not night(session)
    assert is_kept(stored)


def test_the_file_stays_while_another_vendor_has_the_same(session, space, taken_off):
    """Content is stored once: the piece goes, the file of the other does not."""
    other = vendor_of(session)
    theirs = handed(session, other, actor_of(vendor_user(session, other), other))
    assert theirs.stored_file.key == taken_off.stored_file.key
    number = taken_off.id
    assert not night(session)
    assert session.get(Evidence, number) is None
    assert is_kept(theirs.stored_file)


def test_the_file_stays_when_it_has_just_come_in_again(session, taken_off):
    """Its row is there before what will name it."""
    blob, at = blob_of(taken_off.stored_file), LATER - timedelta(hours=2)
    keep(session, blob, at=at, vendor_id=taken_off.vendor_id)
    assert not night(session)
    assert process.store().exists(blob.key)


def test_a_piece_withdrawn_frees_its_place_the_night_after(session, space, actor):
    piece = handed(session, space.vendor, actor)
    blob = blob_of(piece.stored_file)
    services.withdraw(Context(session, actor, NOW), piece)
    assert not night(session, NOW + timedelta(hours=2))
    assert night(session, NOW + timedelta(days=2)) == [blob.sha256]
    assert not process.store().exists(blob.key)
    assert session.scalars(select(StoredFile).where(StoredFile.sha256 == blob.sha256)).first() is None


def test_a_file_of_ours_that_nothing_names_is_left_alone(session, app):
    blob = process.store().put(io.BytesIO(pdf()), filename="a.pdf", allowed={"pdf"})
    stored = keep(session, blob, at=NOW)
    assert not night(session)
    assert is_kept(stored)


def test_a_night_erases_some_and_the_next_one_the_rest(session, space, actor, monkeypatch):
    monkeypatch.setattr(leaving, "AT_ONCE", 1)
    for content in (b"1", b"2"):
        handed(session, space.vendor, actor, content).left_at = NOW
    session.flush()
    assert [len(night(session)), len(night(session)), len(night(session))] == [1, 1, 0]


def test_its_vendor_is_told_when_it_leaves(session, as_, space, taken_off):
    session.commit()
    shown = as_(space.admin).get("/espace/justificatifs").words
    assert "Retirée d’une réponse avant tout envoi : effacée après le 24 décembre 2026" in shown.replace(
        "\u202f", " "
    ).replace("\xa0", " ")
