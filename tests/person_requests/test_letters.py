"""Letters to a person, in both languages: what is known is there, what is not is a visible blank."""

from itertools import product

import pytest

from portal.authz.policy import Role
from portal.core.documents.tree import Blank
from portal.core.language import Language
from portal.person_requests import services
from portal.person_requests.letters import RequestLetter, RequestMatter, letter_tree, letters_for
from portal.person_requests.rules.kinds import RefusalGround, RequestKind
from portal.person_requests.services import RefusalSheet
from tests.conftest import NOW
from tests.factories.requests import DONE, PERSON, WHO, WHY, answered, proof, recorded
from tests.factories.world import vendor_of

L, K = RequestLetter, RequestKind


@pytest.fixture
def ours(acting, app):
    return acting(Role.DPO)


def drawn(row, letter, language=Language.FR, person=PERSON):
    return letter_tree(letter, RequestMatter(row, person, "Maison Verdelet", "dpo@verdelet.example", NOW), language)


@pytest.mark.parametrize(("letter", "language"), list(product(L, Language)))
def test_each_letter_names_the_person_the_reference_and_whom_to_ask(session, ours, letter, language):
    text = str(drawn(recorded(ours, vendor_of(session)), letter, language))
    for word in (WHO, "DP-2026-0001", "dpo@verdelet.example", "Maison Verdelet"):
        assert word in text


def test_an_answer_says_what_was_done_and_where_to_complain(session, ours):
    row = answered(ours, recorded(ours, vendor_of(session), K.ACCESS))
    text = str(drawn(row, L.ANSWER))
    assert DONE in text
    assert "CNIL" in text
    assert "RGPD art. 15" in text


def test_a_refusal_says_its_ground_and_why(session, ours):
    row = recorded(ours, vendor_of(session))
    services.refuse_request(ours, row, RefusalSheet(RefusalGround.EXCESSIVE, WHY, ours.today), proof())
    text = str(drawn(row, L.REFUSAL))
    assert WHY in text
    assert "répétée" in text
    assert "le juge" in text


def test_what_is_not_known_is_a_blank_and_a_forgotten_person_too(session, ours):
    row = recorded(ours, vendor_of(session))
    for letter in (L.EXTENSION, L.ANSWER, L.REFUSAL):
        assert Blank.__name__ in str(drawn(row, letter))
    assert "person.name" in str(drawn(row, L.RECEIPT, person=None))


def test_a_withdrawal_has_its_own_words_and_no_extension(session, ours):
    row = recorded(ours, vendor_of(session), K.CONTRACT)
    assert L.EXTENSION not in letters_for(row)
    text = str(drawn(row, L.RECEIPT))
    assert "support durable" in text
    assert "8 décembre 2026" in text
    assert "CNIL" not in str(drawn(row, L.ANSWER))


def test_a_letter_is_a_word_file(as_, session, ours):
    row = recorded(ours, vendor_of(session))
    found = as_(Role.DPO).client.get(f"/demandes/{row.id}/lettres/accuse-fr.docx")
    assert found.data.startswith(b"PK")
    assert "DP-2026-0001-accuse-fr.docx" in found.headers["Content-Disposition"]
