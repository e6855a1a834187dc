"""One person, several vendors: which one is said, changed by a post, remembered, and asked before a link leads away."""

import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.identity.models import LoginSession
from portal.identity.services import hash_password
from portal.vendors.models import Membership
from tests.factories.spaces import space_of


@pytest.fixture
def other(session, space):
    """A second vendor that the administrator of the first answers for too, to read only."""
    made = space_of(session, name="Paie Facile")
    session.add(Membership(user_id=space.admin.id, vendor_id=made.vendor.id, role=Role.VENDOR_READER))
    session.commit()
    return made


def choose(page, vendor, **more):
    return page.post(f"/espace/choisir/{vendor.id}", more, page="/espace/choisir")


def test_with_several_vendors_and_none_chosen_one_is_asked_and_nothing_is_shown(page, other):
    found = page.follow(page.get("/espace/constats", status=302))
    assert "Pour qui répondez-vous ?" in found.words
    assert {"Nuage Clair SAS", "Paie Facile"} <= set(found.all("//strong/text()"))
    found = page.follow(choose(page, other.vendor, suite="/espace/constats"))
    assert "Plan d’actions" in found.words


def test_each_page_says_whom_one_answers_for_and_a_person_of_one_vendor_is_told_nothing(page, colleague, space, other):
    choose(page, space.vendor)
    for path in ("/espace/", "/espace/constats", f"/espace/audits/{space.audit.id}", "/mon-compte"):
        assert page.get(path).all("//p[@class='masthead__for']//strong/text()") == ["Nuage Clair SAS"], path
    assert not colleague.get("/espace/").all("//p[@class='masthead__for']")


def test_the_role_is_that_of_the_vendor_answered_for(page, space, other):
    choose(page, space.vendor)
    page.get("/espace/collegues")
    choose(page, other.vendor)
    page.get("/espace/collegues", status=403)
    assert not page.get(f"/espace/audits/{other.audit.id}/sections/a").all("//form[@data-portal-answers]")


def test_a_choice_is_remembered_and_kept_to_its_browser(app, session, as_, page, space, other):
    choose(page, other.vendor)
    chosen = session.scalars(select(Membership).where(Membership.chosen_at.is_not(None))).one()
    assert chosen.vendor_id == other.vendor.id
    elsewhere = as_(space.admin)
    choose(elsewhere, space.vendor)
    assert page.get(f"/espace/audits/{other.audit.id}")
    assert elsewhere.get(f"/espace/audits/{space.audit.id}")


def test_signing_in_begins_with_the_vendor_answered_for_last(app, session, as_, space, other):
    space.admin.password_hash = hash_password("correct horse battery")
    first = as_(space.admin)
    choose(first, other.vendor)
    guest = as_(None)
    guest.post("/connexion", {"email": space.admin.email, "password": "correct horse battery"})
    assert session.scalars(select(LoginSession.vendor_id).order_by(LoginSession.id.desc())).first() == other.vendor.id


def test_a_link_about_another_vendor_asks_before_it_switches_and_shows_nothing_of_it(page, space, other):
    choose(page, space.vendor)
    link = f"/espace/audits/{other.audit.id}"
    page.get(link, status=404)
    found = page.get(f"{link}?pour={other.vendor.id}")
    assert "Cette page concerne Paie Facile" in found.words
    assert "Petit audit" not in found.words
    page.get(link, status=404)
    onward = found.all("//input[@name='suite']/@value")
    assert onward == [link]
    assert "Petit audit" in page.follow(choose(page, other.vendor, suite=onward[0])).words


def test_a_link_about_a_vendor_one_is_no_member_of_asks_nothing(session, page, space, other):
    stranger = space_of(session, name="Zéphyr")
    session.commit()
    choose(page, space.vendor)
    assert "Zéphyr" not in page.get(f"/espace/?pour={stranger.vendor.id}").words
    page.get(f"/espace/audits/{stranger.audit.id}?pour={stranger.vendor.id}", status=404)
    page.post(f"/espace/choisir/{stranger.vendor.id}", {}, page="/espace/choisir", status=404)


def test_a_form_left_open_for_one_vendor_is_not_taken_for_another(page, space, other):
    choose(page, space.vendor)
    stale = page.csrf("/espace/collegues")
    choose(page, other.vendor)
    posted = {"csrf_token": stale, "name": "Aline Roux", "email": "a@nuage.test", "role": "prestataire_lecteur"}
    assert page.client.post("/espace/collegues", data=posted).status_code == 400


def test_leaving_one_vendor_ends_that_access_at_once_and_leaves_the_others(session, page, space, other):
    third = space_of(session, name="Tiers Clair")
    session.add(Membership(user_id=space.admin.id, vendor_id=third.vendor.id, role=Role.VENDOR_ADMIN))
    session.commit()
    choose(page, other.vendor)
    token = page.csrf("/espace/")
    session.delete(
        session.scalars(
            select(Membership).where(Membership.user_id == space.admin.id, Membership.vendor_id == other.vendor.id)
        ).one()
    )
    session.commit()
    found = page.follow(page.get(f"/espace/audits/{other.audit.id}", status=302))
    assert "Paie Facile" not in found.words
    assert page.client.post(f"/espace/audits/{space.audit.id}/envoi", data={"csrf_token": token}).status_code in (
        403,
        422,
    )
    for kept in (space, third):
        choose(page, kept.vendor)
        page.get(f"/espace/audits/{kept.audit.id}")
