"""For each « satisfied » of the reference texts, somebody read whether the first passage is of the right kind.

The texts are not ours: the list holds the digests of the passages, never their words (`docs/paper-first-passages.tsv`).
"""

import csv
import hashlib
from pathlib import Path

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.check_result import RequirementStatus
from portal.paper.rules.checking import check_contract
from portal.paper.rules.naming import REQUIREMENTS
from tests.conftest import REAL

LISTED = Path(__file__).parents[2] / "docs" / "paper-first-passages.tsv"
MOST_WRONG = 0
"""First passages of the wrong kind when the list was last read; never more."""


def digest(quote):
    return hashlib.sha256(" ".join(quote.split()).encode()).hexdigest()[:16]


@pytest.mark.real
def test_each_first_passage_of_the_reference_texts_was_read_and_is_of_the_right_kind():
    if not (REAL / "dpa").exists():
        pytest.skip("les textes réels ne sont pas posés à côté du dépôt")
    with LISTED.open(encoding="utf-8") as rows:
        read = {
            (row["file"], row["requirement"], row["passage"]): row["kind"]
            for row in csv.DictReader(rows, delimiter="\t")
        }
    found = {}
    for name in sorted({file for file, _, _ in read}):
        check = check_contract(read_document((REAL / "dpa" / name).read_bytes(), name), load_rulebook())
        for one in check.requirements:
            if one.id in REQUIREMENTS and one.status is RequirementStatus.SATISFIED:
                found[name, one.id, digest(one.spans[0].quote)] = one
    assert found.keys() - read.keys() == set()
    assert sum(read[key] != "right" for key in found) <= MOST_WRONG
