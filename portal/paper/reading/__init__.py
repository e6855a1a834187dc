"""Reading a contract of the other side, whatever its format: one structured document, or a refusal in words."""

from portal.core.language import say
from portal.paper.reading import docx, html, markdown, odt, pdf, text
from portal.paper.reading.refusals import Unreadable
from portal.paper.reading.sniffing import Format, recognised
from portal.paper.rules.document import Document

__all__ = ["MAX_BYTES", "Format", "Unreadable", "read"]

MAX_BYTES = 25 * 1024 * 1024
_READERS = {
    Format.DOCX: docx.read,
    Format.ODT: odt.read,
    Format.PDF: pdf.read,
    Format.HTML: html.read,
    Format.MARKDOWN: markdown.read,
    Format.TEXT: text.read,
}


def read(data: bytes, name: str) -> Document:
    """The document a file holds; raises Unreadable with what is wrong and where."""
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1024**2
        raise Unreadable(
            say("Ce fichier dépasse %(limit)s Mo : envoyez le contrat et ses annexes à part.", limit=limit)
        )
    document = _READERS[recognised(data, name)](data)
    if not document.paragraphs:
        raise Unreadable(say("Ce fichier ne contient aucun texte : vérifiez que c'est le bon."))
    return document
