"""Two people changing the same thing: what a page was shown with, and the refusal of whoever comes second."""

import json
from hashlib import sha256
from typing import Generic, TypeVar

from portal.core.errors import Refused
from portal.core.language import Sentence

Stored = TypeVar("Stored")


class StaleWrite(Refused, Generic[Stored]):
    """Someone else changed it since it was shown: `theirs` is what stands now, and nothing of it was overwritten.

    `by` names who was faster, where the reader may know it; `about` which thing, when several were sent together.
    """

    def __init__(self, sentence: str | Sentence, theirs: Stored, *, by: str = "", about: str = "") -> None:
        super().__init__(sentence)
        self.theirs, self.by, self.about = theirs, by, about


def fingerprint(*parts: object) -> str:
    """Sixteen hexadecimal digits of JSON values: a page carries them, and the write that comes back is compared.

    >>> fingerprint("oui", "") == fingerprint("oui", ""), fingerprint("oui", "") == fingerprint("non", "")
    (True, False)
    """
    told = json.dumps(parts, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return sha256(told.encode("ascii")).hexdigest()[:16]
