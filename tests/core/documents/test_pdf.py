"""The PDF: readable aloud, archivable, the same bytes each time, and closed to the outside."""

import contextlib
import gc
import hashlib
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from markupsafe import Markup
from pypdf.generic import IndirectObject, StreamObject

from portal.core.documents import markup
from portal.core.documents import pdf as printer
from portal.core.documents.machine_readable import to_json
from portal.core.documents.outline import contents_entries, headings
from portal.core.documents.text import fold
from portal.core.documents.tree import (
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
from portal.core.documents.wording import WORDS, section_label
from portal.core.language import Language
from tests.effort import at_most
from tests.factories.documents import processing_agreement
from tests.factories.printed import failures, outline, pdf_text, reader, tool
from tests.factories.trees import SVG, documents, latin_text
from tests.printing_cache import render_pdf

AGREEMENT = processing_agreement()
FINAL = replace(processing_agreement(draft=False), language=Language.EN)
pytestmark = pytest.mark.pdf


@pytest.fixture(scope="module")
def agreement():
    return render_pdf(AGREEMENT)


@cache
def structure(pdf):
    """The tagged text, as a screen reader goes through it."""
    command = [tool("pdfinfo"), "-struct-text", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def test_the_agreement_breaks_no_rule_of_pdf_ua_1_and_pdf_a_3a(agreement):
    assert failures(agreement) == []
    assert failures(render_pdf(FINAL)) == []


def test_both_conformances_are_declared(agreement):
    xmp = reader(agreement).trailer["/Root"]["/Metadata"]
    assert "/Filter" not in xmp
    text = xmp.get_data().decode()
    assert re.search(r'pdfaid:part="3"', text)
    assert re.search(r'pdfaid:conformance="A"', text)
    assert "<pdfuaid:part>1</pdfuaid:part>" in text


def test_the_file_says_what_it_is(agreement):
    document = reader(agreement)
    assert document.metadata.title == "Accord sur le traitement des données à caractère personnel"
    assert document.metadata.creation_date.isoformat() == "2026-11-24T09:30:00+01:00"
    assert document.metadata.modification_date == document.metadata.creation_date
    assert document.metadata["/Keywords"] == "RGPD, sous-traitance, article 28"
    assert document.trailer["/Root"]["/Lang"] == "fr-FR"
    assert document.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]
    assert {str(page.mediabox[2:]) for page in document.pages} == {str(document.pages[0].mediabox[2:])}


def test_the_outline_has_every_titled_section_with_its_number(agreement):
    expected = [
        (found.level, f"{section_label(found.section, Language.FR)} {found.section.title}".strip().replace("'", "’"))
        for found in headings(AGREEMENT)
        if found.section.title
    ]
    assert [(depth, title) for depth, title, _ in outline(agreement)][1:] == expected


def test_the_table_of_contents_gives_the_right_pages(agreement):
    pages = {title: page for _, title, page in outline(agreement)}
    lines = [
        f"{section_label(entry.section, Language.FR)} {entry.section.title}".strip().replace("'", "’")
        for entry in contents_entries(AGREEMENT)
    ]
    (contents,) = (fold(page) for page in pdf_text(agreement).split("\f") if fold(page).startswith("Sommaire"))
    assert contents == fold("Sommaire " + " ".join(f"{line} {pages[line]}" for line in lines))


def test_a_draft_says_so_on_every_page_and_a_final_version_nowhere(agreement):
    assert all("PROJET" in page for page in pdf_text(agreement, content_only=False).split("\f")[:-1])
    said = pdf_text(render_pdf(FINAL), content_only=False)
    assert "PROJET" not in said
    assert WORDS[Language.EN].draft not in said


def test_a_document_with_a_digest_carries_itself_as_data_and_stays_valid():
    signed = replace(FINAL, edition="Version 3", sha256="ab" * 32, initials=True)
    pdf = render_pdf(signed)
    assert failures(pdf) == []
    root = reader(pdf).trailer["/Root"]
    (carried,) = root["/AF"]
    assert carried.get_object()["/AFRelationship"] == "/Alternative"
    assert reader(pdf).attachments == {"document.json": [to_json(signed)]}
    assert "/AF" not in reader(render_pdf(FINAL)).trailer["/Root"]


def test_every_page_says_which_text_it_is_and_where_to_put_initials():
    pdf = render_pdf(replace(PAGES, edition="Version 3", sha256="ab" * 32, initials=True))
    pages = pdf_text(pdf, content_only=False).split("\f")[:-1]
    assert len(pages) == 4
    for page in pages:
        assert f"Version 3 · SHA-256 {'ab' * 32}" in page
        assert re.search(r"Paraphes\s:\s_{12}\s_{12}", page)
    assert "SHA-256" not in structure(pdf)


PAGES = Document(
    "Accord court",
    Language.FR,
    (
        Section("Objet", (Paragraph((Text("Voir l'"), Reference("a", "annexe A"))),), "1", kind="article"),
        Section("Liste", (Items(((Text("un"),),)), Table("T", ("x",), (((Text("y"),),),))), "A", "a", "annex"),
    ),
    reference="CTR-0001",
)


def test_running_headers_and_page_numbers_are_not_read_aloud():
    pdf = render_pdf(PAGES)
    whole, read = pdf_text(pdf, content_only=False), structure(pdf)
    for running in ("Page 3 / 4", "CTR-0001"):
        assert running in whole
        assert running not in read
    assert whole.count("Accord court") == 4
    assert read.count("Accord court") == 1
    content = reader(pdf).pages[2].get_contents().get_data()
    assert len(re.findall(rb"/Artifact\s*<<\s*/Type\s*/Pagination\s*>>\s*BDC", content)) >= 3


def test_tables_lists_and_headings_are_tagged():
    read = structure(render_pdf(PAGES))
    for element in ("H1", "H2", "Table", "THead", "TH", "Caption", "L", "LI", "LBody", "Link"):
        assert re.search(rf"^ *{element}\b", read, re.M), element


def test_references_are_links_to_their_article(agreement):
    document = reader(agreement)
    links = [found.get_object() for page in document.pages[2:] for found in page.get("/Annots", ())]
    assert len(links) == 5
    assert all(link["/Subtype"] == "/Link" and link["/Contents"] for link in links)


def test_a_figure_keeps_its_alternative():
    pdf = render_pdf(Document("Tableau de bord", Language.FR, (Figure(SVG, "Trois sous-traitants en retard"),)))
    assert failures(pdf) == []
    assert "Figure" in structure(pdf)
    assert b"Trois sous-traitants en retard" in b"".join(
        found.get_object()["/Alt"].encode() for found in _elements(reader(pdf)) if "/Alt" in found.get_object()
    )


def _elements(document):
    waiting = [document.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        yield element
        kids = element.get("/K", [])
        waiting += [kid for kid in kids if isinstance(kid, IndirectObject)]


def one_of_everything():
    """Three pages with a block of each kind."""
    return replace(PAGES, sha256="ab" * 32, initials=True, blocks=(
        *PAGES.blocks, Note((Text("Projet."),), "draft"), Figure(SVG, "Un schéma"),
        Signatures((("Pour le responsable", ("Nom :", "Date :")),)),
    ))  # fmt: skip


def test_equal_trees_give_equal_bytes_in_another_process():
    found = printer.render_pdf(one_of_everything())
    assert printer.render_pdf(one_of_everything()) == found
    code = (
        "import hashlib; from portal.core.documents.pdf import render_pdf;"
        "from tests.core.documents.test_pdf import one_of_everything as p;"
        "print(hashlib.sha256(render_pdf(p())).hexdigest())"
    )
    environment = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland"}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, env=environment)
    assert run.stdout.strip() == hashlib.sha256(found).hexdigest()


def test_another_word_gives_other_bytes():
    assert printer.render_pdf(replace(PAGES, reference="CTR-0002")) != printer.render_pdf(PAGES)


HOSTILE = "<b>gras</b> <script>alert(1)</script> & \x00\x07\ud800 שלום مرحبا 😀 " + "long" * 100


def test_hostile_words_are_printed_as_words():
    inlines = (Text(HOSTILE), Reference("nulle part", HOSTILE))
    tree = Document(
        HOSTILE[:60],
        Language.FR,
        (
            Section(HOSTILE[:60], (Paragraph(inlines), Note(inlines)), number="1<", kind="article"),
            Table(HOSTILE, (HOSTILE, "b"), ((inlines, inlines),)),
            Signatures(((HOSTILE, (HOSTILE, inlines)),)),
        ),
        reference=HOSTILE,
        cover=((HOSTILE, HOSTILE),),
    )
    pdf = render_pdf(tree)
    assert failures(pdf) == []
    shown = pdf_text(pdf)
    assert "<b>gras</b> <script>alert(1)</script> &" in fold(shown)
    assert "شلام" not in shown
    assert "longlonglong" * 3 in "".join(shown.split())


@pytest.fixture
def secret(tmp_path):
    file = tmp_path / "secret.txt"
    file.write_text("MOT DE PASSE")
    return file


@pytest.mark.parametrize(
    "html",
    [
        '<link rel="attachment" href="file://{path}"><p>ok</p>',
        '<a rel="attachment" href="file://{path}">ok</a>',
        '<p>ok</p><img alt="x" src="file://{path}">',
        '<p>ok</p><style>@import url("file://{path}")</style>',
        '<p>ok</p><object data="file://{path}">ok</object>',
        '<p>ok</p><link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<p>ok</p><img alt="x" src="data:image/svg+xml,'
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><image href='file://{path}'/></svg>\">",
    ],
)
def test_no_local_file_and_no_network_address_is_read(html, secret):
    page = markup.page(Markup(html.format(path=secret)), title="Rapport", language=Language.FR)
    pdf = printer._write(page)
    assert b"MOT DE PASSE" not in pdf
    document = reader(pdf)
    assert document.attachments == {}
    objects = map(document.get_object, range(1, document.trailer["/Size"]))
    streams = [found.get_data() for found in objects if isinstance(found, StreamObject)]
    assert len(streams) > 3
    assert b"MOT DE PASSE" not in b"".join(streams)
    assert "ok" in pdf_text(pdf)


def test_a_picture_cannot_read_a_file_either(secret):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file://{secret}"/></svg>'
    assert b"MOT DE PASSE" not in render_pdf(Document("D", Language.FR, (Figure(svg, "x"),)))


def test_an_entity_of_a_picture_is_not_expanded(secret):
    svg = (
        f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file://{secret}">]>'
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="9"><text y="9">&x;</text></svg>'
    )
    try:
        pdf = render_pdf(Document("D", Language.FR, (Figure(svg, "x"),)))
    except ValueError:
        return
    assert "MOT DE PASSE" not in pdf_text(pdf)


@at_most(6)
@given(documents(latin_text))
def test_any_latin_tree_makes_a_valid_file(tree):
    assert failures(render_pdf(tree)) == []


@at_most(6)
@given(documents())
def test_any_tree_makes_a_file(tree):
    assert render_pdf(tree).startswith(b"%PDF-1.7")


def test_the_style_sheet_names_fonts_debian_can_give():
    style = Path("portal/core/documents/print.css").read_text("utf-8")
    assert '"Liberation Serif"' in style
    assert '"DejaVu Serif"' in style


def test_no_stream_ends_where_its_end_of_line_could_be_taken_for_it():
    """Over enough files that several compressed streams would have ended with a carriage return."""
    for version in range(40):
        pdf = render_pdf(Document("Reçu", Language.FR, (), reference=f"version {version}", contents=False))
        assert b"\r\nendstream" not in pdf
    assert failures(pdf) == []


@pytest.mark.parametrize("was_looking", [True, False])
def test_what_collects_garbage_is_left_as_it_was_even_by_a_refusal(was_looking):
    (gc.enable if was_looking else gc.disable)()
    try:
        for figure in (SVG, "<svg"):
            with contextlib.suppress(ValueError):
                printer.render_pdf(Document("x", Language.FR, (Figure(figure, "Une figure"),), contents=False))
            assert gc.isenabled() is was_looking
    finally:
        gc.enable()
