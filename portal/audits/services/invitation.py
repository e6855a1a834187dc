"""One vendor is asked, outside any campaign: the audit is opened and its people receive a link that lands on it."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from portal.audits.accepted_questions import accepted_questions
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.audits.services.opening import open_audit
from portal.audits.standing_answers import counts_here
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.landing import Landing
from portal.core.language import N_
from portal.journal import services as journal
from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.rules.composition import PackChoice
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


def open_and_invite(
    ctx: Context, vendor: Vendor, questionnaire: Questionnaire, *, due_on: date, choice: PackChoice | None = None,
    before_its_day: bool = False,
) -> InvitedAudit:  # fmt: skip
    """Freeze the questionnaire, open the audit and promise the invitations.

    `before_its_day` asks again what the vendor was told would not be asked before a day to come: without it, that is
    Refused; with it, the journal keeps which questions and which day.

    Raises Refused when the vendor already has this questionnaire to answer, alone or within another, in whatever
    version: two questionnaires with the same questions would be answered twice, or never. Raises Refused too when the
    choice departs from what the vendor's services call for and does not say why.
    """
    authorize(ctx, Permission.AUDIT_OPEN, vendor)
    if choice is not None and choice.lacks_reason:
        raise Refused(N_("Vous ajoutez ou retirez un questionnaire : dites pourquoi, la raison reste au journal."))
    ctx.session.scalar(select(Vendor.id).where(Vendor.id == vendor.id).with_for_update())
    under_way = ctx.session.scalars(
        select(QuestionnaireVersion.packs)
        .join(Audit, Audit.questionnaire_version_id == QuestionnaireVersion.id)
        .where(Audit.vendor_id == vendor.id, Audit.state.not_in(_ENDED))
    ).all()
    asked = questionnaire.packs or (questionnaire.key,)
    if any(not set(packs).isdisjoint(asked) for packs in under_way):
        raise Refused(N_("Ce questionnaire est déjà en cours chez ce sous-traitant : terminez ou annulez cet audit."))
    held = accepted_questions(ctx, vendor, questionnaire)
    if held and not before_its_day:
        raise Refused(
            N_("Ce sous-traitant a lu que %(n)s de ces questions ne lui seraient pas reposées avant leur jour."),
            n=sum(len(one.questions) for one in held),
        )
    version = publish(ctx, questionnaire)
    audit = open_audit(ctx, vendor, version, due_on=due_on, choice=choice)
    for one in held:
        keys = [question.key for question in one.questions]
        journal.record(ctx, "audit.asked_again", audit, after={"accepted_until": one.until, "questions": keys})
    open_accounts(ctx, [vendor.id])
    here, of = counts_here(ctx, [vendor.id], questionnaire).get(vendor.id, (0, 0)) if audit.carries else (0, 0)
    return InvitedAudit(audit, _invite(ctx, audit, version, {"here": here, "here_of": of}))


def _invite(ctx: Context, audit: Audit, version: QuestionnaireVersion, carried: Mapping[str, int]) -> int:
    letter = VendorLetter(
        template="audits/emails/asked",
        key=f"audit:{audit.id}:asked",
        landing=Landing("vendor_space.audit", audit_id=audit.id),
        about=f"audit:{audit.id}",
        values={"due_on": audit.due_on.isoformat(), **carried},
        title=version.title,
        invites=True,
    )
    return write_to_vendor(ctx, audit.vendor_id, letter)
