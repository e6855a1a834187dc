"""Use cases of samples: ask, draw, receive, correct, measure, open findings."""

from portal.withdrawals.services.asking import USUAL, Asked, Order, ask, cancel, size_for, tell_measured
from portal.withdrawals.services.finding import open_finding, proposed
from portal.withdrawals.services.measuring import advance, next_part
from portal.withdrawals.services.receiving import correct, draw, name_columns, read_now, read_received, receive, settle

__all__ = [
    "USUAL",
    "Asked",
    "Order",
    "advance",
    "ask",
    "cancel",
    "correct",
    "draw",
    "name_columns",
    "next_part",
    "open_finding",
    "proposed",
    "read_now",
    "read_received",
    "receive",
    "settle",
    "size_for",
    "tell_measured",
]
