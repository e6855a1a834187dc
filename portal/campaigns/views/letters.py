"""The messages of waves: the list, rewording one, back to what was shipped, trying one on oneself."""

from dataclasses import asdict

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.campaigns import letter_page, queries, services
from portal.campaigns.forms import LetterForm
from portal.campaigns.rules import LetterKind
from portal.campaigns.services import UnsoundLetter
from portal.campaigns.views.blueprint import ID, bp
from portal.campaigns.wording import LETTER_KINDS
from portal.core.errors import NotFound, Refused
from portal.web.edge import current
from portal.web.edit_form import hold
from portal.web.guard import requires
from portal.web.text import _, said


@bp.route("/messages")
@requires(Permission.CAMPAIGN_MANAGE)
def letters() -> ResponseReturnValue:
    """What waves write, and which of it is in our own words."""
    return render_template("campaigns/letters.html", lines=letter_page.letter_lines(current()), names=LETTER_KINDS)


@bp.route("/messages/<kind>", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def letter(kind: str) -> ResponseReturnValue:
    """Reword a message in both languages, having read it as a vendor would."""
    ctx, wanted = current(), _kind(kind)
    own = queries.own_letter(ctx, wanted)
    if own is not None:
        hold(own)
        form = LetterForm(row=own, **{name: getattr(own, name) for name in asdict(queries.shipped_words(wanted))})
    else:
        form = LetterForm(data=asdict(queries.shipped_words(wanted)))
    shown = None
    if form.submitted():
        try:
            services.check_letter(wanted, form.words())
            if "apercu" not in request.form:
                services.write_letter(ctx, wanted, form.words())
                flash(_("C'est écrit : les prochains messages partent ainsi."))
                return redirect(url_for(".letters"))
            shown = letter_page.read_as_vendor(ctx, wanted, form.words())
        except UnsoundLetter as error:
            form.show(error.problems)
        except Refused as error:
            form.refuse(error)
    page = render_template(
        "campaigns/letter.html", form=form, kind=wanted, name=LETTER_KINDS[wanted], own=own, shown=shown,
        variables=letter_page.variables(wanted),
    )  # fmt: skip
    return page, form.status


@bp.route("/messages/<kind>/origine", methods=["POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def restore_letter(kind: str) -> ResponseReturnValue:
    """Send a message as it was shipped again."""
    if services.restore_letter(current(), _kind(kind)):
        flash(_("Le texte d'origine est revenu. L'autre reste au journal."))
    return redirect(url_for(".letters"))


@bp.route(f"/<{ID}:campaign_id>/essai", methods=["POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def send_trial(campaign_id: int) -> ResponseReturnValue:
    """Send oneself a message of a campaign, with the form at the end of its link."""
    ctx = current()
    campaign = queries.get_campaign(ctx, campaign_id, to=Permission.CAMPAIGN_MANAGE)
    try:
        services.send_trial(ctx, campaign, _kind(request.form.get("message", LetterKind.INVITATION.value)))
    except Refused as error:
        flash(said(error.sentence), "danger")
    else:
        flash(_("L'essai part à %(email)s. Rien n'est compté.", email=ctx.actor.email))
    return redirect(url_for(".show", campaign_id=campaign_id))


def _kind(name: str) -> LetterKind:
    if name not in set(LetterKind):
        raise NotFound()
    return LetterKind(name)
