"""The naive checks: they know every main requirement, and are as naive as they say."""

from portal.core.language import Language
from portal.paper import readings
from portal.paper.evaluating import naive
from portal.paper.rules.baseline import by_keyword, by_two_sentences
from portal.paper.rules.measuring import Mark


def test_the_naive_checks_know_the_twenty_main_requirements():
    assert [rule.requirement for rule in naive()] == [one.id for one in readings.load().requirements[:20]]


def test_a_keyword_counts_even_where_the_text_says_the_contrary():
    found = by_keyword("Le prestataire refuse tout audit.", Language.FR, naive())
    assert found["audits_inspections"] is Mark.YES
    assert found["breach_notification"] is Mark.NO


def test_words_far_from_each_other_do_not_meet():
    text = "The processor will notify. Lunch. Dinner. Without undue delay. Tea. Coffee. A breach is bad."
    assert by_two_sentences(text, Language.EN, naive())["breach_notification"] is Mark.NO
    near = "The processor will notify any breach. It does so without undue delay."
    assert by_two_sentences(near, Language.EN, naive())["breach_notification"] is Mark.YES
