"""Pages of mystery withdrawals: what they show, to whom, and what each form does."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.consumer_law.rules.periods import ContractKind
from portal.core.clock import LEGAL_ZONE
from portal.core.language import Language
from portal.mystery import services
from portal.mystery.models import MysteryObservation, MysteryPlan, MysteryState, MysteryTest
from portal.mystery.rules.judgement import ObservationAnswer
from portal.mystery.rules.script import Way
from portal.vendors.models import Membership
from tests.conftest import NOW
from tests.factories import files
from tests.factories.mystery import observed, planned, running
from tests.factories.people import user_of
from tests.factories.world import vendor_of, vendor_user

LIST = "/retractation/tests"
"""Pages are read today: what they say of days is told from it."""


@pytest.fixture
def system(session, app):
    return Context(session, SYSTEM, NOW)


@pytest.fixture
def vendor(session):
    return vendor_of(session, name="Callisto")


def url(test, rest=""):
    return f"{LIST}/{test.id}{rest}"


def picture(name="ecran.png"):
    return (io.BytesIO(files.picture("PNG")), name)


def concluded(ctx, vendor, way=Way.PHONE, **different):
    test = running(ctx, vendor, way)
    observed(ctx, test, **different)
    services.conclude_test(ctx, test)
    return test


# --- lists and plans --------------------------------------------------------------------------------------------------


def test_an_empty_list_says_what_to_do(as_):
    page = as_(Role.LEGAL).get(LIST)
    assert "Aucun test mystère n’est planifié" in page.words
    assert page.all(f"//main//a[@href='{LIST}/nouveau']")
    assert not as_(Role.MANAGEMENT).get(LIST).all(f"//main//a[@href='{LIST}/nouveau']")


def test_the_tab_leads_there(as_):
    page = as_(Role.LEGAL).get("/retractation/calculateur")
    assert page.all(f"//nav//a[@href='{LIST}']")


def test_planning_from_a_vendor_to_its_page(as_, session, vendor):
    client = as_(Role.LEGAL)
    page = client.get(f"{LIST}/nouveau?sous-traitant={vendor.id}")
    assert page.one("#vendor").get("value") == "Callisto"
    data = {"vendor": "callisto", "way": "phone", "interface": "+33 4 00 00 00 10", "every": "6", "tester": "Ana"}
    shown = client.follow(client.post(f"{LIST}/nouveau", {**data, "first_on": day(-3).isoformat()}))
    assert "tous les 6 mois" in shown.words
    assert "+33 4 00 00 00 10" in shown.words
    assert session.scalars(select(MysteryPlan)).one().every == 6
    listed = client.get(LIST).words
    assert "Tester Callisto" in listed
    assert "dans 3 jours" in listed


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"vendor": "Inconnu"}, "Aucun sous-traitant"),
        ({"first_on": "2020-01-01"}, "Le premier jour est passé"),
        ({"first_on": "demain"}, "Cette date n’est pas reconnue"),
        ({"every": "99"}, "de 1 à 24"),
        ({"interface": ""}, "Remplissez ce champ"),
        ({"way": "fax"}, ""),
    ],
)
def test_a_plan_that_cannot_be_is_sent_back_with_what_was_typed(as_, session, vendor, changed, said):
    data = {"vendor": "Callisto", "way": "web", "interface": "https://x.test", "first_on": "2099-01-01", "every": ""}
    page = as_(Role.LEGAL).post(f"{LIST}/nouveau", {**data, **changed}, status=422)
    assert said in page.words
    assert session.scalars(select(MysteryPlan)).all() == []


def test_plans_are_listed_amended_and_stopped(as_, system, vendor):
    plan = planned(system, vendor).plan
    client = as_(Role.DPO)
    assert "tous les 3 mois" in client.get(f"{LIST}/plans").words
    client.post(f"{LIST}/plans/{plan.id}/modifier", {"interface": "+33 5", "tester": "Bo", "every": ""})
    page = client.get(f"{LIST}/plans").words
    assert "+33 5" in page
    assert "une seule fois" in page
    client.post(f"{LIST}/plans/{plan.id}/arreter", {"reason": ""}, status=422)
    stopped = client.follow(client.post(f"{LIST}/plans/{plan.id}/arreter", {"reason": "Contrat fini."}))
    assert "aucun" in stopped.words
    assert "arrêté" in client.post(f"{LIST}/plans/{plan.id}/arreter", {"reason": "Encore."}, status=422).words
    again = client.post(f"{LIST}/plans/{plan.id}/modifier", {"interface": "x", "every": "2"}, status=422)
    assert "Ce plan est arrêté" in again.words


def test_no_plan_is_no_dead_end(as_):
    assert "Planifier un test" in as_(Role.LEGAL).get(f"{LIST}/plans").words


def test_the_list_is_filtered_by_vendor_and_state(as_, session, system, vendor):
    other = vendor_of(session, name="Autre")
    concluded(system, vendor)
    planned(system, other)
    client = as_(Role.MANAGEMENT)
    page = client.get(f"{LIST}?etat=concluded&sous-traitant={vendor.id}")
    assert "1 test" in page.words
    assert not page.all(f"//table//a[.='{other.name}']")
    assert "Aucun test ne répond" in client.get(f"{LIST}?etat=skipped").words
    assert "À faire" in client.get(f"{LIST}?etat=nimporte").words


def test_a_planned_test_is_skipped_with_a_reason(as_, session, system, vendor):
    test = planned(system, vendor)
    client = as_(Role.LEGAL)
    assert client.get(url(test)).all(f"//a[@href='{url(test, '/commencer')}']")
    assert "Dites pourquoi" in client.post(url(test, "/passer"), {"reason": " "}, status=422).words
    page = client.follow(client.post(url(test, "/passer"), {"reason": "Testeuse absente."}))
    assert "le suivant est planifié" in page.words
    assert "Testeuse absente." in client.get(url(test)).words
    client.get(url(test, "/passer"), status=302)
    client.get(url(test, "/commencer"), status=302)
    session.expire_all()
    assert session.get(MysteryTest, test.id).state is MysteryState.SKIPPED


# --- running ----------------------------------------------------------------------------------------------------------


def day(ago):
    return (NOW.astimezone(LEGAL_ZONE) - timedelta(days=ago)).date()


def started(client, session, test, **order):
    data = {"kind": "goods", "ordered_on": day(10).isoformat(), "place": "FR/metropole", **order}
    page = client.follow(client.post(url(test, "/commencer"), data))
    session.expire_all()
    return page


def test_starting_lands_on_the_first_step(as_, session, system, vendor):
    test = planned(system, vendor, Way.WEB)
    client = as_(Role.LEGAL)
    wrong = client.post(url(test, "/commencer"), {"kind": "goods", "ordered_on": "2099-01-01"}, status=422)
    assert "Cette date est à venir" in wrong.words
    page = started(client, session, test, is_guest="y")
    assert page.one("h1").text_content() == "La fonction se trouve"
    assert "Pas 1 sur 14" in page.words
    assert "D221-5" in page.words
    assert page.one("#proof").get("accept") == "image/png,image/jpeg,application/pdf"


def test_a_step_is_noted_with_its_screenshot_and_the_next_one_comes(as_, session, system, vendor):
    test = planned(system, vendor, Way.WEB)
    client = as_(Role.LEGAL)
    started(client, session, test)
    found = client.post(
        url(test, "/pas/found"), {"said": "as_expected", "note": "", "seen": "0", "proof": picture()},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert client.follow(found).one("h1").text_content() == "Les mots du bouton"
    row = session.scalars(select(MysteryObservation)).one()
    download = client.client.get(url(test, f"/preuves/{row.id}"))
    assert download.data == files.picture("PNG")
    assert "attachment" in download.headers["Content-Disposition"]
    assert "Déjà noté" in client.get(url(test, "/pas/found")).words
    shown = client.get(url(test)).words
    assert "Pas notés : 1 sur 13" in shown
    assert "ecran.png" in shown


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"said": "different", "note": ""}, "Dites ce que vous avez vu"),
        ({"said": ""}, "Dites ce que vous avez vu"),
        (
            {"said": "as_expected", "proof": (io.BytesIO(b"MZ\x90\x00" + bytes(99)), "ecran.png")},
            "n’a pas été conservé",
        ),
        ({"said": "as_expected", "proof": (io.BytesIO(b"a;b"), "liste.csv")}, "Sont acceptés"),
    ],
)
def test_a_step_that_is_sent_back_keeps_nothing(as_, session, system, vendor, data, said):
    test = planned(system, vendor, Way.WEB)
    client = as_(Role.LEGAL)
    started(client, session, test)
    page = client.post(url(test, "/pas/found"), {"seen": "0", **data}, content_type="multipart/form-data", status=422)
    assert said in page.words
    assert session.scalars(select(MysteryObservation)).all() == []


def test_the_time_is_prefilled_by_the_server_and_may_be_changed(as_, session, system, vendor):
    test = planned(system, vendor)
    client = as_(Role.LEGAL)
    page = started(client, session, test, kind="service")
    given = page.one("#at").get("value")
    assert given.startswith(NOW.astimezone(LEGAL_ZONE).strftime("%Y-%m-%dT"))
    [button] = page.all("//button[@data-portal-now='at']")
    assert button.get("data-now").startswith(given[:13])
    when = day(5)
    client.post(url(test, "/pas/called"), {"said": "as_expected", "at": f"{when}T10:20", "seen": "0"})
    row = session.scalars(select(MysteryObservation)).one()
    assert row.at.astimezone(LEGAL_ZONE).strftime("%H:%M") == "10:20"
    wrong = client.post(
        url(test, "/pas/called"), {"said": "as_expected", "at": "hier", "seen": str(row.id)}, status=422
    )
    assert "31/12/2026 14:30" in wrong.words


def test_a_correction_says_why_and_a_colleague_is_not_overwritten(as_, session, system, vendor):
    test = running(system, vendor)
    services.record_observation(system, test, "reason", services.ObservationInput(ObservationAnswer.AS_EXPECTED))
    client = as_(Role.LEGAL)
    page = client.post(url(test, "/pas/reason"), {"said": "different", "note": "Demandé.", "seen": "0"}, status=422)
    assert "a noté ce pas entre-temps" in page.words
    seen = page.one("#seen").get("value")
    client.post(url(test, "/pas/reason"), {"said": "different", "note": "", "seen": seen}, status=422)
    client.post(url(test, "/pas/reason"), {"said": "different", "note": "Demandé deux fois.", "seen": seen})
    shown = client.get(url(test))
    assert "1 observation remplacée" in shown.words
    assert "Demandé deux fois." in shown.words


def test_the_receipt_of_the_goods_gives_the_last_day(as_, session, system, vendor):
    test = planned(system, vendor, Way.WEB)
    client = as_(Role.LEGAL)
    started(client, session, test)
    assert "Dernier jour de cette commande" not in client.get(url(test, "/pas/last-day")).words
    client.post(url(test, "/commande"), {"received_on": "2099-01-01"}, status=422)
    client.post(url(test, "/commande"), {"received_on": day(9).isoformat(), "reference": "C-1"})
    assert "Dernier jour de cette commande" in client.get(url(test, "/pas/last-day")).words
    assert "C-1" in client.get(url(test)).words


def test_the_last_step_says_that_all_are_noted_then_the_test_is_concluded(as_, session, system, vendor):
    test = running(system, vendor)
    observed(system, test)
    last = session.scalars(select(MysteryObservation).order_by(MysteryObservation.id.desc())).first()
    client = as_(Role.LEGAL)
    again = {"said": "as_expected", "note": "Relu.", "seen": str(last.id)}
    page = client.follow(client.post(url(test, f"/pas/{last.step}"), again))
    assert "Tous les pas sont notés" in page.words
    shown = client.follow(client.post(url(test, "/conclure"), page=url(test)))
    assert "Tout est tenu" in shown.words
    client.get(url(test, "/pas/called"), status=404)
    assert "pas en cours" in client.post(url(test, "/conclure"), status=422, page=LIST + "/nouveau").words


def test_an_unknown_step_does_not_exist(as_, system, vendor):
    as_(Role.LEGAL).get(url(running(system, vendor), "/pas/rien"), status=404)


# --- the result -------------------------------------------------------------------------------------------------------


def test_a_result_shows_each_step_with_word_icon_article_and_what_to_correct(as_, system, vendor):
    test = concluded(system, vendor, retention="Bon d'achat proposé.")
    page = as_(Role.MANAGEMENT).get(url(test))
    [badge] = page.all("//*[@id='pas-retention']//span[contains(@class, 'badge--danger')]")
    assert badge.text_content() == "Écart"
    assert badge.xpath(".//*[local-name()='svg']")
    assert "L221-24" in page.words
    assert "Interdire toute offre de rétention" in page.words
    assert "En 2 heures." in page.words
    assert not page.all(f"//a[@href='{url(test, '/pas/retention')}']")
    assert not page.all("//form[contains(@action, 'conclure')]")


def test_a_second_result_is_compared_with_the_first_and_drawn(as_, system, session, vendor):
    first = concluded(system, vendor, retention="Bon d'achat.", reason="Demandé.")
    later = Context(session, SYSTEM, system.now + timedelta(minutes=5))
    second = concluded(later, vendor, retention="Encore.")
    page = as_(Role.LEGAL).get(url(second))
    assert "Corrigé depuis" in page.words
    assert "Toujours en écart" in page.words
    assert "Du mieux" in page.words
    assert page.all("//*[@id='tendance-title']")
    alone = as_(Role.LEGAL).get(url(first))
    assert not alone.all("//*[@id='tendance-title']")
    assert "Depuis la dernière fois" not in alone.words


@pytest.mark.parametrize("way", Way)
def test_every_channel_has_its_pages_in_both_languages(as_, session, system, vendor, way):
    test = running(system, vendor, way, ContractKind.GOODS)
    client = as_(user_of(session, Role.LEGAL, language=Language.EN))
    for step in test.script:
        page = client.get(url(test, f"/pas/{step['key']}"))
        assert step["title"]["en"].replace("’", "'") in page.words.replace("’", "'")
    assert "Nobody noted" not in client.get(url(test)).words
    observed(system, test)
    services.conclude_test(system, test)
    shown = client.get(url(test)).words
    assert "All kept" in shown or "No breach seen" in shown


def test_in_english_the_words_of_an_article_are_english(as_, session, system, vendor):
    """« Contrat, CL30 ; preuve de L221-21 » is read by somebody who may have no French; the codes keep their names."""
    test = concluded(system, vendor, retention="Voucher offered.")
    client = as_(user_of(session, Role.LEGAL, language=Language.EN))
    page = client.get(url(test))
    assert "Contract, CL30; proof of L221-21" in page.words
    assert not page.all("//cite[contains(., 'Contrat,') or contains(., 'preuve de')]")
    assert {one.get("lang") for one in page.all("//cite[starts-with(., 'C.')]")} == {"fr"}
    assert {one.get("lang") for one in page.all("//cite[starts-with(., 'Contract')]")} == {None}


# --- who --------------------------------------------------------------------------------------------------------------


def test_a_vendor_sees_nothing_of_it(as_, session, system, vendor):
    test = concluded(system, vendor, retention="Bon d'achat.")
    client = as_(vendor_user(session, vendor))
    proof_id = session.scalars(
        select(MysteryObservation.id).where(MysteryObservation.stored_file_id.is_not(None))
    ).first()
    for path in (LIST, f"{LIST}/plans", url(test), url(test, f"/preuves/{proof_id}"), f"{LIST}/nouveau"):
        client.get(path, status=403)
    for path in ("/espace/", "/espace/constats"):
        assert "mystère" not in client.get(path).words


def test_readers_read_within_their_reach_and_write_nothing(as_, session, system, vendor):
    test = running(system, vendor)
    buyer = as_(Role.BUYER)
    buyer.get(url(test), status=404)
    expert = user_of(session, Role.EXPERT)
    session.add(Membership(user_id=expert.id, vendor_id=vendor.id, until=day(-9), role=Role.EXPERT))
    client = as_(expert)
    page = client.get(url(test))
    assert not page.all("//main//form")
    client.get(url(test, "/pas/called"), status=403)
    client.get(f"{LIST}/nouveau", status=403)


def test_a_list_costs_the_same_statements_whatever_its_length(as_, session, system, statements):
    client = as_(Role.LEGAL)
    planned(system, vendor_of(session))
    session.commit()
    client.get(LIST)
    statements.clear()
    client.get(LIST)
    few = len(statements)
    for _ in range(12):
        planned(system, vendor_of(session))
    session.commit()
    statements.clear()
    client.get(LIST)
    assert len(statements) == few
