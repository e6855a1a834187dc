"""The address of each vendor's announcements: what is forwarded there, or sent there by its list, is recorded for it.

`annonces+cs-12-<mark>@…`: the mark is keyed, so that nobody records a change for a vendor whose address they were not
given. Whoever was given it may write there: what comes in is proposed, and a person studies it.
"""

import hmac
from email import message_from_bytes

from portal.core import tokens
from portal.core.expressions import expression
from portal.jobs.mail_boxes import recipients_of

_MARK = 24
_TAG = expression(r"\+cs-([0-9]{1,9})-([0-9a-f]{24})@")


def address_of(secret: str, box: str, vendor_id: int) -> str:
    """The address of a vendor's announcements, in the mailbox `box`.

    >>> address_of("secret", "annonces@ville.fr", 12)[:17]
    'annonces+cs-12-45'
    """
    local, _, domain = box.rpartition("@")
    return f"{local}+cs-{vendor_id}-{_mark_of(secret, vendor_id)}@{domain}"


def vendor_of(secret: str, raw: bytes) -> int | None:
    """The number of the vendor whose address a message came to; none for a message to nobody, or to a made-up one."""
    try:
        message = message_from_bytes(raw)
        for value in recipients_of(message):
            for found in _TAG.finditer(value):
                if hmac.compare_digest(found[2], _mark_of(secret, int(found[1]))):
                    return int(found[1])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None  # nothing that can be read: whoever wrote it knew what they did
    return None


def _mark_of(secret: str, vendor_id: int) -> str:
    return tokens.derive(secret, f"changes:{vendor_id}")[:_MARK]
