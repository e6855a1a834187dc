"""A paragraph being typed: shown as it would print, kept for its person, saved for nobody."""

import pytest

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.contracts import edit_queries
from portal.core.clock import now
from portal.vendors.models import FormDraft
from tests.factories.desk import contract_of, matter
from tests.factories.world import vendor_user


@pytest.fixture
def system(session):
    return Context(session, SYSTEM, now())


@pytest.fixture
def contract(session, system):
    contract = contract_of(system, matter(session))
    session.commit()
    return contract


def url(contract, rest):
    return f"/contrats/{contract.id}/redaction/{rest}"


def tried(person, contract, rest, data):
    page = url(contract, rest)
    (text,) = person.get(page).all("//textarea[@name='text']")
    token = person.csrf(page)
    sent = {"csrf_token": token, **person.mark, "text": (text.text or "").lstrip(), **data}
    answer = person.client.post(f"{page}/essai", data=sent)
    assert answer.status_code == 200
    return answer.get_json()["html"].replace("\u202f", " ").replace("\xa0", " ")


def test_what_is_typed_shows_what_it_would_print_and_no_more_cover_and_is_not_saved(as_, session, contract, system):
    lawyer = as_(Role.LEGAL)
    shown = tried(lawyer, contract, "CL21_3", {"wording": "free", "text": "Nos équipes se parlent.", "place": "CL21|"})
    assert "Nos équipes se parlent." in shown
    assert "31 obligations seraient couvertes, sur 32" in shown
    assert "Audits et inspections" in shown
    assert edit_queries.edit_rows(system, contract) == []
    struck = tried(as_(Role.LEGAL), contract, "CL21_3", {"wording": "struck", "place": "CL21|"})
    assert "ce paragraphe est rayé" in struck


def test_a_figure_beyond_the_red_line_is_told_before_it_is_saved(as_, contract):
    lawyer = as_(Role.LEGAL)
    text = "Le sous-traitant notifie la violation dans les quatre-vingt-seize (96) heures."
    shown = tried(lawyer, contract, "CL18_1", {"wording": "free", "text": text, "place": "CL18|"})
    assert "au-delà de la ligne rouge" in shown
    assert "32 obligations seraient couvertes" in shown
    assert "dû par la loi, même sans clause" in shown
    fallback = tried(as_(Role.LEGAL), contract, "CL18_1", {"wording": "fallback", "place": "CL18|"})
    assert "quarante-huit (48) heures" in fallback
    assert "au-delà" not in fallback


def test_a_condition_is_shown_in_its_article(as_, contract, system):
    lawyer = as_(Role.LEGAL)
    shown = tried(
        lawyer, contract, "clauses/CL18/condition", {"text": "Un essai a lieu chaque année.", "place": "CL18|"}
    )
    assert "Un essai a lieu chaque année." in shown
    assert edit_queries.edit_rows(system, contract) == []


def test_a_text_that_cannot_stand_says_why(as_, contract):
    lawyer = as_(Role.LEGAL)
    shown = tried(lawyer, contract, "CL18_6", {"wording": "free", "text": "Voir [CL99].", "place": "CL18|"})
    assert "callout" in shown
    assert "CL99" in shown


def test_what_was_typed_waits_for_its_person_alone_until_it_is_saved_or_thrown_away(as_, session, contract):
    alice, bob = as_(Role.LEGAL), as_(Role.LEGAL)
    typed = {"wording": "free", "text": "Un texte à demi écr", "place": "CL18|"}
    tried(alice, contract, "CL18_6", typed)
    assert "Un texte à demi écr" in alice.get(url(contract, "CL18_6")).text
    assert "Un texte à demi écr" not in bob.get(url(contract, "CL18_6")).text
    alice.post(f"{url(contract, 'CL18_6')}/essai", {"jeter": "1"}, page=url(contract, "CL18_6"))
    assert "Un texte à demi écr" not in alice.get(url(contract, "CL18_6")).text
    tried(alice, contract, "CL18_6", typed)
    alice.post(url(contract, "CL18_6"), {**typed, "text": "Un texte écrit."})
    assert session.query(FormDraft).count() == 0


def test_a_draft_found_again_does_not_write_over_a_colleague(as_, session, contract, system):
    alice, bob = as_(Role.LEGAL), as_(Role.LEGAL)
    tried(alice, contract, "CL18_6", {"wording": "free", "text": "Le texte d'Alice.", "place": "CL18|"})
    bob.post(url(contract, "CL18_6"), {"wording": "free", "text": "Le texte de Bob.", "place": "CL18|"})
    alice.post(url(contract, "CL18_6"), {"wording": "free", "text": "Le texte d'Alice.", "place": "CL18|"}, status=409)
    session.expire_all()
    assert [row.texts for row in edit_queries.edit_rows(system, contract)] == [{"fr": "Le texte de Bob."}]


def test_nobody_else_tries_a_paragraph(as_, session, contract):
    path = f"{url(contract, 'CL18_6')}/essai"
    as_(Role.MANAGEMENT).post(path, {"wording": "struck"}, page="/", status=403)
    as_(vendor_user(session, contract.vendor)).post(path, {"wording": "struck"}, page="/espace/", status=403)
