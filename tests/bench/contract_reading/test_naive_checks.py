"""The naive checks: they know every main requirement, and are as naive as they say."""

from bench.contract_reading.measures import Label
from bench.contract_reading.naive_checks import by_keyword, by_two_sentences, load_naive_checks
from portal.core.language import Language
from portal.paper.rulebook_files import load_rulebook


def test_the_naive_checks_know_the_twenty_main_requirements():
    assert [rule.requirement for rule in load_naive_checks()] == [one.id for one in load_rulebook().requirements[:20]]


def test_a_keyword_counts_even_where_the_text_says_the_contrary():
    found = by_keyword("Le prestataire refuse tout audit.", Language.FR, load_naive_checks())
    assert found["audits_inspections"] is Label.YES
    assert found["breach_notification"] is Label.NO


def test_words_far_from_each_other_do_not_meet():
    text = "The processor will notify. Lunch. Dinner. Without undue delay. Tea. Coffee. A breach is bad."
    assert by_two_sentences(text, Language.EN, load_naive_checks())["breach_notification"] is Label.NO
    near = "The processor will notify any breach. It does so without undue delay."
    assert by_two_sentences(near, Language.EN, load_naive_checks())["breach_notification"] is Label.YES
