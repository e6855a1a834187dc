import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bench.evidence_reading.layout import as_docx
from portal.audits import services
from portal.audits.models import AnswerEvidence
from portal.audits.rules import AuditState
from portal.core import process
from portal.core.clock import legal_date, now
from portal.core.language import Language
from portal.core.stored import StoredFile
from portal.evidence.models import Evidence
from portal.evidence.rules import EvidenceVerdict
from portal.web import edge
from tests.factories import files
from tests.factories.browsing import autosave, base_of, section, upload
from tests.factories.spaces import SIGNATORY, answer_all, proof_of, space_of
from tests.factories.world import audit_of
from tests.pages import Page


def place(space, key="b.document"):
    return f"/espace/audits/{space.audit.id}/fichiers/{key}"


def links(session, space, key="b.document"):
    session.expire_all()
    return session.scalars(
        select(AnswerEvidence).where(AnswerEvidence.audit_id == space.audit.id, AnswerEvidence.question_key == key)
    ).all()


def test_a_file_is_handed_in_sealed_recorded_and_attached(session, page, space):
    content = files.pdf()
    found = upload(page, place(space), content)
    (link,) = links(session, space)
    assert found.status_code == 302
    assert found.headers["Location"] == f"/espace/audits/{space.audit.id}/pieces/{link.id}"
    proof = session.get_one(Evidence, link.evidence_id)
    stored = session.get_one(StoredFile, proof.stored_file_id)
    assert (stored.filename, stored.size, stored.media_type) == ("registre.pdf", len(content), "application/pdf")
    assert (proof.vendor_id, proof.uploaded_by_id) == (space.vendor.id, space.admin.id)
    page.get(found.headers["Location"])


def test_several_files_given_at_once_are_all_kept(session, page, space):
    """The first alone was kept, and nothing was said of the others."""
    names = ["un.pdf", "deux.pdf", "trois.pdf"]
    given = [(io.BytesIO(files.pdf() + bytes([n])), name) for n, name in enumerate(names)]
    token = page.csrf(place(space))
    found = page.client.post(place(space), data={"csrf_token": token, "file": given})
    assert found.status_code == 302
    kept = [session.get_one(Evidence, link.evidence_id).stored_file_id for link in links(session, space)]
    assert [session.get_one(StoredFile, number).filename for number in kept] == names
    assert all(name in page.get(found.headers["Location"]).text for name in names)


def test_one_refused_among_several_leaves_the_others_and_says_which(session, page, space):
    """What stood after it was lost without a word; a PDF cut on its way was kept as if it were whole."""
    token = page.csrf(place(space))
    given = [
        (files.pdf(), "un.pdf"),
        (files.pdf()[:-60], "coupé.pdf"),
        (b"MZ", "deux.exe"),
        (files.pdf() + b"3", "trois.pdf"),
    ]
    found = page.client.post(
        place(space), data={"csrf_token": token, "file": [(io.BytesIO(content), name) for content, name in given]}
    )
    assert found.status_code == 422
    assert len(links(session, space)) == 2
    assert session.scalars(select(StoredFile.filename).order_by(StoredFile.id)).all() == ["un.pdf", "trois.pdf"]
    told = Page(found).one("p.dropzone__state").text_content()
    assert "Reçus : un.pdf, trois.pdf." in told.replace("\u202f", " ")
    assert "« coupé.pdf » n’est pas entier" in told.replace("\u202f", " ")
    assert "deux.exe" in told


def test_it_comes_back_to_its_vendor_as_an_attachment_byte_for_byte(session, page, space):
    content = files.pdf()
    upload(page, place(space), content, name="registre d'été.pdf")
    (link,) = links(session, space)
    found = page.client.get(f"/espace/fichiers/{link.evidence_id}")
    assert found.data == content
    assert found.headers["Content-Length"] == str(len(content))
    assert found.headers["Content-Disposition"].startswith("attachment;")
    assert "registre%20d%27%C3%A9t%C3%A9.pdf" in found.headers["Content-Disposition"]
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert found.headers["Content-Type"] == "application/pdf"
    assert "no-store" in found.headers["Cache-Control"]


def test_the_script_gets_the_list_of_files_and_what_the_answer_still_owes(page, space):
    base = base_of(page.get(section(space, "a")), "a.chiffre")
    autosave(page, space, "a.chiffre", {"a.chiffre": "oui", "a.chiffre:base": base})
    token = page.csrf("/espace/")
    found = page.client.post(
        place(space, "a.chiffre"),
        data={"csrf_token": token, "inside": "1", "file": (io.BytesIO(files.pdf()), "politique.pdf")},
        headers={"Accept": "application/json"},
    ).get_json()
    assert found["message"] == "«\u202fpolitique.pdf\u202f» est reçu."
    assert "politique.pdf" in found["html"]
    assert "piece:" in found["html"], "within the section's form, leaving saves first"
    assert found["owed"] == []
    assert found["progress"]["answered"] == 1


def test_a_file_does_not_make_a_stranger_of_what_is_typed_beside_it(page, space):
    base = base_of(page.get(section(space, "b")), "b.document")
    upload(page, place(space), files.pdf())
    found = autosave(page, space, "b.document", {"b.document:comment": "Version signée", "b.document:base": base})
    assert found.status_code == 200


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "vide.pdf", "est vide"),
        (files.EXE, "registre.pdf", "son contenu est de type"),
        (files.pdf()[:-60], "registre.pdf", "la fin du fichier manque"),
        (files.EXE, "outil.exe", "ce type de fichier n’est pas accepté"),
        (b"<html><script>1</script></html>", "page.pdf", "page web"),
        (b"texte", "", "Choisissez un fichier."),
    ],
)
def test_a_file_that_is_not_taken_is_refused_with_a_sentence_and_leaves_nothing(
    session, page, space, content, name, sentence
):
    found = upload(page, place(space), content, name=name)
    assert found.status_code == 422
    assert sentence in " ".join(found.get_data(as_text=True).split())
    token = page.csrf("/espace/")
    spoken = page.client.post(
        place(space),
        data={"csrf_token": token, "file": (io.BytesIO(content), name)},
        headers={"Accept": "application/json"},
    )
    assert spoken.status_code == 422
    assert sentence in spoken.get_json()["error"]
    assert not links(session, space)
    assert not session.scalars(select(Evidence).where(Evidence.vendor_id == space.vendor.id)).all()


def test_a_file_past_the_limit_is_refused_before_it_is_kept(session, page, space, app, monkeypatch):
    monkeypatch.setitem(app.extensions, "vigie.settings", _with_limit(app, 1000))
    body = b"--x\r\nContent-Disposition: form-data; name=file; filename=a.pdf\r\n\r\n" + bytes(5_000_000) + b"\r\n--x--"
    found = page.client.post(place(space), data=body, content_type="multipart/form-data; boundary=x")
    assert found.status_code == 413
    assert not links(session, space)


def _with_limit(app, size):
    return replace(app.extensions["vigie.settings"], upload_max_bytes=size)


def test_a_question_that_takes_no_file_has_no_such_page(page, space):
    page.get(place(space, "b.delai"), status=404)
    assert upload(page, place(space, "b.delai"), files.pdf()).status_code == 404
    assert upload(page, place(space, "z.rien"), files.pdf()).status_code == 404


def test_nothing_is_attached_once_it_was_sent(session, page, space, admin):
    answer_all(admin, space.audit)
    services.submit_answers(admin, space.audit, language=Language.FR, signatory=SIGNATORY)
    session.commit()
    found = upload(page, place(space), files.pdf())
    assert found.status_code == 422
    assert "les réponses ne changent plus" in found.get_data(as_text=True)
    assert len(links(session, space)) == 1
    assert not page.get(place(space)).all("//input[@type='file']")


def test_the_database_is_let_go_of_while_a_file_is_sealed(page, space, monkeypatch):
    seen = []
    put = process.store().put

    def watching(*args, **kwargs):
        seen.append(edge.db_session().in_transaction())
        return put(*args, **kwargs)

    monkeypatch.setattr(process.store(), "put", watching)
    upload(page, place(space), files.pdf())
    assert seen == [False]


# -- what is said of it ----------------------------------------------------------------------------------------------


@pytest.fixture
def link(session, page, space):
    upload(page, place(space), files.pdf())
    return links(session, space)[0]


def piece(space, link):
    return f"/espace/audits/{space.audit.id}/pieces/{link.id}"


def test_its_issuer_scope_and_dates_are_said_afterwards(session, page, space, link):
    found = page.post(
        piece(space, link),
        {"issuer": "Bureau V", "scope": "Le service", "issued_on": "2026-01-02", "expires_on": "31/12/2030"},
    )
    assert found.response.headers["Location"] == section(space, "b") + "#q-b.document"
    session.expire_all()
    proof = session.get_one(Evidence, link.evidence_id)
    assert (proof.issuer, proof.issued_on, proof.expires_on) == ("Bureau V", date(2026, 1, 2), date(2030, 12, 31))
    assert "Valable jusqu’au 31 décembre 2030" in page.get(section(space, "b")).words


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"issued_on": "2026-05-02", "expires_on": "2026-05-01"}, "avant d’avoir été émise"),
        ({"issued_on": "2199-01-01"}, "dans l’avenir"),
        ({"issued_on": "hier"}, "écrivez-la ainsi : 31/12/2026"),
        ({"issuer": "x" * 300}, "200 caractères"),
    ],
)
def test_impossible_facts_are_refused_beside_what_was_typed(page, space, link, fields, sentence):
    found = page.post(piece(space, link), {"scope": "À garder", **fields}, status=422)
    assert sentence in found.words
    assert "À garder" in found.all("//textarea[@name='scope']")[0].text


def test_a_file_attached_by_mistake_is_taken_off(session, page, space, link):
    page.post(f"{piece(space, link)}/retirer", {}, page=piece(space, link))
    assert not links(session, space)


def test_a_file_already_sent_is_neither_described_nor_taken_off(session, page, space, admin, link):
    answer_all(admin, space.audit, but=frozenset({"b.document"}))
    services.submit_answers(admin, space.audit, language=Language.FR, signatory=SIGNATORY)
    session.commit()
    assert not page.get(piece(space, link)).all("//input[@name='issuer']")
    page.post(piece(space, link), {"issuer": "Autre"}, status=422)
    page.post(f"{piece(space, link)}/retirer", {}, page="/espace/")
    assert len(links(session, space)) == 1


# -- used again ------------------------------------------------------------------------------------------------------


def test_a_proof_still_valid_is_used_again_and_others_are_not_offered(session, page, space, admin):
    today = legal_date(now())
    before = audit_of(session, space.vendor, questionnaire_version_id=space.audit.questionnaire_version_id)
    good = proof_of(session, space.vendor, "bon.pdf", expires_on=today + timedelta(days=9))
    for name, facts in {
        "perime.pdf": {"expires_on": today - timedelta(days=1)}, "ecarte.pdf": {"verdict": EvidenceVerdict.REJECTED},
    }.items():  # fmt: skip
        services.attach_proof(admin, before, "b.document", proof_of(session, space.vendor, name, **facts))
    services.attach_proof(admin, before, "b.document", good)
    fresh = proof_of(session, space.vendor, "jamais-joint.pdf")
    session.commit()
    found = page.get(place(space))
    offered = found.all("//input[@name='evidence']/@value")
    assert offered == [str(good.id), str(fresh.id)]
    page.post(f"{place(space)}/reprendre", {"evidence": good.id}, page=place(space))
    assert [link.evidence_id for link in links(session, space)] == [good.id]
    assert page.get(place(space)).all("//input[@name='evidence']/@value") == [str(fresh.id)]


def test_a_proof_older_than_its_question_accepts_is_not_offered_there_but_is_elsewhere(session, page, space, admin):
    before = audit_of(session, space.vendor, questionnaire_version_id=space.audit.questionnaire_version_id)
    old = proof_of(session, space.vendor, "pentest.pdf", issued_on=legal_date(now()) - timedelta(days=425))
    services.attach_proof(admin, before, "b.document", old)
    services.save_answer(admin, space.audit, "a.chiffre", posted="oui", comment="", base=0)
    session.commit()
    offered = "//input[@name='evidence']/@value"
    assert page.get(place(space, "b.document")).all(offered) == [str(old.id)]
    assert page.get(place(space, "a.chiffre")).all(offered) == [], "twelve months at most"


def test_what_is_not_offered_is_not_attached(session, page, space):
    stale = proof_of(session, space.vendor, "perime.pdf", expires_on=date(2020, 1, 1))
    other = proof_of(session, space_of(session, name="Autre SA").vendor, "autre.pdf")
    session.commit()
    page.post(f"{place(space)}/reprendre", {"evidence": stale.id}, page="/espace/")
    for hostile in (other.id, 999_999, "abc", -1):
        page.post(f"{place(space)}/reprendre", {"evidence": hostile}, page="/espace/", status=404)
    assert not links(session, space)


def test_a_returned_question_keeps_the_file_that_was_sent_and_takes_another(session, page, space, admin, move_time):
    answer_all(admin, space.audit)
    services.submit_answers(admin, space.audit, language=Language.FR, signatory=SIGNATORY)
    move_time(hours=1)
    space.audit.state, space.audit.round, space.audit.returned_questions = AuditState.RETURNED, 2, ["b.document"]
    session.commit()
    assert "Il reste 1 question à reprendre" in page.get(section(space, "b")).words
    upload(page, place(space), files.pdf(), name="neuf.pdf")
    found = page.get(section(space, "b"))
    assert len(found.all("//section[@id='q-b.document']//ul[@data-portal-files]/li")) == 2
    assert len([v for v in found.all("//button[@name='then']/@value") if v.startswith("piece:")]) == 1
    assert "Reprise" in found.words


CERTIFICATE = """# CERTIFICAT
Organisme certificateur : Alpha Certif SAS
Entité certifiée : Hélice Numérique SA
Norme : ISO/IEC 27001:2022
Périmètre : hébergement de la paie, à l'exclusion du site de Rabat
Date d'émission : 5 février 2025
Date d'expiration : 4 février 2099
"""


def test_what_a_file_says_is_proposed_with_its_passage_and_kept_only_once_its_vendor_says_so(session, page, space):
    upload(page, place(space), as_docx(CERTIFICATE), "certificat.docx")
    (link,) = links(session, space)
    proof = session.get_one(Evidence, link.evidence_id)
    assert proof.reading["issuer"]["value"] == "Alpha Certif SAS"
    assert (proof.kind, proof.issuer, proof.expires_on) == ("", "", None)
    shown = page.get(piece(space, link))
    assert shown.all("//input[@name='issuer']")[0].get("value") == "Alpha Certif SAS"
    assert shown.all("//option[@value='iso27001'][@selected]")
    assert "Organisme certificateur : Alpha Certif SAS" in shown.words
    assert "Il est au nom de" in shown.words
    assert "à l'exclusion du site de Rabat" in shown.words
    fields = {"kind": "iso27001", "issuer": "Alpha Certif SAS", "expires_on": "04/02/2099", "scope": "Ma paie"}
    page.post(piece(space, link), {**fields, "seen": shown.all("//input[@name='seen']")[0].get("value")})
    session.expire_all()
    assert (proof.kind, proof.issuer, proof.scope) == ("iso27001", "Alpha Certif SAS", "Ma paie")
    assert "Ma paie" in page.get(piece(space, link)).all("//textarea[@name='scope']")[0].text
