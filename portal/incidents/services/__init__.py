"""Use cases of breaches."""

from portal.incidents.services.deciding import (
    Assessment,
    ClosingWords,
    Notification,
    PersonsTold,
    assess_risk,
    close_incident,
    note_notification,
    note_persons_told,
    resume_assessment,
    spare_notification,
    withdraw_incident,
)
from portal.incidents.services.declaring import add_phase, declare_breach, record_breach
from portal.incidents.services.shared import LONGEST_TEXT, clock_of
from portal.incidents.services.working import (
    AffectedSheet,
    amend_facts,
    ask_precision,
    note_affected,
    note_internally,
    set_awareness,
)

__all__ = [
    "LONGEST_TEXT",
    "AffectedSheet",
    "Assessment",
    "ClosingWords",
    "Notification",
    "PersonsTold",
    "add_phase",
    "amend_facts",
    "ask_precision",
    "assess_risk",
    "clock_of",
    "close_incident",
    "declare_breach",
    "note_affected",
    "note_internally",
    "note_notification",
    "note_persons_told",
    "record_breach",
    "resume_assessment",
    "set_awareness",
    "spare_notification",
    "withdraw_incident",
]
