"""Use cases of contracts received: receive, check, rule line by line, print what comes of it.

The only door: nothing outside this package imports its modules.
"""

from portal.paper.services.delays import LONGEST_QUOTE, MOST_NUMBER, DelayWord, confirm_delay
from portal.paper.services.printing import request_document, retry_printing
from portal.paper.services.receiving import (
    LONGEST_TITLE,
    check_again,
    receive_batch,
    receive_contract,
    record_check,
    record_refusal,
    update_review,
)
from portal.paper.services.rulings import LONGEST_NOTE, RulingInput, record_ruling
from portal.paper.services.signing import cancel_review_signed, record_review_signed

__all__ = [
    "LONGEST_NOTE",
    "LONGEST_QUOTE",
    "LONGEST_TITLE",
    "MOST_NUMBER",
    "DelayWord",
    "RulingInput",
    "cancel_review_signed",
    "check_again",
    "confirm_delay",
    "receive_batch",
    "receive_contract",
    "record_check",
    "record_refusal",
    "record_review_signed",
    "record_ruling",
    "request_document",
    "retry_printing",
    "update_review",
]
