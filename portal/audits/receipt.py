"""The receipt of a submission, as a document tree: what was sent, when, by whom, with the hash of every file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.core.dates import written, written_time
from portal.core.documents.tree import Block, Document, Inline, Items, Note, Paragraph, Section, Table, Text
from portal.core.language import Language, Sentence, say
from portal.core.translation import translate
from portal.questionnaires.rules import Choice, Column, ColumnKind, Kind, Question, Questionnaire
from portal.vendors.places import place_name


@dataclass(frozen=True)
class Sent:
    """What a receipt proves."""

    vendor: str
    organisation: str
    by: str
    at: datetime
    round: int
    sha256: str
    content: Mapping[str, Any]


def receipt(sent: Sent, questionnaire: Questionnaire, language: Language) -> Document:
    """The receipt in the language of whoever submitted; the same submission always gives the same document.

    `sent.sha256` is that of the canonical JSON of `sent.content`: whoever holds both can check them.
    """

    def said(sentence: Sentence) -> str:
        return translate(sentence, language)

    moment = _moment(sent.at, language)
    return Document(
        title=said(say("Accusé de réception")),
        subtitle=questionnaire.title.read(language),
        language=language,
        reference=f"{questionnaire.key} {questionnaire.version} · {sent.sha256[:16]}",
        contents=False,
        cover=(
            (said(say("Prestataire")), sent.vendor),
            (said(say("Destinataire")), sent.organisation),
            (said(say("Envoyé par")), sent.by),
            (said(say("Envoyé le")), moment),
            (said(say("Tour")), str(sent.round)),
            (said(say("Questionnaire")), f"{questionnaire.key} {questionnaire.version}"),
            (said(say("Empreinte du questionnaire")), _grouped(questionnaire.sha256)),
        ),
        created=sent.at.isoformat(),
        blocks=(
            Note(
                (
                    Text(
                        said(
                            say(
                                "L'empreinte SHA-256 de l'ensemble des réponses et des fichiers est %(hash)s. Toute "
                                "modification ultérieure donnerait une autre empreinte.",
                                hash=_grouped(sent.sha256),
                            )
                        )
                    ),
                )
            ),
            *_answers(sent, questionnaire, language),
            *_files(sent, questionnaire, language),
        ),
    )


def _moment(at: datetime, language: Language) -> str:
    return written_time(at, language, time="HH:mm:ss zzzz", join=" at " if language is Language.EN else " à ")


def _answers(sent: Sent, questionnaire: Questionnaire, language: Language) -> Iterator[Section]:
    given = sent.content["answers"]
    numbers = numbered(questionnaire)
    for section in questionnaire.sections:
        blocks: list[Block] = []
        for question in section.questions:
            if question.key in given:
                asked = f"{numbers[question.key]} {question.text.read(language)}"
                blocks.append(Paragraph((Text(asked, strong=True),)))
                blocks += _answer(question, given[question.key], language)
        if blocks:
            yield Section(title=section.title.read(language), blocks=tuple(blocks))


def numbered(questionnaire: Questionnaire) -> Mapping[str, str]:
    """The number of each question by key, as the vendor saw it: « 2.3 » is the third of the second section."""
    return {
        question.key: f"{rank}.{place}"
        for rank, section in enumerate(questionnaire.sections, start=1)
        for place, question in enumerate(section.questions, start=1)
    }


def _answer(question: Question, answer: Mapping[str, Any], language: Language) -> Iterator[Block]:
    value = answer["value"]
    if question.kind is Kind.TABLE and value:
        yield Table(
            caption=question.text.read(language),
            header=tuple(column.label.read(language) for column in question.columns),
            rows=tuple(
                tuple(_text(_cell(column, str(row.get(column.key) or ""), language)) for column in question.columns)
                for row in value
            ),
        )
    elif question.kind is Kind.MULTIPLE and value:
        yield Items(tuple(_text(_label(question.choices, item, language)) for item in value))
    else:
        for line in _words(question, value, language).split("\n"):
            yield Paragraph(_text(line))
    if answer["comment"]:
        for line in answer["comment"].split("\n"):
            yield Paragraph((Text(line, emphasis=True),))


def _text(text: str) -> tuple[Inline, ...]:
    return (Text(text or "–"),)


def _label(choices: tuple[Choice, ...], value: str, language: Language) -> str:
    return next((choice.label.read(language) for choice in choices if choice.value == value), value)


def _words(question: Question, value: Any, language: Language) -> str:
    if not value:
        return translate(say("Fichier joint") if question.kind is Kind.FILE else say("Sans réponse"), language)
    text = str(value)
    if question.kind is Kind.NUMBER:
        return f"{_number(text, language)} {question.unit.read(language)}".strip()
    if question.kind is Kind.DATE:
        return _day(text, language)
    return _label(question.choices, text, language)


def _cell(column: Column, text: str, language: Language) -> str:
    match column.kind:
        case ColumnKind.SINGLE:
            return _label(column.choices, text, language)
        case ColumnKind.COUNTRY:
            return place_name(text, language) if text else ""
        case ColumnKind.DATE:
            return _day(text, language)
        case ColumnKind.NUMBER:
            return _number(text, language)
        case _:
            return text


def _number(text: str, language: Language) -> str:
    return text.replace(".", ",") if language is Language.FR else text


def _day(text: str, language: Language) -> str:
    try:
        return written(date.fromisoformat(text), language)
    except ValueError:
        return text


def _files(sent: Sent, questionnaire: Questionnaire, language: Language) -> Iterator[Section]:
    files = sent.content["files"]
    if not files:
        return
    numbers = numbered(questionnaire)
    names = (say("Fichier"), say("Question"), say("Octets"), say("Empreinte SHA-256"))
    yield Section(
        title=translate(say("Fichiers reçus"), language),
        blocks=(
            Table(
                caption=translate(say("Fichiers reçus et leur empreinte"), language),
                header=tuple(translate(name, language) for name in names),
                rows=tuple(
                    (
                        _text(file["name"]),
                        _text(numbers.get(file["question"], file["question"])),
                        _text(str(file["size"])),
                        _text(_grouped(file["sha256"])),
                    )
                    for file in files
                ),
                widths=(5, 2, 2, 7),
            ),
        ),
    )


def _grouped(digest: str) -> str:
    """A digest in groups of eight, which a line may break between and an eye can compare.

    >>> _grouped("0123456789abcdef0123")
    '01234567 89abcdef 0123'
    """
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))
