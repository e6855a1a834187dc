"""The receipt of a submission, as a document tree: what was sent, when, by whom, with the hash of every file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_datetime

from portal.core.clock import LEGAL_ZONE
from portal.core.documents.tree import Block, Document, Inline, Note, Paragraph, Section, Table, Text
from portal.core.language import Language, Sentence, say
from portal.core.translation import translate
from portal.questionnaires.rules import Kind, Question, Questionnaire


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
    """The receipt in the language of whoever submitted; the same submission always gives the same document."""

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
                                hash=sent.sha256,
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
    locale, join = ("en_GB", "'at'") if language is Language.EN else ("fr_FR", "'à'")
    return str(format_datetime(at, f"d MMMM yyyy {join} HH:mm:ss zzzz", tzinfo=LEGAL_ZONE, locale=locale))


def _answers(sent: Sent, questionnaire: Questionnaire, language: Language) -> Iterator[Section]:
    given = sent.content["answers"]
    for section in questionnaire.sections:
        blocks: list[Block] = []
        for question in section.questions:
            if question.key in given:
                blocks.append(Paragraph((Text(question.text.read(language), strong=True),)))
                blocks += _answer(question, given[question.key], language)
        if blocks:
            yield Section(title=section.title.read(language), blocks=tuple(blocks))


def _answer(question: Question, answer: Mapping[str, Any], language: Language) -> Iterator[Block]:
    value = answer["value"]
    if question.kind is Kind.TABLE and value:
        yield Table(
            caption=question.text.read(language),
            header=tuple(column.label.read(language) for column in question.columns),
            rows=tuple(tuple(_cell(str(row.get(column.key) or "–")) for column in question.columns) for row in value),
        )
    else:
        yield Paragraph((Text(_words(question, value, language)),))
    if answer["comment"]:
        yield Paragraph((Text(answer["comment"], emphasis=True),))


def _cell(text: str) -> tuple[Inline, ...]:
    return (Text(text),)


def _words(question: Question, value: Any, language: Language) -> str:
    labels = {choice.value: choice.label.read(language) for choice in question.choices}
    values = value if isinstance(value, list) else [value] if value else []
    if not values:
        return translate(say("Fichier joint") if question.kind is Kind.FILE else say("Sans réponse"), language)
    return ", ".join(labels.get(item, str(item)) for item in values)


def _files(sent: Sent, questionnaire: Questionnaire, language: Language) -> Iterator[Section]:
    files = sent.content["files"]
    if not files:
        return
    texts = {q.key: q.text.read(language) for s in questionnaire.sections for q in s.questions}
    yield Section(
        title=translate(say("Fichiers reçus"), language),
        blocks=(
            Table(
                caption=translate(say("Fichiers reçus et leur empreinte"), language),
                header=tuple(
                    translate(name, language)
                    for name in (say("Fichier"), say("Question"), say("Octets"), say("Empreinte SHA-256"))
                ),
                rows=tuple(
                    (
                        _cell(file["name"]),
                        _cell(texts.get(file["question"], file["question"])),
                        _cell(str(file["size"])),
                        _cell(file["sha256"]),
                    )
                    for file in files
                ),
                widths=(3, 4, 1, 5),
            ),
        ),
    )
