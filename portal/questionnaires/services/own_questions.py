"""The questions of a questionnaire written in the portal: tried, added, changed, moved, shared with others."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from portal.authz.context import Context, authorize
from portal.core.errors import Refused
from portal.core.language import Sentence, say
from portal.journal import services as journal
from portal.questionnaires import queries
from portal.questionnaires.definition import Question
from portal.questionnaires.importing.keys import free, slug
from portal.questionnaires.models import OwnQuestion, OwnQuestionnaire, OwnSection
from portal.questionnaires.queries import OwnText, own_text
from portal.questionnaires.rules.conditions import elementary_conditions
from portal.questionnaires.rules.meaning import changed_meaning
from portal.questionnaires.rules.own_document import (
    draft_defects,
    renamed_condition,
    reused_key,
)
from portal.questionnaires.rules.parsing import defined_questions, questionnaire_defects
from portal.questionnaires.rules.writing import is_shared, question_toml, shared_toml
from portal.questionnaires.services.own_text import (
    NOTHING_BEYOND,
    WRITE,
    RefusedQuestion,
    document_of,
    fields_of,
    judge,
    known_questions,
    locked,
    question_row,
    said_of,
    swap,
)


def try_question(
    ctx: Context, own: OwnQuestionnaire, section: OwnSection, raw: Mapping[str, Any], question: OwnQuestion | None
) -> tuple[Sentence, ...]:
    """What a typed question would still lack to be published, in its place; nothing is written.

    Raises RefusedQuestion as saving it would.
    """
    authorize(ctx, WRITE)
    text = own_text(ctx.session, own)
    asked, document = _read(ctx, text, section, raw, question)
    published = _published_question(ctx, own, asked.key)
    reason = changed_meaning(published, asked) if published is not None else None
    lacks = [one.message for one in questionnaire_defects(document, known_questions(ctx)) if one.where == asked.key]
    return (*lacks, *([reused_key(reason)] if reason is not None else []))


def add_question(ctx: Context, own: OwnQuestionnaire, section: OwnSection, raw: Mapping[str, Any]) -> OwnQuestion:
    """A question, last of its section; its key is made from its words and is used nowhere else."""
    text = locked(ctx, own)
    asked, _document = _read(ctx, text, section, raw, None)
    return _add(ctx, text, section, asked.key, question_toml(asked, draft=raw.get("articles") == []))


def share_question(ctx: Context, own: OwnQuestionnaire, section: OwnSection, key: str) -> OwnQuestion:
    """Ask here a question of another questionnaire: same key, same words, answered once."""
    text = locked(ctx, own)
    if key not in known_questions(ctx):
        raise Refused(say("Cette question n'est définie dans aucun questionnaire."))
    if key in {question.key for question in text.entries}:
        raise Refused(say("Cette question est déjà posée ici."))
    document, place = document_of(text), text.sections.index(section)
    part = document.parts[place]
    parts = list(document.parts)
    parts[place] = replace(part, entries=(*part.entries, shared_toml(key)))
    judge(document, replace(document, parts=tuple(parts)), known_questions(ctx))
    return _add(ctx, text, section, key, shared_toml(key))


def _add(ctx: Context, text: OwnText, section: OwnSection, key: str, toml: str) -> OwnQuestion:
    row = question_row(section, len(text.questions[section.id]), key, toml)
    ctx.session.add(row)
    ctx.session.flush()
    journal.record(ctx, "questionnaire.question_added", row, after=fields_of(toml))
    return row


def edit_question(
    ctx: Context, own: OwnQuestionnaire, question: OwnQuestion, raw: Mapping[str, Any], *, is_other: bool = False
) -> None:
    """Change a question of one's own.

    Once published, the same key keeps the same meaning; `is_other` gives the question a new key, which replaces the
    old one: the answers given to it are shown beside, never taken over.
    """
    text = locked(ctx, own)
    if is_shared(question.toml):
        raise Refused(say("Cette question est définie dans un autre questionnaire : faites-en d'abord la vôtre."))
    section = next(one for one in text.sections if one.id == question.section_id)
    old, was = question.key, fields_of(question.toml)
    asked, _document = _read(ctx, text, section, {**raw, "key": old}, question)
    published = _published_question(ctx, own, old)
    if is_other:
        replaced = old if published or queries.asked_before(ctx.session, {old}) else ""
        asked = replace(asked, key=free(f"{old}-2", _taken(ctx, text)), replaces=replaced or asked.replaces)
        _rename(text, {old: asked.key})
    elif published is not None and (reason := changed_meaning(published, asked)) is not None:
        raise Refused(reused_key(reason))
    question.key, question.toml = asked.key, question_toml(asked, draft=raw.get("articles") == [])
    ctx.session.flush()
    now = fields_of(question.toml)
    changed = [name for name in sorted({*was, *now}) if was.get(name) != now.get(name)]
    if changed:
        journal.record(
            ctx, "questionnaire.question_edited", question,
            before={name: was.get(name) for name in changed}, after={name: now.get(name) for name in changed},
        )  # fmt: skip


def make_own_question(ctx: Context, own: OwnQuestionnaire, question: OwnQuestion) -> None:
    """Take a question that is defined elsewhere as one's own, to change it: it has another key from then on.

    Those asked under a condition on it, and defined elsewhere too, follow it.
    """
    text, defined = locked(ctx, own), known_questions(ctx)
    if not is_shared(question.toml):
        raise Refused(say("Cette question est déjà la vôtre."))
    taken = _taken(ctx, text)
    sections = {section.id: section.key for section in text.sections}
    keys: dict[str, str] = {}
    for row in text.entries:
        source = defined.get(row.key)
        if source is None or not is_shared(row.toml):
            continue
        rests_on = {among.question for among in elementary_conditions(source.visible_if)}
        if row is question or not rests_on.isdisjoint(keys):
            keys[row.key] = free(f"{sections[row.section_id]}.{row.key.partition('.')[2]}", taken)
            taken.add(keys[row.key])
    if question.key not in keys:
        raise Refused(say("Cette question n'est définie dans aucun questionnaire."))
    for row in text.entries:
        if row.key in keys:
            source = replace(defined[row.key], key=keys[row.key], replaces="")
            row.toml, row.key = question_toml(source, draft=False), source.key
    _rename(text, keys)
    ctx.session.flush()
    journal.record(
        ctx, "questionnaire.questions_taken", own, before={"keys": list(keys)}, after={"keys": list(keys.values())}
    )


def remove_question(ctx: Context, own: OwnQuestionnaire, question: OwnQuestion) -> None:
    """Take a question out; refused while a condition rests on it."""
    text = locked(ctx, own)
    questions = {number: [row for row in rows if row is not question] for number, rows in text.questions.items()}
    judge(document_of(text), document_of(replace(text, questions=questions)), known_questions(ctx))
    gone = fields_of(question.toml)
    ctx.session.delete(question)
    ctx.session.flush()
    journal.record(ctx, "questionnaire.question_removed", own, before={"question": question.key, **gone})


def move_question(ctx: Context, own: OwnQuestionnaire, question: OwnQuestion, step: int) -> None:
    """Put a question before the one above it (-1) or after the one below it (+1), in the next section at the end."""
    text = locked(ctx, own)
    before = document_of(text)
    order = {number: list(rows) for number, rows in text.questions.items()}
    here = order[question.section_id]
    place = here.index(question)
    if 0 <= place + step < len(here):
        swap(here, place, step)
    else:
        ids = [section.id for section in text.sections]
        there = ids.index(question.section_id) + step
        if not 0 <= there < len(ids):
            raise Refused(NOTHING_BEYOND)
        if not is_shared(question.toml):
            raise Refused(say("Une question garde sa partie : sa clé en porte le nom."))
        here.remove(question)
        question.section_id = ids[there]
        order[ids[there]].insert(0 if step > 0 else len(order[ids[there]]), question)
    for rows in order.values():
        for rank, row in enumerate(rows):
            row.place = rank
    judge(before, document_of(replace(text, questions=order)), known_questions(ctx))
    ctx.session.flush()
    journal.record(ctx, "questionnaire.question_moved", own, after={"question": question.key, "step": step})


def _read(
    ctx: Context, text: OwnText, section: OwnSection, raw: Mapping[str, Any], question: OwnQuestion | None
) -> tuple[Question, Mapping[str, Any]]:
    """The question that raw fields make, and the whole with it in its place, which was judged."""
    defined, document = known_questions(ctx), document_of(text).raw()
    held = {said_of(one) for one in draft_defects(document, defined)}
    key = question.key if question is not None else _new_key(ctx, text, section, raw)
    part = document["sections"][text.sections.index(section)]
    fields = {**raw, "key": key}
    asked = part.setdefault("questions", [])
    if question is None:
        asked.append(fields)
    else:
        asked[list(text.questions[section.id]).index(question)] = fields
    new = [one for one in draft_defects(document, defined) if said_of(one) not in held]
    if new:
        raise RefusedQuestion(new, key)
    return defined_questions(document)[key], document


def _new_key(ctx: Context, text: OwnText, section: OwnSection, raw: Mapping[str, Any]) -> str:
    said = raw.get("text") or {}
    name = slug(str(said.get("fr") or said.get("en") or ""), "question", longest=50)
    return free(f"{section.key}.{name}", _taken(ctx, text))


def _taken(ctx: Context, text: OwnText) -> set[str]:
    return {*known_questions(ctx), *(question.key for question in text.entries)}


def _rename(text: OwnText, keys: Mapping[str, str]) -> None:
    """Put the conditions of one's own questions on the new keys."""
    document = document_of(text).raw()
    asked = defined_questions(document)
    raws = {raw["key"]: raw for part in document["sections"] for raw in part.get("questions", ()) if "key" in raw}
    for row in text.entries:
        question = asked.get(row.key)
        if question is None or all(among.question not in keys for among in elementary_conditions(question.visible_if)):
            continue
        for old, new in keys.items():
            question = replace(question, visible_if=renamed_condition(question.visible_if, old, new))
        row.toml = question_toml(question, draft=raws[row.key].get("articles") == [])


def _published_question(ctx: Context, own: OwnQuestionnaire, key: str) -> Question | None:
    version = queries.published_version(ctx.session, own)
    return queries.questionnaire_of(ctx.session, version).question(key) if version is not None else None
