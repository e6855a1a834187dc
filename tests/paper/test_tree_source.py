"""A tree of ours read as its files are: the same words, at their places, with the same statuses."""

import pytest
from hypothesis import given

from portal.core.documents.docx import render_docx
from portal.core.language import Language
from portal.documents_in.document import ParagraphKind
from portal.documents_in.reader import read_document
from portal.paper.tree_source import source_of_tree
from tests.effort import at_most
from tests.factories.papers import contract
from tests.factories.trees import documents


@given(documents())
@at_most(60)
def test_every_paragraph_stands_at_its_place_in_the_text(tree):
    document = source_of_tree(tree)
    for paragraph in document.paragraphs:
        assert document.text[paragraph.start : paragraph.end] == paragraph.text
        assert paragraph.text.strip()
    assert document.text == "\n".join(paragraph.text for paragraph in document.paragraphs)


@pytest.mark.parametrize("language", Language)
def test_articles_are_numbered_titles_and_annexes_are_supplied(language):
    document = source_of_tree(contract(language))
    titles = [one for one in document.paragraphs if one.kind is ParagraphKind.HEADING and one.number]
    assert [one.number for one in titles[:3]] == ["1", "2", "3"]
    assert [one.label[-1] for one in document.annexes] == ["A", "B", "C", "D"]
    assert all(annex.supplied for annex in document.annexes)


@pytest.mark.parametrize("language", Language)
def test_the_word_file_of_the_same_tree_has_the_same_sentences(language):
    tree = contract(language)
    read = read_document(render_docx(tree), "contrat.docx")
    missed = [
        one.text for one in source_of_tree(tree).paragraphs if one.kind is ParagraphKind.TEXT and len(one.text) > 80
    ]
    assert missed
    flat = " ".join(read.text.replace("\u00a0", " ").replace("\u202f", " ").split())
    assert [text for text in missed if text.replace("\u00a0", " ").replace("\u202f", " ") not in flat] == []
