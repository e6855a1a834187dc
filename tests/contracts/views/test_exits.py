"""The page of the end of a contract, step by step; what holds today of a contract and its amendments."""

from datetime import date
from io import BytesIO

import pytest

from portal.authz.policy import Role
from portal.contracts import exit_queries, services
from portal.contracts.rules.life import ContractAct, ContractState, CopyReading
from portal.contracts.rules.paragraphs import ParagraphWording
from portal.contracts.services import ContractDates, ParagraphChange, RenewalSigned
from portal.core.language import Language
from portal.vendors.rules.status import VendorStatus
from tests.factories import desk
from tests.factories.files import pdf
from tests.factories.signatures import contract_of, copy_of
from tests.factories.world import vendor_of

FORM = "multipart/form-data"
WORDS = "Les comptes, les bases de production et leurs sauvegardes."


@pytest.fixture
def legal(acting):
    return acting(Role.LEGAL)


def test_what_remains_is_said_on_each_page_and_each_step_is_a_form(session, as_, legal):
    vendor = vendor_of(session, name="Brume SARL", status=VendorStatus.OFFBOARDING)
    contract = contract_of(legal, vendor, dates=ContractDates(date(2026, 1, 1), 36, 0, "0"), title="Accord Brume")
    services.do_act(legal, contract, ContractAct.TERMINATE, why="Fin")
    session.commit()
    client, page = as_(Role.LEGAL), f"/contrats/{contract.id}/fin"
    assert "prouver la fin du contrat" in client.get("/").words
    assert "1 à prouver" in client.get(f"/sous-traitants/{vendor.id}").words
    assert "Brume SARL" in client.get(f"/contrats/fins?sous-traitant={vendor.id}").words
    refused = client.post(f"/sous-traitants/{vendor.id}/statut", {"status": "sorti"}, status=422)
    assert "reste à prouver" in refused.words
    assert "Le certificat de Brume SARL manque" in client.get(page).words
    client.post(f"{page}/clore", status=422)
    client.post(f"{page}/choix", {"choix-choice": "delete"}, status=302)
    check = {"controle-what": WORDS, "controle-how": WORDS, "controle-by": "Ana", "controle-on": "24/11/2026"}
    short = {**check, "controle-how": "vu", "controle-file": (BytesIO(pdf()), "pv.pdf")}
    client.post(f"{page}/controle", short, status=422, content_type=FORM)
    whole = {**check, "controle-file": (BytesIO(pdf()), "pv.pdf")}
    client.post(f"{page}/controle", whole, status=302, content_type=FORM)
    client.post(f"{page}/societe", {"societe-name": "Nuage Clair SAS"}, status=302)
    kept = {"what": "Factures", "basis": "Code de commerce, article L123-22, dix ans.", "until": "31/12/2036"}
    client.post(f"{page}/exception", {f"exception-{name}": value for name, value in kept.items()}, status=302)
    assert "L123-22" in client.get(page).words
    client.post(f"{page}/rien", status=404)
    as_(Role.BUYER).get(page, status=404)


@pytest.mark.both_databases
def test_everything_proved_on_its_page_is_closed_there_and_its_proofs_are_read_again(session, as_, legal):
    vendor = vendor_of(session, name="Brume SARL", status=VendorStatus.OFFBOARDING)
    contract = contract_of(legal, vendor, title="Accord Brume")
    services.do_act(legal, contract, ContractAct.TERMINATE, why="Fin")
    (proof,) = exit_queries.get_exit(legal, contract).proofs
    session.commit()
    client, page = as_(Role.LEGAL), f"/contrats/{contract.id}/fin"
    certificate, name = f"{page}/certificat/{proof.id}", f"certificat-{proof.id}"
    client.get(f"{certificate}/piece", status=404)
    client.get(f"{page}/controle/piece", status=404)
    given = {f"{name}-certified_on": "24/11/2026", f"{name}-file": (BytesIO(pdf()), "certificat.pdf")}
    client.post(f"{page}/certificat/{proof.id + 1}", dict(given), page=page, status=404, content_type=FORM)
    given = {f"{name}-certified_on": "24/11/2026", f"{name}-file": (BytesIO(pdf()), "certificat.pdf")}
    client.post(certificate, given, page=page, status=302, content_type=FORM)
    assert client.client.get(f"{certificate}/piece").data == pdf()
    as_(Role.BUYER).get(f"{certificate}/piece", status=404)
    client.post(f"{page}/choix", {"choix-choice": "delete"}, page=page, status=302)
    client.post(f"{page}/aucun", {"aucun-why": "Son questionnaire dit qu'il n'a aucun sous-traitant."}, status=302)
    seen = {"controle-what": WORDS, "controle-how": WORDS, "controle-by": "Ana", "controle-on": "24/11/2026"}
    seen["controle-file"] = (BytesIO(pdf()), "pv.pdf")
    client.post(f"{page}/controle", seen, status=302, content_type=FORM)
    assert client.client.get(f"{page}/controle/piece").data == pdf()
    client.post(f"{page}/clore", page=page, status=422)  # nobody has read the certificate
    read = {f"lecture-{proof.id}-words": "Brume SARL y dit avoir effacé nos bases et leurs sauvegardes."}
    client.post(f"{page}/lecture/{proof.id}", read, page=page, status=302)
    client.post(f"{page}/clore", page=page, status=302)
    assert "prouvée et close" in client.get(page).words
    client.post(f"{page}/choix", {"choix-choice": "return"}, status=422)


@pytest.mark.both_databases
def test_data_stay_only_under_another_contract_of_the_same_vendor_that_is_offered(session, as_, legal):
    vendor, other = vendor_of(session, name="Brume SARL"), vendor_of(session, name="Cyan SAS")
    contract, elsewhere = contract_of(legal, vendor, title="Accord Brume"), contract_of(legal, other)
    new = contract_of(legal, vendor, title="Accord Brume 2026")
    services.do_act(legal, contract, ContractAct.TERMINATE, why="Fin")
    session.commit()
    client, page = as_(Role.LEGAL), f"/contrats/{contract.id}/fin"
    why = {"ailleurs-why": "La même base sert au nouveau contrat."}
    client.post(f"{page}/ailleurs", {**why, "ailleurs-contract_id": str(elsewhere.id)}, page=page, status=422)
    client.post(f"{page}/ailleurs", {"ailleurs-why": "", "ailleurs-contract_id": str(new.id)}, page=page, status=422)
    client.post(f"{page}/ailleurs", {**why, "ailleurs-contract_id": str(new.id)}, page=page, status=302)
    assert "Accord Brume 2026" in client.get(page).words


def test_what_ended_is_not_taken_back_on_its_pages_before_its_end_is_proved(session, as_, legal):
    signed, version = desk.drafted(legal, desk.matter(session), Language.FR)
    services.record_version_signed(legal, signed, version.number, legal.today, copy_of(legal))
    kept = contract_of(legal, vendor_of(session, name="Brume SARL"), dates=ContractDates(date(2026, 1, 1), 36, 0, "0"))
    for one in (signed, kept):
        services.do_act(legal, one, ContractAct.TERMINATE, why="Fin de la relation")
    session.commit()
    client, annulled = as_(Role.LEGAL), f"/contrats/{signed.id}/versions/{version.number}/signature"
    for page, path, given in (
        (annulled, f"{annulled}/annulation", {"reason": "Mauvais exemplaire"}),
        (f"/contrats/{kept.id}/vie", f"/contrats/{kept.id}/vie/withdraw", {"withdraw-why": "Doublon"}),
    ):
        refused = client.post(path, given, page=page, status=422)
        assert "sort des données non prouvé" in refused.words
        (typed,) = given.values()
        assert refused.all(f"//textarea[contains(., '{typed}')] | //input[@value='{typed}']"), "what was typed stays"
    session.expire_all()
    assert {one.state for one in (signed, kept)} == {ContractState.TERMINATED}


def test_what_holds_today_names_the_document_and_an_unsigned_amendment_changes_nothing(session, as_, legal):
    contract, version = desk.drafted(legal, desk.matter(session), Language.FR)
    dates = ContractDates(date(2026, 11, 24), 24, 0, "3")
    services.record_version_signed(legal, contract, version.number, date(2026, 11, 24), copy_of(legal), dates)
    services.record_copy_reading(legal, contract.id, contract.signature_id, CopyReading.READ)
    draft = services.amend_contract(legal, contract)
    special = ParagraphChange(
        ParagraphWording.SPECIAL, Language.FR, "Le prestataire chiffre ses postes.", clause="CL10"
    )
    services.add_condition(legal, draft, special)
    made = services.draft_version(legal, draft, Language.FR)
    session.commit()
    client, page = as_(Role.LEGAL), f"/contrats/{contract.id}/consolide"
    shown = client.get(page)
    assert "Pas signé : il ne change rien" in shown.words
    assert "Nuage Rhénan" in shown.words
    assert "Le prestataire chiffre ses postes." in shown.words, "what it would change, paragraph by paragraph"
    with client.client.session_transaction() as cookie:
        cookie["language"] = "en"
    assert client.get(page).all("//td/span[@lang='fr']"), "a French contract read in English"
    with client.client.session_transaction() as cookie:
        cookie["language"] = "fr"
    services.record_version_signed(legal, draft, made.number, date(2026, 11, 24), copy_of(legal))
    session.commit()
    assert "Sa copie n’est pas lue" in client.get(page).words
    services.record_copy_reading(legal, draft.id, draft.signature_id, CopyReading.READ)
    services.decide_to_renew(
        legal, contract, "Nous le gardons deux ans.", RenewalSigned("Renouvellement", legal.today, copy_of(legal), 24)
    )
    session.commit()
    rows = [" ".join(row.text_content().split()) for row in client.get(page).all("//table//tbody/tr")]
    assert any("Nuage Rhénan" in row and "Avenant" in row for row in rows), "the last document that counts says it"
    assert any("Durée" in row and "24 mois" in row for row in rows), "a renewal whose copy is not read puts nothing off"
