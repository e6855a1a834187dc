"""Files people hand in: checked, sealed, stored once by content; what other modules import is named here."""

from portal.core.files.antivirus import Scanner
from portal.core.files.archives import Unsafe
from portal.core.files.keyring import Keyring, WrongKey
from portal.core.files.kinds import EVIDENCE, KINDS, TABLES, display_name
from portal.core.files.refusals import Damaged, Infected, TooLarge, Unavailable, Unscanned, WrongType
from portal.core.files.store import Blob, Rotation, Store

__all__ = [
    "EVIDENCE",
    "KINDS",
    "TABLES",
    "Blob",
    "Damaged",
    "Infected",
    "Keyring",
    "Rotation",
    "Scanner",
    "Store",
    "TooLarge",
    "Unavailable",
    "Unsafe",
    "Unscanned",
    "WrongKey",
    "WrongType",
    "display_name",
]
