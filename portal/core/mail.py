"""Rendering a message and handing it to SMTP, or to `.eml` files when no server is set."""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from portal.core.language import Language, french

PACKAGE = Path(__file__).resolve().parents[1]
TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Letter:
    """A rendered message: subject and plain text."""

    subject: str
    body: str


@lru_cache(maxsize=1)
def _environment() -> Environment:
    folders = {p.parent.name: FileSystemLoader(p) for p in sorted(PACKAGE.glob("*/templates"))}
    loader = PrefixLoader(folders)
    # Plain text, never HTML: escaping would spoil an apostrophe.
    return Environment(loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)  # noqa: S701


def render(template: str, language: Language, values: Mapping[str, Any]) -> Letter:
    """Render `vendors/emails/invitation` in a language; the first line of the file is the subject."""
    text = _environment().get_template(f"{template}.{language.value}.txt").render(values)
    if language is Language.FR:
        text = "\n".join(line if "://" in line else french(line) for line in text.splitlines())
    subject, _, body = text.partition("\n")
    return Letter(" ".join(subject.split())[:250], body.strip() + "\n")


def compose(letter: Letter, *, sender: str, recipient: str, message_id: str, at: datetime, name: str) -> EmailMessage:
    """The message as sent; its Message-ID is deterministic, so a receiver can drop a repetition."""
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((name, sender))
    message["To"] = recipient
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{message_id}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body, cte="quoted-printable")
    return message


class MailFolder:
    """Keeps each message as one `.eml` file; writing the same message twice leaves one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage) -> None:
        """Write the file under its Message-ID."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = message["Message-ID"].strip("<>").partition("@")[0]
        path = self.folder / f"{name}.eml"
        draft = path.with_suffix(".part")
        draft.write_bytes(message.as_bytes())
        draft.replace(path)


class SmtpServer:
    """Sends through `smtp://[user:password@]host[:port][?starttls=1]` or `smtps://…`."""

    def __init__(self, url: str) -> None:
        self.url = urlsplit(url)

    def send(self, message: EmailMessage) -> None:
        """Hand the message over; raises smtplib.SMTPException or OSError, and the ledger tries again."""
        host, user, password = self.url.hostname or "localhost", self.url.username, self.url.password
        if self.url.scheme == "smtps":
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self.url.port or 465, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
            )
        else:
            client = smtplib.SMTP(host, self.url.port or 25, timeout=TIMEOUT_SECONDS)
        with client:
            if "starttls=1" in self.url.query:
                client.starttls(context=ssl.create_default_context())
            if user:
                client.login(unquote(user), unquote(password or ""))
            client.send_message(message)


Sender = MailFolder | SmtpServer


def sender_for(smtp_url: str | None, folder: Path) -> Sender:
    """SMTP when an address is set, a folder of `.eml` files otherwise."""
    return SmtpServer(smtp_url) if smtp_url else MailFolder(folder)
