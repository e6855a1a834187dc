"""« V leaks on Friday at 18:00 »: the same pages on a copy, timed by the rules of the true thing, and no trace."""

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from portal.drills.models import Drill, DrillStep
from portal.drills.rules import DrillState
from portal.incidents.models import Incident
from portal.jobs.models import Job, Mail
from portal.journal.models import JournalEntry
from tests.drills.conftest import BREACH, digests, reached

FACTS = {
    "what": "Un serveur de fichiers a été copié par un inconnu entre midi et deux.",
    "noticed_at": "2026-11-27T15:00", "contact": "Ana, ana@sud.example, 04 00 00 00 00", "nature": ["confidentialite"],
    "cause": "attaque", "subjects": ["clients"], "categories": ["identification"], "persons": "1200", "records": "3400",
    "consequences": "Des personnes peuvent être démarchées ou trompées par un faux message.",
    "measures": "Le serveur a été coupé, les mots de passe changés, une plainte déposée.",
}  # fmt: skip
ASSESSED = {
    "illisibles": "non", "retablies": "non", "reconnaissables": "oui", "sensibles": "non", "vulnerables": "non",
    "graves": "non", "risk": "risque",
    "reason": "Des coordonnées seules, sans moyen de paiement, mais de nombreuses personnes.",
}  # fmt: skip


def record(client, at, **facts):
    form = {"vendor": "Hébergeur Sud", "aware_at": "2026-11-27T18:00", **FACTS, **facts}
    return client.post(f"{at}/violations/nouvelle", form)


def minutes_taken(portal):
    """The whole minutes from the start of the drill to its last step: a busy machine may take some of its own."""
    with portal.database.reading() as session:
        last = session.scalar(select(func.max(DrillStep.reached_at)))
        taken = (last - session.get(Drill, 1).begun_at) // timedelta(minutes=1)
    assert taken >= 37
    return taken


def test_a_whole_drill_leaves_every_table_as_it_was_but_the_journal_and_its_own(portal, dpo):
    before = digests(portal.database)
    dpo.post("/exercices/nouveau/fuite", BREACH)
    with portal.database.transaction() as session:
        session.get(Drill, 1).begun_at -= timedelta(minutes=37)
    at = "/exercice/1"
    assert record(dpo, at).response.headers["Location"] == f"{at}/violations/1"
    shown = dpo.get(f"{at}/violations/1/traitements", status=200)
    assert "Retenir" in shown.words
    dpo.post(f"{at}/violations/1/traitements", {"lines": [str(portal.activity.id)], "persons": "1200", "adds": "y"})
    dpo.post(f"{at}/violations/1/demander", {"text": "Quelles données, et depuis quand exactement ?"})
    dpo.post(f"{at}/violations/1/evaluer", ASSESSED)
    assert reached(portal) == {"connaissance", "carte", "contenu", "prestataire"}
    assert dpo.client.get(f"{at}/violations/1/lettres/notification-fr.docx").status_code == 200
    assert "notification" in reached(portal)
    dpo.post(f"{at}/violations/1/notifier", {"at": "2026-11-27T18:00", "reference": "EXERCICE-1"})
    assert reached(portal) == {
        "connaissance", "carte", "contenu", "prestataire", "decision", "notification", "message",
    }  # fmt: skip
    page = dpo.get("/exercices/1")
    assert "message" in page.words
    dpo.post("/exercices/1/terminer", page="/exercices/1")
    assert digests(portal.database) == before
    assert not list(portal.folder.glob("exercices/*"))
    report = dpo.get("/exercices/1")
    assert f"Toutes les étapes en {minutes_taken(portal)} min, objectif de 240 tenu" in report.words
    with portal.database.reading() as session:
        drill = session.get(Drill, 1)
        assert (drill.state, drill.mails > 0, drill.erased_at is not None) == (DrillState.ENDED, True, True)
        noted = session.scalars(
            select(JournalEntry.action).where(JournalEntry.action.like("drill.%")).order_by(JournalEntry.id)
        ).all()
        others = session.scalar(
            select(func.count(JournalEntry.id)).where(JournalEntry.action.like("incident.%"))
        )  # fmt: skip
    assert noted == ["drill.asked", "drill.begun", "drill.ended", "drill.erased"]
    assert others == 0


def test_no_message_leaves_and_no_job_of_the_true_portal_waits(portal, dpo, breach):
    with portal.database.reading() as session:
        before = [session.scalar(select(func.count(one.id))) for one in (Mail, Job)]
    record(dpo, breach)
    dpo.post(f"{breach}/violations/1/demander", {"text": "Quelles données, et depuis quand exactement ?"})
    with portal.database.reading() as session:
        assert [session.scalar(select(func.count(one.id))) for one in (Mail, Job)] == before
    assert not list(portal.folder.glob("mail/*"))
    with portal.database.reading() as session:
        assert session.get(Drill, 1).mails > 0


def test_every_page_of_the_drill_says_so_and_links_stay_in_it(portal, dpo, breach):
    for path in ("/violations", f"/sous-traitants/{portal.vendor.id}", "/registre", "/contrats"):
        page = dpo.get(breach + path)
        assert "Rien de ce que vous écrivez ici n’entre dans un registre" in page.words
        links = {one.get("href") for one in page.all("//nav//a[@href] | //main//a[@href]")}
        outside = {one for one in links if one.startswith("/") and not one.startswith(f"{breach}/")}
        assert outside <= {"/exercices/1"}, outside
    true = dpo.get("/violations")
    assert "n’entre dans un registre" not in true.words


def test_the_pages_live_at_the_hour_of_the_drill(dpo, breach):
    page = dpo.get(f"{breach}/violations/nouvelle")
    assert page.all("//input[@name='aware_at']")[0].get("value") == "2026-11-27T18:00"


def test_a_form_opened_in_a_drill_cannot_reach_the_register_once_it_is_over(portal, dpo, breach):
    token = dpo.csrf(f"{breach}/violations/nouvelle")
    dpo.post("/exercices/1/terminer", page="/exercices/1")
    late = dpo.client.post(
        f"{breach}/violations/nouvelle",
        data={"csrf_token": token, "vendor": "Hébergeur Sud", "aware_at": "2026-11-24T09:00", **FACTS},
    )
    assert late.status_code == 404
    with portal.database.reading() as session:
        assert session.scalar(select(func.count(Incident.id))) == 0


class TestLies:
    """The cheapest way to stop each clock without the work."""

    def test_a_breach_of_another_vendor_is_not_that_of_the_drill(self, portal, dpo, breach):
        record(dpo, breach, vendor="Autre Société")
        assert reached(portal) == set()

    def test_a_breach_withdrawn_as_a_mistake_takes_its_times_with_it(self, portal, dpo, breach):
        record(dpo, breach)
        assert "connaissance" in reached(portal)
        dpo.post(f"{breach}/violations/1/retirer", {"text": "Ce n'était finalement pas une violation de données."})
        assert reached(portal) == set()

    def test_empty_fields_and_letters_that_say_nothing_are_no_content(self, portal, dpo, breach):
        record(dpo, breach, measures="aaaa aaaa aaaa aaaa aaaa", consequences="")
        assert reached(portal) == {"connaissance"}

    def test_a_document_taken_out_empty_does_not_stop_the_clock(self, portal, dpo, breach):
        record(dpo, breach, consequences="")
        assert dpo.client.get(f"{breach}/violations/1/lettres/notification-fr.docx").status_code == 200
        assert reached(portal) == {"connaissance"}

    def test_a_document_that_nobody_took_out_does_not_either(self, portal, dpo, breach):
        record(dpo, breach)
        dpo.post(f"{breach}/violations/1/evaluer", ASSESSED)
        assert reached(portal) == {"connaissance", "contenu"}

    def test_a_document_of_another_breach_does_not_either(self, portal, dpo, breach):
        record(dpo, breach, vendor="Autre Société")
        dpo.post(f"{breach}/violations/1/evaluer", ASSESSED)
        record(dpo, breach)
        dpo.post(f"{breach}/violations/2/evaluer", ASSESSED)
        assert dpo.client.get(f"{breach}/violations/1/lettres/notification-fr.docx").status_code == 200
        assert "notification" not in reached(portal)

    def test_looking_at_the_map_without_keeping_a_line_is_no_answer_while_it_proposes_some(self, portal, dpo, breach):
        record(dpo, breach)
        dpo.post(f"{breach}/violations/1/traitements", {"persons": "12", "adds": "y"})
        assert "carte" not in reached(portal)

    def test_a_note_of_ours_is_no_question_to_the_vendor(self, portal, dpo, breach):
        record(dpo, breach)
        dpo.post(f"{breach}/violations/1/noter", {"text": "Appeler le prestataire demain matin à la première heure."})
        dpo.post(f"{breach}/violations/1/demander", {"text": "?"})
        assert "prestataire" not in reached(portal)

    def test_a_high_risk_is_not_decided_until_the_persons_are_told_or_an_exception_is_said(self, portal, dpo, breach):
        record(dpo, breach)
        dpo.post(f"{breach}/violations/1/evaluer", {**ASSESSED, "graves": "oui", "risk": "eleve"})
        dpo.post(f"{breach}/violations/1/notifier", {"at": "2026-11-27T18:00", "reference": "EXERCICE-1"})
        assert not {"decision", "message"} & reached(portal)
        dpo.client.get(f"{breach}/violations/1/lettres/personnes-fr.docx")
        assert "message" in reached(portal)
        told = {"at": "2026-11-27T18:00", "how": "Par courriel, à chacune des personnes concernées."}
        dpo.post(f"{breach}/violations/1/informer", told)
        assert "decision" in reached(portal)

    def test_a_step_that_is_undone_loses_its_time(self, portal, dpo, breach):
        record(dpo, breach)
        assert "contenu" in reached(portal)
        path = f"{breach}/violations/1/faits"
        dpo.post(path, {**FACTS, "measures": ""}, page=path)
        assert "contenu" not in reached(portal)

    def test_nothing_done_is_never_a_success(self, portal, dpo, breach):
        dpo.post("/exercices/1/terminer", page="/exercices/1")
        page = dpo.get("/exercices/1")
        assert "Étapes franchies : 0 sur 7" in page.words.replace("\u202f", " ")
        assert "objectif" not in page.words.split("Les temps")[0]
        with portal.database.reading() as session:
            assert session.scalar(select(func.count(DrillStep.id))) == 0


class TestWho:
    """Who begins, who takes part, who sees."""

    def test_a_vendor_never_reaches_a_drill_whatever_the_address(self, portal, breach):
        vendor = portal.client(portal.outsider).client
        for path in ("/exercices", "/exercices/1", f"{breach}/violations", f"{breach}/espace/", f"{breach}/"):
            assert vendor.get(path, follow_redirects=False).status_code in {403, 404}, path
        assert vendor.post(f"{breach}/violations/nouvelle").status_code in {400, 403, 404}

    @pytest.mark.parametrize("who", ["buyer", "manager"])
    def test_a_colleague_who_was_not_invited_does_not_enter(self, portal, breach, who):
        client = portal.client(getattr(portal, who))
        assert client.client.get(f"{breach}/violations").status_code == 404
        assert client.client.get("/exercices/1").status_code == (404 if who == "buyer" else 200)

    def test_one_who_was_does_and_both_see_the_same(self, portal, dpo, breach):
        lawyer = portal.client(portal.lawyer)
        record(lawyer, breach)
        assert "Hébergeur Sud" in dpo.get(f"{breach}/violations").words
        with portal.database.reading() as session:
            assert session.scalars(select(DrillStep.reached_by).distinct()).all() == [portal.lawyer.name]

    def test_a_colleague_is_invited_on_the_way(self, portal, dpo, breach):
        dpo.post("/exercices/1/inviter", {"user": str(portal.buyer.id)}, page="/exercices/1")
        assert portal.client(portal.buyer).client.get(f"{breach}/violations").status_code == 200

    def test_only_who_holds_drills_begins_or_ends_one(self, portal, breach):
        for user in (portal.lawyer, portal.buyer):
            client = portal.client(user)
            assert client.client.get("/exercices/nouveau/fuite").status_code == 403
            token = client.csrf("/mon-compte")
            assert client.client.post("/exercices/1/terminer", data={"csrf_token": token}).status_code == 403
        portal.client(portal.manager).post("/exercices/1/terminer", page="/exercices/1")

    def test_a_stranger_is_sent_to_sign_in_and_nothing_of_the_drill_is_served(self, portal, breach):
        stranger = portal.app.test_client()
        answer = stranger.get(f"{breach}/violations")
        assert answer.status_code == 302
        assert "/connexion" in answer.headers["Location"]
        assert stranger.post(f"{breach}/violations/nouvelle").status_code in {400, 401}

    def test_the_account_is_the_true_one(self, portal, dpo, breach):
        answer = dpo.client.get(f"{breach}/mon-compte")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/mon-compte")
        token = dpo.csrf("/mon-compte")
        assert dpo.client.post(f"{breach}/mon-compte", data={"csrf_token": token}).status_code == 403
        assert dpo.client.get(f"{breach}/exercices").headers["Location"] == "/exercices"


def test_two_drills_at_once_know_nothing_of_each_other(portal, dpo, breach):
    dpo.post("/exercices/nouveau/fuite", BREACH)
    record(dpo, "/exercice/2")
    assert reached(portal, 1) == set()
    assert "connaissance" in reached(portal, 2)
    dpo.post("/exercices/2/terminer", page="/exercices/2")
    assert dpo.get(f"{breach}/violations").status == 200


def test_an_ordinary_page_asks_nothing_more_of_the_database(portal, dpo):
    seen = []
    event.listen(portal.database.engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    dpo.get("/violations")
    assert not [one for one in seen if "drill" in one]
