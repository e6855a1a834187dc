"""Somebody at the vendor gives a part of an audit to a colleague, reminds them, takes it back; nobody loses access."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import select

from portal.audits import delegation_queries, queries
from portal.audits.exchange_models import Delegation
from portal.audits.models import Audit
from portal.audits.queries import AuditAnswers
from portal.audits.rules import LONGEST_NOTE, MOST_DELEGATIONS, day_problem, nudge_problem
from portal.audits.services.optional_questions import OptionalQuestions, none_optional
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission, Role
from portal.core import workdays
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.landing import Landing
from portal.core.language import N_, Language
from portal.core.secret_keys import Secrets
from portal.identity.rules import is_address, normal_address
from portal.identity.services import Person
from portal.journal import services as journal
from portal.notices.rules import LOOKED_BACK_DAYS
from portal.notices.services import AddressedNews, News, note_many, tell_otherwise
from portal.vendors.colleagues import invite_colleague, invite_colleague_again
from portal.vendors.letters import arrival
from portal.vendors.models import ColleagueInvitation, Membership, Vendor

LONGEST_REST = timedelta(days=7)
"""More days than are ever without work in a row: how far ahead a date is looked for."""
_SENT = N_("Ce questionnaire est déjà envoyé : il n'y a plus rien à confier.")
_NO_NAME = N_("Cette adresse n'est pas encore parmi vos collègues : écrivez aussi le nom, pour l'inviter.")


class NameWanted(Refused):
    """The address has no account yet: a name is wanted to invite it."""


@dataclass(frozen=True)
class DelegationOrder:
    """Whom a part is given to, why and until when; the name serves to invite an address without account."""

    email: str
    name: str = ""
    note: str = ""
    due_on: date | None = None
    language: Language = Language.FR


def give_part(
    ctx: Context, secrets: Secrets, audit_id: int, section_key: str, question_key: str, order: DelegationOrder
) -> Delegation:
    """Ask a colleague to answer a section, or one question of it; an address without account is invited.

    What is told by mail is in our words alone: the giver's note is shown on the page. Raises NotFound, Refused.
    """
    sheet = queries.open_sheet(ctx, audit_id, to=Permission.AUDIT_ANSWER, lock=True)
    if not sheet.audit.state.is_with_vendor:
        raise Refused(_SENT)
    _check_part(sheet, section_key, question_key)
    email = normal_address(order.email)
    _check_order(ctx, sheet.audit, order, email)
    _check_others(ctx, sheet.audit, section_key, question_key)
    _settle_account(ctx, secrets, sheet.audit, order, email)
    row = Delegation(
        vendor_id=sheet.audit.vendor_id, audit_id=audit_id, round=sheet.audit.round, section_key=section_key,
        question_key=question_key, email=email, note=order.note, due_on=order.due_on, given_by_id=ctx.actor.id,
        given_by_name=ctx.actor.name, given_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(row)
    ctx.session.flush()
    after = {"section": section_key, "question": question_key, "email": email, "due_on": order.due_on}
    journal.record(ctx, "delegation.given", row, after=after)
    _tell_colleague(ctx, sheet, row, "given", "0")
    return row


def _check_part(sheet: AuditAnswers, section_key: str, question_key: str) -> None:
    section = next((one for one in sheet.questionnaire.sections if one.key == section_key), None)
    if section is None or (question_key and question_key not in {question.key for question in section.questions}):
        raise NotFound()


def _check_order(ctx: Context, audit: Audit, order: DelegationOrder, email: str) -> None:
    if not is_address(email):
        raise Refused(N_("Cette adresse est incomplète, ou comporte un caractère inattendu."))
    if email == ctx.actor.email:
        raise Refused(N_("C'est votre propre adresse : choisissez celle d'un collègue."))
    if len(order.note) > LONGEST_NOTE:
        raise Refused(N_("Le mot au collègue compte %(most)s caractères au plus."), most=LONGEST_NOTE)
    problem = day_problem(order.due_on, audit.due_on, ctx.today)
    if problem is not None:
        raise Refused(problem)


def _check_others(ctx: Context, audit: Audit, section_key: str, question_key: str) -> None:
    held = ctx.session.scalars(
        select(Delegation).where(
            Delegation.audit_id == audit.id, Delegation.round == audit.round, Delegation.taken_back_at.is_(None)
        )
    ).all()
    if len(held) >= MOST_DELEGATIONS:
        raise Refused(N_("Vous avez confié %(most)s parties de ce questionnaire : reprenez-en d'abord."),
                      most=MOST_DELEGATIONS)  # fmt: skip
    same = [row for row in held if (row.section_key, row.question_key) == (section_key, question_key)]
    if same:
        raise Refused(N_("C'est déjà confié à %(email)s : reprenez-le d'abord."), email=same[0].email)


def _settle_account(ctx: Context, secrets: Secrets, audit: Audit, order: DelegationOrder, email: str) -> None:
    """A colleague who may answer, or an address that is invited as the colleagues' page does, with its shares."""
    member = delegation_queries.member_with(ctx, audit.vendor_id, email)
    if member is not None:
        if not delegation_queries.may_answer(member[1]):
            raise Refused(N_("Cette personne lit seulement : un responsable peut changer son accès."))
        return
    vendor = ctx.session.get_one(Vendor, audit.vendor_id)
    if not ctx.can(Permission.COLLEAGUE_INVITE, vendor):
        raise Refused(N_("Cette adresse n'est pas parmi vos collègues : demandez à un responsable de l'inviter."))
    if _open_invitation(ctx, audit.vendor_id, email) is not None:
        return
    if not order.name:
        raise NameWanted(_NO_NAME)
    invite_colleague(ctx, secrets, vendor, Person(email, order.name, Role.VENDOR_RESPONDENT, order.language))


def _open_invitation(ctx: Context, vendor_id: int, email: str) -> ColleagueInvitation | None:
    return ctx.session.scalar(
        select(ColleagueInvitation).where(
            ColleagueInvitation.vendor_id == vendor_id, ColleagueInvitation.email == email,
            ColleagueInvitation.closed_at.is_(None),
        )
    )  # fmt: skip


def nudge_colleague(
    ctx: Context, secrets: Secrets, audit_id: int, delegation_id: int, *, optional: OptionalQuestions = none_optional
) -> Delegation:
    """Remind a colleague in their next digest, once a day and five times in all; who has no account is invited again.

    `optional` says which questions need no answer. Raises NotFound, Refused.
    """
    sheet, row = _held(ctx, audit_id, delegation_id)
    sheet = replace(sheet, spared=frozenset(optional(ctx, sheet)))
    if not delegation_queries.left_in_part(sheet, row):
        raise Refused(N_("Il n'y reste rien à répondre."))
    nudged_on = legal_date(row.nudged_at) if row.nudged_at is not None else None
    problem = nudge_problem(row.nudges, nudged_on, legal_date(row.given_at), ctx.today)
    if problem is not None:
        raise Refused(problem)
    if delegation_queries.member_with(ctx, row.vendor_id, row.email) is None:
        _invite_again(ctx, secrets, row)
    row.nudges, row.nudged_at, row.done_at = row.nudges + 1, ctx.now, None
    ctx.session.flush()
    journal.record(ctx, "delegation.nudged", row, after={"email": row.email, "nudges": row.nudges})
    _tell_colleague(ctx, sheet, row, "nudged", str(row.nudges))
    return row


def _invite_again(ctx: Context, secrets: Secrets, row: Delegation) -> None:
    vendor = ctx.session.get_one(Vendor, row.vendor_id)
    held = _open_invitation(ctx, row.vendor_id, row.email)
    if held is None:
        raise Refused(N_("Cette invitation a été retirée : reprenez la main, ou confiez-le à quelqu'un d'autre."))
    invite_colleague_again(ctx, secrets, vendor, held.id)


def remind_colleagues(ctx: Context, day: date, *, optional: OptionalQuestions = none_optional) -> int:
    """Note, for the digests of a morning, the parts whose date has come and that are not done; returns how many.

    Each is told once for its date: that day, or the last working day before it. Not one of which nothing is left to
    answer, nor one that was given this same day. Of a colleague who has no account yet, whoever gave the part is told:
    an invitation is sent again by a person, never by itself.
    """
    found = 0
    for audit_id, rows in groupby(_parts_due(ctx, day), key=lambda row: row.audit_id):
        sheet = queries.open_sheet(ctx, audit_id, to=Permission.SPACE_VIEW)
        sheet = replace(sheet, spared=frozenset(optional(ctx, sheet)))
        for row in rows:
            if delegation_queries.left_in_part(sheet, row):
                found += _tell_colleague(ctx, sheet, row, "due", str(row.due_on)) or _tell_giver_of_absent(
                    ctx, sheet, row
                )
    return found


def _tell_giver_of_absent(ctx: Context, sheet: AuditAnswers, row: Delegation) -> int:
    """Whoever gave a part, while they may still answer, that the colleague due by now never opened an account."""
    member = delegation_queries.member_with(ctx, row.vendor_id, row.email)
    if member is not None or row.given_by_id is None:
        return 0
    giver = ctx.session.scalar(
        select(Membership.user_id).where(Membership.vendor_id == row.vendor_id, Membership.user_id == row.given_by_id)
    )
    if giver is None:
        return 0
    news = News(
        template="audits/emails/notice_part_absent",
        key=f"{_about(row)}:absent:{row.due_on}",
        about=_about(row),
        values={**_part_in_words(sheet, row), "email": row.email},
        due_on=row.due_on,
        landing=arrival(Landing("vendor_space.audit", audit_id=row.audit_id), row.vendor_id),
    )
    return note_many(ctx, [AddressedNews(giver, row.vendor_id, news)])


def _parts_due(ctx: Context, day: date) -> Sequence[Delegation]:
    first = day - timedelta(days=LOOKED_BACK_DAYS)
    rows = delegation_queries.parts_due(ctx, first, day + LONGEST_REST)
    return [
        row
        for row in rows
        if row.due_on is not None and workdays.last_working(row.due_on) <= day and legal_date(row.given_at) < day
    ]


def take_back(ctx: Context, audit_id: int, delegation_id: int) -> Delegation:
    """Ask no more of a colleague; their access stays as it is. Raises NotFound, Refused."""
    _sheet, row = _held(ctx, audit_id, delegation_id)
    row.taken_back_at = ctx.now
    ctx.session.flush()
    tell_otherwise(ctx, [_about(row)])
    journal.record(ctx, "delegation.taken_back", row, before={"email": row.email})
    return row


def finish_part(ctx: Context, sheet: AuditAnswers, row: Delegation) -> list[str]:
    """The colleague says that it is done: true once nothing is left in it to answer; returns the keys that are.

    Whoever gave it is told in their digest.
    """
    authorize(ctx, Permission.AUDIT_ANSWER, sheet.audit)
    left = delegation_queries.left_in_part(sheet, row)
    if left or row.done_at is not None or row.email != ctx.actor.email:
        return left
    row.done_at = ctx.now
    ctx.session.flush()
    journal.record(ctx, "delegation.done", row)
    tell_otherwise(ctx, [_about(row)])
    if row.given_by_id is not None:
        news = News(
            template="audits/emails/notice_part_done",
            key=f"{_about(row)}:done:{row.nudges}",
            about=f"{_about(row)}:done",
            values=_part_in_words(sheet, row),
            expects_action=False,
            landing=arrival(Landing("vendor_space.audit", audit_id=row.audit_id), row.vendor_id),
        )
        note_many(ctx, [AddressedNews(row.given_by_id, row.vendor_id, news)])
    return []


def forget_delegations(ctx: Context, audit: Audit) -> None:
    """Once an audit is sent or withdrawn, nobody is told any more that a part of it waits for them."""
    rows = ctx.session.scalars(select(Delegation).where(Delegation.audit_id == audit.id))
    tell_otherwise(ctx, [_about(row) for row in rows])


def _held(ctx: Context, audit_id: int, delegation_id: int) -> tuple[AuditAnswers, Delegation]:
    """A delegation with its audit, for whoever gave it or an administrator of the vendor."""
    sheet = queries.open_sheet(ctx, audit_id, to=Permission.AUDIT_ANSWER, lock=True)
    row = delegation_queries.delegation_of(ctx, audit_id, delegation_id, lock=True)
    if not sheet.audit.state.is_with_vendor:
        raise Refused(_SENT)
    if not may_follow(ctx, row):
        raise Forbidden(N_("Seuls la personne qui l'a confié et vos responsables peuvent le faire."))
    return sheet, row


def may_follow(ctx: Context, row: Delegation) -> bool:
    """Whether the actor may remind the colleague or take the part back."""
    return (ctx.actor.id is not None and row.given_by_id == ctx.actor.id) or ctx.can(Permission.COLLEAGUE_INVITE)


def _about(row: Delegation) -> str:
    return f"delegation:{row.id}"


def _tell_colleague(ctx: Context, sheet: AuditAnswers, row: Delegation, what: str, time: str) -> int:
    """In their next digest, in our words, once for each `time`; who has no account has the letter of the invitation."""
    member = delegation_queries.member_with(ctx, row.vendor_id, row.email)
    if member is None:
        return 0
    landing = Landing(
        "vendor_space.section", audit_id=row.audit_id, section_key=row.section_key, confie=row.id
    )  # fmt: skip
    news = News(
        template="audits/emails/notice_part",
        key=f"{_about(row)}:{what}:{time}",
        about=_about(row),
        values={**_part_in_words(sheet, row), "what": what},
        due_on=row.due_on or sheet.audit.due_on,
        landing=arrival(landing, row.vendor_id),
    )
    return note_many(ctx, [AddressedNews(member[0].id, row.vendor_id, news)])


def _part_in_words(sheet: AuditAnswers, row: Delegation) -> dict[str, object]:
    section = next(one for one in sheet.questionnaire.sections if one.key == row.section_key)
    number = sheet.number_of(row.question_key) if row.question_key else ""
    day = row.due_on.isoformat() if row.due_on else ""
    return {"sections": {one.value: section.title.read(one) for one in Language}, "number": number, "due_on": day}
