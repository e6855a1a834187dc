"""Pages that change the library: propose, read the checks, decide as a second person, compare, take into a draft."""

import pytest

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.contracts import library, services
from portal.contracts.library_models import ClauseProposal
from portal.contracts.rules.clause_writing import paragraph_fields
from portal.core.clock import now
from portal.core.language import Language
from tests.factories.desk import contract_of, matter
from tests.factories.people import user_of

CL18 = library.cached().clause["CL18"]
PARAGRAPH = "/contrats/clauses/CL18/paragraphes/6/proposer"
TEXTS = {
    **paragraph_fields(CL18, 6),
    "text_fr": "Le Sous-traitant contient la violation sans délai et remet un rapport final.",
    "text_en": "The Processor shall contain the breach without delay and supply a final report.",
    "reason": "Plus court.",
}


@pytest.fixture
def proposed(as_, session):
    as_(Role.LEGAL).post(PARAGRAPH, TEXTS)
    return session.query(ClauseProposal).one()


def decide(client, row, decision, word="", status=302):
    page = client.get(f"/contrats/clauses/propositions/{row.id}")
    seen = page.one("//input[@name='seen_proposal']").get("value")
    path = f"/contrats/clauses/propositions/{row.id}/decision"
    return client.post(path, {"decision": decision, "seen_proposal": seen, "word": word}, status=status)


def test_a_change_goes_from_a_lawyer_to_the_library_through_a_second_person(as_, session, proposed):
    officer = as_(Role.DPO)
    page = officer.get(f"/contrats/clauses/propositions/{proposed.id}")
    assert "Tous les contrôles passent" in page.words
    assert page.all("//ins")
    assert page.all("//del")
    assert officer.get("/contrats/clauses").all(f"//a[@href='/contrats/clauses/propositions/{proposed.id}']")
    decide(officer, proposed, "approve", "Relu.")
    page = officer.get("/contrats/clauses/CL18")
    assert "CL18, version 1.3.1" in page.words
    assert "remet un rapport final" in page.words
    assert "Plus court." in page.words
    compared = officer.get("/contrats/clauses/CL18/versions")
    assert "De la version 1.3 à la version 1.3.1" in compared.words
    assert compared.all("//ins")


def test_who_wrote_it_is_offered_no_decision_and_is_refused_one(as_, session):
    lawyer = as_(user_of(session, Role.DPO))
    lawyer.post(PARAGRAPH, TEXTS)
    row = session.query(ClauseProposal).one()
    page = lawyer.get(f"/contrats/clauses/propositions/{row.id}")
    assert not page.all("//button[@name='decision']")
    assert "Une seconde personne décide" in page.words
    path = f"/contrats/clauses/propositions/{row.id}/decision"
    refused = lawyer.post(path, {"decision": "approve", "seen_proposal": "x"}, status=422)
    assert "seconde personne" in refused.words
    assert lawyer.post(f"/contrats/clauses/propositions/{row.id}/retirer", {}).status == 302


def test_failing_checks_are_listed_by_name_and_stop_the_approval(as_, session):
    english = paragraph_fields(CL18, 5)["text_en"].replace("in communicating the breach to the Data Subjects", "duly")
    as_(Role.LEGAL).post(
        "/contrats/clauses/CL18/paragraphes/5/proposer",
        {**paragraph_fields(CL18, 5), "text_en": english, "reason": "x"},
    )
    row = session.query(ClauseProposal).one()
    officer = as_(Role.DPO)
    assert "C44" in officer.get(f"/contrats/clauses/propositions/{row.id}").one("//*[@id='controles']").text_content()
    assert "C44" in decide(officer, row, "approve", status=422).words


def test_a_refusal_wants_a_reason_and_a_text_that_moved_is_read_again(as_, proposed):
    officer = as_(Role.DPO)
    assert "Dites pourquoi vous refusez" in decide(officer, proposed, "refuse", status=422).words
    path = f"/contrats/clauses/propositions/{proposed.id}/decision"
    stale = officer.post(path, {"decision": "approve", "seen_proposal": "autre"})
    assert "relisez-la" in officer.follow(stale).words
    decide(officer, proposed, "refuse", "Trop court.")
    assert "Trop court." in officer.get(f"/contrats/clauses/propositions/{proposed.id}").words


def test_what_cannot_be_kept_comes_back_with_everything_typed(as_, session):
    page = as_(Role.LEGAL).post(PARAGRAPH, {**TEXTS, "text_en": "With [inconnu]."}, status=422)
    assert page.one("//textarea[@name='text_fr']").text_content().strip() == TEXTS["text_fr"]
    assert "« [inconnu] »" in page.words.replace("\u202f", " ")
    assert as_(Role.LEGAL).post(PARAGRAPH, {**TEXTS, "reason": ""}, status=422)
    assert session.query(ClauseProposal).count() == 0


def test_an_open_draft_says_what_is_newer_and_takes_it(as_, session, proposed):
    ctx = Context(session, SYSTEM, now())
    contract = contract_of(ctx, matter(session))
    session.commit()
    decide(as_(Role.DPO), proposed, "approve")
    lawyer = as_(Role.LEGAL)
    writing = f"/contrats/{contract.id}/redaction"
    assert "CL18 : de la version 1.3 à la version 1.3.1" in lawyer.get(writing).words.replace("\u202f", " ")
    lawyer.post(f"/contrats/{contract.id}/bibliotheque", {})
    after = lawyer.get(writing)
    assert "La bibliothèque a changé" not in after.words
    assert "remet un rapport final" in after.words


def test_a_clause_is_retired_through_a_second_person_and_its_page_says_so(as_, session):
    lawyer, officer = as_(Role.LEGAL), as_(Role.DPO)
    assert lawyer.post("/contrats/clauses/CL43/retrait", {"reason": ""}, status=422)
    lawyer.post("/contrats/clauses/CL43/retrait", {"reason": "Assurance demandée ailleurs."})
    row = session.query(ClauseProposal).one()
    decide(officer, row, "approve")
    page = officer.get("/contrats/clauses/CL43")
    assert "Cette clause est retirée" in page.words
    shelf = officer.get("/contrats/clauses")
    assert len(shelf.all("//a[@href='/contrats/clauses/CL43']")) == 1, "under « Retirées » alone"
    officer.get("/contrats/clauses/CL43/retrait", status=404)


@pytest.mark.parametrize("role", [Role.BUYER, Role.MANAGEMENT, Role.VENDOR_ADMIN])
def test_others_propose_nothing(as_, role):
    for path in (PARAGRAPH, "/contrats/clauses/CL18/retrait"):
        assert as_(role).client.get(path).status_code in {403, 404}


def test_a_page_of_the_library_costs_the_same_with_ten_proposals(as_, session, statements):
    client = as_(Role.DPO)
    ctx = Context(session, SYSTEM, now())

    def cost():
        statements.clear()
        client.get("/contrats/clauses")
        return len(statements)

    few = cost()
    for number in range(1, 11):
        services.propose_retirement(ctx, f"CL{number:02}", "x")
    session.commit()
    assert cost() <= few + 1
    assert few <= 20


def test_the_pages_read_in_english(as_, session, proposed):
    client = as_(user_of(session, Role.DPO, language=Language.EN))
    for path in (f"/contrats/clauses/propositions/{proposed.id}", PARAGRAPH, "/contrats/clauses/CL43/retrait"):
        page = client.get(path)
        assert page.tree.get("lang") == "en"
    assert "All checks pass" in client.get(f"/contrats/clauses/propositions/{proposed.id}").words
