"""The page that decides of a contract's period: one click from a reminder, a form for each choice."""

from datetime import date
from io import BytesIO

import pytest

from portal.authz.policy import Role
from portal.contracts.life_models import DeadlineDecision
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractState
from portal.contracts.services import ContractDates
from portal.core.language import Language
from tests.factories import desk
from tests.factories.files import pdf
from tests.factories.people import user_of
from tests.factories.signatures import contract_of
from tests.factories.world import vendor_of

WHY = "Le service rend ce que nous en attendons."


@pytest.fixture
def owner(session):
    return user_of(session, Role.BUYER)


@pytest.fixture
def held(session, acting, owner):
    """In force for twelve months from 1 January 2026, renewed by as many, notice of three."""
    begun = date(2026, 1, 1)
    contract = contract_of(
        acting(Role.LEGAL), vendor_of(session, name="Brume SARL", owner_id=owner.id), on=begun,
        dates=ContractDates(begun, 12, 12, "1"), title="Accord Brume",
    )  # fmt: skip
    session.commit()
    return contract


def page_of(contract, rest=""):
    return f"/contrats/{contract.id}/echeance{rest}"


def test_who_answers_for_the_vendor_finds_it_at_home_and_lets_it_run(session, as_, held, owner):
    client = as_(owner)
    home = client.get("/")
    [link, *_] = [one for one in home.all("//main//a") if one.get("href") == page_of(held)]
    assert "décider de l’échéance" in " ".join(link.itertext())
    shown = client.get(page_of(held))
    assert "30 novembre 2026" in shown.words
    assert not shown.all("//input[@name='renew-title']"), "only who drafts enters a signed paper"
    refused = client.post(page_of(held, "/let_run"), {"let_run-motive": "ok"}, status=422)
    assert refused.all("//textarea[contains(., 'ok')]"), "what was typed stays"
    found = client.follow(client.post(page_of(held, "/let_run"), {"let_run-motive": WHY}))
    assert "C’est décidé" in found.words
    assert owner.name in found.words
    assert page_of(held) not in [one.get("href") for one in client.get("/").all("//main//a")]
    assert WHY in client.get(f"/contrats/{held.id}/vie").words


def test_notice_is_given_with_its_proof_and_shown_until_the_last_day(session, as_, held, owner):
    client, given = as_(owner), {"end-motive": WHY, "end-letter_on": "24/11/2026"}
    refused = client.post(page_of(held, "/end"), given, status=422, content_type="multipart/form-data")
    assert "Choisissez d’abord un fichier" in refused.words
    empty = given | {"end-file": (BytesIO(b""), "lettre.pdf")}
    client.post(page_of(held, "/end"), empty, status=422, content_type="multipart/form-data")
    real = given | {"end-file": (BytesIO(pdf()), "lettre.pdf")}
    client.post(page_of(held, "/end"), real, status=302, content_type="multipart/form-data")
    session.refresh(held)
    assert (held.terminates_on, held.state) == (date(2026, 12, 31), ContractState.IN_FORCE)
    for page in (client.get(f"/contrats/{held.id}/vie"), client.get("/contrats")):
        assert "résilié au" in page.words
    [proof] = session.query(DeadlineDecision).all()
    assert client.client.get(page_of(held, f"/{proof.id}/preuve")).mimetype == "application/pdf"
    other = as_(user_of(session, Role.BUYER))
    other.get(page_of(held), status=404)
    other.get(page_of(held, f"/{proof.id}/preuve"), status=404)


def test_two_people_do_not_decide_past_each_other(session, as_, held, owner):
    first = {"let_run-motive": WHY, "let_run-last": ""}
    as_(owner).post(page_of(held, "/let_run"), first, status=302)
    lawyer = as_(Role.LEGAL)
    refused = lawyer.post(page_of(held, "/renegotiate"), {"renegotiate-motive": WHY}, status=422)
    assert "vient d’en décider" in refused.words
    assert session.query(DeadlineDecision).count() == 1
    [last] = refused.all("//input[@name='renegotiate-last']")
    again = {"renegotiate-motive": WHY, "renegotiate-last": last.get("value")}
    lawyer.post(page_of(held, "/renegotiate"), again, status=302)


def test_a_signed_renewal_enters_the_register_as_an_amendment(session, as_, held):
    client = as_(Role.LEGAL)
    given = {
        "renew-motive": WHY, "renew-title": "Renouvellement 2027", "renew-months": "24",
        "renew-signed_on": "24/11/2026", "renew-file": (BytesIO(pdf()), "avenant.pdf"),
    }  # fmt: skip
    client.post(page_of(held, "/renew"), given | {"renew-months": "0", "renew-file": (BytesIO(pdf()), "a.pdf")},
                status=422, content_type="multipart/form-data")  # fmt: skip
    client.post(page_of(held, "/renew"), given, status=302, content_type="multipart/form-data")
    [amendment] = session.query(Contract).filter_by(parent_id=held.id).all()
    assert (amendment.title, amendment.state) == ("Renouvellement 2027", ContractState.IN_FORCE)
    assert "une fois la copie de l’avenant lue" in client.get(page_of(held)).words


def test_renegotiating_leads_to_a_draft_where_one_may_draft(session, as_, held, owner, acting):
    client = as_(owner)
    client.post(page_of(held, "/renegotiate"), {"renegotiate-motive": WHY}, status=302)
    client.post(page_of(held, "/avenant"), {"template": "dpa"}, status=403)
    lawyer = as_(Role.LEGAL)
    assert "Ouvrir le projet d’avenant" in lawyer.get(page_of(held)).words
    lawyer.post(page_of(held, "/avenant"), {"template": "rien"}, status=422)
    lawyer.post(page_of(held, "/avenant"), {"template": "dpa"}, status=302)
    [draft] = session.query(Contract).filter_by(parent_id=held.id).all()
    assert (draft.state, draft.template_key) == (ContractState.DRAFT, "dpa")


def test_a_version_is_recorded_as_signed_with_its_dates_in_one_go(session, as_, acting):
    contract, version = desk.drafted(acting(Role.LEGAL), desk.matter(session), Language.FR)
    session.commit()
    client, page = as_(Role.LEGAL), f"/contrats/{contract.id}/versions/{version.number}/signature"
    given = {
        "signed_on": f"{version.created_at:%d/%m/%Y}", "effective_on": "01/12/2026", "term_months": "36",
        "renewal_months": "12", "notice": "bientôt",
    }  # fmt: skip
    refused = client.post(page, given | {"file": (BytesIO(pdf()), "signe.pdf")}, status=422,
                          content_type="multipart/form-data")  # fmt: skip
    assert refused.all("//input[@name='notice'][@value='bientôt']")
    session.refresh(contract)
    assert (contract.state, contract.term_months) == (ContractState.DRAFT, None)
    client.post(page, given | {"notice": "3", "file": (BytesIO(pdf()), "signe.pdf")}, status=302,
                content_type="multipart/form-data")  # fmt: skip
    session.refresh(contract)
    assert (contract.state, contract.effective_on, contract.awaited_on) == (
        ContractState.SIGNED, date(2026, 12, 1), date(2029, 8, 30),
    )  # fmt: skip


@pytest.mark.parametrize("choice", ["let_run", "nothing"])
def test_what_is_not_offered_does_not_exist(session, as_, held, acting, choice):
    ended = contract_of(acting(Role.LEGAL), vendor_of(session), dates=ContractDates(date(2026, 1, 1), 36, 0, "0"))
    session.commit()
    as_(Role.LEGAL).post(page_of(ended, f"/{choice}"), {f"{choice}-motive": WHY}, status=404)
