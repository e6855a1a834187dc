"""What stands for a vendor: its last accepted answers, the proofs they rest on, and what each asks today."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, func, select
from sqlalchemy.orm import aliased

from portal.audits.models import AnswerEvidence, StandingAnswer, value_of, with_pieces
from portal.audits.proof_ages import is_good_for, kind_for
from portal.audits.register_facts import ASKED, register_facts
from portal.audits.rules import AskedAgain, HeldAnswer, HeldProof, asked_again, proposed_answers
from portal.authz.context import Context
from portal.core.statements import written_once
from portal.evidence.models import Evidence
from portal.evidence.queries import FACTS
from portal.evidence.rules import StandingKind
from portal.findings.models import Finding
from portal.findings.rules import LIVE
from portal.questionnaires.definition import Question, Questionnaire
from portal.questionnaires.rules.completing import progress_by_section, visible_questions


def standing_rows(*columns: Any) -> Select[Any]:
    """These columns of the answers that stand, and of the finding open on each, if there is one."""
    return select(*columns).outerjoin_from(
        StandingAnswer,
        Finding,
        and_(
            Finding.vendor_id == StandingAnswer.vendor_id,
            Finding.subject == StandingAnswer.question_key,
            Finding.state.in_(LIVE),
        ),
    )


@written_once
def _held() -> Select[Any]:
    return standing_rows(
        StandingAnswer.vendor_id, StandingAnswer.question_key, StandingAnswer.value, StandingAnswer.comment,
        StandingAnswer.file_count, StandingAnswer.contested, Finding.id.label("finding"), StandingAnswer.said_at,
        StandingAnswer.said_by, StandingAnswer.audit_id,
    ).where(StandingAnswer.vendor_id.in_(bindparam("vendor_ids", expanding=True)))  # fmt: skip


def held_answers(ctx: Context, vendor_id: int) -> dict[str, HeldAnswer]:
    """The answers that stand for a vendor, by question key; the caller has opened an audit of this vendor."""
    return held_by_vendor(ctx, [vendor_id]).get(vendor_id, {})


def held_by_vendor(ctx: Context, vendor_ids: Sequence[int]) -> dict[int, dict[str, HeldAnswer]]:
    """The same of several vendors, in one statement."""
    found: dict[int, dict[str, HeldAnswer]] = defaultdict(dict)
    for row in ctx.session.execute(_held(), {"vendor_ids": list(vendor_ids)}):
        found[row.vendor_id][row.question_key] = HeldAnswer(
            value=value_of(row.value),
            comment=row.comment,
            files=row.file_count,
            contested=row.contested,
            under_finding=row.finding is not None,
            said_at=row.said_at,
            said_by=row.said_by,
            audit_id=row.audit_id,
        )
    return dict(found)


def with_standing_answers(ctx: Context, vendor_ids: Sequence[int]) -> frozenset[int]:
    """Those of some vendors for whom an answer stands."""
    found = select(StandingAnswer.vendor_id).where(StandingAnswer.vendor_id.in_(vendor_ids)).distinct()
    return frozenset(ctx.session.scalars(found))


def held_proofs(
    ctx: Context, vendor_id: int, keys: Collection[str] | None = None
) -> Mapping[str, Sequence[AnswerEvidence]]:
    """The proofs that standing answers of a vendor rest on, by question, the latest last; of some questions or all.

    An answer rests on the newest version of a piece (`AnswerEvidence.current`), which may have come since.
    """
    return _proofs_by_vendor(ctx, [vendor_id], keys).get(vendor_id, {})


def _proofs_by_vendor(
    ctx: Context, vendor_ids: Sequence[int], keys: Collection[str] | None = None
) -> dict[int, dict[str, list[AnswerEvidence]]]:
    asked: dict[str, Any] = {"vendor_ids": list(vendor_ids)}
    if keys is not None:
        asked["keys"] = sorted(keys)
    found: dict[int, dict[str, list[AnswerEvidence]]] = defaultdict(lambda: defaultdict(list))
    for vendor_id, link in ctx.session.execute(_proofs(of_some=keys is not None), asked):
        found[vendor_id][link.question_key].append(link)
    return found


@written_once
def _proofs(*, of_some: bool) -> Select[int, AnswerEvidence]:
    """The links of the answers that stand for some vendors, with their pieces; of the questions of `keys` or of all."""
    found = (
        select(StandingAnswer.vendor_id, AnswerEvidence)
        .join(
            StandingAnswer,
            and_(
                StandingAnswer.audit_id == AnswerEvidence.audit_id,
                StandingAnswer.question_key == AnswerEvidence.question_key,
            ),
        )
        .options(*with_pieces())
        .where(StandingAnswer.vendor_id.in_(bindparam("vendor_ids", expanding=True)))
        .order_by(AnswerEvidence.id)
    )
    return found.where(AnswerEvidence.question_key.in_(bindparam("keys", expanding=True))) if of_some else found


def counts_here(ctx: Context, vendor_ids: Sequence[int], questionnaire: Questionnaire) -> dict[int, tuple[int, int]]:
    """Of some vendors for whom answers stand: how many need only be confirmed in this questionnaire, and of how many.

    Those that ask for a proof or for a finding are not « there »; a few statements whatever the number of vendors.
    """
    held: dict[int, dict[str, HeldAnswer]] = defaultdict(dict)
    for vendor_id, key, value, comment, files, contested, finding in ctx.session.execute(
        _said(), {"vendor_ids": list(vendor_ids)}
    ):
        held[vendor_id][key] = HeldAnswer(value_of(value), comment, files, contested, finding is not None)
    pieces: dict[int, dict[str, list[Row[Any]]]] = defaultdict(lambda: defaultdict(list))
    for piece in ctx.session.execute(_pieces(), {"vendor_ids": sorted(held)}) if held else ():
        pieces[piece.vendor_id][piece.question_key].append(piece)
    counted = {}
    asks_facts = [key for key in ASKED if questionnaire.question(key)]
    facts = register_facts(ctx, sorted(held), asks_facts) if held else {}
    for vendor_id, said in held.items():
        answers = {**facts.get(vendor_id, {}), **said}
        proposed = proposed_answers(questionnaire, answers, ())
        shown = {question.key for question in visible_questions(questionnaire, proposed)}
        asked = _asked(questionnaire, answers, pieces.get(vendor_id, {}), proposed, ctx.today)
        here = len((proposed.keys() & shown) - asked.keys())
        if here:
            # How many are asked in all does not depend on what is missing.
            parts = progress_by_section(questionnaire, {}, proposed, worked_out=(shown, ()))
            counted[vendor_id] = (here, sum(part.total for part in parts))
    return counted


@written_once
def _said() -> Select[Any]:
    return standing_rows(
        StandingAnswer.vendor_id, StandingAnswer.question_key, StandingAnswer.value, StandingAnswer.comment,
        StandingAnswer.file_count, StandingAnswer.contested, Finding.id,
    ).where(StandingAnswer.vendor_id.in_(bindparam("vendor_ids", expanding=True)))  # fmt: skip


@written_once
def _pieces() -> Select[Any]:
    """Of each proof, what `Evidence.current` says of it.

    Ten thousand vendors are counted so, and an object each is most of what it costs.
    """
    current = aliased(Evidence)
    return (
        select(
            StandingAnswer.vendor_id, AnswerEvidence.question_key, current.id,
            *(getattr(current, fact.key) for fact in FACTS),
        )
        .join(
            AnswerEvidence,
            and_(
                AnswerEvidence.audit_id == StandingAnswer.audit_id,
                AnswerEvidence.question_key == StandingAnswer.question_key,
            ),
        )
        .join(Evidence, Evidence.id == AnswerEvidence.evidence_id)
        .join(current, current.id == func.coalesce(Evidence.replaced_by_id, Evidence.id))
        .where(StandingAnswer.vendor_id.in_(bindparam("vendor_ids", expanding=True)))
    )  # fmt: skip


def good_proofs(question: Question, links: Sequence[AnswerEvidence], today: date) -> list[AnswerEvidence]:
    """Those that still prove something for this question on this day."""
    return [link for link in links if is_good_for(question, link.current, today)]


def asked_of(
    questionnaire: Questionnaire,
    held: Mapping[str, HeldAnswer],
    proofs: Mapping[str, Sequence[AnswerEvidence]],
    proposed: Collection[str],
    today: date,
) -> dict[str, AskedAgain]:
    """What each proposed answer asks, by question; those that ask nothing are not there."""
    pieces = {key: [link.current for link in links] for key, links in proofs.items()}
    return _asked(questionnaire, held, pieces, proposed, today)


def _asked(
    questionnaire: Questionnaire,
    held: Mapping[str, HeldAnswer],
    pieces: Mapping[str, Sequence[Evidence | Row[Any]]],
    proposed: Collection[str],
    today: date,
) -> dict[str, AskedAgain]:
    """The same, of pieces as they are today."""
    found = {}
    worths: dict[tuple[int, int | None], StandingKind] = {}
    for question in questionnaire.questions:
        if question.key not in proposed:
            continue
        worth = []
        for piece in pieces.get(question.key, ()):
            one = piece.id, question.evidence_max_age_months
            if one not in worths:
                worths[one] = kind_for(question, piece, today)
            worth.append(HeldProof(piece.kind, worths[one]))
        asked = asked_again(question, held[question.key], worth)
        if asked is not None:
            found[question.key] = asked
    return found
