"""A frozen tree comes back as it was, through JSON, whatever it holds."""

import json
from dataclasses import fields

import pytest
from hypothesis import given

from portal.contracts import library
from portal.contracts.rules.assembly import assemble_contract
from portal.core.documents.freezing import _KINDS, NODE, freeze, thaw
from portal.core.documents.tree import Blank, Document, Note, Paragraph, Section, Text
from portal.core.language import Language
from tests.effort import at_most
from tests.factories.contracts import facts
from tests.factories.trees import documents


@at_most(15)
@given(documents())
def test_any_tree_comes_back_from_json_as_it_was(tree):
    assert thaw(json.loads(json.dumps(freeze(tree)))) == tree


@pytest.mark.parametrize("language", Language)
def test_a_contract_comes_back_from_json_as_it_was(language):
    books = library.cached()
    drafted = assemble_contract(books, books.template["dpa"], facts(service__name=None), language).document
    assert thaw(json.loads(json.dumps(freeze(drafted)))) == drafted


def test_a_note_and_a_section_keep_their_own_kind():
    inner = (Note((Text("à revoir"), Blank("a", "b")), kind="draft"), Section("", (Paragraph(()),), kind="annex"))
    tree = Document("D", Language.EN, (Section("Titre", inner, number="1", kind="article"),))
    assert thaw(freeze(tree)) == tree


def test_no_field_of_the_tree_takes_the_name_that_marks_a_node():
    assert _KINDS
    assert NODE not in {field.name for kind in _KINDS.values() for field in fields(kind)}


def test_a_kind_of_node_that_does_not_exist_is_refused():
    with pytest.raises(KeyError):
        thaw({NODE: "Video", "title": "x"})
