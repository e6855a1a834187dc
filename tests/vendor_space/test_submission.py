import io

import pytest
from sqlalchemy import func, select

from bench.evidence_reading.layout import as_docx
from portal.audits import queries as audits
from portal.audits import services
from portal.audits.models import Submission
from portal.audits.rules import AuditState
from portal.core import process
from portal.core.clock import now
from portal.core.language import Language
from portal.core.stored import keep
from portal.journal.models import JournalEntry
from tests.factories import files
from tests.factories.browsing import upload
from tests.factories.review import accepted, case_of
from tests.factories.spaces import SIGNATORY, SIGNED, answer_all


def envoi(space):
    return f"/espace/audits/{space.audit.id}/envoi"


def sent_count(session, space):
    return session.scalar(select(func.count(Submission.id)).where(Submission.audit_id == space.audit.id))


def test_the_last_look_lists_what_is_missing_with_a_link_to_the_very_question(page, space):
    found = page.get(envoi(space))
    links = found.all("//ol[@class='owed-list']//a/@href")
    assert links[0] == f"/espace/audits/{space.audit.id}/sections/a?reste=1#q-a.chiffre"
    assert len(links) == 6
    assert "Il manque encore 6 points" in found.words
    assert not found.all("//form[@action='" + envoi(space) + "']"), "nothing to press in vain"
    target = page.get(links[0].partition("#")[0])
    assert target.all("//section[@id='q-a.chiffre']")


def test_a_question_that_lacks_several_things_is_listed_once_with_each_of_them(page, space, monkeypatch):
    monkeypatch.setattr(audits, "without_optional", lambda missing, _spared: [missing[0], missing[0], missing[-1]])
    found = page.get(envoi(space))
    assert "Il manque encore 3 points" in found.words
    assert [len(one.xpath("./span[@class='meta']")) for one in found.all("//ol[@class='owed-list']/li")] == [2, 1]


def test_sending_too_early_lists_what_is_missing_and_sends_nothing(session, page, space):
    found = page.post(envoi(space), {}, page="/espace/", status=422)
    assert "Il manque encore 6 points" in found.words
    assert sent_count(session, space) == 0


def test_a_file_that_proves_nothing_is_said_before_sending_and_prevents_nothing(page, space, admin):
    answer_all(admin, space.audit)
    brochure = as_docx("# Notre hébergement\nNos centres de données sont certifiés ISO/IEC 27001:2022.")
    upload(page, f"/espace/audits/{space.audit.id}/fichiers/b.document", brochure, "brochure.docx")
    found = page.get(envoi(space))
    assert "Un fichier est à revoir avant d’envoyer." in found.words
    assert "brochure.docx" in found.words
    assert "Ce document n’atteste de rien" in found.words
    assert found.all("//form[@action='" + envoi(space) + "']")


def test_a_vendor_sends_is_thanked_and_finds_it_read_only(session, page, space, admin):
    answer_all(admin, space.audit)
    found = page.get(envoi(space))
    assert "Tout y est." in found.words
    found = page.follow(page.post(envoi(space), SIGNED))
    assert "Merci, vos réponses sont envoyées" in found.words
    assert "L’accusé de réception est en préparation." in found.words
    session.expire_all()
    assert space.audit.state is AuditState.SUBMITTED
    page.get(envoi(space), status=302)


def test_pressing_twice_sends_once_and_says_so(session, page, space, admin):
    answer_all(admin, space.audit)
    page.post(envoi(space), SIGNED)
    found = page.post(envoi(space), {}, page="/espace/")
    assert "déjà été envoyé" in page.follow(found).words
    assert sent_count(session, space) == 1


def test_a_respondent_sees_who_can_send_and_cannot_send(session, colleague, space, admin):
    answer_all(admin, space.audit)
    found = colleague.get(envoi(space))
    assert space.admin.name in found.words
    assert not found.all("//form[@action='" + envoi(space) + "']")
    colleague.post(envoi(space), {}, page="/espace/", status=403)
    assert sent_count(session, space) == 0


@pytest.fixture
def sent(session, space, admin):
    answer_all(admin, space.audit)
    submission = services.submit_answers(admin, space.audit, language=Language.FR, signatory=SIGNATORY)
    session.commit()
    return submission


def test_the_receipt_is_waited_for_then_given(session, page, space, sent):
    path = f"/espace/audits/{space.audit.id}/accuses/1"
    state = page.client.get(f"{path}/etat").get_json()
    assert (state["done"], state["next"]) == (0, None)
    page.get(path, status=302)

    content = files.pdf()
    blob = process.store().put(io.BytesIO(content), filename="accuse.pdf", allowed={"pdf"})
    session.get_one(Submission, sent.id).receipt_file_id = keep(session, blob, at=now()).id
    session.commit()
    state = page.client.get(f"{path}/etat").get_json()
    assert state["next"] == f"/espace/audits/{space.audit.id}/envoi/merci"
    found = page.client.get(path)
    assert found.data == content
    assert found.headers["Content-Disposition"].startswith("attachment")
    assert "Télécharger l’accusé de réception (PDF)" in page.get(state["next"]).words
    assert page.get("/espace/").all(f"//a[@href='{path}']")


def test_a_round_never_sent_has_no_receipt(page, space, sent):
    page.get(f"/espace/audits/{space.audit.id}/accuses/2", status=404)
    page.get(f"/espace/audits/{space.audit.id}/accuses/2/etat", status=404)


def test_a_returned_round_warns_of_questions_left_as_they_were_without_preventing(session, page, space, sent):
    space.audit.state, space.audit.round, space.audit.returned_questions = AuditState.RETURNED, 2, ["b.delai"]
    session.commit()
    found = page.get(envoi(space))
    assert "Vous n’avez pas changé une question renvoyée." in found.words
    page.post(envoi(space), SIGNED)
    assert sent_count(session, space) == 2


def test_thanks_are_for_those_who_sent(page, space):
    page.get(f"/espace/audits/{space.audit.id}/envoi/merci", status=302)


@pytest.mark.parametrize(
    "signed", [{}, {"name": ""}, {"name": "A"}, {"name": "Aline"}, {"role": ""}, {"role": "X"}, {"attests": ""}]
)
def test_nothing_is_sent_unless_a_named_person_attests_in_a_stated_capacity(session, page, space, admin, signed):
    answer_all(admin, space.audit)
    data = {name: value for name, value in {**SIGNED, **signed}.items() if value} if signed else {}
    found = page.post(envoi(space), data, page="/espace/", status=422)
    assert sent_count(session, space) == 0
    assert found.all("//form[@action='" + envoi(space) + "']"), "the form comes back with what is wrong"


def test_who_attests_is_frozen_journalled_and_proposed_the_next_time(session, page, space, admin):
    answer_all(admin, space.audit)
    page.post(envoi(space), {**SIGNED, "name": "Zoé  d'Arc", "role": "Directrice générale"})
    submission = session.scalars(select(Submission).where(Submission.audit_id == space.audit.id)).one()
    assert submission.content["attestation"] == {"name": "Zoé d'Arc", "role": "Directrice générale"}
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "audit.submitted")).one()
    assert (entry.after["attested_by"], entry.after["attested_as"]) == ("Zoé d'Arc", "Directrice générale")
    space.audit.state, space.audit.round, space.audit.returned_questions = AuditState.RETURNED, 2, ["b.delai"]
    session.commit()
    found = page.get(envoi(space))
    assert found.all("//input[@name='name']/@value") == ["Zoé d'Arc"]
    assert found.all("//input[@name='role']/@value") == ["Directrice générale"]


def test_the_address_that_we_hold_is_shown_and_a_correction_is_read_by_the_reviewer(session, as_, app):
    case = case_of(session)
    case.vendor.address = "1 rue Vieille, Lyon"
    case.answer()
    session.commit()
    client, place = as_(case.contact), f"/espace/audits/{case.audit.id}/envoi"
    assert client.get(place).one("//textarea[@name='address']").text.strip() == "1 rue Vieille, Lyon"
    client.post(place, {**SIGNED, "address": "x" * 1001}, status=422, page=place)
    client.post(place, {**SIGNED, "address": "2 rue Neuve, Lyon"}, page=place)
    session.expire_all()
    assert case.vendor.address == "1 rue Vieille, Lyon"
    said = "corrigée par le prestataire : 2 rue Neuve, Lyon."
    reviewer = as_(case.reviewer)
    assert said in reviewer.get(f"/audits/{case.audit.id}").words.replace("\u202f", " ").replace("\xa0", " ")
    accepted(case)
    assert "corrigée par le prestataire" not in reviewer.get(f"/audits/{case.audit.id}").words
