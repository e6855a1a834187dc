"""Rendering a message and handing it to SMTP, or to `.eml` files when no server is set.

What a server answers is told apart by whom it is about: an address (`AddressRefusal`), one message for now
(`MessageDelay`), the server itself (`ServerTrouble`), or nothing at all once it had the whole (`NoReply`).
"""

import os
import re
import ssl
import threading
from collections import deque
from collections.abc import Callable, Mapping
from datetime import date, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from portal.core.dataclass import dataclass
from portal.core.dates import DateStyle, duration_in_words, written, written_time
from portal.core.language import Language, printed
from portal.core.late import late
from portal.core.placeholders import filled
from portal.core.private_files import make_private_folder, write_private

if TYPE_CHECKING:
    import smtplib
else:
    smtplib = late("smtplib")

PACKAGE = Path(__file__).resolve().parents[1]
TIMEOUT_SECONDS = 30
FORMER_TEMPLATES: Mapping[str, str] = {
    "audits/emails/finding": "findings/emails/changed",
    "audits/emails/finding_answered": "findings/emails/answered",
    "withdrawals/emails/measured": "samples/emails/measured",
    "withdrawals/emails/sample": "samples/emails/sample",
}
"""Names that templates had before they moved: a message promised then keeps the name in its row."""
ADDED_SINCE: Mapping[str, Any] = {"contact": None, "services": (), "contract": None, "portal": "", "attached": ""}
"""What letters say that messages promised by earlier versions do not carry."""
MESSAGES_PER_CONNECTION = 100
"""Servers commonly hang up after a hundred or so."""
LAST_REPLY_SECONDS = 120
"""How long the server may think once it has the whole message: to leave before it has answered is to send it twice."""
LONGEST_REASON = 300
SIGN_IN_FIRST = (503, 530, 535, 538)


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
    found.filters["moment"] = lambda value: moment_in_letters(value, language)
    found.filters["filled"] = filled
    found.filters["duration"] = lambda minutes: duration_in_words(minutes, language)
    return found


def day_in_letters(value: date | str, language: Language) -> str:
    """A day as a letter gives it, with its weekday; promised messages carry it in ISO form.

    >>> day_in_letters("2027-02-01", Language.FR), day_in_letters(date(2027, 2, 2), Language.EN)
    ('lundi 1er février 2027', 'Tuesday 2 February 2027')
    """
    return written(date.fromisoformat(value) if isinstance(value, str) else value, language, DateStyle.WEEKDAY)


def moment_in_letters(value: str, language: Language) -> str:
    """A moment in ISO form as a letter gives it, legal time.

    >>> moment_in_letters("2027-02-01T08:30:00+00:00", Language.FR)
    '1er février 2027 à 09:30'
    """
    return written_time(datetime.fromisoformat(value), language, join=" at " if language is Language.EN else " à ")


def render(template: str, language: Language, values: Mapping[str, Any]) -> Letter:
    """Render `vendors/emails/invitation` in a language; the first line of the file is the subject."""
    name = FORMER_TEMPLATES.get(template, template)
    text = _environment(language).get_template(f"{name}.{language.value}.txt").render({**ADDED_SINCE, **values})
    text = "\n".join(line if "://" in line else printed(line, language) for line in text.splitlines())
    subject, _, body = text.partition("\n")
    return Letter(" ".join(subject.split())[:250], body.strip() + "\n")


@dataclass(frozen=True)
class MailContext:
    """Who writes a message, and what it belongs to."""

    writer: str = ""
    """A person as a reader knows them, « Claire Martin, DPO »; empty when the organisation writes."""
    reply_to: str = ""
    """That person's own address; empty when nobody reads the answers."""
    thread: str = ""
    """Identifier that every message about one thing refers to: mail readers then show them together."""
    list_id: str = ""
    """Identifier of what is sent regularly (RFC 2919): a reader may file it apart."""


NO_CONTEXT = MailContext()


@dataclass(frozen=True)
class AttachedFile:
    """A file that goes with a message."""

    name: str
    media_type: str
    content: bytes


def compose(
    letter: Letter, *, sender: str, recipient: str, message_id: str, at: datetime, name: str,
    context: MailContext = NO_CONTEXT, attached: AttachedFile | None = None,
) -> EmailMessage:  # fmt: skip
    """The message as sent; its Message-ID is deterministic, so a receiver can drop a repetition.

    Raises ValueError when the recipient, or the address to answer to, is anything but one address.
    """
    message = EmailMessage(policy=SMTP)
    shown = f"{context.writer} — {name}" if context.writer else name
    # An `Address`, not a text: folded, a name with a comma and a dash would be read as two addresses.
    message["From"] = Address(" ".join(shown.split()), addr_spec=sender)
    message["To"] = _one_address(recipient)
    if context.reply_to:
        message["Reply-To"] = _one_address(context.reply_to)
    if context.thread:
        message["In-Reply-To"] = f"<{context.thread}>"
        message["References"] = f"<{context.thread}>"
    if context.list_id:
        message["List-Id"] = f"<{context.list_id}>"
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{message_id}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body, cte="quoted-printable")
    if attached is not None:
        maintype, _, subtype = attached.media_type.partition("/")
        message.add_attachment(attached.content, maintype=maintype, subtype=subtype, filename=attached.name)
        # Drawn from the Message-ID, for a repetition to be the same; « =_ » stands in neither way of writing the parts.
        message.set_boundary(f"=_{message_id.partition('@')[0][:40]}")
    return message


class MailTrouble(Exception):
    """A message that did not go; `reason` is what was said, on one line."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AddressRefusal(MailTrouble):
    """The server wants no message for this address, now or later (5xx on RCPT TO, or on DATA for the one address)."""


class MessageDelay(MailTrouble):
    """The server asks to see this message again later; the next one may well pass."""


class ServerTrouble(MailTrouble):
    """The server is away, or will have nothing from us: no message would pass."""


class NoReply(MailTrouble):
    """The server had the whole message and said nothing: it may have been delivered."""


def on_one_line(words: str | bytes) -> str:
    """What a server said, fit for a row and a page: bounded, without line breaks nor control characters.

    >>> on_one_line(b"no such\\r\\nmailbox \\x1b[31m caf\\xc3\\xa9")
    'no such mailbox [31m café'
    """
    text = words[: 4 * LONGEST_REASON].decode("utf-8", "replace") if isinstance(words, bytes) else words
    printable = "".join(c if c.isprintable() else " " for c in text[: 4 * LONGEST_REASON])
    return " ".join(printable.split())[:LONGEST_REASON]


def _one_address(recipient: str) -> Address:
    try:
        return Address(addr_spec=recipient)
    except (IndexError, HeaderParseError) as failure:  # what the library raises depends on the version of Python
        raise ValueError(f"not one address: {recipient!r}") from failure


class MailFolder:
    """Keeps each message as one `.eml` file; writing the same message twice leaves one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def hang_up(self) -> None:
        """Nothing is kept open."""

    def send(self, message: EmailMessage, *, return_path: str | None = None) -> None:
        """Write the file under its Message-ID; raises ServerTrouble when it cannot be written."""
        name = message["Message-ID"].strip("<>").partition("@")[0]
        path = self.folder / f"{name}.eml"
        draft = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
        try:
            make_private_folder(self.folder)
            draft.unlink(missing_ok=True)  # what a process of the same number left when it was killed
            write_private(path, message.as_bytes(), draft=draft, is_lasting=False)
        except OSError as error:
            raise ServerTrouble(on_one_line(f"{self.folder}: {error.strerror}")) from error


class SmtpServer:
    """Sends through `smtp://[user:password@]host[:port][?starttls=1]` or `smtps://…`, over connections kept open.

    Most of the time of a message goes into the greeting: a run of messages shares one connection per thread of work.
    """

    def __init__(self, url: str) -> None:
        self.url = urlsplit(url)
        self._open: deque[tuple[smtplib.SMTP, int]] = deque()
        """Idle connections and how many messages each has carried."""

    def send(self, message: EmailMessage, *, return_path: str | None = None) -> None:
        """Hand the message over, bounces to go to `return_path`, by default to the sender; raises MailTrouble."""
        try:
            client, carried = self._take()
        except (smtplib.SMTPException, OSError) as error:
            raise ServerTrouble(_words_of(error)) from error
        try:
            _hand_over(client, message, return_path)
        except (AddressRefusal, MessageDelay):
            if _reset(client):
                self._keep(client, carried + 1)
            raise
        except MailTrouble:
            client.close()  # what the server thinks of this connection is no longer known
            raise
        except (smtplib.SMTPException, OSError) as error:
            client.close()
            raise ServerTrouble(_words_of(error)) from error
        self._keep(client, carried + 1)

    def _keep(self, client: "smtplib.SMTP", carried: int) -> None:
        if carried < MESSAGES_PER_CONNECTION:
            self._open.append((client, carried))
        else:
            _leave(client)

    def hang_up(self) -> None:
        """Close the idle connections: nothing more is to be sent for now."""
        while self._open:
            _leave(self._open.pop()[0])

    def _take(self) -> "tuple[smtplib.SMTP, int]":
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

    def _connect(self) -> "smtplib.SMTP":
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


def _hand_over(client: "smtplib.SMTP", message: EmailMessage, return_path: str | None) -> None:
    """One message to one address, step by step: at which step a server says no tells what it says no to."""
    sender = return_path or message["From"].addresses[0].addr_spec
    recipient = message["To"].addresses[0].addr_spec
    client.ehlo_or_helo_if_needed()
    options: list[str] = []
    if not recipient.isascii():
        if not client.has_extn("smtputf8"):
            raise AddressRefusal("the mail server takes no address beyond ASCII (SMTPUTF8)")
        options = ["SMTPUTF8", "BODY=8BITMIME"]
    _expect(client.mail(sender, options), _of_the_server)
    _expect(client.rcpt(recipient), _of_the_address, accepted=(250, 251))
    client.putcmd("data")
    _expect(client.getreply(), _of_the_message, accepted=(354,))
    text = message.as_bytes(policy=SMTP.clone(utf8=True) if options else SMTP)
    client.send(re.sub(rb"(?m)^\.", b"..", text).removesuffix(b"\r\n") + b"\r\n")
    if client.sock is not None:
        client.sock.settimeout(LAST_REPLY_SECONDS)
    try:
        client.send(b".\r\n")
        reply = client.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise NoReply(_words_of(error)) from error
    if client.sock is not None:
        client.sock.settimeout(TIMEOUT_SECONDS)
    _expect(reply, _of_the_message)


def _expect(
    reply: tuple[int, bytes], trouble: Callable[[int, str], type[MailTrouble]], *, accepted: tuple[int, ...] = (250,)
) -> None:
    code, words = reply
    if code in accepted:
        return
    said = on_one_line(f"{code} ".encode() + words)
    # « 421 »: the server closes the line, whatever it was asked (RFC 5321 § 3.8).
    raise (ServerTrouble if code == 421 else trouble(code, said))(said)


def _of_the_server(_code: int, _said: str) -> type[MailTrouble]:
    return ServerTrouble


def _of_the_message(code: int, _said: str) -> type[MailTrouble]:
    return AddressRefusal if 500 <= code < 600 else MessageDelay


def _of_the_address(code: int, said: str) -> type[MailTrouble]:
    """Asked to sign in first, or told that we may not relay: it is about us, and says nothing of the address."""
    about_us = code in SIGN_IN_FIRST or (code == 554 and " 5.7." in said)
    return MessageDelay if about_us else _of_the_message(code, said)


def _reset(client: "smtplib.SMTP") -> bool:
    """Have the server forget the message it turned down, and the line be used for the next; False when it is closed."""
    try:
        if client.rset()[0] == 250:
            return True
    except (smtplib.SMTPException, OSError):
        pass
    client.close()
    return False


def _words_of(error: "smtplib.SMTPException | OSError") -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        return on_one_line(
            f"{error.smtp_code} ".encode() + (words if isinstance(words, bytes) else str(words).encode())
        )
    return on_one_line(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)


def _leave(client: "smtplib.SMTP") -> None:
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
