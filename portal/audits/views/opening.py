"""Opening one audit for one vendor, outside any campaign."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.audits import services
from portal.audits.forms import AskForm
from portal.audits.views.blueprint import bp
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.questionnaires import catalogue
from portal.questionnaires.definition import Questionnaire
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
    """Choose the vendor, then the questionnaire and the day."""
    ctx, vendor_id = edge.current(), request.args.get("vendor_id", type=row_number)
    if vendor_id is None:
        return _choose_vendor()
    vendor = vendors.get_vendor(ctx, vendor_id, to=Permission.AUDIT_OPEN)
    shipped = catalogue.load(edge.settings().questionnaires_dir)
    form = AskForm(due_on=ctx.today + timedelta(days=USUAL_DAYS))
    form.offer([(key, _title(questionnaire)) for key, questionnaire in shipped.items()])
    if form.submitted():
        try:
            asked = services.open_and_invite(ctx, vendor, shipped[form.questionnaire.data], due_on=form.due_on.data)
        except Refused as error:
            form.refuse(error)
        else:
            _say_who_was_told(asked)
            return redirect(url_for(".show", audit_id=asked.audit.id))
    return render_template("audits/new.html", form=form, vendor=vendor), form.status


def _choose_vendor() -> ResponseReturnValue:
    typed = request.args.get("q", "").strip()
    found = vendors.vendors(edge.current(), VendorFilter(words=typed), size=OFFERED) if typed else None
    return render_template("audits/choose_vendor.html", typed=typed, found=found)


def _title(questionnaire: Questionnaire) -> str:
    return f"{questionnaire.title.read(current_language())} ({questionnaire.version})"


def _say_who_was_told(asked: services.InvitedAudit) -> None:
    if asked.invited:
        flash(_("Audit ouvert ; l'invitation part avec un lien qui mène au questionnaire."))
    else:
        flash(
            _("Audit ouvert, mais personne n'est invité : ajoutez un contact sur la fiche du sous-traitant."), "warning"
        )
