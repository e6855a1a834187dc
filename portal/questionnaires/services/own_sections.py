"""The head and the sections of a questionnaire written in the portal."""

from dataclasses import asdict, replace

from portal.authz.context import Context
from portal.core.errors import Refused
from portal.core.language import say
from portal.journal import services as journal
from portal.questionnaires.importing.keys import free, slug
from portal.questionnaires.models import OwnQuestionnaire, OwnSection
from portal.questionnaires.services.own_text import (
    OwnHead,
    OwnTexts,
    document_of,
    judge,
    known_questions,
    locked,
    section_row,
    swap,
)


def edit_head(ctx: Context, own: OwnQuestionnaire, head: OwnHead) -> None:
    """Change title, introduction or minutes."""
    text = locked(ctx, own)
    before = document_of(text)
    held, after = journal.changes(own, asdict(head))
    judge(before, document_of(text), known_questions(ctx))
    if after:
        journal.record(ctx, "questionnaire.edited", own, before=held, after=after)


def add_section(ctx: Context, own: OwnQuestionnaire, texts: OwnTexts) -> OwnSection:
    """A section, last."""
    text = locked(ctx, own)
    wanted = f"{slug(own.key, longest=32)}-{slug(texts.title_fr or texts.title_en, 'partie', longest=30)}"
    key = free(wanted, {section.key for section in text.sections})
    section = section_row(own, len(text.sections), key, texts.title, texts.introduction)
    _judge_titles(texts)
    ctx.session.add(section)
    ctx.session.flush()
    journal.record(ctx, "questionnaire.section_added", own, after={"section": key, **asdict(texts)})
    return section


def edit_section(ctx: Context, own: OwnQuestionnaire, section: OwnSection, texts: OwnTexts) -> None:
    """Change the title or the introduction of a section."""
    locked(ctx, own)
    _judge_titles(texts)
    held, after = journal.changes(section, asdict(texts))
    if after:
        journal.record(ctx, "questionnaire.section_edited", section, before=held, after=after)


def _judge_titles(texts: OwnTexts) -> None:
    if not texts.title:
        raise Refused(say("Le champ « %(field)s » manque.", field="title"))


def remove_section(ctx: Context, own: OwnQuestionnaire, section: OwnSection) -> None:
    """Take a section out with its questions, none of which another section may rest on."""
    text = locked(ctx, own)
    before = document_of(text)
    after = replace(before, parts=tuple(part for part in before.parts if part.key != section.key))
    judge(before, after, known_questions(ctx))
    for question in text.questions[section.id]:
        ctx.session.delete(question)
    ctx.session.flush()
    ctx.session.delete(section)
    ctx.session.flush()
    gone = {"section": section.key, "questions": [question.key for question in text.questions[section.id]]}
    journal.record(ctx, "questionnaire.section_removed", own, before=gone)


def move_section(ctx: Context, own: OwnQuestionnaire, section: OwnSection, step: int) -> None:
    """Put a section before the one above it (-1) or after the one below it (+1)."""
    text = locked(ctx, own)
    before = document_of(text)
    order = list(text.sections)
    swap(order, order.index(section), step)
    for place, each in enumerate(order):
        each.place = place
    judge(before, document_of(replace(text, sections=order)), known_questions(ctx))
    ctx.session.flush()
    journal.record(ctx, "questionnaire.section_moved", own, after={"section": section.key, "step": step})
