from datetime import date, timedelta

import pytest

from portal.audits import services as audit_services
from portal.audits.models import AuditFinding
from portal.authz.policy import Role
from portal.core.clock import legal_date, now
from portal.core.language import Language
from portal.core.spreadsheets import read_table
from portal.findings.rules import FindingState, Severity
from portal.findings.services import CorrectiveAction, FindingSource, open_finding, propose_date, reply_to_finding
from tests.conftest import NOW
from tests.factories.findings import settle
from tests.factories.review import sent_case
from tests.factories.world import contact_of

SOON = date(2026, 12, 8)


def finding_of(case, key="a.contrat", **changes):
    """A finding on an answer of an audit."""
    values = {
        "severity": Severity.MAJOR, "title": "Contrat absent", "action": "Signer", "proof_expected": "Contrat",
        "responsible": "Eux", "due_on": legal_date(now()) + timedelta(days=30),
    }  # fmt: skip
    action = CorrectiveAction(**{**values, **changes})
    return audit_services.open_finding_on_answer(case.judging, case.audit, key, action)


@pytest.fixture
def page(as_):
    """The reviewer's page client for a case."""
    return lambda case: as_(case.reviewer)


# --- the queue


def test_the_list_of_findings_opens_on_what_waits_for_the_reviewer(page, sent):
    client = page(sent)
    assert "Rien n’est attendu des prestataires" in client.get("/audits/constats").words
    finding = finding_of(sent)
    sent.session.commit()
    assert "Contrat absent" in client.get("/audits/constats").words
    reply_to_finding(sent.answering, finding, "Signé.")
    sent.session.commit()
    found = client.get("/audits/constats")
    assert found.all("//nav[@class='tabs']//a[@aria-current]")[0].text_content().startswith("Réponse reçue")
    assert "Contrat absent" not in client.get("/audits/constats?vue=attendus").words
    assert "Contrat absent" in client.get("/audits/constats?vue=reponse-recue&gravite=major&q=nuage").words
    assert "Contrat absent" not in client.get("/audits/constats?vue=reponse-recue&gravite=minor").words


def test_the_plan_of_customer_relations_is_read_stage_by_stage(page, sent):
    late, told = finding_of(sent), finding_of(sent, "a.role", title="Numéro demandé sans le dire")
    sent.session.commit()
    assert "Plan d’amélioration" not in page(sent).get("/audits/constats").words
    late.subject, told.subject = "suites.remboursement", "appels.numero"
    sent.session.commit()
    shown = page(sent).get("/audits/constats?vue=attendus")
    assert "Plan d’amélioration de la relation client : Avant la vente 1 Après la vente 1" in shown.words
    (before,) = shown.all("//a[normalize-space()='Avant la vente']")
    listed = page(sent).get("/audits/constats" + before.get("href"))
    assert "Numéro demandé" in listed.words
    assert "Contrat absent" not in listed.words
    assert "Aucun constat ne répond" in page(sent).get("/audits/constats?vue=attendus&etape=pendant").words
    assert "Contrat absent" in page(sent).get("/audits/constats?vue=attendus&etape=ailleurs").words
    assert "· Avant la vente" in page(sent).get(f"/audits/constats/{told.id}").words


def test_a_finding_is_worked_to_closed_and_reopened(session, page, sent):
    client, finding = page(sent), finding_of(sent)
    session.commit()
    path = f"/audits/constats/{finding.id}"
    client.post(f"{path}/messages", {"text": "Où en êtes-vous ?"}, page=path)
    client.post(f"{path}/messages", {"text": "Je doute.", "internal": "y"}, page=path)
    shown = client.get(path)
    assert "Où en êtes-vous" in shown.words
    assert "Note interne, jamais montrée" in shown.words
    assert "Remplissez ce champ" in client.post(f"{path}/messages", {"text": ""}, status=422, page=path).words
    assert "Écrivez un message" in client.post(f"{path}/messages", {"text": " "}, status=422, page=path).words
    kept = client.post(f"{path}/issue", {"reason": "Motif tapé"}, status=422, page=path)
    assert kept.one("textarea#reason").text_content().strip() == "Motif tapé"
    client.post(f"{path}/issue", {"outcome": "clos", "reason": "x"}, status=422, page=path)
    waived = {"outcome": "accepte", "reason": "Fin de contrat proche."}
    assert "au plus tard" in client.post(f"{path}/issue", waived, status=422, page=path).words, "never for ever"
    client.post(f"{path}/issue", {**waived, "until": str(legal_date(now()) + timedelta(days=9))}, page=path)
    session.refresh(finding)
    assert finding.state is FindingState.WAIVED
    assert "Fin de contrat proche." in client.get(path).words
    client.post(f"{path}/reouverture", {"reason": "Le contrat est prolongé."}, page=path)
    session.refresh(finding)
    assert finding.state is FindingState.OPEN
    refused = client.post(f"{path}/reouverture", {"reason": "Encore."}, status=422, page=path)
    assert refused.status == 422


def test_the_plan_of_a_vendor_says_what_to_do_first_and_a_date_is_decided_in_one_tap(session, page, sent):
    client, path = page(sent), f"/audits/constats/plan/{sent.vendor.id}"
    assert "Jamais contrôlé" in client.get(path).words, "an empty plan is no good sign"
    finding = finding_of(sent)
    session.commit()
    assert "En cours" in client.get(path).words
    day = finding.due_on + timedelta(days=7)
    propose_date(sent.answering, finding, day, "La mise à jour arrive plus tard.")
    session.commit()
    day = finding.proposed_due_on
    shown = client.get(path)
    assert "À faire d’abord" in shown.words
    assert len(shown.all("//main//*[contains(@class, 'button--next')]")) == 1
    assert "propose" in client.get(f"/audits/constats/{finding.id}").words
    sent_back = {"date": str(day), "decision": "accepter", "plan": "1"}
    said = client.follow(client.post(f"/audits/constats/{finding.id}/date", sent_back, page=path))
    assert "Nouvelle date acceptée" in said.words
    assert "repoussée 1 fois, prévue d’abord le" in said.words
    twice = client.follow(client.post(f"/audits/constats/{finding.id}/date", sent_back, page=path))
    assert "n’attend plus de réponse" in twice.words
    client.post(f"/audits/constats/{finding.id}/date", {"date": "hier"}, page=path)
    assert client.get(f"{path}?etape=avant").words.count("Aucun constat ne concerne cette étape") == 1
    rows = read_table(client.client.get(f"{path}.xlsx").data, "plan.xlsx")
    assert [row.cells[0] for row in rows.rows] == ["Contrat absent"]


def test_an_acceptance_whose_level_moved_is_shown_to_decide_again_everywhere(session, page, sent):
    client, finding = page(sent), finding_of(sent)
    settle(sent.judging, finding, FindingState.WAIVED)
    session.commit()
    assert "À jour" in client.get(f"/audits/constats/plan/{sent.vendor.id}").words
    sent.vendor.level_points = 4200
    session.commit()
    assert "le niveau de garanties a changé" in client.get(f"/audits/constats/plan/{sent.vendor.id}").words
    assert "à décider de nouveau" in client.get("/").words
    assert "Contrat absent" in client.get("/audits/constats?vue=a-decider").words
    path = f"/audits/constats/{finding.id}"
    assert "42,00 aujourd’hui" in client.get(path).words
    again = {"reason": "Décidé sur le niveau d'aujourd'hui.", "until": str(legal_date(now()) + timedelta(days=9))}
    client.post(f"{path}/acceptation", {**again, "until": ""}, status=422, page=path)
    client.post(f"{path}/acceptation", again, page=path)
    assert "À jour" in client.get(f"/audits/constats/plan/{sent.vendor.id}").words


def test_a_person_of_the_vendor_is_named_and_nobody_else_can_be(session, page, sent):
    client, finding = page(sent), finding_of(sent)
    mine, stranger = contact_of(session, sent.vendor), contact_of(session, sent_case(session, name="Loin").vendor)
    session.commit()
    path = f"/audits/constats/{finding.id}"
    client.post(f"{path}/personne", {"contact_id": stranger.id}, status=422, page=path)
    client.post(f"{path}/personne", {"contact_id": mine.id}, page=path)
    assert mine.name in client.get(f"/audits/constats/plan/{sent.vendor.id}").words


@pytest.mark.pdf
def test_the_plan_is_handed_out_on_paper(session, page, sent):
    finding_of(sent)
    session.commit()
    assert page(sent).client.get(f"/audits/constats/plan/{sent.vendor.id}.pdf").data.startswith(b"%PDF-")


def test_what_is_expected_may_be_changed(session, page, sent):
    client, finding = page(sent), finding_of(sent)
    session.commit()
    path = f"/audits/constats/{finding.id}/modifier"
    form = client.get(path)
    data = {f.get("name"): f.get("value") or f.text_content().strip() for f in form.all("//form//input | //textarea")}
    client.post(path, {**data, "severity": "minor", "action": "Signer et annexer"})
    session.refresh(finding)
    assert (finding.severity, finding.action) == (Severity.MINOR, "Signer et annexer")


def test_management_reads_findings_and_works_none(session, as_, sent):
    finding = finding_of(sent)
    session.commit()
    client = as_(Role.MANAGEMENT)
    found = client.get(f"/audits/constats/{finding.id}")
    assert not found.all("//main//form")
    assert not found.all(f"//a[starts-with(@href, '/audits/{sent.audit.id}')]"), "no link to what it may not read"
    client.post(f"/audits/constats/{finding.id}/messages", {"text": "x"}, status=403)
    as_(Role.VENDOR_ADMIN).get(f"/audits/constats/{finding.id}", status=403)
    as_(Role.BUYER).get(f"/audits/constats/{finding.id}", status=404)


def test_a_settled_finding_shows_how_it_ended(session, page, sent):
    finding = finding_of(sent)
    settle(sent.judging, finding, reason="Contrat reçu, signé des deux.")
    session.commit()
    client = page(sent)
    assert "Contrat reçu, signé des deux." in client.get(f"/audits/constats/{finding.id}").words
    assert "Contrat absent" in client.get("/audits/constats?vue=clos").words


def test_a_finding_whose_source_is_no_longer_there_is_shown_listed_and_amended(as_, sent):
    page = as_(sent.reviewer)
    made = open_finding(
        sent.judging, sent.vendor, FindingSource("gone", 7), "refund-late",
        CorrectiveAction(Severity.MAJOR, "Remboursements tardifs", "Rembourser.", "", "Ana", date(2026, 12, 8)),
    )  # fmt: skip
    sent.session.commit()
    shown = page.get(f"/audits/constats/{made.id}")
    assert "refund-late" in shown.words
    assert "Remboursements tardifs" in page.get("/audits/constats?vue=attendus").words
    address = f"/audits/constats/{made.id}/modifier"
    assert "Rembourser." in page.get(address).all("//textarea[@name='action']")[0].text


def test_a_gap_seen_several_times_says_when_and_leads_to_each(session, page, sent):
    finding = finding_of(sent)
    session.commit()
    address = f"/audits/constats/{finding.id}"
    once = page(sent).get(address)
    assert "Revu dans" not in once.words
    later = sent_case(session, name="Plus tard")
    session.add(AuditFinding(audit_id=later.audit.id, question_key="a.contrat", finding_id=finding.id, seen_at=NOW))
    later.audit.submitted_at = NOW + timedelta(days=365)
    session.commit()
    found = page(sent).get(address)
    assert "Vu dans l’audit du" in found.words
    assert "Revu dans l’audit du" in found.words
    links = [link.get("href") for link in found.all("//main//a[contains(@href, '#q-a.contrat')]")]
    assert {int(link.split("/")[2].split("?")[0]) for link in links} == {sent.audit.id, later.audit.id}


def test_what_is_written_in_the_language_of_the_vendor_is_announced_as_such(page, sent):
    """A finding is worded in the language of the vendor, and so are its answers: a screen reader is told."""
    finding = finding_of(sent)
    reply_to_finding(sent.answering, finding, "We signed it.")
    finding.vendor.language = Language.EN
    sent.session.commit()
    shown = page(sent).get(f"/audits/constats/{finding.id}")
    assert shown.one("h1").get("lang") == "en"
    assert [one.text_content().strip() for one in shown.all("//div[@lang]")] == ["Signer", "We signed it."]
    finding.vendor.language = Language.FR
    sent.session.commit()
    assert not page(sent).get(f"/audits/constats/{finding.id}").all("//main//*[@lang]")
