"""A clause that another one takes back, in this text and not in another, is found by its number."""

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rules.folding import fold
from portal.paper.rules.sentences import split_sentences
from portal.paper.rules.withdrawn import withdrawn_places

TEXT = "4.1 The Supplier shall notify.\n\n4.2 The Supplier shall:\n\n(a) assist;\n\n(b) delete.\n\n5.1 {}"


def taken_back(sentence):
    document = read_document(TEXT.replace("{}", sentence).encode(), "a.txt")
    units = split_sentences(document)
    places = withdrawn_places(document, units, [fold(unit.text) for unit in units])
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
    ],
)
def test_what_another_clause_takes_back_is_found_by_its_number(sentence, gone):
    assert taken_back(sentence) == gone
