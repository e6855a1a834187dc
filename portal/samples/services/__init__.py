"""Use cases of samples: ask, draw, receive, correct, measure, open findings."""

from portal.samples.services.findings import open_finding_from_sample, proposed_action
from portal.samples.services.intake import check_now, check_received, correct, draw, name_columns, receive, record_check
from portal.samples.services.measurement import MOST_FLAGGED, PART, queue_next_part, record_part
from portal.samples.services.requests import USUAL, SampleRequest, SampleRequested, ask, cancel, size_for, tell_measured

__all__ = [
    "MOST_FLAGGED",
    "PART",
    "USUAL",
    "SampleRequest",
    "SampleRequested",
    "ask",
    "cancel",
    "check_now",
    "check_received",
    "correct",
    "draw",
    "name_columns",
    "open_finding_from_sample",
    "proposed_action",
    "queue_next_part",
    "receive",
    "record_check",
    "record_part",
    "size_for",
    "tell_measured",
]
