"""Where each question of an audit stands: empty, proposed, confirmed, edited, answered or hidden, and on what proof."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from portal.audits import queries
from portal.audits.models import AnswerEvidence
from portal.audits.proof_ages import good_until_for
from portal.audits.queries import AuditAnswers
from portal.audits.rules import AnswerState, AskedAgain, answer_state
from portal.audits.standing_answers import asked_of, good_proofs, held_proofs
from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.questionnaires.answer_text import answer_text
from portal.questionnaires.definition import NO_ANSWER, GivenAnswer, Question
from portal.questionnaires.rules.completing import is_answered


@dataclass(frozen=True)
class ProofState:
    """The file an answer rests on; the one that is good the longest when there are several."""

    id: int
    name: str
    sha256: str
    until: date | None
    is_good: bool
    others: int
    """How many more files the answer rests on."""


@dataclass(frozen=True)
class QuestionState:
    """One question: its answer, or the one proposed."""

    question: Question
    number: str
    state: AnswerState
    answer: GivenAnswer
    asks: AskedAgain | None
    source_audit: int | None
    proof: ProofState | None


@dataclass(frozen=True)
class AuditStates:
    """An audit, question by question."""

    id: int
    vendor: str
    state: str
    questions: Sequence[QuestionState]

    def as_json(self) -> dict[str, Any]:
        """What `flask audits show --json` prints."""
        return {
            "id": self.id,
            "vendor": self.vendor,
            "state": self.state,
            "questions": [_plain(found) for found in self.questions],
        }

    def lines(self) -> list[Mapping[str, Any]]:
        """The same as a table to read."""
        return [
            {
                **_plain(found),
                "number": found.number,
                "value": _told(found),
                "proof": found.proof.name if found.proof else "",
            }
            for found in self.questions
        ]


def _plain(found: QuestionState) -> dict[str, Any]:
    value, proof = found.answer.value, found.proof
    return {
        "key": found.question.key,
        "state": found.state.value,
        "value": list(value) if isinstance(value, tuple) else value,
        "asks": found.asks.value if found.asks else None,
        "source_audit": found.source_audit,
        "proof": {
            "id": proof.id,
            "name": proof.name,
            "sha256": proof.sha256,
            "until": proof.until.isoformat() if proof.until else None,
            "good": proof.is_good,
            "others": proof.others,
        }
        if proof
        else None,
    }


def _told(found: QuestionState) -> str:
    if found.state in {AnswerState.EMPTY, AnswerState.HIDDEN}:
        return ""
    text = answer_text(found.question, found.answer, Language.FR)
    return " · ".join([*text.lines, *(", ".join(cell for cell in row if cell) for row in text.rows)])


def states_of(ctx: Context, audit_id: int) -> AuditStates:
    """Every question of an audit with its state; raises NotFound for one out of reach."""
    audit = queries.get_audit(ctx, audit_id, to=Permission.AUDIT_VIEW)
    sheet = queries.sheet_of(ctx, audit)
    earlier = held_proofs(ctx, audit.vendor_id) if sheet.proposed else {}
    asked = asked_of(sheet.questionnaire, sheet.held, earlier, sheet.proposed, ctx.today)
    attached = queries.files_of(ctx, audit)
    return AuditStates(
        audit.id,
        audit.vendor.key,
        audit.state.value,
        [_state(ctx, sheet, question, asked, earlier, attached) for question in sheet.questionnaire.questions],
    )


def _state(
    ctx: Context,
    sheet: AuditAnswers,
    question: Question,
    asked: Mapping[str, AskedAgain],
    earlier: Mapping[str, Sequence[AnswerEvidence]],
    attached: Mapping[str, Sequence[AnswerEvidence]],
) -> QuestionState:
    key, carried = question.key, sheet.carried.get(question.key)
    stored, proposed = sheet.answers.get(key, NO_ANSWER), key in sheet.proposed
    state = answer_state(
        shown=key in sheet.shown,
        proposed=proposed,
        answered=is_answered(question, stored),
        carried=carried.outcome if carried else None,
    )
    is_hidden, source = state is AnswerState.HIDDEN, None
    if proposed:
        source = sheet.held[key].audit_id
    elif carried:
        source = carried.audit_id
    links = (earlier if proposed else attached).get(key, ())
    return QuestionState(
        question=question,
        number=sheet.numbers.get(key, ""),
        state=state,
        answer=NO_ANSWER if is_hidden else sheet.read.get(key, NO_ANSWER),
        asks=None if is_hidden else asked.get(key),
        source_audit=None if is_hidden else source,
        proof=None if is_hidden else _proof(ctx, question, links),
    )


def _proof(ctx: Context, question: Question, links: Sequence[AnswerEvidence]) -> ProofState | None:
    if not links:
        return None
    good = good_proofs(question, links, ctx.today)
    ends = {link.id: good_until_for(question, link.current) or date.max for link in links}
    best = max(good or links, key=lambda link: (ends[link.id], link.id))
    until = ends[best.id]
    return ProofState(
        id=best.current.id,
        name=best.current.stored_file.filename,
        sha256=best.current.stored_file.sha256,
        until=None if until == date.max else until,
        is_good=best in good,
        others=len(links) - 1,
    )
