"""The pieces of a vendor on our side: what was sent, what there is to do, our word on each."""

from datetime import timedelta

from portal.authz.policy import Role
from portal.evidence.rules import EvidenceVerdict
from tests.conftest import NOW
from tests.factories.spaces import proof_of, space_of, used_proof_of
from tests.factories.world import vendor_of


def test_we_see_what_was_sent_with_what_does_not_fit_and_nothing_of_what_is_prepared(session, as_):
    vendor = vendor_of(session)
    used_proof_of(session, vendor, "vieux.pdf", kind="insurance", expires_on=NOW.date() - timedelta(days=3))
    old = proof_of(session, vendor, "v1.pdf", kind="autre", sent_at=NOW)
    new = used_proof_of(session, vendor, "v2.pdf", kind="autre", verdict=EvidenceVerdict.VERIFIED)
    old.replaced_by_id = new.id
    proof_of(session, vendor, "brouillon.pdf")
    session.commit()
    shown = as_(Role.LEGAL).get(f"/audits/justificatifs/{vendor.id}")
    assert "À renouveler" in shown.words
    assert "il l’était jusqu’au" in shown.words
    assert "v1.pdf" in shown.one("details.year").text_content()
    assert "brouillon.pdf" not in shown.text
    assert not shown.all("//form[contains(@action, 'justificatifs')]"), "a lawyer does not judge proofs"


def test_what_a_file_holds_beside_its_text_is_named_to_who_relies_on_it(session, as_):
    """Looked at and empty says nothing; never looked at says so."""
    vendor = vendor_of(session)
    piece = used_proof_of(session, vendor, "attestation.pdf", kind="insurance")
    session.commit()
    page, home = as_(Role.DPO), f"/audits/justificatifs/{vendor.id}"

    def words_with(embedded):
        rows = embedded and [{"kind": kind, "name": name} for kind, name in embedded]
        piece.stored_file.embedded = rows
        session.commit()
        return page.get(home).words

    told = words_with([["file", "mesures.xlsx"], ["link", "exemple.test"], ["link", "file:"], ["more", "4"]])
    assert "Contient des fichiers joints : mesures.xlsx." in told
    assert "Contient des liens vers : exemple.test, un fichier ailleurs." in told
    assert "Et d’autres, qui ne sont pas nommés ici : 4." in told
    assert "Contient" not in words_with([])
    assert "Reçu avant que l’on regarde" not in words_with([])
    assert "Reçu avant que l’on regarde" in words_with(None)


def test_a_piece_is_judged_there_and_a_colleague_s_word_is_not_written_over(session, as_):
    vendor = vendor_of(session)
    piece = used_proof_of(session, vendor, "attestation.pdf", kind="insurance")
    session.commit()
    page, home = as_(Role.DPO), f"/audits/justificatifs/{vendor.id}"
    version = page.get(home).all("//input[@name='version']/@value")[0]
    page.post(f"{home}/{piece.id}", {"note": "x"}, page=home, status=422)
    page.post(f"{home}/{piece.id}", {"verdict": "verifie", "note": "Lu.", "version": version}, page=home)
    session.refresh(piece)
    assert piece.verdict is EvidenceVerdict.VERIFIED
    late = page.post(
        f"{home}/{piece.id}", {"verdict": "rejete", "note": "Non", "version": version}, page=home, status=409
    )
    assert "Un autre relecteur" in late.words
    other = space_of(session, name="Autre SA").vendor
    session.commit()
    page.post(f"/audits/justificatifs/{other.id}/{piece.id}", {"verdict": "verifie"}, page=home, status=404)
