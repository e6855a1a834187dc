"""What ends a review: questions sent back, an audit accepted, or withdrawn."""

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.audits import queries, services, submitted_audit
from portal.audits.forms import AcceptForm, ReasonForm, SendBackForm
from portal.audits.rules import is_in_other_language
from portal.audits.submitted_audit import open_submitted_audit
from portal.audits.views.blueprint import bp
from portal.authz.policy import Permission
from portal.core.calendar import months_later
from portal.core.clock import legal_date
from portal.core.errors import Refused
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import _, ngettext

USUAL_DAYS = 14
USUAL_MONTHS = 12
"""What is proposed; the reviewer writes another day where the vendor is looked at more, or less, often."""


@bp.route("/<int:audit_id>/renvoi", methods=["GET", "POST"])
@requires(Permission.AUDIT_REVIEW)
def send_back(audit_id: int) -> ResponseReturnValue:
    """Show what would be sent back, then send it back."""
    ctx = current()
    submitted = open_submitted_audit(ctx, audit_id, to=Permission.AUDIT_REVIEW)
    form = SendBackForm(due_on=ctx.today + timedelta(days=USUAL_DAYS))
    if form.submitted():
        try:
            keys = services.return_questions(
                ctx, submitted.audit, due_on=form.due_on.data, with_optional=form.with_optional.data
            )
        except Refused as error:
            form.refuse(error)
        else:
            flash(ngettext("%(num)s question renvoyée au prestataire.", "%(num)s questions renvoyées.", len(keys)))
            return redirect(url_for(".show", audit_id=audit_id))
    return render_template(
        "audits/send_back.html", form=form, submitted=submitted, audit=submitted.audit,
        numbers=submitted.numbers, is_other_language=is_in_other_language,
    ), form.status  # fmt: skip


@bp.route("/<int:audit_id>/acceptation", methods=["GET", "POST"])
@requires(Permission.AUDIT_REVIEW)
def accept(audit_id: int) -> ResponseReturnValue:
    """Show what accepting would open, then accept."""
    ctx = current()
    submitted = open_submitted_audit(ctx, audit_id, to=Permission.AUDIT_REVIEW)
    # The eve of the day it was asked, a year on: a wave that comes back every year finds it free again.
    proposed = months_later(legal_date(submitted.audit.opened_at), USUAL_MONTHS) - timedelta(days=1)
    form = AcceptForm(until=proposed if proposed > ctx.today else None, takes_address=True)
    if form.submitted():
        try:
            opened = services.accept_audit(
                ctx, submitted.audit, until=form.until.data, takes_address=form.takes_address.data
            )
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Audit accepté."))
            if opened:
                flash(ngettext("%(num)s constat ouvert.", "%(num)s constats ouverts.", len(opened)))
            return redirect(url_for(".show", audit_id=audit_id, vue="dossier"))
    known = submitted_audit.findings_of(ctx, submitted.audit)
    return render_template(
        "audits/accept.html", form=form, submitted=submitted, audit=submitted.audit, known=known,
        expected=services.expected_findings(ctx, submitted, frozenset(known)),
    ), form.status  # fmt: skip


@bp.route("/<int:audit_id>/annulation", methods=["GET", "POST"])
@requires(Permission.AUDIT_REVIEW)
def cancel(audit_id: int) -> ResponseReturnValue:
    """Withdraw an audit that waits for its vendor."""
    ctx = current()
    audit = queries.get_audit(ctx, audit_id, to=Permission.AUDIT_REVIEW)
    form = ReasonForm()
    if form.submitted():
        try:
            services.cancel_audit(ctx, audit, form.reason.data)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Audit annulé ; le prestataire en est averti."))
            return redirect(url_for(".show", audit_id=audit_id))
    return render_template("audits/cancel.html", form=form, audit=audit), form.status
