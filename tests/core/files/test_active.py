"""What would run in a file handed in is refused with what and where; what is harmless is told of."""

import io
import struct
import time
import zipfile
from dataclasses import replace

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from portal.core.documents.docx import render_docx
from portal.core.errors import Refused
from portal.core.files import EVIDENCE, ActiveContent, Embedded, EmbeddedKind, WrongType
from portal.core.files.active import MOST_TOLD
from portal.core.files.active_office import look_in_content
from portal.core.files.active_pdf import look_in_pdf
from portal.core.language import Language
from portal.core.translation import translate
from tests.conftest import REAL
from tests.factories import files
from tests.factories.compound import compound
from tests.factories.documents import processing_agreement
from tests.printing_cache import render_pdf

PROGRAM = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + bytes(200)


def put(store, content, name):
    return store.put(io.BytesIO(content), filename=name, allowed=EVIDENCE)


def refusal(store, content, name):
    with pytest.raises(Refused) as caught:
        put(store, content, name)
    return str(caught.value).replace("\u202f", " ")


def pdf(change, *, encrypted=False, streams=False):
    """A PDF of three pages, changed."""
    document = pikepdf.new()
    for _ in range(3):
        document.add_blank_page()
    change(document)
    options = {"encryption": pikepdf.Encryption(user="", owner="x", R=6)} if encrypted else {}
    mode = pikepdf.ObjectStreamMode.generate if streams else pikepdf.ObjectStreamMode.disable
    return files.saved(lambda file: document.save(file, object_stream_mode=mode, **options))


def script():
    return Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def opening(action=script):
    def change(document):
        document.Root.OpenAction = document.make_indirect(action())

    return change


def script_in_names(document):
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["a", document.make_indirect(script())])))


def script_on_a_page(document):
    document.pages[1].obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, A=script())])


def script_when_a_page_opens(document):
    document.pages[2].obj.AA = Dictionary(O=document.make_indirect(script()))


def script_after_another(document):
    document.Root.OpenAction = Dictionary(
        S=Name.GoTo, D="a", Next=Array([Dictionary(S=Name.GoTo, D="b", Next=script())])
    )


def name_kept_apart(document):
    document.Root.OpenAction = Dictionary(S=document.make_indirect(Name.JavaScript), JS="app.alert(1)")


def a_form(text):
    def change(document):
        packets = Array(["form", document.make_stream(text)])
        document.Root.AcroForm = Dictionary(Fields=Array(), XFA=packets)

    return change


def rich_media(document):
    document.pages[0].obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.RichMedia)])


def attached(name, content):
    def change(document):
        document.attachments[name] = pikepdf.AttachedFileSpec(document, content, filename=name)

    return change


def with_macros():
    return files.rewritten(files.word(), **{"word/notes.xyz": compound({"VBA/_VBA_PROJECT": b"x", "PROJECT": b"x"})})


ACTIVE_PDF = {
    "opening": (opening(), "du code JavaScript (à l’ouverture du document)"),
    "names": (script_in_names, "du code JavaScript (à l’ouverture du document)"),
    "page": (script_on_a_page, "du code JavaScript (page 2)"),
    "page-opened": (script_when_a_page_opens, "du code JavaScript (page 3)"),
    "next": (script_after_another, "du code JavaScript"),
    "name-apart": (name_kept_apart, "du code JavaScript"),
    "rendition": (opening(lambda: Dictionary(S=Name.Rendition, JS="app.alert(1)")), "du code JavaScript"),
    "launch": (opening(lambda: Dictionary(S=Name.Launch, F="cmd.exe")), "une action qui lance un programme"),
    "launch-windows": (opening(lambda: Dictionary(S=Name.Launch, Win=Dictionary(F="cmd.exe"))), "lance un programme"),
    "submit": (opening(lambda: Dictionary(S=Name.SubmitForm, F="http://x.test")), "qui envoie ailleurs"),
    "import": (opening(lambda: Dictionary(S=Name.ImportData, F="a.fdf")), "qui lit un fichier"),
    "elsewhere": (opening(lambda: Dictionary(S=Name.URI, URI="http://x.test")), "ouvre autre chose dès l’ouverture"),
    "remote": (opening(lambda: Dictionary(S=Name.GoToR, F="\\\\x.test\\a.pdf")), "ouvre autre chose dès l’ouverture"),
    "media": (rich_media, "un contenu animé qui exécute du code (page 1)"),
    "xfa": (a_form(b"<template><script>app.alert(1)</script></template>"), "un formulaire XFA"),
    "xfa-wide": (a_form("<t><x:script>1</x:script></t>".encode("utf-16")), "un formulaire XFA"),
    "program": (attached("annexe.dat", PROGRAM), "un programme (dans « annexe.dat »)"),
    "shortcut": (attached("facture.lnk", b"x"), "un programme (dans « facture.lnk »)"),
    "inner": (attached("b.pdf", pdf(opening())), "du code JavaScript"),
    "inner-macros": (attached("b.docx", with_macros()), "des macros (dans « word/notes.xyz »)"),
}


@pytest.mark.parametrize("case", ACTIVE_PDF)
def test_what_would_run_in_a_pdf_is_refused_with_what_and_where(store, case):
    change, said = ACTIVE_PDF[case]
    told = refusal(store, pdf(change), "rapport.pdf")
    assert told.startswith("« rapport.pdf » contient "), told
    assert said in told


@pytest.mark.parametrize("hidden", [{"encrypted": True}, {"streams": True}, {"encrypted": True, "streams": True}])
def test_neither_encryption_without_a_password_nor_object_streams_hide_it(store, hidden):
    for change in (script_in_names, opening(lambda: Dictionary(S=Name.Launch, F="cmd.exe"))):
        assert "contient" in refusal(store, pdf(change, **hidden), "a.pdf")


def test_a_name_written_in_figures_is_the_same_name(store):
    plain = pdf(opening())
    at = plain.index(b"/JavaScript")
    document = pikepdf.open(io.BytesIO(plain))
    document.Root.OpenAction.S = Name("/ZavaScript")
    hidden = files.saved(lambda f: document.save(f, object_stream_mode=pikepdf.ObjectStreamMode.disable))
    hidden = hidden.replace(b"/ZavaScript", b"/#4aavaScri#70t")
    assert at
    assert b"/JavaScript" not in hidden
    assert "du code JavaScript" in refusal(store, mended(hidden), "a.pdf")


def mended(content):
    """The same with its table of objects where it now is."""
    at = content.rindex(b"xref\n", 0, content.rindex(b"startxref"))
    lines = content[at:].split(b"\n")
    first, count = map(int, lines[1].split())
    for number in range(first or 1, first + count):
        place = content.index(b"\n%d 0 obj" % number) + 1
        lines[2 + number - first] = b"%010d 00000 n " % place
    start = lines.index(b"startxref")
    lines[start + 1] = b"%d" % at
    return content[:at] + b"\n".join(lines)


def harmless(document):
    document.Root.OpenAction = Array([document.pages[0].obj, Name.Fit])
    document.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.Named, N=Name.Print))
    document.pages[0].obj.Annots = Array([
        Dictionary(Type=Name.Annot, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI="https://exemple.test/a?b")),
        Dictionary(Type=Name.Annot, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI="mailto:a@exemple.test")),
        Dictionary(Type=Name.Annot, Subtype=Name.Link, A=Dictionary(S=Name.GoToR, F="autre.pdf")),
    ])  # fmt: skip
    # A structure element, a font and a picture may be called what they like.
    document.Root.StructTreeRoot = Dictionary(K=Array([Dictionary(Type=Name.StructElem, S=Name.Launch)]))
    document.pages[0].obj.Resources = Dictionary(XObject=Dictionary(JS=document.make_stream(b"")))
    document.Root.Title = "/JavaScript /Launch"
    attached("mesures.xlsx", files.workbook())(document)


def test_what_waits_for_a_click_is_kept_and_told_of(store):
    blob = put(store, pdf(harmless), "a.pdf")
    assert set(blob.embedded) == {
        Embedded(EmbeddedKind.LINK, "exemple.test"), Embedded(EmbeddedKind.LINK, "file:"),
        Embedded(EmbeddedKind.FILE, "mesures.xlsx"),
    }  # fmt: skip


def test_of_many_links_some_are_told_and_the_rest_counted(store):
    def change(document):
        document.pages[0].obj.Annots = Array([
            Dictionary(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=f"https://h{n}.test")) for n in range(50)
        ])  # fmt: skip

    found = put(store, pdf(change), "a.pdf").embedded
    assert len(found) == MOST_TOLD + 1
    assert found[-1] == Embedded(EmbeddedKind.MORE, "30")


def test_files_inside_one_another_too_deep_are_not_kept(store):
    inner = pdf(lambda _: None)
    for _ in range(4):
        inner = pdf(attached("b.pdf", inner))
    assert "emboîtés" in refusal(store, inner, "a.pdf")


REL = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word_part(body):
    return f'<?xml version="1.0"?><w:hdr xmlns:w="{W}">{body}</w:hdr>'


def run(text):
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def field(*instructions):
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{what}"/></w:r>' for what in ("begin", "end"))
    return f"<w:p>{begin}{''.join(run(one) for one in instructions)}{end}</w:p>"


ACTIVE_WORD = {
    "macros-under-another-name": ({"word/media/image1.png": compound({"_VBA_PROJECT_CUR/VBA/dir": b"x"})}, "macros"),
    "macro-by-relation": ({"word/_rels/x.xml.rels": REL.format(
        '<Relationship Id="a" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="m.dat"/>'
    )}, "macros"),
    "activex-by-relation": ({"word/_rels/x.xml.rels": REL.format(
        '<Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/control" '
        'Target="c.xml"/>'
    )}, "macros"),
    "template-elsewhere": ({"word/_rels/settings.xml.rels": REL.format(
        '<Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'attachedTemplate" Target="http://x.test/t.dotm" TargetMode="External"/>'
    )}, "va chercher un contenu ailleurs"),
    "dde": ({"word/header9.xml": word_part(field(" DDEAUTO c:\\\\windows\\\\cmd.exe"))}, "un lien DDE"),
    "dde-in-pieces": ({"word/header9.xml": word_part(field(" D", "DE ", "cmd"))}, "un lien DDE"),
    "dde-simple": ({"word/header9.xml": word_part('<w:fldSimple w:instr="dde cmd"/>')}, "un lien DDE"),
    "dde-escaped": ({"word/header9.xml": word_part(field("&#68;&#x44;E cmd"))}, "un lien DDE"),
    "dde-wide": ({"word/header9.xml": word_part(field("DDE cmd")).replace(
        '<?xml version="1.0"?>', '<?xml version="1.0" encoding="utf-16"?>').encode("utf-16")}, "un lien DDE"),
    "dde-never-closed": ({"word/header9.xml": word_part(run("DDE cmd"))}, "un lien DDE"),
    "program": ({"word/embeddings/a.bin": PROGRAM}, "un programme (dans « word/embeddings/a.bin »)"),
    "script": ({"word/embeddings/a.vbs": b"x"}, "un programme"),
    "package": ({"word/embeddings/o.bin": compound({"\x01Ole10Native": b"\0\0\0\0\2\0devis.exe\0c:\\devis.exe\0"
        + bytes(8) + b"c:\\devis.exe\0" + struct.pack("<I", len(PROGRAM)) + PROGRAM})}, "un programme (dans « devis"),
    "package-renamed": ({"word/embeddings/o.bin": compound({"\x01Ole10Native": b"\0\0\0\0\2\0a.txt\0a.txt\0"
        + bytes(8) + b"a.txt\0" + struct.pack("<I", len(PROGRAM)) + PROGRAM})}, "un programme"),
    "compound-broken": ({"word/embeddings/o.bin": files.OLE}, "un objet incorporé qui ne se lit pas"),
    "inner": ({"word/embeddings/b.docx": with_macros()}, "des macros"),
    "inner-archive": ({"word/embeddings/b.zip": files.rewritten(files.workbook(), **{"a/setup.dat": PROGRAM})},
        "un programme"),
    "inner-pdf": ({"word/embeddings/b.dat": pdf(opening())}, "du code JavaScript"),
}  # fmt: skip


@pytest.mark.parametrize("case", ACTIVE_WORD)
def test_what_would_run_in_a_word_file_is_refused_with_what_and_where(store, case):
    parts, said = ACTIVE_WORD[case]
    told = refusal(store, files.rewritten(files.word(), **parts), "annexe.docx")
    assert told.startswith("« annexe.docx »"), told
    assert said in told


def test_sheets_of_macros_and_dde_links_are_refused_whatever_their_parts_are_called(store):
    def sheet_of_macros(name, content):
        if name != "[Content_Types].xml":
            return content
        kind = b'<Override PartName="/xl/a.xml" ContentType="application/vnd.ms-excel.macrosheet+xml"/></Types>'
        return content.replace(b"</Types>", kind)

    book = files.workbook()
    assert "des macros" in refusal(store, files.rewritten(book, sheet_of_macros), "a.xlsx")
    link = '<externalLink xmlns="x"><ddeLink ddeService="cmd" ddeTopic="/C calc"/></externalLink>'
    assert "un lien DDE" in refusal(store, files.rewritten(book, **{"xl/autre.xml": link}), "a.xlsx")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('<a:hlinkClick xmlns:a="a" action="ppaction://program"/>', "lance un programme"),
        ('<a:hlinkHover xmlns:a="a" action="ppaction:&#47;/macro?name=x"/>', "lance un programme"),
    ],
)
def test_a_slide_that_runs_something_is_refused(store, content, said):
    assert said in refusal(store, files.rewritten(files.word(), **{"ppt/slides/slide1.xml": content}), "a.docx")


X = 'xmlns:x="http://www.w3.org/1999/xlink" xmlns:s="script" xmlns:o="office" xmlns:d="draw" xmlns:p="presentation"'
ACTIVE_ODF = {
    f'<s:event-listener s:language="ooo:script" {X} x:href="vnd.sun.star.script:a?language=Basic"/>': "des macros",
    f'<a {X} x:href="vnd.sun.star&#46;script:a"/>': "des macros",
    f'<a {X} x:href="macro:///Standard.M.Main"/>': "des macros",
    f'<p:event-listener {X} p:action="execute" x:href="cmd.exe"/>': "lance un programme",
    f'<o:dde-source {X} o:dde-application="cmd"/>': "un lien DDE",
    f"<d:applet {X}/>": "un programme",
    f'<d:floating-frame {X} x:href="http://x.test"/>': "ouvre autre chose",
}


@pytest.mark.parametrize("element", ACTIVE_ODF)
def test_what_would_run_in_an_open_document_is_refused(store, element):
    content = f"<document-content>{element}</document-content>"
    assert ACTIVE_ODF[element] in refusal(store, files.open_document(**{"content.xml": content}), "a.odt")


def test_what_an_office_file_holds_beside_its_text_is_told(store):
    link = REL.format(
        '<Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" '
        'Target="https://exemple.test/x" TargetMode="External"/>'
    )
    more = {"word/embeddings/feuille.xlsx": files.workbook(), "word/_rels/x.xml.rels": link,
            "word/header9.xml": word_part(field(" PAGE ") + field(' HYPERLINK "https://exemple.test" '))}  # fmt: skip
    blob = put(store, files.rewritten(files.word(), **more), "a.docx")
    assert Embedded(EmbeddedKind.OBJECT, "feuille.xlsx") in blob.embedded
    assert Embedded(EmbeddedKind.LINK, "exemple.test") in blob.embedded
    assert put(store, files.word(), "b.docx").embedded == ()


def test_the_sentence_is_told_in_english_too(store):
    with pytest.raises(ActiveContent) as caught:
        put(store, pdf(script_on_a_page), "a.pdf")
    assert translate(caught.value.sentence, Language.EN).startswith("“a.pdf” contains JavaScript code (page 2)")


@pytest.mark.pdf
def test_what_the_portal_prints_itself_is_never_refused(store):
    agreement = replace(processing_agreement(), sha256="0" * 64)  # as issued: it has a digest
    ours = put(store, render_pdf(agreement), "ours.pdf").embedded  # it carries itself as data, PDF/A-3
    assert [one.kind for one in ours] == [EmbeddedKind.FILE]
    put(store, render_docx(agreement), "ours.docx")


@pytest.mark.skipif(not REAL.is_dir(), reason="the real documents are not beside this tree")
def test_real_documents_are_not_refused(store):
    real = [path for path in REAL.rglob("*") if path.suffix[1:].lower() in EVIDENCE and path.stat().st_size]
    assert real
    opened = 0
    for path in real:
        try:
            put(store, path.read_bytes(), path.name)
            opened += 1
        except ActiveContent:
            raise
        except WrongType:  # a text with control characters, refused whatever it would run
            continue
    assert opened >= len(real) * 0.9


def test_the_look_takes_a_time_in_proportion_to_the_file(store):
    """Twice as many objects, links and fields take about twice as long, within a wide margin."""

    def annotated(count):
        def change(document):
            document.pages[0].obj.Annots = Array([
                document.make_indirect(Dictionary(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI="https://a.test")))
                for _ in range(count)
            ])  # fmt: skip

        return pdf(change, streams=True)

    def spent(content):
        """Seconds of processor, the least of three: the look itself, in this process."""
        times = []
        for _turn in range(3):
            start = time.process_time()
            assert list(look_in_pdf(io.BytesIO(content), look_in_content))
            times.append(time.process_time() - start)
        return min(times)

    assert spent(annotated(16_000)) < 8 * 4 * max(spent(annotated(2_000)), 0.005)


def test_a_zip_of_programs_under_an_office_name_is_refused(store):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("setup.exe", PROGRAM)
    assert "« a.docx »" in refusal(store, file.getvalue(), "a.docx")
