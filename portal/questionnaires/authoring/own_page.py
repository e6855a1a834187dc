"""The page of a questionnaire written in the portal: its questions in order, and what each still lacks."""

from collections.abc import Mapping, Sequence

from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence
from portal.questionnaires.authoring.field_names import in_words
from portal.questionnaires.definition import Bilingual, Condition, Question, Questionnaire
from portal.questionnaires.models import OwnQuestion, OwnSection
from portal.questionnaires.queries import OwnText
from portal.questionnaires.rules.conditions import elementary_conditions
from portal.questionnaires.rules.writing import is_shared
from portal.questionnaires.toml_fields import QuestionnaireDefect


@dataclass(frozen=True)
class OwnQuestionLine:
    """One question, as the page lists it."""

    row: OwnQuestion
    number: str
    text: str
    is_shared: bool
    home: str
    """The questionnaire where a shared question is defined; empty for one's own."""
    question: Question | None
    """None for a shared question that is nowhere any more."""
    lacks: Sequence[Sentence]
    rests_on: Sequence[str]
    """Numbers of the questions its condition bears on."""
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class OwnSectionLine:
    """One section, with its questions."""

    row: OwnSection
    title: str
    lines: Sequence[OwnQuestionLine]
    lacks: Sequence[Sentence]


@dataclass(frozen=True)
class OwnPage:
    """The whole, with what is lacking that no line shows."""

    sections: Sequence[OwnSectionLine]
    lacks: Sequence[Sentence]
    total: int
    """Defects, wherever they are."""
    questions: int


def own_page(
    text: OwnText,
    reading: Questionnaire,
    missing: Sequence[QuestionnaireDefect],
    catalogue: Mapping[str, Questionnaire],
    language: Language,
) -> OwnPage:
    """What the page shows, in a language; a text that lacks it is read in the other."""
    by_place: dict[str, list[Sentence]] = {}
    for defect in missing:
        by_place.setdefault(defect.where, []).extend(in_words([defect.message]))
    asked = {question.key: question for question in reading.questions}
    homes = {
        question.key: one.title for one in catalogue.values() for question in one.questions if one.key != text.own.key
    }
    numbers = {
        row.key: f"{rank}.{place}"
        for rank, section in enumerate(text.sections, start=1)
        for place, row in enumerate(text.questions[section.id], start=1)
    }

    def line(row: OwnQuestion, rows: Sequence[OwnQuestion]) -> OwnQuestionLine:
        question = asked.get(row.key)
        return OwnQuestionLine(
            row=row,
            number=numbers[row.key],
            text=readable(question.text, language) if question else row.key,
            is_shared=is_shared(row.toml),
            home=readable(homes.get(row.key, Bilingual()), language) if is_shared(row.toml) else "",
            question=question,
            lacks=by_place.pop(row.key, []),
            rests_on=_numbers(question.visible_if, numbers) if question else (),
            is_first=row is rows[0],
            is_last=row is rows[-1],
        )

    sections = [
        OwnSectionLine(
            row=section,
            title=readable(Bilingual(section.title_fr, section.title_en), language) or section.key,
            lines=[line(row, text.questions[section.id]) for row in text.questions[section.id]],
            lacks=by_place.pop(section.key, []),
        )
        for section in text.sections
    ]
    return OwnPage(
        sections=sections,
        lacks=[message for messages in by_place.values() for message in messages],
        total=len(missing),
        questions=len(numbers),
    )


def readable(text: Bilingual, language: Language) -> str:
    """A text in a language, in the other while this one is not written."""
    return text.read(language) or Bilingual(text.fr or text.en, text.en or text.fr).read(language)


def _numbers(condition: Condition | None, numbers: Mapping[str, str]) -> tuple[str, ...]:
    found = (numbers.get(among.question, among.question) for among in elementary_conditions(condition))
    return tuple(dict.fromkeys(found))


def offered_answers(
    text: OwnText, reading: Questionnaire, above: OwnQuestion | None, section: OwnSection, language: Language
) -> dict[str, list[tuple[str, str]]]:
    """The answers to the questions above, on which a condition may rest: by question, value and label of each."""
    offered: dict[str, list[tuple[str, str]]] = {}
    for part in text.sections:
        for row in text.questions[part.id]:
            if row is above:
                return offered
            question = reading.question(row.key)
            if question is not None and question.kind.offers_choices:
                name = f"{reading.numbers[row.key]} {readable(question.text, language)}"[:90]
                offered[name] = [
                    (f"{row.key}={choice.value}", readable(choice.label, language)) for choice in question.choices
                ]
        if part is section and above is None:
            break
    return offered
