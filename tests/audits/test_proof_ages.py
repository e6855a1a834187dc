"""What a proof is worth for a question that accepts it up to some age."""

from datetime import date

import pytest

from portal.audits.proof_ages import good_until_for, is_good_for
from portal.core import process
from portal.evidence.models import Evidence
from portal.evidence.proving import read_rules
from portal.evidence.rules import EvidenceVerdict
from portal.questionnaires import catalogue

pytestmark = pytest.mark.usefixtures("app")


def test_a_certificate_is_no_older_than_a_question_accepts_though_a_rule_names_it():
    """The cheapest way to keep a level up: a certificate of three years where a proof of the year is asked for."""
    rules = read_rules(process.settings().questionnaires_dir)
    named = {key for rule in rules if "iso27001" in rule.kinds for key in rule.answers}
    asked = [
        question
        for questionnaire in catalogue.load().values()
        for question in questionnaire.questions
        if question.key in named and question.evidence_max_age_months == 12
    ]
    assert len(asked) > 3
    certificate = Evidence(
        kind="iso27001", standard="ISO/IEC 27001:2022", issued_on=date(2025, 1, 10), expires_on=date(2028, 1, 9),
        verdict=EvidenceVerdict.VERIFIED,
    )  # fmt: skip
    for question in asked:
        assert good_until_for(question, certificate) == date(2026, 1, 10)
        assert is_good_for(question, certificate, date(2026, 1, 10))
        assert not is_good_for(question, certificate, date(2026, 1, 11))
