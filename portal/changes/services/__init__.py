"""Use cases of announced changes."""

from portal.changes.services.deciding import (
    DecisionSheet,
    SentAnswer,
    decide_change,
    dismiss_change,
    resume_change,
    send_or_note_answer,
)
from portal.changes.services.recording import (
    MoveSheet,
    declare_change,
    declare_more,
    receive_change,
    record_change,
    set_receipt,
)
from portal.changes.services.shared import LONGEST_TEXT, keep_deadline, moves_of, retained_moves
from portal.changes.services.studying import (
    ask_opinion,
    discard_move,
    give_opinion,
    opinion_of,
    retain_moves,
    write_move,
)

__all__ = [
    "LONGEST_TEXT",
    "DecisionSheet",
    "MoveSheet",
    "SentAnswer",
    "ask_opinion",
    "decide_change",
    "declare_change",
    "declare_more",
    "discard_move",
    "dismiss_change",
    "give_opinion",
    "keep_deadline",
    "moves_of",
    "opinion_of",
    "receive_change",
    "record_change",
    "resume_change",
    "retain_moves",
    "retained_moves",
    "send_or_note_answer",
    "set_receipt",
    "write_move",
]
