"""ZIP packages that lie."""

import io
import zipfile

import pytest

from portal.documents_in.errors import UnreadableDocument
from portal.documents_in.formats import packages
from portal.documents_in.reader import read_document
from tests.factories import paper


def test_a_bomb_is_refused_without_being_unpacked():
    bomb = paper.zipped({"[Content_Types].xml": "<a/>", "word/document.xml": b"\0" * 120_000_000})
    assert len(bomb) < 500_000
    with pytest.raises(UnreadableDocument, match="volume anormal"):
        read_document(bomb, "a.docx")


def test_a_part_larger_than_a_contract_is_refused(monkeypatch):
    monkeypatch.setattr(packages, "PART_LIMIT", 50)
    with pytest.raises(UnreadableDocument, match="volume anormal"):
        read_document(paper.docx(paper.p("un texte")), "a.docx")


@pytest.mark.parametrize("target", ["file:///etc/hostname", "http://127.0.0.1:9/x"])
def test_an_external_entity_is_refused_and_never_fetched(target):
    document = (
        f'<!DOCTYPE d [<!ENTITY x SYSTEM "{target}">]><w:document {paper.W}>'
        "<w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
    )
    with pytest.raises(UnreadableDocument, match="entités"):
        read_document(paper.zipped({"[Content_Types].xml": "<a/>", "word/document.xml": document}), "a.docx")


def test_entities_that_multiply_are_refused():
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE d [<!ENTITY e0 "ha">{entities}]><d>&e9;</d>'
    with pytest.raises(UnreadableDocument):
        packages.parse_xml(bomb.encode(), "content.xml")


def test_a_protected_archive_says_so():
    data = bytearray(paper.docx(paper.p("x")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    with pytest.raises(UnreadableDocument, match="mot de passe"):
        read_document(bytes(data), "a.docx")


def test_a_part_that_is_no_xml_is_named():
    with pytest.raises(UnreadableDocument, match=r"word/document\.xml"):
        read_document(paper.zipped({"[Content_Types].xml": "<a/>", "word/document.xml": "<w:document"}), "a.docx")


def test_a_member_whose_bytes_were_changed_is_refused():
    source = io.BytesIO()
    with zipfile.ZipFile(source, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("word/document.xml", f"<w:document {paper.W}><w:body/></w:document>")
    with pytest.raises(UnreadableDocument, match="endommagé"):
        packages.ZipPackage(source.getvalue().replace(b"<w:body/>", b"<w:bodi/>")).xml("word/document.xml")
