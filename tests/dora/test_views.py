"""Pages of the register: none while it is off, and each fact is said where the defect leads."""

import io
import zipfile

import pytest

from portal.authz.policy import GRANTS, Permission, Role
from portal.dora.models import DoraContract, DoraEntity, DoraFunction, DoraProvider, DoraService, DoraSubcontractor
from portal.journal.models import JournalEntry
from tests.factories.desk import entity_of
from tests.factories.dora import (
    YES,
    company_named,
    complete_world,
    contract_in_force,
    engages,
    function_of,
    ict_service,
    identified,
    kept_entity,
    lei_of,
)
from tests.factories.world import vendor_of, vendor_user

READING = {role for role, grants in GRANTS.items() if Permission.DORA_VIEW in grants}


def pages_of(session, service):
    function = session.query(DoraFunction).first()
    contract = session.query(DoraContract).first()
    company = company_named(session, "Société des Câbles")
    session.commit()
    return [
        "/dora", "/dora/tableaux/B_02.02", "/dora/tableaux/B_02.02?vue=lignes",
        f"/dora/entites/{service.legal_entity_id}", f"/dora/entites/{service.legal_entity_id}/definitions",
        f"/dora/entites/{service.legal_entity_id}/fonctions/nouvelle", f"/dora/fonctions/{function.id}",
        f"/dora/prestataires/{service.vendor_id}", f"/dora/societes/{company.id}",
        f"/dora/contrats/{contract.contract_id}", f"/dora/prestations/{service.id}",
        f"/dora/prestations/{service.id}/chaine", "/dora/paquet",
    ]  # fmt: skip


def test_who_reads_and_who_writes_it():
    assert {Role.DPO, Role.LEGAL, Role.MANAGEMENT, Role.SYSTEM} == READING


def test_off_it_has_no_page_and_no_entry_of_the_menu(session, as_):
    service = complete_world(session)
    pages = pages_of(session, service)
    service.legal_entity.keeps_dora_register = False
    session.commit()
    client = as_(Role.DPO)
    assert "Registre DORA" not in client.get("/registre").words
    for path in pages:
        assert client.client.get(path).status_code == 404, path


def test_on_it_has_an_entry_and_every_page_opens(session, as_):
    pages = pages_of(session, complete_world(session))
    client = as_(Role.DPO)
    assert "/dora" in client.get("/registre").all("//header//nav//a/@href")
    for path in pages[:-1]:
        client.get(path)


@pytest.mark.parametrize("role", [one for one in Role if one not in {*READING, Role.ANONYMOUS}])
def test_nobody_else_has_a_page(session, as_, role):
    service = complete_world(session)
    pages = pages_of(session, service)
    client = as_(vendor_user(session, service.vendor)) if role.is_vendor else as_(role)
    for path in pages:
        assert client.client.get(path).status_code in {403, 404}, path


def test_an_entity_is_opted_in_on_its_own_page(session, as_):
    entity = entity_of(session, name="Verdier Paiements", registration="552100554")
    session.commit()
    client = as_(Role.DPO)
    client.get("/dora", status=404)
    path = f"/sous-traitants/entites/{entity.id}"
    client.post(path, {"name": "Verdier Paiements", "country": "FR", "keeps_dora_register": "y"}, page=path)
    page = client.get("/dora")
    assert "Verdier Paiements" in page.words
    assert "Complet" not in page.words, "an empty register is nowhere complete"


def test_the_overview_counts_rows_and_defects_and_leads_to_where_each_is_mended(session, as_):
    service = complete_world(session)
    session.query(DoraService).one().has_exit_plan = None
    session.commit()
    client = as_(Role.LEGAL)
    assert "1 défaut reste à corriger" in client.get("/dora").words
    page = client.get("/dora/tableaux/B_07.01")
    assert "Plan de sortie" in page.words
    assert "Hébergeur Azur" in page.words
    assert f"/dora/prestations/{service.id}" in page.all("//main//a/@href")


def test_a_reader_sees_defects_and_no_form(session, as_):
    service = complete_world(session)
    session.query(DoraService).one().has_exit_plan = None
    session.commit()
    client = as_(Role.MANAGEMENT)
    page = client.get("/dora/tableaux/B_07.01")
    assert f"/dora/prestations/{service.id}" not in page.all("//main//a/@href")
    client.get(f"/dora/prestations/{service.id}", status=403)


def test_a_page_of_defects_costs_the_same_statements_whatever_their_number(session, as_, statements):
    entity = kept_entity(session)
    function = function_of(session, entity)

    def grow(number):
        for _ in range(number):
            vendor = vendor_of(session)
            contract_in_force(session, vendor, entity, terms=None)
            ict_service(session, vendor, entity, [function], has_exit_plan=None)
        session.commit()

    client = as_(Role.DPO)
    counted = []
    for number in (12, 48):
        grow(number)
        for path in ("/dora", "/dora/tableaux/B_07.01", "/dora/tableaux/B_02.01?vue=lignes"):
            client.get(path)
            statements.clear()
            client.get(path)
            counted.append(len(statements))
    assert counted[:3] == counted[3:]
    assert max(counted) <= 24, counted


def test_defects_are_shown_by_page(session, as_):
    entity = kept_entity(session)
    for _ in range(30):
        ict_service(session, vendor_of(session), entity, [])
    session.commit()
    client = as_(Role.DPO)
    assert "Page 1 sur 2" in client.get("/dora/tableaux/B_02.02").words
    assert "Page 2 sur 2" in client.get("/dora/tableaux/B_02.02?page=2").words
    client.get("/dora/tableaux/B_09.99", status=404)


def test_the_facts_of_an_entity_are_typed_and_noted(session, as_):
    entity = kept_entity(session)
    session.commit()
    client = as_(Role.DPO)
    path = f"/dora/entites/{entity.id}"
    values = {"authority": "AMF", "hierarchy": "eba_RP:x56", "parent_lei": lei_of(9), "currency": "EUR",
              "total_assets": "120", "has_branches": "oui", "branches": "BE-1 | Bruxelles | BE"}  # fmt: skip
    client.post(path, values, page=path)
    facts = session.get_one(DoraEntity, entity.id)
    assert (facts.authority, facts.total_assets, facts.branches) == ("AMF", 120, ["BE-1 | Bruxelles | BE"])
    entry = session.query(JournalEntry).order_by(JournalEntry.id.desc()).first()
    assert (entry.action, entry.object_type, entry.after["dora_authority"]) == ("dora.entity", "LegalEntity", "AMF")
    page = client.post(path, values | {"branches": "Bruxelles"}, page=path, status=422)
    assert "écrivez le code, le nom et le pays" in page.words
    page = client.post(path, values | {"parent_lei": lei_of(9)[:-2] + "00"}, page=path, status=422)
    assert "clé de contrôle" in page.words


def test_answers_are_defined_in_our_words(session, as_):
    entity = kept_entity(session, definitions={})
    session.commit()
    path = f"/dora/entites/{entity.id}/definitions"
    client = as_(Role.DPO)
    client.post(path, {"c0040": "Rien de personnel", "c0050": ""}, page=path)
    assert session.get_one(DoraEntity, entity.id).definitions == {"c0040": "Rien de personnel"}
    assert "Rien de personnel" in client.get(path).response.get_data(as_text=True)


def test_a_function_is_entered_corrected_and_taken_out_unless_a_service_supports_it(session, as_):
    service = complete_world(session)
    session.commit()
    client = as_(Role.DPO)
    path = f"/dora/entites/{service.legal_entity_id}/fonctions/nouvelle"
    client.post(path, {"name": "Crédits", "criticality": YES, "rto_hours": "8"}, page=path)
    made = session.query(DoraFunction).filter_by(name="Crédits").one()
    client.post(f"/dora/fonctions/{made.id}", {"name": "Crédits immobiliers"}, page=f"/dora/fonctions/{made.id}")
    session.refresh(made)
    assert made.name == "Crédits immobiliers"
    client.post(f"/dora/fonctions/{made.id}/retirer", {})
    held = session.query(DoraFunction).one()
    client.post(f"/dora/fonctions/{held.id}/retirer", {})
    assert session.query(DoraFunction).one() is held
    assert "soutiennent cette fonction" in client.get("/dora").words


def test_a_provider_is_identified_by_a_number_and_its_type(session, as_):
    service = complete_world(session)
    session.commit()
    client = as_(Role.DPO)
    path = f"/dora/prestataires/{service.vendor_id}"
    page = client.post(path, {"code": "FRRCS.1", "code_type": ""}, page=path, status=422)
    assert "ou ni l’un ni l’autre" in page.words
    client.post(path, {"code": "FRRCS.1", "code_type": "eba_qCO:qx2002", "is_own_parent": "oui"}, page=path)
    assert session.query(DoraProvider).one().code == "FRRCS.1"
    company = company_named(session, "Câbles")
    session.commit()
    path = f"/dora/societes/{company.id}"
    client.post(path, {"code": lei_of(8), "code_type": "eba_qCO:qx2000"}, page=path)
    assert session.query(DoraProvider).filter_by(company_id=company.id).one().code == lei_of(8)


def test_two_contracts_cannot_have_one_reference(session, as_):
    service = complete_world(session)
    other = contract_in_force(session, identified(session, vendor_of(session)), service.legal_entity)
    first = session.query(DoraContract).first()
    first.reference = "C-12"
    session.commit()
    client = as_(Role.DPO)
    path = f"/dora/contrats/{other.id}"
    page = client.post(path, {"reference": "C-12"}, page=path, status=422)
    assert "a déjà cette référence" in page.words
    client.post(path, {"reference": "C-13", "overarching_id": str(first.contract_id), "annual_cost": "7"}, page=path)
    facts = session.get_one(DoraContract, other.id)
    assert (facts.reference, facts.overarching_id, facts.annual_cost) == ("C-13", first.contract_id, 7)


def test_a_service_leaves_the_register_with_a_reason_alone(session, as_):
    service = complete_world(session)
    session.commit()
    client = as_(Role.DPO)
    path = f"/dora/prestations/{service.id}"
    page = client.post(path, {"is_ict": "non", "not_ict_why": ""}, page=path, status=422)
    assert "il sort du registre" in page.words
    page = client.post(path, {"is_ict": "oui", "rest_countries": "Union européenne"}, page=path, status=422)
    assert "le registre demande chaque pays" in page.words
    function = session.query(DoraFunction).one()
    client.post(
        path, {"is_ict": "oui", "rest_countries": "France, Belgique", "functions": [str(function.id)]}, page=path
    )
    assert session.query(DoraService).one().rest_countries == ["FR", "BE"]


def test_who_underpins_a_service_is_judged_rank_by_rank(session, as_):
    service = complete_world(session)
    provider = company_named(session, "Azur", vendor_id=service.vendor_id)
    second, third = company_named(session, "Datacentre"), company_named(session, "Gardien")
    engages(session, provider, second)
    engages(session, second, third)
    session.commit()
    client = as_(Role.DPO)
    path = f"/dora/prestations/{service.id}/chaine"
    assert "Gardien" not in client.get(path).words, "what is not judged is not followed"
    client.post(path, {"societe": str(second.id), "concourt": "oui"}, page=path)
    assert "Gardien" in client.get(path).words
    client.post(path, {"societe": str(second.id), "concourt": "non"}, page=path)
    assert session.query(DoraSubcontractor).one().underpins is False
    client.post(path, {"societe": str(second.id), "concourt": "peut-être"}, page=path, status=400)


def test_the_package_is_downloaded_or_the_page_says_what_it_lacks(session, as_):
    service = complete_world(session)
    session.commit()
    client = as_(Role.DPO)
    response = client.client.get("/dora/paquet")
    assert zipfile.is_zipfile(io.BytesIO(response.data))
    assert response.headers["Content-Disposition"].startswith("attachment")
    service.legal_entity.lei = ""
    session.commit()
    client.client.get("/dora/paquet")
    assert "dites laquelle, et donnez son LEI" in client.get("/dora").words
