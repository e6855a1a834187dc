"""Use cases of the vendor's side of an audit: opened, answered with proofs, submitted."""

from portal.audits.services.answering import (
    Entry,
    Kept,
    Saved,
    Theirs,
    locked,
    save_answer,
    save_on,
    save_together,
)
from portal.audits.services.attaching import FILES_PER_QUESTION, attach, describe_proof, detach, must_take_files
from portal.audits.services.opening import open_audit, open_many
from portal.audits.services.submitting import Incomplete, submit

__all__ = [
    "FILES_PER_QUESTION",
    "Entry",
    "Incomplete",
    "Kept",
    "Saved",
    "Theirs",
    "attach",
    "describe_proof",
    "detach",
    "locked",
    "must_take_files",
    "open_audit",
    "open_many",
    "save_answer",
    "save_on",
    "save_together",
    "submit",
]
