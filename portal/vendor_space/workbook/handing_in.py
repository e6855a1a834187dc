"""A workbook handed in: read in a child process, merged with the answers there are, and told question by question."""

import json
from collections.abc import Mapping, Sequence

from portal.audits import services
from portal.audits.models import stored_value, value_of
from portal.audits.queries import AuditAnswers
from portal.audits.services import PostedAnswer
from portal.authz.context import Context
from portal.core import process, tokens
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import Sentence, say
from portal.core.spreadsheets import MEGABYTE, read_sheets_apart
from portal.core.stale import StaleWrite, fingerprint
from portal.journal import services as journal
from portal.questionnaires.definition import NO_ANSWER, GivenAnswer, Question
from portal.vendor_space.workbook.marks import Sealer
from portal.vendor_space.workbook.merging import Outcome, outcome
from portal.vendor_space.workbook.reading import CellRefusal, FileAnswer, FileAnswers, read_answers_of

MOST_BYTES = 10 * MEGABYTE
LONGEST_CHOICE = 400_000
"""Characters of an answer carried by the page where a person chooses: the largest table holds fewer."""


@dataclass(frozen=True)
class WorkbookChoice:
    """An answer that the workbook and the portal give otherwise, or that the workbook emptied."""

    question: Question
    ours: GivenAnswer
    """The workbook's."""
    theirs: GivenAnswer
    """The portal's."""
    base: str
    """Version and fingerprint of the portal's answer, for the page to carry."""

    @property
    def carried(self) -> str:
        """The workbook's answer, as the page carries it."""
        return json.dumps({**stored_value(self.ours.value), "c": self.ours.comment}, ensure_ascii=False)


@dataclass(frozen=True)
class WorkbookTaken:
    """What a workbook changed, what it could not, and what a person has to choose."""

    sheet: AuditAnswers
    saved: int
    unchanged: int
    refused: Sequence[CellRefusal]
    choices: Sequence[WorkbookChoice]


def sealer() -> Sealer:
    """The code of a text under the portal's secret."""
    secret = process.settings().secrets.tokens
    return lambda text: tokens.derive(secret, f"classeur:{text}")


def read_workbook(data: bytes, sheet: AuditAnswers) -> FileAnswers:
    """What a workbook says of an audit; raises Refused when the file as a whole cannot be taken."""
    sheets = read_sheets_apart(data, max_bytes=MOST_BYTES)
    return read_answers_of(sheets, sheet.audit.id, sheet.questionnaire, sealer())


def take_workbook(ctx: Context, sheet: AuditAnswers, found: FileAnswers, *, name: str) -> WorkbookTaken:
    """Keep what the workbook answers, on answers obtained to be written; nothing newer is overwritten."""
    taken: dict[str, FileAnswer] = {}
    choices: list[WorkbookChoice] = []
    unchanged = 0
    for key, one in found.answers.items():
        portal = sheet.read.get(key, NO_ANSWER)
        match outcome(one.mark, one.value, one.comment, portal):
            case Outcome.KEPT:
                unchanged += 1
            case Outcome.TAKEN:
                taken[key] = one
            case Outcome.TO_CHOOSE:
                choices.append(_choice(sheet, one, portal))
    saved = services.save_section(ctx, sheet, [_posted(sheet, one) for one in taken.values()])
    refused = [*found.refused, *_not_saved(saved.sheet, taken, saved.refused)]
    kept = len(taken) - (len(refused) - len(found.refused))
    journal.record(
        ctx,
        "answer.workbook",
        sheet.audit,
        after={"name": name[:200], "saved": kept, "cells_refused": len(refused), "to_choose": len(choices)},
    )
    # A choice on a question that is closed, or not asked, leads nowhere: it is told like the rest.
    open_choices = [one for one in choices if one.question.key in saved.sheet.open_keys]
    closed = [one for one in choices if one not in open_choices]
    refused += [CellRefusal(found.answers[one.question.key].cell, _closed(saved.sheet, one.question)) for one in closed]
    return WorkbookTaken(saved.sheet, kept, unchanged, refused, open_choices)


def _posted(sheet: AuditAnswers, one: FileAnswer) -> PostedAnswer:
    key = one.question.key
    return PostedAnswer(key, one.value, one.comment, sheet.versions.get(key, 0))


def _not_saved(
    after: AuditAnswers, taken: Mapping[str, FileAnswer], refused: Mapping[str, Refused]
) -> list[CellRefusal]:  # fmt: skip
    """Answers that could not be saved: their questions are closed, or not asked given the other answers."""
    told = []
    for key, one in taken.items():
        if key in refused:
            told.append(CellRefusal(one.cell, refused[key].sentence))
        elif key not in after.open_keys:
            told.append(CellRefusal(one.cell, _closed(after, one.question)))
    return told


def _closed(sheet: AuditAnswers, question: Question) -> Sentence:
    if question.key in sheet.shown:
        return say("Cette question n'est pas ouverte à la modification.")
    return say("Cette question n'est pas posée avec vos autres réponses : rien n'en est repris.")


def _choice(sheet: AuditAnswers, one: FileAnswer, portal: GivenAnswer) -> WorkbookChoice:
    key = one.question.key
    base = f"{sheet.versions.get(key, 0)}.{fingerprint(portal.value, portal.comment)}"
    return WorkbookChoice(one.question, GivenAnswer(one.value, one.comment), portal, base)


def chosen_answer(question: Question, carried: str) -> GivenAnswer:
    """The workbook's answer that a page carried; raises Refused when it is no answer to this question."""
    unreadable = say("Cette réponse n'a pas la forme attendue.")
    if len(carried) > LONGEST_CHOICE:
        raise Refused(unreadable)
    try:
        found = json.loads(carried)
    except (ValueError, RecursionError) as failure:
        raise Refused(unreadable) from failure
    if not isinstance(found, dict) or not isinstance(found.get("c", ""), str):
        raise Refused(unreadable)
    return GivenAnswer(value_of(found), found.get("c", ""))


def keep_choice(
    ctx: Context, sheet: AuditAnswers, question: Question, ours: GivenAnswer, base: tuple[int, str]
) -> AuditAnswers | WorkbookChoice:  # fmt: skip
    """Put the workbook's answer in the place of the one that was shown; again a choice when it changed meanwhile.

    Raises Refused when the answer cannot be stored.
    """
    version, seen = base
    try:
        posted = PostedAnswer(question.key, ours.value, ours.comment, version, seen)
        return services.save_posted_answer(ctx, sheet, posted).sheet
    except StaleWrite:
        portal = sheet.read.get(question.key, NO_ANSWER)
        told = f"{sheet.versions.get(question.key, 0)}.{fingerprint(portal.value, portal.comment)}"
        return WorkbookChoice(question, ours, portal, told)
