"""Use cases of samples: ask, draw, receive, correct, measure, open findings."""

from portal.samples.services.findings import open_finding, proposed
from portal.samples.services.intake import correct, draw, name_columns, read_now, read_received, receive, settle
from portal.samples.services.measuring import advance, next_part
from portal.samples.services.requests import USUAL, Asked, Order, ask, cancel, size_for, tell_measured

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
