"""The part of a text that prevails over the rest."""

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rules.folding import fold
from portal.paper.rules.precedence import is_under_own_document, limiting, prevailing_places
from portal.paper.rules.sentences import split_sentences


def read(text):
    document = read_document(text.encode(), "a.txt")
    units = split_sentences(document)
    return document, units, [fold(unit.text).replace("supplier", "@p").replace("client", "@c") for unit in units]


def prevailing(clause):
    document, units, lines = read(
        f"1. Duties\n\n1.1 The Supplier helps.\n\n2. Order\n\n2.1 {clause}\n\n3. Other\n\n3.1 Third words.\n\n"
        "Annex A\n\nAnnexed words.\n\nAnnex B\n\nLast words.\n"
    )
    return [units[place].text for place in sorted(prevailing_places(document, units, lines))]


def test_what_prevails_is_found_by_the_number_or_the_name_it_is_given():
    assert prevailing("Clause 3 prevails over all other clauses.") == ["Other", "Third words."]
    assert prevailing("In case of conflict, Annex A takes precedence over this agreement.") == [
        "Annex A",
        "Annexed words.",
    ]
    assert prevailing("The annexes prevail over the body.")[-1] == "Last words."


@pytest.mark.parametrize(
    "clause",
    [
        "Clause 3 does not prevail over clause 1.",
        "This agreement prevails over Annex A.",
        "Annex A lists the premises.",
    ],
)
def test_nothing_else_prevails(clause):
    assert not prevailing(clause)


@pytest.mark.parametrize(
    ("clause", "under"),
    [
        ("The Supplier's policies, as updated by it, prevail over this agreement.", True),
        ("La politique du Supplier, telle que publiée, prévaut sur le présent accord.", True),
        ("This agreement prevails over the Supplier's policies.", False),
        ("The main contract prevails over this agreement.", False),
    ],
)
def test_a_text_may_stand_under_a_document_of_the_processor(clause, under):
    _, units, lines = read(f"1. Order\n\n1.1 {clause}\n")
    assert (is_under_own_document(units, lines) is not None) is under


def test_what_leaves_but_a_part_is_told_from_what_honest_parts_limit():
    lines = ["information is limited to a letter", "audits are limited to one, on notice of ten days", "the @p helps"]
    assert limiting(lines, frozenset(range(3))) == {0}
