"""The vendor's own pieces: dropped together, described, replaced everywhere, joined in one click; never another's."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audits import services
from portal.audits.models import AnswerEvidence
from portal.authz.context import Context
from portal.authz.policy import Role
from portal.evidence.models import Evidence
from portal.evidence.rules import EvidenceVerdict
from portal.questionnaires.rules.parsing import parse_questionnaire
from tests.conftest import NOW
from tests.factories import files
from tests.factories.browsing import section
from tests.factories.questionnaires import both, raw_document, raw_question
from tests.factories.spaces import actor_of, proof_of, space_of, used_proof_of
from tests.factories.world import vendor_user

HOME = "/espace/justificatifs"


def drop(page, *given, path=HOME, **headers):
    token = page.csrf("/espace/justificatifs")
    data = {"csrf_token": token, "file": [(io.BytesIO(content), name) for content, name in given]}
    return page.client.post(path, data=data, headers=headers)


def kept(session, space):
    session.expire_all()
    return session.scalars(select(Evidence).where(Evidence.vendor_id == space.vendor.id).order_by(Evidence.id)).all()


def rests_on(session, space):
    session.expire_all()
    rows = session.scalars(select(AnswerEvidence).where(AnswerEvidence.audit_id == space.audit.id))
    return {(row.question_key, row.evidence_id) for row in rows}


def test_files_are_dropped_together_and_the_same_content_is_one_piece(session, page, space):
    found = drop(page, (files.pdf(), "un.pdf"), (files.pdf() + b"2", "deux.pdf"), (files.pdf(), "encore-un.pdf"))
    assert found.status_code == 302
    assert len(kept(session, space)) == 2
    told = drop(page, (files.pdf(), "un.pdf"), (files.EXE, "faux.pdf"), Accept="application/json")
    assert told.status_code == 422
    assert "faux.pdf" in told.get_json()["error"]
    assert len(kept(session, space)) == 2
    again = drop(page, (files.pdf() + b"3", "trois.pdf"), Accept="application/json").get_json()
    assert "trois.pdf" in again["html"]


def test_a_file_set_aside_does_not_come_back_as_if_nobody_had_read_it(session, page, space):
    drop(page, (files.pdf(), "un.pdf"))
    kept(session, space)[0].verdict = EvidenceVerdict.REJECTED
    session.commit()
    assert drop(page, (files.pdf(), "un.pdf")).status_code == 422
    assert len(kept(session, space)) == 1


def test_a_piece_is_described_then_replaced_in_all_its_answers(session, page, space, admin):
    old = proof_of(session, space.vendor, "ancien.pdf", kind="iso27001", expires_on=admin.today - timedelta(days=1))
    services.save_answer(admin, space.audit, "a.chiffre", posted="oui", comment="", base=0)
    for key in ("a.chiffre", "b.document"):
        services.attach_proof(admin, space.audit, key, old)
    session.commit()
    shown = page.get(HOME)
    assert "À renouveler" in shown.words
    assert "2 réponses" in shown.words
    found = drop(page, (files.pdf(), "nouveau.pdf"), path=f"{HOME}/{old.id}/version")
    place = found.headers["Location"]
    new = kept(session, space)[-1]
    assert place == f"{HOME}/{new.id}/remplace/{old.id}"
    refused = page.post(place, {"kind": "hds", "expires_on": "2028-01-01"}, page=place, status=422)
    assert "pas de la même nature" in refused.words
    assert rests_on(session, space) == {("a.chiffre", old.id), ("b.document", old.id)}
    page.post(place, {"kind": "iso27001", "expires_on": "2028-01-01"}, page=place)
    assert rests_on(session, space) == {("a.chiffre", new.id), ("b.document", new.id)}
    shown = page.get(f"{HOME}/{new.id}")
    assert "ancien.pdf" in shown.words


def test_what_was_read_is_confirmed_in_one_click(session, page, space):
    piece = proof_of(session, space.vendor, "lu.pdf")
    end = {"value": "2028-01-31", "quote": "Expire le 31 janvier 2028"}
    piece.reading = {
        "kind": {"value": "pentest", "quote": "Test"}, "holder": None, "issuer": None, "scope": [], "expires_on": end,
        "exceptions": [], "issued_on": None,
    }  # fmt: skip
    session.commit()
    assert "C’est exact" in page.get(HOME).words
    page.post(f"{HOME}/{piece.id}/exact", {}, page=HOME)
    session.refresh(piece)
    assert (piece.kind, str(piece.expires_on)) == ("pentest", "2028-01-31")


def test_a_piece_is_joined_in_one_click_from_the_page_of_questions_and_everything_typed_is_saved(
    session, page, space, admin, save
):
    good = proof_of(session, space.vendor, "bon.pdf", kind="autre", expires_on=NOW.date() + timedelta(days=90))
    stale = proof_of(session, space.vendor, "perime.pdf", kind="autre", expires_on=NOW.date() - timedelta(days=1))
    brochure = proof_of(session, space.vendor, "brochure.pdf", reading={"kind": {"value": "none", "quote": ""}})
    session.commit()
    shown = page.get(section(space, "b"))
    values = [button.get("value") for button in shown.all("//button[starts-with(@value, 'joindre:b.document:')]")]
    assert values == [f"joindre:b.document:{good.id}"]
    save(page, section(space, "b"), {"b.delai": "12"}, then=values[0])
    assert rests_on(session, space) == {("b.document", good.id)}
    assert services.open_answers_to_write(admin, space.audit.id).answers["b.delai"].value == "12"
    for piece in (stale, brochure):
        save(page, section(space, "b"), {}, then=f"joindre:b.document:{piece.id}")
    assert rests_on(session, space) == {("b.document", good.id)}


def test_a_sent_piece_is_not_taken_away_and_a_reader_changes_nothing(session, page, as_, space):
    sent = used_proof_of(session, space.vendor, "envoye.pdf", kind="autre")
    draft = proof_of(session, space.vendor, "brouillon.pdf")
    session.commit()
    page.post(f"{HOME}/{sent.id}/retirer", {}, page=HOME)
    page.post(f"{HOME}/{draft.id}/retirer", {}, page=HOME)
    assert kept(session, space) == [sent]
    reader = as_(vendor_user(session, space.vendor, Role.VENDOR_READER))
    assert "Choisissez des fichiers" not in reader.get(HOME).text
    reader.post(HOME, {}, page="/espace/", status=403)
    reader.post(f"{HOME}/{sent.id}/version", {}, page="/espace/", status=403)


def test_a_certificate_and_its_statement_are_joined_at_once_to_all_they_prove_and_a_brochure_to_nothing(
    session, as_, save
):
    asked = {"chiffrement": ["repos", "transit"], "traces": ["contenu"], "autre": ["chose"]}
    demand = {"evidence": "required", "evidence_on": ["oui"], "evidence_max_age_months": 12}
    sections = [
        {
            "key": part, "title": both(part),
            "questions": [
                raw_question(f"{part}.{name}", evidence_label=both("La preuve.", "The proof."), **demand)
                for name in names
            ],
        }
        for part, names in asked.items()
    ]  # fmt: skip
    space = space_of(session, parse_questionnaire(raw_document(sections=sections)))
    ctx = Context(session, actor_of(space.admin, space.vendor), NOW)
    old, day = NOW.date() - timedelta(days=700), NOW.date() - timedelta(days=30)
    iso = proof_of(session, space.vendor, "iso.pdf", kind="iso27001", issued_on=old)
    soa = proof_of(session, space.vendor, "soa.pdf", kind="soa", issued_on=day)
    for key in ("chiffrement.repos", "chiffrement.transit", "autre.chose"):
        services.save_answer(ctx, space.audit, key, posted="oui", comment="", base=0)
    session.commit()
    page = as_(space.admin)
    place = section(space, "chiffrement")
    both_pieces = f"partout:chiffrement.repos:{iso.id},{soa.id}"
    assert not page.get(place).all(f"//button[@value='{both_pieces}']"), "two years old, where twelve months are taken"
    iso.issued_on = day
    session.commit()
    shown = page.get(place)
    assert shown.all(f"//button[@value='{both_pieces}']")
    assert "A.8.24" in shown.words
    save(page, place, {}, then=both_pieces)
    # Not the one nobody answered, nor the one no rule names.
    pair = {iso.id, soa.id}
    assert rests_on(session, space) == {(key, n) for key in ("chiffrement.repos", "chiffrement.transit") for n in pair}
    assert not page.get(section(space, "autre")).all("//button[starts-with(@value, 'partout:')]")


@pytest.mark.parametrize("act", ["", "/version", "/exact", "/retirer", "/remplace/{mine}"])
def test_another_vendor_s_piece_does_not_exist(session, page, space, act):
    mine = proof_of(session, space.vendor, "mien.pdf", kind="iso27001")
    theirs = proof_of(session, space_of(session, name="Autre SA").vendor, "leur.pdf", kind="iso27001")
    session.commit()
    path = f"{HOME}/{theirs.id}{act.format(mine=mine.id)}"
    page.post(path, {"kind": "iso27001"}, page=HOME, status=404)
    if "remplace" in act:
        page.post(f"{HOME}/{mine.id}/remplace/{theirs.id}", {"kind": "iso27001"}, page=HOME, status=404)
    assert "leur.pdf" not in page.get(HOME).text
