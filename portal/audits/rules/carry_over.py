"""What a vendor said once is proposed in its next audit, never taken as said again.

An answer stands under the key of its question. A question whose meaning changes takes a new key (and names the old
one in `replaces`): nothing is looked up under the old key, so nothing crosses a change of meaning.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from portal.core.dataclass import dataclass
from portal.evidence.rules import LIVING, StandingKind
from portal.questionnaires.definition import EvidenceDemand, GivenAnswer, Question, Questionnaire, Value
from portal.questionnaires.kinds.posted_text import UnacceptableAnswer
from portal.questionnaires.rules.completing import evidence_expected, is_answered


class AnswerState(StrEnum):
    """Where the answer to a question stands in an audit."""

    EMPTY = "empty"
    ANSWERED = "answered"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    EDITED = "edited"
    HIDDEN = "hidden"


class CarriedAs(StrEnum):
    """What became of an answer that was proposed."""

    CONFIRMED = "confirmed"
    EDITED = "edited"


class AskedAgain(StrEnum):
    """What a proposed answer asks before it may be confirmed; such an answer is left out of « Rien n'a changé »."""

    PROOF = "proof"
    """A proof that it rested on has expired or was set aside, or is missing."""
    FINDING = "finding"
    """A reviewer did not find it acceptable, or a finding is open on it."""


@dataclass(frozen=True)
class HeldAnswer:
    """An answer that stands for a vendor."""

    value: Value
    comment: str = ""
    files: int = 0
    """How many files it was sent with."""
    contested: bool = False
    under_finding: bool = False
    said_at: datetime | None = None
    """When it was first said in these words."""
    said_by: str = ""
    audit_id: int | None = None
    """The audit in which it was last accepted; none for a fact of the register."""


@dataclass(frozen=True)
class HeldProof:
    """A file that an answer rests on: the kind of document, empty when it was not said, and what it is worth today."""

    kind: str
    worth: StandingKind

    @property
    def is_good(self) -> bool:
        """Whether it still proves something."""
        return self.worth in LIVING


def carried_value(question: Question, held: HeldAnswer) -> GivenAnswer | None:
    """The answer as it may be proposed to this question; None when the question would not take it as it is.

    A choice that is no longer offered or a kind that changed is asked anew: a value is never converted.
    """
    try:
        accepted = question.kind.stored_value(question, held.value)
    except UnacceptableAnswer:
        return None
    given = GivenAnswer(held.value, held.comment, held.files)
    return given if accepted == held.value and is_answered(question, given) else None


def proposed_answers(
    questionnaire: Questionnaire, held: Mapping[str, HeldAnswer], taken: Collection[str]
) -> dict[str, GivenAnswer]:
    """The answers to propose by question; `taken` are those already answered or sent in this audit."""
    found = {}
    for question in questionnaire.questions:
        if question.key in held and question.key not in taken:
            given = carried_value(question, held[question.key])
            if given is not None:
                found[question.key] = given
    return found


def asked_again(question: Question, held: HeldAnswer, proofs: Sequence[HeldProof]) -> AskedAgain | None:
    """What a proposed answer asks, if anything.

    A finding comes before a proof: the answer itself is in doubt. A proof that no longer holds is asked again unless
    another of the same kind, still good, stands beside it.
    """
    if held.contested or held.under_finding:
        return AskedAgain.FINDING
    if not evidence_expected(question, GivenAnswer(held.value, held.comment, held.files)):
        return None
    good = {proof.kind for proof in proofs if proof.is_good}
    lost = [proof for proof in proofs if not proof.is_good and (not proof.kind or proof.kind not in good)]
    missing = not good and (question.evidence is EvidenceDemand.REQUIRED or question.kind.is_file)
    return AskedAgain.PROOF if lost or missing else None


def carried_as(held: HeldAnswer | None, value: Value, comment: str) -> CarriedAs | None:
    """What an answer just given makes of the one that was proposed; None when nothing was.

    >>> carried_as(HeldAnswer("oui"), "oui", ""), carried_as(HeldAnswer("oui"), "non", ""), carried_as(None, "oui", "")
    (<CarriedAs.CONFIRMED: 'confirmed'>, <CarriedAs.EDITED: 'edited'>, None)
    """
    if held is None:
        return None
    return CarriedAs.CONFIRMED if (held.value, held.comment) == (value, comment) else CarriedAs.EDITED


def answer_state(*, shown: bool, proposed: bool, answered: bool, carried: CarriedAs | None) -> AnswerState:
    """The state of one question of an audit.

    >>> answer_state(shown=True, proposed=True, answered=False, carried=None)
    <AnswerState.PROPOSED: 'proposed'>
    """
    if not shown:
        return AnswerState.HIDDEN
    if proposed:
        return AnswerState.PROPOSED
    if carried is not None:
        return AnswerState(carried.value)
    return AnswerState.ANSWERED if answered else AnswerState.EMPTY
