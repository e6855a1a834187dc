"""Documents of proof laid out as DOCX from the text they are written in (`printing`: as PDF), apart from their reader.

A line says what it is: « # » title, « ## » subtitle, « > » running header, « ^ » small print, « | a | b | » row of a
table, « - » item, « ===== » end of a page, « **x** » bold; any other is a paragraph.
"""

import io
import tomllib
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from docx import Document
from docx.shared import Pt

FOLDER = Path(__file__).parent / "documents"


def written(name: str) -> list[dict[str, Any]]:
    """The documents of one file (`shown`, `held`), each with its identifier, its text and what it says."""
    found: list[dict[str, Any]] = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))["document"]
    return found


def marked_lines(body: str) -> Iterator[tuple[str, str]]:
    """Each line with its mark."""
    for line in filter(None, map(str.strip, body.splitlines())):
        mark = next((mark for mark in ("##", "#", ">", "^", "|", "- ", "=====", "**") if line.startswith(mark)), "")
        yield mark.strip(), line.removeprefix(mark).removesuffix("**" if mark == "**" else "").strip()


def row_cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split(" | ")]


def as_docx(body: str) -> bytes:
    """The document as a Word file."""
    document = Document()
    for mark, lines in groupby(marked_lines(body), key=lambda line: line[0]):
        texts = [text for _, text in lines]
        if mark == "|":
            rows = [row_cells(text) for text in texts]
            table = document.add_table(0, max(map(len, rows)))
            for row in rows:
                for cell, text in zip(table.add_row().cells, row, strict=False):
                    cell.text = text
            continue
        for text in texts:
            _add(document, mark, text)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _add(document: Any, mark: str, text: str) -> None:
    match mark:
        case "#" | "##":
            document.add_heading(text, len(mark))
        case ">":
            document.sections[0].header.paragraphs[0].text = text
        case "-":
            document.add_paragraph(text, style="List Bullet")
        case "=====":
            document.add_page_break()
        case "^" | "**":
            run = document.add_paragraph().add_run(text)
            run.bold = mark == "**"
            run.font.size = Pt(7 if mark == "^" else 12)
        case _:
            document.add_paragraph(text)
