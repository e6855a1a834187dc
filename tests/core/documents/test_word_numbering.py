"""Word counts what the tree has printed, or the number is typed."""

import pytest

from portal.core.documents.docx import render_docx
from portal.core.documents.tree import Document, Items, Section, Text
from portal.core.language import Language
from tests.docx_text import docx_text
from tests.factories.printed import W, part


def article(number, *blocks, kind="article", title="Titre"):
    return Section(title, blocks, number=number, kind=kind)


def rendered(*blocks, language=Language.FR):
    return render_docx(Document("Accord", language, blocks, contents=False))


def lines(docx):
    return [line for line in docx_text(docx).splitlines() if line and line != "Accord"]


def typed(docx):
    """The numbers written as text, which Word does not count."""
    runs = part(docx, "word/document.xml").iter(W + "r")
    return [run.findtext(W + "t") for run in runs if run.find(f"{W}rPr/{W}rStyle[@{W}val='Numero']") is not None]


def test_articles_and_their_parts_are_counted_by_word():
    docx = rendered(
        article("1", article("1.1"), article("1.2", article("1.2.1"))),
        article("2", article("2.1", title="")),
        article("A", article("A.1", kind="section"), kind="annex"),
        article("1", article("1.1", kind="section"), kind="section"),
    )
    assert lines(docx) == [
        "Article\u00a01 Titre",
        "1.1 Titre",
        "1.2 Titre",
        "1.2.1 Titre",
        "Article\u00a02 Titre",
        "2.1",
        "Annexe\u00a0A Titre",
        "A.1 Titre",
        "1. Titre",
        "1.1 Titre",
    ]
    assert typed(docx) == []


def test_the_word_follows_the_document_language():
    assert lines(rendered(article("A", kind="annex"), language=Language.EN)) == ["Annex\u00a0A Titre"]


def test_an_extract_restarts_the_count_where_it_begins():
    docx = rendered(article("5", article("5.1")), article("6", article("6.1")), article("12"))
    found = ["Article\u00a05 Titre", "5.1 Titre", "Article\u00a06 Titre", "6.1 Titre", "Article\u00a012 Titre"]
    assert lines(docx) == found
    assert typed(docx) == []
    starts = [found.get(W + "val") for found in part(docx, "word/numbering.xml").iter(W + "startOverride")]
    assert starts == ["5", "12"]


@pytest.mark.parametrize("number", ["7 bis", "03", "1.3", "1.0", "0", "40000", "2.1"])
def test_a_number_word_would_not_reach_is_typed(number):
    docx = rendered(article("1", article("1.1"), article(number, title="Inséré"), article("1.2")))
    assert any(line.endswith("Inséré") and number in line for line in lines(docx))
    assert [number in text for text in typed(docx)] == [True]
    assert lines(docx)[-1] == "1.2 Titre"


def test_annexes_go_on_after_z_as_word_counts():
    letters = [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "AA", "BB"]
    docx = rendered(*(article(letter, kind="annex") for letter in letters))
    assert lines(docx) == [f"Annexe\u00a0{letter} Titre" for letter in letters]
    assert typed(docx) == []


def test_each_lettered_list_starts_again_at_a():
    items = Items(((Text("un"),), (Text("deux"),)), ordered=True)
    marks = [
        line.split()[0]
        for line in lines(
            rendered(
                items,
                items,
                article(
                    "1",
                    title="",
                ),
                Items(items.items),
            )
        )
    ]
    assert marks == ["(a)", "(b)", "(a)", "(b)", ["Article", "1"][0], "–", "–"]


def test_heading_styles_and_levels_point_to_each_other():
    docx = rendered(article("1"))
    numbering, styles = part(docx, "word/numbering.xml"), part(docx, "word/styles.xml")
    definition = numbering.find(f"{W}abstractNum[@{W}abstractNumId='1']")
    linked = {level.get(W + "ilvl"): level.find(W + "pStyle").get(W + "val") for level in definition.iter(W + "lvl")}
    assert linked == {str(level): f"Heading{level + 1}" for level in range(9)}
    for level, name in linked.items():
        brought = styles.find(f"{W}style[@{W}styleId='{name}']/{W}pPr/{W}numPr")
        assert brought.find(W + "numId").get(W + "val") == "1"
        assert brought.find(W + "ilvl").get(W + "val") == level
    assert numbering.find(f"{W}num[@{W}numId='1']/{W}abstractNumId").get(W + "val") == "1"


def test_definitions_come_before_instances_as_word_requires():
    tags = [child.tag for child in part(rendered(Items(((Text("x"),),), ordered=True)), "word/numbering.xml")]
    assert tags == sorted(tags)
    assert set(tags) == {W + "abstractNum", W + "num"}
