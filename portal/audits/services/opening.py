"""An audit begins: one vendor is asked to answer a frozen questionnaire, alone or in a wave."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.orm.attributes import set_committed_value

from portal.audits.models import Audit
from portal.audits.register_facts import ASKED, with_register_facts
from portal.audits.rules import AuditState
from portal.audits.standing_answers import with_standing_answers
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import workdays
from portal.core.errors import Refused
from portal.core.language import N_
from portal.journal import services as journal
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.queries import questionnaire_of
from portal.questionnaires.rules.composition import PackChoice
from portal.vendors.models import Vendor

_AUDITS = cast(Table, Audit.__table__)
_SAME_FOR_ALL = (
    "questionnaire_version_id", "state", "round", "opened_at", "opened_by_id", "due_on", "returned_questions",
    "answered", "expected", "wave_id",
)  # fmt: skip
_OPEN = (
    insert(_AUDITS)
    .from_select(
        [*_SAME_FOR_ALL, "vendor_id", "carries"],
        select(
            *(bindparam(name, type_=_AUDITS.c[name].type) for name in _SAME_FOR_ALL),
            Vendor.id,
            Vendor.id.in_(bindparam("known", expanding=True)),
        )
        .where(Vendor.id.in_(bindparam("batch", expanding=True)))
        .order_by(Vendor.id),
    )
    .returning(_AUDITS.c.vendor_id, _AUDITS.c.id)
)
"""What is the same for all is said once: row by row, saying it again was most of what opening them cost."""


def open_audit(
    ctx: Context, vendor: Vendor, version: QuestionnaireVersion, *, due_on: date, choice: PackChoice | None = None
) -> Audit:
    """Ask one vendor to answer a frozen questionnaire; a day that is not worked becomes the next one that is.

    `choice` is what a person decided to ask, beside what the vendor's services call for: the journal keeps it.
    """
    authorize(ctx, Permission.AUDIT_OPEN, vendor)
    if due_on < ctx.today:
        raise Refused(N_("L'échéance est déjà passée : choisissez une date à venir."))
    due_on = workdays.next_working(due_on)
    audit_id = open_audits(ctx, [vendor.id], version, due_on=due_on)[0]
    audit = ctx.session.get_one(Audit, audit_id)
    set_committed_value(audit, "vendor", vendor)  # so that the journal names it
    told: dict[str, Any] = {"questionnaire": version.sha256, "due_on": due_on}
    if choice is not None:
        kept = {"packs": choice.chosen, "added": choice.added, "taken_off": choice.taken_off, "reason": choice.reason}
        told |= {name: value if isinstance(value, str) else list(value) for name, value in kept.items() if value}
    journal.record(ctx, "audit.opened", audit, after=told, vendor_id=vendor.id)
    return audit


def open_audits(
    ctx: Context, vendor_ids: Sequence[int], version: QuestionnaireVersion, *, due_on: date, wave_id: int | None = None
) -> list[int]:
    """Open one audit per vendor (each named once) with a few statements per thousand; returns their ids in that order.

    The caller (a wave) has authorised and journals the whole; answers come when given.
    """
    row = {
        "questionnaire_version_id": version.id,
        "state": AuditState.OPENED,
        "round": 1,
        "opened_at": ctx.now,
        "opened_by_id": ctx.actor.id,
        "due_on": due_on,
        "returned_questions": [],
        "answered": 0,
        "expected": 0,
        "wave_id": wave_id,
    }
    questionnaire = questionnaire_of(ctx.session, version)
    facts_asked = [key for key in ASKED if questionnaire.question(key)]
    made: dict[int, int] = {}
    ctx.session.flush()
    connection = ctx.session.connection()
    for start in range(0, len(vendor_ids), 1000):
        batch = vendor_ids[start : start + 1000]
        known = with_register_facts(ctx, batch, facts_asked)
        if left := [vendor_id for vendor_id in batch if vendor_id not in known]:
            known |= with_standing_answers(ctx, left)
        pairs = connection.execute(_OPEN, {**row, "batch": batch, "known": list(known)})
        made.update((vendor_id, audit_id) for vendor_id, audit_id in pairs)
    return [made[vendor_id] for vendor_id in vendor_ids]
