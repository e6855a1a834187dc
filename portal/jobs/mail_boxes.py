"""Where messages come in (`VIGIE_BOUNCES`, `VIGIE_DECOYS`, `VIGIE_CHANGES`): a folder of `.eml` files, a Maildir, or a
mailbox.
"""

import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import Message
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from portal.core import logs
from portal.core.dataclass import dataclass
from portal.core.late import late

if TYPE_CHECKING:
    import imaplib
else:
    imaplib = late("imaplib")

AT_ONCE = 200
"""Messages taken in one round."""
MOST_BYTES = 256 * 1024
"""How much is read of a message, unless more is asked for."""
TIMEOUT_SECONDS = 30
MINUTES = 5
"""Between two rounds of a box."""
_RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
_MOST_HEADERS, _LONGEST_HEADER = 20, 1000
log = logs.get_logger()


@dataclass(frozen=True)
class BoxMessage:
    """A message that waits in a box."""

    key: str
    """What the box calls it."""
    raw: bytes
    """Cut at the size that was asked for."""


def round_of(at: datetime) -> str:
    """The round that an instant belongs to: what is promised once for each.

    >>> round_of(datetime(2026, 11, 28, 9, 14))
    '20261128T0902'
    """
    return f"{at:%Y%m%dT%H}{at.minute // MINUTES:02}"


def take_unread(address: str | None, box: str) -> list[bytes]:
    """What came in since the last round; a box that breaks off is logged, and what was taken is kept."""
    raws: list[bytes] = []
    try:
        for raw in unread(address) if address else ():
            raws.append(raw)
    except (OSError, imaplib.IMAP4.error) as error:
        log.warning("box not read", box=box, error=type(error).__name__, taken=len(raws))
    return raws


def unread(address: str) -> Iterator[bytes]:
    """The messages not read yet, cut at the size that is read; each is put aside once the next is asked for.

    Raises OSError or imaplib.IMAP4.error when the box cannot be opened.
    """
    for message, put_aside in _each(address, AT_ONCE, MOST_BYTES):
        yield message.raw
        put_aside()


def waiting(address: str, *, at_once: int = AT_ONCE, most_bytes: int = MOST_BYTES) -> Iterator[BoxMessage]:
    """The same messages, left where they are: whoever reads them puts them aside once they are safe.

    Raises OSError or imaplib.IMAP4.error when the box cannot be opened.
    """
    for message, _put_aside in _each(address, at_once, most_bytes):
        yield message


def put_aside(address: str, keys: Iterable[str]) -> int:
    """Put aside messages that were safely read; returns how many. One that is there no longer is passed over.

    Raises OSError or imaplib.IMAP4.error when the box cannot be opened.
    """
    wanted = set(keys)
    if _is_mailbox(address):
        numbers = sorted(key for key in wanted if key.isdecimal())
        with _mailbox(address) as client:
            for number in numbers:
                client.uid("STORE", number, "+FLAGS", r"(\Seen)")
        return len(numbers)
    found = [path for path in _files(_folder(address)) if path.name in wanted]
    for path in found:
        _move(path)
    return len(found)


def recipients_of(message: Message) -> Iterator[str]:
    """To whom a message says that it was delivered or written, in lower case: hostile text, bounded."""
    for name in _RECIPIENT_HEADERS:
        for value in (message.get_all(name) or [])[:_MOST_HEADERS]:
            yield str(value)[:_LONGEST_HEADER].lower()


def _each(address: str, at_once: int, most_bytes: int) -> Iterator[tuple[BoxMessage, Callable[[], object]]]:
    read = _of_mailbox if _is_mailbox(address) else _of_folder
    return read(address, at_once, most_bytes)


def _is_mailbox(address: str) -> bool:
    return urlsplit(address).scheme in {"imap", "imaps"}


def _folder(address: str) -> Path:
    parts = urlsplit(address)
    return Path(unquote(parts.path) if parts.scheme == "file" else address)


def _files(folder: Path) -> list[Path]:
    """What waits in a folder of messages or in a Maildir, the oldest name first."""
    if (folder / "new").is_dir():
        return sorted(path for path in (folder / "new").iterdir() if path.is_file())
    return sorted(path for path in folder.iterdir() if path.is_file() and path.suffix == ".eml")


def _move(path: Path) -> None:
    if path.parent.name == "new":
        aside, name = path.parent.with_name("cur"), f"{path.name}:2,S"
    else:
        aside, name = path.parent / "read", path.name
    aside.mkdir(exist_ok=True)
    path.rename(aside / name)


def _of_folder(address: str, at_once: int, most_bytes: int) -> Iterator[tuple[BoxMessage, Callable[[], object]]]:
    for path in _files(_folder(address))[:at_once]:
        with path.open("rb") as handle:
            message = BoxMessage(path.name, handle.read(most_bytes))
        yield message, partial(_move, path)


def _of_mailbox(address: str, at_once: int, most_bytes: int) -> Iterator[tuple[BoxMessage, Callable[[], object]]]:
    with _mailbox(address) as client:
        _, numbers = client.uid("SEARCH", "UNSEEN")
        for number in (numbers[0] or b"").split()[:at_once]:
            uid = number.decode("ascii")
            _, data = client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{most_bytes}>)")
            raw = next((one[1] for one in data if isinstance(one, tuple)), b"")
            yield BoxMessage(uid, raw), partial(client.uid, "STORE", uid, "+FLAGS", r"(\Seen)")


@contextmanager
def _mailbox(address: str) -> "Iterator[imaplib.IMAP4]":
    parts = urlsplit(address)
    host, box = parts.hostname or "localhost", unquote(parts.path.strip("/")) or "INBOX"
    if parts.scheme == "imaps":
        context = ssl.create_default_context()
        client: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=context, timeout=TIMEOUT_SECONDS)
    else:
        client = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT_SECONDS)
    with client:
        client.login(unquote(parts.username or ""), unquote(parts.password or ""))
        state, said = client.select('"' + box.replace("\\", "").replace('"', "") + '"')
        if state != "OK":
            raise imaplib.IMAP4.error(said)
        yield client
