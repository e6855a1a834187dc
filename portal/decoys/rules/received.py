"""What is read of a message that came in: hostile text, of which only a few headers are looked at, up to a size."""

import hashlib
from email import message_from_bytes, policy
from email.message import Message
from email.utils import getaddresses, parseaddr

from portal.core.dataclass import dataclass
from portal.core.expressions import expression

MOST_BYTES = 256 * 1024
_RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_MOST_HEADERS, _LONGEST_HEADER, _MOST_ADDRESSES = 20, 4000, 200
_SPACES = expression(r"\s+")


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """Whom a message was for, who says to have sent it, and about what."""

    recipients: frozenset[str]
    """In lower case."""
    sender: str
    subject: str
    digest: str
    """Of the whole message: the same one is the same."""


def read_message(raw: bytes) -> ReceivedMessage | None:
    """A message as it came; None when nobody it is for can be read."""
    try:
        message = message_from_bytes(raw[:MOST_BYTES], policy=policy.compat32)
        recipients = frozenset(
            address.lower()
            for name in _RECIPIENTS
            for _, address in getaddresses([_text(value) for value in _all(message, name)])[:_MOST_ADDRESSES]
            if "@" in address
        )
        sender = parseaddr(_text(message.get("From", "")))[1].lower()[:254]
        subject = _SPACES.sub(" ", _text(message.get("Subject", "")))[:300].strip()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, IndexError):
        return None  # nothing that can be read: whoever wrote it knew what they did
    if not recipients:
        return None
    return ReceivedMessage(recipients, sender, subject, hashlib.sha256(raw).hexdigest())


def _all(message: Message, name: str) -> list[str]:
    return list(message.get_all(name) or [])[:_MOST_HEADERS]


def _text(value: object) -> str:
    return "".join(one if one.isprintable() else " " for one in str(value)[:_LONGEST_HEADER])
