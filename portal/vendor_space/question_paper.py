"""Every question of an audit on paper, to be read and prepared before it is answered."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from portal.core.dates import duration_in_words, written
from portal.core.documents.printing import PrintingError, print_in_child
from portal.core.documents.tree import Block, Document, Items, Note, Paragraph, Section, Text
from portal.core.files import Unavailable
from portal.core.language import N_, Language, say
from portal.core.translation import translate
from portal.vendor_space.question_conditions import asked_when
from portal.vendor_space.questionnaire_text import QuestionnaireText, QuestionText

PRINTING_SECONDS = 60


@lru_cache(maxsize=8)
def printed_questions(document: Document) -> bytes:
    """The questions as PDF; colleagues who take the same paper wait for the printer once. Raises Unavailable."""
    try:
        return print_in_child(document, PRINTING_SECONDS)
    except PrintingError as failure:
        raise Unavailable(say("L'impression n'a pas abouti : réessayez dans quelques minutes.")) from failure


def question_paper(
    text: QuestionnaireText, language: Language, *, vendor: str, organisation: str, due_on: date, reference: str
) -> Document:
    """The questions as a tree, numbered as they are on the pages; those that are not asked yet say when they are."""

    def said(sentence: str) -> str:
        return translate(sentence, language)

    sections = tuple(
        Section(title=part.title, blocks=tuple(_blocks(text, part.introduction, part.questions, language)))
        for part in text.sections
    )
    note = said(
        N_(
            "Ce document se lit et se prépare ; les réponses se donnent dans le portail, ou dans le classeur Excel "
            "qu'il propose. Une question sans numéro n'est posée que si une réponse l'appelle."
        )
    )
    return Document(
        title=text.title,
        subtitle=said(N_("Toutes les questions")),
        language=language,
        reference=reference,
        contents=False,
        cover=(
            (said(N_("Prestataire")), vendor),
            (said(N_("Demandé par")), organisation),
            (said(N_("À rendre le")), written(due_on, language)),
            (said(N_("À prévoir")), duration_in_words(text.effort.minutes, language)),
        ),
        blocks=(Note((Text(note),)), *sections),
    )


def _blocks(
    text: QuestionnaireText, introduction: str, questions: tuple[QuestionText, ...], language: Language
) -> Iterator[Block]:
    for line in introduction.split("\n"):
        if line.strip():
            yield Paragraph((Text(line),))
    for one in questions:
        yield from _question(text, one, language)


def _question(text: QuestionnaireText, one: QuestionText, language: Language) -> Iterator[Block]:
    question = one.question
    optional = "" if question.required else f" {translate(N_('(facultatif)'), language)}"
    yield Paragraph((Text(f"{one.number or '–'} {one.text}{optional}", strong=True),))
    condition = asked_when(text, question, language)
    for told in filter(None, (condition, one.help)):
        yield Paragraph((Text(told, emphasis=told is condition),))
    if question.choices:
        yield Items(tuple((Text(choice.placed(language)),)
                          for choice in question.choices))  # fmt: skip
    elif question.columns:
        yield Items(tuple((Text(column.label.read(language)),) for column in question.columns))
    elif not question.kind.is_file:
        yield Paragraph((Text(_expected(one, language), emphasis=True),))
    if one.evidence:
        yield Paragraph((Text(one.evidence),))


def _expected(one: QuestionText, language: Language) -> str:
    """« Réponse attendue : un nombre (jours). »"""
    unit = one.question.unit.read(language)
    what = translate(one.question.kind.description(one.question), language)
    told = say("Réponse attendue : %(what)s.", what=f"{what} ({unit})" if unit else what)
    return translate(told, language)
