import io
import zipfile

import pytest

from portal.core.archives import Limits
from portal.core.errors import Refused
from portal.core.files.kinds import EVIDENCE, claimed, confirm, display_name
from tests.factories.files import EXE, OLE, open_document, pdf, picture, rewritten, saved, word, workbook

CONTENT_TYPES = "[Content_Types].xml"


def accept(name, content, allowed=EVIDENCE):
    kind = claimed(name, allowed)
    confirm(io.BytesIO(content), name, kind, Limits())
    return kind.media_type


def refusal(name, content, allowed=EVIDENCE):
    with pytest.raises(Refused) as caught:
        accept(name, content, allowed)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.pdf", pdf(), "application/pdf"),
        ("A.PDF", pdf(), "application/pdf"),
        ("a.docx", word(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.odt", open_document(), "application/vnd.oasis.opendocument.text"),
        ("a.ods", open_document("spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet"),
        ("a.png", picture("PNG"), "image/png"),
        ("a.jpeg", picture("JPEG"), "image/jpeg"),
        ("a.csv", "Nom;Pays\nÉtoile;Bénin\n".encode(), "text/csv"),
        ("a.csv", "Nom;Pays\nÉtoile;Bénin\n".encode("cp1252"), "text/csv"),
        ("a.txt", "﻿Été à Nîmes\r\n".encode("utf-16"), "text/plain"),
        ("a.csv", b"BM;Nom\n1;Acme\n", "text/csv"),
        ("a.txt", b"a < b, voir <https://exemple.fr>", "text/plain"),
    ],
)
def test_a_file_that_is_what_it_says_is_accepted(name, content, media_type):
    assert accept(name, content) == media_type


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", EXE, "contenu est de type EXE"),
        ("a.pdf", b"\n<!DOCTYPE html><script>alert(1)</script>", "page web"),
        ("a.pdf", b"junk\n" + pdf(), "pas un fichier PDF lisible"),
        ("a.pdf", word(), "contenu est de type DOCX"),
        ("a.docx", workbook(), "contenu est de type XLSX"),
        ("a.docx", pdf(), "contenu est de type PDF"),
        ("a.docx", OLE, "Office 97 ou exige"),
        ("a.png", picture("JPEG"), "contenu est de type JPG"),
        ("a.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "page web"),
        ("a.txt", b"<html><body>", "page web"),
        ("a.txt", b"#!/bin/sh\nrm -rf /", "programme"),
        ("a.csv", EXE, "contenu est de type EXE"),
        ("a.csv", b"Nom;Pays\nAcme\x00;France", "pas un fichier CSV lisible"),
        ("a.csv", b"\x7fELF" + bytes(200), "contenu est de type ELF"),
        ("a.txt", "caf\u00e9".encode("utf-16-le"), "pas un fichier TXT lisible"),
        ("a.docx", saved(lambda f: zipfile.ZipFile(f, "w").close()), "contenu est de type ZIP"),
        ("a.docx", open_document(), "contenu est de type ODT"),
        ("a.xlsx", rewritten(word(), lambda n, p: b"" if n == CONTENT_TYPES else p), "endommagé"),
        ("a.docx", word()[:-100], "endommagé"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_told_what_it_is(name, content, said):
    assert said in refusal(name, content)


@pytest.mark.parametrize(
    "name", ["a.exe", "a.docm", "a.html", "a.svg", "a.zip", "a.doc", "pdf", "a.", "a.pdf.js", "a.xlsm"]
)
def test_an_extension_that_is_not_accepted_is_refused_with_those_that_are(name):
    said = refusal(name, pdf(), {"pdf", "docx"})
    assert name in said
    assert "PDF, DOCX." in said


def test_an_accepted_kind_that_this_form_does_not_want_is_refused():
    assert "n’est pas accepté" in refusal("a.docx", word(), {"pdf"})


def macro_enabled(name, part):
    return part.replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", rewritten(word(), macro_enabled)),
        ("a.docx", rewritten(word(), **{"word/vbaProject.bin": OLE})),
        ("a.docx", rewritten(word(), **{"word/VBAPROJECT.BIN": OLE})),
        ("a.docx", rewritten(word(), **{"word/activeX/activeX1.xml": b"<x/>"})),
        ("a.xlsx", rewritten(workbook(), **{"xl/macrosheets/sheet1.xml": b"<x/>"})),
        ("a.odt", open_document(**{"Basic/Standard/Module1.xml": "<x/>"})),
        ("a.ods", open_document("spreadsheet", **{"Scripts/python/x.py": "import os"})),
    ],
)
def test_a_document_with_macros_is_refused_whatever_its_name(name, content):
    assert "contient des macros" in refusal(name, content)


def relationship(kind, mode="External"):
    target = f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" TargetMode="{mode}"'
    relations = f'<Relationships xmlns="http://x"><Relationship Id="r1" {target} Target="http://x/"/></Relationships>'
    return rewritten(word(), **{"word/_rels/settings.xml.rels": relations})


def test_a_document_that_fetches_its_template_at_opening_is_refused():
    assert "va chercher un contenu ailleurs" in refusal("a.docx", relationship("attachedTemplate"))


def test_a_hyperlink_is_no_reason_to_refuse():
    accept("a.docx", relationship("hyperlink"))


def test_a_document_whose_index_expands_its_own_entities_is_refused():
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><Types>&b;</Types>'
    assert "endommagé" in refusal("a.docx", rewritten(word(), lambda n, p: laughs if n == CONTENT_TYPES else p))


def test_an_office_file_that_unpacks_out_of_proportion_is_refused():
    assert "volume anormal" in refusal("a.docx", rewritten(word(), **{"word/media/x.bmp": bytes(40 * 1024 * 1024)}))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\Attestation.pdf", "Attestation.pdf"),
        ("a\x00b\r\nc.pdf", "ab c.pdf"),
        ("facture\u202efdp.exe", "facturefdp.exe"),
        ("  e\u0301te\u0301  2026.pdf ", "été 2026.pdf"),
        ("...", "fichier"),
        ("", "fichier"),
        ("/", "fichier"),
        (".htaccess", "htaccess"),
        ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
        ("a." + "x" * 400, "a." + "x" * 10),
    ],
)
def test_a_name_is_kept_as_text_and_never_as_a_path(given, shown):
    assert display_name(given) == shown


def test_hidden_marks_do_not_change_the_extension_that_is_judged():
    assert "n’est pas accepté" in refusal(display_name("facture\u202efdp.exe"), pdf())
