"""What came to the addresses of announcements, read and sealed outside any transaction."""

from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

from portal.changes import mail_addresses, vendor_text
from portal.core import logs
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.files import Blob
from portal.core.late import late
from portal.core.reading import NotRead
from portal.documents_in.errors import UnreadableDocument
from portal.jobs import mail_boxes
from portal.paper import uploads

if TYPE_CHECKING:
    import imaplib
else:
    imaplib = late("imaplib")

AT_ONCE = 20
"""Messages read in one round: each may take a child process its full time."""
log = logs.get_logger()


@dataclass(frozen=True)
class AnnouncedByMail:
    """A message to the address of a vendor's announcements."""

    key: str
    """What the box calls it."""
    vendor_id: int | None
    """None when it came to no vendor's address: nothing of it is read."""
    digest: str = ""
    text: str = ""
    """Empty when it has none that can be read: the file says the rest."""
    blob: Blob | None = None
    """None when the file was refused."""


def waiting_messages(address: str, secret: str) -> Iterator[AnnouncedByMail]:
    """The messages that wait, each read and sealed; a box that breaks off is logged, and the next round goes on."""
    try:
        for message in mail_boxes.waiting(address, at_once=AT_ONCE, most_bytes=vendor_text.MOST_BYTES):
            vendor_id = mail_addresses.vendor_of(secret, message.raw)
            if vendor_id is None:
                yield AnnouncedByMail(message.key, None)
                continue
            digest = sha256(message.raw).hexdigest()
            yield AnnouncedByMail(message.key, vendor_id, digest, _text(message.raw), _blob(message.raw))
    except (OSError, imaplib.IMAP4.error) as error:
        log.warning("box not read", box="changes", error=type(error).__name__)


def sealed_message(raw: bytes, name: str = "message.eml") -> uploads.ReceivedFile:
    """A message sealed as a text: no browser and no mail program runs what it holds. Raises TooLarge, Unavailable."""
    return uploads.seal_text(raw.decode("utf-8", "replace"), f"{name}.txt")


def _blob(raw: bytes) -> Blob | None:
    try:
        return sealed_message(raw).blob
    except Refused as refusal:  # a virus, most often: the announcement is told without its file
        log.warning("message not kept", box="changes", why=str(refusal))
        return None


def _text(raw: bytes) -> str:
    try:
        return vendor_text.text_apart(raw, "message.eml")
    except (UnreadableDocument, NotRead):
        return ""
