"""The mailbox of the decoys: read into the tables once, put aside whatever it holds."""

from dataclasses import replace
from email.message import EmailMessage

from sqlalchemy import func, select

from portal.core import process
from portal.decoys import services, tasks
from portal.decoys.models import DecoyMessage


def test_messages_of_the_box_are_noted_and_put_aside(ctx, batch_of, tmp_path, monkeypatch):
    (person,) = services.hand_out(ctx, batch_of(number=1))
    box = tmp_path / "box"
    box.mkdir()
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "x@spam.example", person.email, "Offre"
    (box / "1.eml").write_bytes(message.as_bytes())
    (box / "2.eml").write_bytes(b"\x00" * 500)
    monkeypatch.setattr(process, "_settings", [replace(process.settings(), decoys_url=str(box))])
    assert [tasks.read_now_and_then(ctx) for _ in range(2)] == [1, 0]
    record = tasks.read_mailbox(ctx, job_id=1)
    record(ctx)
    assert ctx.session.scalar(select(func.count(DecoyMessage.id))) == 1
    assert not list(box.glob("*.eml"))
    assert tasks.read_mailbox(ctx, job_id=2) is None


def test_without_a_box_nothing_is_promised(app, ctx):
    assert tasks.read_now_and_then(ctx) == 0


def test_a_box_that_is_away_loses_nothing(app, ctx, tmp_path, monkeypatch):
    monkeypatch.setattr(process, "_settings", [replace(process.settings(), decoys_url=str(tmp_path / "absent"))])
    assert tasks.read_mailbox(ctx, job_id=1) is None
