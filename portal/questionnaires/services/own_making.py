"""Beginning a questionnaire in the portal: from nothing, from another one, from the file of another tool."""

from collections.abc import Mapping
from dataclasses import asdict, replace

from portal.authz.context import Context, authorize
from portal.journal import services as journal
from portal.questionnaires import catalogue, queries
from portal.questionnaires.definition import Bilingual, Question, Questionnaire
from portal.questionnaires.importing.keys import free, slug
from portal.questionnaires.importing.reading import draft_in
from portal.questionnaires.models import OwnQuestionnaire
from portal.questionnaires.queries import own_text
from portal.questionnaires.rules.composition import COMPOSED
from portal.questionnaires.rules.own_document import (
    renamed_condition,
)
from portal.questionnaires.rules.writing import question_toml, shared_toml
from portal.questionnaires.services.own_text import (
    WRITE,
    OwnHead,
    document_of,
    judge,
    known_questionnaires,
    known_questions,
    question_row,
    section_row,
)
from portal.questionnaires.toml_reading import read_toml

FIRST_VERSION = "1"
_RESERVED = frozenset({COMPOSED, *(name.removesuffix(".toml") for name in catalogue.NOT_QUESTIONNAIRES)})


def create_own(ctx: Context, head: OwnHead) -> OwnQuestionnaire:
    """A questionnaire without a question yet."""
    authorize(ctx, WRITE)
    own = _added(ctx, _free_key(ctx, head.title_fr or head.title_en), FIRST_VERSION, head, "")
    judge(None, document_of(own_text(ctx.session, own)), {})
    journal.record(ctx, "questionnaire.written", own, after={"key": own.key})
    return own


def copy_questionnaire(ctx: Context, source: Questionnaire) -> OwnQuestionnaire:
    """A copy that asks the same questions, each defined where it was; one is changed by making it one's own."""
    authorize(ctx, WRITE)
    title = Bilingual(f"{source.title.fr} (copie)", f"{source.title.en} (copy)")
    head = OwnHead(title.fr, title.en, source.introduction.fr, source.introduction.en, source.minutes)
    key = _free_key(ctx, f"{source.key}-copie")
    own = _added(ctx, key, FIRST_VERSION, head, f"{source.key} {source.version}")
    for place, section in enumerate(source.sections):
        row = section_row(
            own, place, f"{slug(key, longest=32)}-{section.key}"[:80], section.title, section.introduction
        )
        ctx.session.add(row)
        ctx.session.flush()
        ctx.session.add_all(
            question_row(row, rank, question.key, shared_toml(question.key))
            for rank, question in enumerate(section.questions)
        )
    ctx.session.flush()
    journal.record(ctx, "questionnaire.copied", own, after={"key": own.key, "from": source.key})
    return own


def keep_import(ctx: Context, toml: str, filename: str) -> OwnQuestionnaire:
    """A draft that was read from a file of another tool, kept to be completed here.

    A question that is asked already, word for word, is shared with it; another that bears its key takes a new one.
    """
    authorize(ctx, WRITE)
    defined = known_questions(ctx)
    draft, raw = draft_in(toml, defined), read_toml(toml.encode())
    draft = _under_free_keys(draft, defined)
    head = OwnHead(draft.title.fr, draft.title.en, draft.introduction.fr, draft.introduction.en, draft.minutes)
    own = _added(ctx, _free_key(ctx, draft.key), draft.version, head, filename[:200])
    uncited = frozenset(
        str(question.get("key"))
        for part in raw["sections"]
        for question in part["questions"]
        if question.get("articles") == []
    )
    for place, section in enumerate(draft.sections):
        row = section_row(own, place, section.key, section.title, section.introduction)
        ctx.session.add(row)
        ctx.session.flush()
        ctx.session.add_all(
            question_row(
                row,
                rank,
                question.key,
                shared_toml(question.key)
                if defined.get(question.key) == question
                else question_toml(question, draft=question.key in uncited),
            )
            for rank, question in enumerate(section.questions)
        )
    ctx.session.flush()
    journal.record(ctx, "questionnaire.imported", own, after={"key": own.key, "file": filename[:200]})
    return own


def _under_free_keys(draft: Questionnaire, defined: Mapping[str, Question]) -> Questionnaire:
    taken = {*defined, *(question.key for question in draft.questions)}
    for question in draft.questions:
        if question.key in defined and defined[question.key] != question:
            key = free(f"{question.key}-2", taken)
            taken.add(key)
            draft = _with_key(draft, question.key, key)
    return draft


def _with_key(draft: Questionnaire, old: str, new: str) -> Questionnaire:
    sections = tuple(
        replace(section, questions=tuple(
            replace(question, key=new if question.key == old else question.key,
                    visible_if=renamed_condition(question.visible_if, old, new))
            for question in section.questions
        ))
        for section in draft.sections
    )  # fmt: skip
    return replace(draft, sections=sections)


def _free_key(ctx: Context, wanted: str) -> str:
    taken = {*queries.keys_taken(ctx.session), *known_questionnaires(ctx), *_RESERVED}
    return free(slug(wanted, "questionnaire"), taken)


def _added(ctx: Context, key: str, version: str, head: OwnHead, origin: str) -> OwnQuestionnaire:
    own = OwnQuestionnaire(key=key, version=version, origin=origin, created_at=ctx.now, **asdict(head))
    ctx.session.add(own)
    ctx.session.flush()
    return own
