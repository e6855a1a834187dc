"""What a workbook changes in an audit: a newer answer is never overwritten, and no text of either side is lost."""

from enum import StrEnum

from portal.core.stale import fingerprint
from portal.questionnaires.definition import GivenAnswer, Value
from portal.vendor_space.workbook.marks import RowMark


class Outcome(StrEnum):
    """What becomes of the answer of a workbook."""

    KEPT = "kept"
    """The portal's stands: the workbook changed nothing, or says the same."""
    TAKEN = "taken"
    """The workbook's takes its place: the portal's has not changed since the workbook was taken."""
    TO_CHOOSE = "to_choose"
    """Both have changed, or the workbook emptied what the portal holds: a person chooses."""


def outcome(mark: RowMark, value: Value, comment: str, portal: GivenAnswer) -> Outcome:
    """What becomes of an answer read from a workbook, beside the one that the portal holds now.

    Value and comment are one answer: a comment written about « oui » is never put beside a « non » given meanwhile.

    >>> mark = RowMark(1, fingerprint("oui"), fingerprint(""))
    >>> outcome(mark, "non", "", GivenAnswer("oui")).value, outcome(mark, "oui", "", GivenAnswer("non")).value
    ('taken', 'kept')
    >>> outcome(mark, "non", "", GivenAnswer("partiel")).value, outcome(mark, None, "", GivenAnswer("oui")).value
    ('to_choose', 'to_choose')
    """
    now = fingerprint(portal.value), fingerprint(portal.comment)
    ours, seen = (fingerprint(value), fingerprint(comment)), (mark.value, mark.comment)
    if ours in {now, seen}:
        return Outcome.KEPT
    if now != seen or (portal.value and not value) or (portal.comment and not comment):
        return Outcome.TO_CHOOSE
    return Outcome.TAKEN
