"""Audits made up, to measure what the question budget spares and that it changes nothing.

`python -m bench.question_budget 1000` prints both; it fails when a grade or a critical finding changed.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from portal.findings.rules import Severity
from portal.questionnaires import catalogue
from portal.questionnaires.definition import GivenAnswer, Question, Questionnaire
from portal.questionnaires.rules.completing import (
    declared_mark,
    evidence_expected,
    is_answered,
    severity_opened,
    visible_questions,
)
from portal.scorecards import rules
from portal.scorecards.rules import Scale, ScoredQuestion
from portal.scorecards.scale_file import read_scale

TODAY = date(2026, 11, 28)


@dataclass(frozen=True)
class SparedAudit:
    """What the budget did of one audit answered in order: how many questions it asked, how many it spared."""

    asked: int
    spared: int
    same_grade: bool
    same_critical: bool


def spared_audits(count: int, scale: Scale, seed: int = 1) -> Iterator[SparedAudit]:
    """So many audits, of shipped questionnaires in turn, by vendors from bad to good, answered in order."""
    shipped = list(catalogue.load().values())
    for place in range(count):
        chance = Random(f"{seed}:{place}")
        yield answered_in_order(shipped[place % len(shipped)], chance, scale)


def answered_in_order(questionnaire: Questionnaire, chance: Random, scale: Scale) -> SparedAudit:
    """Answer as asked; what is spared is then answered too, and what it changed is looked at."""
    quality, answers, spared = chance.random(), dict[str, GivenAnswer](), frozenset[str]()
    while True:
        shown = [q for q in visible_questions(questionnaire, answers) if not _is_given(q, answers)]
        spared = rules.spared_questions(questionnaire, answers, scored_items(questionnaire, answers), scale)
        waiting = [q for q in shown if q.key not in spared]
        if not waiting:
            break
        answers[waiting[0].key] = any_answer(waiting[0], quality, chance)
    left_out = scored_items(questionnaire, answers, without=spared)
    full, extreme = dict(answers), chance.choice([0.0, 1.0, quality])
    while rest := [q for q in visible_questions(questionnaire, full) if not _is_given(q, full)]:
        full[rest[0].key] = any_answer(rest[0], extreme, chance)
    asked = len(visible_questions(questionnaire, full))
    every = scored_items(questionnaire, full)
    grades = {_grade(items, scale) for items in (left_out, scored_items(questionnaire, answers), every)}
    return SparedAudit(
        asked,
        asked - len(answers),
        len(grades) == 1,
        _critical(questionnaire, answers) == _critical(questionnaire, full),
    )


def _is_given(question: Question, answers: dict[str, GivenAnswer]) -> bool:
    return question.key in answers


def any_answer(question: Question, quality: float, chance: Random) -> GivenAnswer:
    """An answer as a vendor of this quality gives, with or without its proof; nothing where none is made up."""
    posted, comment = question.kind.demo_answer(question, quality, chance)
    value = question.kind.stored_value(question, posted) if posted is not None else None
    return GivenAnswer(value, comment, int(chance.random() < quality))


def scored_items(
    questionnaire: Questionnaire, answers: dict[str, GivenAnswer], without: frozenset[str] | None = None
) -> list[ScoredQuestion]:
    """The scored questions answered; with `without`, all those asked but these, silence counting as it does."""
    found = []
    for question in visible_questions(questionnaire, answers):
        given = answers.get(question.key, GivenAnswer())
        if not question.scored or (question.key not in answers if without is None else question.key in without):
            continue
        found.append(
            ScoredQuestion(
                question.key, "", weight=question.weight, critical=question.critical,
                mark=declared_mark(question, given), answered=is_answered(question, given),
                not_applicable=given.value == "na", justified=bool(given.comment.strip()),
                evidence_requested=evidence_expected(question, given), required=question.required,
            )
        )  # fmt: skip
    return found


def _grade(items: list[ScoredQuestion], scale: Scale) -> str:
    grade = rules.score(items, scale, TODAY).grade
    return grade.key if grade else ""


def _critical(questionnaire: Questionnaire, answers: dict[str, GivenAnswer]) -> set[str]:
    shown = visible_questions(questionnaire, answers)
    found = {q.key for q in shown if severity_opened(q, answers.get(q.key, GivenAnswer())) is Severity.CRITICAL}
    zero = {q.key for q in shown if q.critical and declared_mark(q, answers.get(q.key, GivenAnswer())) == 0}
    return found | zero


def main() -> None:
    """Print the share of questions spared; exit 1 when something changed."""
    parser = argparse.ArgumentParser(prog="python -m bench.question_budget", description=__doc__)
    parser.add_argument("audits", nargs="?", type=int, default=1000)
    found = list(spared_audits(parser.parse_args().audits, read_scale(catalogue.FOLDER).scale))
    asked, spared = sum(audit.asked for audit in found), sum(audit.spared for audit in found)
    grades = sum(not audit.same_grade for audit in found)
    critical = sum(not audit.same_critical for audit in found)
    some = sum(audit.spared > 0 for audit in found)
    print(f"{len(found)} audits, {asked} questions; spared: {spared} ({100 * spared / max(asked, 1):.1f} %), in {some}")
    print(f"grades changed: {grades}; critical findings changed: {critical}")
    raise SystemExit(1 if grades or critical else 0)


if __name__ == "__main__":
    main()
