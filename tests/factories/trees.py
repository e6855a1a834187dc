"""Arbitrary document trees for Hypothesis: any nesting, any number, any text."""

from hypothesis import strategies as st

from portal.core.documents.tree import (
    Blank,
    Document,
    Figure,
    Items,
    Note,
    Paragraph,
    Reference,
    Section,
    Signatures,
    Table,
    Text,
)
from portal.core.language import Language

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"><rect width="60" height="12"/></svg>'
ANCHORS = st.sampled_from(["", "a", "b", "é à", "<&>", "a"])
NUMBERS = st.sampled_from(
    ["", "1", "2", "3", "1.1", "1.2", "2.1", "2.1.1", "A", "B", "A.1", "AA", "7 bis", "03", "9", "0"]
)
KINDS = st.sampled_from(["article", "annex", "section", "autre"])

any_text = st.text(max_size=40)
latin_text = st.text(
    st.one_of(st.characters(min_codepoint=0x20, max_codepoint=0x7E), st.sampled_from("éèàçùœÉÀ«»’–€ \u00a0\u202f\n")),
    max_size=60,
)


def inlines(text):
    one = st.one_of(
        st.builds(Text, text, st.booleans(), st.booleans()),
        st.builds(Blank, st.just("vendor.registration"), text),
        st.builds(Reference, ANCHORS, text),
    )
    return st.lists(one, max_size=4).map(tuple)


@st.composite
def tables(draw, text):
    columns = draw(st.integers(1, 4))
    header = draw(st.tuples(*[text] * columns))
    rows = draw(st.lists(st.tuples(*[inlines(text)] * columns), max_size=3).map(tuple))
    widths = draw(st.one_of(st.just(()), st.tuples(*[st.integers(1, 9)] * columns)))
    return Table(draw(text), header, rows, widths)


def leaves(text):
    lines = st.lists(st.one_of(text, inlines(text)), max_size=3).map(tuple)
    return st.one_of(
        st.builds(Paragraph, inlines(text)),
        st.builds(Items, st.lists(inlines(text), max_size=4).map(tuple), st.booleans()),
        tables(text),
        st.builds(Note, inlines(text), st.sampled_from(["info", "warning", "draft", "autre"])),
        st.builds(Signatures, st.lists(st.tuples(text, lines), max_size=3).map(tuple)),
    )


def blocks(text, *others):
    return st.recursive(
        st.one_of(leaves(text), *others),
        lambda inner: st.builds(
            Section,
            st.one_of(st.just(""), text),
            st.lists(inner, max_size=4).map(tuple),
            number=NUMBERS,
            anchor=ANCHORS,
            kind=KINDS,
        ),
        max_leaves=12,
    )


def documents(text=any_text, *, figures=True):
    figure = [st.builds(Figure, st.just(SVG), text.filter(str.strip))] if figures else []
    line = st.one_of(text, inlines(text))
    return st.builds(
        Document,
        title=text,
        language=st.sampled_from(Language),
        blocks=st.lists(blocks(text, *figure), max_size=5).map(tuple),
        subtitle=text,
        reference=text,
        draft=st.booleans(),
        contents=st.booleans(),
        cover=st.lists(st.tuples(text, line), max_size=3).map(tuple),
        keywords=st.lists(text, max_size=2).map(tuple),
    )
