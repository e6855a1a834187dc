"""Numbers of any author's Word file."""

import pytest
from lxml import etree

from portal.documents_in.formats.docx_numbers import DocxCounters, style_chain, written_number
from tests.factories import paper


def counters(inner: str, **styles: str) -> DocxCounters:
    made = {
        name: etree.fromstring(f'<w:style {paper.W} w:styleId="{name}">{content}</w:style>')
        for name, content in styles.items()
    }
    return DocxCounters(etree.fromstring(f"<w:numbering {paper.W}>{inner}</w:numbering>"), made)


def paragraph(properties: str = ""):
    return etree.fromstring(f"<w:p {paper.W}><w:pPr>{properties}</w:pPr></w:p>")


@pytest.mark.parametrize(
    ("form", "third"),
    [("decimal", "3"), ("upperRoman", "III"), ("lowerLetter", "c"), ("decimalZero", "03"), ("japaneseCounting", "3")],
)
def test_each_format_counts(form, third):
    made = counters(paper.numbering((form, "%1.")))
    assert [made.label(paragraph(paper.num(1)), "")[0] for _ in range(3)][-1] == f"{third}."


def test_a_deeper_level_starts_again_unless_told_not_to():
    levels = paper.numbering(("decimal", "%1"), ("decimal", "%1.%2"))
    made = counters(levels)
    said = [made.label(paragraph(paper.num(1, level)), "")[0] for level in (0, 1, 1, 0, 1)]
    assert said == ["1", "1.1", "1.2", "2", "2.1"]
    kept = counters(levels.replace('<w:lvlText w:val="%1.%2"/>', '<w:lvlRestart w:val="0"/><w:lvlText w:val="%1.%2"/>'))
    assert [kept.label(paragraph(paper.num(1, level)), "")[0] for level in (0, 1, 0, 1)] == ["1", "1.1", "2", "2.2"]


def test_two_instances_share_one_count_but_an_override_restarts_it():
    shared = paper.numbering(("decimal", "%1"))
    shared += '<w:num w:numId="5"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="6"><w:abstractNumId w:val="1"/>'
    shared += '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride></w:num>'
    made = counters(shared)
    assert [made.label(paragraph(paper.num(which)), "")[0] for which in (1, 5, 6, 6)] == ["1", "2", "9", "10"]


def test_a_style_brings_its_number_and_a_linked_level_is_found_by_its_name():
    linked = paper.numbering(("decimal", "%1"), ("decimal", "%1.%2")).replace(
        '<w:lvl w:ilvl="1">', '<w:lvl w:ilvl="1"><w:pStyle w:val="Clause"/>'
    )
    made = counters(
        linked, Clause='<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>', Suite='<w:basedOn w:val="Clause"/>'
    )
    assert made.label(paragraph(), "Clause")[0] == "1.1"
    assert made.label(paragraph(), "Suite") == ("1.2", 1)
    assert made.label(paragraph('<w:numPr><w:numId w:val="0"/></w:numPr>'), "Clause")[0] == ""


def test_legal_numbering_is_decimal_at_every_level():
    legal = paper.numbering(("upperRoman", "%1"), ("decimal", "%1.%2")).replace(
        '<w:lvl w:ilvl="1">', '<w:lvl w:ilvl="1"><w:isLgl/>'
    )
    made = counters(legal)
    assert [made.label(paragraph(paper.num(1, level)), "")[0] for level in (0, 1)] == ["I", "1.1"]


def test_a_definition_that_links_to_a_style_takes_its_levels():
    linking = '<w:abstractNum w:abstractNumId="8"><w:numStyleLink w:val="L"/></w:abstractNum>'
    linking += '<w:num w:numId="8"><w:abstractNumId w:val="8"/></w:num>'
    real = paper.numbering(("lowerLetter", "(%1)")).replace("<w:lvl ", '<w:styleLink w:val="L"/><w:lvl ', 1)
    assert counters(real + linking).label(paragraph(paper.num(8)), "")[0] == "(a)"


@pytest.mark.parametrize("broken", ["", "x", "-3", "99999999999"])
def test_numbers_that_are_none_break_nothing(broken):
    levels = paper.numbering(("decimal", "%1%9")).replace('<w:start w:val="1"/>', f'<w:start w:val="{broken}"/>')
    made = counters(levels)
    assert isinstance(
        made.label(paragraph(f'<w:numPr><w:ilvl w:val="{broken}"/><w:numId w:val="1"/></w:numPr>'), "")[0], str
    )


def test_styles_based_on_each_other_end():
    styles = {
        name: etree.fromstring(f'<w:style {paper.W}><w:basedOn w:val="{other}"/></w:style>')
        for name, other in ("ab", "ba")
    }
    assert len(list(style_chain(styles, "a"))) == 20


def test_counts_beyond_a_format_are_decimal():
    assert written_number(4000, "upperRoman") == "4000"
    assert written_number(0, "lowerLetter") == "0"
