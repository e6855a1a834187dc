import io
from datetime import date, timedelta

import pytest

from portal.authz.policy import Role
from portal.processing.models import ActivityVersion, ProcessingActivity
from portal.processing.rules.sheets import ActivityRole
from portal.processing.services import create_activity, set_services
from tests.factories.desk import entity_of, service_of
from tests.factories.register import activity_of, controller_sheet, processor_sheet
from tests.factories.world import vendor_of
from tests.web.test_edit_form import fields_of


@pytest.fixture
def dpo(as_):
    return as_(Role.DPO)


def held(session):
    return session.query(ProcessingActivity).one()


def test_a_lawyer_gets_a_first_register_from_models(as_, session):
    entity = entity_of(session)
    session.commit()
    lawyer = as_(Role.LEGAL)
    given = {"legal_entity_id": entity.id, "activities": ["paie", "boutique"], "technical": "Chiffrement des postes"}
    done = lawyer.follow(lawyer.post("/registre/modeles", given))
    assert "2 fiches entrées au registre" in done.words
    assert "Paie" in done.words
    assert "0 fiche sur 2 confirmée dans l’année" in done.words
    assert lawyer.post("/registre/modeles", {**given, "activities": []}, status=422)


def test_a_line_is_written_corrected_and_confirmed(dpo, session):
    entity = entity_of(session)
    session.commit()
    path = f"/registre/nouveau?entite={entity.id}&role=responsable"
    refused = dpo.post(path, {"name": "", "purpose": "Livrer les commandes"}, status=422)
    assert "Livrer les commandes" in refused.text
    bad = {"name": "Vente", "transfers": "Acme Inc | Inde | de bonnes intentions"}
    refused = dpo.post(path, bad, status=422)
    assert "Clauses contractuelles types" in refused.words
    assert "de bonnes intentions" in refused.text, "what was typed is still there"
    typed = {
        "name": "Vente", "purpose": "Livrer les commandes", "legal_basis": "contrat", "subjects": ["clients"],
        "data_identification": "Nom, adresse", "retention_identification": "3 ans", "internal_recipients": "Logistique",
        "transfers": "Acme Inc | Inde | clauses contractuelles types | Dossier 12", "technical_measures": "Chiffrement",
        "volume": "inconnu", "listed": "",
    }  # fmt: skip
    shown = dpo.follow(dpo.post(path, typed))
    assert "1 point à compléter" in shown.words
    assert "Passez en revue les critères" in shown.words
    line = held(session)
    edit = f"/registre/{line.id}/modifier"
    values = fields_of(dpo.get(edit))
    assert values["transfers"][0].strip() == "Acme Inc | Inde | Clauses contractuelles types | Dossier 12"
    shown = dpo.follow(dpo.post(edit, {**values, "criteria_seen": "y"}))
    assert "Complète" in shown.words
    confirmed = dpo.follow(dpo.post(f"/registre/{line.id}/confirmer", {"number": "2"}))
    assert "est confirmé" in confirmed.words
    assert "relisez-la" in dpo.follow(dpo.post(f"/registre/{line.id}/confirmer", {"number": "1"})).words
    assert "relisez-la" in dpo.follow(dpo.post(f"/registre/{line.id}/confirmer", {"number": "tout"})).words


def test_saving_a_form_untouched_changes_nothing(dpo, ctx, session):
    for sheet in (controller_sheet(transfers=()), processor_sheet()):
        line = activity_of(ctx, sheet)
        session.commit()
        path = f"/registre/{line.id}/modifier"
        dpo.post(path, fields_of(dpo.get(path)))
        assert session.query(ActivityVersion).filter_by(activity_id=line.id).count() == 1


def test_services_are_linked_and_taken_off_one_by_one(dpo, ctx, session):
    line = activity_of(ctx)
    service = service_of(session, vendor_of(session, name="Kerala Desk"), name="Appels", locations=["IN"])
    session.commit()
    path = f"/registre/{line.id}/prestations"
    assert "Kerala Desk" in dpo.get(f"{path}?q=kerala").words
    assert "Aucune prestation ici" in dpo.get(f"{path}?q=nulle+part").words
    dpo.post(path, {"prestation": [str(service.id), "x"]})
    assert "Kerala Desk" in dpo.get(f"/registre/{line.id}").words
    dpo.post(path, {"prestation": str(service.id), "decision": "retirer"})
    assert "Kerala Desk" not in dpo.get(f"/registre/{line.id}").all(".section")[3].text_content()


def test_no_figure_of_today_is_shown_as_that_of_another_day_or_of_fewer_lines(dpo, ctx, session):
    line = activity_of(ctx)
    entity_of(session)
    session.commit()
    by_entity = f"//main//a[starts-with(@href, '/registre/entites/{line.legal_entity_id}')]"
    counted = f"{by_entity}/following-sibling::span[1]"
    assert "0 fiche sur 1 confirmée" in dpo.get("/registre").words
    assert [one.text_content() for one in dpo.get("/registre").all(counted)] == ["1"]
    assert dpo.get("/registre").all(".tabs__count")
    assert not dpo.get("/registre?q=nulle").all(".tabs__count")
    past = (ctx.today - timedelta(days=1)).isoformat()
    session.get(ActivityVersion, 1).valid_from = ctx.today - timedelta(days=3)
    line.confirmed_on, line.confirmed_by = ctx.today, "Awa"
    session.commit()
    shown = dpo.get(f"/registre?au={past}&vue=terminees")
    assert "Vente en ligne" in shown.words
    assert "Jamais confirmée" in shown.words
    assert "confirmée dans l’année" not in shown.words
    assert "À confirmer par" not in shown.words
    assert not shown.all(counted)
    assert [one.get("href").partition("?")[2] for one in shown.all(by_entity)] == [f"au={past}"]
    assert "Vente en ligne" in dpo.get(f"/registre?au={past}&pour=moi").words, "whose it was then is not kept"
    doors = shown.all("//nav[contains(@class, 'tabs')]//a")
    assert [one.text_content().strip() for one in doors] == ["Toutes", "À compléter", "AIPD à faire"]
    assert "Jamais confirmée" in dpo.get(f"/registre/{line.id}?au={past}").words


def test_a_line_is_read_as_of_a_day_and_ended(dpo, ctx, session):
    line = activity_of(ctx)
    session.commit()
    shown = dpo.get(f"/registre/{line.id}?au=1900-01-01", status=404)
    assert shown.status == 404
    assert "Le registre tel qu’il était" in dpo.get("/registre?au=2020-01-01").words
    assert "comprise entre" in dpo.get("/registre?au=3000-01-01").words
    ended = dpo.follow(dpo.post(f"/registre/{line.id}/terminer", {}))
    assert "Terminée" in ended.words
    assert "Vente en ligne" in dpo.get("/registre?vue=terminees").words
    assert "Vente en ligne" not in dpo.get("/registre").all(".page-header")[0].text_content()


def test_a_version_is_told_until_the_eve_of_the_one_that_replaces_it(dpo, ctx, session):
    """As of the day it was replaced, the register says the next one."""
    line = activity_of(ctx)
    first = session.query(ActivityVersion).one()
    first.valid_from, first.valid_until = date(2026, 10, 12), date(2026, 11, 1)
    for number, until in ((2, date(2026, 11, 1)), (3, None)):
        kept = {column: getattr(first, column) for column in ("activity_id", "name", "content", "gaps", "written_by")}
        session.add(ActivityVersion(
            **kept, number=number, valid_from=date(2026, 11, 1), valid_until=until, written_at=first.written_at,
        ))  # fmt: skip
    session.commit()
    words = dpo.get(f"/registre/{line.id}").words
    assert "n° 1 du 12 oct. 2026 au 31 oct. 2026" in words
    assert "n° 2 une partie du 1er nov. 2026" in words
    assert "n° 3 depuis le 1er nov. 2026" in words


def test_management_reads_and_the_person_named_confirms(as_, dpo, ctx, session):
    line = activity_of(ctx)
    buyer = as_(Role.BUYER)
    session.commit()
    dpo.post(f"/registre/{line.id}/charge", {"owner_id": str(buyer.user.id)})
    assert not as_(Role.MANAGEMENT).get(f"/registre/{line.id}").all("//form[contains(@action, 'confirmer')]")
    done = buyer.follow(buyer.post(f"/registre/{line.id}/confirmer", {"number": "1", "suite": "1"}))
    assert "est confirmé" in done.words
    assert dpo.get(f"/registre/entites/{line.legal_entity_id}").words.count("Confirmée le") == 1


@pytest.mark.parametrize("role", [Role.VENDOR_ADMIN, Role.VENDOR_RESPONDENT, Role.VENDOR_READER, Role.EXPERT])
def test_no_vendor_and_no_expert_sees_the_register(as_, ctx, session, role):
    line = activity_of(ctx)
    session.commit()
    for path in ("/registre", f"/registre/{line.id}", f"/registre/entites/{line.legal_entity_id}"):
        as_(role).get(path, status=403)


def test_a_search_finds_a_line_by_its_purpose(dpo, ctx, session):
    activity_of(ctx)
    session.commit()
    assert "Vente en ligne" in dpo.get("/recherche?q=commandes").words


def test_pages_cost_the_same_statements_with_three_lines_and_with_thirty(dpo, ctx, session, statements):
    entity = entity_of(session)
    linked = [service_of(session, vendor_of(session, name=f"Acme {rank}"), name="Appels") for rank in range(3)]

    def counted(lines):
        for rank in range(lines):
            made = create_activity(ctx, entity, ActivityRole.CONTROLLER, controller_sheet(name=f"Ligne {rank}"))
            set_services(ctx, made, [one.id for one in linked])
        session.commit()
        found = {}
        for path in ("/registre", f"/registre/entites/{entity.id}", f"/registre/{made.id}"):
            session.expire_all()
            statements.clear()
            dpo.get(path)
            found[path.rstrip("0123456789")] = len(statements)
        return found

    dpo.get("/registre")  # what a process asks once for its menus is not the page's
    few = counted(3)
    assert counted(30) == few
    assert max(few.values()) <= 20, few


def test_a_register_leaves_and_comes_back_by_the_pages(dpo, ctx, session):
    activity_of(ctx)
    session.commit()
    left = dpo.client.get("/registre/export/ods")
    assert left.headers["Content-Disposition"].endswith('.ods"')
    given = {"file": (io.BytesIO(left.data), "registre.ods")}
    done = dpo.follow(dpo.post("/registre/import", given, content_type="multipart/form-data"))
    assert "Fiches entrées : 0 ; modifiées : 0 ; inchangées : 1" in done.words
    broken = left.data[:-40]
    refused = dpo.post("/registre/import", {"file": (io.BytesIO(broken), "r.ods")}, status=422,
                       content_type="multipart/form-data")  # fmt: skip
    assert "endommagé" in refused.words
    table = "Clé de l'entité;Nom du traitement;L'entité agit comme\ninconnue;Paie;Responsable de traitement\n"
    refused = dpo.post("/registre/import", {"file": (io.BytesIO(table.encode()), "r.csv")}, status=422,
                       content_type="multipart/form-data")  # fmt: skip
    assert "n’est pas au portail" in refused.words
    dpo.get("/registre/export/exe", status=404)
