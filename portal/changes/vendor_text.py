"""The text of what a vendor sent, read in a child process: a page, a document, or a message with what it says."""

from email import message_from_bytes, policy
from email.message import Message
from typing import TYPE_CHECKING

from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.late import late
from portal.core.reading import ChildReader
from portal.documents_in.errors import UnreadableDocument

if TYPE_CHECKING:
    from portal.documents_in import reader
else:
    reader = late("portal.documents_in.reader")

SECONDS = 60.0
MOST_BYTES = 10 * 1024 * 1024
MOST_PARTS = 60
ACCEPTED = ("pdf", "docx", "odt", "html", "htm", "txt", "md", "eml")
NO_BODY = N_("Ce message n'a pas de texte que l'on puisse lire : collez-le.")
_child = ChildReader("portal.changes.reading_child", SECONDS)


def text_apart(data: bytes, name: str) -> str:
    """The text of a file that somebody else made; raises UnreadableDocument, or NotRead when it had to be stopped."""
    found: str = _child.read("read_text", data, name)
    return found


def read_text(data: bytes, name: str) -> str:
    """The same, in this process. Raises UnreadableDocument."""
    if name.lower().endswith(".eml"):
        return _message_text(data)
    return str(reader.read_document(data, name).text)


def _message_text(data: bytes) -> str:
    """Subject and body of a message; its plain body, else its page read as one. Attached files are not opened."""
    try:
        message = message_from_bytes(data, policy=policy.default)
        subject = " ".join(str(message.get("Subject", "")).split())[:500]
        parts = [part for _, part in zip(range(MOST_PARTS), message.walk(), strict=False)]
        plain = next((part for part in parts if _is(part, "text/plain")), None)
        page = next((part for part in parts if _is(part, "text/html")), None)
        body = _body_of(plain) if plain is not None else ""
        if not body.strip() and page is not None:
            content = page.get_payload(decode=True)
            body = str(reader.read_document(content if isinstance(content, bytes) else b"", "message.html").text)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, IndexError) as error:
        raise UnreadableDocument(NO_BODY) from error
    if not body.strip():
        raise UnreadableDocument(NO_BODY)
    return f"{subject}\n\n{body}" if subject else body


def _is(part: Message, kind: str) -> bool:
    return part.get_content_type() == kind and part.get_content_disposition() != "attachment"


def _body_of(part: Message) -> str:
    content = part.get_payload(decode=True)
    charset = part.get_content_charset("utf-8")
    return content.decode(charset, "replace") if isinstance(content, bytes) else ""


def refuse_unread(name: str, size: int) -> None:
    """Refuse a file that is not read here, before it is opened."""
    kind = name.rpartition(".")[2].lower() if "." in name else ""
    if kind not in ACCEPTED:
        raise Refused(
            N_("Ce type de fichier n'est pas lu : donnez un PDF, un DOCX, une page HTML, un texte ou un EML.")
        )
    if size > MOST_BYTES:
        raise Refused(N_("Ce fichier dépasse 10 Mo."))
