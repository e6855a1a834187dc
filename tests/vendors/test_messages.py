"""Messages that did not go: corrected, sent again, seen by whoever reaches the vendor."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core import process
from portal.core.errors import NotFound, Refused
from portal.identity.models import OneTimeLink, User
from portal.jobs.models import Job, JobState, Mail, MailState
from portal.journal.models import JournalEntry
from portal.vendors import memberships, queries, services
from portal.vendors.models import Contact
from portal.vendors.services import InvalidSheet
from tests.conftest import NOW
from tests.factories.people import user_of
from tests.factories.world import contact_of, vendor_of

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def message(ctx):
    """An invitation that the server refused, its job done."""
    vendor = vendor_of(ctx.session)
    contact = contact_of(ctx.session, vendor)
    memberships.invite_contact(ctx, process.settings().secrets, contact)
    found = ctx.session.scalars(select(Mail)).one()
    found.state, found.reason, found.settled_at, found.tries = (
        MailState.REFUSED,
        "550 5.1.1 no <b>such</b> user",
        NOW,
        1,
    )
    ctx.session.get_one(Job, found.job_id).state = JobState.DONE
    ctx.session.commit()
    return found


@pytest.mark.both_databases
def test_a_corrected_message_goes_again_and_the_contact_and_its_unopened_account_follow(ctx, acting, message):
    old = message.recipient
    later = acting(Role.DPO)
    later = type(later)(later.session, later.actor, NOW + timedelta(days=30))
    services.resend_message(later, message, address=" Nouvelle@Exemple.test ")
    ctx.session.commit()
    assert (message.recipient, message.state, message.tries, message.reason) == (
        "nouvelle@exemple.test", MailState.PROMISED, 0, "",
    )  # fmt: skip
    job = ctx.session.get_one(Job, message.job_id, populate_existing=True)
    assert (job.state, job.attempts) == (JobState.READY, 0)
    assert ctx.session.scalars(select(Contact.email)).all() == ["nouvelle@exemple.test"]
    assert ctx.session.scalar(select(User.id).where(User.email == old)) is None
    assert ctx.session.scalars(select(OneTimeLink.expires_at)).one() > later.now
    entries = {e.action: e for e in ctx.session.scalars(select(JournalEntry))}
    assert entries["mail.resent"].before["recipient"] == old
    assert entries["mail.resent"].vendor_id == message.vendor_id
    with pytest.raises(Refused):
        services.resend_message(later, message)


@pytest.mark.parametrize("case", ["incomplete", "signs in", "taken", "elsewhere"])
def test_an_address_that_cannot_be_used_is_refused_and_nothing_moves(ctx, acting, message, case):
    old, user = message.recipient, ctx.session.scalars(select(User).where(User.email == message.recipient)).one()
    wanted = "nouvelle@exemple.test"
    if case == "incomplete":
        wanted = "nouvelle@"
    elif case == "signs in":
        user.password_hash = "x"
    elif case == "taken":
        wanted = user_of(ctx.session, Role.DPO).email
    else:
        other = vendor_of(ctx.session)
        memberships._join(ctx, other.id, user)
    ctx.session.flush()
    with pytest.raises(InvalidSheet):
        services.resend_message(acting(Role.DPO), message, address=wanted)
    assert (message.recipient, message.state, user.email) == (old, MailState.REFUSED, old)


def test_a_business_owner_reaches_the_messages_of_their_own_vendors_alone(ctx, acting, message):
    owner = acting(Role.BUYER)
    with pytest.raises(NotFound):
        queries.get_message(owner, message.id)
    with pytest.raises(NotFound):
        services.resend_message(owner, message)
    assert queries.messages(owner, MailState.REFUSED).rows == []
    vendor = queries.get_message(acting(Role.DPO), message.id)[1]
    vendor.owner_id = owner.actor.id
    ctx.session.flush()
    assert queries.get_message(owner, message.id)[0] is message
    assert [row.mail_id for row in queries.messages(owner, MailState.REFUSED).rows] == [message.id]


def test_the_page_of_a_vendor_names_the_message_and_corrects_it(as_, ctx, message):
    dpo = as_(Role.DPO)
    shown = dpo.get(f"/sous-traitants/{message.vendor_id}")
    assert "1 message n’est pas arrivé" in shown.words
    assert "550 5.1.1 no <b>such</b> user" in shown.words
    assert "Adresse refusée" in dpo.get("/sous-traitants/messages").words
    page = dpo.get(f"/sous-traitants/messages/{message.id}")
    assert "corrigez-la" in page.words
    again = dpo.post(f"/sous-traitants/messages/{message.id}", {"address": "nouvelle@"}, status=422)
    assert "incomplète" in again.words
    dpo.post(f"/sous-traitants/messages/{message.id}", {"address": "nouvelle@exemple.test"})
    ctx.session.expire_all()
    assert ctx.session.scalars(select(Mail.recipient)).one() == "nouvelle@exemple.test"
    assert "pas arrivé" not in dpo.get(f"/sous-traitants/{message.vendor_id}").words


def test_what_was_given_up_goes_again_in_one_act(as_, ctx, message):
    message.state = MailState.GIVEN_UP
    ctx.session.commit()
    as_(Role.DPO).post("/sous-traitants/messages/renvoyer")
    ctx.session.expire_all()
    assert ctx.session.scalars(select(Mail.state)).one() is MailState.PROMISED
    assert ctx.session.scalars(select(Job.state).where(Job.kind == "mail.send")).one() is JobState.READY
