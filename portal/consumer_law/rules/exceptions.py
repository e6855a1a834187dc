"""The exceptions to the right of withdrawal (C. conso. L221-28), strictly construed: every condition must be met."""

from collections.abc import Mapping, Sequence
from datetime import date

from portal.consumer_law.rules.law import LawProblem, LawText, Rule, Rules
from portal.core.dataclass import dataclass


@dataclass(frozen=True)
class Condition:
    """A question, and the answer an exception needs."""

    key: str
    question: LawText
    expected: bool = True
    either: str = ""
    """A group of which one is enough."""
    is_fact: bool = False
    """Counts only through the conditions that depend on it."""
    only_if: str = ""
    """A fact; once it is denied, this condition is not needed."""


@dataclass(frozen=True)
class Exclusion:
    """One exception with its conditions."""

    number: int
    """1 to 13, as in L221-28."""
    rule: Rule
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Ruling:
    """Whether an exception applies, and what it lacks."""

    applies: bool
    lacking: tuple[Condition, ...]
    """Conditions not met, or not answered: the consumer keeps the right."""


def exclusions(rules: Rules, day: date) -> Mapping[int, Exclusion]:
    """The exceptions that are law on a day, by number.

    :raises LawProblem: one has no condition.
    """
    found = {}
    for rule in rules:
        if rule.holds_on(day):
            conditions = tuple(
                Condition(
                    row["key"],
                    LawText(row["fr"], row["en"]),
                    row.get("expected", True),
                    row.get("either", ""),
                    row.get("fact", False),
                    row.get("only_if", ""),
                )
                for row in rule.figures.get("conditions", ())
            )
            if not conditions:
                raise LawProblem(rule.id)
            found[int(rule.figures["number"])] = Exclusion(int(rule.figures["number"]), rule, conditions)
    return found


def ruling(exclusion: Exclusion, answers: Mapping[str, bool]) -> Ruling:
    """Whether an exception applies on these answers.

    A trader who invokes an exception has to prove it: what is not answered is lacking.
    """
    met = {one.either for one in exclusion.conditions if one.either and answers.get(one.key) is one.expected}
    lacking = tuple(
        one
        for one in exclusion.conditions
        if not one.is_fact
        and answers.get(one.key) is not one.expected
        and one.either not in met
        and not (one.only_if and answers.get(one.only_if) is False)
    )
    return Ruling(not lacking, lacking)


def unknown_answers(exclusion: Exclusion, answers: Sequence[str]) -> list[str]:
    """Answers to no condition of this exception."""
    return sorted(set(answers) - {one.key for one in exclusion.conditions})
