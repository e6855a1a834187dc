"""The signature of a contract from legal's side: who signs, what happened, what did not arrive."""

import pytest
from sqlalchemy import select, update

from portal.authz.policy import Role
from portal.contracts.rules.life import ContractAct
from portal.contracts.rules.signing_order import SignatoryState, SigningState
from portal.contracts.services import do_act
from portal.contracts.signing_models import ContractSignatory, ContractSigning
from portal.jobs.models import Job, JobState, Mail, MailState
from portal.vendors.models import Contact
from tests.factories.signing import OURS, THEIRS, again, agreed, opened, signatory_of, signs, with_seal_key


@pytest.fixture
def contract(app, ctx, session, monkeypatch, tmp_path):
    with_seal_key(ctx, monkeypatch, tmp_path)
    made = agreed(ctx)
    session.commit()
    return made


def people(*entries):
    data = {}
    for place, one in enumerate(entries):
        named = {"name": one.name, "capacity": one.capacity, "email": one.email, "side": one.side.value,
                 "rank": str(one.rank), "language": "fr"}  # fmt: skip
        data |= {f"people-{place}-{key}": value for key, value in named.items()}
    return data


def test_legal_opens_a_signature_with_whom_the_portal_already_knows(as_, ctx, session, contract):
    session.add(Contact(vendor_id=contract.vendor_id, name="Erwan Kerlo", email=THEIRS.email))
    session.commit()
    client, page = as_(Role.LEGAL), f"/contrats/{contract.id}/versions/1/signatures"
    assert client.get(f"/contrats/{contract.id}/signatures").all(f"//a[@href='{page}']")
    form = client.get(page)
    shown = {
        name: form.one(f"//input[@name='people-{n}-{name}']").get("value") for n, name in ((0, "name"), (0, "email"))
    }
    assert shown == {"name": "Erwan Kerlo", "email": THEIRS.email}
    assert form.one("//input[@name='people-1-name']").get("value") == "Claire Aubanel"
    assert form.one("//input[@name='people-1-capacity']").get("value") == "directrice générale"
    refused = client.post(page, {**people(OURS, THEIRS), "people-0-email": "claire", "then": "ouvrir"}, status=422)
    assert "incomplète" in refused.words
    assert refused.all("//input[@value='claire']"), "what was typed stays"
    more = client.post(page, {**people(OURS, THEIRS), "then": "ajouter"}, status=200)
    assert more.all("//input[@name='people-2-name']")
    fewer = client.post(page, {**people(OURS, THEIRS, THEIRS), "then": "retirer:0"}, status=200)
    assert fewer.one("//input[@name='people-0-email']").get("value") == THEIRS.email
    shown = client.follow(client.post(page, {**people(OURS, THEIRS), "then": "ouvrir"}))
    assert "Invité à signer" in shown.words
    assert "Son tour viendra" in shown.words
    for role, status in ((Role.MANAGEMENT, 403), (Role.EXPERT, 403)):
        as_(role).post(page, {**people(OURS, THEIRS), "then": "ouvrir"}, status=status)


def test_a_text_with_blanks_leads_to_what_it_lacks_and_not_to_a_signature_that_would_be_refused(as_, session, contract):
    contract.versions[0].blanks = [{"key": "service.name", "label": "nom du service"}]
    session.commit()
    shown = as_(Role.LEGAL).get(f"/contrats/{contract.id}/signatures")
    assert "Compléter l’information qui manque" in shown.words
    assert not shown.all(f"//a[@href='/contrats/{contract.id}/versions/1/signatures']")
    assert "faites-le signer ici" not in shown.words


def test_what_is_not_printed_yet_is_not_said_to_be_signed(as_, session, contract):
    client, page = as_(Role.LEGAL), f"/contrats/{contract.id}/versions/1/signatures"
    assert "Ce qui est signé : le PDF de la version 1, empreinte SHA-256" in client.get(page).words
    contract.versions[0].pdf_file = None
    session.commit()
    shown = client.get(page).words
    assert "n’est pas encore imprimé" in shown
    assert "SHA-256" not in shown


def test_a_text_being_signed_leads_to_its_signature_and_offers_nothing_that_would_be_refused(
    as_, ctx, contract, session
):
    client, pages = as_(Role.LEGAL), (f"/contrats/{contract.id}", f"/contrats/{contract.id}/vie")
    assert all("Faire signer" in client.get(page).words for page in pages)
    opened(ctx, contract)
    session.commit()
    for page in pages:
        shown = client.get(page)
        (next_one,) = shown.all("//a[contains(@class, 'button--next')]")
        assert "Suivre la signature" in next_one.text_content()
    buttons = [one.text_content() for one in client.get(pages[0]).all("//a[contains(@class, 'button')]")]
    assert not [one for one in buttons if "Modifier" in one or "comme signé" in one]


def test_a_message_that_came_back_is_shown_with_what_to_do(as_, ctx, session, contract):
    opened(ctx, contract)
    refused = {"state": MailState.REFUSED, "reason": "550 <b>no such user</b>"}
    session.execute(update(Mail).where(Mail.recipient == THEIRS.email).values(**refused))
    session.commit()
    page = as_(Role.LEGAL).get(f"/contrats/{contract.id}/signatures")
    assert "Adresse refusée" in page.words
    assert "550 <b>no such user</b>" in page.words, "a server's words are text"
    assert page.all("//a[contains(@href, '/signataires/')]")


@pytest.mark.both_databases
def test_a_signatory_is_changed_reminded_and_the_signature_taken_back(as_, ctx, session, contract, backend):
    signing = opened(ctx, contract)
    session.commit()
    held = signatory_of(ctx, signing, THEIRS)
    client, at = as_(Role.LEGAL), f"/contrats/{contract.id}"
    client.post(f"{at}/signataires/{held.id}/relance", page=f"{at}/signatures")
    assert "1 rappel" in client.get(f"{at}/signatures").words
    form = client.get(f"{at}/signataires/{held.id}")
    assert form.one("//input[@name='email']").get("value") == THEIRS.email
    given = {"name": "Anaïs Le Goff", "capacity": "directrice", "email": "anais@relation.example", "language": "fr"}
    client.post(f"{at}/signataires/{held.id}", {**given, "email": OURS.email}, status=422)
    client.post(f"{at}/signataires/{held.id}", given)
    assert "anais@relation.example" in client.get(f"{at}/signatures").words
    client.post(f"{at}/signatures/retrait", {"why": " "}, page=f"{at}/signatures", status=422)
    client.post(f"{at}/signatures/retrait", {"why": "Erreur d'annexe."}, page=f"{at}/signatures")
    assert "Erreur d’annexe." in client.get(f"{at}/signatures").words
    session.expire_all()
    assert session.get_one(ContractSigning, signing.id).state is SigningState.WITHDRAWN
    client.get(f"{at}/signataires/{held.id + 1_000}", status=404)


def test_a_signatory_of_another_contract_is_not_reached_from_this_one(as_, ctx, session, contract):
    other = agreed(ctx)
    held = signatory_of(ctx, opened(ctx, other), THEIRS)
    session.commit()
    as_(Role.LEGAL).get(f"/contrats/{contract.id}/signataires/{held.id}", status=404)


def test_a_seal_that_was_given_up_is_said_and_tried_again(as_, ctx, session, contract):
    signing = opened(ctx, contract)
    for entry in (THEIRS, OURS):
        signs(ctx, signing, entry)
    session.execute(update(Job).where(Job.kind == "contracts.seal").values(state=JobState.DEAD))
    session.commit()
    client, at = as_(Role.LEGAL), f"/contrats/{contract.id}/signatures"
    assert "n’a pas pu être apposé" in client.get(at).words
    client.post(f"{at}/cachet", page=at)
    session.expire_all()
    assert session.scalars(select(Job.state).where(Job.kind == "contracts.seal")).one() is JobState.READY


def test_a_text_that_is_not_agreed_says_what_to_do_first(as_, ctx, session, contract):
    do_act(ctx, again(ctx, contract), ContractAct.TAKE_BACK)
    session.commit()
    client = as_(Role.LEGAL)
    assert "notez d’abord l’accord" in client.get(f"/contrats/{contract.id}/signatures").words
    page = f"/contrats/{contract.id}/versions/1/signatures"
    assert "notez d’abord" in client.post(page, {**people(OURS, THEIRS), "then": "ouvrir"}, status=422).words
    assert session.query(ContractSignatory).filter_by(state=SignatoryState.ASKED).count() == 0
