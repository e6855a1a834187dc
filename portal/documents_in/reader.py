"""Read a file whatever its format: one structured document, or `UnreadableDocument` with a sentence."""

from portal.core.language import say
from portal.documents_in.document import SourceDocument
from portal.documents_in.errors import UnreadableDocument
from portal.documents_in.formats import docx, html, markdown, odt, pdf, plain_text
from portal.documents_in.formats.sniffing import FileFormat, recognise_format

MAX_BYTES = 25 * 1024 * 1024
_READERS = {
    FileFormat.DOCX: docx.read,
    FileFormat.ODT: odt.read,
    FileFormat.PDF: pdf.read,
    FileFormat.HTML: html.read,
    FileFormat.MARKDOWN: markdown.read,
    FileFormat.TEXT: plain_text.read,
}


def read_document(data: bytes, name: str) -> SourceDocument:
    """The document a file holds; raises UnreadableDocument with what is wrong and where."""
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1024**2
        raise UnreadableDocument(
            say("Ce fichier dépasse %(limit)s Mo : envoyez le contrat et ses annexes à part.", limit=limit)
        )
    document = _READERS[recognise_format(data, name)](data)
    if not document.paragraphs:
        raise UnreadableDocument(say("Ce fichier ne contient aucun texte : vérifiez que c'est le bon."))
    return document
