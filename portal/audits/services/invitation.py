"""One vendor is asked, outside any campaign: the audit is opened and its people receive a link that lands on it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.audits.services.opening import open_audit
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.landing import Landing
from portal.core.language import N_
from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.services import publish
from portal.vendors.letters import VendorLetter, write_to_vendor
from portal.vendors.memberships import open_accounts
from portal.vendors.models import Vendor

_ENDED = (AuditState.ACCEPTED, AuditState.CANCELLED)


@dataclass(frozen=True)
class InvitedAudit:
    """An audit just opened, and how many people were written to; none when the vendor has no contact yet."""

    audit: Audit
    invited: int


def open_and_invite(ctx: Context, vendor: Vendor, questionnaire: Questionnaire, *, due_on: date) -> InvitedAudit:
    """Freeze the questionnaire, open the audit and promise the invitations.

    Raises Refused when the vendor already has this questionnaire to answer, in whatever version: two questionnaires
    with the same questions would be answered twice, or never.
    """
    authorize(ctx, Permission.AUDIT_OPEN, vendor)
    ctx.session.scalar(select(Vendor.id).where(Vendor.id == vendor.id).with_for_update())
    already = ctx.session.scalar(
        select(Audit.id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Audit.questionnaire_version_id)
        .where(Audit.vendor_id == vendor.id, Audit.state.not_in(_ENDED), QuestionnaireVersion.key == questionnaire.key)
        .limit(1)
    )
    if already is not None:
        raise Refused(N_("Ce questionnaire est déjà en cours chez ce sous-traitant : terminez ou annulez cet audit."))
    version = publish(ctx, questionnaire)
    audit = open_audit(ctx, vendor, version, due_on=due_on)
    open_accounts(ctx, [vendor.id])
    return InvitedAudit(audit, _invite(ctx, audit, version))


def _invite(ctx: Context, audit: Audit, version: QuestionnaireVersion) -> int:
    letter = VendorLetter(
        template="audits/emails/asked",
        key=f"audit:{audit.id}:asked",
        landing=Landing("vendor_space.audit", audit_id=audit.id),
        about=f"audit:{audit.id}",
        values={"due_on": audit.due_on.isoformat()},
        title=version.title,
        invites=True,
    )
    return write_to_vendor(ctx, audit.vendor_id, letter)
