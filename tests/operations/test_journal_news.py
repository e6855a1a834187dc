from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core import mail
from portal.core.language import Language, Sentence
from portal.journal.nightly_checks import note_check
from portal.journal.rules import GENESIS, ChainReport
from portal.notices.models import Notice
from portal.operations.journal_news import note_unsound_journal
from tests.factories.people import user_of

REPORT = ChainReport(0, GENESIS, None)
FOUND = [("changed", Sentence("L'écriture n° %(id)s a été modifiée après coup.", {"id": 5}))]


def told(session):
    return session.scalars(select(Notice).order_by(Notice.id)).all()


def test_administrators_alone_are_told_once_a_day_of_what_was_found(ctx, session):
    admin, _other = user_of(session, Role.ADMIN), user_of(session, Role.DPO)
    assert note_unsound_journal(ctx, ctx.today) == 0, "never verified is said by the page"
    note_check(ctx, REPORT, FOUND)
    session.flush()
    for _twice in range(2):
        note_unsound_journal(ctx, ctx.today)
    (notice,) = told(session)
    assert notice.user_id == admin.id
    french, english = (mail.render(notice.template, one, notice.values) for one in Language)
    assert french.subject == "Le journal ne se vérifie plus"
    assert "n° 5 a été modifiée après coup" in french.body.replace("\xa0", " ")
    assert "found: changed." in english.body


@pytest.mark.parametrize(("age", "count"), [(timedelta(hours=9), 0), (timedelta(days=3), 1), (timedelta(days=-1), 1)])
def test_a_sound_journal_is_not_spoken_of_and_one_that_is_no_longer_verified_is(ctx, session, age, count):
    user_of(session, Role.ADMIN)
    note_check(type(ctx)(session, ctx.actor, ctx.now - age), REPORT, [])
    session.flush()
    note_unsound_journal(ctx, ctx.today)
    assert len(told(session)) == count
    for notice in told(session):
        for language in Language:
            assert mail.render(notice.template, language, notice.values).body.strip()
