"""Why an answer is to be read although the one before was accepted: what a review by difference shows, and only that.

Stored values are compared, never the words shown for them: two choices may bear the same label.
"""

from collections.abc import Sequence
from enum import StrEnum

from portal.audits.rules.carry_over import HeldAnswer, HeldProof
from portal.core.dataclass import dataclass
from portal.questionnaires.definition import EvidenceDemand, GivenAnswer, Question
from portal.questionnaires.rules.completing import chosen_values, evidence_expected, is_answered


class ReadReason(StrEnum):
    """Why an answer is to be read; one that has none may be accepted with the rest."""

    NEW = "new"
    """No accepted audit has an answer to this question."""
    CHANGED = "changed"
    """Another value or another comment than those accepted."""
    FILES = "files"
    """Other files than those accepted."""
    REWORDED = "reworded"
    """The question, or the words of the choices made, are no longer those that were answered then."""
    EXPIRED = "expired"
    """A file it rests on has expired or was set aside."""
    UNPROVEN = "unproven"
    """A proof is asked, and no good one is there."""
    CONTESTED = "contested"
    """It was found less than acceptable the last time."""
    FINDING = "finding"
    """A finding is open on it."""


BARS_BULK = frozenset({ReadReason.EXPIRED, ReadReason.UNPROVEN, ReadReason.CONTESTED, ReadReason.FINDING})
"""What no act on several answers accepts: somebody must have that answer before them."""


@dataclass(frozen=True)
class SentAnswer:
    """An answer as sent, with its files and what each is worth today."""

    given: GivenAnswer
    files: frozenset[int] = frozenset()
    proofs: Sequence[HeldProof] = ()


def read_reasons(
    question: Question, sent: SentAnswer, held: HeldAnswer | None, held_files: frozenset[int], *, reworded: bool
) -> tuple[ReadReason, ...]:
    """Why this answer is to be read, the gravest first; none when it stands as it was accepted.

    A question left empty that had no answer either tells nothing new, unless it had to be answered.
    """
    if held is None:
        is_empty = not is_answered(question, sent.given) and not question.required
        return () if is_empty else (*proof_reasons(question, sent), ReadReason.NEW)
    told = {
        ReadReason.FINDING: held.under_finding,
        ReadReason.CONTESTED: held.contested,
        **dict.fromkeys(proof_reasons(question, sent), True),
        ReadReason.CHANGED: (sent.given.value, sent.given.comment) != (held.value, held.comment),
        ReadReason.FILES: sent.files != held_files,
        ReadReason.REWORDED: reworded,
    }
    return tuple(reason for reason, is_so in told.items() if is_so)


def proof_reasons(question: Question, sent: SentAnswer) -> tuple[ReadReason, ...]:
    """What is wrong with the proofs of an answer: one that no longer holds, or none where one is required.

    A proof that no longer holds counts for nothing when another of the same kind, still good, stands beside it.
    """
    good = {proof.kind for proof in sent.proofs if proof.is_good}
    if any(not proof.is_good and (not proof.kind or proof.kind not in good) for proof in sent.proofs):
        return (ReadReason.EXPIRED,)
    required = question.evidence is EvidenceDemand.REQUIRED or question.kind.is_file
    lacks = required and evidence_expected(question, sent.given) and not good
    return (ReadReason.UNPROVEN,) if lacks else ()


def lacks_asked_proof(question: Question, sent: SentAnswer) -> bool:
    """Whether a proof is asked beside this answer, be it required or not, and no good one is there."""
    return evidence_expected(question, sent.given) and not any(proof.is_good for proof in sent.proofs)


def is_reworded(now: Question, then: Question | None, given: GivenAnswer) -> bool:
    """Whether a question, or the words of the choices made, read otherwise than when this answer was accepted."""
    if then is None:
        return True
    values = chosen_values(given)
    chosen = [[choice.label for choice in one.choices if choice.value in values] for one in (now, then)]
    return now.text != then.text or chosen[0] != chosen[1] or now.unit != then.unit or _columns(now) != _columns(then)


def _columns(question: Question) -> list[tuple[object, ...]]:
    return [(column.key, column.label) for column in question.columns]
