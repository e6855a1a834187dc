"""What a question is offered of the vendor's pieces: those that answer it first, each joined in one click."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from portal.audits.models import AnswerEvidence
from portal.audits.proof_ages import good_until_for, is_good_for
from portal.audits.proof_doubts import kind_of
from portal.audits.proof_rules import RuleText, kind_name, rule_texts
from portal.audits.queries import AuditAnswers
from portal.audits.rules import AskedAgain
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.evidence.models import Evidence
from portal.evidence.proving import ProofRule, read_rules, rules_of
from portal.evidence.reading.document_kind import NONE
from portal.questionnaires.definition import NO_ANSWER, Question
from portal.questionnaires.rules.completing import evidence_expected

SHOWN = 5
"""Pieces offered under a question; the others are on the page that lists all."""


@dataclass(frozen=True)
class OfferedPieces:
    """One piece, or those that answer the question together."""

    ids: tuple[int, ...]
    label: str
    until: date | None
    others: int
    """Other answers being prepared that it proves too."""

    @property
    def value(self) -> str:
        """As a form names it."""
        return ",".join(map(str, self.ids))


class LaidPieces(NamedTuple):
    """The same, before the other answers are counted."""

    ids: tuple[int, ...]
    label: str
    until: date | None


@dataclass(frozen=True)
class QuestionOffer:
    """What is offered under one question."""

    pieces: tuple[OfferedPieces, ...]
    rules: tuple[RuleText, ...]

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.pieces or self.rules)


@dataclass(frozen=True)
class PieceShelf:
    """The pieces that may serve, with the answers they may serve in."""

    sheet: AuditAnswers
    pieces: Sequence[Evidence]
    attached: Mapping[str, Collection[int]]
    """By question, the numbers of the pieces joined to it."""
    asked: Mapping[str, AskedAgain]
    rules: Sequence[ProofRule]
    today: date
    _good: dict[int | None, list[Evidence]] = field(default_factory=dict)
    """By the age that a question accepts: a page asks the same of many questions, and each piece is weighed once."""
    _laid: "dict[tuple[object, ...], tuple[LaidPieces, ...]]" = field(default_factory=dict)
    """What is offered, by all that it depends on but the question itself."""
    _targets: dict[frozenset[int], dict[str, None]] = field(default_factory=dict)

    def serving(self, question: Question) -> list[Evidence]:
        """The pieces that are still good for a question and not joined to it yet, the newest first."""
        age, there = question.evidence_max_age_months, self.attached.get(question.key)
        if age not in self._good:
            self._good[age] = [piece for piece in self.pieces if is_good_for(question, piece, self.today)]
        good = self._good[age]
        return [piece for piece in good if piece.id not in there] if there else good

    def laid(self, question: Question, serving: Sequence[Evidence], language: Language) -> "tuple[LaidPieces, ...]":
        """What is offered under a question, in order: worked out once for all that ask for the same proofs."""
        place = (
            question.evidence_max_age_months, frozenset(self.attached.get(question.key, ())), question.evidence_kinds,
            tuple(rule.kinds for rule in rules_of(self.rules, question.key)), language,
        )  # fmt: skip
        if place not in self._laid:
            self._laid[place] = tuple(_laid(question, group, language) for group in _groups(self, question, serving))
        return self._laid[place]

    def targets(self, ids: Collection[int]) -> Collection[str]:
        """The answers being prepared that these pieces prove: given, asking for a proof, not resting on them yet."""
        asked = frozenset(ids)
        if asked not in self._targets:
            kinds = {piece.id: kind_of(piece) for piece in self.pieces if piece.id in asked}
            proved = (question.key for question in self._waiting if self._proves(question, kinds)) if kinds else ()
            self._targets[asked] = dict.fromkeys(proved)
        return self._targets[asked]

    @cached_property
    def _waiting(self) -> list[Question]:
        """The questions that may be answered and still ask for a proof."""
        return [
            question
            for question in self.sheet.questionnaire.questions
            if question.takes_files and question.key in self.sheet.open_keys and self._waits(question)
        ]

    def _proves(self, question: Question, kinds: Mapping[int, str]) -> bool:
        """Whether pieces, by number, prove an answer of which not all of them are joined to it yet."""
        key, wanted = question.key, set(kinds.values())
        if not wanted <= set(question.evidence_kinds) and not any(
            wanted == set(rule.kinds) for rule in rules_of(self.rules, key)
        ):
            return False
        serving = {piece.id for piece in self.serving(question)}
        return bool(serving) and kinds.keys() <= serving | set(self.attached.get(key, ()))

    def _waits(self, question: Question) -> bool:
        key = question.key
        if key in self.sheet.proposed:
            return self.asked.get(key) is AskedAgain.PROOF
        return evidence_expected(question, self.sheet.answers.get(key, NO_ANSWER))


def piece_shelf(
    sheet: AuditAnswers, pieces: Sequence[Evidence], links: Mapping[str, Sequence[AnswerEvidence]],
    asked: Mapping[str, AskedAgain], today: date,
) -> PieceShelf:  # fmt: skip
    """The shelf of an audit; one brochure, which proves nothing, is never offered."""
    return PieceShelf(
        sheet=sheet,
        pieces=[piece for piece in pieces if piece.replaced_by_id is None and kind_of(piece) != NONE],
        attached={key: {link.evidence_id for link in rows} for key, rows in links.items()},
        asked=asked,
        rules=read_rules(process.settings().questionnaires_dir),
        today=today,
    )


def offers_of(shelf: PieceShelf, questions: Sequence[Question], language: Language) -> dict[str, QuestionOffer]:
    """What is offered under each question that takes files and is open; nothing under the others."""
    return {
        question.key: _offer(shelf, question, language)
        for question in questions
        if question.takes_files and question.key in shelf.sheet.open_keys
    }


def _offer(shelf: PieceShelf, question: Question, language: Language) -> QuestionOffer:
    serving, key = shelf.serving(question), question.key
    pieces = []
    for laid in shelf.laid(question, serving, language):
        proved = shelf.targets(laid.ids)
        pieces.append(OfferedPieces(laid.ids, laid.label, laid.until, len(proved) - (key in proved)))
    rules = rule_texts(key, language, {kind_of(piece) for piece in serving}) if rules_of(shelf.rules, key) else ()
    return QuestionOffer(tuple(pieces), rules)


def _groups(shelf: PieceShelf, question: Question, serving: Sequence[Evidence]) -> list[list[Evidence]]:
    """Those that answer a question together, then alone; where no kind of proof is asked, the others after them."""
    rules = rules_of(shelf.rules, question.key)
    asked = set(question.evidence_kinds)
    together = [found for rule in rules if len(rule.kinds) > 1 and (found := _together(rule, serving))]
    fitting = [
        piece for piece in serving if kind_of(piece) in asked or any((kind_of(piece),) == r.kinds for r in rules)
    ]
    rest = [] if asked else [piece for piece in serving if piece not in fitting]
    return [*together, *([piece] for piece in fitting), *([piece] for piece in rest)][:SHOWN]


def _together(rule: ProofRule, serving: Sequence[Evidence]) -> list[Evidence]:
    """The newest piece of each kind of a rule; none when one is missing."""
    newest = {kind_of(piece): piece for piece in reversed(serving)}
    return [newest[kind] for kind in rule.kinds] if set(rule.kinds) <= set(newest) else []


def _laid(question: Question, pieces: Sequence[Evidence], language: Language) -> LaidPieces:
    ends = [end for piece in pieces if (end := good_until_for(question, piece)) is not None]
    return LaidPieces(
        ids=tuple(piece.id for piece in pieces),
        label=" + ".join(kind_name(piece.kind, language) or piece.stored_file.filename for piece in pieces),
        until=min(ends, default=None),
    )
