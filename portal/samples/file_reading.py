"""Files of samples, read in a child process: the door for what a vendor hands in."""

from portal.core.reading import ChildReader
from portal.samples.file_check import FileCheck, FileExpectations
from portal.samples.rules.columns import SampleKind

SECONDS = 120.0
"""A workbook of 100,000 cases takes some thirty, waiting for one's turn included."""

_child = ChildReader("portal.samples.reading_child", SECONDS)


def refuse_personal_data(data: bytes, name: str) -> None:
    """Raise Refused when a file holds personal data in excess (RGPD art. 5(1)(c)): nothing of it is kept then."""
    _child.read("refuse_personal_data", data, name)


def references(data: bytes, name: str, kind: SampleKind) -> list[str]:
    """The references of a full list; raises Refused as `file_check.references` does."""
    found: list[str] = _child.read("references", data, name, kind)
    return found


def check_file(data: bytes, name: str, wanted: FileExpectations) -> tuple[FileCheck, bytes]:
    """Every problem of a file, and its sound rows as a file of ours when there is none."""
    found: tuple[FileCheck, bytes] = _child.read("check_file", data, name, wanted)
    return found
