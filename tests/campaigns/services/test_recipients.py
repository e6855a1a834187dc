"""Someone else at a vendor is asked to answer: known already, unknown, or only a reader."""

import pytest
from sqlalchemy import select

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.policy import Role
from portal.campaigns import services
from portal.campaigns.models import WaveAudit
from portal.campaigns.services import NewRecipient
from portal.core.errors import Forbidden, NotFound, Refused
from portal.jobs.models import Mail
from portal.vendors.models import Contact, Membership, Vendor
from portal.vendors.services import InvalidSheet
from tests.factories.campaigns import account_at, campaign_of, contact_named, reachable_vendor, started_wave

ALINE = NewRecipient("Aline Roy", "aline@un.test")


@pytest.fixture
def wave(ctx):
    """A wave of one vendor, reachable."""
    vendor = reachable_vendor(ctx.session)
    return started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))


@pytest.fixture
def audit(ctx, wave):
    """Its audit."""
    return ctx.session.scalars(select(Audit).join(WaveAudit).where(WaveAudit.wave_id == wave.id)).one()


def written_to(ctx, wave):
    return set(ctx.session.scalars(select(Mail.recipient).where(Mail.series == f"wave:{wave.id}")))


def test_somebody_unknown_becomes_a_contact_with_an_account_to_open(ctx, wave, audit):
    services.change_recipient(ctx, wave, audit.id, ALINE)
    contact = ctx.session.scalars(select(Contact).where(Contact.email == "aline@un.test")).one()
    assert contact.user_id is not None
    assert "aline@un.test" in written_to(ctx, wave), "the board shows what becomes of that letter"


def test_somebody_known_is_sent_the_invitation_again_and_not_entered_twice(ctx, wave, audit):
    user = account_at(ctx.session, _vendor(ctx, audit))
    known = contact_named(ctx.session, _vendor(ctx, audit), user.email)
    known.user_id = user.id
    ctx.session.flush()
    services.change_recipient(ctx, wave, audit.id, NewRecipient("Peu importe", user.email.upper()))
    assert len(ctx.session.scalars(select(Contact).where(Contact.email == user.email)).all()) == 1
    assert user.email in written_to(ctx, wave)


def test_whoever_only_reads_is_not_asked_to_answer(ctx, wave, audit):
    user = account_at(ctx.session, _vendor(ctx, audit))
    ctx.session.scalars(select(Membership).where(Membership.user_id == user.id)).one().role = Role.VENDOR_READER
    known = contact_named(ctx.session, _vendor(ctx, audit), user.email)
    known.user_id = user.id
    ctx.session.flush()
    with pytest.raises(Refused, match="lire ces questionnaires"):
        services.change_recipient(ctx, wave, audit.id, NewRecipient("X", user.email))


def test_nobody_is_written_to_about_what_was_returned(ctx, wave, audit):
    audit.state = AuditState.SUBMITTED
    ctx.session.flush()
    with pytest.raises(Refused, match="plus attendues"):
        services.change_recipient(ctx, wave, audit.id, ALINE)


def test_a_wrong_address_another_wave_and_a_reader_change_nothing(ctx, wave, audit, acting):
    with pytest.raises(InvalidSheet):
        services.change_recipient(ctx, wave, audit.id, NewRecipient("Aline", "aline@"))
    with pytest.raises(NotFound):
        services.change_recipient(ctx, wave, audit.id + 1000, ALINE)
    with pytest.raises(Forbidden):
        services.change_recipient(acting(Role.MANAGEMENT), wave, audit.id, ALINE)


def _vendor(ctx, audit):
    return ctx.session.get(Vendor, audit.vendor_id)
