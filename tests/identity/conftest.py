"""What tests of identity share: settings in force, mails read, a database whose commits last."""

import email
import email.policy
import re
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.core import mail, process
from portal.identity.services import Caller
from portal.jobs.mail import address_of
from portal.jobs.models import Mail
from tests.factories.databases import lasting_database

HERE = Caller("192.0.2.10", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")


@pytest.fixture(autouse=True)
def _prepared(portal_settings, _app):
    process.prepare(portal_settings)


@pytest.fixture
def secrets(portal_settings):
    return portal_settings.secrets


@pytest.fixture
def caller():
    return HERE


@pytest.fixture
def lasting(lasting_url):
    with lasting_database(lasting_url) as database:
        yield database


@dataclass(frozen=True)
class Received:
    """A message as its reader sees it."""

    to: str
    subject: str
    text: str

    @property
    def link(self) -> str:
        return re.search(r"https?://\S+", self.text)[0]

    @property
    def token(self) -> str:
        return self.link.partition("#")[2]


@pytest.fixture
def mailbox(portal_settings):
    """`mailbox(ctx)`: every message promised so far, written as it would be sent."""

    def read(ctx: Context) -> list[Received]:
        ctx.session.flush()
        found = []
        for row in ctx.session.scalars(select(Mail).order_by(Mail.id)):
            link = address_of(portal_settings, row.payload)
            letter = mail.render(row.template, row.language, {**row.payload["values"], "link": link})
            message = mail.compose(
                letter, sender="vigie@exemple.test", recipient=row.recipient, message_id=row.message_id, at=ctx.now,
                name="Vigie",
            )  # fmt: skip
            read_back = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
            found.append(Received(read_back["To"], read_back["Subject"], read_back.get_content()))
        return found

    return read
