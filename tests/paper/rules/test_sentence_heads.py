"""Who owes what a sentence says: the processor, another, or nobody the text places."""

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.parties import find_parties
from portal.paper.rules.patterns import SentenceIndex
from portal.paper.rules.sentence_heads import unknown_heads
from portal.paper.rules.sentences import split_sentences

OWN = (
    "Parties: Brume Ltd (the Supplier) and Nacre (the Customer). The Publisher is no party.\n\n"
    "The Supplier hosts the data.\n\nThe Supplier encrypts the data.\n\nThe Supplier keeps a record.\n\n{}"
)


def unplaced(sentence, text=OWN):
    document = read_document(text.replace("{}", sentence).encode(), "a.txt")
    units = split_sentences(document)
    index = SentenceIndex(units, find_parties(document.text, load_rulebook().nouns))
    found = unknown_heads(units, index.read, index.lines, index.named)
    return any(unit.text == sentence for place, unit in enumerate(units) if place in found)


@pytest.mark.parametrize(
    "sentence",
    [
        "The Publisher shall notify the Customer of any data breach.",
        "The insurer's response team shall notify the Customer of any data breach.",
        "The parent company must assist with audits.",
        "The Customer's data protection officer shall assist with impact assessments.",
        "Publisher notifies the Customer of any data breach.",
        "L'assureur doit aider le Client.",
    ],
)
def test_a_duty_of_somebody_else_is_not_the_processors(sentence):
    assert unplaced(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The Supplier shall notify the Customer of any data breach.",
        "On request, and within ten days, the Supplier shall assist the Customer.",
        "Each person who handles the data shall be bound to confidentiality.",
        "Personal data breaches shall be notified to the Customer.",
        "The Customer shall be entitled to audit the Supplier.",
        "It shall also help with impact assessments.",
        "Where the law so requires, it must tell the Customer first.",
        "Tell the Customer of each request that a person makes and shall help the Customer to answer it.",
        "Taking into account what is known to it seek to assist the Customer and the Customer shall pay its costs.",
    ],
)
def test_a_duty_of_the_processor_or_of_what_it_bears_on_is(sentence):
    assert not unplaced(sentence)


def test_a_text_that_hardly_names_its_processor_leaves_no_head_unknown():
    assert not unplaced("The Publisher shall notify the Customer of any data breach.", "{}")


def test_words_joined_to_their_article_name_whom_they_would_apart():
    assert not unplaced("Upon receiving knowledge of a breach, theSupplier will notify the Customer of it.")
    assert unplaced("Upon receiving knowledge of a breach, the Publisher will notify the Customer of it.")
