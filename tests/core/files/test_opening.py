import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfWriter

from portal.core.config import ROOT
from portal.core.errors import Refused
from portal.core.files import EVIDENCE, Unopened, opening
from portal.core.files.opening_child import MOST_PIXELS
from portal.core.language import Language
from portal.core.reading import NotRead
from portal.core.translation import translate
from tests.factories import files

NOISE = bytes((7 * n * n + n) % 251 for n in range(60 * 60 * 3))


def put(store, content, name):
    return store.put(io.BytesIO(content), filename=name, allowed=EVIDENCE)


def refusal(store, content, name):
    with pytest.raises(Refused) as caught:
        put(store, content, name)
    return str(caught.value).replace("\u202f", " ")


def pages(count=6, **encrypt):
    """A PDF of a few pages, each with a drawing."""
    writer = PdfWriter()
    for _ in range(count):
        writer.add_blank_page(100, 100)
    writer.add_attachment("annexe.bin", NOISE)
    if encrypt:
        writer.encrypt(**encrypt, algorithm="RC4-128")
    return files.saved(writer.write)


def photo(form, **options):
    return files.saved(lambda file: Image.frombytes("RGB", (60, 60), NOISE).save(file, form, **options))


def honest():
    """One file of each kind that is opened, by name."""
    return {
        "page.pdf": pages(),
        "texte.docx": files.word(),
        "feuille.xlsx": files.workbook(),
        "texte.odt": files.open_document(),
        "feuille.ods": files.open_document("spreadsheet"),
        "image.png": photo("PNG"),
        "photo.jpg": photo("JPEG"),
        "scan.jpeg": photo("JPEG", progressive=True),
    }


def kept(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file() and path.name != "naming.key"]


def test_a_whole_file_of_each_kind_is_kept_byte_for_byte(store):
    for name, content in honest().items():
        assert b"".join(store.open(put(store, content, name))) == content


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_cut_on_its_way_is_refused_by_its_name_and_leaves_nothing(store, folder, share):
    for name, content in honest().items():
        assert f"« {name} »" in refusal(store, content[: int(len(content) * share)], name)
    assert not kept(folder)


def test_what_is_cut_says_so(store):
    said = refusal(store, pages()[:-60], "rapport.pdf")
    assert said.startswith("« rapport.pdf » n’est pas entier")
    with pytest.raises(Unopened) as caught:
        put(store, pages()[:-60], "rapport.pdf")
    assert translate(caught.value.sentence, Language.EN).startswith("“rapport.pdf” is not whole")


def test_an_end_sewn_to_a_beginning_does_not_make_it_whole(store):
    whole = pages()
    sewn = whole[: len(whole) // 20] + whole[whole.rindex(b"startxref") :]
    assert "« a.pdf »" in refusal(store, sewn, "a.pdf")


def test_a_pdf_written_for_the_web_is_measured_by_what_it_says_of_itself(store):
    """Its beginning holds an end of its own, after which it may be cut."""
    whole = files.pdf()
    at = whole.index(b"\n1 0 obj")
    announced = whole[:at] + b"\n%9 0 obj <</Linearized 1/L 99999/N 1>>" + whole[at:]
    assert "n’est pas entier" in refusal(store, announced, "a.pdf")
    put(store, announced.replace(b"99999", b"00100"), "a.pdf")


def test_what_fills_the_last_block_after_a_whole_pdf_is_no_matter(store):
    put(store, pages() + bytes(20_000), "zeros.pdf")
    assert "n’est pas entier" in refusal(store, pages()[:-60] + bytes(20_000), "a.pdf")


def test_a_pdf_that_asks_for_a_password_is_told_so_and_one_that_opens_is_kept(store):
    asked = pages(user_password="secret", owner_password="autre")
    assert "demande un mot de passe" in refusal(store, asked, "a.pdf")
    put(store, pages(user_password="", owner_password="autre"), "a.pdf")


def test_a_pdf_without_a_page_is_refused(store):
    assert "ne s’ouvre pas" in refusal(store, pages(0), "a.pdf")


def without(content, *names):
    """An Office file less some parts, its directory sound."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            if name not in names:
                target.writestr(name, source.read(name))
    return out.getvalue()


def damaged(part, by):
    return lambda name, content: by if name == part else content


def test_an_office_file_has_its_main_part_and_it_reads(store):
    word, book, odt = files.word(), files.workbook(), files.open_document()
    for name, content in {
        "sans-texte.docx": without(word, "word/document.xml"),
        "sans-relations.docx": without(word, "_rels/.rels"),
        "sans-classeur.xlsx": without(book, "xl/workbook.xml"),
        "texte-coupe.docx": files.rewritten(word, damaged("word/document.xml", b"<document><body>")),
        "autre.docx": files.rewritten(word, damaged("word/document.xml", b"<html/>")),
        "sans-texte.odt": without(odt, "content.xml"),
        "coupe.odt": files.open_document(**{"content.xml": "<document-content>"}),
    }.items():
        assert f"« {name} » est endommagé" in refusal(store, content, name)


def test_an_open_document_under_a_password_is_told_so(store):
    manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    content = files.open_document(**{"META-INF/manifest.xml": manifest, "content.xml": "\x00chiffre"})
    assert "demande un mot de passe" in refusal(store, content, "a.odt")


def test_a_part_that_defines_entities_is_not_expanded(store):
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><document-content>&b;</document-content>'
    assert "est endommagé" in refusal(store, files.open_document(**{"content.xml": bomb}), "a.odt")


def test_a_picture_that_announces_too_many_pixels_is_not_decoded(store):
    side = int(MOST_PIXELS**0.5) + 1
    content = bytearray(photo("PNG"))
    content[16:24] = struct.pack(">2L", side, side)
    content[29:33] = struct.pack(">L", zlib.crc32(content[12:29]))
    assert "trop grande" in refusal(store, bytes(content), "a.png")


def test_a_large_file_goes_by_its_descriptor_and_is_kept_as_it_came(store):
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("annexe.bin", NOISE * 110)
    large = files.saved(writer.write)
    assert len(large) > opening.SENT_WHOLE
    assert b"".join(store.open(put(store, large, "b.pdf"))) == large
    assert "n’est pas entier" in refusal(store, large[: len(large) * 9 // 10], "b.pdf")


@pytest.mark.parametrize("failure", [NotRead(), opening.PrintingError("KeyError : 'a'")])
def test_a_file_whose_opening_stumbles_is_not_kept(store, folder, monkeypatch, failure):
    def stumble(*_):
        raise failure

    monkeypatch.setattr(opening._child, "read", stumble)
    assert "« a.pdf » n’a pas pu être ouvert" in refusal(store, files.pdf(), "a.pdf")
    assert not kept(folder)
    put(store, b"Nom;Pays\n", "a.csv")  # text was read whole already: no child is asked


def test_what_the_portal_prints_is_alone_in_not_being_opened():
    """A receiver of files that said it of what it is given would have none of them opened."""
    trusting = {
        str(path.relative_to(ROOT)) for path in (ROOT / "portal").rglob("*.py") if "made_here=True" in path.read_text()
    }
    assert trusting == {
        "portal/audits/tasks.py", "portal/authority/building.py", "portal/contracts/services/sealing.py",
        "portal/dashboard/tasks.py", "portal/jobs/printing.py",
    }  # fmt: skip
