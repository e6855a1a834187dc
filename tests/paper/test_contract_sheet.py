import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from portal.contracts.rules.model import BilingualWords
from portal.core.language import Language
from portal.documents_in.document import ParagraphKind, SourceDocument, assemble_paragraphs
from portal.paper.contract_sheet import TERM_RANK, PassageTag, render_sheet, requirement_marks, term_marks
from portal.paper.rules.check_result import (
    ContractTerm,
    RequirementResult,
    RequirementStatus,
    Span,
    TermJudgement,
)

TEXT = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs", "Sm"]), min_size=1, max_size=40)


def document(*lines):
    text, paragraphs = assemble_paragraphs([(line, ParagraphKind.TEXT, 0, "", None) for line in lines])
    return SourceDocument(text, paragraphs, Language.FR)


def hit(start, end, name, number, status):
    [made] = requirement_marks(
        [RequirementResult(name, (), status, BilingualWords("", ""), (Span("", start, end),))], {name: status}, TAGS
    )
    return replace(made, number=number)


TAGS = {name: PassageTag(name.upper(), "mot") for name in ("a", "b", "c")}


def sheet(doc, found):
    return render_sheet(doc, found, "page {}".format, "/i.svg")


def without_tags(markup):
    tree = html.fragment_fromstring(str(markup), create_parent="div")
    for tag in tree.xpath("//a[contains(@class,'hit-tag')]"):
        tag.drop_tree()
    return tree


@given(st.lists(TEXT, min_size=1, max_size=6), st.data())
def test_marks_change_nothing_of_the_text_and_every_passage_is_reached(lines, data):
    doc = document(*lines)
    places = st.integers(0, len(doc.text))
    spans = data.draw(
        st.lists(st.tuples(places, places, st.sampled_from("abc"), st.sampled_from(RequirementStatus)), max_size=5)
    )
    found = [hit(min(a, b), max(a, b), name, n, status) for n, (a, b, name, status) in enumerate(spans) if a != b]
    made = sheet(doc, found)
    tree = without_tags(made.html)
    assert [p.text_content() for p in tree.xpath("./p")] == lines
    ids = tree.xpath("//mark/@id")
    assert len(ids) == len(set(ids))
    for one in found:
        covered = doc.text[one.start : one.end].strip("\n")
        assert ((one.requirement, one.number) in made.anchors) == bool(covered), "an empty stretch alone has no place"
    assert set(made.anchors.values()) <= set(ids)


def test_a_stretch_wears_the_look_of_the_gravest_obligation_that_rests_on_it():
    doc = document("Le prestataire prévient le client sans délai.")
    whole, part = hit(0, 45, "a", 0, RequirementStatus.SATISFIED), hit(15, 23, "b", 0, RequirementStatus.WEAK)
    tree = without_tags(sheet(doc, [whole, part]).html)
    assert [mark.get("class") for mark in tree.xpath("//mark")] == ["hit hit--ok", "hit hit--warning", "hit hit--ok"]


def test_each_passage_leads_back_to_its_obligation_with_its_status_in_words():
    doc = document("Une phrase.", "Une autre.")
    made = sheet(doc, [hit(0, 11, "a", 0, RequirementStatus.MISSING), hit(12, 22, "b", 0, RequirementStatus.SATISFIED)])
    found = re.findall(r'href="#ob-(\w)".*?</svg>(\w)<span class="visually-hidden"> – mot', str(made.html))
    assert found == [("a", "A"), ("b", "B")]


def test_what_a_contract_contains_is_text_and_never_markup():
    hostile = "<script>alert(1)</script> & <b onclick=x>"
    doc = document(hostile)
    made = sheet(doc, [hit(0, len(hostile), "a", 0, RequirementStatus.WEAK)])
    assert "<script" not in str(made.html)
    assert without_tags(made.html).text_content() == hostile


@pytest.mark.parametrize(
    ("kind", "level", "expected"),
    [
        (ParagraphKind.HEADING, 1, "h3"),
        (ParagraphKind.HEADING, 9, "h6"),
        (ParagraphKind.HEADING, 0, "h3"),
        (ParagraphKind.TEXT, 0, "p"),
        (ParagraphKind.ITEM, 7, "p"),
        (ParagraphKind.ROW, 0, "p"),
        (ParagraphKind.NOTE, 0, "p"),
        (ParagraphKind.CONTENTS, 0, "p"),
    ],
)
def test_every_kind_of_paragraph_has_its_place(kind, level, expected):
    text, paragraphs = assemble_paragraphs([("Objet", kind, level, "4.2", 3)])
    made = sheet(SourceDocument(text, paragraphs, Language.FR), [])
    tree = html.fragment_fromstring(str(made.html), create_parent="div")
    assert tree.xpath("./p[@class='received__page']")[0].text_content() == "page 3"
    assert tree[-1].tag == expected
    assert tree[-1].text_content() == "4.2 Objet"


def test_a_delay_has_its_own_tag_with_its_judgement_and_leads_to_its_obligation():
    doc = document("Sous 72 heures.")
    term = ContractTerm(
        "breach_notice", 72.0, "hours", TermJudgement.BAD, BilingualWords("", ""), Span("72 heures", 5, 14)
    )
    found = list(term_marks([term], {"breach_notification"}, Language.FR))
    made = sheet(doc, found)
    assert made.anchors == {("breach_notification", TERM_RANK): "passage-1"}
    tree = html.fragment_fromstring(str(made.html), create_parent="div")
    assert tree.xpath("//mark")[0].text_content() == "72 heures"
    [tag] = tree.xpath("//a")
    assert tag.get("href") == "#ob-breach_notification"
    assert tag.text_content() == "Délai de notification d’une violation – Défavorable"
    assert not list(term_marks([term], {"data_types"}, Language.FR)), "no line, no way back"
