"""Bounces: what a distant server says later of a message that ours had taken (RFC 3464), and whose it is.

Each message leaves with a return path of its own, `vigie+b-12-<mark>@…`; the mark is keyed, so that nobody can make a
bounce for a message they were not sent. What comes back is hostile text: it is read up to a size, and a report that is
not one changes nothing.
"""

import hmac
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from enum import StrEnum

from portal.core import tokens
from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.mail import on_one_line
from portal.jobs.mail_boxes import MOST_BYTES, recipients_of

_LONGEST_HEADER, _MOST_BLOCKS, _MARK = 1000, 20, 24
_TAG = expression(r"\+b-([0-9]{1,12})-([0-9a-f]{24})@")
_STATUS = expression(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")


class Verdict(StrEnum):
    """What a report says of a message."""

    REFUSED = "refused"
    """Status 5.x.x: never."""
    GIVEN_UP = "given_up"
    """Failed with status 4.x.x: the distant server tried for days."""
    DELAYED = "delayed"
    """Still being tried."""


@dataclass(frozen=True)
class Bounce:
    """A report, and the marks of the addresses it was sent to; one of them at most is ours."""

    marks: tuple[tuple[int, str], ...]
    verdict: Verdict
    reason: str


def mark_of(secret: str, mail_id: int, recipient: str) -> str:
    """The mark of a message to an address: once the address is corrected, bounces of the former are nobody's."""
    return tokens.derive(secret, f"bounce:{mail_id}:{recipient}")[:_MARK]


def return_path(secret: str, address: str, mail_id: int, recipient: str) -> str:
    """Where the bounces of a message go: the address of bounces, with the message's own mark.

    >>> return_path("secret", "vigie@ville.fr", 12, "ana@exemple.fr")[:13]
    'vigie+b-12-14'
    """
    local, _, domain = address.rpartition("@")
    return f"{local}+b-{mail_id}-{mark_of(secret, mail_id, recipient)}@{domain}"


def is_mark(secret: str, mark: str, mail_id: int, recipient: str) -> bool:
    """Whether a mark is that of a message."""
    return hmac.compare_digest(mark, mark_of(secret, mail_id, recipient))


def read(raw: bytes) -> Bounce | None:
    """The report in a message, none when it holds none or is for nothing of ours."""
    try:
        message = message_from_bytes(raw[:MOST_BYTES])
        marks = tuple(_marks(message))
        return _report(message, marks) if marks else None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None  # nothing that can be read: whoever wrote it knew what they did


def _marks(message: Message) -> Iterator[tuple[int, str]]:
    for value in recipients_of(message):
        for found in _TAG.finditer(value):
            yield int(found[1]), found[2]


def _report(message: Message, marks: tuple[tuple[int, str], ...]) -> Bounce | None:
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    for part in _parts(message):
        if part.get_content_type() == "message/delivery-status":
            for block in _parts(part):
                if (found := _verdict(block)) is not None:
                    return Bounce(marks, *found)
    return None


def _parts(message: Message) -> list[Message]:
    held: object = message.get_payload()
    return [one for one in held[:_MOST_BLOCKS] if isinstance(one, Message)] if isinstance(held, list) else []


def _verdict(block: Message) -> tuple[Verdict, str] | None:
    action = str(block.get("Action", ""))[:40].strip().lower()
    status = _STATUS.search(str(block.get("Status", ""))[:40])
    if status is None or status[0][0] == "2":
        return None
    told = str(block.get("Diagnostic-Code", ""))[:_LONGEST_HEADER].partition(";")[2]
    reason = on_one_line(f"{status[0]} {told}")
    if action == "failed":
        return (Verdict.REFUSED if status[0][0] == "5" else Verdict.GIVEN_UP), reason
    return (Verdict.DELAYED, reason) if action == "delayed" else None
