"""The Word file: what a lawyer finds when opening it."""

import hashlib
import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO

import docx as python_docx
import pytest
from hypothesis import given

from portal.core.documents.docx import render_docx
from portal.core.documents.outline import headings
from portal.core.documents.text import fold, tree_text
from portal.core.documents.tree import (
    BilingualRow,
    Blank,
    Document,
    Figure,
    Items,
    Note,
    Paragraph,
    Reference,
    Section,
    SideBySide,
    Signatures,
    Table,
    Text,
    Translated,
)
from portal.core.documents.wording import section_label
from portal.core.language import Language
from tests.effort import at_most
from tests.factories.documents import processing_agreement
from tests.factories.printed import W, outline, part, pdf_text, through_libreoffice
from tests.factories.trees import SVG, documents
from tests.printing_cache import render_pdf

AGREEMENT = processing_agreement()


@pytest.fixture(scope="module")
def agreement():
    return render_docx(AGREEMENT)


def body(data):
    return part(data, "word/document.xml")[0]


def styled(parent, style):
    return [p for p in parent.iter(W + "p") if p.find(f"{W}pPr/{W}pStyle[@{W}val='{style}']") is not None]


def words(element):
    return "".join(found.text or "" for found in element.iter(W + "t"))


def instructions(element):
    return [found.text.split()[0] for found in element.iter(W + "instrText")]


def short(*blocks, **options):
    return render_docx(Document("Accord", Language.FR, blocks, **{"contents": False, **options}))


def test_language_is_set_for_the_whole_document(agreement):
    defaults = part(agreement, "word/styles.xml").find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    assert defaults.get(W + "val") == "fr-FR"
    english = part(render_docx(replace(AGREEMENT, language=Language.EN)), "word/styles.xml")
    assert english.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang").get(W + "val") == "en-GB"


def test_core_properties_say_what_the_file_is(agreement):
    properties = python_docx.Document(BytesIO(agreement)).core_properties
    assert properties.title == "Accord sur le traitement des données à caractère personnel"
    assert properties.language == "fr-FR"
    assert properties.identifier == "CTR-2026-0147 · version 3"
    assert properties.created.isoformat() == properties.modified.isoformat() == "2026-11-24T08:30:00+00:00"
    assert properties.keywords == "RGPD, sous-traitance, article 28"


def test_every_style_used_is_ours_and_every_word_style_it_stands_on_exists(agreement):
    styles = part(agreement, "word/styles.xml")
    known = {style.get(W + "styleId") for style in styles.iter(W + "style")}
    kinds = ("pStyle", "rStyle", "tblStyle")
    used = {found.get(W + "val") for kind in kinds for found in body(agreement).iter(W + kind)}
    bases = {found.get(W + "val") for kind in ("basedOn", "next") for found in styles.iter(W + kind)}
    assert used | bases <= known
    assert {"Heading1", "Annexe", "Clause", "ListNumber", "ListBullet", "Caption", "ACompleter", "TOC1"} <= used


def test_the_table_of_contents_is_a_field_already_filled_in(agreement):
    contents = body(agreement).find(W + "sdt")
    assert contents.find(f".//{W}docPartGallery").get(W + "val") == "Table of Contents"
    assert instructions(contents)[0] == "TOC"
    entries = [words(p) for style in ("TOC1", "TOC2") for p in styled(contents, style)]
    titled = [found for found in headings(AGREEMENT) if found.section.title]
    assert sorted(entries) == sorted(
        f"{section_label(found.section, Language.FR)}{found.section.title.replace(chr(39), '’')}" for found in titled
    )
    marks = {found.get(W + "name") for found in body(agreement).iter(W + "bookmarkStart")}
    assert {found.get(W + "anchor") for found in contents.iter(W + "hyperlink")} <= marks
    assert instructions(contents).count("PAGEREF") == len(titled)


def test_the_contents_have_the_page_numbers_of_the_pdf_before_any_update(agreement):
    pdf = render_pdf(AGREEMENT)
    expected = [page for depth, _, page in outline(pdf) if depth <= 2][1:]
    contents = body(render_docx(AGREEMENT, pdf)).find(W + "sdt")
    entries = [p for p in contents.iter(W + "p") if p.find(W + "hyperlink") is not None]
    shown = [words(p).removeprefix(words(bare)) for p, bare in zip(entries, _entries(agreement), strict=True)]
    assert [int(page) for page in shown] == expected
    assert len(set(expected)) > 5
    assert instructions(contents).count("PAGEREF") == len(expected)


def _entries(data):
    return [p for p in body(data).find(W + "sdt").iter(W + "p") if p.find(W + "hyperlink") is not None]


def test_the_contents_say_whose_page_numbers_they_show_and_only_when_they_show_some(agreement):
    printed = body(render_docx(AGREEMENT, render_pdf(AGREEMENT))).find(W + "sdt")
    (told,) = styled(printed, "SommaireNote")
    assert "ceux du PDF" in words(told)
    assert not styled(body(agreement), "SommaireNote")


def controls(data):
    """The tags of the controls in reading order; the table of contents is none of them."""
    return [tag.get(W + "val") for tag in body(data).iter(W + "tag")]


def test_each_paragraph_of_an_anchored_section_is_in_one_control_named_after_it(agreement):
    tags = controls(agreement)
    assert len(tags) == len(set(tags))
    anchors = [found.section.anchor for found in headings(AGREEMENT) if found.section.anchor]
    assert [tag for tag in tags if tag in anchors] == anchors
    assert all(tag in anchors or tag.rpartition(".")[0] in anchors for tag in tags)
    numbers = [found.get(W + "val") for found in body(agreement).iter(W + "id")]
    assert len(numbers) == len(set(numbers)) == len(tags)


def test_what_is_in_a_control_is_what_stands_under_its_anchor():
    blocks = (Paragraph((Text("Premier."),)), Items(((Text("a"),), (Text("b"),))))
    clause = Section("", blocks, number="1.1", anchor="c_1")
    data = short(Section("Objet", (clause, Paragraph((Text("Libre."),))), number="1", anchor="c", kind="article"))
    said = {found.find(f"{W}sdtPr/{W}tag").get(W + "val"): words(found) for found in body(data).iter(W + "sdt")}
    assert said == {"c": "Objet", "c_1": "Premier.ab", "c.2": "Libre."}


def test_libreoffice_keeps_the_controls_when_it_saves_the_file_again(tmp_path, agreement):
    """In their order; it drops one, at an end of the text."""
    written, kept = controls(agreement), controls(through_libreoffice(agreement, tmp_path, "docx"))
    assert kept == [tag for tag in written if tag in kept]
    assert len(kept) >= len(written) - 1


def test_a_paragraph_without_anchor_is_in_no_control_and_a_long_tag_is_a_digest_word_keeps():
    assert controls(short(Section("Objet", (Paragraph((Text("x"),)),)))) == []
    (tag,) = controls(short(Section("Objet", (), anchor="a" * 65)))
    assert len(tag) == 64
    assert tag != "a" * 64


SIGNED = replace(AGREEMENT, edition="Version 3", sha256="ab" * 32, initials=True)


def test_every_page_says_which_text_it_is_and_where_to_put_initials():
    front, main = python_docx.Document(BytesIO(render_docx(SIGNED))).sections
    for part_of in (front.header, front.first_page_header):
        assert words(part_of._element).endswith("Version 3 · SHA-256 " + "ab" * 32)
    for part_of in (front.footer, front.first_page_footer):
        assert words(part_of._element).endswith("Paraphes\u202f: ____________ ____________")
    assert main.header.is_linked_to_previous
    assert main.footer.is_linked_to_previous


def test_what_comes_after_the_annexes_starts_a_page():
    annex, closing = Section("Liste", (), "A", "a", "annex"), Section("Signatures", (), anchor="s")
    apart = f"{W}pPr/{W}pageBreakBefore"
    (before, after) = styled(body(short(closing, annex, closing)), "Heading1")
    assert before.find(apart) is None
    assert after.find(apart) is not None


def test_frames_to_sign_in_stand_side_by_side():
    parties = (("Pour A", ("Nom : A, " * 20,)), ("Pour B", ("Nom : B",)), ("Pour C", ()))
    rows = list(body(short(Signatures(parties))).iter(W + "tr"))
    assert [len(styled(row, "SignataireCadre")) for row in rows] == [0, 2, 0, 1]


def test_word_asks_nothing_when_it_opens_the_file(agreement):
    """Neither `updateFields` nor a dirty field: both make Word show a question."""
    assert part(agreement, "word/settings.xml").find(W + "updateFields") is None
    assert not [found for found in body(agreement).iter(W + "fldChar") if found.get(W + "dirty")]


def test_fields_are_opened_and_closed_in_order(agreement):
    depth = 0
    for mark in body(agreement).iter(W + "fldChar"):
        kind = mark.get(W + "fldCharType")
        depth += {"begin": 1, "separate": 0, "end": -1}[kind]
        assert depth >= (1 if kind == "separate" else 0)
    assert depth == 0


def test_footers_carry_the_reference_and_live_page_numbers_and_the_cover_has_none(agreement):
    document = python_docx.Document(BytesIO(agreement))
    front, main = document.sections
    assert front.different_first_page_header_footer
    assert not main.different_first_page_header_footer
    footer = front.footer._element
    assert words(footer) == "CTR-2026-0147 · version 3Page 1 / 1"
    assert instructions(footer) == ["PAGE", "NUMPAGES"]
    assert words(front.first_page_footer._element) == "CTR-2026-0147 · version 3"
    assert words(front.first_page_header._element) == ""
    assert main.footer.is_linked_to_previous
    assert main.header.is_linked_to_previous


def test_a_draft_says_so_on_every_page_and_a_final_version_nowhere(agreement):
    assert words(python_docx.Document(BytesIO(agreement)).sections[0].header._element).endswith("PROJET")
    assert words(body(agreement)).startswith("PROJET")
    final = render_docx(processing_agreement(draft=False))
    assert "PROJET" not in words(python_docx.Document(BytesIO(final)).sections[0].header._element)
    assert "PROJET" not in words(body(final))


def test_a_short_document_has_page_numbers_from_its_first_page():
    data = short(Paragraph((Text("x"),)))
    first = python_docx.Document(BytesIO(data)).sections[0].first_page_footer._element
    assert instructions(first) == ["PAGE", "NUMPAGES"]
    assert body(data).find(W + "sdt") is None


def test_table_headers_are_repeated_and_rows_are_not_cut(agreement):
    tables = [
        t for t in body(agreement).iter(W + "tbl") if t.find(f"{W}tblPr/{W}tblStyle[@{W}val='Tableau']") is not None
    ]
    assert len(tables) == 4
    for table in tables:
        head, *rows = table.findall(W + "tr")
        assert head.find(f"{W}trPr/{W}tblHeader") is not None
        assert not [row for row in rows if row.find(f"{W}trPr/{W}tblHeader") is not None]
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in [head, *rows])
        caption = table.getprevious()
        assert caption.find(f"{W}pPr/{W}pStyle").get(W + "val") == "Caption"
        assert table.find(f"{W}tblPr/{W}tblCaption").get(W + "val") == words(caption)
        assert len(table.find(W + "tblGrid")) == len(head.findall(W + "tc"))


def test_two_tables_in_a_row_do_not_merge():
    table = Table("", ("a",), (((Text("x"),),),))
    children = [child.tag.removeprefix(W) for child in body(short(table, table))]
    assert "tbltbl" not in "".join(children)
    assert children.count("tbl") == 2


def test_blanks_are_visible_and_references_lead_to_their_article():
    data = short(
        Section(
            "Objet", (Paragraph((Blank("vendor.name", "raison sociale"),)),), number="1", anchor="o", kind="article"
        ),
        Paragraph((Text("voir l'"), Reference("o", "article 1"), Text(" et l'"), Reference("perdu", "article 9"))),
    )
    blank = next(
        run for run in body(data).iter(W + "r") if run.find(f"{W}rPr/{W}rStyle[@{W}val='ACompleter']") is not None
    )
    assert words(blank) == "[à compléter\u202f: raison sociale]"
    (link,) = body(data).iter(W + "hyperlink")
    assert words(link) == "article\u00a01"
    assert link.get(W + "anchor") in {mark.get(W + "name") for mark in body(data).iter(W + "bookmarkStart")}


def test_annexes_start_a_page(agreement):
    style = part(agreement, "word/styles.xml").find(f"{W}style[@{W}styleId='Annexe']/{W}pPr")
    assert style.find(W + "pageBreakBefore") is not None
    assert [words(p) for p in styled(body(agreement), "Annexe")] == [
        "Description du traitement",
        "Mesures techniques et organisationnelles",
        "Sous-traitants ultérieurs autorisés",
        "Transferts",
    ]


def test_an_introduction_stays_with_its_list(agreement):
    items = styled(body(agreement), "ListNumber") + styled(body(agreement), "ListBullet")
    before = [item.getprevious() for item in items]
    introductions = [
        p for p in before if p.find(f"{W}pPr/{W}pStyle").get(W + "val") in ("Clause", "Annexe", "BodyText")
    ]
    assert len(introductions) == 3
    assert all(p.find(f"{W}pPr/{W}keepNext") is not None for p in introductions)


def test_a_figure_is_said_in_words_and_a_warning_is_boxed():
    data = short(Figure(SVG, "Trois critiques"), Note((Text("Attention"),), kind="warning"))
    assert [words(p) for p in styled(body(data), "Figure")] == ["Trois critiques"]
    assert [words(p) for p in styled(body(data), "EncadreAlerte")] == ["Attention"]


@pytest.mark.parametrize("created", ["hier", "2026-11-24T09:30:00"])
def test_a_date_without_its_offset_is_refused(created):
    with pytest.raises(ValueError, match=r"hier|fuseau"):
        render_docx(replace(AGREEMENT, created=created))


def test_markup_and_control_characters_in_facts_are_only_text():
    hostile = "</w:t><w:br/>&amp; <b>x</b> \x00\x07\ud800\ufffe fin"
    data = short(Paragraph((Text(hostile),)), cover=((hostile, hostile),), reference=hostile, keywords=(hostile,))
    assert "</w:t><w:br/>&amp; <b>x</b>  fin" in words(body(data))
    assert python_docx.Document(BytesIO(data)).core_properties.keywords == "</w:t><w:br/>&amp; <b>x</b> fin"


def test_equal_trees_give_equal_bytes_in_another_process(agreement):
    code = (
        "import hashlib; from portal.core.documents.docx import render_docx;"
        "from tests.factories.documents import processing_agreement as p;"
        "print(hashlib.sha256(render_docx(p())).hexdigest())"
    )
    prints = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "TZ": zone},
        ).stdout.strip()
        for seed, zone in (("1", "UTC"), ("2", "Pacific/Auckland"))
    }
    assert prints == {hashlib.sha256(agreement).hexdigest()}


def test_the_zip_says_nothing_of_the_day_it_was_written(agreement):
    with zipfile.ZipFile(BytesIO(agreement)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.namelist()[0] == "[Content_Types].xml"


@at_most(12)
@given(documents())
def test_any_tree_makes_a_file_word_libraries_open(tree):
    document = python_docx.Document(BytesIO(render_docx(tree)))
    assert document.element.body[-1].tag == W + "sectPr"


def test_libreoffice_shows_the_numbers_and_words_of_the_tree(tmp_path, agreement):
    """LibreOffice computes numbers, letters and marks by itself from our definitions."""
    shown = pdf_text(through_libreoffice(agreement, tmp_path), skip_pages=(2,))
    assert "".join(shown.split()) == "".join(fold(tree_text(AGREEMENT)).split())


def test_the_last_words_before_the_signatures_stay_with_them():
    """A page of signatures alone could be attached to any contract."""
    last = Section("", (Paragraph((Text("Droit français."),)),), number="1.1")
    data = short(Section("Litiges", (last,), number="1", kind="article"), Signatures((("Pour A", ("Date :",)),)))
    (clause,) = styled(body(data), "Clause")
    assert clause.find(f"{W}pPr/{W}keepNext") is not None


def test_two_columns_are_set_as_close_as_the_pdf_sets_them():
    """Set as the text of one column, they made ten pages more than the PDF, whose numbers the contents show."""
    said = Paragraph((Text("Comprennent :"),)), Items(((Text("un"),), (Text("deux"),)))
    row = BilingualRow(Translated(Language.FR, said), Translated(Language.EN, said))
    table = body(short(SideBySide((row,)), Section("Suite", (), number="2", kind="article"))).find(W + "tbl")
    assert table.find(f"{W}tblPr/{W}tblStyle").get(W + "val") == "Colonnes"
    cells = [cell for line in table.findall(W + "tr")[1:] for cell in line.iter(W + "tc")]
    assert [[p.find(f"{W}pPr/{W}pStyle").get(W + "val") for p in cell.iter(W + "p")] for cell in cells] == [
        ["Colonne", "ColonneListe", "ColonneListe"]
    ] * 2
    assert not list(table.iter(W + "keepNext")), "it would keep whole rows together"


def test_a_number_too_wide_for_its_indent_starts_further_out_and_its_words_stay_aligned():
    clauses = tuple(
        Section("", (Paragraph((Text(f"Alinéa {rank}."),)),), number=f"17.{rank}", anchor=f"a{rank}")
        for rank in range(1, 11)
    )
    before = tuple(
        Section(f"Titre {rank}", (), number=str(rank), anchor=f"t{rank}", kind="article") for rank in range(1, 17)
    )
    last = Section("Relation client", clauses, number="17", anchor="t17", kind="article")
    body = part(render_docx(Document("Accord", Language.FR, (*before, last))), "word/document.xml")
    told = [p.find(f"{W}pPr/{W}ind") for p in body.iter(f"{W}p") if "Alinéa" in "".join(p.itertext())]
    assert [one is not None for one in told] == [False] * 9 + [True]
    assert int(told[-1].get(f"{W}hanging")) > int(told[-1].get(f"{W}left"))
