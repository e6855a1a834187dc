import pytest

from portal.core.landing import Landing
from portal.core.language import Language
from portal.jobs.models import Mail
from portal.vendors.letters import VendorLetter, write_to_vendor
from tests.factories.campaigns import account_at
from tests.factories.world import vendor_of

LETTER = VendorLetter(
    template="audits/emails/asked",
    key="audit:7:asked",
    landing=Landing("vendor_space.audit", audit_id=7),
    about="audit:7",
    values={"due_on": "2027-03-31"},
    title={"fr": "Socle", "en": "Core"},
    invites=True,
)


@pytest.fixture
def vendor(session):
    return vendor_of(session)


def mails(session):
    return {mail.recipient: mail for mail in session.query(Mail)}


def test_each_person_is_written_to_once_in_their_language_and_in_the_organisation_s_name(ctx, session, vendor):
    french = account_at(session, vendor, language=Language.FR)
    english = account_at(session, vendor, language=Language.EN)
    assert write_to_vendor(ctx, vendor.id, LETTER) == 2
    assert write_to_vendor(ctx, vendor.id, LETTER) == 0
    found = mails(session)
    assert [found[user.email].payload["values"]["title"] for user in (french, english)] == ["Socle", "Core"]
    assert all(mail.payload["values"]["organisation"] for mail in found.values())


def test_whoever_never_signed_in_receives_a_link_that_opens_the_account(ctx, session, vendor):
    new = account_at(session, vendor, password_hash=None)
    known = account_at(session, vendor, password_hash="x")
    write_to_vendor(ctx, vendor.id, LETTER)
    found = mails(session)
    told = {user: found[user.email].payload for user in (new, known)}
    assert [bool(told[user]["token"]) for user in (new, known)] == [True, False]
    assert [told[user]["values"]["new_account"] for user in (new, known)] == [True, False]
    assert found[known.email].payload["link"] == f"{LETTER.landing.stored}&pour={vendor.id}"


def test_nobody_is_written_to_where_nobody_has_an_account(ctx, session, vendor):
    assert write_to_vendor(ctx, vendor.id, LETTER) == 0
    assert mails(session) == {}
