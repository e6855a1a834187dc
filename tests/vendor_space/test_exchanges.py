"""Pages of what a vendor arranges around an audit: a part given and received, a thread, more time asked for."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audits import services
from portal.audits.exchange_models import DelayRequest, Delegation, QuestionMessage
from portal.audits.rules import AuditState
from portal.audits.services import DelegationOrder
from portal.authz.policy import Role
from portal.core import tokens
from portal.vendors.models import ColleagueInvitation, Membership
from tests.factories.spaces import SIGNED, answer_all

NOTE = "Tu tiens les plannings."


@pytest.fixture
def base(space):
    return f"/espace/audits/{space.audit.id}"


@pytest.fixture
def given(session, space, admin, portal_settings):
    """The question on delays, asked of the respondent."""
    order = DelegationOrder(space.respondent.email, note=NOTE, due_on=space.audit.due_on)
    row = services.give_part(admin, portal_settings.secrets, space.audit.id, "b", "b.delai", order)
    session.commit()
    return row


def test_a_question_is_given_from_under_it_and_what_was_typed_is_saved(session, page, space, base, save):
    found = save(page, f"{base}/sections/b", {"b.delai": "12"}, then="confier:b.delai")
    form = page.follow(found)
    assert "Sous quel délai" in form.words
    sent = page.post(found.response.headers["Location"], {"email": space.respondent.email, "note": NOTE})
    assert space.respondent.email in page.follow(sent).words
    row = session.scalars(select(Delegation)).one()
    assert (row.section_key, row.question_key, row.note) == ("b", "b.delai", NOTE)


def test_a_colleague_with_an_account_is_given_a_section_in_one_tap(session, page, space, base):
    form = page.get(f"{base}/confier/b")
    assert "Confier à Prestataire" in form.words
    assert form.all("//form[.//input[@name='email' and @type='hidden']]//input[@name='email']/@value") == [
        space.respondent.email
    ]
    page.post(f"{base}/confier/b", {"email": space.respondent.email})
    assert session.scalars(select(Delegation.email)).one() == space.respondent.email


def test_a_section_is_given_from_the_page_of_the_audit_unless_it_is_done_or_given(page, space, base, admin):
    def offered():
        return page.get(base).all("//a[contains(@href, '/confier/')]/@href")

    assert offered() == [f"{base}/confier/a", f"{base}/confier/b"]
    page.post(f"{base}/confier/b", {"email": space.respondent.email})
    assert offered() == [f"{base}/confier/a"]
    answer_all(admin, space.audit)
    assert offered() == []


def test_a_refused_address_loses_nothing_typed(page, space, base):
    path = f"{base}/confier/b"
    found = page.post(path, {"email": "aline@acme.test", "note": NOTE}, status=422)
    assert "écrivez aussi le nom" in found.words
    assert found.one("#note").text.strip() == NOTE
    assert found.one("#email").get("value") == "aline@acme.test"


def test_the_colleague_lands_on_that_alone_and_sees_who_asks_and_why(colleague, space, base, given):
    home = colleague.get("/espace/")
    link = home.all("//a[contains(@href, 'confie=')]/@href")[0]
    found = colleague.get(link)
    assert space.admin.name in found.words
    assert NOTE in found.words
    assert [one.get("id") for one in found.all("section.question")] == ["q-b.delai"]
    assert "Il reste 1 question sans réponse" in found.words
    assert colleague.get(f"{base}/sections/a").all("section.question"), "the rest stays theirs to answer too"


def test_done_is_said_once_it_is_true_and_the_giver_reads_it(session, page, colleague, base, given, typed):
    path = f"{base}/sections/b?confie={given.id}"
    stayed = colleague.post(path, {**typed(colleague.get(path)), "then": "suite"})
    assert "confie=" in stayed.response.headers["Location"]
    assert "0 réponse sur 1" in page.get(base).words
    session.refresh(given)
    assert given.done_at is None
    left = colleague.post(path, {**typed(colleague.get(path)), "b.delai": "12", "then": "suite"})
    assert left.response.headers["Location"].endswith("/espace/")
    session.refresh(given)
    assert given.done_at is not None
    words = page.get(base).words
    assert "Tout est répondu" in words
    assert not colleague.get("/espace/").all("//a[contains(@href, 'confie=')]")


def test_the_giver_reminds_and_takes_back_the_colleague_does_not(session, page, colleague, base, given):
    assert "Reprendre la main" not in colleague.get(base).words
    colleague.post(f"{base}/confies/{given.id}/reprendre", {}, page="/espace/", status=403)
    said = page.follow(page.post(f"{base}/confies/{given.id}/relancer", {}, page=base))
    assert "laissez-lui un jour" in said.words
    page.post(f"{base}/confies/{given.id}/reprendre", {}, page=base)
    assert "Confié à des collègues" not in page.get(base).words
    found = colleague.get(f"{base}/sections/b?confie={given.id}")
    assert len(found.all("section.question")) > 1, "the link of a part taken back shows the section as it is"


def test_an_invited_colleague_arrives_on_what_was_given(session, app, page, space, base, portal_settings):
    page.post(f"{base}/confier/b", {"email": "aline@acme.test", "name": "Aline Roux", "note": NOTE})
    invitation = session.scalars(select(ColleagueInvitation)).one()
    token = tokens.draw()
    invitation.token_hash = tokens.fingerprint(token)
    session.commit()
    stranger = app.test_client()
    code = stranger.get("/espace/rejoindre").get_data(as_text=True).split('name="csrf_token"')[1].split('value="')[1]
    secret = "une phrase de passe bien longue"
    posted = {
        "csrf_token": code.split('"')[0], "token": token, "accepter": "1", "password": secret, "again": secret,
        "confirmation": secret, "repeat": secret,
    }  # fmt: skip
    found = stranger.post("/espace/rejoindre", data=posted)
    row = session.scalars(select(Delegation)).one()
    assert f"confie={row.id}" in found.headers["Location"], found.get_data(as_text=True)[:300]
    assert NOTE in stranger.get(found.headers["Location"]).get_data(as_text=True)


def test_a_question_is_asked_under_a_question_and_read_after_sending(session, page, colleague, base, space, admin):
    found = page.follow(page.post(f"{base}/echanges/a.choix", {"text": "Le groupe aussi ?"}))
    assert "Le groupe aussi ?" in found.words
    assert "Réponse attendue" in page.get(base).words
    assert "réponse attendue" in colleague.get(f"{base}/sections/a").words
    answer_all(admin, space.audit)
    page.post(f"{base}/envoi", SIGNED)
    assert "Le groupe aussi ?" in page.get(f"{base}/echanges/a.choix").words
    assert page.get(f"{base}/sections/a").all("//a[contains(@href, '/echanges/a.choix')]")
    space.audit.state = AuditState.ACCEPTED
    session.commit()
    page.post(f"{base}/echanges/a.choix", {"text": "Trop tard ?"}, status=422, page="/mon-compte")
    assert len(session.scalars(select(QuestionMessage)).all()) == 1


def test_who_only_reads_reads_threads_and_writes_none(session, colleague, space, base):
    session.scalars(select(Membership).where(Membership.user_id == space.respondent.id)).one().role = Role.VENDOR_READER
    session.commit()
    assert not colleague.get(f"{base}/echanges/a.choix").all("//textarea")
    colleague.post(f"{base}/echanges/a.choix", {"text": "Bonjour"}, status=403, page="/mon-compte")


def test_a_delay_is_asked_in_one_tap_and_the_date_waits_for_us(session, page, space, base):
    before = space.audit.due_on
    wanted = page.get(base).all("//input[@name='wanted_on']/@value")[0]
    found = page.follow(page.post(f"{base}/delai", {"wanted_on": wanted}))
    assert "Vous demandez jusqu" in found.words
    row = session.scalars(select(DelayRequest)).one()
    assert row.wanted_on.isoformat() == wanted
    session.refresh(space.audit)
    assert space.audit.due_on == before
    assert not page.get(base).all("//input[@name='wanted_on']"), "one request at a time"


def test_a_senseless_date_is_refused_and_the_reason_kept(page, space, base):
    far = space.audit.due_on + timedelta(days=500)
    for typed, why in ((far.isoformat(), "Choisissez un jour jusqu"), ("demain", "pas reconnue"), ("", "Remplissez")):
        found = page.post(f"{base}/delai", {"wanted_on": typed, "reason": "Absence"}, status=422)
        assert why in found.words
        assert found.one("#reason").text.strip() == "Absence"


def test_the_audit_costs_the_same_whatever_was_arranged(session, page, space, base, admin, portal_settings, statements):
    page.get(base)
    statements.clear()
    page.get(base)
    bare = len(statements)
    for key in ("b.delai", "b.jour", "b.liste"):
        order = DelegationOrder(space.respondent.email)
        services.give_part(admin, portal_settings.secrets, space.audit.id, "b", key, order)
        services.ask_about_question(admin, space.audit.id, key, "Un ?")
    session.commit()
    statements.clear()
    page.get(base)
    assert len(statements) == bare
