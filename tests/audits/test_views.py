from datetime import date, timedelta
from io import BytesIO
from urllib.parse import quote

import pytest
from sqlalchemy import select

from portal.audits import review_page, services
from portal.audits.models import Audit, Review, Submission
from portal.audits.rules import AuditState, ReviewVerdict
from portal.audits.services import Judgement, review_fingerprint
from portal.authz.policy import Role
from portal.core import process
from portal.core.calendar import months_later
from portal.core.clock import legal_date, now
from portal.core.language import Language
from portal.core.stored import keep
from portal.evidence.models import Evidence
from portal.evidence.rules import EvidenceVerdict
from portal.findings.models import Finding
from portal.findings.rules import Severity
from portal.findings.services import CorrectiveAction
from portal.jobs.models import Mail
from portal.vendors.models import Membership
from tests.factories import files
from tests.factories.people import user_of
from tests.factories.review import accepted, case_of, second_year, sent_case
from tests.factories.world import contact_of, vendor_of

SOON = date(2026, 12, 8)


def later(days):
    return (legal_date(now()) + timedelta(days=days)).isoformat()


def returned(case, *keys):
    for key in keys:
        word = Judgement(ReviewVerdict.TO_CORRECT, comment="Précisez.", to_return=True)
        services.give_verdict(case.judging, case.audit, key, word)
    services.return_questions(case.judging, case.audit, due_on=SOON)


def finding_of(case, key="a.contrat", **changes):
    values = {
        "severity": Severity.MAJOR, "title": "Contrat absent", "action": "Signer", "proof_expected": "Contrat",
        "responsible": "Eux", "due_on": legal_date(now()) + timedelta(days=30),
    }  # fmt: skip
    return services.open_finding_on_answer(case.judging, case.audit, key, CorrectiveAction(**{**values, **changes}))


@pytest.fixture
def page(as_):
    """The reviewer's page client for a case."""
    return lambda case: as_(case.reviewer)


# --- the queue


def test_the_queue_says_what_waits_and_leads_to_it(page, sent):
    found = page(sent).get("/audits")
    assert "1 questionnaire attend votre revue" in found.words
    assert found.all(f"//th/a[@href='/audits/{sent.audit.id}']")[0].text_content() == "Nuage Clair SAS"
    assert [tab.text_content().split()[-1] for tab in found.all("//nav[@class='tabs']//a")] == ["1", "0", "0", "0"]


def test_an_empty_queue_says_what_to_do(as_):
    found = as_(Role.DPO).get("/audits")
    assert "Rien n’attend votre revue" in found.words
    assert found.all("//a[@href='/audits/nouveau']")


def test_a_deadline_is_said_in_words(session, page):
    case = case_of(session, due_on=legal_date(now()) - timedelta(days=3))
    assert "attendu il y a 3 jours" in page(case).get("/audits?vue=en-retard").words


@pytest.mark.parametrize("query", ["?vue=inconnue", "?page=0", "?page=abc", "?page=99", "?q=%25", "?q=inconnu"])
def test_an_address_made_by_hand_still_gives_a_page(page, sent, query):
    page(sent).get(f"/audits{query}")
    page(sent).get(f"/audits/constats{query}")


@pytest.mark.parametrize("role", [Role.VENDOR_ADMIN, Role.VENDOR_RESPONDENT, Role.ADMIN, Role.MANAGEMENT])
def test_the_queue_is_not_for_everyone(as_, sent, role):
    for path in ("/audits", f"/audits/{sent.audit.id}", f"/audits/{sent.audit.id}/acceptation"):
        as_(role).get(path, status=403)


def test_a_stranger_is_asked_to_sign_in(as_, sent):
    found = as_(None).get(f"/audits/{sent.audit.id}", status=302)
    assert "/connexion" in found.response.headers["Location"]


def test_lists_cost_the_same_statements_whatever_their_length(session, page, statements, sent):
    client = page(sent)

    def cost(path):
        statements.clear()
        client.get(path)
        return len(statements)

    paths = ["/audits", "/audits?vue=chez-le-prestataire", "/audits/constats?vue=attendus"]
    finding_of(sent)
    case_of(session)
    session.commit()
    few = [cost(path) for path in paths]
    for _ in range(8):
        finding_of(sent_case(session))
        case_of(session)
    session.commit()
    assert [cost(path) for path in paths] == few


# --- one dossier


def test_each_question_shows_its_answer_as_a_person_reads_it(page, sent):
    client = page(sent)
    first = client.get(f"/audits/{sent.audit.id}")
    assert "Avons-nous signé un contrat" in first.words
    assert "Regarder la signature." in first.words, "the reviewer's note stands beside"
    second = client.get(f"/audits/{sent.audit.id}?section=b")
    for said in ("Second facteur", "Détection", "Par AES-256.", "30 jours", "1er mai 2024", "Hôte & Cie", "Allemagne",
                 "31 janvier 2025"):  # fmt: skip
        assert said in second.words
    assert [th.text_content() for th in second.all("//table//thead//th")] == ["Nom", "Pays", "Depuis"]


def test_the_page_opens_on_the_first_section_with_something_to_judge(page, sent):
    client = page(sent)
    assert client.get(f"/audits/{sent.audit.id}").all("//h2")[0].text_content() == "Cadre"
    for key in ("a.contrat", "a.chiffre", "a.role"):
        sent.judge(key)
    sent.session.commit()
    found = client.get(f"/audits/{sent.audit.id}")
    assert found.all("//h2")[0].text_content() == "Mesures"
    assert "5 réponses restent à juger" in found.words


def test_the_page_is_english_for_an_english_reader(session, as_, sent):
    reader = user_of(session, Role.DPO, language=Language.EN)
    found = as_(reader).get(f"/audits/{sent.audit.id}")
    assert "Have we signed a contract?" in found.words
    assert "Look at the signature." in found.words
    assert found.tree.get("lang") == "en"


def test_before_the_vendor_sends_nothing_of_what_it_types_is_shown(session, page):
    case = case_of(session)
    case.answer(b_texte="Brouillon confidentiel")
    found = page(case).get(f"/audits/{case.audit.id}")
    assert "n’a encore rien envoyé" in found.words
    assert "Brouillon confidentiel" not in found.text
    assert "réponses sur" in found.words, "progress shows, answers do not"


def test_what_changed_is_shown_beside_what_it_was(session, page, sent):
    sent.judge_all()
    returned(sent, "a.role")
    sent.answer(a_role="autre")
    sent.session.commit()
    client = page(sent)
    waiting = client.get(f"/audits/{sent.audit.id}?section=a")
    assert "Un autre" not in waiting.words, "what is being typed waits to be sent"
    sent.send()
    found = client.get(f"/audits/{sent.audit.id}?vue=changees")
    assert "1 réponse change depuis le tour 1" in found.words
    (item,) = found.all("//article")
    assert "Un autre" in item.xpath("string(.//div[@class='answer__said'])")
    assert "Nous" in item.xpath("string(.//div[@class='answer__before-text'])")


def test_the_file_tells_submissions_findings_and_what_happened_in_few_lines(page, sent):
    sent.judge_all(a_contrat="a_corriger")
    finding_of(sent)
    sent.session.commit()
    found = page(sent).get(f"/audits/{sent.audit.id}?vue=dossier")
    assert "Contrat absent" in found.words
    assert "8 réponses examinées" in found.words
    assert "Améliorables ou à corriger : 1.1".replace(" :", "\u202f:") in found.text
    assert len(found.all("//ol[@class='timeline']/li")) == 2
    assert "en préparation" in found.words, "the receipt is not printed yet"


@pytest.mark.parametrize("view", [view.value for view in review_page.ReviewView])
def test_every_way_of_reading_works_at_every_stage(session, page, view):
    case = sent_case(session, a_contrat="non")
    client = page(case)
    path = f"/audits/{case.audit.id}?vue={view}"
    client.get(path)
    case.judge_all(a_contrat="a_corriger")
    session.commit()
    client.get(path)
    returned(case, "a.role")
    session.commit()
    client.get(path)
    case.send()
    case.judge_all()
    services.accept_audit(case.judging, case.audit)
    session.commit()
    client.get(path)


def test_an_expert_reads_what_was_given_and_may_not_judge(session, as_, sent):
    expert = user_of(session, Role.EXPERT)
    other = sent_case(session, name="Autre Maison")
    session.add(Membership(user_id=expert.id, vendor_id=sent.vendor.id, until=legal_date(now()), role=Role.EXPERT))
    client = as_(expert)
    found = client.get(f"/audits/{sent.audit.id}")
    assert not found.all("//form[contains(@action, '/questions/')]")
    client.get(f"/audits/{other.audit.id}", status=404)
    client.get(f"/audits/fichiers/{other.proofs['a.chiffre'].id}", status=404)
    client.post(f"/audits/{sent.audit.id}/questions/a.contrat", {"verdict": "acceptable"}, status=403)


def test_text_of_a_vendor_is_never_markup(session, page):
    case = sent_case(session, b_texte="<script>alert(1)</script>", b_liste=[{"nom": "<b>gras</b>"}])
    found = page(case).get(f"/audits/{case.audit.id}?section=b")
    assert not found.all("//b")
    assert not found.all("//article//script")
    assert "<script>alert(1)</script>" in found.words


def test_a_section_costs_the_same_statements_whatever_was_judged(page, sent, statements):
    client = page(sent)

    def cost():
        statements.clear()
        client.get(f"/audits/{sent.audit.id}?section=a")
        return len(statements)

    few = cost()
    sent.judge_all()
    finding_of(sent)
    sent.session.commit()
    assert cost() == few


# --- judging


def judge(client, case, key="a.contrat", **data):
    path = f"/audits/{case.audit.id}"
    return client.client.post(
        f"{path}/questions/{key}?section=a",
        data={"csrf_token": client.csrf(path), **data},
        headers={"Accept": "application/json"} if data.pop("script", False) else {},
    )


def test_without_scripts_a_verdict_leads_back_to_the_same_question(page, sent):
    client = page(sent)
    path = f"/audits/{sent.audit.id}/questions/a.contrat?section=a&vue=section"
    found = client.post(
        path, {"verdict": "ameliorable", "comment": "Annexe ?", "version": "0"}, page=f"/audits/{sent.audit.id}"
    )
    assert found.response.headers["Location"] == f"/audits/{sent.audit.id}?vue=section&section=a#q-a.contrat"
    assert sent.submitted().verdicts["a.contrat"].comment == "Annexe ?"
    again = client.get(f"/audits/{sent.audit.id}?section=a")
    assert again.all("//input[@id='v-a.contrat-ameliorable' and @checked]")


def test_a_script_gets_what_it_needs_to_go_on(page, sent):
    client = page(sent)
    answer = judge(client, sent, verdict="acceptable", version="0", script=True)
    said = answer.get_json()
    assert answer.status_code == 200
    assert said["remaining"] == "7 réponses restent à juger"
    assert said["version"] == review_fingerprint(sent.submitted().verdicts["a.contrat"])
    assert said["message"].startswith("Enregistré à")


def test_a_refusal_keeps_what_was_typed_where_it_was_typed(page, sent):
    client = page(sent)
    data = {"comment": "Tapé avec soin", "note": "Note", "to_return": "y"}
    found = client.post(
        f"/audits/{sent.audit.id}/questions/a.contrat?section=a", data, status=422, page=f"/audits/{sent.audit.id}"
    )
    (item,) = found.all("//article[@id='q-a.contrat']")
    assert "Choisissez un avis" in item.text_content()
    assert item.xpath("string(.//textarea[@name='comment'])") == "Tapé avec soin"
    assert item.xpath(".//input[@name='to_return' and @checked]")
    assert not sent.session.scalars(select(Review)).all()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({}, "Choisissez un avis"),
        ({"verdict": "excellent"}, "Choisissez un avis"),
        ({"verdict": "a_corriger", "to_return": "y"}, "ce qui est attendu"),
        ({"verdict": "acceptable", "comment": "x" * 5001}, "dépasse"),
    ],
)
def test_a_script_is_told_why(page, sent, data, word):
    answer = judge(page(sent), sent, script=True, **data)
    assert answer.status_code == 422
    assert word in answer.get_json()["error"]


def test_whoever_is_late_sees_both_verdicts_and_chooses(session, page, as_, sent):
    sent.judge("a.contrat", "a_corriger", comment="Non signé.")
    session.commit()
    client = as_(Role.DPO)
    path = f"/audits/{sent.audit.id}/questions/a.contrat?section=a"
    late = {"verdict": "acceptable", "comment": "Tout va bien.", "version": "0"}
    found = client.post(path, late, status=409, page=f"/audits/{sent.audit.id}")
    assert "Non signé." in found.words
    assert "Tout va bien." in found.words
    mine = found.all("//div[contains(@class, 'conflict')]//form")[0]
    fields = {i.get("name"): i.get("value") for i in mine.xpath(".//input")}
    client.client.post(mine.get("action"), data=fields)
    session.expire_all()
    assert sent.submitted().verdicts["a.contrat"].comment == "Tout va bien."


def test_a_late_script_gets_both_verdicts_as_html(session, as_, sent):
    sent.judge("a.contrat", "a_corriger", comment="Non signé.")
    session.commit()
    answer = judge(as_(Role.DPO), sent, verdict="acceptable", version="0", script=True)
    assert answer.status_code == 409
    assert "Non signé." in answer.get_json()["html"]


@pytest.mark.parametrize("key", ["z.inconnu", "b.texte%00", "../../x"])
def test_an_unknown_question_is_not_found(page, sent, key):
    client = page(sent)
    answer = client.client.post(
        f"/audits/{sent.audit.id}/questions/{key}",
        data={"csrf_token": client.csrf("/mon-compte"), "verdict": "acceptable"},
    )
    assert answer.status_code == 404


def test_the_rest_is_acceptable_in_one_act(page, sent):
    client = page(sent)
    sent.judge("a.contrat", "a_corriger")
    sent.session.commit()
    found = client.post(f"/audits/{sent.audit.id}/reste-acceptable", page=f"/audits/{sent.audit.id}")
    assert "7 réponses jugées acceptables." in client.follow(found).words
    again = client.post(f"/audits/{sent.audit.id}/reste-acceptable", page="/mon-compte")
    assert "demande votre avis" in client.follow(again).words


# --- files


@pytest.fixture
def with_file(session, app):
    """A case whose proof is really in the store."""
    case = case_of(session)
    blob = process.store().put(BytesIO(files.pdf()), filename="politique « été » œuvre.pdf", allowed={"pdf"})
    stored = keep(session, blob, at=now())
    proof = Evidence(
        vendor_id=case.vendor.id, stored_file=stored, uploaded_at=now(), issuer="AFNOR", scope="Hébergement seul",
        issued_on=date(2026, 6, 1),
    )  # fmt: skip
    session.add(proof)
    session.flush()
    case.proofs["a.chiffre"] = proof
    case.answer()
    services.attach_proof(case.answering, case.audit, "a.chiffre", proof)
    case.send()
    return case


def test_a_file_comes_whole_attached_and_never_interpreted(page, with_file):
    proof = with_file.proofs["a.chiffre"]
    answer = page(with_file).client.get(f"/audits/fichiers/{proof.id}")
    assert answer.get_data() == files.pdf()
    exact = quote("politique « été » œuvre.pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Disposition"].endswith(f"filename*=UTF-8''{exact}")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert int(answer.headers["Content-Length"]) == len(files.pdf())


def test_the_facts_of_a_file_stand_beside_it(page, with_file):
    found = page(with_file).get(f"/audits/{with_file.audit.id}?section=a")
    for said in ("AFNOR", "Hébergement seul", "émise le 1er juin 2026", "à vérifier"):
        assert said in found.words


def test_a_reviewer_reads_what_does_not_fit_of_a_file_with_its_passage(page, with_file):
    proof = with_file.proofs["a.chiffre"]
    end = {"value": "2020-01-31", "quote": "Expire le 31 janvier 2020"}
    proof.reading = {
        "kind": {"value": "pentest", "quote": ""}, "holder": None, "scope": [], "expires_on": end, "exceptions": [],
    }  # fmt: skip
    with_file.session.flush()
    shown = page(with_file).get(f"/audits/{with_file.audit.id}?section=a")
    assert "il l’était jusqu’au 31 janvier 2020." in shown.words
    assert "Expire le 31 janvier 2020" in shown.words


def test_a_file_is_judged_and_its_verdict_shows(page, with_file):
    client, proof = page(with_file), with_file.proofs["a.chiffre"]
    path = f"/audits/{with_file.audit.id}/preuves/{proof.id}?section=a&question=a.chiffre"
    home = f"/audits/{with_file.audit.id}?section=a"
    refused = client.post(path, {"verdict": "rejete", "note": ""}, status=422, page=home)
    assert "Dites pourquoi ce fichier est écarté" in refused.words
    nothing = client.post(path, {"note": "gardée"}, status=422, page=home)
    assert "gardée" in nothing.all("//textarea[@name='note']")[0].text_content() + nothing.text
    found = client.post(path, {"verdict": "rejete", "note": "Autre entité."}, page=home)
    assert found.response.headers["Location"].endswith("#q-a.chiffre")
    with_file.session.refresh(proof)
    assert proof.verdict is EvidenceVerdict.REJECTED
    assert "Autre entité." in client.get(home).words
    client.post(f"/audits/{with_file.audit.id}/preuves/{proof.id + 999}", {"verdict": "verifie"}, status=404, page=home)


@pytest.mark.parametrize("role", [Role.BUYER, Role.ADMIN, Role.MANAGEMENT, Role.VENDOR_ADMIN])
def test_a_file_is_not_for_everyone(as_, with_file, role):
    status = 404 if role is Role.BUYER else 403
    as_(role).get(f"/audits/fichiers/{with_file.proofs['a.chiffre'].id}", status=status)


def test_a_receipt_is_offered_once_it_is_printed(session, page, sent):
    client = page(sent)
    client.get(f"/audits/{sent.audit.id}/accuses/1", status=404)
    blob = process.store().put(BytesIO(files.pdf()), filename="accuse.pdf", allowed={"pdf"})
    session.scalars(select(Submission)).one().receipt_file_id = keep(session, blob, at=now()).id
    session.commit()
    answer = client.client.get(f"/audits/{sent.audit.id}/accuses/1")
    assert answer.get_data() == files.pdf()
    client.get(f"/audits/{sent.audit.id}/accuses/2", status=404)


# --- deciding


def test_what_goes_back_is_shown_before_it_goes(page, sent):
    client = page(sent)
    assert "Aucune question n’est marquée" in client.get(f"/audits/{sent.audit.id}/renvoi").words
    sent.judge("a.role", "a_corriger", comment="Qui décide des moyens ?", to_return=True)
    sent.session.commit()
    path = f"/audits/{sent.audit.id}/renvoi"
    assert "Qui décide des moyens" in client.get(path).words
    client.post(path, {"due_on": ""}, status=422)
    client.post(path, {"due_on": "demain"}, status=422)
    assert "déjà passée" in client.post(path, {"due_on": "2020-01-01"}, status=422).words
    client.post(path, {"due_on": later(10)})
    sent.session.refresh(sent.audit)
    assert sent.audit.state is AuditState.RETURNED
    assert "Le prestataire en complète une partie" in client.get(f"/audits/{sent.audit.id}").words


def test_accepting_shows_the_findings_it_will_open(session, page):
    case = sent_case(session, a_contrat="non")
    client = page(case)
    path = f"/audits/{case.audit.id}/acceptation"
    assert "8 réponses restent à juger" in client.get(path).words
    assert "donnez un verdict à chaque réponse" in client.post(path, status=422, page="/mon-compte").words
    case.judge_all(a_contrat="a_corriger")
    session.commit()
    found = client.get(path)
    assert "Signer le contrat." in found.words
    done = client.follow(client.post(path))
    assert "1 constat ouvert." in done.words
    assert session.scalars(select(Finding)).one().subject == "a.contrat"


def test_an_audit_is_withdrawn_with_its_reason(session, page):
    case = case_of(session)
    client = page(case)
    client.post(f"/audits/{case.audit.id}/annulation", {"reason": " "}, status=422)
    client.post(f"/audits/{case.audit.id}/annulation", {"reason": "Doublon"})
    session.refresh(case.audit)
    assert case.audit.state is AuditState.CANCELLED
    assert "Doublon" in client.get(f"/audits/{case.audit.id}").words


# --- opening one audit


@pytest.mark.parametrize("address", ["/audits/nouveau", "/retractation/echantillons/nouveau"])
def test_choosing_a_vendor_of_an_empty_register_says_to_add_one(as_, address):
    page = as_(Role.DPO).get(address)
    assert "Aucun sous-traitant au registre" in page.words
    assert page.all("//main//a[@href='/sous-traitants/nouveau']")


def test_an_audit_is_opened_in_two_steps(session, as_, app):
    vendor = vendor_of(session, name="Élan Numérique", sought="elan numerique")
    contact = contact_of(session, vendor)
    session.commit()
    client = as_(Role.LEGAL)
    first = client.get("/audits/nouveau")
    assert "Cherchez" in first.words
    assert first.all(f"//th/a[@href='/audits/nouveau?vendor_id={vendor.id}']"), "the first ones are there unasked"
    found = client.get("/audits/nouveau?q=elan")
    assert found.all(f"//th/a[@href='/audits/nouveau?vendor_id={vendor.id}']")
    assert "Aucun sous-traitant ne porte ce nom" in client.get("/audits/nouveau?q=zzz").words
    path = f"/audits/nouveau?vendor_id={vendor.id}"
    client.post(path, {"packs": "inventé", "due_on": later(30)}, status=422)
    assert "déjà passée" in client.post(path, {"packs": "socle-rgpd", "due_on": "2020-01-01"}, status=422).words
    done = client.post(path, {"packs": "socle-rgpd", "due_on": later(30)})
    audit = session.scalars(select(Audit).where(Audit.vendor_id == vendor.id)).one()
    assert done.response.headers["Location"] == f"/audits/{audit.id}"
    assert "l’invitation part" in client.follow(done).words
    assert session.scalars(select(Mail.recipient)).all() == [contact.email]
    again = client.post(path, {"packs": "socle-rgpd", "due_on": later(30)}, status=422)
    assert "déjà en cours" in again.words


def test_nobody_to_tell_is_said(session, as_):
    vendor = vendor_of(session)
    session.commit()
    client = as_(Role.DPO)
    done = client.post(f"/audits/nouveau?vendor_id={vendor.id}", {"packs": "socle-rgpd", "due_on": later(30)})
    assert "personne n’est invité" in client.follow(done).words


def test_an_unknown_vendor_is_not_found(as_):
    as_(Role.DPO).get("/audits/nouveau?vendor_id=999999", status=404)


# --- findings


def test_a_finding_is_opened_with_its_action_filled_in(session, page):
    case = sent_case(session, a_contrat="non")
    client = page(case)
    path = f"/audits/{case.audit.id}/constats/nouveau?question=a.contrat"
    form = client.get(path)
    assert form.one("textarea#action").text_content().strip() == "Signer le contrat."
    assert form.all("//select[@name='severity']/option[@selected and @value='critical']")
    data = {
        "title": "Contrat absent", "severity": "major", "action": "Signer vite", "proof_expected": "",
        "responsible": "Mme Li", "due_on": later(20),
    }  # fmt: skip
    assert "Remplissez ce champ" in client.post(path, {**data, "action": ""}, status=422).words
    done = client.post(path, data)
    finding = session.scalars(select(Finding)).one()
    assert (finding.severity, finding.action, finding.responsible) == (Severity.MAJOR, "Signer vite", "Mme Li")
    assert "Signer vite" in client.follow(done).words
    assert "déjà ouvert" in client.post(path, data, status=422).words
    client.get(f"/audits/{case.audit.id}/constats/nouveau?question=z.rien", status=404)
    assert "Constat ouvert sur cette réponse" in client.get(f"/audits/{case.audit.id}?section=a").words


@pytest.mark.parametrize("number", ["9" * 30, "-1", "deux"])
def test_a_page_beyond_what_can_be_counted_is_never_an_error(as_, number):
    page = as_(Role.DPO)
    for place in ("/audits", "/audits/constats"):
        page.get(f"{place}?page={number}")


def test_a_reviewer_sees_which_answers_were_confirmed_edited_or_are_new(session, as_, move_time):
    case = second_year(accepted(sent_case(session, b_delai="")), days=100)
    case.answer_over("a.role", "autre")
    case.confirm("a", "b")
    services.save_answer(case.answering, case.audit, "b.delai", posted="30", comment=None, base=0)
    case.send()
    move_time(days=100)
    found = as_(case.reviewer).get(f"/audits/{case.audit.id}?section=a")
    assert found.words.count("Confirmée telle quelle") == 2
    assert found.words.count("Modifiée") == 1
    other = as_(case.reviewer).get(f"/audits/{case.audit.id}?section=b")
    assert other.words.count("Nouvelle") == 1


# --- what changed since an earlier audit was accepted


@pytest.fixture
def compared(session, move_time):
    """A second audit sent a hundred days after the first was accepted: one answer changed, the rest confirmed."""
    case = second_year(accepted(sent_case(session)), days=100)
    case.answer_over("a.role", "autre")
    case.confirm("a", "b")
    case.send()
    move_time(days=100)
    return case


def test_a_review_opens_on_what_changed_and_says_how_many_stand(page, compared):
    found = page(compared).get(f"/audits/{compared.audit.id}")
    assert "1 réponse est à lire" in found.words
    assert [card.get("id") for card in found.all("//article")] == ["q-a.role"]
    assert "7 réponses sont inchangées" in found.words


def test_the_first_audit_of_a_vendor_never_reads_as_unchanged(page, sent):
    client = page(sent)
    for view in ("", "?vue=difference", "?vue=changees"):
        words = client.get(f"/audits/{sent.audit.id}{view}").words
        assert "tout est à lire" in words
        assert "Rien ne change" not in words
        assert "inchangée" not in words
    assert "Rien à quoi comparer" in client.get(f"/audits/{sent.audit.id}?vue=difference").words


def test_the_unchanged_rest_is_taken_over_from_the_page_and_the_history_says_so(page, compared):
    client, place = page(compared), f"/audits/{compared.audit.id}"
    seen = client.get(place).all("//input[@name='seen']")[0].get("value")
    assert (
        "7 réponses reprises sans changement."
        in client.follow(client.post(f"{place}/inchangees", {"seen": seen})).words
    )
    assert "Réponses reprises sans changement" in client.get(f"{place}?vue=dossier").words
    again = client.post(f"{place}/inchangees", {"seen": seen}, page=place)
    assert "chacune demande votre avis" in client.follow(again).words


def test_a_list_that_was_not_seen_is_refused_in_a_sentence(page, compared):
    client, place = page(compared), f"/audits/{compared.audit.id}"
    assert "La liste a changé" in client.follow(client.post(f"{place}/inchangees", {"seen": "autre"}, page=place)).words


def test_several_answers_get_one_verdict_with_a_usual_comment_in_the_language_of_the_vendor(session, page):
    case = sent_case(session, language=Language.EN)
    client, place = page(case), f"/audits/{case.audit.id}"
    fields = {"picked": ["a.role", "b.texte"], "verdict": "a_corriger", "to_return": "y", "usual": "trop-general"}
    found = client.follow(client.post(f"{place}/ensemble?vue=reste", fields, page=f"{place}?vue=reste"))
    assert "2 réponses jugées." in found.words
    assert case.submitted().verdicts["b.texte"].comment.startswith("This answer repeats the wording")
    wrong = client.follow(client.post(f"{place}/ensemble?vue=reste", {"picked": "b.delai"}, page=f"{place}?vue=reste"))
    assert "Choisissez un avis" in wrong.words
    barred = client.post(f"{place}/ensemble?vue=reste", {"verdict": "acceptable"}, page=f"{place}?vue=reste")
    assert "au moins une réponse" in client.follow(barred).words


def test_a_message_in_the_other_language_is_said_to_be_so(session, page):
    case = sent_case(session, language=Language.EN)
    word = "Merci de joindre le contrat qui est signé par les deux parties."
    case.judge("a.role", "a_corriger", comment=word, to_return=True)
    session.commit()
    client = page(case)
    told = "ne semble pas être en anglais"
    assert told in client.get(f"/audits/{case.audit.id}?section=a").words
    assert told in client.get(f"/audits/{case.audit.id}/renvoi").words
    answer = judge(client, case, "b.delai", verdict="ameliorable", comment=word, version="0", script=True)
    assert told in answer.json["message"]
    answer = judge(client, case, "b.texte", verdict="ameliorable", comment="Please tell us who does it.", version="0",
                   script=True)  # fmt: skip
    assert told not in answer.json["message"]


def test_an_audit_is_accepted_until_a_day_that_its_page_shows(session, page, sent):
    sent.judge_all()
    session.commit()
    client, place = page(sent), f"/audits/{sent.audit.id}"
    eve = months_later(legal_date(sent.audit.opened_at), 12) - timedelta(days=1)
    shown = client.get(f"{place}/acceptation").all("//input[@name='until']")[0].get("value")
    assert shown == eve.isoformat(), "a wave that comes back every year finds the vendor free"
    past = client.post(f"{place}/acceptation", {"until": "2020-01-01"}, status=422)
    assert "un jour à venir" in past.words
    day = later(200)
    client.post(f"{place}/acceptation", {"until": day})
    session.expire_all()
    assert sent.audit.accepted_until.isoformat() == day
    assert "Accepté jusqu’au" in client.get(place).words


def test_a_reviewer_reads_what_the_vendor_was_told_of_an_answer(session, page):
    case = sent_case(session, b_texte="Nous prenons la protection de vos données très au sérieux.")
    assert "Signalé au prestataire avant l’envoi" in page(case).get(f"/audits/{case.audit.id}?section=b").words
    assert "Signalé au prestataire" not in page(case).get(f"/audits/{case.audit.id}?section=a").words


def test_a_review_by_difference_costs_the_same_however_much_changed(page, compared, statements):
    client = page(compared)

    def cost():
        statements.clear()
        client.get(f"/audits/{compared.audit.id}?vue=difference")
        return len(statements)

    few = cost()
    row = compared.session.scalars(select(Submission).where(Submission.audit_id == compared.audit.id)).one()
    answers = {key: {**given, "comment": "Autre chose."} for key, given in row.content["answers"].items()}
    row.content = {**row.content, "answers": answers}
    compared.session.commit()
    assert cost() == few <= 20
