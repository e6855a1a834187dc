"""The text of a questionnaire written in the portal: read with the reader of files, and judged by it.

Each write makes the file again and reads it: it is refused when it adds a defect that a draft may not have. What a
draft may lack stops its publication alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import Sentence, say, say_count
from portal.questionnaires import catalogue, queries
from portal.questionnaires.definition import Bilingual, Question, Questionnaire, QuestionnaireSection
from portal.questionnaires.models import OwnQuestion, OwnQuestionnaire, OwnSection
from portal.questionnaires.queries import OwnText, own_text
from portal.questionnaires.rules.own_document import (
    OwnDocument,
    OwnPart,
    draft_defects,
    publication_defects,
)
from portal.questionnaires.rules.parsing import defined_questions, questionnaire_defects
from portal.questionnaires.rules.writing import is_shared
from portal.questionnaires.toml_fields import QuestionnaireDefect
from portal.questionnaires.toml_reading import MAX_BYTES, read_toml

WRITE = Permission.QUESTIONNAIRE_WRITE
NOTHING_BEYOND = say("Il n'y a rien au-delà.")


class IncompleteQuestionnaire(Refused):
    """A questionnaire that cannot be published yet: `defects` says why, one by one."""

    def __init__(self, defects: tuple[QuestionnaireDefect, ...]) -> None:
        super().__init__(
            say_count(
                len(defects),
                "Ce questionnaire n'est pas complet : %(num)s point à corriger.",
                "Ce questionnaire n'est pas complet : %(num)s points à corriger.",
            )
        )
        self.defects = defects


class RefusedQuestion(Refused):
    """A question that its file would refuse: `defects` says why, in the words of `flask questionnaires check`."""

    def __init__(self, defects: Sequence[QuestionnaireDefect], key: str) -> None:
        first = next((one for one in defects if one.where == key), defects[0])
        super().__init__(first.message if first.where == key else placed(first))
        self.defects = tuple(one.message if one.where == key else placed(one) for one in defects)


def placed(defect: QuestionnaireDefect) -> Sentence:
    """A defect with the place it is at."""
    return say("%(where)s : %(message)s", where=defect.where, message=defect.message)


@dataclass(frozen=True)
class OwnTexts:
    """Title and introduction, in both languages."""

    title_fr: str
    title_en: str
    introduction_fr: str
    introduction_en: str

    @property
    def title(self) -> Bilingual:
        """The title, to be typeset."""
        return Bilingual(self.title_fr, self.title_en)

    @property
    def introduction(self) -> Bilingual:
        """The introduction, to be typeset."""
        return Bilingual(self.introduction_fr, self.introduction_en)


@dataclass(frozen=True)
class OwnHead(OwnTexts):
    """What stands above the sections."""

    minutes: int | None = None


def document_of(text: OwnText) -> OwnDocument:
    """The file that the rows make."""
    own = text.own
    head = Questionnaire(
        own.key, own.version, Bilingual(own.title_fr, own.title_en),
        Bilingual(own.introduction_fr, own.introduction_en), (), minutes=own.minutes,
    )  # fmt: skip
    parts = tuple(
        OwnPart(
            section.key,
            Bilingual(section.title_fr, section.title_en),
            Bilingual(section.introduction_fr, section.introduction_en),
            tuple(question.toml for question in text.questions[section.id]),
        )
        for section in text.sections
    )
    return OwnDocument(head, parts)


def reading_of(ctx: Context, text: OwnText) -> Questionnaire:
    """What is written now, incomplete as it may be; a shared question that is nowhere any more is left out."""
    document = document_of(text)
    own, defined = defined_questions(document.raw()), known_questions(ctx)
    sections = tuple(
        QuestionnaireSection(
            part.key,
            part.title,
            part.introduction,
            tuple(
                found
                for row in text.questions[section.id]
                if (found := (defined if is_shared(row.toml) else own).get(row.key)) is not None
            ),
        )
        for part, section in zip(document.parts, text.sections, strict=True)
    )
    return replace(document.head, sections=sections)


def missing_from(ctx: Context, text: OwnText) -> tuple[QuestionnaireDefect, ...]:
    """What the file lacks to be published, by itself: `defects_of` also looks at what was published before."""
    return tuple(questionnaire_defects(document_of(text).raw(), known_questions(ctx)))


def defects_of(ctx: Context, text: OwnText) -> tuple[QuestionnaireDefect, ...]:
    """All that stops the publication of what is written now; nothing when it may be published."""
    document = document_of(text)
    others = {key: one for key, one in known_questionnaires(ctx).items() if key != text.own.key}
    own_keys = set(defined_questions(document.raw()))
    return tuple(publication_defects(document, others, queries.asked_before(ctx.session, own_keys)))


def known_questionnaires(ctx: Context) -> dict[str, Questionnaire]:
    """What may be asked, by key, files and what was published here alike."""
    found, _defects = catalogue.read(process.settings().questionnaires_dir, ctx.session)
    return found


def known_questions(ctx: Context) -> dict[str, Question]:
    """The questions that may be shared, by key."""
    return {question.key: question for one in known_questionnaires(ctx).values() for question in one.questions}


def locked(ctx: Context, own: OwnQuestionnaire) -> OwnText:
    """The rows, kept to this transaction; raises Refused once archived."""
    authorize(ctx, WRITE)
    ctx.session.refresh(own, with_for_update=True)
    if own.archived_at is not None:
        raise Refused(say("Ce questionnaire est archivé : remettez-le en service pour le modifier."))
    return own_text(ctx.session, own)


def judge(before: OwnDocument | None, after: OwnDocument, defined: Mapping[str, Question]) -> None:
    """Raise Refused with the first defect that a change adds."""
    held = {said_of(one) for one in draft_defects(before.raw(), defined)} if before is not None else set()
    for defect in draft_defects(after.raw(), defined):
        if said_of(defect) not in held:
            raise Refused(placed(defect))
    if len(after.toml().encode()) > MAX_BYTES:
        raise Refused(say("Ce questionnaire dépasse %(size)s Mo.", size=MAX_BYTES // 1_000_000))


def said_of(defect: QuestionnaireDefect) -> tuple[str, str]:
    """What tells a defect from another."""
    return defect.where, str(defect.message)


def fields_of(toml: str) -> dict[str, Any]:
    """The fields of an entry by the names that its form gives them, languages apart."""
    found: dict[str, Any] = {}
    for name, value in read_toml(toml.encode()).items():
        if isinstance(value, dict) and set(value) <= {"fr", "en"}:
            found.update({f"{name}_{language}": held for language, held in value.items()})
        else:
            found[name] = value
    return found


def section_row(
    own: OwnQuestionnaire, place: int, key: str, title: Bilingual, introduction: Bilingual
) -> OwnSection:  # fmt: skip
    """A section, not stored yet."""
    return OwnSection(
        questionnaire_id=own.id, place=place, key=key, title_fr=title.fr, title_en=title.en,
        introduction_fr=introduction.fr, introduction_en=introduction.en,
    )  # fmt: skip


def question_row(section: OwnSection, place: int, key: str, toml: str) -> OwnQuestion:
    """A question of a section, not stored yet."""
    return OwnQuestion(
        questionnaire_id=section.questionnaire_id, section_id=section.id, place=place, key=key, toml=toml
    )


def swap(order: list[Any], here: int, step: int) -> None:
    """Exchange a row with the one a step away; raises Refused when there is none."""
    there = here + step
    if not 0 <= there < len(order):
        raise Refused(NOTHING_BEYOND)
    order[here], order[there] = order[there], order[here]
