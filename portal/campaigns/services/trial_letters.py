"""A message of a campaign tried on oneself: the real words and the real form, and nothing that counts anywhere.

No audit is opened, nothing is frozen and no row of a wave is written: there is nothing to count. The message leads to
the form that the next wave would ask, where what is typed is kept nowhere.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.campaigns import queries, rules
from portal.campaigns.models import Campaign
from portal.campaigns.rules import LetterKind
from portal.campaigns.services.what_is_asked import asked_of
from portal.campaigns.wave_letters import shared_values
from portal.consumer_law.legislation import metropolitan_france
from portal.core import process
from portal.core.landing import Landing
from portal.core.language import Language
from portal.jobs.mail import Envelope, send
from portal.journal import services as journal
from portal.questionnaires.definition import Questionnaire
from portal.vendors.letter_context import letter_context
from portal.vendors.models import Vendor

LATE_DAYS = 3
TRIAL_FORM = "questionnaire_previews.frame"


def first_vendor(ctx: Context, campaign: Campaign) -> int | None:
    """The vendor in whose place a campaign is tried: the first of its audience by name; None when it holds nobody."""
    within = queries.vendors_within(ctx, queries.parse_audience(campaign.audience))
    return ctx.session.scalar(
        select(Vendor.id).where(Vendor.id.in_(within)).order_by(Vendor.folded_name, Vendor.id).limit(1)
    )


def trial_letter(
    ctx: Context, questionnaire: Questionnaire, kind: LetterKind, language: Language, *, delay_days: int,
    vendor_id: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What a message would say to the first vendor, addressed to whoever tries it; without its wording or its link."""
    due_on = rules.deadline(ctx.today, delay_days, is_holiday=metropolitan_france().is_holiday)
    if kind is LetterKind.LATE:
        due_on = ctx.today - timedelta(days=LATE_DAYS)
    held = letter_context(ctx, [] if vendor_id is None else [vendor_id])
    subject = {} if vendor_id is None else held.subject_of(vendor_id)
    return {
        **shared_values(ctx, questionnaire),
        **subject,
        "due_on": due_on.isoformat(),
        "is_overdue": False,
        "started": False,
        "returned": False,
        "new_account": False,
        "name": ctx.actor.name,
        "organisation": process.settings().organisation,
        "title": questionnaire.title.read(language),
        "contact": held.contact_for(vendor_id or 0, None, language),
    }


def send_trial(ctx: Context, campaign: Campaign, kind: LetterKind = LetterKind.INVITATION) -> None:
    """Send oneself a message of a campaign, marked as a trial; raises Refused when its questionnaire is gone."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    vendor_id, language = first_vendor(ctx, campaign), ctx.actor.language
    questionnaire = asked_of(ctx, campaign, vendor_id)
    values = trial_letter(
        ctx, questionnaire, kind, language, delay_days=campaign.delay_days, vendor_id=vendor_id
    )  # fmt: skip
    contact = values.pop("contact")
    own = queries.own_letter(ctx, kind)
    if own is not None:
        values["text"] = own.texts()[language.value]
    send(ctx, Envelope(
        template=f"campaigns/emails/{kind.value}",
        recipient=ctx.actor.email,
        language=language,
        dedup=f"trial:{campaign.id}:{kind.value}:{ctx.actor.id}:{ctx.now.isoformat()}",
        values={**values, "is_trial": True},
        link=Landing(TRIAL_FORM, source="essai", name=campaign.id),
        about=f"campaign:{campaign.id}",
        contact=contact,
    ))  # fmt: skip
    after = {"message": kind.value, "questionnaire": questionnaire.sha256}
    journal.record(ctx, "campaign.tried", campaign, after=after)
