"""Sentences that promise nothing of what they say."""

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.parties import find_parties
from portal.paper.rules.patterns import SentenceIndex
from portal.paper.rules.sentences import split_sentences
from portal.paper.rules.unpromised import unpromised_places


def is_unpromised(sentence):
    document = read_document(f"Between Nacre (the Client) and Brume (the Supplier).\n\n{sentence}\n".encode(), "a.txt")
    units = split_sentences(document)
    index = SentenceIndex(units, find_parties(document.text, load_rulebook().nouns))
    return any(units[place].text == sentence for place in unpromised_places(index))


@pytest.mark.parametrize(
    "sentence",
    [
        "The Supplier processes the data on instructions, or for any other purpose it finds convenient.",
        "The Supplier assists the Client as it thinks fit.",
        "All employees of the Supplier had signed confidentiality terms.",
        "The Supplier is deemed to have deleted the data.",
        "Le Prestataire est réputé avoir effacé les données.",
        "The Supplier deletes the data, except those which it may keep for itself.",
        "Customers have found the white papers helpful.",
    ],
)
def test_what_promises_nothing_is_found(sentence):
    assert is_unpromised(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The Supplier assists the Client, which may appoint whomever it thinks fit.",
        "All employees of the Supplier have signed confidentiality terms.",
        "The Supplier is deemed to have become aware when its staff are.",
        "The Supplier deletes the data, except those which it may keep as the law requires.",
        "The Client has the right to audit the Supplier.",
    ],
)
def test_what_promises_is_not(sentence):
    assert not is_unpromised(sentence)
