"""Contracts of the other side in every format, from a few words: DOCX and ODT by hand, PDF drawn piece by piece."""

import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ODF = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("style", "style"),
        ("draw", "drawing"),
    )
)


def zipped(members: dict[str, str | bytes]) -> bytes:
    """An archive of these members, in this order."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def docx(body: str, *, numbering: str = "", styles: str = "", **parts: str) -> bytes:
    """A Word file with this body; `footnotes`, `comments`… are the inner XML of other parts."""
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
        "word/numbering.xml": f"<w:numbering {W}>{numbering}</w:numbering>",
        "word/styles.xml": f"<w:styles {W}>{styles}</w:styles>",
    }
    members |= {f"word/{name}.xml": f"<w:{name} {W}>{inner}</w:{name}>" for name, inner in parts.items()}
    return zipped(members)


def with_members(data: bytes, members: dict[str, str | bytes]) -> bytes:
    """A ZIP with these members more."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist()} | members)


def p(text: str, properties: str = "") -> str:
    """A Word paragraph of one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def num(list_id: int, level: int = 0) -> str:
    """The numbering of a Word paragraph."""
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'


def numbering(*levels: tuple[str, str], list_id: int = 1) -> str:
    """One Word list: the format and text of each level."""
    made = "".join(
        f'<w:lvl w:ilvl="{rank}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for rank, (form, text) in enumerate(levels)
    )
    return (
        f'<w:abstractNum w:abstractNumId="{list_id}">{made}</w:abstractNum>'
        f'<w:num w:numId="{list_id}"><w:abstractNumId w:val="{list_id}"/></w:num>'
    )


def odt(body: str, styles: str = "") -> bytes:
    """An OpenDocument text with this body."""
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
        }
    )


def odt_of(text: str) -> bytes:
    """An OpenDocument text, one paragraph a line."""
    return odt("".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n")))


def markdown_of(text: str) -> str:
    """Markdown of a text, its articles as titles."""
    lines = (f"## {line}" if line.startswith(("Article", "Annex")) else line for line in text.split("\n"))
    return "# Contrat\n\n" + "\n\n".join(lines)


def pdf(
    *pages: list[tuple[float, float, str]], size: int = 11, rules: tuple[tuple[float, float, float], ...] = ()
) -> bytes:
    """A PDF whose pages show each text at (x, y) from the bottom left, in Helvetica; `rules` are (x0, y, x1)."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    for shown in pages:
        drawn = "".join(f"{x0} {y} m {x1} {y} l S\n" for x0, y, x1 in rules)
        for x, y, text in shown:
            words = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            drawn += f"BT /F1 {size} Tf {x} {y} Td ({words}) Tj ET\n"
        stream = drawn.encode("cp1252", "replace")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        kids.append(len(objects) + 1)
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
        objects.append(f"{page}/Resources << /Font << /F1 {font} >> >> >>".encode())
    listed = " ".join(f"{kid} 0 R" for kid in kids)
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{listed}] >>".encode()
    return _written(objects)


def _written(objects: list[bytes]) -> bytes:
    """The file of these objects, numbered from 1, the first being its catalogue."""
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
