import pytest

from portal.documents_in.reader import read_document
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.check_result import TermJudgement
from portal.paper.rules.checking import check_contract
from portal.paper.rules.terms import find_durations


def found(sentence):
    text = f"Brume acts as the processor on behalf of the Customer.\n\n{sentence}\n"
    return {term.id: term for term in check_contract(read_document(text.encode(), "a.txt"), load_rulebook()).terms}


@pytest.mark.parametrize(
    ("sentence", "name", "value", "judgement"),
    [
        ("The Processor shall notify the Customer of any data breach within 24 hours.", "breach_notice", 24, "good"),
        ("Le Sous-traitant notifie au Client toute violation de données sous 72 heures.", "breach_notice", 72, "bad"),
        (
            "Le Client, notifié, peut s'opposer au nouveau sous-traitant sous huit (8) jours.",
            "objection_period",
            8,
            "bad",
        ),
        (
            "Customer may object to a new Subprocessor within thirty (30) days of notice.",
            "objection_period",
            30,
            "good",
        ),
        ("The Customer may audit once every 12 months, upon 45 days' notice.", "audit_notice", 45, "acceptable"),
        ("The Customer may audit the Processor once a year.", "audit_frequency", 1, "acceptable"),
        ("À la fin du contrat, le Sous-traitant supprime les données sous six mois.", "deletion_delay", 180, "bad"),
    ],
)
def test_a_term_is_read_in_its_unit_and_judged(sentence, name, value, judgement):
    term = found(sentence)[name]
    assert (term.value, term.judgement) == (value, TermJudgement(judgement))


def test_who_pays_has_no_number():
    term = found("The Customer may audit the Processor at the Customer's sole expense.")["audit_cost"]
    assert (term.value, term.judgement) == (None, TermJudgement.BAD)


@pytest.mark.parametrize("sentence", ["en 2024", "article 32", "version 1.2.3 h", "les 10 jourdains"])
def test_a_figure_that_counts_no_time_is_no_duration(sentence):
    assert list(find_durations(sentence)) == []


@pytest.mark.parametrize(
    ("sentence", "value", "unit"),
    [
        ("La responsabilité du Prestataire est plafonnée à 100 000 euros.", 100_000, "eur"),
        ("The Supplier's liability shall not exceed EUR 250,000.", 250_000, "eur"),
        ("The Supplier's liability is capped at the fees paid over the last 24 months.", 24, "months"),
        ("La responsabilité du Prestataire est limitée au prix du service.", None, ""),
    ],
)
def test_a_cap_of_liability_is_read_and_set_beside_our_position(sentence, value, unit):
    cap = found(sentence)["liability_cap"]
    assert (cap.value, cap.unit) == (value, unit)
    assert "CL35" in cap.reason.fr
