"""Our side of what is arranged around an audit: the thread under the answer, the answer to it, more time in one tap."""

from datetime import timedelta

import pytest

from portal.audits import services
from portal.authz.context import Context
from portal.authz.policy import Role
from tests.conftest import NOW
from tests.factories.spaces import SIGNATORY, actor_of, answer_all, space_of

NOTE = "À vérifier avec la direction"


@pytest.fixture
def space(session, app):
    return space_of(session)


@pytest.fixture
def admin(session, space):
    return Context(session, actor_of(space.admin, space.vendor), NOW)


@pytest.fixture
def dpo(as_, space):
    return as_(Role.DPO)


def test_a_question_leads_from_our_home_to_its_thread_and_is_answered_there(session, admin, dpo, space):
    services.ask_about_question(admin, space.audit.id, "a.choix", "Le groupe aussi ?")
    session.commit()
    path = f"/audits/{space.audit.id}/echanges"
    assert dpo.get("/").all(f"//a[@href='{path}']"), "our home shows what waits"
    assert "Une question du prestataire attend une réponse" in dpo.get(f"/audits/{space.audit.id}").words
    empty = dpo.post(f"{path}/a.choix", {"text": " "}, page=path, status=422)
    assert "Écrivez votre message" in empty.words
    done = dpo.follow(dpo.post(f"{path}/a.choix", {"text": "Du seul service."}, page=path))
    assert "Du seul service." in done.words
    assert not dpo.get("/").all(f"//a[@href='{path}']")
    dpo.post(f"{path}/zz", {"text": "À personne."}, page=path, status=404)


def test_the_thread_stands_under_the_answer_in_the_review(session, admin, dpo, space):
    answer_all(admin, space.audit)
    services.submit_answers(admin, space.audit, language=space.admin.language, signatory=SIGNATORY)
    services.ask_about_question(admin, space.audit.id, "a.choix", "Avez-vous lu tout cela, dites-moi.")
    session.commit()
    found = dpo.get(f"/audits/{space.audit.id}?section=a")
    assert "Avez-vous lu tout cela" in found.all("//article[@id='q-a.choix']")[0].text_content()
    assert "Le prestataire attend une réponse" in found.words


def test_closing_without_an_answer_is_said_on_both_sides_and_who_did_it_on_ours(session, admin, dpo, as_, space):
    services.ask_about_question(admin, space.audit.id, "a.choix", "Merci.")
    session.commit()
    path = f"/audits/{space.audit.id}/echanges"
    dpo.post(f"{path}/a.choix/clore", {}, page=path)
    assert "Échange clos" in dpo.get(path).words
    theirs = as_(space.admin).get(f"/espace/audits/{space.audit.id}/echanges/a.choix").words
    assert "Échange clos" in theirs
    assert dpo.user.name not in theirs


def test_a_delay_is_granted_in_one_tap_and_both_sides_read_the_new_date(session, admin, dpo, as_, space):
    row = services.ask_delay(admin, space.audit.id, space.audit.due_on + timedelta(days=14), "Absence")
    session.commit()
    page, path = f"/audits/{space.audit.id}", f"/audits/{space.audit.id}/delai"
    assert dpo.get("/").all(f"//a[@href='{path}']")
    shown = dpo.get(page)
    tap = {
        name: shown.all(f"//form[@action='{path}']//input[@name='{name}']/@value")[0] for name in ("act", "granted_on")
    }
    dpo.post(path, tap, page=page)
    session.refresh(space.audit)
    assert space.audit.due_on == row.wanted_on
    assert "Délai accordé" in dpo.get(page).words
    assert "Délai accordé jusqu" in as_(space.admin).get(f"/espace/audits/{space.audit.id}").words
    assert "Accordé jusqu" in dpo.get(path).words
    dpo.post(path, tap, page=page, status=404)


def test_refusing_asks_why_and_loses_nothing(session, admin, dpo, space):
    services.ask_delay(admin, space.audit.id, space.audit.due_on + timedelta(days=14), "")
    session.commit()
    path = f"/audits/{space.audit.id}/delai"
    asked = dpo.post(path, {"act": "refuser", "granted_on": "2027-01-15"}, status=422)
    assert "Dites pourquoi" in asked.words
    assert asked.one("#granted_on").get("value") == "2027-01-15"
    far = dpo.post(path, {"act": "accorder", "granted_on": "2029-01-15"}, status=422)
    assert "Choisissez un jour jusqu" in far.words
    dpo.post(path, {"act": "refuser", "answer": "Le certificat expire avant."})
    assert "Refusé" in dpo.get(path).words
