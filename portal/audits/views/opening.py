"""Opening one audit for one vendor, outside any campaign."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.audits import services
from portal.audits.accepted_questions import accepted_questions
from portal.audits.forms import AskForm
from portal.audits.opening_page import opening_page
from portal.audits.views.blueprint import bp
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.questionnaires import catalogue
from portal.questionnaires.rules.composition import PackChoice, compose, in_order
from portal.vendors import queries as vendors
from portal.vendors.queries import VendorFilter
from portal.web import edge
from portal.web.guard import requires
from portal.web.routing import row_number
from portal.web.text import _, current_language

USUAL_DAYS = 30
OFFERED = 12


@bp.route("/nouveau", methods=["GET", "POST"])
@requires(Permission.AUDIT_OPEN)
def new() -> ResponseReturnValue:
    """Choose the vendor, then what to ask and the day; what its services call for is proposed, with the reasons."""
    ctx, vendor_id = edge.current(), request.args.get("vendor_id", type=row_number)
    if vendor_id is None:
        return _choose_vendor()
    vendor = vendors.get_vendor(ctx, vendor_id, to=Permission.AUDIT_OPEN)
    folder = edge.settings().questionnaires_dir
    shipped, rules = catalogue.load(folder, ctx.session), catalogue.composition_rules(folder)
    page = opening_page(ctx, vendor, shipped, rules, current_language())
    form = AskForm(due_on=ctx.today + timedelta(days=USUAL_DAYS), packs=list(page.proposed))
    form.offer([(pack.key, pack.title) for pack in page.packs])
    asked_of = [shipped[key] for key in page.proposed]
    held = accepted_questions(ctx, vendor, compose(asked_of)) if asked_of else []
    if form.submitted():
        chosen = in_order(rules, form.packs.data)
        # Without rules nothing is called for: whatever is chosen departs from nothing.
        choice = PackChoice(page.proposed if rules else chosen, chosen, form.reason.data or "")
        try:
            composed = compose([shipped[key] for key in choice.chosen])
            held = accepted_questions(ctx, vendor, composed)
            asked = services.open_and_invite(
                ctx, vendor, composed, due_on=form.due_on.data, choice=choice, before_its_day=form.before_its_day.data
            )
        except Refused as error:
            form.refuse(error)
        else:
            _say_who_was_told(asked)
            return redirect(url_for(".show", audit_id=asked.audit.id))
    return render_template("audits/new.html", form=form, vendor=vendor, page=page, held=held), form.status


def _choose_vendor() -> ResponseReturnValue:
    typed = request.args.get("q", "").strip()
    found = vendors.vendors(edge.current(), VendorFilter(words=typed), size=OFFERED)
    return render_template("audits/choose_vendor.html", typed=typed, found=found)


def _say_who_was_told(asked: services.InvitedAudit) -> None:
    if asked.invited:
        flash(_("Audit ouvert ; l'invitation part avec un lien qui mène au questionnaire."))
    else:
        flash(
            _("Audit ouvert, mais personne n'est invité : ajoutez un contact sur la fiche du sous-traitant."), "warning"
        )
