"""Which way a question is put; in doubt, nothing is answered."""

import pytest

from portal.answer_book.rules.polarity import Polarity, polarity

STRAIGHT = (
    "Do you keep a record of processing?", "Notify us without undue delay?", "Do you notify us no later than 24 hours?",
    "Prévenez-vous le client au plus tard sous 24 heures, sans délai ?", "Avez-vous un DPO ? Si non, pourquoi ?",
    "Tenez-vous un registre, et sinon pourquoi ?", "Have you signed non-disclosure agreements?",
    "Is staff free to choose a password?",
)  # fmt: skip
INVERTED = (
    "Do you operate without sub-processors?", "Can you confirm that no third parties process our data?",
    "Aucun transfert n'a lieu hors de l'EEE ?", "Vous engagez-vous à ne jamais utiliser nos données ?",
    "Do you refrain from using customer data?", "Le registre est-il inexistant ?",
    "Do you lack a written procedure?", "Is the service free of sub-processors?",
)  # fmt: skip
UNSURE = (
    "Don't you use sub-processors?", "N'avez-vous pas de DPO ?", "Do you not have a procedure?",
    "Are transfers prohibited?", "Is no data never encrypted?", "Est-il interdit d'utiliser nos données ?",
    "Vos agents ne sont-ils pas tenus à la confidentialité ?", "Is data kept in the EEA (and never outside)?",
)  # fmt: skip


@pytest.mark.parametrize("text", STRAIGHT)
def test_a_plain_question_is_straight(text):
    assert polarity(text) is Polarity.STRAIGHT


@pytest.mark.parametrize("text", INVERTED)
def test_a_question_about_an_absence_is_inverted(text):
    assert polarity(text) is Polarity.INVERTED


@pytest.mark.parametrize("text", UNSURE)
def test_a_question_that_could_be_answered_both_ways_is_unsure(text):
    assert polarity(text) is Polarity.UNSURE
