"""What comes to a vendor's address is recorded once, told, and left in the box until it is stored."""

from dataclasses import replace
from email.message import EmailMessage

import pytest
from sqlalchemy import func, select

from portal.changes import tasks
from portal.changes.mail_addresses import address_of
from portal.changes.models import AnnouncedChange, ChangeMove, ChangeSource
from portal.changes.rules.life import ChangeState, MoveStanding
from portal.changes.services import recording
from portal.core import process
from portal.jobs.models import Job
from portal.notices.models import Notice
from tests.factories.world import vendor_of

pytestmark = pytest.mark.both_databases
NOTICE = "We will add Cloudflare, Inc. (United States) as a new sub-processor for content delivery from 1 March 2027."


@pytest.fixture
def box(tmp_path, monkeypatch):
    """The folder that announcements come in by, in the settings of the test."""
    folder = tmp_path / "box"
    folder.mkdir()
    told = replace(process.settings(), changes_url=str(folder), changes_to="annonces@ville.fr")
    monkeypatch.setattr(process, "_settings", [told])
    return folder


def arrives(box, vendor_id, name="1.eml", body=NOTICE, subject="Sub-processor notice"):
    message = EmailMessage()
    message["From"], message["Subject"] = "privacy@acme.example", subject
    message["To"] = address_of(process.settings().secrets.tokens, "annonces@ville.fr", vendor_id)
    message.set_content(body)
    (box / name).write_bytes(message.as_bytes())


def round_of_the_box(ctx, number):
    record = tasks.read_mailbox(ctx, job_id=number)
    if record is not None:
        record(ctx)
        ctx.session.flush()
        job = ctx.session.scalars(select(Job).where(Job.kind == "changes.put_aside").order_by(Job.id.desc())).first()
        return job.payload["keys"]
    return None


def test_a_message_to_the_address_of_a_vendor_is_recorded_and_told(session, ctx, dpo, box):
    vendor = vendor_of(session)
    arrives(box, vendor.id)
    assert [tasks.read_now_and_then(ctx) for _ in range(2)] == [1, 0]
    keys = round_of_the_box(ctx, 1)
    change = session.scalars(select(AnnouncedChange)).one()
    assert (change.vendor_id, change.source, change.state) == (vendor.id, ChangeSource.MAIL, ChangeState.RECEIVED)
    assert change.received_at == ctx.now
    assert change.text.startswith("Sub-processor notice")
    assert change.stored_file is not None
    move = session.scalars(select(ChangeMove)).one()
    assert (move.name, move.standing, move.is_declared) == ("Cloudflare, Inc", MoveStanding.PROPOSED, False)
    assert session.scalar(select(func.count(Notice.id)).where(Notice.user_id == dpo.actor.id)) == 1
    tasks.put_aside(ctx, job_id=2, keys=keys)
    assert not list(box.glob("*.eml"))
    assert (box / "read" / "1.eml").exists()


def test_killed_before_it_is_put_aside_a_message_is_recorded_once(session, ctx, box):
    arrives(box, vendor_of(session).id)
    first = round_of_the_box(ctx, 1)
    assert list(box.glob("*.eml"))
    assert round_of_the_box(ctx, 2) == first == ["1.eml"]
    assert session.scalar(select(func.count(AnnouncedChange.id))) == 1


def test_what_came_for_nobody_is_put_aside_and_recorded_nowhere(session, ctx, box):
    vendor = vendor_of(session)
    arrives(box, vendor.id + 1)
    (box / "2.eml").write_bytes(b"\x00" * 500)
    (box / "3.eml").write_bytes(b"To: annonces+cs-1-" + b"0" * 24 + b"@ville.fr\r\n\r\nWe add Evil Ltd.")
    assert round_of_the_box(ctx, 1) == ["1.eml", "2.eml", "3.eml"]
    assert session.scalar(select(func.count(AnnouncedChange.id))) == 0


def test_a_message_without_text_is_told_all_the_same_with_its_file(session, ctx, box):
    arrives(box, vendor_of(session).id, body="")
    round_of_the_box(ctx, 1)
    change = session.scalars(select(AnnouncedChange)).one()
    assert change.text == ""
    assert change.stored_file is not None


def test_a_flood_waits_in_the_box(session, ctx, box, monkeypatch):
    monkeypatch.setattr(recording, "DECLARED_A_DAY", 2)
    vendor = vendor_of(session)
    for number in range(4):
        arrives(box, vendor.id, name=f"{number}.eml", subject=f"Notice {number}")
    assert round_of_the_box(ctx, 1) == ["0.eml", "1.eml"]
    assert session.scalar(select(func.count(AnnouncedChange.id))) == 2


def test_a_box_that_is_away_or_not_set_promises_nothing_and_loses_nothing(app, ctx, tmp_path, monkeypatch):
    assert tasks.read_now_and_then(ctx) == 0
    assert tasks.read_mailbox(ctx, job_id=1) is None
    told = replace(process.settings(), changes_url=str(tmp_path / "absent"), changes_to="annonces@ville.fr")
    monkeypatch.setattr(process, "_settings", [told])
    assert tasks.read_mailbox(ctx, job_id=2) is None
