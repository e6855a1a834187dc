"""What tests of the portal's own data share: somebody who has done, received and been named a little of everything."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.core import process
from portal.jobs.models import Job, JobState, Mail, MailState
from portal.journal import services as writing
from portal.vendors.models import Contact, FormDraft
from tests.conftest import NOW
from tests.factories.people import token_for
from tests.factories.things import Thing
from tests.factories.world import vendor_of, vendor_user

NAME, ADDRESS, PHONE = "Hélène Dubreuil-Sanz", "helene@acme.example", "+33 6 12 34 56 78"


@pytest.fixture
def mail_folder(tmp_path, portal_settings, monkeypatch):
    """The folder of messages kept as files, a test's own."""
    settings = replace(portal_settings, data_dir=tmp_path)
    monkeypatch.setattr(process, "_settings", [settings])
    settings.mail_dir.mkdir(parents=True, exist_ok=True)
    return settings.mail_dir


@pytest.fixture
def life(session, ctx, mail_folder):
    """Somebody at a vendor who has done, received and been named a little of everything."""
    vendor = vendor_of(session, representative=f"{NAME}, gérante", dpo_contact=f"{NAME}, {ADDRESS}, {PHONE}")
    user = vendor_user(session, vendor)
    user.email, user.name, user.phone = ADDRESS, NAME, PHONE
    contact = session.scalars(select(Contact)).one()
    contact.name, contact.email, contact.phone = NAME, ADDRESS, PHONE
    session.flush()
    token_for(session, user)
    session.add(FormDraft(user_id=user.id, key="service:1", values={"contact": NAME}, saved_at=NOW))
    job = Job(kind="mail.send", payload={"to": ADDRESS}, dedup=f"mail:{ADDRESS}", run_at=NOW, created_at=NOW,
              state=JobState.DONE, done_at=NOW)  # fmt: skip
    session.add(job)
    session.flush()
    session.add(
        Mail(message_id="m1@x", template="identity/emails/reset", recipient=ADDRESS, language=user.language,
             payload={"values": {"name": NAME}}, subject=f"Bonjour {NAME}", queued_at=NOW, sent_at=NOW,
             state=MailState.SENT, vendor_id=vendor.id, job_id=job.id)
    )  # fmt: skip
    (mail_folder / "a.eml").write_bytes(f"To: {ADDRESS}\r\nSubject: x\r\n\r\nBonjour".encode())
    (mail_folder / "b.eml").write_bytes(b"To: autre@acme.example\r\nSubject: x\r\n\r\nBonjour")
    actor = Context(session, SimpleNamespace(**_actor(user)), NOW)
    writing.record(actor, "chose.faite", Thing(), after={"recipient": ADDRESS})
    writing.record(ctx, "contact.added", contact, after={"name": NAME, "email": ADDRESS, "phone": PHONE})
    writing.record(ctx, "finding.assigned", Thing(), after={"responsible": NAME}, vendor_id=vendor.id)
    session.commit()
    return SimpleNamespace(vendor=vendor, user=user, contact=contact)


def _actor(user):
    return {"id": user.id, "name": user.name, "email": user.email, "role": user.role}
