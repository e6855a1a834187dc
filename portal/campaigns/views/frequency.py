"""How often each tier is audited, against the campaigns that run: what is missing, and who was never audited."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.campaigns import queries, rules, services
from portal.campaigns.views.blueprint import bp
from portal.campaigns.wording import TIER_NAMES
from portal.core import process
from portal.core.errors import NotFound, Refused
from portal.core.language import say
from portal.core.translation import translate
from portal.questionnaires import catalogue
from portal.questionnaires.rules.composition import COMPOSED
from portal.scorecards.scale_file import read_scale
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.routing import page_asked
from portal.web.text import _, current_language, said

COMPLETE = (COMPOSED, catalogue.BASELINE)
"""Keys of the questionnaires that make a complete audit; the first is what is proposed."""


@bp.route("/frequence")
@requires(Permission.CAMPAIGN_VIEW)
def frequency() -> ResponseReturnValue:
    """Each rhythm with its vendors, and those never audited by name."""
    ctx = current()
    found = queries.frequency(ctx, _rhythms(), COMPLETE)
    return render_template(
        "campaigns/frequency.html", rows=found.rows, never=queries.never_audited(ctx, found.never, page=page_asked()),
        tiers=TIER_NAMES,
    )  # fmt: skip


@bp.route("/frequence/<key>", methods=["POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def draft_missing(key: str) -> ResponseReturnValue:
    """Draft the campaign that a rhythm lacks, with its audience."""
    ctx = current()
    wanted = _rhythms()
    rhythm = next((one for one in wanted if one.key == key), None)
    if rhythm is None:
        raise NotFound()
    light = any(one.questionnaire and one.tier == rhythm.tier for one in wanted)
    try:
        campaign = services.draft_missing(ctx, rhythm, _name(rhythm), COMPLETE[0], light=light)
    except Refused as error:
        flash(said(error.sentence), "danger")
        return redirect(url_for(".frequency"))
    flash(_("Brouillon prêt : relisez-le, puis laissez-le partir."))
    return redirect(url_for(".show", campaign_id=campaign.id))


def _rhythms() -> tuple[rules.AuditRhythm, ...]:
    folder = process.settings().questionnaires_dir
    light = [
        rules.AuditRhythm(tier, rule.between_months, rule.questionnaire)
        for rule in catalogue.composition_rules(folder)
        for tier in rule.between
    ]
    return rules.rhythms(read_scale(folder).scale.review_months, light)


def _name(rhythm: rules.AuditRhythm) -> str:
    tier = say(TIER_NAMES[rhythm.tier])
    words = (
        say("Revue légère, criticité %(tier)s", tier=tier)
        if rhythm.questionnaire
        else say("Audit complet, criticité %(tier)s", tier=tier)
    )
    return translate(words, current_language())
