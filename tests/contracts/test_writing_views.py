"""Pages on which a draft is written: who may, what they say at once, what they never show."""

import pytest

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.contracts import edit_queries, services
from portal.contracts.rules.paragraphs import ParagraphWording
from portal.contracts.services import ParagraphChange
from portal.core.clock import now
from portal.core.documents.docx import render_docx
from portal.core.documents.freezing import thaw
from portal.core.language import Language
from tests.docx_text import docx_text
from tests.factories.desk import contract_of, drafted, matter
from tests.factories.printed import pdf_text
from tests.factories.world import vendor_user
from tests.printing_cache import render_pdf

W, FR = ParagraphWording, Language.FR
SECRET = "Ne pas céder sous quarante heures"


@pytest.fixture
def system(session):
    return Context(session, SYSTEM, now())


@pytest.fixture
def contract(session, system):
    contract = contract_of(system, matter(session))
    session.commit()
    return contract


def url(contract, rest=""):
    return f"/contrats/{contract.id}/redaction{rest}"


def test_a_lawyer_takes_the_fallback_adds_a_condition_and_writes_a_paragraph(as_, contract):
    lawyer, officer = as_(Role.LEGAL), as_(Role.DPO)
    done = lawyer.post(url(contract, "/CL18_1"), {"wording": "fallback", "place": "CL18|"})
    page = lawyer.follow(done)
    assert "Attend l’accord du DPO" in page.words
    assert "quarante-huit (48) heures" in page.words
    assert "Donner mon accord" not in page.words
    added = lawyer.post(
        url(contract, "/clauses/CL18/condition"), {"text": "Un essai a lieu chaque année.", "place": "CL18|CL18_2"}
    )
    assert "Un essai a lieu chaque année." in lawyer.follow(added).words
    freed = lawyer.post(
        url(contract, "/CL21_3"), {"wording": "free", "text": "Nos équipes se parlent.", "place": "CL21|"}
    )
    told = lawyer.follow(freed).words
    assert "Plus couvert : Audits et inspections (art. 28(3)(h))." in told.replace("\u202f", " ").replace("\xa0", " ")
    blocked = lawyer.follow(lawyer.post(f"/contrats/{contract.id}/versions", {"language": "fr"}, page=url(contract)))
    assert "des paragraphes attendent (2)" in blocked.words
    assert "Vos changements ne couvrent plus Audits et inspections" in blocked.words
    for anchor in ("CL18_1", "CL21_3"):
        mark = officer.get(url(contract, f"/{anchor}")).all("//input[@name='agreed_to']/@value")[0]
        officer.post(url(contract, f"/{anchor}/accord"), {"agreed_to": mark}, page=url(contract, f"/{anchor}"))
    made = lawyer.follow(lawyer.post(f"/contrats/{contract.id}/versions", {"language": "fr"}, page=url(contract)))
    assert "48 heures" in made.words.replace("\xa0", " ")
    assert "31 sur 32" in made.words


def test_a_locked_paragraph_says_why_and_a_forged_post_is_refused_with_a_sentence(as_, session, contract, system):
    lawyer = as_(Role.LEGAL)
    page = lawyer.get(url(contract, "/CL07_1"))
    assert "imposée par l’article 28" in page.words
    assert not page.all("//textarea[@name='text']")
    refused = lawyer.post(
        url(contract, "/CL07_1"), {"wording": "struck", "text": "", "place": "CL07|"}, status=422, page=url(contract)
    )
    assert "Ce paragraphe est non négociable et reste tel quel." in refused.words
    assert edit_queries.edit_rows(system, contract) == []


def test_whoever_changes_the_text_and_nothing_else_has_written_a_free_text(as_, session, contract, system):
    lawyer = as_(Role.LEGAL)
    lawyer.post(url(contract, "/CL18_6"), {"wording": "library", "text": "Un autre texte.", "place": "CL18|"})
    (row,) = edit_queries.edit_rows(system, contract)
    assert (row.wording, row.texts) == (W.FREE, {"fr": "Un autre texte."})
    told = lawyer.post(
        url(contract, "/CL18_6"), {"wording": "struck", "text": "Encore un autre.", "place": "CL18|"}, status=422
    )
    assert "choisissez « Texte libre »" in told.words.replace("\u202f", " ")
    lawyer.post(url(contract, "/CL18_6"), {"wording": "free", "text": "Un autre texte.", "place": "CL18|", "back": "1"})
    session.expire_all()
    assert edit_queries.edit_rows(system, contract) == []


def test_nobody_gives_back_what_they_have_not_seen(as_, session, contract, system):
    alice, bob = as_(Role.LEGAL), as_(Role.LEGAL)
    alice.post(url(contract, "/CL18_6"), {"wording": "free", "text": "Un texte.", "place": "CL18|"})
    bob.get(url(contract, "/CL18_6"))
    token = bob.csrf(url(contract, "/CL18_6"))
    alice.post(url(contract, "/CL18_6"), {"wording": "free", "text": "Un meilleur texte.", "place": "CL18|"})
    data = {"csrf_token": token, **bob.mark, "wording": "free", "text": "Un texte.", "place": "CL18|", "back": "1"}
    bob.client.post(url(contract, "/CL18_6"), data=data)
    session.expire_all()
    assert [row.texts for row in edit_queries.edit_rows(system, contract)] == [{"fr": "Un meilleur texte."}]


def test_the_page_of_a_draft_asks_no_more_when_more_was_changed(as_, session, contract, system, statements):
    lawyer = as_(Role.LEGAL)
    services.write_paragraph(system, contract, "CL18_6", ParagraphChange(W.STRUCK, FR))
    session.commit()
    lawyer.get(url(contract))
    statements.clear()
    lawyer.get(url(contract))
    one = len(statements)
    for anchor in ("CL07_4", "CL18_1", "CL21_6", "CL17_4"):
        services.write_paragraph(system, contract, anchor, ParagraphChange(W.STRUCK, FR))
        services.comment_paragraph(system, contract, anchor, "À revoir.")
    session.commit()
    statements.clear()
    lawyer.get(url(contract))
    assert len(statements) == one


def test_what_is_said_among_ourselves_reaches_no_file_and_no_vendor(as_, session, system):
    contract, _ = drafted(system, matter(session), FR)
    session.commit()
    lawyer = as_(Role.LEGAL)
    lawyer.post(url(contract, "/CL18_1/remarques"), {"remark": SECRET}, page=url(contract, "/CL18_1"))
    services.write_paragraph(system, contract, "CL18_1", ParagraphChange(W.FALLBACK, FR))
    version = services.draft_version(system, contract, FR)
    session.commit()
    assert SECRET in lawyer.get(url(contract, "/CL18_1")).words
    assert "1 remarque" in lawyer.get(url(contract)).words
    proof = lawyer.client.get(f"/contrats/{contract.id}/versions/{version.number}/json").get_data(as_text=True)
    files = docx_text(render_docx(thaw(version.tree)))
    for said in (SECRET, "délai raisonnable"):
        assert said not in proof
        assert said not in files
    vendor = as_(vendor_user(session, contract.vendor))
    for rest in ("", "/CL18_1", "/clauses/CL18/condition"):
        assert SECRET not in vendor.get(url(contract, rest), status=403).text


@pytest.mark.pdf
def test_no_remark_is_printed(app, session, system):
    contract = contract_of(system, matter(session))
    services.comment_paragraph(system, contract, "CL18_1", SECRET)
    version = services.draft_version(system, contract, FR)
    assert SECRET not in pdf_text(render_pdf(thaw(version.tree)))
