"""Where messages come in: a folder of `.eml` files, a Maildir, or a mailbox (`VIGIE_BOUNCES`, `VIGIE_DECOYS`)."""

import imaplib
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from portal.jobs.bounces import MOST_BYTES

AT_ONCE = 200
"""Messages taken in one round."""
TIMEOUT_SECONDS = 30


def unread(address: str) -> Iterator[bytes]:
    """The messages not read yet, cut at the size that is read; each is put aside once the next is asked for.

    Raises OSError or imaplib.IMAP4.error when the box cannot be opened.
    """
    parts = urlsplit(address)
    if parts.scheme in {"imap", "imaps"}:
        return _of_mailbox(address)
    return _of_folder(Path(unquote(parts.path) if parts.scheme == "file" else address))


def _of_folder(folder: Path) -> Iterator[bytes]:
    is_maildir = (folder / "new").is_dir()
    source, aside = (folder / "new", folder / "cur") if is_maildir else (folder, folder / "read")
    found = sorted(path for path in source.iterdir() if path.is_file() and (is_maildir or path.suffix == ".eml"))
    aside.mkdir(exist_ok=True)
    for path in found[:AT_ONCE]:
        with path.open("rb") as handle:
            yield handle.read(MOST_BYTES)
        path.rename(aside / (f"{path.name}:2,S" if is_maildir else path.name))


def _of_mailbox(address: str) -> Iterator[bytes]:
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
        _, numbers = client.uid("SEARCH", "UNSEEN")
        for number in (numbers[0] or b"").split()[:AT_ONCE]:
            uid = number.decode("ascii")
            _, data = client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
            yield next((one[1] for one in data if isinstance(one, tuple)), b"")
            client.uid("STORE", uid, "+FLAGS", r"(\Seen)")
