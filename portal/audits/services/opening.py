"""An audit begins: one vendor is asked to answer a frozen questionnaire, alone or in a wave."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import insert

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.language import N_
from portal.journal import services as journal
from portal.questionnaires.models import QuestionnaireVersion
from portal.vendors.models import Vendor


def open_audit(ctx: Context, vendor: Vendor, version: QuestionnaireVersion, *, due_on: date) -> Audit:
    """Ask one vendor to answer a frozen questionnaire."""
    authorize(ctx, Permission.AUDIT_OPEN, vendor)
    if due_on < ctx.today:
        raise Refused(N_("L'échéance est déjà passée : choisissez une date à venir."))
    audit_id = open_many(ctx, [vendor.id], version, due_on=due_on)[0]
    audit = ctx.session.get_one(Audit, audit_id)
    journal.record(
        ctx, "audit.opened", audit, after={"questionnaire": version.sha256, "due_on": due_on}, vendor_id=vendor.id
    )
    return audit


def open_many(ctx: Context, vendor_ids: Sequence[int], version: QuestionnaireVersion, *, due_on: date) -> list[int]:
    """Open one audit per vendor with one statement per thousand; answers come when given.

    The caller (a wave) has authorised and journals the whole.
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
    }
    ids: list[int] = []
    for start in range(0, len(vendor_ids), 1000):
        rows = [{**row, "vendor_id": vendor_id} for vendor_id in vendor_ids[start : start + 1000]]
        ids += ctx.session.scalars(insert(Audit).returning(Audit.id, sort_by_parameter_order=True), rows).all()
    return ids
