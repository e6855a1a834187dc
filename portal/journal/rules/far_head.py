"""The signed head as it is sent far away: a text that a mail carries and that a person may paste.

Base64 between two marks, in short lines: nothing that a mail program sets, quotes or indents changes it.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import datetime
from textwrap import wrap
from typing import Any

from portal.core.canonical_json import canonical_json
from portal.core.dataclass import dataclass
from portal.journal.rules.inclusion_proof import SIGNATURE_BYTES, SignedHead, head_statement

FAR_FORMAT = "vigie-journal-head-1"
LARGEST_FAR_HEAD = 1_000_000
"""Bytes of a file that is read as one."""
BEGINS, ENDS = "BEGIN VIGIE JOURNAL HEAD", "END VIGIE JOURNAL HEAD"
LINE = 64
AROUND = "> \t\r\n\u00a0\u202f|"
"""What mail programs put around a line that they quote."""


class UnreadableHead(ValueError):
    """No head in a text, or one that was changed."""


@dataclass(frozen=True)
class FarHead:
    """A signed head, and the hash of the last entry that it covers."""

    head: SignedHead
    last_hash: str

    def text(self) -> str:
        """What is sent."""
        told = {
            "format": FAR_FORMAT, "statement": head_statement(self.head).decode("ascii"),
            "signature": self.head.signature.hex(), "last_hash": self.last_hash,
        }  # fmt: skip
        lines = wrap(b64encode(canonical_json(told)).decode("ascii"), LINE)
        return "\n".join([f"-----{BEGINS}-----", *lines, f"-----{ENDS}-----"])


def read_far_head(text: str) -> FarHead:
    """The first head in a text, its signature unchecked; raises UnreadableHead.

    >>> head = SignedHead(2, bytes(32), "2026-11-24T09:00:00+00:00", "Essai", "ab", bytes(64))
    >>> sent = FarHead(head, "f" * 64)
    >>> read_far_head("Bonjour,\\n> " + sent.text().replace("\\n", "\\r\\n> ") + "\\nFin") == sent
    True
    """
    try:
        raw = json.loads(b64decode("".join(_lines(text)), validate=True))
        said = json.loads(raw["statement"])
        signature = bytes.fromhex(raw["signature"])
        found = FarHead(_head(said, signature), str(raw["last_hash"]))
        datetime.fromisoformat(found.head.at)
        bytes.fromhex(found.last_hash)
        if raw["format"] != FAR_FORMAT or len(signature) != SIGNATURE_BYTES or len(found.last_hash) != LINE:
            raise UnreadableHead
        if head_statement(found.head).decode("ascii") != raw["statement"]:
            raise UnreadableHead
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UnreadableHead from error
    return found


def _lines(text: str) -> Iterator[str]:
    inside = False
    for line in text.splitlines():
        if ENDS in line:
            if inside:
                return
        elif BEGINS in line:
            inside = True
        elif inside:
            yield line.strip(AROUND)
    raise UnreadableHead


def _head(said: Any, signature: bytes) -> SignedHead:
    if type(said["count"]) is not int or said["count"] < 1:
        raise UnreadableHead
    return SignedHead(
        said["count"], bytes.fromhex(said["root"]), str(said["at"]), str(said["organisation"]),
        str(said["certificate"]), signature,
    )  # fmt: skip
