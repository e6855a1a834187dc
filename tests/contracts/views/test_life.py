"""The page of a contract's life, its dates, a contract signed elsewhere, and the register they stand in."""

from datetime import timedelta
from io import BytesIO

import pytest

from portal.authz.policy import Role
from portal.contracts import services
from portal.contracts.life_page import DONE_HERE
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractOrigin, ContractState, CopyReading
from portal.contracts.services import ContractDates
from portal.contracts.wording import DONE
from portal.core.errors import Refused
from portal.vendors.rules.standing import ContractStanding
from tests.factories.desk import service_of
from tests.factories.files import pdf
from tests.factories.signatures import contract_of
from tests.factories.world import full_vendor, vendor_of

READ = "J'ai lu les douze pages : les deux parties, l'objet, leurs signatures."


@pytest.fixture
def legal(acting):
    return acting(Role.LEGAL)


def held(session, legal, **facts):
    contract = contract_of(legal, vendor_of(session, name="Brume SARL"), **facts)
    session.commit()
    return contract, f"/contrats/{contract.id}"


def handed_in(ctx, **changes):
    given = {
        "title": "DPA 2024", "signed_on": f"{ctx.today:%d/%m/%Y}", "effective_on": "", "term_months": "36",
        "renewal_months": "12", "notice": "3", "file": (BytesIO(pdf()), "signe.pdf"),
    }  # fmt: skip
    return given | changes


def test_a_contract_signed_elsewhere_enters_the_register_and_counts_once_its_copy_is_read(session, as_, legal):
    """The cheapest lie: a page that says nothing, handed in as a signed copy."""
    vendor = vendor_of(session)
    session.commit()
    client, page = as_(Role.LEGAL), f"/contrats/signe-ailleurs?sous-traitant={vendor.id}"
    client.get("/contrats/signe-ailleurs")
    found = client.follow(client.post(page, handed_in(legal), content_type="multipart/form-data"))
    assert "En vigueur" in found.words
    assert "Copie non lue" in found.words
    session.refresh(vendor)
    assert vendor.standing is ContractStanding.UNREAD
    assert "DPA 2024" in client.get("/contrats?etat=copie-non-lue").words
    [contract] = session.query(Contract).all()
    assert "Ce que vous avez lu sur la copie" in client.get(f"/contrats/{contract.id}/vie").words
    refused = client.post(f"/contrats/{contract.id}/vie/vouch", {"vouch-why": "lu"}, status=422)
    assert refused.all("//textarea[contains(., 'lu')]"), "what was typed stays"
    client.post(f"/contrats/{contract.id}/vie/vouch", {"vouch-why": READ}, status=302)
    session.refresh(vendor)
    assert vendor.standing is ContractStanding.IN_FORCE
    assert "douze pages" in client.get(f"/contrats/{contract.id}/vie").words


@pytest.mark.parametrize(
    "lie", [{"file": (BytesIO(b""), "signe.pdf")}, {"signed_on": "31/12/2099"}, {"term_months": "douze"},
            {"renewal_months": ""}, {"title": ""}],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_enters(session, as_, legal, lie):
    vendor = vendor_of(session)
    session.commit()
    page = f"/contrats/signe-ailleurs?sous-traitant={vendor.id}"
    given = handed_in(legal, notice="45d") | lie
    found = as_(Role.LEGAL).post(page, given, status=422, content_type="multipart/form-data")
    assert found.all("//input[@name='notice'][@value='45d']"), "what was typed stays"
    assert session.query(Contract).count() == 0


def test_the_register_shows_dates_and_is_narrowed_by_state(session, as_, legal):
    ends = legal.today - timedelta(days=364)
    held(session, legal, dates=ContractDates(ends, 12, 0, "3"), title="Contrat de douze mois")
    full_vendor(session)
    session.commit()
    client = as_(Role.LEGAL)
    assert "Contrat de douze mois" in client.get("/contrats").words
    assert "Contrat de douze mois" in client.get("/contrats?etat=in_force").words
    assert "Contrat de douze mois" not in client.get("/contrats?etat=draft").words
    assert "Aucun contrat ne répond" in client.get("/contrats?etat=expired").words


def test_deadlines_are_explained_and_the_day_that_is_assumed_says_so(session, as_, legal):
    _, url = held(session, legal)
    client = as_(Role.LEGAL)
    assert "date de la signature, faute d’autre" in client.get(f"{url}/vie").words
    dates = {"effective_on": "01/01/2026", "term_months": "36", "renewal_months": "12", "notice": "3"}
    client.post(f"{url}/dates", dates, status=302)
    words = client.get(f"{url}/vie").words
    assert "31 décembre 2028" in words
    assert "30 septembre 2028" in words
    assert "Comment ces dates sont trouvées" in words
    client.post(f"{url}/dates", dates | {"notice": "bientôt"}, status=422)


def test_a_contract_not_drafted_here_opens_on_its_life(session, as_, legal):
    contract, url = held(session, legal)
    assert as_(Role.LEGAL).client.get(url).headers["Location"] == f"{url}/vie"
    assert as_(Role.LEGAL).client.get(f"{url}/copie").data == pdf()
    as_(Role.LEGAL).get(f"/contrats-recus/contrat/{contract.id}", status=404)


def test_an_act_needs_its_reason_and_is_one_of_the_page(session, as_, legal):
    contract, url = held(session, legal)
    client = as_(Role.LEGAL)
    client.post(f"{url}/vie/terminate", {}, status=422)
    client.post(f"{url}/vie/discard", {"discard-why": "Erreur"}, status=422)
    for act in ("start", "sign", "nonsense"):
        client.post(f"{url}/vie/{act}", {}, status=404)
    told = client.follow(client.post(f"{url}/vie/terminate", {"terminate-why": "Fin de la relation"}, status=302))
    assert "La résiliation est notée." in told.words
    session.refresh(contract)
    assert contract.state is ContractState.TERMINATED
    assert "Se conserve jusqu" in client.get(f"{url}/vie").words


def test_every_act_of_the_page_says_that_it_was_done():
    """Not the words of its button: « C'est noté : Noter l'envoi au sous-traitant. »"""
    assert set(DONE) == DONE_HERE


def test_what_is_withdrawn_is_in_no_list_and_on_no_page(session, as_, legal):
    _, url = held(session, legal, reading=CopyReading.UNREADABLE, title="Entré par erreur")
    client = as_(Role.LEGAL)
    client.post(f"{url}/vie/withdraw", {"withdraw-why": "Doublon"}, status=302)
    assert "Entré par erreur" not in client.get("/contrats").words
    client.get(f"{url}/vie", status=404)
    client.get(f"{url}/copie", status=404)


def test_who_only_reads_contracts_is_offered_nothing_to_do(session, as_, legal):
    _, url = held(session, legal, reading=CopyReading.UNREADABLE)
    client = as_(Role.MANAGEMENT)
    assert not client.get(f"{url}/vie").all("//main//form")
    client.post(f"{url}/vie/vouch", {"vouch-why": READ}, status=403)
    client.get(f"{url}/dates", status=403)


@pytest.mark.both_databases
def test_a_contract_signed_elsewhere_says_for_which_of_several_services_and_counts_for_that_one(session, as_, legal):
    """The cheapest lie: the contract of one service, entered without a word, was taken for all of them."""
    vendor = vendor_of(session)
    letter, files = (service_of(session, vendor, name=name) for name in ("Lettre", "Dossiers médicaux"))
    ended = service_of(session, vendor, name="Ancienne", started_on=None, ended_on=legal.today)
    session.commit()
    client, page = as_(Role.LEGAL), f"/contrats/signe-ailleurs?sous-traitant={vendor.id}"
    asked = client.get(page)
    assert asked.all("//select[@name='service']/option/@value") == ["", "toutes", str(letter.id), str(files.id)]
    client.post(page, handed_in(legal), status=422, content_type="multipart/form-data")
    given = handed_in(legal, service=str(ended.id))
    client.post(page, given, status=422, content_type="multipart/form-data")
    assert session.query(Contract).count() == 0
    client.post(page, handed_in(legal, service=str(letter.id)), status=302, content_type="multipart/form-data")
    [contract] = session.query(Contract).all()
    client.post(f"/contrats/{contract.id}/vie/vouch", {"vouch-why": READ}, status=302)
    session.refresh(vendor)
    assert (contract.service_id, vendor.standing) == (letter.id, ContractStanding.PARTIAL)
    for said, standing in (("", ContractStanding.IN_FORCE), (str(files.id), ContractStanding.PARTIAL)):
        form = {"term_months": "12", "renewal_months": "12", "notice": "3", "service_id": said}
        client.post(f"/contrats/{contract.id}/dates", form, status=302)
        session.refresh(vendor)
        assert vendor.standing is standing


@pytest.mark.both_databases
def test_the_service_of_somebody_else_or_of_a_text_drafted_here_is_not_said(session, legal):
    vendor, other = vendor_of(session), vendor_of(session)
    contract, theirs = contract_of(legal, vendor), service_of(session, other)
    with pytest.raises(Refused):
        services.say_service(legal, contract, theirs.id)
    contract.origin = ContractOrigin.DRAFTED
    with pytest.raises(Refused):
        services.say_service(legal, contract, None)
