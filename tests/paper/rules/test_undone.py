"""Clauses that a later paragraph names and undoes."""

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rules.folding import fold
from portal.paper.rules.sentences import split_sentences
from portal.paper.rules.undone import names_clauses, undone_places, words_beside_clauses

DUTY = "The Supplier shall assist the Client with requests."


def undone(said, freeing=""):
    text = f"5. Duties\n\n5.1 {DUTY}\n\n8. Scope\n\n8.1 {said}\n"
    document = read_document(text.encode(), "a.txt")
    units = split_sentences(document)
    lines = [fold(unit.text).replace("supplier", "@p").replace("client", "@c") for unit in units]
    free = frozenset(place for place, unit in enumerate(units) if freeing and freeing in unit.text)
    by = undone_places(document, units, lines, free)
    return {units[place].text: units[other].text for place, other in by.items()}


@pytest.mark.parametrize(
    ("said", "freeing"),
    [
        ("Assistance under clause 5.1 is given for access requests only.", ""),
        ("Performance of clause 5.1 depends on an option that was not taken.", ""),
        ("By way of exception to clause 5.1, the records remain with the Supplier.", ""),
        ("For the purposes of clause 5.1, affiliates are not regarded as sub-processors.", ""),
        ("Clause 5.1 is known to both. The Supplier owes nothing under it.", "owes nothing"),
    ],
)
def test_a_clause_is_undone_by_the_paragraph_that_names_it(said, freeing):
    found = undone(said, freeing)
    assert found[DUTY] in said


@pytest.mark.parametrize(
    ("said", "freeing"),
    [
        ("Audits under clause 5.1 are limited to two a year, on thirty days' notice.", ""),
        ("By way of exception to clause 5.1, records that the law protects remain with the Supplier.", ""),
        ("The Supplier is not required to pay for it. See clause 5.1.", "not required"),
        ("Without prejudice to clause 5.1, the Supplier owes nothing more.", "owes nothing"),
        ("Clause 5.1 of the standard contractual clauses is given for controllers only.", ""),
        ("A breach of clause 5.1 is told to the Client; nobody else is told.", "nobody"),
    ],
)
def test_a_clause_that_is_only_named_keeps_what_it_promises(said, freeing):
    assert DUTY not in undone(said, freeing)


def test_what_is_said_of_a_clause_stands_around_its_name():
    assert names_clauses("the duty in clause 2.7 is in abeyance")
    assert not names_clauses("in accordance with article 28 of the gdpr")
    assert words_beside_clauses("the duty in clause 2.7 is in abeyance") == "the duty in clause 2.7 is in abeyance"
