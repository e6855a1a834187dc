"""The tree, its Word file and its PDF say the same thing, numbers and marks included."""

from dataclasses import replace

import pytest
from hypothesis import example, given

from portal.core.documents import markup
from portal.core.documents.docx import render_docx
from portal.core.documents.text import fold, tree_text
from portal.core.documents.tree import Blank, Document, Note, Section, Table, Text
from portal.core.documents.wording import WORDS
from portal.core.language import Language
from tests.docx_text import docx_text
from tests.effort import at_most
from tests.factories.documents import processing_agreement
from tests.factories.printed import outline, pdf_text, reader
from tests.factories.trees import documents, latin_text
from tests.printing_cache import render_pdf


def contents_page(pdf, language):
    """The table of contents repeats titles with page numbers only the layout knows: it is left out of comparisons."""
    return next((page for _, title, page in outline(pdf) if title == WORDS[language].contents), 0)


def squeezed(text):
    """Without any white space: arbitrary words may have to be cut at a line's end."""
    return "".join(text.split())


@pytest.mark.pdf
@pytest.mark.parametrize(("language", "draft"), [(Language.FR, True), (Language.EN, False)])
def test_the_agreement_says_the_same_in_the_tree_in_word_and_in_pdf(language, draft):
    agreement = replace(processing_agreement(draft=draft), language=language)
    said = fold(tree_text(agreement))
    assert len(said) > 15_000
    assert fold(docx_text(render_docx(agreement))) == said
    pdf = render_pdf(agreement)
    page = contents_page(pdf, language)
    assert page == 2
    assert fold(pdf_text(pdf, skip_pages=(page,))) == said


@pytest.mark.pdf
def test_cropping_takes_away_the_running_header_and_footer_and_nothing_else():
    pdf = render_pdf(processing_agreement())
    pages = len(reader(pdf).pages)
    whole, cropped = fold(pdf_text(pdf, content_only=False)), fold(pdf_text(pdf))
    running = ["Accord sur le traitement des données à caractère personnel PROJET"] * (pages - 1)
    running += [f"CTR-2026-0147 · version 3 Page {page} / {pages}" for page in range(2, pages + 1)]
    for line in [*running, "CTR-2026-0147 · version 3"]:
        assert line in whole
        before, _, after = whole.rpartition(line) if "Page" in line else whole.partition(line)
        whole = fold(f"{before} {after}")
    assert sorted(whole.split()) == sorted(cropped.split())


@at_most(25)
@given(documents())
@example(Document("", Language.FR, (Section("\x1b", (Note((Blank("vendor.name", ""),)),), "1", kind="article"),)))
def test_any_tree_is_read_back_from_its_word_file(tree):
    assert fold(docx_text(render_docx(tree))) == fold(tree_text(tree))


@pytest.mark.pdf
@at_most(12)
@given(documents(latin_text, figures=False))
def test_any_latin_tree_is_read_back_from_its_pdf(monkeypatch, tree):
    """On pages long enough that no table is cut, as a cut table repeats its header."""
    monkeypatch.setattr(markup, "STYLE", markup.STYLE.replace("size: A4", "size: 210mm 5000mm"))
    pdf = render_pdf(tree)
    printed = pdf_text(pdf, skip_pages=(contents_page(pdf, tree.language),) if tree.contents else ())
    assert squeezed(printed) == squeezed(tree_text(tree))


def test_the_table_of_contents_does_not_count_as_text():
    agreement = processing_agreement()
    without = replace(agreement, contents=False)
    assert fold(docx_text(render_docx(agreement))) == fold(docx_text(render_docx(without)))


@pytest.mark.pdf
def test_a_long_table_repeats_its_header_on_each_page_and_says_nothing_else_twice():
    rows = tuple(((Text(f"Prestataire {rank}"),), (Text(f"Lieu {rank}"),)) for rank in range(90))
    document = Document("Registre", Language.FR, (Table("Liste", ("Nom", "Lieu"), rows),), contents=False)
    pdf = render_pdf(document)
    pages = len(reader(pdf).pages)
    assert pages > 2
    before, *after = fold(pdf_text(pdf)).split("Nom Lieu ")
    assert len(after) == pages
    assert "".join([before, "Nom Lieu ", *after]) == fold(tree_text(document))
