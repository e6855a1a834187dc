"""The question budget: the questions left that can change neither the grade nor a critical finding.

A level is a quotient of two sums, so that what the answers left may add to both is bounded: each gives at least nothing
and at most its weight. Where the lowest and the highest level have one grade, whatever is answered has it too; leaving
these questions out has it as well, since a quotient without them lies between the two.
"""

from collections.abc import Iterable, Mapping, Sequence

from portal.findings.rules import Severity
from portal.questionnaires.definition import AllOf, AnswerAmong, AnyOf, Condition, GivenAnswer, Question, Questionnaire
from portal.questionnaires.rules.completing import chosen_values, is_answered, visible_questions
from portal.questionnaires.rules.conditions import elementary_conditions
from portal.scorecards.rules.scale import Scale
from portal.scorecards.rules.scoring import add_up, is_capping, level
from portal.scorecards.rules.terms import ScoredQuestion, term_of

Answers = Mapping[str, GivenAnswer]


def spared_questions(
    questionnaire: Questionnaire, answers: Answers, items: Sequence[ScoredQuestion], scale: Scale
) -> frozenset[str]:
    """The questions asked and not answered that need not be; `items` are the scored answers given so far.

    None while the grade may still move. Never one that is critical, that may open a critical finding, that holds a fact
    rather than a mark, or whose answer could make one of these appear.
    """
    left = unanswered(questionnaire, answers)
    if not left or not is_grade_settled(items, left, scale):
        return frozenset()
    shown = {question.key for question in visible_questions(questionnaire, answers)}
    needed = _needed(left)
    return frozenset(q.key for q in left if q.key in shown and q.scored and q.required and q.key not in needed)


def unanswered(questionnaire: Questionnaire, answers: Answers) -> list[Question]:
    """The questions without an answer that are asked, or that some answer to the others would ask."""
    may_show: dict[str, Question] = {}
    for question in questionnaire.questions:
        if question.visible_if is None or _may_hold(question.visible_if, may_show, answers):
            may_show[question.key] = question
    return [q for q in may_show.values() if not is_answered(q, answers.get(q.key, GivenAnswer()))]


def _may_hold(condition: Condition, may_show: Mapping[str, Question], answers: Answers) -> bool:
    match condition:
        case AnswerAmong(key, values):
            if key not in may_show:
                return False
            given = answers.get(key, GivenAnswer())
            return not is_answered(may_show[key], given) or any(value in values for value in chosen_values(given))
        case AllOf(conditions):
            return all(_may_hold(inner, may_show, answers) for inner in conditions)
        case AnyOf(conditions):
            return any(_may_hold(inner, may_show, answers) for inner in conditions)


def is_grade_settled(items: Sequence[ScoredQuestion], left: Iterable[Question], scale: Scale) -> bool:
    """Whether the grade is the same when all that is left is worth nothing, and when it is worth all its weight.

    A critical question left may also cap the level, by its answer or by silence. Nothing is settled before something
    counts.
    """
    terms = [term_of(item, scale) for item in items]
    points, possible = add_up(terms)
    weights = [question for question in left if question.scored]
    more = sum(question.weight for question in weights)
    is_capped = any(is_capping(term) for term in terms)
    may_cap = is_capped or any(question.critical for question in weights)
    if not possible:
        return False
    lowest = level(points, possible + more, scale, capped=may_cap)[1]
    highest = level(points + more, possible + more, scale, capped=is_capped)[1]
    return scale.grade(lowest) is scale.grade(highest)


def _needed(left: Sequence[Question]) -> set[str]:
    """Those that decide of more than marks, and those whose answer may make one of these appear."""
    by_key = {question.key: question for question in left}
    needed = {question.key for question in left if _decides(question)}
    waiting = list(needed)
    while waiting:
        for gate in elementary_conditions(by_key[waiting.pop()].visible_if):
            if gate.question in by_key and gate.question not in needed:
                needed.add(gate.question)
                waiting.append(gate.question)
    return needed


def _decides(question: Question) -> bool:
    """Critical, able to open a critical finding, or a fact that the register or a contract needs."""
    opens = question.opens_finding is not None and any(
        severity is Severity.CRITICAL for _value, severity in question.opens_finding.on
    )
    return question.critical or opens or (question.required and not question.scored)
