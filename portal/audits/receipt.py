"""The receipt of a submission, as a document tree: what was sent, when, by whom, with the hash of every file."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from portal.audits.rules import statement
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.dates import written, written_time
from portal.core.documents.tree import Block, Document, Inline, Items, Note, Paragraph, Section, Table, Text
from portal.core.language import Language, Sentence, say
from portal.core.translation import translate
from portal.questionnaires.answer_text import answer_text
from portal.questionnaires.definition import GivenAnswer, Question, Questionnaire
from portal.questionnaires.rules.numbering import numbers_asked


@dataclass(frozen=True)
class ReceiptFacts:
    """What a receipt proves."""

    vendor: str
    organisation: str
    by: str
    at: datetime
    round: int
    sha256: str
    content: Mapping[str, Any]


def receipt(sent: ReceiptFacts, questionnaire: Questionnaire, language: Language) -> Document:
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
            *_attested_lines(sent, language),
            *_address_line(sent, language),
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
            *_statement(sent, language),
            *_answers(sent, questionnaire, language),
            *_files(sent, questionnaire, language),
        ),
    )


def _attested_lines(sent: ReceiptFacts, language: Language) -> Iterator[tuple[str, str]]:
    """Who attests, and in what capacity; nobody did before version 0.8."""
    attested = sent.content.get("attestation")
    if attested:
        yield translate(say("Attesté par"), language), attested["name"]
        yield translate(say("En qualité de"), language), attested["role"]


def _address_line(sent: ReceiptFacts, language: Language) -> Iterator[tuple[str, str]]:
    """The address that was confirmed or corrected; it was not asked before version 0.9."""
    address = sent.content.get("address")
    if address:
        yield translate(say("Adresse du siège"), language), ", ".join(address["said"].splitlines())


def _statement(sent: ReceiptFacts, language: Language) -> Iterator[Paragraph]:
    if sent.content.get("attestation"):
        yield Paragraph((Text(translate(statement(sent.vendor), language), emphasis=True),))


def _moment(at: datetime, language: Language) -> str:
    return written_time(at, language, time="HH:mm:ss zzzz", join=" at " if language is Language.EN else " à ")


def _answers(sent: ReceiptFacts, questionnaire: Questionnaire, language: Language) -> Iterator[Section]:
    given = sent.content["answers"]
    numbers = numbers_asked(questionnaire, given)
    files = Counter(file["question"] for file in sent.content["files"])
    for section in questionnaire.sections:
        blocks: list[Block] = []
        for question in section.questions:
            if question.key in given:
                asked = f"{numbers[question.key]} {question.text.read(language)}"
                blocks.append(Paragraph((Text(asked, strong=True),)))
                raw = given[question.key]
                blocks += _answer(question, GivenAnswer(raw["value"], raw["comment"], files[question.key]), language)
                blocks += _confirmed(raw, language)
        if blocks:
            yield Section(title=section.title.read(language), blocks=tuple(blocks))


def _answer(question: Question, answer: GivenAnswer, language: Language) -> Iterator[Block]:
    text = answer_text(question, answer, language)
    if text.header:
        yield Table(
            caption=question.text.read(language),
            header=text.header,
            rows=tuple(tuple(_text(cell) for cell in row) for row in text.rows),
        )
    elif text.is_list:
        yield Items(tuple(_text(line) for line in text.lines))
    else:
        for line in text.lines:
            yield Paragraph(_text(line))
    if text.comment:
        for line in text.comment.split("\n"):
            yield Paragraph((Text(line, emphasis=True),))


def _confirmed(raw: Mapping[str, Any], language: Language) -> Iterator[Block]:
    """Since when a confirmed answer has been said."""
    if raw.get("carried") == "confirmed" and raw.get("said_at"):
        day = written(legal_date(datetime.fromisoformat(raw["said_at"])), language)
        told = translate(say("Réponse confirmée, dite pour la première fois le %(day)s.", day=day), language)
        yield Paragraph((Text(told, emphasis=True),))


def _text(text: str) -> tuple[Inline, ...]:
    return (Text(text or "–"),)


def _files(sent: ReceiptFacts, questionnaire: Questionnaire, language: Language) -> Iterator[Section]:
    files = sent.content["files"]
    numbers = numbers_asked(questionnaire, sent.content["answers"])
    if not files:
        return
    names = (say("Fichier"), say("Question"), say("Octets"), say("Empreinte SHA-256"))
    # One document for several answers is one line: whoever compares hashes compares it once.
    answered: dict[tuple[str, str, int], list[str]] = {}
    for file in files:
        place = (file["name"], file["sha256"], file["size"])
        answered.setdefault(place, []).append(numbers.get(file["question"], file["question"]))
    yield Section(
        title=translate(say("Fichiers reçus"), language),
        blocks=(
            Table(
                caption=translate(say("Fichiers reçus et leur empreinte"), language),
                header=tuple(translate(name, language) for name in names),
                rows=tuple(
                    (
                        _text(name),
                        _text(", ".join(places)),
                        _text(str(size)),
                        _text(_grouped(digest)),
                    )
                    for (name, digest, size), places in answered.items()
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
