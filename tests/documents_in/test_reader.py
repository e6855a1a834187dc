"""`read_document`: every format, the same contract in each, real texts, and what is refused."""

import contextlib
import difflib
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.contracts import library
from portal.contracts.rules.assembly import assemble_contract
from portal.core.documents.docx import render_docx
from portal.core.documents.markup import to_html
from portal.core.language import Language
from portal.documents_in import errors, reader
from portal.documents_in.document import ParagraphKind, SourceDocument
from portal.documents_in.errors import UnreadableDocument
from portal.documents_in.reader import read_document
from tests.effort import at_most
from tests.factories import paper
from tests.factories.contracts import facts
from tests.fuzz import readers
from tests.printing_cache import render_pdf

REAL = Path(__file__).parents[3] / "shared" / "real" / "dpa"
ARTICLE = "Article 1 – Objet\n\nLe sous-traitant traite les données sur instruction.\n"


def lines(document: SourceDocument) -> list[str]:
    """Each paragraph as its kind, depth, number and text; signatures are laid out as each format can."""
    return [f"{p.kind.value}{p.level} [{p.number}] {p.text}" for p in document.paragraphs]


def likeness(one: SourceDocument, other: SourceDocument) -> float:
    return difflib.SequenceMatcher(None, lines(one), lines(other), autojunk=False).ratio()


@pytest.fixture(scope="module")
def trees():
    books = library.cached()
    return {language: assemble_contract(books, books.templates[0], facts(), language).document for language in Language}


@pytest.fixture(scope="module")
def as_word(trees):
    return {language: render_docx(tree) for language, tree in trees.items()}


@pytest.mark.parametrize("language", Language)
def test_our_contract_reads_the_same_as_word_pdf_and_page(trees, as_word, language):
    word = read_document(as_word[language], "contrat.docx")
    printed = read_document(render_pdf(trees[language]), "contrat.pdf")
    page = read_document(str(to_html(trees[language])).encode(), "contrat.html")
    assert word.language is printed.language is page.language is language
    assert likeness(word, printed) > 0.96
    assert likeness(word, page) > 0.96
    assert [a for a in word.annexes if a.supplied and a.label.endswith(tuple("ABCD"))]
    assert [a.label for a in word.annexes] == [a.label for a in printed.annexes] == [a.label for a in page.annexes]
    numbered = [
        (p.number, p.text)
        for p in word.paragraphs
        if p.number and p.kind in (ParagraphKind.TEXT, ParagraphKind.HEADING)
    ]
    assert numbered == [
        (p.number, p.text)
        for p in printed.paragraphs
        if p.number and p.kind in (ParagraphKind.TEXT, ParagraphKind.HEADING)
    ]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_our_contract_resaved_by_libreoffice_reads_the_same(as_word, tmp_path):
    source = tmp_path / "contrat.docx"
    source.write_bytes(as_word[Language.FR])
    whole = read_document(source.read_bytes(), source.name)
    for extension in ("docx", "odt", "pdf"):
        folder = tmp_path / extension
        command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
        subprocess.run(
            [*command, "--convert-to", extension, "--outdir", str(folder), str(source)],
            check=True,
            capture_output=True,
            timeout=180,
        )
        resaved = read_document((folder / f"contrat.{extension}").read_bytes(), f"contrat.{extension}")
        texts = difflib.SequenceMatcher(
            None, [p.text for p in whole.paragraphs], [p.text for p in resaved.paragraphs], autojunk=False
        )
        assert texts.ratio() > 0.95, extension
        assert [p.text for p in resaved.paragraphs if p.kind is ParagraphKind.HEADING and p.level == 1] == [
            p.text for p in whole.paragraphs if p.kind is ParagraphKind.HEADING and p.level == 1
        ], extension


@pytest.mark.real
@pytest.mark.skipif(not REAL.exists(), reason="the real texts are not laid beside the checkout")
def test_every_real_text_is_read_with_its_language_and_its_titles():
    files = sorted([*REAL.glob("*.txt"), *REAL.glob("*.pdf")])
    assert len(files) == 60
    for file in files:
        document = read_document(file.read_bytes(), file.name)
        assert document.language.value == file.name.rsplit(".", 2)[1], file.name
        assert all(document.text[p.start : p.end] == p.text for p in document.paragraphs)
        titles = [p for p in document.paragraphs if p.kind is ParagraphKind.HEADING]
        assert titles or len(document.text) < 2000, file.name
        assert max(len(title.text) for title in titles or document.paragraphs) < 250, file.name


@pytest.mark.real
@pytest.mark.skipif(not REAL.exists(), reason="the real texts are not laid beside the checkout")
def test_a_real_pdf_whose_fonts_hide_its_letters_is_read():
    document = read_document((REAL / "basecamp_201805.en.pdf").read_bytes(), "a.pdf")
    assert "Basecamp shall be liable for the acts and omissions of its Sub-processors" in document.text
    assert [
        p.number for p in document.paragraphs if p.text.startswith("SECURITY") and p.kind is ParagraphKind.HEADING
    ] == ["6"]
    assert len(document.remarks) == 1


def test_the_text_says_where_each_paragraph_stands():
    document = read_document(ARTICLE.encode(), "a.txt")
    assert [document.text[p.start : p.end] for p in document.paragraphs] == [p.text for p in document.paragraphs]
    assert document.paragraphs[0].number == "1"


def test_a_file_too_large_is_refused_before_it_is_opened(monkeypatch):
    monkeypatch.setattr(reader, "MAX_BYTES", 10)
    with pytest.raises(UnreadableDocument, match="Mo"):
        read_document(ARTICLE.encode(), "a.txt")


@pytest.mark.parametrize("limit", ["MAX_TEXT", "MAX_LINES"])
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_a_text_longer_than_any_contract_is_refused(monkeypatch, limit, name):
    monkeypatch.setattr(errors, limit, 1)
    source = ARTICLE.replace("\n", "<p>\n") if name == "a.html" else ARTICLE
    with pytest.raises(UnreadableDocument, match="plus de texte"):
        read_document(("<html><body>" + source if name == "a.html" else source).encode(), name)


@pytest.mark.parametrize(
    "unit", ["a\n", "1. Objet\n", "v2 2025\n\n", "_", "a" * 70 + "\nb ", "1\f", ". ", "annexe 1 et "]
)
def test_time_does_not_run_away_whatever_is_repeated(unit):
    start = time.process_time()
    with contextlib.suppress(UnreadableDocument):
        read_document((unit * (60_000 // len(unit))).encode(), "a.txt")
        read_document(b"<html><body>" + (unit * (60_000 // len(unit))).encode(), "a.html")
    assert time.process_time() - start < 5


def test_a_file_without_a_word_is_refused():
    with pytest.raises(UnreadableDocument, match="aucun texte"):
        read_document(paper.docx(paper.p("")), "a.docx")


@pytest.fixture(scope="module")
def sound():
    return readers.seeds()


@pytest.mark.parametrize("name", readers.NAMES)
@given(st.randoms(use_true_random=False))
@at_most(8)
def test_a_damaged_file_is_read_or_refused_in_words(sound, name, chance):
    assert readers.attempt(readers.mutated(chance.choice(sound[name]), chance), name) in ("read", "refused")


@pytest.mark.parametrize("name", readers.NAMES)
@given(st.binary(max_size=400))
@at_most(25)
def test_any_bytes_are_read_or_refused_in_words(name, data):
    assert readers.attempt(data, name) in ("read", "refused")


@given(st.text(max_size=600))
@at_most(60)
def test_any_text_keeps_its_letters_in_their_order(text):
    document_text = ""
    try:
        document_text = read_document(text.encode("utf-8", "replace"), "a.txt").text
    except UnreadableDocument:
        return
    assert set(document_text.split("\n")) or not text.strip()
