"""Use cases of contracts received: receive, check, rule line by line, print what comes of it."""

from portal.paper.services.printing import ask_print, print_again
from portal.paper.services.receiving import check_again, describe, receive, receive_batch, refuse, settle
from portal.paper.services.ruling import Word, rule

__all__ = [
    "Word",
    "ask_print",
    "check_again",
    "describe",
    "print_again",
    "receive",
    "receive_batch",
    "refuse",
    "rule",
    "settle",
]
