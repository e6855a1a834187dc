"""Rendering a message and handing it to SMTP, or to `.eml` files when no server is set."""

import os
import smtplib
import ssl
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from portal.core.dates import DateStyle, duration_in_words, written
from portal.core.language import Language, french

PACKAGE = Path(__file__).resolve().parents[1]
TIMEOUT_SECONDS = 30
FORMER_TEMPLATES: Mapping[str, str] = {
    "audits/emails/finding": "findings/emails/changed",
    "audits/emails/finding_answered": "findings/emails/answered",
    "withdrawals/emails/measured": "samples/emails/measured",
    "withdrawals/emails/sample": "samples/emails/sample",
}
"""Names that templates had before they moved: a message promised then keeps the name in its row."""
MESSAGES_PER_CONNECTION = 100
"""Servers commonly hang up after a hundred or so."""


@dataclass(frozen=True)
class Letter:
    """A rendered message: subject and plain text."""

    subject: str
    body: str


@lru_cache(maxsize=2)
def _environment(language: Language) -> Environment:
    folders = {p.parent.name: FileSystemLoader(p) for p in sorted(PACKAGE.glob("*/templates"))}
    loader = PrefixLoader(folders)
    # Plain text, never HTML: escaping would spoil an apostrophe.
    found = Environment(loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    found.filters["day"] = lambda value: day_in_letters(value, language)
    found.filters["duration"] = lambda minutes: duration_in_words(minutes, language)
    return found


def day_in_letters(value: date | str, language: Language) -> str:
    """A day as a letter gives it, with its weekday; promised messages carry it in ISO form.

    >>> day_in_letters("2027-02-01", Language.FR), day_in_letters(date(2027, 2, 2), Language.EN)
    ('lundi 1er février 2027', 'Tuesday 2 February 2027')
    """
    return written(date.fromisoformat(value) if isinstance(value, str) else value, language, DateStyle.WEEKDAY)


def render(template: str, language: Language, values: Mapping[str, Any]) -> Letter:
    """Render `vendors/emails/invitation` in a language; the first line of the file is the subject."""
    name = FORMER_TEMPLATES.get(template, template)
    text = _environment(language).get_template(f"{name}.{language.value}.txt").render(values)
    if language is Language.FR:
        text = "\n".join(line if "://" in line else french(line) for line in text.splitlines())
    subject, _, body = text.partition("\n")
    return Letter(" ".join(subject.split())[:250], body.strip() + "\n")


def compose(letter: Letter, *, sender: str, recipient: str, message_id: str, at: datetime, name: str) -> EmailMessage:
    """The message as sent; its Message-ID is deterministic, so a receiver can drop a repetition.

    Raises ValueError when the recipient is anything but one address.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((" ".join(name.split()), sender))
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{message_id}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body, cte="quoted-printable")
    return message


class MailFolder:
    """Keeps each message as one `.eml` file; writing the same message twice leaves one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def hang_up(self) -> None:
        """Nothing is kept open."""

    def send(self, message: EmailMessage) -> None:
        """Write the file under its Message-ID."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = message["Message-ID"].strip("<>").partition("@")[0]
        path = self.folder / f"{name}.eml"
        draft = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
        draft.write_bytes(message.as_bytes())
        draft.replace(path)


class SmtpServer:
    """Sends through `smtp://[user:password@]host[:port][?starttls=1]` or `smtps://…`, over connections kept open.

    Most of the time of a message goes into the greeting: a run of messages shares one connection per thread of work.
    """

    def __init__(self, url: str) -> None:
        self.url = urlsplit(url)
        self._open: deque[tuple[smtplib.SMTP, int]] = deque()
        """Idle connections and how many messages each has carried."""

    def send(self, message: EmailMessage) -> None:
        """Hand the message over; raises smtplib.SMTPException or OSError, and the ledger tries again."""
        client, carried = self._take()
        try:
            client.send_message(message)
        except (smtplib.SMTPException, OSError):
            client.close()  # what the server thinks of this connection is no longer known
            raise
        if carried + 1 < MESSAGES_PER_CONNECTION:
            self._open.append((client, carried + 1))
        else:
            _leave(client)

    def hang_up(self) -> None:
        """Close the idle connections: nothing more is to be sent for now."""
        while self._open:
            _leave(self._open.pop()[0])

    def _take(self) -> tuple[smtplib.SMTP, int]:
        while True:
            try:
                client, carried = self._open.pop()
            except IndexError:
                return self._connect(), 0
            try:
                if client.noop()[0] == 250:
                    return client, carried
            except (smtplib.SMTPException, OSError):
                pass
            client.close()  # the server hung up meanwhile: nothing was being sent

    def _connect(self) -> smtplib.SMTP:
        host, user, password = self.url.hostname or "localhost", self.url.username, self.url.password
        if self.url.scheme == "smtps":
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self.url.port or 465, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
            )
        else:
            client = smtplib.SMTP(host, self.url.port or 25, timeout=TIMEOUT_SECONDS)
        try:
            if "starttls=1" in self.url.query:
                client.starttls(context=ssl.create_default_context())
            if user:
                client.login(unquote(user), unquote(password or ""))
        except (smtplib.SMTPException, OSError):
            client.close()
            raise
        return client


def _leave(client: smtplib.SMTP) -> None:
    try:
        client.quit()
    except (smtplib.SMTPException, OSError):
        client.close()


Sender = MailFolder | SmtpServer


_senders: dict[tuple[str | None, Path], Sender] = {}


def sender_for(smtp_url: str | None, folder: Path) -> Sender:
    """SMTP when an address is set, a folder of `.eml` files otherwise; the same sender each time."""
    made = SmtpServer(smtp_url) if smtp_url else MailFolder(folder)
    return _senders.setdefault((smtp_url, folder), made)


def hang_up() -> None:
    """Close the connections that this process keeps open between two runs of messages."""
    for sender in list(_senders.values()):
        sender.hang_up()
