"""No letter of the demonstration is sent years late, and none leaves without the file that it promises."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import process
from portal.jobs.attachments import Attachment
from portal.jobs.mail import send
from portal.jobs.models import Mail, MailState
from portal.jobs.queries import oldest_promised_mail
from portal.seed.demo_letters import send_old_letters
from tests.conftest import NOW, settings_for
from tests.factories.databases import lasting_database
from tests.jobs.test_mail import envelope


@pytest.fixture
def lasting(tmp_path, lasting_url, portal_settings, app):
    """A database whose commits last, of a portal without a mail server: what it sends is kept as files."""
    process.prepare(settings_for(tmp_path, lasting_url))
    with lasting_database(lasting_url) as database:
        yield database
    process.prepare(portal_settings)


def test_each_letter_was_sent_on_its_day_and_one_with_a_file_to_come_waits_from_today(lasting):
    days = [NOW - timedelta(days=days) for days in (800, 30)]
    with lasting.transaction() as session:
        for number, day in enumerate([*days, days[0]]):
            file = Attachment("test", {}) if number == 2 else None
            send(Context(session, SYSTEM, day), envelope(number, attachment=file))
    assert send_old_letters(lasting, NOW) == len(list(process.settings().mail_dir.iterdir())) == 2
    with lasting.reading() as session:
        sent = session.scalars(select(Mail.sent_at).where(Mail.state == MailState.SENT).order_by(Mail.sent_at)).all()
        assert sent == days
        assert oldest_promised_mail(session) == NOW
    assert send_old_letters(lasting, NOW) == 0
