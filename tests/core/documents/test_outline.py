"""The sections of a document and its table of contents."""

from portal.core.documents.outline import ENTRIES_ON_A_PAGE, clause_opening, contents_entries, headings, targets
from portal.core.documents.tree import Document, Items, Note, Paragraph, Section, Text
from portal.core.language import Language


def document(*blocks, **options):
    return Document("Accord", Language.FR, blocks, **options)


def titles(entries):
    return [(entry.level, entry.section.title) for entry in entries]


def test_sections_are_ranked_parents_first():
    tree = document(Section("A", (Section("A1", ()), Section("A2", ()))), Section("B", ()))
    assert [(found.rank, found.level, found.section.title) for found in headings(tree)] == [
        (1, 1, "A"),
        (2, 2, "A1"),
        (3, 2, "A2"),
        (4, 1, "B"),
    ]


def test_a_title_under_an_untitled_section_skips_no_level():
    tree = document(Section("", (Section("A", (Section(" ", (Section("A1", ()),)),)),)))
    assert [(found.level, found.section.title) for found in headings(tree)] == [(1, ""), (1, "A"), (2, " "), (2, "A1")]


def test_the_same_section_used_twice_has_two_ranks():
    again = Section("Rappel", ())
    assert [found.rank for found in headings(document(again, again))] == [1, 2]


def test_the_contents_name_titled_sections_of_two_levels():
    tree = document(Section("A", (Section("A1", (Section("A1a", ()),)), Section("", ()))), Section("  ", ()))
    assert titles(contents_entries(tree)) == [(1, "A"), (2, "A1")]


def test_long_contents_keep_to_the_first_level():
    inner = tuple(Section(f"s{rank}", ()) for rank in range(ENTRIES_ON_A_PAGE))
    assert titles(contents_entries(document(Section("A", inner)))) == [(1, "A")]


def test_a_document_may_refuse_contents():
    assert contents_entries(document(Section("A", ()), contents=False)) == []


def test_an_anchor_used_twice_leads_to_its_first_use():
    tree = document(Section("A", (), anchor="x"), Section("B", (), anchor="x"), Section("C", ()))
    assert targets(tree) == {"x": 1}


def test_remarks_that_open_a_clause_are_set_above_its_number():
    note, first, rest = Note((Text("Provisoire"),)), Paragraph((Text("Le délai…"),)), Items(())
    assert clause_opening(Section("", (note, first, rest))) == ((note,), first, (rest,))
    assert clause_opening(Section("", (rest, first))) == ((), None, (rest, first))
    assert clause_opening(Section("", (note,))) == ((), None, (note,))
