"""A clause that another one takes back, in this text and not in another, is found by its number."""

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rules.parties import ROLES, Parties, PartyNouns
from portal.paper.rules.patterns import SentenceIndex
from portal.paper.rules.sentences import split_sentences
from portal.paper.rules.withdrawn import withdrawn_places

NOUNS = PartyNouns.compiled({role: ["-"] for role in ROLES})
TEXT = "4.1 The Supplier shall notify.\n\n4.2 The Supplier shall:\n\n(a) assist;\n\n(b) delete.\n\n5.1 {}"


def taken_back(sentence, text=TEXT):
    document = read_document(text.replace("{}", sentence).encode(), "a.txt")
    units = split_sentences(document)
    places = withdrawn_places(document, SentenceIndex(units, Parties(NOUNS)))
    return {units[place].text for place in places}


@pytest.mark.parametrize(
    ("sentence", "gone"),
    [
        ("Clause 4.1 does not apply to free plans.", {"The Supplier shall notify."}),
        ("L'article 4.1 ne s'applique pas aux essais.", {"The Supplier shall notify."}),
        ("Paragraph 4.2(b) shall have no effect while an invoice is unpaid.", {"delete."}),
        (
            "La clause 4 est réputée non écrite.",
            {"The Supplier shall notify.", "The Supplier shall:", "assist;", "delete."},
        ),
        ("Clause 4.1 does not apply where the law requires otherwise.", set()),
        ("If clause 4.1 does not apply, clause 6 does.", set()),
        ("In Clause 4.1 of the Standard Contractual Clauses, the option will not apply.", set()),
        ("L'article 4.1 est supprimé et remplacé par ce qui suit.", set()),
        ("Clauses 4.1 and 4.2(a) are given for information only.", {"The Supplier shall notify.", "assist;"}),
        (
            "Les articles 4.1 à 4.2 sont donnés à titre indicatif.",
            {"The Supplier shall notify.", "The Supplier shall:", "assist;", "delete."},
        ),
        ("Clause 4.1 lapses thirty days after signature.", {"The Supplier shall notify."}),
        ("Version 2 struck out clause 4.1.", {"The Supplier shall notify."}),
        ("Version 2 struck out clause 4.1; version 3 reinstated clause 4.1.", set()),
        ("Clause 4.1 survives the end of this agreement.", set()),
        ("In clause 11, the optional language does not apply.", set()),
        ("Clause 4.1 shall not apply to the extent that the breach is caused by @c.", set()),
    ],
)
def test_what_another_clause_takes_back_is_found_by_its_number(sentence, gone):
    assert taken_back(sentence) == gone


@pytest.mark.parametrize(
    ("after", "gone"),
    [
        ("However, this duty only covers account data.", True),
        ("Toutefois, il n'y est tenu que si ses équipes sont disponibles.", True),
        ("À défaut, ces mesures cessent de plein droit.", True),
        ("This obligation does not end with the agreement.", False),
        ("However, the law may require otherwise.", False),
    ],
)
def test_what_the_next_sentence_takes_back_is_no_longer_promised(after, gone):
    promised = "The Supplier shall notify each breach."
    assert (promised in taken_back(after, promised + " {}")) is gone


def test_what_is_only_shown_or_said_to_bind_nobody_is_no_promise():
    shown = "Pièce 1 – Contrat\n\nX notifie.\n\nPièce 2 – Notice (communiquée pour information)\n\n{}"
    assert "Y efface les données." in taken_back("Y efface les données.", shown)
    assert "X notifie." not in taken_back("Y efface les données.", shown)
    told = "The Supplier shall notify.\n\nThe foregoing sections are given for information. {}"
    assert "The Supplier shall notify." in taken_back("", told)


@pytest.mark.parametrize(
    "sentence",
    [
        "As described in this agreement, any requests for information, help or copies are charged at cost.",
        "This agreement is not legally binding if the entity that signs it is not a party to the order.",
        "Notwithstanding any other provision in these clauses, it answers for no measure listed for information only.",
    ],
)
def test_what_only_speaks_of_information_or_of_signing_empties_nothing(sentence):
    assert not taken_back(sentence, "The Supplier shall notify.\n\n{}")
