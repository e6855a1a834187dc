"""PDF files: their text layer, read in a child process, so that a file that hangs or crashes PDFium stops only it."""

import atexit
import json
from dataclasses import replace
from typing import Any

from portal.core.documents.printing import Printer, PrintingError, PrintingTimedOut
from portal.core.language import Sentence, say
from portal.documents_in.document import SourceDocument
from portal.documents_in.errors import UnreadableDocument
from portal.documents_in.formats import glyphs, pdf_layout
from portal.documents_in.formats.pdf_tables import PdfPage, PdfPiece, RuledLine
from portal.documents_in.structure import document_builder

EXTRACTOR = "portal.documents_in.pdf_child.pages"
TIMEOUT = 8.0
"""Seconds, starting the child included; a contract of 500 pages takes about three, and no reading may pass ten."""
MAX_PAGES = 1_000
LEAST_TEXT = 40
"""Characters a page needs, on average, for the file to have a text."""
RANKED = "\x03"

_extractor = Printer(EXTRACTOR)


def stop() -> None:
    """End the child; the next file gets another."""
    _extractor.stop()


atexit.register(stop)


def read(data: bytes) -> SourceDocument:
    """The document; raises UnreadableDocument when it is locked, damaged, too long, or only pictures of pages."""
    answer = _extract_pages(data)
    pages = [
        PdfPage(tuple(PdfPiece(*piece) for piece in pieces), tuple(RuledLine(*rule) for rule in rules))
        for pieces, rules in zip(answer["pages"], answer["rules"], strict=True)
    ]
    remarks: list[Sentence] = []
    if sum(RANKED in piece.text for page in pages for piece in page.pieces) > len(pages):
        pages = [_decode_page(page) for page in pages]
        remarks.append(glyphs.DECODED_REMARK)
    size = sum(len(piece.text) for page in pages for piece in page.pieces)
    if not size or (answer["pictures"] and size < LEAST_TEXT * len(pages)):
        raise UnreadableDocument(
            say(
                "Ce PDF est une image sans texte (pages numérisées : %(pages)s) : passez-le par une reconnaissance de "
                "caractères, ou demandez le fichier d'origine.",
                pages=len(pages),
            )
        )
    if answer["pictures"]:
        shown = ", ".join(map(str, answer["pictures"][:20]))
        remarks.append(say("Pages sans texte, non lues (images) : %(pages)s.", pages=shown))
    return document_builder.build_document(pdf_layout.page_blocks(pages), remarks, len(pages))


def _decode_page(page: PdfPage) -> PdfPage:
    return replace(page, pieces=tuple(replace(p, text=glyphs.decode_line(p.text).strip()) for p in page.pieces))


def _extract_pages(data: bytes) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(_extractor.call("extract", (data,), TIMEOUT))
    except PrintingTimedOut as failure:
        raise UnreadableDocument(
            say("Ce PDF demande plus de %(seconds)s secondes de lecture : il a été abandonné.", seconds=int(TIMEOUT))
        ) from failure
    except PrintingError as failure:
        raise _damaged_file() from failure
    match answer.get("refused"):
        case None:
            return answer
        case "password":
            raise UnreadableDocument(
                say("Ce PDF est protégé par un mot de passe : enregistrez-le sans mot de passe, puis réessayez.")
            )
        case "pages":
            raise UnreadableDocument(
                say(
                    "Ce PDF compte %(pages)s pages : la limite est de %(most)s. Envoyez le contrat et ses annexes "
                    "séparément.",
                    pages=answer["pages"],
                    most=MAX_PAGES,
                )
            )
        case "long":
            raise UnreadableDocument(
                say("Ce PDF contient plus de texte qu'un contrat n'en peut avoir : il n'a pas été lu.")
            )
    raise _damaged_file()


def _damaged_file() -> UnreadableDocument:
    return UnreadableDocument(say("Ce PDF est endommagé : ouvrez-le, enregistrez-le à nouveau en PDF, puis réessayez."))
