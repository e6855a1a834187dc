"""A document: its tables as grids of cells, and answers written in the cells of its own XML."""

import copy
from collections.abc import Iterator

from lxml import etree

from portal.answer_book.files.package import FormPackage
from portal.answer_book.rules.form import CellFill, Grid, GridCell
from portal.core.documents.word_xml import Element, W, run
from portal.core.errors import Refused
from portal.core.language import say

W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
EMPTY_BOXES, TICKED = "☐□❏❑⬜", "☒"
MOST_TABLES, MOST_ROWS, MOST_COLUMNS = 200, 6_000, 60
LONGEST_TEXT = 2_000
_REVISIONS = frozenset({f"{W}ins", f"{W}del", f"{W}rPrChange", f"{W}moveFrom", f"{W}moveTo"})
_DELETED = frozenset({f"{W}del", f"{W}moveFrom"})


def read_document(package: FormPackage) -> list[Grid]:
    """Every table of the body, numbered from 1; those inside another table are not looked into."""
    grids, count = [], 0
    for rank, table in enumerate(_tables(package.xml(main_part(package))), start=1):
        rows: dict[int, dict[int, GridCell]] = {}
        for number, row in enumerate(_rows(table), start=1):
            rows[number] = {column: _grid_cell(cell, width) for column, width, cell in _cells(row)}
            count += 1
            if count > MOST_ROWS:
                raise Refused(say("Ce formulaire est trop grand : %(count)s lignes au plus.", count=MOST_ROWS))
        grids.append(Grid(str(rank), rows))
    return grids


def fill_document(package: FormPackage, fills: tuple[CellFill, ...]) -> None:
    """Write answers in a document, and under each where it comes from."""
    name = main_part(package)
    root = package.xml(name)
    wanted = {(fill.sheet, fill.row, fill.column): fill for fill in fills}
    for rank, table in enumerate(_tables(root), start=1):
        for number, row in enumerate(_rows(table), start=1):
            for column, _width, cell in list(_cells(row)):
                fill = wanted.get((str(rank), number, column))
                if fill is not None:
                    _write(cell, fill)
    package.change(name, root)


def main_part(package: FormPackage) -> str:
    """The part that holds the text."""
    return next((path for kind, path in package.links("").values() if kind == "officeDocument"), "word/document.xml")


def _tables(root: Element) -> list[Element]:
    """The tables of the body, in order; one in a content control of its own is one of them."""
    body = root.find(f"{W}body")
    found: list[Element] = []
    if body is not None:
        found = [table for table in body.iter(f"{W}tbl") if not any(_is_inside(table, body))]
    if len(found) > MOST_TABLES:
        raise Refused(say("Ce document a plus de %(count)s tableaux : coupez-le.", count=MOST_TABLES))
    return found


def _is_inside(table: Element, body: Element) -> Iterator[bool]:
    for parent in table.iterancestors():
        if parent is body:
            return
        if parent.tag in {f"{W}tbl", f"{W}txbxContent"}:
            yield True


def _rows(table: Element) -> Iterator[Element]:
    """The rows of a table, those of its content controls included; those of a table inside it are not."""
    for node in table:
        if node.tag == f"{W}tr":
            yield node
        elif node.tag in {f"{W}sdt", f"{W}customXml"}:
            holder = node.find(f"{W}sdtContent") if node.tag == f"{W}sdt" else node
            if holder is not None:
                yield from _rows(holder)


def _cells(row: Element) -> Iterator[tuple[int, int, Element]]:
    """Each cell with its column and how many it spans."""
    before = row.find(f"{W}trPr/{W}gridBefore")
    column = 1 + (int(before.get(f"{W}val", 0)) if before is not None else 0)
    for node in row:
        cell = node
        if node.tag == f"{W}sdt":
            cell = node.find(f"{W}sdtContent/{W}tc")
        if cell is None or cell.tag != f"{W}tc":
            continue
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        width = max(1, int(span.get(f"{W}val", 1))) if span is not None else 1
        if column > MOST_COLUMNS:
            return
        yield column, width, cell
        column += width


def _grid_cell(cell: Element, width: int) -> GridCell:
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    continues = merge is not None and merge.get(f"{W}val", "continue") == "continue"
    inner = cell.find(f".//{W}tbl") is not None
    control = _choice_control(cell)
    text = _text(cell)
    return GridCell(
        text="" if _is_placeholder(cell) else text[:LONGEST_TEXT],
        bold=_is_bold(cell),
        width=width,
        is_free=not continues and not inner and not _is_locked(cell),
        options=tuple(_entries(control)) if control is not None else (),
        boxes=tuple(_box_labels(text)),
    )


def _text(cell: Element) -> str:
    parts = []
    for paragraph in cell.iter(f"{W}p"):
        words = []
        for node in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}sym"):
            if any(parent.tag in _DELETED for parent in node.iterancestors()):
                continue
            words.append(node.text or "" if node.tag == f"{W}t" else " ")
        parts.append("".join(words))
    return "\n".join(parts).strip()


def _is_bold(cell: Element) -> bool:
    runs = [node for node in cell.iter(f"{W}r") if any((text.text or "").strip() for text in node.iter(f"{W}t"))]
    if not runs:
        return False
    for node in runs:
        bold = node.find(f"{W}rPr/{W}b")
        if bold is None or bold.get(f"{W}val", "1") in {"0", "false", "off"}:
            return False
    return True


def _is_placeholder(cell: Element) -> bool:
    return any(node.find(f"{W}sdtPr/{W}showingPlcHdr") is not None for node in _controls(cell))


def _is_locked(cell: Element) -> bool:
    locks = [node.find(f"{W}sdtPr/{W}lock") for node in _controls(cell)]
    return any(lock is not None and lock.get(f"{W}val", "").lower().endswith("contentlocked") for lock in locks)


def _controls(cell: Element) -> list[Element]:
    """The content controls of a cell, and the one that it may stand in."""
    around = cell.getparent().getparent() if cell.getparent().tag == f"{W}sdtContent" else None
    return [*([around] if around is not None else []), *cell.iter(f"{W}sdt")]


def _choice_control(cell: Element) -> Element | None:
    for node in _controls(cell):
        for kind in ("dropDownList", "comboBox"):
            found = node.find(f"{W}sdtPr/{W}{kind}")
            if found is not None:
                return found
    return None


def _entries(control: Element) -> Iterator[str]:
    for item in control.iter(f"{W}listItem"):
        text = item.get(f"{W}displayText") or item.get(f"{W}value") or ""
        if item.get(f"{W}value"):
            yield text


def _box_labels(text: str) -> Iterator[str]:
    """The words after each box to tick; none when one is ticked already, or stands without words."""
    if not any(box in text for box in EMPTY_BOXES) or any(mark in text for mark in "☒☑✓✔"):
        return
    for box in EMPTY_BOXES[1:]:
        text = text.replace(box, EMPTY_BOXES[0])
    labels = [part.strip(" \n\t/|") for part in text.split(EMPTY_BOXES[0])[1:]]
    if len(labels) > 1 and all(labels):
        yield from labels


def _write(cell: Element, fill: CellFill) -> None:
    if fill.box >= 0:
        _tick(cell, fill.box)
        paragraphs = [node for node in cell if node.tag == f"{W}p"]
        if fill.note and paragraphs:
            paragraphs[-1].addnext(_line(paragraphs[-1], fill.note))
        return
    target = _place(cell)
    _say(target, fill.text)
    if fill.note:
        _outermost(target, cell).addnext(_line(target, fill.note))


def _place(cell: Element) -> Element:
    """The paragraph that the answer goes to; in a content control, its own."""
    for control in cell.iter(f"{W}sdt"):
        inside = control.find(f"{W}sdtContent")
        if inside is None:
            continue
        placeholder = control.find(f"{W}sdtPr/{W}showingPlcHdr")
        if placeholder is not None:
            placeholder.getparent().remove(placeholder)
        paragraph = inside.find(f"{W}p")
        if paragraph is not None:
            return paragraph
        return inside
    around = cell.getparent().getparent() if cell.getparent().tag == f"{W}sdtContent" else None
    if around is not None:
        placeholder = around.find(f"{W}sdtPr/{W}showingPlcHdr")
        if placeholder is not None:
            placeholder.getparent().remove(placeholder)
    paragraphs = [node for node in cell if node.tag == f"{W}p"]
    if paragraphs:
        for other in paragraphs[1:]:
            if not any(True for _ in other.iter(f"{W}drawing", f"{W}pict", f"{W}bookmarkStart", f"{W}sectPr")):
                cell.remove(other)
        return paragraphs[0]
    return etree.SubElement(cell, f"{W}p")


def _say(target: Element, text: str) -> None:
    """Put words in a paragraph, in the look that typing there would have; what it showed before goes."""
    look = _look(target)
    for node in list(target):
        if node.tag in {f"{W}r", f"{W}hyperlink", f"{W}ins"}:
            target.remove(node)
    made = run(text)
    if look is not None:
        made.insert(0, look)
    target.append(made)


def _look(target: Element) -> Element | None:
    """The look of the mark that ends the paragraph, else of its first words; never that of a placeholder."""
    mark = target.find(f"{W}pPr/{W}rPr")
    first = target.find(f"{W}r/{W}rPr")
    chosen = mark if mark is not None else first
    if chosen is None:
        return None
    look = copy.deepcopy(chosen)
    for node in list(look):
        is_placeholder = node.tag == f"{W}rStyle" and "laceholder" in node.get(f"{W}val", "")
        if is_placeholder or node.tag in _REVISIONS:
            look.remove(node)
    return look


def _outermost(target: Element, cell: Element) -> Element:
    """The child of the cell that holds this element."""
    node = target
    while node.getparent() is not cell:
        node = node.getparent()
    return node


def _line(near: Element, text: str) -> Element:
    """A paragraph like the one near it, with these words between brackets: they are no part of the answer."""
    made = etree.Element(f"{W}p")
    layout = near.find(f"{W}pPr") if near.tag == f"{W}p" else None
    if layout is not None:
        made.append(copy.deepcopy(layout))
    words = run(f"[{text}]")
    look = _look(near) if near.tag == f"{W}p" else None
    if look is not None:
        words.insert(0, look)
    made.append(words)
    return made


def _tick(cell: Element, rank: int) -> None:
    """Tick one of the boxes of a cell."""
    seen = 0
    for node in cell.iter(f"{W}t"):
        for place, letter in enumerate(node.text or ""):
            if letter not in EMPTY_BOXES:
                continue
            if seen == rank:
                node.text = node.text[:place] + TICKED + node.text[place + 1 :]
                for parent in node.iterancestors(f"{W}sdt"):
                    checked = parent.find(f"{W}sdtPr/{W14}checkbox/{W14}checked")
                    if checked is not None:
                        checked.set(f"{W14}val", "1")
                return
            seen += 1
