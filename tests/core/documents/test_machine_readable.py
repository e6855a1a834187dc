"""A document for programs: the same words as its pages, and nothing else."""

import hashlib
import json
from dataclasses import replace

from hypothesis import given

from portal.core.documents.machine_readable import FORMAT, to_json
from portal.core.documents.text import fold, tree_text
from tests.effort import at_most
from tests.factories.documents import processing_agreement
from tests.factories.trees import documents

AGREEMENT = processing_agreement()


def words(block):
    """Every text of the blocks, in reading order."""
    if isinstance(block, list):
        return [word for one in block for word in words(one)]
    if isinstance(block, str):
        return [block]
    inner = ("items", "parties", "blocks")
    kinds = ("label", "title", "mark", "text", "caption", "columns", "rows", "party", "lines", "value", *inner)
    return [word for key in kinds if key in block for word in words(block[key])]


def test_every_word_of_the_agreement_is_in_it_in_order():
    read = json.loads(to_json(AGREEMENT))
    said = [read["title"], read["subtitle"], *words(read["cover"]), *words(read["blocks"])]
    printed = fold(tree_text(replace(AGREEMENT, draft=False)))
    assert fold(" ".join(said)) == printed


def test_its_reader_takes_the_digest_of_the_text_again():
    digest = hashlib.sha256(tree_text(AGREEMENT).encode()).hexdigest()
    read = json.loads(to_json(replace(AGREEMENT, sha256=digest, edition="Version 3")))
    assert read["format"] == FORMAT
    assert read["edition"] == "Version 3"
    assert hashlib.sha256(read["text"].encode()).hexdigest() == read["sha256"] == digest


@at_most(12)
@given(documents())
def test_any_tree_makes_json_and_equal_trees_equal_bytes(tree):
    assert to_json(tree) == to_json(replace(tree))
    assert json.loads(to_json(tree))["text"] == tree_text(tree)
