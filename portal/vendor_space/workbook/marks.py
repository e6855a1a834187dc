"""What a workbook carries in its hidden cells: whose it is, which question a row is, what was there when it was taken.

Each mark is checked by a code drawn from the portal's own secret: a key that was changed, or a row copied from the
workbook of another audit, is told from one that we wrote.
"""

from collections.abc import Callable

from portal.core.dataclass import dataclass
from portal.core.stale import fingerprint
from portal.questionnaires.definition import GivenAnswer

IDENTITY = "vigie"
FORMAT = "1"
ROW = "#"
"""Between the key of a question and the value of one of its choices, which has a row of its own."""
_CODE_LENGTH = 16

Sealer = Callable[[str], str]
"""The code of a text, under the portal's secret."""


@dataclass(frozen=True)
class RowMark:
    """What the portal held when the workbook was written: the version of the answer, and what its two parts were."""

    version: int
    value: str
    """Fingerprint of the value."""
    comment: str
    """Fingerprint of the comment."""


def identity(audit_id: int, questionnaire_sha256: str, seal: Sealer, key: str = "") -> str:
    """The first cell of a sheet: the audit, and for the sheet of a table its question."""
    told = f"{IDENTITY}/{FORMAT}/{audit_id}/{key}"
    return f"{told}/{seal(f'{told}/{questionnaire_sha256}')[:_CODE_LENGTH]}"


def read_identity(cell: str) -> tuple[int, str] | None:
    """The audit and the question that the first cell of a sheet names; None when it is none of our sheets.

    >>> read_identity("vigie/1/12/chaine.liste/0123456789abcdef"), read_identity("Nom"), read_identity("vigie/1/x//y")
    ((12, 'chaine.liste'), None, None)
    """
    parts = cell.strip().split("/")
    if (
        len(parts) != 5
        or parts[0] != IDENTITY
        or not (parts[2].isascii() and parts[2].isdigit() and len(parts[2]) < 11)
    ):
        return None
    return int(parts[2]), parts[3]


def row_mark(audit_id: int, key: str, answer: GivenAnswer, version: int, seal: Sealer) -> str:
    """What the hidden cell beside a key holds."""
    told = f"{version}.{fingerprint(answer.value)}.{fingerprint(answer.comment)}"
    return f"{told}.{seal(f'{audit_id}/{key}/{told}')[:_CODE_LENGTH]}"


def read_row_mark(audit_id: int, key: str, cell: str, seal: Sealer) -> RowMark | None:
    """The mark of a row; None when its key, its mark or its audit is not what we wrote."""
    told, _, code = cell.strip().rpartition(".")
    version, *prints = told.split(".")
    known = version.isascii() and version.isdigit() and len(version) < 10 and len(prints) == 2
    if not known or code != seal(f"{audit_id}/{key}/{told}")[:_CODE_LENGTH]:
        return None
    return RowMark(int(version), prints[0], prints[1])
