"""The file that a questionnaire written in the portal makes, and its defects: the reader of files is the judge."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say
from portal.questionnaires.definition import (
    AllOf,
    AnswerAmong,
    AnyOf,
    Bilingual,
    Condition,
    Question,
    Questionnaire,
    QuestionnaireSection,
)
from portal.questionnaires.rules.meaning import changed_meaning
from portal.questionnaires.rules.parsing import defined_questions, questionnaire_defects
from portal.questionnaires.rules.sharing import sharing_defects
from portal.questionnaires.rules.writing import QUESTION, head_toml, section_toml
from portal.questionnaires.toml_fields import QuestionnaireDefect
from portal.questionnaires.toml_reading import read_toml


@dataclass(frozen=True)
class OwnPart:
    """A section with the entries of its questions, each as a file holds it."""

    key: str
    title: Bilingual
    introduction: Bilingual
    entries: tuple[str, ...]


@dataclass(frozen=True)
class OwnDocument:
    """The whole of a questionnaire being written."""

    head: Questionnaire
    """Without its sections."""
    parts: tuple[OwnPart, ...]

    def toml(self) -> str:
        """The file: what `flask questionnaires check` and an import read."""
        lines = [head_toml(self.head)]
        for part in self.parts:
            lines += ["", section_toml(QuestionnaireSection(part.key, part.title, part.introduction, ()))]
            for entry in part.entries:
                lines += ["", f"{QUESTION}\n{entry}"]
        return "\n".join(lines) + "\n"

    def raw(self) -> dict[str, Any]:
        """The same, parsed."""
        return read_toml(self.toml().encode())


def draft_defects(raw: Mapping[str, Any], defined: Mapping[str, Question]) -> list[QuestionnaireDefect]:
    """What even a draft may not hold: the sentences of `flask questionnaires check --draft`.

    A section without a question, or a questionnaire without a section, is only refused when it is published.
    """
    sections = [section for section in raw.get("sections", ()) if section.get("questions")]
    found = questionnaire_defects({**raw, "sections": sections}, defined, draft=True)
    return [one for one in found if sections or one.message.values.get("field") != "sections"]


def publication_defects(
    document: OwnDocument,
    others: Mapping[str, Questionnaire],
    asked_before: Mapping[str, Question],
) -> Iterator[QuestionnaireDefect]:
    """All that stops a publication: defects of the file, then of its keys among the others and in the past.

    `others` are the questionnaires that may be asked, this one left out; `asked_before`, the questions of these keys
    that were ever published.
    """
    raw = document.raw()
    defined = {question.key: question for one in others.values() for question in one.questions}
    yield from questionnaire_defects(raw, defined)
    own = defined_questions(raw)
    homes = {home: {question.key: question for question in one.questions} for home, one in others.items()}
    for key, defect in sharing_defects({**homes, document.head.key: own}):
        if key == document.head.key or defect.message.values.get("old") in own:
            yield defect
    for key, question in own.items():
        reason = changed_meaning(asked_before[key], question) if key in asked_before else None
        if reason is not None:
            yield QuestionnaireDefect(key, reused_key(reason))


def reused_key(reason: Sentence) -> Sentence:
    """The refusal of a question that would take the key, and the answers, of another."""
    return say("%(reason)s Donnez-lui une nouvelle clé, qui remplace l'ancienne.", reason=reason)


def renamed_condition(condition: Condition | None, old: str, new: str) -> Condition | None:
    """The condition, once the question it may rest on has another key."""
    match condition:
        case AnswerAmong(question, values):
            return AnswerAmong(new if question == old else question, values)
        case AllOf(conditions):
            return AllOf(_each(conditions, old, new))
        case AnyOf(conditions):
            return AnyOf(_each(conditions, old, new))
    return None


def _each(conditions: Sequence[Condition], old: str, new: str) -> tuple[Condition, ...]:
    return tuple(found for one in conditions if (found := renamed_condition(one, old, new)) is not None)


def next_version(published: str) -> str:
    """The number that follows one that was published.

    >>> next_version("1"), next_version("2.3"), next_version("1.0.4")
    ('2', '3', '2')
    """
    return str(int(published.split(".", 1)[0]) + 1)
