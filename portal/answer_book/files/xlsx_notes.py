"""Notes beside the cells of a sheet: where an answer comes from, without a word in another cell."""

from lxml import etree

from portal.answer_book.files.package import RELATIONS, FormPackage
from portal.core import archives
from portal.core.documents.word_xml import Element

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
M = f"{{{MAIN}}}"
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_AUTHOR = "Vigie"
_V, _O, _X = (
    "urn:schemas-microsoft-com:vml",
    "urn:schemas-microsoft-com:office:office",
    "urn:schemas-microsoft-com:office:excel",
)
_AFTER = (
    "legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
"""What may follow the drawing of notes in a sheet (ISO/IEC 29500-1 § 18.3.1.99)."""
_SHAPE_TYPE = (
    f'<xml xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    '</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)


def add_notes(package: FormPackage, sheet: str, root: Element, notes: list[tuple[str, str]]) -> None:
    """Add a note to each of these cells; one that has a note already keeps it, and its own alone."""
    links = package.links(sheet)
    comments = next((path for kind, path in links.values() if kind == "comments"), "")
    drawing = root.find(f"{M}legacyDrawing")
    if (drawing is not None) != bool(comments):
        return  # the drawing serves something else (buttons): what cannot be added to is left alone
    if comments:
        shapes = links.get(drawing.get(f"{{{RELATIONS}}}id", ""), ("", ""))[1]
        try:
            tree = package.xml(shapes)
        except archives.Unsafe:
            return
    else:
        comments, shapes = (
            _fresh(package, "xl/commentsVigie", ".xml"),
            _fresh(package, "xl/drawings/vmlDrawingVigie", ".vml"),
        )
        tree = etree.fromstring(_SHAPE_TYPE)
    book = package.xml(comments) if comments in package.names else _empty_comments()
    taken = {one.get("ref") for one in book.iter(f"{M}comment")}
    author = _author(book)
    held = book.find(f"{M}commentList")
    for address, text in notes:
        if address in taken:
            continue
        note = etree.SubElement(held, f"{M}comment", ref=address, authorId=str(author))
        said = etree.SubElement(etree.SubElement(note, f"{M}text"), f"{M}t")
        said.text = text
        tree.append(_shape(len(tree), address))
    if drawing is None:
        package.declare(comments, _COMMENTS)
        package.declare(shapes, _VML_TYPE)
        package.link(sheet, "comments", comments)
        _place(root, package.link(sheet, "vmlDrawing", shapes))
    package.change(comments, book)
    package.change(shapes, tree)


def _fresh(package: FormPackage, stem: str, end: str) -> str:
    rank = next(rank for rank in range(1, 1000) if not package.has(f"{stem}{rank}{end}"))
    return f"{stem}{rank}{end}"


def _empty_comments() -> Element:
    book = etree.Element(f"{M}comments", None, {None: MAIN})
    etree.SubElement(book, f"{M}authors")
    etree.SubElement(book, f"{M}commentList")
    return book


def _author(book: Element) -> int:
    authors = book.find(f"{M}authors")
    names = [one.text for one in authors]
    if _AUTHOR not in names:
        etree.SubElement(authors, f"{M}author").text = _AUTHOR
        names.append(_AUTHOR)
    return names.index(_AUTHOR)


def _place(root: Element, identifier: str) -> None:
    drawing = etree.Element(f"{M}legacyDrawing", {f"{{{RELATIONS}}}id": identifier}, {"r": RELATIONS})
    following = next((node for node in root if etree.QName(node).localname in _AFTER), None)
    if following is None:
        root.append(drawing)
    else:
        following.addprevious(drawing)


def _shape(rank: int, address: str) -> Element:
    """The frame that a spreadsheet shows a note in; hidden until the pointer is over the cell."""
    letters = address.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    row = int(address[len(letters) :]) - 1
    left, top = column, max(0, row - 1)
    return etree.fromstring(
        f'<v:shape xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}" id="_x0000_s{90000 + rank}" type="#_x0000_t202" '
        'style="position:absolute;width:220pt;height:60pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" '
        'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:path o:connecttype="none"/>'
        f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{left}, 12, {top}, 2, '
        f"{left + 4}, 12, {top + 4}, 2</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row>"
        f"<x:Column>{column - 1}</x:Column>"
        "</x:ClientData></v:shape>"
    )
