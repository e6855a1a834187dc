import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core import tokens
from portal.core.language import Language
from portal.identity.models import User
from portal.jobs.mail import address_of
from portal.jobs.models import Mail
from portal.vendors.models import ColleagueInvitation, Membership
from portal.vendors.queries import correspondents
from tests.factories.people import user_of
from tests.factories.world import vendor_of, vendor_user
from tests.pages import PageClient

PATH = "/espace/collegues"


def fields(**changed):
    return {
        "name": "Aline Roux", "email": "aline@nuage.test", "role": "prestataire_repondant", "language": "en", **changed,
    }  # fmt: skip


def test_a_colleague_is_invited_listed_and_joins_by_the_link(session, page, space, app, portal_settings):
    found = page.follow(page.post(PATH, fields()))
    assert "L’invitation part à l’adresse aline@nuage.test." in found.words
    assert "invitation envoyée" in found.words
    assert session.scalars(select(User).where(User.email == "aline@nuage.test")).one_or_none() is None
    sent = session.scalars(select(Mail).where(Mail.recipient == "aline@nuage.test")).one()
    token = tokens.derive(portal_settings.secrets.tokens, sent.payload["token"])
    door = address_of(portal_settings, sent.payload).partition("#")[0].removeprefix(portal_settings.base_url)
    guest = PageClient(app)
    asked = guest.post(door, {"token": token}, status=200)
    assert "Answer for Nuage Clair SAS" in asked.words, "in the language of the invitation"
    assert asked.all("//input[@id='compte']/@value") == ["aline@nuage.test"]
    weak = {"token": token, "accepter": "1", "password": "court", "again": "court"}
    assert "characters" in guest.post(door, weak, status=422).words
    chosen = {**weak, "password": "correct horse battery", "again": "correct horse battery"}
    home = guest.follow(guest.post(door, chosen))
    assert "Small audit" in home.words
    user = session.scalars(select(User).where(User.email == "aline@nuage.test")).one()
    assert (user.role, user.language) == (Role.VENDOR_RESPONDENT, Language.EN)
    assert session.scalars(select(Membership.vendor_id).where(Membership.user_id == user.id)).all() == [space.vendor.id]
    assert "no longer valid" in guest.post(door, {"token": token}, status=410).words


@pytest.mark.parametrize("role", ["admin", "dpo", "systeme", "", "n'importe quoi"])
def test_no_role_beyond_the_vendor_s_own_is_given(session, page, role):
    page.post(PATH, fields(role=role), status=422)
    assert session.scalars(select(User).where(User.email == "aline@nuage.test")).one_or_none() is None


@pytest.mark.parametrize("changed", [{"email": "pas une adresse"}, {"email": ""}, {"name": ""}, {"language": "de"}])
def test_a_mistake_is_said_and_nothing_typed_is_lost(page, changed):
    found = page.post(PATH, fields(**changed), status=422)
    if "name" not in changed:
        assert found.all("//input[@name='name']/@value") == ["Aline Roux"]


def test_a_colleague_of_ours_is_said_to_be_there(page, space):
    found = page.post(PATH, fields(email=space.respondent.email), status=422)
    assert "Cette personne est déjà parmi vos collègues." in found.words


def test_the_page_says_the_same_of_every_address(session, page, space):
    """The whole answer, but for the address itself and the day's marks, whoever it belongs to."""
    staff = user_of(session, Role.DPO, email="dpo@maison.test")
    other = vendor_user(session, vendor_of(session))
    answers = []
    for email in (staff.email, other.email, "personne@nulle-part.test"):
        found = page.follow(page.post(PATH, fields(email=email)))
        answers.append(found.words.replace(email, "ADRESSE"))
        held = session.scalars(select(ColleagueInvitation).order_by(ColleagueInvitation.id.desc())).first()
        page.post(f"{PATH}/invitations/{held.id}/retirer", {}, page=PATH)
    assert answers[0] == answers[1] == answers[2]


def test_a_reader_reads_and_changes_nothing_from_the_next_page_on(session, page, colleague, space):
    section = f"/espace/audits/{space.audit.id}/sections/a"
    assert colleague.get(section).all("//form[@data-portal-answers]")
    token = colleague.csrf("/espace/")
    page.post(f"{PATH}/{space.respondent.id}", {"role": "prestataire_lecteur"}, page=PATH)
    found = colleague.get(section)
    assert not found.all("//form[@data-portal-answers]")
    assert "vos collègues répondent" in found.words
    for path in (
        section,
        f"/espace/audits/{space.audit.id}/reponses/a.suite",
        f"/espace/audits/{space.audit.id}/envoi",
    ):
        assert colleague.client.post(path, data={"csrf_token": token}).status_code == 403, path
    assert not colleague.get(f"/espace/audits/{space.audit.id}").all("//a[contains(@href, 'reprendre')]")
    assert correspondents(session, [space.vendor.id])[0].user_id == space.admin.id
    assert len(correspondents(session, [space.vendor.id])) == 1, "who only reads is not written to"


def test_a_colleague_removed_is_out_at_once(session, page, colleague, space):
    colleague.get("/espace/")
    page.post(f"{PATH}/{space.respondent.id}/retirer", {}, page=PATH)
    assert "/connexion" in colleague.client.get("/espace/").headers["Location"]
    assert space.respondent.email not in page.get(PATH).words


def test_a_colleague_who_never_came_is_sent_the_link_again(session, page, space):
    space.respondent.password_hash = None
    session.commit()
    page.post(f"{PATH}/{space.respondent.id}/relancer", {}, page=PATH)
    assert session.scalars(select(Mail).where(Mail.recipient == space.respondent.email)).one()


def test_a_respondent_invites_nobody(colleague):
    colleague.get(PATH, status=403)
    colleague.post(PATH, fields(), page="/espace/", status=403)
    assert not colleague.get("/espace/").all(f"//a[@href='{PATH}']")
