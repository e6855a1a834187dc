"""Whom a campaign addresses today, as the database says it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.authz.policy import ANSWERING_ROLES, VENDOR_ROLES
from portal.campaigns import rules
from portal.campaigns.models import Campaign
from portal.core import process
from portal.core.clock import LEGAL_ZONE
from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say
from portal.identity.models import User
from portal.questionnaires import catalogue
from portal.questionnaires.models import QuestionnaireVersion
from portal.vendors.models import Contact, Membership, Vendor
from portal.vendors.rules.naming import fold
from portal.vendors.rules.status import VendorStatus
from portal.vendors.rules.tier import AT_RISK_VALUES, Tier

_VOCABULARY: dict[str, Any] = {
    "tiers": {tier.value for tier in Tier} | {rules.UNCLASSIFIED},
    "statuses": {status.value for status in VendorStatus},
}
FINISHED = (AuditState.ACCEPTED, AuditState.CANCELLED)
"""States of an audit that leaves its vendor free to be asked again."""


def audience_problems(raw: Mapping[str, Any]) -> list[rules.FieldProblem]:
    """What is wrong with an audience."""
    return rules.audience_problems(raw, **_VOCABULARY)


def parse_audience(raw: Mapping[str, Any]) -> rules.Audience:
    """A sound audience; raises ValueError."""
    return rules.parse_audience(raw, **_VOCABULARY)


def audience_of(ctx: Context, campaign: Campaign) -> list[int]:
    """The vendors that a campaign's audience holds today, in one statement."""
    return list(ctx.session.scalars(vendors_within(ctx, parse_audience(campaign.audience)).order_by(Vendor.id)))


def vendors_within(ctx: Context, audience: rules.Audience) -> Select[int]:
    """`rules.matches` as a query: `tests/campaigns/queries/test_audience.py` proves that both agree."""
    return select(Vendor.id).where(*criteria(audience, ctx.today))


def criteria(audience: rules.Audience, today: date) -> list[ColumnElement[bool]]:
    """The criteria given, each as a condition on vendors."""
    where: list[ColumnElement[bool]] = []
    if audience.tiers:
        classified = sorted(Tier(tier) for tier in audience.tiers - {rules.UNCLASSIFIED})
        unknown: list[ColumnElement[bool]] = [Vendor.tier.is_(None)] if rules.UNCLASSIFIED in audience.tiers else []
        if audience.tiers >= rules.AT_RISK_TIERS:
            unknown.append(and_(Vendor.tier.is_(None), Vendor.inherent.in_(AT_RISK_VALUES)))
        where.append(or_(Vendor.tier.in_(classified), *unknown))
    if audience.statuses:
        where.append(Vendor.status.in_(sorted(VendorStatus(status) for status in audience.statuses)))
    if audience.countries:
        where.append(Vendor.country.in_(sorted(audience.countries)))
    if audience.vendor_ids:
        where.append(Vendor.id.in_(sorted(audience.vendor_ids)))
    since = rules.audited_since(audience, today)
    if since is not None:
        recent = select(Audit.vendor_id).where(
            Audit.opened_at >= datetime.combine(since, time(), tzinfo=LEGAL_ZONE), Audit.state != AuditState.CANCELLED
        )
        where.append(Vendor.id.not_in(recent))
    return where


def vendors_named(ctx: Context, references: Sequence[str]) -> tuple[list[int], list[Sentence]]:
    """The vendors that people name one by one, by key or by name, and a sentence for each that is none or several."""
    folded = {reference: fold(reference) for reference in references}
    found: dict[str, set[int]] = {}
    for row in ctx.session.execute(
        select(Vendor.id, Vendor.key, Vendor.folded_name).where(
            or_(Vendor.key.in_(references), Vendor.folded_name.in_(list(folded.values())))
        )
    ):
        found.setdefault(row.key, set()).add(row.id)
        found.setdefault(row.folded_name, set()).add(row.id)
    ids: set[int] = set()
    faults: list[Sentence] = []
    for reference in references:
        named = found.get(reference) or found.get(folded[reference], set())
        if not named:
            faults.append(say("« %(name)s » n'est pas dans le registre.", name=reference))
        elif len(named) > 1:
            faults.append(say("Plusieurs sous-traitants s'appellent « %(name)s » : donnez sa clé.", name=reference))
        ids |= named
    return sorted(ids), faults


def vendor_keys(ctx: Context, vendor_ids: Sequence[int]) -> list[str]:
    """The keys of vendors chosen one by one, by name."""
    if not vendor_ids:
        return []
    return list(ctx.session.scalars(select(Vendor.key).where(Vendor.id.in_(vendor_ids)).order_by(Vendor.folded_name)))


@dataclass(frozen=True)
class AudiencePreview:
    """What a wave would do if it left now."""

    vendors: int
    busy: int
    """Vendors answering the same questionnaire already, or accepted until later: they would not be asked twice."""
    unreached: int
    """Vendors without a contact or an open account: their audit would open, and nobody would be told."""


def preview(ctx: Context, audience: Mapping[str, Any], questionnaire_key: str) -> AudiencePreview:
    """How many vendors an audience holds today, and how many of them no letter would reach; four statements."""
    within, busy = vendors_within(ctx, parse_audience(audience)), _busy(ctx, questionnaire_key)
    silent = within.where(Vendor.id.not_in(busy), Vendor.id.not_in(_answered_for()), Vendor.id.not_in(_writable()))

    def count(statement: Select[int]) -> int:
        return ctx.session.scalar(select(func.count()).select_from(statement.subquery())) or 0

    return AudiencePreview(count(within), count(within.where(Vendor.id.in_(busy))), count(silent))


def has_audience(ctx: Context, campaign: Campaign) -> bool:
    """Whether a campaign's audience holds anybody today."""
    return ctx.session.scalar(vendors_within(ctx, parse_audience(campaign.audience)).limit(1)) is not None


def not_to_be_asked_again(ctx: Context) -> ColumnElement[bool]:
    """Whether an audit is under way, or accepted until a day that is not over: its questionnaire is not sent again."""
    return or_(Audit.state.not_in(FINISHED), Audit.accepted_until >= ctx.today)


def _busy(ctx: Context, questionnaire_key: str) -> Select[int]:
    """Vendors answering the same questionnaire already, or accepted until later."""
    asked = catalogue.packs_of(questionnaire_key, process.settings().questionnaires_dir)
    versions = ctx.session.execute(select(QuestionnaireVersion.id, QuestionnaireVersion.packs)).all()
    same = [number for number, packs in versions if not asked.isdisjoint(packs)]
    return select(Audit.vendor_id).where(Audit.questionnaire_version_id.in_(same), not_to_be_asked_again(ctx))


def _answered_for() -> Select[int]:
    """Vendors with an open account that answers for them."""
    return (
        select(Membership.vendor_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.role.in_(ANSWERING_ROLES), User.disabled_at.is_(None))
    )


def _writable() -> Select[int]:
    """Vendors with a contact whose address can become an account, or whose account can answer for them too."""
    ours = select(User.email).where(or_(User.role.not_in(VENDOR_ROLES), User.disabled_at.is_not(None)))
    return select(Contact.vendor_id).where(Contact.user_id.is_(None), func.lower(Contact.email).not_in(ours))
