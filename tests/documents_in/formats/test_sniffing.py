"""Formats by content."""

import pytest

from portal.documents_in.errors import UnreadableDocument
from portal.documents_in.formats.sniffing import FileFormat, recognise_format
from tests.factories import paper

TEXT = b"Article 1 - Objet"


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        (paper.docx(paper.p("x")), "a.docx", FileFormat.DOCX),
        (paper.odt("<text:p>x</text:p>"), "a.odt", FileFormat.ODT),
        (paper.pdf([(72, 700, "x")]), "a.pdf", FileFormat.PDF),
        (b"\n%PDF-1.4 after a line end", "a.pdf", FileFormat.PDF),
        (b"<!DOCTYPE html><p>x", "a.htm", FileFormat.HTML),
        (b"<?xml version='1.0'?><html><body>x</body></html>", "a.xhtml", FileFormat.HTML),
        (TEXT, "a.txt", FileFormat.TEXT),
        (TEXT, "a.md", FileFormat.MARKDOWN),
        (b"# Contrat\n\ntexte", "a", FileFormat.MARKDOWN),
        (b"# Contrat\n\ntexte", "a.txt", FileFormat.MARKDOWN),
        (TEXT, "contrat", FileFormat.TEXT),
        (TEXT, "contrat.v2", FileFormat.TEXT),
    ],
)
def test_a_file_is_what_its_content_says(data, name, found):
    assert recognise_format(data, name) is found


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.txt", "vide"),
        (b"  \n ", "a.txt", "vide"),
        (paper.docx(paper.p("x")), "a.pdf", "se dit PDF, mais son contenu est de type DOCX"),
        (TEXT, "a.docx", "se dit DOCX, mais son contenu est de type TEXT"),
        (b"<html><body>x", "a.txt", "se dit TEXT, mais son contenu est de type HTML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc", "Office 97"),
        (b"{\\rtf1 x}", "a.rtf", "fichier RTF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.png", "fichier PNG"),
        (paper.zipped({"xl/workbook.xml": "<a/>"}), "a.xlsx", "est un fichier"),
        (
            paper.zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}),
            "a",
            "est un",
        ),
        (b"PK\x03\x04 not an archive", "a.docx", "endommagé"),
    ],
)
def test_anything_else_is_refused_with_what_it_is(data, name, words):
    with pytest.raises(UnreadableDocument, match=words):
        recognise_format(data, name)
