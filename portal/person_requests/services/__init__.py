"""Use cases of requests of persons."""

from portal.person_requests.services.correcting import correct_person
from portal.person_requests.services.deciding import (
    AnswerSheet,
    ReceiptDates,
    RefusalSheet,
    acknowledge,
    answer_request,
    close_request,
    correct_dates,
    doubt_identity,
    drop_request,
    establish_identity,
    extend,
    refuse_request,
    resume_request,
)
from portal.person_requests.services.entering import RequestSheet, record_request, relay_request
from portal.person_requests.services.entrusting import (
    TaskReturn,
    TaskSheet,
    accept_return,
    cancel_task,
    entrust,
    give_back,
    send_back,
)
from portal.person_requests.services.forgetting import files_to_destroy, forget, forget_due, note_destroyed
from portal.person_requests.services.shared import LONGEST_TEXT, seal_proof, term_of_request

__all__ = [
    "LONGEST_TEXT",
    "AnswerSheet",
    "ReceiptDates",
    "RefusalSheet",
    "RequestSheet",
    "TaskReturn",
    "TaskSheet",
    "accept_return",
    "acknowledge",
    "answer_request",
    "cancel_task",
    "close_request",
    "correct_dates",
    "correct_person",
    "doubt_identity",
    "drop_request",
    "entrust",
    "establish_identity",
    "extend",
    "files_to_destroy",
    "forget",
    "forget_due",
    "give_back",
    "note_destroyed",
    "record_request",
    "refuse_request",
    "relay_request",
    "resume_request",
    "seal_proof",
    "send_back",
    "term_of_request",
]
