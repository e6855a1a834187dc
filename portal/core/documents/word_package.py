"""The package around a Word document: our blank one, its headers and properties, and the same zip bytes each time."""

import zipfile
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import docx
from docx.document import Document as WordDocument

from portal.core.documents.tree import Document
from portal.core.documents.word_xml import Element, W, field, paragraph, run, tab
from portal.core.documents.wording import WORDS, edition_line, initials_line, running, typeset
from portal.core.language import Language

BLANK = Path(__file__).with_name("blank_docx")
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest instant a zip can carry: entries say nothing of the day they were written."""
READ_BY_ALL = 0o644 << 16


def open_blank(language: Language) -> WordDocument:
    """Our blank document, with its styles, in the given language."""
    word = docx.Document(BytesIO(_blank()))
    locale = WORDS[language].locale
    for tagged in word.styles.element.iter(W + "lang"):
        tagged.set(W + "val", locale)
    for tagged in word.settings.element.iter(W + "themeFontLang"):
        tagged.set(W + "val", locale)
    return word


def head_and_foot(word: WordDocument, document: Document, *, cover: bool) -> None:
    """Running header and footer of the first section; its first page has no header, and no page number on a cover."""
    section = word.sections[0]
    section.different_first_page_header_footer = True
    words = WORDS[document.language]
    reference = running(document.reference, document.language)
    draft = (tab(), run(words.draft, "MentionCourante")) if document.draft else ()
    edition, initials = edition_line(document), initials_line(document)
    named = ([run(edition)],) if edition else ()
    _fill(section.header, "Header", [run(running(document.title, document.language)), *draft], *named)
    _fill(section.first_page_header, "Header", [run(edition)] if edition else [])
    for footer, pages in ((section.footer, True), (section.first_page_footer, not cover)):
        signed = ([], [run(initials)]) if initials else ()
        _fill(footer, "Footer", [run(reference), *(_pages(words.page) if pages else ())], *signed)


def _pages(word: str) -> tuple[Element, ...]:
    return tab(), run(word + " "), *field("PAGE", run("1")), run(" / "), *field("NUMPAGES", run("1"))


def describe(word: WordDocument, document: Document) -> None:
    """Core properties; the date is the document's own.

    Raises ValueError when it is not an ISO instant with its offset.
    """
    created = datetime.fromisoformat(document.created)
    if created.tzinfo is None:
        raise ValueError(f"Date de création sans fuseau horaire : {document.created}")
    properties = word.core_properties
    properties.title = _short(document.title, document.language)
    properties.subject = _short(document.subtitle, document.language)
    properties.identifier = _short(document.reference, document.language)
    properties.keywords = _short(", ".join(document.keywords), document.language)
    properties.language = WORDS[document.language].locale
    properties.created = properties.modified = created.astimezone(UTC).replace(tzinfo=None)
    properties.revision = 1


def save(word: WordDocument) -> bytes:
    """The package; equal documents give equal bytes."""
    written, settled = BytesIO(), BytesIO()
    word.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(settled, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, READ_BY_ALL, 3
            target.writestr(entry, source.read(name))
    return settled.getvalue()


@lru_cache(maxsize=1)
def _blank() -> bytes:
    package = BytesIO()
    with zipfile.ZipFile(package, "w") as target:
        for path in sorted(BLANK.rglob("*")):
            if path.is_file():
                target.write(path, path.relative_to(BLANK).as_posix())
    return package.getvalue()


def _fill(part: object, style: str, *lines: list[Element]) -> None:
    element = part._element  # type: ignore[attr-defined]
    for child in list(element):
        element.remove(child)
    element.extend(paragraph(style, *line) for line in lines)


def _short(text: str, language: Language) -> str:
    """What core properties accept: 255 characters on one line."""
    return " ".join(typeset(text, language).split())[:255]
