import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import inspect, select, text
from structlog.testing import capture_logs

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core import tokens
from portal.core.errors import Refused
from portal.core.landing import Landing
from portal.core.language import Language
from portal.identity import queries, services
from portal.identity.models import LinkPurpose, OneTimeLink, User
from portal.identity.services import Caller, LinkUnusable, Throttled, passwords
from portal.identity.services.links import HOME
from portal.jobs.models import Job, Mail
from portal.journal.models import JournalEntry
from tests.conftest import NOW
from tests.factories.people import user_of

PASSWORD = "une phrase de marée"
INVITATION, RESET = LinkPurpose.INVITATION, LinkPurpose.PASSWORD_RESET


@pytest.fixture
def user(ctx):
    return user_of(ctx.session, Role.LEGAL, name="Jeanne Roy")


@pytest.fixture
def invited(ctx, secrets, user, mailbox):
    services.invite(ctx, secrets, user, landing=Landing("audits.show", audit_id=12))
    return mailbox(ctx)[-1].token


def test_an_invitation_opens_its_account_and_lands_on_the_work(ctx, secrets, user, invited):
    link = services.use_link(ctx, secrets, invited, INVITATION, PASSWORD, release=ctx.session.commit)
    assert (link.user, link.landing) == (user, "audits.show?audit_id=12")
    assert passwords.is_correct(user.password_hash, PASSWORD)


def test_the_mail_names_the_organisation_the_person_and_the_delay(ctx, user, invited, mailbox, portal_settings):
    message = mailbox(ctx)[-1]
    assert message.to == user.email
    assert portal_settings.organisation in message.subject
    assert "Jeanne Roy" in message.text
    assert "14 jours" in message.text
    assert message.link.startswith("http://127.0.0.1:8000/invitation#")
    assert len(message.token) == 64


@pytest.mark.parametrize("language", list(Language))
def test_mails_are_written_in_the_readers_language_with_every_value(ctx, secrets, language, mailbox):
    reader = user_of(ctx.session, Role.LEGAL, language=language, name="Sam Taylor")
    services.invite(ctx, secrets, reader, landing=HOME, values={"vendor": "Acme SAS"})
    services.send_reset(ctx, secrets, reader)
    invitation, reset = mailbox(ctx)
    assert ("Bonjour" if language is Language.FR else "Hello") in invitation.text
    assert "Acme SAS" in invitation.text
    assert "60 minutes" in reset.text
    assert "/mot-de-passe/nouveau#" in reset.link


def test_a_token_serves_once(ctx, secrets, invited):
    services.use_link(ctx, secrets, invited, INVITATION, PASSWORD, release=ctx.session.commit)
    with pytest.raises(LinkUnusable, match="déjà servi") as over:
        services.use_link(ctx, secrets, invited, INVITATION, "une autre phrase encore", release=ctx.session.commit)
    assert over.value.link is not None


def test_a_token_serves_for_its_purpose_only(ctx, secrets, user, mailbox):
    user.password_hash = passwords.hash_password(PASSWORD)
    services.send_reset(ctx, secrets, user)
    token = mailbox(ctx)[-1].token
    with pytest.raises(LinkUnusable, match="reconnu"):
        services.open_link(ctx, token, INVITATION)
    assert services.open_link(ctx, token, RESET).user is user


@pytest.mark.parametrize("token", ["", "0" * 64, "x", "é" * 40])
def test_a_token_that_is_not_ours_is_not_recognised_and_offers_nothing(ctx, invited, token):
    with pytest.raises(LinkUnusable, match="reconnu") as over:
        services.open_link(ctx, token, INVITATION)
    assert over.value.link is None


def test_a_link_past_its_end_says_so_and_offers_a_new_one(ctx, invited):
    with pytest.raises(LinkUnusable, match="expiré") as over:
        services.open_link(replace(ctx, now=ctx.now + timedelta(days=14)), invited, INVITATION)
    assert over.value.link is not None
    services.open_link(replace(ctx, now=ctx.now + timedelta(days=14, seconds=-1)), invited, INVITATION)


def test_a_closed_accounts_link_is_not_recognised_and_stays_dead_once_reopened(ctx, user, invited, acting):
    admin = acting(Role.ADMIN)
    services.disable(admin, user)
    with pytest.raises(LinkUnusable, match="reconnu"):
        services.open_link(ctx, invited, INVITATION)
    services.enable(admin, user)
    with pytest.raises(LinkUnusable, match="déjà servi"):
        services.open_link(ctx, invited, INVITATION)


def test_a_weak_password_is_refused_and_the_link_still_serves(ctx, secrets, invited):
    with pytest.raises(Refused, match="12"):
        services.use_link(ctx, secrets, invited, INVITATION, "court", release=ctx.session.commit)
    assert services.open_link(ctx, invited, INVITATION).used_at is None


def test_taking_a_link_up_ends_sessions_kills_other_links_and_forgives_failures(
    ctx, secrets, user, invited, mailbox, caller
):
    session_token = services.open_session(ctx, user, caller)
    services.invite(ctx, secrets, user, landing=HOME)
    other = mailbox(ctx)[-1].token
    for _ in range(5):
        with pytest.raises(Refused):
            services.sign_in(ctx, secrets, caller, user.email, "mauvais", release=ctx.session.commit)
    services.use_link(ctx, secrets, invited, INVITATION, PASSWORD, release=ctx.session.commit)
    assert queries.find_session(ctx.session, session_token, ctx.now) is None
    with pytest.raises(LinkUnusable):
        services.open_link(ctx, other, INVITATION)
    assert services.sign_in(ctx, secrets, caller, user.email, PASSWORD, release=ctx.session.commit) is user


def test_of_two_people_who_take_the_same_link_up_at_once_one_wins(lasting, secrets):
    """Both have read the link as unused before either writes; the database decides."""
    with lasting.transaction() as session:
        ctx = Context(session, SYSTEM, NOW)
        user = user_of(session, Role.LEGAL)
        link = services.invite(ctx, secrets, user, landing=HOME)
        seed = session.scalars(select(Mail)).one().payload["token"]
        token, user_id = tokens.derive(secrets.tokens, seed), user.id
        assert link.used_at is None
    together = Barrier(2, timeout=20)

    def take(password):
        with lasting.session(write=True) as session:
            ctx = Context(session, SYSTEM, NOW)
            if lasting.engine.dialect.name == "postgresql":
                services.open_link(ctx, token, INVITATION)
                together.wait()
            try:
                services.use_link(ctx, secrets, token, INVITATION, password, release=ctx.session.commit)
                session.commit()
            except LinkUnusable:
                session.rollback()
                return None
        return password

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(take, ["une phrase de marée", "une autre phrase salée"]))
    winners = [password for password in results if password]
    assert len(winners) == 1
    with lasting.reading() as session:
        assert passwords.is_correct(session.get_one(User, user_id).password_hash, winners[0])


def test_the_token_stands_in_no_table_no_log_and_no_journal(ctx, secrets, user, invited, caplog):
    with capture_logs() as logs, caplog.at_level(logging.DEBUG):
        link = services.use_link(ctx, secrets, invited, INVITATION, PASSWORD, release=ctx.session.commit)
        services.open_session(ctx, link.user, Caller("192.0.2.1", "x"))
        ctx.session.commit()
    connection = ctx.session.connection()
    for table in inspect(connection).get_table_names():
        for row in connection.execute(text(f'SELECT * FROM "{table}"')).all():
            written = json.dumps([str(value) for value in row])
            assert invited not in written, table
            assert PASSWORD not in written, table
    assert invited not in str(logs) + caplog.text


def test_a_fresh_link_goes_to_the_same_person_and_keeps_the_landing(ctx, secrets, user, invited, mailbox):
    late = replace(ctx, now=ctx.now + timedelta(days=20))
    services.resend(late, secrets, ctx.session.scalars(select(OneTimeLink)).one())
    message = mailbox(ctx)[-1]
    assert message.to == user.email
    assert services.open_link(late, message.token, INVITATION).landing == "audits.show?audit_id=12"


def test_a_used_invitation_asked_again_sets_a_password_anew_and_lands_on_the_same_work(
    ctx, secrets, user, invited, mailbox
):
    link = services.use_link(ctx, secrets, invited, INVITATION, PASSWORD, release=ctx.session.commit)
    late = replace(ctx, now=ctx.now + timedelta(days=20))
    services.resend(late, secrets, link)
    message = mailbox(ctx)[-1]
    assert "/mot-de-passe/nouveau#" in message.link
    assert services.open_link(late, message.token, RESET).landing == "audits.show?audit_id=12"


def test_two_fresh_links_in_two_minutes_are_refused(ctx, secrets, invited):
    link = ctx.session.scalars(select(OneTimeLink)).one()
    with pytest.raises(Refused, match="vient d’être envoyé"):
        services.resend(replace(ctx, now=ctx.now + timedelta(seconds=119)), secrets, link)


def test_a_leaked_link_does_not_fill_a_mailbox(ctx, secrets, invited):
    link = ctx.session.scalars(select(OneTimeLink)).one()
    for hours in range(1, 10):
        services.resend(replace(ctx, now=ctx.now + timedelta(hours=hours)), secrets, link)
    with pytest.raises(Refused, match="vient d’être envoyé"):
        services.resend(replace(ctx, now=ctx.now + timedelta(hours=10)), secrets, link)


def test_nothing_is_sent_to_a_closed_account(ctx, secrets, user, invited, acting, mailbox):
    services.disable(acting(Role.ADMIN), user)
    before = len(mailbox(ctx))
    with pytest.raises(Refused, match="fermé"):
        services.resend(
            replace(ctx, now=ctx.now + timedelta(hours=1)), secrets, ctx.session.scalars(select(OneTimeLink)).one()
        )
    assert services.send_access_link(ctx, secrets, user) is None
    assert len(mailbox(ctx)) == before


def test_asking_a_reset_does_the_same_work_whether_or_not_the_account_exists(ctx, secrets, user, caller, statements):
    done = []
    for address in (user.email, "personne@exemple.test"):
        statements.clear()
        services.ask_reset(ctx, secrets, caller, address)
        done.append([statement.split("VALUES")[0] for statement in statements])
    assert done[0] == done[1]
    jobs = ctx.session.scalars(select(Job).where(Job.kind == "identity.way_in")).all()
    assert [job.payload for job in jobs] == [{"user_id": user.id}, {"user_id": None}]


def test_the_address_typed_is_stored_nowhere(ctx, secrets, caller):
    services.ask_reset(ctx, secrets, caller, "personne@exemple.test")
    ctx.session.flush()
    connection = ctx.session.connection()
    for table in inspect(connection).get_table_names():
        for row in connection.execute(text(f'SELECT * FROM "{table}"')).all():
            assert "personne@exemple.test" not in json.dumps([str(v) for v in row]), table


def test_one_message_in_five_minutes_whatever_is_asked(ctx, secrets, user, caller):
    for _ in range(3):
        services.ask_reset(ctx, secrets, caller, user.email.upper())
    services.ask_reset(replace(ctx, now=ctx.now + timedelta(minutes=5)), secrets, caller, user.email)
    assert len(ctx.session.scalars(select(Job).where(Job.kind == "identity.way_in")).all()) == 2


def test_asking_for_many_accounts_from_one_address_is_throttled(ctx, secrets, caller):
    for n in range(30):
        services.ask_reset(ctx, secrets, caller, f"{n}@exemple.test")
    with pytest.raises(Throttled):
        services.ask_reset(ctx, secrets, caller, "31@exemple.test")


def test_asking_resets_for_someone_does_not_lock_them_out(ctx, secrets, user, caller):
    user.password_hash = passwords.hash_password(PASSWORD)
    for n in range(5):
        services.ask_reset(
            replace(ctx, now=ctx.now + timedelta(seconds=n)), secrets, Caller("203.0.113.9", ""), user.email
        )
    assert services.sign_in(ctx, secrets, caller, user.email, PASSWORD, release=ctx.session.commit) is user


def test_many_links_are_made_with_one_statement_and_each_opens_its_account(ctx, secrets, statements):
    people = [user_of(ctx.session, Role.VENDOR_ADMIN) for _ in range(20)]
    statements.clear()
    orders = services.link_many(ctx, secrets, [(p.id, Landing("vendor_space.audit", audit_id=p.id)) for p in people])
    assert len([s for s in statements if s.startswith("INSERT INTO one_time_link")]) == 1
    for person, order in zip(people, orders, strict=True):
        link = services.open_link(ctx, tokens.derive(secrets.tokens, order.seed), INVITATION)
        assert (link.user, link.landing) == (person, f"vendor_space.audit?audit_id={person.id}")
    assert services.link_many(ctx, secrets, []) == []


def test_who_took_a_link_up_is_written_in_the_journal_as_its_owner(ctx, secrets, user, invited):
    services.use_link(ctx, secrets, invited, INVITATION, PASSWORD, release=ctx.session.commit)
    ctx.session.commit()
    entries = ctx.session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
    assert [(e.action, e.actor_id) for e in entries][-2:] == [
        ("link.invitation_used", user.id),
        ("user.password_changed", user.id),
    ]
