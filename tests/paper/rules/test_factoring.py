import re

from hypothesis import given
from hypothesis import strategies as st

from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.factoring import factor_alternatives
from portal.paper.rules.folding import fold
from tests.paper.test_wordings import WORDINGS

BOOK = load_rulebook()
READINGS = [reading for requirement in BOOK.requirements for reading in requirement.readings]
PATTERNS = [
    *(pattern for reading in READINGS for pattern in reading.patterns),
    *(pattern for requirement in BOOK.requirements for pattern in requirement.specific),
    *(pattern for term in BOOK.terms for pattern in term.patterns),
    *BOOK.idle,
    *BOOK.controller_duty,
    *BOOK.refusal,
    *BOOK.denial,
    *BOOK.elsewhere,
    *BOOK.specific,
]
EXPRESSIONS = sorted(
    {
        expression
        for pattern in PATTERNS
        for term in (
            *(*pattern.here, *pattern.absent, *pattern.near),
            *(*pattern.titled, *pattern.untitled, *pattern.far),
        )
        for expression in term.parts
    }
)
SENTENCES = sorted(
    {
        fold(sentence)
        for requirements in WORDINGS.values()
        for marks in requirements.values()
        for sentences in marks.values()
        for sentence in sentences
    }
)

PIECES = ("notif", "note", "dpa", "deed", "1", "12", "a", "", r"\bact", "x?y", "(?:c|d)e", r"\.", "[ab]c")
words = st.lists(st.sampled_from(PIECES), max_size=12)


@given(words, st.text(alphabet="notifedpacxy12. b", max_size=20))
def test_alternatives_put_together_are_found_where_they_were(alternatives, text):
    expression = "|".join(alternatives)
    assert bool(re.search(factor_alternatives(expression), text)) == bool(re.search(expression, text))


@given(st.sampled_from(EXPRESSIONS), st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=2))
def test_no_reading_finds_more_or_less_for_being_put_together(expression, sentences):
    line = " ".join(sentences).replace("personal data", "@d").replace("processor", "@p").replace("controller", "@c")
    assert bool(re.search(factor_alternatives(expression), line)) == bool(re.search(expression, line))


def test_every_expression_of_the_readings_is_one_and_still_is():
    assert all(re.compile(expression) and re.compile(factor_alternatives(expression)) for expression in EXPRESSIONS)
