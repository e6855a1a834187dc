"""What stands before an agreement begins."""

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rules.preambles import preamble_places
from portal.paper.rules.sentences import split_sentences


def before(text):
    document = read_document(text.encode(), "a.txt")
    units = split_sentences(document)
    return [units[place].text for place in sorted(preamble_places(document, units))]


@pytest.mark.parametrize(
    "title", ["PRÉAMBULE", "1. Préambule", "Exposé préalable", "RECITALS", "I. Background", "Whereas"]
)
def test_a_title_that_says_nothing_else_opens_a_preamble(title):
    text = f"{title}\n\nThe Supplier notifies every breach to the Client.\n\n2. Law\n\nEnglish law applies.\n"
    assert before(text)[-1] == "The Supplier notifies every breach to the Client."


@pytest.mark.parametrize("title", ["Background and parties", "Introduction", "Contexte des demandes", "Objet"])
def test_a_title_that_says_more_opens_none(title):
    assert not before(f"{title}\n\nThe Supplier notifies every breach.\n\n2. Law\n\nEnglish law applies.\n")


def test_a_preamble_ends_where_the_parties_agree_or_another_article_begins():
    text = "PREAMBLE\n\nThe Client runs shops.\n\n{}\n\nThe Supplier notifies every breach to the Client.\n"
    assert before(text.format("Now, therefore, the parties agree as follows."))[-1] == "The Client runs shops."
    assert before(text.format("2.1 The Supplier hosts the Client's base."))[-1] == "The Client runs shops."


def test_lettered_paragraphs_before_the_first_article_are_recitals():
    lettered = "A. The Client runs three shops.\n\nB. The Supplier notifies every breach to the Client.\n\n"
    assert len(before(f"{lettered}1. Subject\n\nThe Supplier hosts the base.\n")) == 2
    assert not before(f"The Supplier shall:\n\n{lettered}1. Subject\n\nThe Supplier hosts the base.\n")
    assert not before(lettered)
    assert not before("A. Subject\n\nIt hosts the base.\n\nB. Breaches\n\nIt notifies them.\n\n1. Annex\n\nNames.\n")
