"""Twenty-four documents written by somebody who had not read the reader, laid out one by one, and what each says.

Each is an HTML file, printed as PDF with its own style sheet or written as DOCX by the plainest rule, and a TOML file
of what its writer says of it: `field = [words of the passage, accepted value, another, …]`, lists of these for what
has several; `may_…` is what may be listed besides; `unscored` is what the brief leaves open.
"""

import io
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx import Document
from lxml import html
from weasyprint import HTML

from bench.evidence_reading.judging import FIELDS, LISTS
from bench.evidence_reading.layout import FOLDER

OTHER_HAND = FOLDER / "other_hand"
PRINTED = frozenset(
    [
        "iso27001-fr",
        "insurance-fr",
        "pentest-fr",
        "continuity-fr",
        "gdpr_certification-fr",
        "tia-fr",
        "none-fr",
        "soc2-en",
        "hds-en",
        "training-en",
        "deletion-en",
        "bridge_letter-en",
    ]
)
"""Those handed in as PDF; the others are Word files."""
LONGEST = 700
"""Characters of a passage; more is not a passage but the document."""


@dataclass(frozen=True, slots=True)
class OtherDocument:
    """A document, the file it makes and what its writer says of it."""

    name: str
    file_name: str
    data: bytes
    expected: dict[str, Any]


def other_documents() -> Iterator[OtherDocument]:
    """All of them, laid out."""
    for path in sorted(OTHER_HAND.glob("*.html")):
        body, name = path.read_text("utf-8"), path.stem
        printed = name in PRINTED
        data = HTML(string=f"<html lang={name[-2:]}>{body}").write_pdf() if printed else _as_docx(body)
        expected = tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))
        yield OtherDocument(name, f"{name}.{'pdf' if printed else 'docx'}", data, expected)


def score(expected: dict[str, Any], found: dict[str, Any]) -> Iterator[tuple[str, bool, list[bool]]]:
    """Each field with whether its value is right, and whether each passage its writer names is quoted."""
    for name in (*FIELDS, *LISTS):
        if name in expected.get("unscored", ()):
            continue
        if name in LISTS:
            wanted = expected.get(name, [])
            yield name, *_listed(wanted, found[name] or [], expected.get(f"may_{name}", []))
        elif name not in expected:
            yield name, found[name] is None, []
        else:
            (words, *values), got = expected[name], found[name]
            right = got is not None and _plain(got["value"]) in map(_plain, values)
            yield name, right, [] if values == ["none"] else [got is not None and _quotes(got, words)]


def _listed(wanted: list[list[str]], got: list[dict[str, str]], may: list[str]) -> tuple[bool, list[bool]]:
    def is_one_of(item: dict[str, str], values: list[str]) -> bool:
        told = _plain(item["value"])
        return any(_plain(value) in told or told in _plain(value) for value in values)

    held = all(any(is_one_of(item, values) for item in got) for _, *values in wanted)
    invented = [
        item
        for item in got
        if not any(is_one_of(item, values) for _, *values in wanted)
        and not any(_plain(one) in _plain(f"{item['value']} {item['quote']}") for one in may)
    ]
    return held and not invented, [any(_quotes(item, words) for item in got) for words, *_ in wanted]


def _quotes(got: dict[str, str], words: str) -> bool:
    return _plain(words) in _plain(got["quote"]) and len(got["quote"]) < LONGEST


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]+", " ", "".join(c for c in folded if not unicodedata.combining(c))).strip()


def _as_docx(body: str) -> bytes:
    document = Document()
    for element in html.fromstring(f"<div>{body}</div>"):
        match element.tag:
            case "header" | "footer":
                part = getattr(document.sections[0], element.tag)
                _runs(part.paragraphs[0], element)
            case "h1" | "h2" | "h3":
                _runs(document.add_paragraph(style=f"Heading {element.tag[1]}"), element)
            case "table":
                _table(document, element.findall(".//tr"))
            case _:
                _runs(document.add_paragraph(), element)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _table(document: Any, rows: list[Any]) -> None:
    width = max(sum(int(cell.get("colspan", 1)) for cell in row) for row in rows)
    table = document.add_table(len(rows), width)
    for rank, row in enumerate(rows):
        column = 0
        for source in row:
            span = int(source.get("colspan", 1))
            cell = table.cell(rank, column)
            _runs((cell.merge(table.cell(rank, column + span - 1)) if span > 1 else cell).paragraphs[0], source)
            column += span


def _runs(paragraph: Any, element: Any, *, bold: bool = False) -> None:
    """The words of an element, a run where the type changes."""
    for text, node in ((element.text, None), *((child.tail, child) for child in element)):
        if node is not None and node.tag == "br":
            paragraph.add_run().add_break()
        elif node is not None:
            _runs(paragraph, node, bold=bold or node.tag == "b")
        if plain := re.sub(r"\s+", " ", text or ""):
            paragraph.add_run(plain).bold = bold
