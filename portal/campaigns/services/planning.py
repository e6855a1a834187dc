"""A campaign as planned: drafted, revised, activated, paused."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.campaigns import queries, rules
from portal.campaigns.models import Campaign, CampaignState, SavedAudience
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_, say
from portal.core.row_lock import hold_row
from portal.identity.rules import is_address
from portal.journal import services as journal
from portal.questionnaires import catalogue
from portal.questionnaires.rules.composition import COMPOSED

LONGEST_DELAY_DAYS = 365


@dataclass(frozen=True)
class Plan:
    """What a campaign is asked to do."""

    name: str
    questionnaire_key: str
    audience: dict[str, Any]
    recurrence: dict[str, Any]
    delay_days: int
    reminders: tuple[int, ...]
    escalation_email: str
    escalation_after_days: int
    saved_audience_id: int | None = None
    """Whose criteria these are; those of `audience` otherwise."""

    def on(self, recurrence: Mapping[str, Any]) -> "Plan":
        """The same plan at another rhythm."""
        return replace(self, recurrence=dict(recurrence))


class InvalidPlan(Refused):
    """A plan that cannot be followed; `problems` says what is wrong and on which field."""

    def __init__(self, problems: list[rules.FieldProblem]) -> None:
        super().__init__(problems[0].message)
        self.problems = problems


def create(ctx: Context, plan: Plan) -> Campaign:
    """Keep a campaign as a draft; raises InvalidPlan with everything that is wrong."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    check(ctx, plan)
    campaign = Campaign(**_columns(plan), next_run_at=None, created_at=ctx.now, created_by_id=ctx.actor.id)
    ctx.session.add(campaign)
    ctx.session.flush()
    told = {name: value for name, value in _columns(plan).items() if value is not None}
    journal.record(ctx, "campaign.created", campaign, after=told)
    return campaign


def revise(ctx: Context, campaign: Campaign, plan: Plan) -> None:
    """Change a campaign; waves already started keep their questionnaire, vendors and deadline."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    check(ctx, plan)
    before, after = journal.changes(campaign, _columns(plan))
    if not after:
        return
    if campaign.state is CampaignState.ACTIVE:
        campaign.next_run_at = _next_run(campaign, ctx.now)
    journal.record(ctx, "campaign.revised", campaign, before=before, after=after)


def activate(ctx: Context, campaign: Campaign) -> None:
    """Let a campaign run; its next wave is the first that its rule gives from this minute on."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    hold_row(ctx.session, campaign)
    if campaign.state is CampaignState.ACTIVE:
        raise Refused(N_("Cette campagne est déjà active."))
    check(ctx, plan_of(campaign))
    campaign.next_run_at = _next_run(campaign, ctx.now - timedelta(minutes=1))
    campaign.state = CampaignState.ACTIVE
    journal.record(ctx, "campaign.activated", campaign, after={"next_run_at": campaign.next_run_at})


def pause(ctx: Context, campaign: Campaign) -> None:
    """Stop starting waves; those under way go on."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    hold_row(ctx.session, campaign)
    if campaign.state is not CampaignState.ACTIVE:
        raise Refused(N_("Cette campagne n'est pas active."))
    before = {"next_run_at": campaign.next_run_at}
    campaign.state, campaign.next_run_at = CampaignState.PAUSED, None
    journal.record(ctx, "campaign.paused", campaign, before=before)


def check(ctx: Context, plan: Plan) -> None:
    """Raise InvalidPlan with every fault of a plan."""
    if problems := plan_problems(ctx, plan):
        raise InvalidPlan(problems)


def plan_problems(ctx: Context, plan: Plan) -> list[rules.FieldProblem]:
    """What is wrong with a plan, each on its field; an empty list when nothing is."""
    found: list[rules.FieldProblem] = []
    if not plan.name:
        found.append(rules.FieldProblem("name", say("Donnez un nom à cette campagne.")))
    folder = process.settings().questionnaires_dir
    if not catalogue.packs_of(plan.questionnaire_key, folder) <= set(catalogue.load(folder, ctx.session)) - {COMPOSED}:
        found.append(rules.FieldProblem("questionnaire_key", say("Ce questionnaire n'existe pas.")))
    if not 1 <= plan.delay_days <= LONGEST_DELAY_DAYS:
        text = say("Le délai de réponse est un nombre de jours, de 1 à %(longest)s.", longest=LONGEST_DELAY_DAYS)
        found.append(rules.FieldProblem("delay_days", text))
    if not 0 <= plan.escalation_after_days <= LONGEST_DELAY_DAYS:
        text = say("Le délai d'escalade est un nombre de jours, de 0 à %(longest)s.", longest=LONGEST_DELAY_DAYS)
        found.append(rules.FieldProblem("escalation_after_days", text))
    if plan.escalation_email and not is_address(plan.escalation_email):
        found.append(rules.FieldProblem("escalation_email", say("Cette adresse n'est pas complète.")))
    return [
        *found,
        *queries.audience_problems(plan.audience),
        *_saved_audience_problems(ctx, plan),
        *rules.recurrence_problems(plan.recurrence),
        *(rules.FieldProblem("reminders", text) for text in rules.reminder_problems(plan.reminders, plan.delay_days)),
    ]


def _saved_audience_problems(ctx: Context, plan: Plan) -> list[rules.FieldProblem]:
    """A plan says the criteria of the saved audience it uses, or uses none."""
    if plan.saved_audience_id is None or queries.audience_problems(plan.audience):
        return []
    saved = ctx.session.get(SavedAudience, plan.saved_audience_id)
    if saved is None:
        return [rules.FieldProblem("saved_audience_id", say("Ce filtre n'existe plus."))]
    if queries.parse_audience(saved.audience) == queries.parse_audience(plan.audience):
        return []
    text = say(
        "Les critères ci-dessous ne sont plus ceux de « %(name)s » : choisissez « Aucun », ou changez le filtre.",
        name=saved.name,
    )
    return [rules.FieldProblem("saved_audience_id", text)]


def plan_of(campaign: Campaign) -> Plan:
    """The plan of a campaign as it stands."""
    return Plan(
        name=campaign.name,
        questionnaire_key=campaign.questionnaire_key,
        audience=dict(campaign.audience),
        recurrence=dict(campaign.recurrence),
        delay_days=campaign.delay_days,
        reminders=tuple(campaign.reminders),
        escalation_email=campaign.escalation_email,
        escalation_after_days=campaign.escalation_after_days,
        saved_audience_id=campaign.saved_audience_id,
    )


def _next_run(campaign: Campaign, after: datetime) -> datetime:
    upcoming = rules.next_run(rules.parse_recurrence(campaign.recurrence), after)
    if upcoming is None:
        raise InvalidPlan(
            [rules.FieldProblem("until", say("La dernière date de cette campagne est passée : changez son rythme."))]
        )
    return upcoming


def _columns(plan: Plan) -> dict[str, Any]:
    return {
        "name": plan.name,
        "questionnaire_key": plan.questionnaire_key,
        "audience": plan.audience,
        "recurrence": plan.recurrence,
        "delay_days": plan.delay_days,
        "reminders": list(plan.reminders),
        "escalation_email": plan.escalation_email,
        "escalation_after_days": plan.escalation_after_days,
        "saved_audience_id": plan.saved_audience_id,
    }
