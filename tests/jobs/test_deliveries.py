import pytest
from sqlalchemy import select, true

from portal.core.landing import Landing
from portal.core.language import Language
from portal.jobs.deliveries import (
    STATE_ADVICE,
    STATE_NAMES,
    TO_ACT_ON,
    TONES,
    count_by_state,
    deliveries,
    page_of_deliveries,
)
from portal.jobs.mail import Envelope, send_many
from portal.jobs.models import Mail, MailState
from tests.conftest import NOW

pytestmark = pytest.mark.both_databases


@pytest.fixture
def mails(ctx):
    """Six messages, two a subject, of one wave but the last."""
    send_many(
        ctx,
        [
            Envelope(
                "identity/emails/invitation", f"contact{n}@exemple.test", Language.FR, f"d:{n}", Landing("home"),
                about=f"audit:{n // 2}", series="wave:1" if n < 5 else "", vendor_id=n // 2,
            )
            for n in range(6)
        ],
    )  # fmt: skip
    return ctx.session.scalars(select(Mail).order_by(Mail.id)).all()


def test_each_person_s_message_is_shown_with_where_it_stands(ctx, mails, statements):
    mails[1].state, mails[1].reason, mails[1].settled_at, mails[1].tries = MailState.REFUSED, "550 no", NOW, 1
    ctx.session.flush()
    statements.clear()
    found = deliveries(ctx.session, ["audit:0", "audit:1", "audit:9"])
    assert len(statements) == 1
    assert {about: [one.recipient[:8] for one in many] for about, many in found.items()} == {
        "audit:0": ["contact0", "contact1"], "audit:1": ["contact2", "contact3"],
    }  # fmt: skip
    waiting, refused = found["audit:0"]
    assert (waiting.state, waiting.advice, waiting.waits_for_a_person) == (MailState.PROMISED, "", False)
    assert (refused.label, refused.reason, refused.at, refused.waits_for_a_person) == (
        "Adresse refusée", "550 no", NOW, True,
    )  # fmt: skip
    assert deliveries(ctx.session, ["audit:2"], series="wave:1")["audit:2"][0].recipient == "contact4@exemple.test"
    assert deliveries(ctx.session, []) == {}


def test_what_waits_for_a_person_is_listed_newest_first_within_a_reach_and_counted(ctx, mails):
    for mail, state in zip(mails, [*TO_ACT_ON, MailState.SENT, MailState.SENT, MailState.REFUSED], strict=True):
        mail.state = state
    ctx.session.flush()
    found = page_of_deliveries(ctx.session, within=true(), states=TO_ACT_ON)
    assert [row.mail_id for row in found.rows] == [mails[n].id for n in (5, 2, 1, 0)]
    mine = page_of_deliveries(ctx.session, within=Mail.vendor_id == 1, states=TO_ACT_ON)
    assert [row.mail_id for row in mine.rows] == [mails[2].id]
    assert count_by_state(ctx.session, true()) == {
        MailState.PROMISED: 0, MailState.SENT: 2, MailState.REFUSED: 2, MailState.UNCERTAIN: 1, MailState.GIVEN_UP: 1,
    }  # fmt: skip


def test_each_state_has_its_words_and_what_waits_for_a_person_says_what_to_do():
    assert set(STATE_NAMES) == set(TONES) == set(MailState)
    assert set(STATE_ADVICE) == set(TO_ACT_ON)
