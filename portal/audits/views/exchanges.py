"""Our side of what is arranged around an audit: questions answered or closed, more time granted or refused."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.audits import delay_queries, queries, services, thread_queries
from portal.audits.exchange_forms import DelayDecisionForm, ThreadForm
from portal.audits.exchange_page import threads_with_questions
from portal.audits.models import Audit
from portal.audits.views.blueprint import bp
from portal.authz.policy import Permission
from portal.core.errors import NotFound, Refused
from portal.core.language import N_
from portal.web.edge import current
from portal.web.formats import long_date
from portal.web.guard import requires
from portal.web.text import _, said


@bp.route("/<int:audit_id>/echanges")
@requires(Permission.AUDIT_VIEW)
def threads(audit_id: int) -> ResponseReturnValue:
    """The questions that the vendor asks under those of an audit, those that wait first."""
    return _threads(queries.get_audit(current(), audit_id, to=Permission.AUDIT_VIEW))


def _threads(audit: Audit, key: str = "", form: ThreadForm | None = None) -> ResponseReturnValue:
    ctx = current()
    page = render_template(
        "audits/threads.html", audit=audit, key=key, form=form, empty_form=ThreadForm(formdata=None),
        threads=threads_with_questions(queries.sheet_of(ctx, audit), thread_queries.threads_of(ctx, audit.id)),
    )  # fmt: skip
    return page, form.status if form is not None else 200


@bp.route("/<int:audit_id>/echanges/<key>", methods=["POST"])
@requires(Permission.AUDIT_REVIEW)
def answer_thread(audit_id: int, key: str) -> ResponseReturnValue:
    """Answer the vendor under a question."""
    ctx, form = current(), ThreadForm()
    audit = queries.get_audit(ctx, audit_id, to=Permission.AUDIT_REVIEW)
    if form.submitted():
        try:
            services.answer_question(ctx, audit_id, key, form.text.data)
        except Refused as refusal:
            form.refuse(refusal, "text")
        else:
            flash(_("Réponse enregistrée : le prestataire la lit dès maintenant, et son point du jour la signale."))
            return redirect(url_for(".threads", audit_id=audit_id))
    if key not in thread_queries.threads_of(ctx, audit_id, key):
        raise NotFound()
    return _threads(audit, key, form)


@bp.route("/<int:audit_id>/echanges/<key>/clore", methods=["POST"])
@requires(Permission.AUDIT_REVIEW)
def close_thread(audit_id: int, key: str) -> ResponseReturnValue:
    """Say that a message calls for no answer."""
    try:
        services.close_thread(current(), audit_id, key)
    except Refused as refusal:
        flash(said(refusal.sentence), "warning")
    else:
        flash(_("Échange clos ; le prestataire peut toujours écrire."))
    return redirect(url_for(".threads", audit_id=audit_id))


@bp.route("/<int:audit_id>/delai", methods=["GET", "POST"])
@requires(Permission.AUDIT_REVIEW)
def delay(audit_id: int) -> ResponseReturnValue:
    """Decide of a request for more time."""
    ctx = current()
    audit = queries.get_audit(ctx, audit_id, to=Permission.AUDIT_REVIEW)
    asked = delay_queries.last_request(ctx, audit)
    if asked is None:
        raise NotFound()
    form = DelayDecisionForm(granted_on=asked.wanted_on)
    if form.submitted():
        try:
            flash(_decided(audit_id, form))
            return redirect(url_for(".show", audit_id=audit_id))
        except Refused as refusal:
            form.refuse(refusal, "answer" if form.act.data == "refuser" else "granted_on")
    page = render_template(
        "audits/delay.html", audit=audit, asked=asked, form=form, waits=delay_queries.is_waiting(asked, audit)
    )  # fmt: skip
    return page, form.status


def _decided(audit_id: int, form: DelayDecisionForm) -> str:
    if form.act.data == "refuser":
        services.refuse_delay(current(), audit_id, form.answer.data or "")
        return str(_("Délai refusé ; le prestataire lira pourquoi."))
    day = form.granted_on.data
    if day is None:
        raise Refused(N_("Donnez la nouvelle échéance."))
    granted = services.grant_delay(current(), audit_id, day, form.answer.data or "")
    return str(_("Délai accordé jusqu'au %(day)s.", day=long_date(granted.granted_on)))
