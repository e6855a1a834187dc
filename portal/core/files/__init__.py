"""Files people hand in: checked, sealed, stored once by content; what other modules import is named here."""

from portal.core.archives import Unsafe
from portal.core.files.active import Embedded, EmbeddedKind
from portal.core.files.antivirus import Scanner
from portal.core.files.keyring import Keyring, WrongKey
from portal.core.files.kinds import EVIDENCE, KINDS, OLE, TABLES, display_name
from portal.core.files.layered import LayeredStore
from portal.core.files.office import identify_office_file
from portal.core.files.places import Place
from portal.core.files.refusals import (
    ActiveContent,
    Damaged,
    Full,
    Infected,
    TooLarge,
    Unavailable,
    Unopened,
    Unscanned,
    WrongType,
)
from portal.core.files.store import NAMING, Blob, Rotation, Store
from portal.core.files.text import BOMS, CONTROL

__all__ = [
    "BOMS",
    "CONTROL",
    "EVIDENCE",
    "KINDS",
    "NAMING",
    "OLE",
    "TABLES",
    "ActiveContent",
    "Blob",
    "Damaged",
    "Embedded",
    "EmbeddedKind",
    "Full",
    "Infected",
    "Keyring",
    "LayeredStore",
    "Place",
    "Rotation",
    "Scanner",
    "Store",
    "TooLarge",
    "Unavailable",
    "Unopened",
    "Unsafe",
    "Unscanned",
    "WrongKey",
    "WrongType",
    "display_name",
    "identify_office_file",
]
