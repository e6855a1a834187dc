"""Words, numbers and characters both renderings share."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from portal.core.documents.tree import Blank, Reference, Section, Text
from portal.core.documents.wording import (
    RUNNING_LENGTH,
    WORDS,
    item_mark,
    printable,
    running,
    section_label,
    set_inlines,
    typeset,
)
from portal.core.language import Language

FR, EN = Language.FR, Language.EN


@given(st.text())
def test_what_is_printed_can_be_written_in_xml_and_is_stable(text):
    shown = printable(text)
    etree.Element("t").text = shown
    assert printable(shown) == shown
    assert not {unicodedata.category(character) for character in shown.replace("\n", "")} & {"Cc", "Cs"}


def test_a_name_cannot_turn_the_reading_order_around():
    assert printable("Contrat \u202egnp.exe\u2066\u200b") == "Contrat gnp.exe"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("\U0001f44d\U0001f3fd\ufe0f", "[thumbs up sign]"),
        ("\u2705 fait", "[white heavy check mark] fait"),
        ("\U0001f468\u200d\U0001f469", "[man][woman]"),
        ("\U0001f1eb\U0001f1f7", "FR"),
        ("\u2714 \u260e \U0001f642", "\u2714 \u260e [slightly smiling face]"),
        ("n\u0101gar\u012b \u0915\u094d\u200d\u0937", "n\u0101gar\u012b \u0915\u094d\u200d\u0937"),
    ],
)
def test_an_emoji_that_no_font_draws_is_named_and_not_an_empty_box(typed, shown):
    assert printable(typed) == shown
    assert printable(shown) == shown


def test_every_kind_of_line_end_is_one_line_end():
    assert printable("a\r\nb\rc\x85d\u2028e\nf") == "a\nb\nc\nd\ne\nf"


def test_decomposed_letters_are_composed():
    assert printable("e\u0301") == "é"


def test_french_typography_is_for_french_documents_only():
    assert typeset("l'accord : oui ?", FR) == "l’accord\u202f: oui\u202f?"
    assert typeset("the party's : yes ?", EN) == "the party’s : yes ?"


@pytest.mark.parametrize(
    ("text", "language", "printed"),
    [
        ("signé le 5 novembre 2026, 1er mars", FR, "signé le 5\xa0novembre 2026, 1er\xa0mars"),
        ("signed on 5 November 2026 no. H-1", EN, "signed on 5\xa0November 2026 no.\xa0H-1"),
        ("+33 4 72 00 00 01", EN, "+33\xa04\xa072\xa000\xa000\xa001"),
        ("12 rue du Maroc", FR, "12 rue du Maroc"),
    ],
)
def test_a_line_never_ends_within_a_date_or_a_telephone_number(text, language, printed):
    assert typeset(text, language) == printed
    assert "".join(said for _, said in set_inlines((Text(text),), language)) == printed


def test_typography_sees_across_the_joints_of_inlines():
    inlines = (Text("conforme à l'"), Reference("a", "annexe A"), Text(" ; voir l'"), Blank("k", "avis"), Text(" : ok"))
    assert "".join(text for _, text in set_inlines(inlines, FR)) == (
        "conforme à l’annexe\u00a0A\u202f; voir l’[à compléter\u202f: avis]\u202f: ok"
    )


@given(st.lists(st.text(st.sampled_from("ab1 ':;?!»«-%€."), max_size=6), max_size=5))
def test_joints_change_typography_only(parts):
    """Whatever the cut, no letter is lost and none is added."""
    together = "".join(text for _, text in set_inlines(tuple(map(Text, parts)), FR))
    assert [c for c in together if c in "ab1"] == [c for c in "".join(parts) if c in "ab1"]


def test_an_article_has_its_word_and_a_sub_article_only_its_number():
    assert section_label(Section("", (), number="3", kind="article"), FR) == "Article\u00a03"
    assert section_label(Section("", (), number="3.1", kind="article"), FR) == "3.1"
    assert section_label(Section("", (), number="A", kind="annex"), EN) == "Annex\u00a0A"
    assert section_label(Section("", (), number="2"), FR) == "2."
    assert section_label(Section("", ()), FR) == ""


def test_list_marks_go_on_after_z_as_word_counts():
    assert [item_mark(rank, ordered=True) for rank in (1, 26, 27, 53)] == ["(a)", "(z)", "(aa)", "(aaa)"]


@given(st.text(max_size=400))
def test_a_running_header_is_one_short_line(text):
    line = running(text, FR)
    assert len(line) <= RUNNING_LENGTH
    assert "\n" not in line


def test_every_language_has_its_words():
    assert set(WORDS) == set(Language)
