"""The vendor says that an answer still holds: one, or all of a section that ask nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from portal.audits.queries import AuditAnswers, asked_in
from portal.audits.services.answers import (
    answer_facts,
    answers_insert,
    carry_of,
    carry_proofs,
    must_be_with_vendor,
    note_progress,
)
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.stale import fingerprint
from portal.journal import services as journal
from portal.questionnaires.definition import GivenAnswer


def confirm_section(ctx: Context, sheet: AuditAnswers, section: str, seen: Mapping[str, str]) -> AuditAnswers:
    """« Rien n'a changé »: confirm the proposed answers of a section that ask nothing, on a sheet kept for writing.

    `seen` is the fingerprint of each proposed answer that the person had before them: one that is proposed otherwise
    since, or that somebody has answered meanwhile, is left alone.
    """
    asked = asked_in(ctx, sheet)
    keys = [q.key for part in sheet.questionnaire.sections if part.key == section for q in part.questions]
    return confirm_answers(ctx, sheet, [key for key in keys if key not in asked], seen)


def confirm_answers(ctx: Context, sheet: AuditAnswers, keys: Sequence[str], seen: Mapping[str, str]) -> AuditAnswers:
    """Confirm some proposed answers as they were shown, whatever they ask; see `confirm_section`."""
    authorize(ctx, Permission.AUDIT_ANSWER, sheet.audit)
    must_be_with_vendor(sheet.audit)
    open_keys = [key for key in keys if key in sheet.proposed and key in sheet.open_keys]
    after = confirm_proposed(ctx, sheet, [key for key in open_keys if seen.get(key) == proposed_mark(sheet, key)])
    note_progress(ctx, after)
    return after


def proposed_mark(sheet: AuditAnswers, key: str) -> str | None:
    """The fingerprint of what is proposed to a question; None when nothing is."""
    given = sheet.proposed.get(key)
    return None if given is None else fingerprint(given.value, given.comment)


def confirm_proposed(ctx: Context, sheet: AuditAnswers, keys: Sequence[str]) -> AuditAnswers:
    """Store proposed answers as confirmed, with their proofs that are still good; the caller has checked the keys."""
    given = {key: sheet.proposed[key] for key in keys}
    if not given:
        return sheet
    rows = [
        {
            "audit_id": sheet.audit.id, "question_key": key, "version": 1,
            **answer_facts(ctx, answer.value, answer.comment, carry_of(sheet, key, answer.value, answer.comment)),
        }
        for key, answer in given.items()
    ]  # fmt: skip
    # The lock on the audit keeps others away; whoever came by another way is not overwritten.
    insert = answers_insert(ctx).values(rows).on_conflict_do_nothing(index_elements=["audit_id", "question_key"])
    kept = set(ctx.session.scalars(insert.returning(insert.table.c.question_key)))
    files = carry_proofs(ctx, sheet, sorted(kept))
    journal.record(ctx, "answers.confirmed", sheet.audit, after={"questions": sorted(kept)})
    made = {key: carry_of(sheet, key, given[key].value, given[key].comment) for key in kept}
    return replace(
        sheet,
        answers={
            **sheet.answers,
            **{key: GivenAnswer(given[key].value, given[key].comment, files.get(key, 0)) for key in kept},
        },
        versions={**sheet.versions, **dict.fromkeys(kept, 1)},
        touched={**sheet.touched, **dict.fromkeys(kept, ctx.now)},
        carried={**sheet.carried, **{key: found for key, found in made.items() if found is not None}},
    )
