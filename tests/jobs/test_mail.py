from datetime import timedelta
from email.utils import parseaddr

import pytest
from sqlalchemy import func, select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import tokens
from portal.core.landing import Landing
from portal.core.language import Language
from portal.jobs import back_off, execution, ledger, relay
from portal.jobs.mail import Envelope, context_of, letter_of, send, send_many
from portal.jobs.models import Job, JobState, Mail, MailState
from tests.conftest import NOW


def envelope(n=0, **facts):
    values = {"name": f"Awa {n}", "organisation": "Ville de Lannec", "days": 14}
    told = {
        "template": "identity/emails/invitation", "recipient": f"contact{n}@exemple.test", "language": Language.FR,
        "dedup": f"test:{n}", "values": values, "link": Landing("espace.audits.4"),
    }  # fmt: skip
    return Envelope(**{**told, **facts})


def promise(database, *envelopes):
    with database.transaction() as session:
        return send_many(Context(session, SYSTEM, NOW), envelopes)


def drain(database, at=NOW):
    return execution.drain(database, "post", clock=lambda: at)


def test_a_message_promised_is_sent_once_with_its_link(lasting, mailing, sink):
    assert promise(lasting, envelope()) == 1
    assert drain(lasting) == 1
    (letter,) = sink.letters
    assert sink.recipients == ["contact0@exemple.test"]
    assert letter["Subject"] == "Ville de Lannec vous invite sur son portail"
    assert parseaddr(letter["From"])[1] == "vigie@collectivite.test"
    assert mailing.base_url + "/espace/audits/4" in letter.get_content()
    with lasting.reading() as session:
        row = session.scalars(select(Mail)).one()
        assert (row.sent_at, row.subject) == (NOW, letter["Subject"])
        assert f"<{row.message_id}>" == letter["Message-ID"]
        assert row.message_id.endswith("@collectivite.test")


def test_a_message_promised_twice_is_sent_once(lasting, mailing, sink):
    assert promise(lasting, envelope(), envelope()) == 1
    assert promise(lasting, envelope()) == 0
    drain(lasting)
    assert len(sink.letters) == 1


def test_a_message_marked_sent_is_left_alone_when_its_job_comes_back(lasting, mailing, sink):
    promise(lasting, envelope())
    with lasting.transaction() as session:
        session.scalars(select(Mail)).one().state = MailState.SENT
    assert drain(lasting) == 1
    assert sink.letters == []
    with lasting.reading() as session:
        assert session.scalars(select(Job.state)).all() == [JobState.DONE]


def test_a_worker_killed_before_it_could_note_the_sending_sends_the_same_message_again(lasting, mailing, sink):
    """The crash window of at-least-once: the repetition bears the same Message-ID, so a receiver may drop it."""
    promise(lasting, envelope())
    job_id = execution.claim(lasting, "killed", at=NOW)
    execution._outside_part(lasting, job_id, "killed", NOW, None)  # « 250 » is in, and the commit never comes
    with lasting.transaction() as session:
        session.get_one(Job, job_id).lease_until = NOW - timedelta(seconds=1)
    assert execution.drain(lasting, "next", clock=lambda: NOW) == 1
    assert list(sink.message_ids.values()) == [2]
    assert sink.letters[0].get_content() == sink.letters[1].get_content()


def test_a_one_time_link_is_whole_in_the_letter_and_nowhere_in_the_tables(lasting, mailing, sink):
    promise(lasting, envelope(link=Landing("invitation"), token="invitation:12:nonce"))
    drain(lasting)
    secret = tokens.derive(mailing.secrets.tokens, "invitation:12:nonce")
    assert f"/invitation#{secret}" in sink.letters[0].get_content()
    with lasting.reading() as session:
        kept = str(session.execute(select(Mail.payload, Mail.subject, Job.payload, Job.dedup).join(Job)).all())
    assert secret not in kept


@pytest.mark.parametrize(
    ("stored", "token", "sent"),
    [("/espace/audits/4", None, "/espace/audits/4"), ("/invitation#{token}", "invitation:12:nonce", "/invitation#")],
)
def test_a_link_stored_by_version_0_1_is_still_sent(lasting, mailing, sink, stored, token, sent):
    promise(lasting, envelope())
    with lasting.transaction() as session:
        row = session.scalars(select(Mail)).one()
        row.payload = {**row.payload, "link": stored, "token": token}
    drain(lasting)
    secret = tokens.derive(mailing.secrets.tokens, token) if token else ""
    assert f"{mailing.base_url}{sent}{secret}" in sink.letters[0].get_content().split()


def test_a_run_of_messages_shares_one_connection_and_hangs_up_after(lasting, mailing, sink):
    promise(lasting, *(envelope(n) for n in range(30)))
    assert drain(lasting) == 30
    assert (len(sink.letters), sink.greetings) == (30, 1)
    promise(lasting, envelope(99))
    drain(lasting)
    assert sink.greetings == 2


def test_a_server_that_hangs_up_between_two_messages_is_called_again(lasting, mailing, sink):
    promise(lasting, envelope(1))
    assert execution.drain(lasting, "post", clock=lambda: NOW, limit=1) == 1  # at its limit: the line stays open
    sink.hang_up_on_everyone()
    promise(lasting, envelope(2))
    assert drain(lasting) == 1
    assert [letter["To"] for letter in sink.letters] == ["contact1@exemple.test", "contact2@exemple.test"]


def states(database):
    with database.reading() as session:
        rows = session.execute(select(Mail.recipient, Mail.state, Mail.tries, Mail.reason).order_by(Mail.id))
        return {row.recipient.split("@")[0]: (row.state, row.tries, row.reason) for row in rows}


def test_an_address_turned_down_is_refused_at_once_with_its_reason_and_spoils_nothing_else(
    lasting, mailing, sink, told_of
):
    sink.refuse.add("contact1@exemple.test")
    promise(lasting, *(envelope(n) for n in range(3)))
    assert drain(lasting) == 3
    assert drain(lasting, NOW + timedelta(days=2)) == 0
    assert sorted(sink.recipients) == ["contact0@exemple.test", "contact2@exemple.test"]
    assert sink.asked["contact1@exemple.test"] == 1
    assert states(lasting)["contact1"] == (MailState.REFUSED, 1, "550 no such mailbox")
    assert states(lasting)["contact2"] == (MailState.SENT, 1, "")
    with lasting.reading() as session:
        assert session.scalars(select(Job.state)).all() == [JobState.DONE] * 3
    assert told_of == [("contact1", "refused", "550 no such mailbox")]


@pytest.mark.parametrize("answer", ["451 4.3.2 busy", "550 5.7.1 we do not know you"])
def test_a_server_that_will_have_nothing_from_us_is_asked_with_one_message_and_loses_none(
    lasting, mailing, sink, answer
):
    sink.says["MAIL"] = answer
    promise(lasting, *(envelope(n) for n in range(20)))
    assert drain(lasting) == 1, "the first to fail stops the queue"
    for minutes in range(1, 120):
        assert drain(lasting, NOW + timedelta(minutes=minutes)) <= 1
    with lasting.reading() as session:
        away = relay.outage(session)
        assert (away.since, away.reason) == (NOW, answer)
        assert 8 <= away.failures <= 16
        assert set(session.scalars(select(Job.attempts))) == {0}
    sink.says.clear()
    drain(lasting, NOW + timedelta(hours=3))
    assert {one[0] for one in states(lasting).values()} == {MailState.SENT}
    assert set(sink.message_ids.values()) == {1}
    with lasting.reading() as session:
        assert relay.outage(session) is None


def test_a_message_put_off_waits_alone_and_the_next_ones_go(lasting, mailing, sink):
    promise(lasting, envelope(0))
    sink.says["RCPT"] = "452 4.2.2 mailbox full"
    assert drain(lasting) == 1
    sink.says.clear()
    promise(lasting, envelope(1))
    drain(lasting)
    assert sink.recipients == ["contact1@exemple.test"]
    assert states(lasting)["contact0"] == (MailState.PROMISED, 1, "452 4.2.2 mailbox full")
    drain(lasting, NOW + timedelta(hours=1))
    assert states(lasting)["contact0"] == (MailState.SENT, 2, "")


def test_a_server_that_puts_everything_off_is_believed_to_be_away_after_a_few(lasting, mailing, sink):
    sink.says["RCPT"] = "450 4.7.1 too many"
    promise(lasting, *(envelope(n) for n in range(30)))
    assert drain(lasting) == back_off.DELAYS_BEFORE_PAUSE
    drain(lasting, NOW + timedelta(seconds=31 * 1.25))
    assert sink.asked.total() == back_off.DELAYS_BEFORE_PAUSE + 1
    sink.says.clear()
    drain(lasting, NOW + timedelta(hours=6))
    assert {one[0] for one in states(lasting).values()} == {MailState.SENT}


def test_no_word_after_the_whole_message_is_one_more_try_then_uncertain_for_good(lasting, mailing, sink, told_of):
    sink.says["DATA"] = ""
    promise(lasting, envelope())
    drain(lasting)
    assert states(lasting)["contact0"][:2] == (MailState.PROMISED, 1)
    for hours in range(1, 200):
        drain(lasting, NOW + timedelta(hours=hours))
    assert list(sink.message_ids.values()) == [2]
    assert states(lasting)["contact0"][:2] == (MailState.UNCERTAIN, 2)
    assert [one[:2] for one in told_of] == [("contact0", "uncertain")]


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
def test_after_five_days_without_success_a_message_is_given_up_and_not_before(lasting, mailing, sink, told_of, step):
    sink.says[step] = "451 later"
    promise(lasting, envelope(0), envelope(1))
    for hours in range(119):
        drain(lasting, NOW + timedelta(hours=hours))
    assert {one[0] for one in states(lasting).values()} == {MailState.PROMISED}
    for hours in range(120, 130):
        drain(lasting, NOW + timedelta(hours=hours))
    assert {one[0] for one in states(lasting).values()} == {MailState.GIVEN_UP}
    assert sorted(told_of) == [("contact0", "given_up", "451 later"), ("contact1", "given_up", "451 later")]
    asked = sink.greetings
    sink.says.clear()
    promise(lasting, envelope(2))
    drain(lasting, NOW + timedelta(hours=140))
    assert sink.greetings == asked + 1
    assert sink.recipients == ["contact2@exemple.test"]


def test_a_portal_that_was_switched_off_for_a_week_gives_nothing_up_on_its_first_try(lasting, mailing, sink):
    sink.says["MAIL"] = "451 later"
    promise(lasting, envelope())
    drain(lasting, NOW + timedelta(days=8))
    sink.says.clear()
    drain(lasting, NOW + timedelta(days=8, hours=1))
    assert states(lasting)["contact0"] == (MailState.SENT, 2, "")


def test_a_message_that_cannot_even_be_written_is_given_up_after_five_attempts_and_retried_with_its_job(
    lasting, mailing, sink, told_of
):
    promise(lasting, envelope())
    with lasting.transaction() as session:
        session.scalars(select(Mail)).one().template = "identity/emails/missing"
    for hours in range(5):
        drain(lasting, NOW + timedelta(hours=hours))
    state, tries, reason = states(lasting)["contact0"]
    assert (state, tries, "missing" in reason) == (MailState.GIVEN_UP, 0, True)
    assert told_of == [("contact0", "given_up", reason)]
    with lasting.transaction() as session:
        session.scalars(select(Mail)).one().template = "identity/emails/invitation"
        ledger.retry(Context(session, SYSTEM, NOW + timedelta(days=9)))
    drain(lasting, NOW + timedelta(days=9))
    assert states(lasting)["contact0"] == (MailState.SENT, 1, "")


def test_an_outage_written_by_a_clock_years_ahead_holds_nobody(lasting, mailing, sink):
    sink.says["MAIL"] = "451 later"
    promise(lasting, envelope())
    drain(lasting, NOW + timedelta(days=1095))
    sink.says.clear()
    drain(lasting, NOW + timedelta(minutes=1))
    assert states(lasting)["contact0"][0] is MailState.SENT


def test_a_thousand_messages_are_promised_with_a_handful_of_statements(ctx, statements):
    statements.clear()
    assert send_many(ctx, [envelope(n, series="wave:7") for n in range(1000)]) == 1000
    assert len(statements) <= 4
    count = select(func.count(Mail.id)).where(Mail.series == "wave:7", Mail.template == "identity/emails/invitation")
    assert ctx.session.scalar(count) == 1000


def test_a_request_rolled_back_sends_nothing(lasting, mailing, sink):
    with lasting.session(write=True) as session, session.begin() as transaction:
        send(Context(session, SYSTEM, NOW), envelope())
        transaction.rollback()
    assert drain(lasting) == 0
    assert sink.letters == []


@pytest.mark.parametrize("language", list(Language))
def test_a_day_is_written_in_letters_in_the_reader_s_language(lasting, mailing, sink, language):
    values = {"name": "Awa", "organisation": "Lannec", "title": "Socle", "due_on": "2027-02-01", "new_account": False}
    promise(lasting, envelope(template="audits/emails/asked", language=language, values=values))
    drain(lasting)
    wanted = {Language.FR: "lundi 1er février 2027", Language.EN: "Monday 1 February 2027"}[language]
    assert wanted in " ".join(sink.letters[0].get_content().split())


def test_a_letter_is_from_a_person_who_reads_the_answers_and_says_how_to_check_it(ctx, app, portal_settings):
    contact = {"name": "Claire Martin", "title": "DPO", "email": "claire@exemple.test", "phone": "+33 4 00 00 00 00"}
    values = {"name": "Ana", "organisation": "Ville", "vendor": "Acme", "days": "14", "title": "Socle"}
    for number, thread in ((1, "audit:7"), (2, "audit:7"), (3, "audit:8")):
        send(
            ctx,
            Envelope(
                template="audits/emails/cancelled", recipient="ana@exemple.test", language=Language.FR,
                dedup=f"a:{number}", link=Landing("vendor_space.home"), values=values, contact=contact, thread=thread,
                is_digest=number == 3,
            ),
        )  # fmt: skip
    rows = ctx.session.scalars(select(Mail).order_by(Mail.id)).all()
    contexts = [context_of(portal_settings, row.payload) for row in rows]
    assert {(one.writer, one.reply_to) for one in contexts} == {("Claire Martin, DPO", "claire@exemple.test")}
    assert contexts[0].thread == contexts[1].thread != contexts[2].thread
    assert [bool(one.list_id) for one in contexts] == [False, False, True]
    body = letter_of(portal_settings, rows[0]).body
    assert "+33 4 00 00 00 00" in body
    assert f"\n{portal_settings.base_url.partition('://')[2]}\n" in body, "to be typed, not followed"
    assert "jamais" in body
