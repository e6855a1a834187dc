"""What a vendor arranges around an audit: a part given to a colleague, a question asked of us, more time asked for."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.audits import delay_queries, services, thread_queries
from portal.audits.exchange_forms import ThreadForm
from portal.audits.services import NameWanted, may_ask
from portal.authz.context import authorize
from portal.authz.policy import ANSWERING_ROLES, Permission
from portal.core.errors import NotFound, Refused
from portal.scorecards.queries import spared_in
from portal.vendor_space import queries
from portal.vendor_space.audit_page import AuditPage
from portal.vendor_space.exchange_forms import DelayForm, DelegationForm
from portal.vendor_space.exchange_page import day_to_ask
from portal.vendor_space.questionnaire_text import QuestionText, SectionText
from portal.vendor_space.views.blueprint import ID, bp, open_audit_page
from portal.vendor_space.wording import due_date
from portal.web import edge
from portal.web.guard import requires
from portal.web.text import _, current_language, said

NEARBY = 5
"""Colleagues offered in one tap; a larger vendor types."""


@bp.route(f"/audits/<{ID}:audit_id>/confier/<section_key>", methods=["GET", "POST"])
@requires(Permission.AUDIT_ANSWER)
def give_part(audit_id: int, section_key: str) -> ResponseReturnValue:
    """Give a section, or one question of it, to a colleague."""
    ctx, key = edge.current(), request.args.get("question", "")
    page = open_audit_page(audit_id)
    section, question = _part(page, section_key, key)
    if not page.sheet.audit.state.is_with_vendor:
        return redirect(url_for(".audit", audit_id=audit_id))
    form = DelegationForm()
    if form.submitted():
        order = form.order(current_language())
        try:
            row = services.give_part(ctx, edge.settings().secrets, audit_id, section_key, key, order)
        except NameWanted as refusal:
            form.refuse(refusal, "name")
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("C'est confié à %(email)s, qui en est averti. Vous gardez tous vos accès.", email=row.email))
            return redirect(url_for(".audit", audit_id=audit_id, _anchor="confie"))
    answering = [one for one in queries.colleagues(ctx) if one.user_id != ctx.actor.id and one.role in ANSWERING_ROLES]
    body = render_template(
        "vendor_space/give_part.html", page=page, audit=page.sheet.audit, section=section, question=question,
        form=form, people=answering,
        nearby=[one for one in answering if one.is_open][:NEARBY], may_invite=ctx.can(Permission.COLLEAGUE_INVITE),
        due=due_date(page.sheet.audit.due_on),
    )  # fmt: skip
    return body, form.status


def _part(page: AuditPage, section_key: str, key: str) -> tuple[SectionText, QuestionText | None]:
    section = page.text.section(section_key)
    if section is None:
        raise NotFound()
    if not key:
        return section, None
    found = next((text for text in section.questions if text.key == key), None)
    if found is None:
        raise NotFound()
    return section, found


@bp.route(f"/audits/<{ID}:audit_id>/confies/<{ID}:delegation_id>/relancer", methods=["POST"])
@requires(Permission.AUDIT_ANSWER)
def nudge(audit_id: int, delegation_id: int) -> ResponseReturnValue:
    """Remind a colleague, in their next digest."""
    try:
        row = services.nudge_colleague(
            edge.current(), edge.settings().secrets, audit_id, delegation_id, optional=spared_in
        )
    except Refused as refusal:
        flash(said(refusal.sentence), "warning")
    else:
        flash(_("%(email)s sera relancé par son prochain point du jour.", email=row.email))
    return redirect(url_for(".audit", audit_id=audit_id, _anchor="confie"))


@bp.route(f"/audits/<{ID}:audit_id>/confies/<{ID}:delegation_id>/reprendre", methods=["POST"])
@requires(Permission.AUDIT_ANSWER)
def take_back(audit_id: int, delegation_id: int) -> ResponseReturnValue:
    """Ask no more of a colleague."""
    try:
        row = services.take_back(edge.current(), audit_id, delegation_id)
    except Refused as refusal:
        flash(said(refusal.sentence), "warning")
    else:
        flash(_("Vous avez repris la main : rien n'est plus demandé à %(email)s.", email=row.email))
    return redirect(url_for(".audit", audit_id=audit_id, _anchor="confie"))


@bp.route(f"/audits/<{ID}:audit_id>/echanges/<question>", methods=["GET", "POST"])
@requires(Permission.SPACE_VIEW)
def thread(audit_id: int, question: str) -> ResponseReturnValue:
    """What is said under a question, before and after sending; a message more."""
    ctx = edge.current()
    if request.method == "POST":
        authorize(ctx, Permission.AUDIT_ANSWER)
    page = open_audit_page(audit_id)
    place = page.text.by_question.get(question)
    if place is None:
        raise NotFound()
    form = ThreadForm()
    if form.submitted():
        try:
            services.ask_about_question(ctx, audit_id, question, form.text.data)
        except Refused as refusal:
            form.refuse(refusal, "text")
        else:
            flash(_("Votre message est envoyé. La réponse s'affichera ici, et votre point du jour la signalera."))
            return redirect(url_for(".thread", audit_id=audit_id, question=question))
    found = thread_queries.threads_of(ctx, audit_id, question).get(question)
    body = render_template(
        "vendor_space/thread.html", page=page, audit=page.sheet.audit, section=place[0], question=place[1],
        thread=found, form=form, may_ask=may_ask(page.sheet.audit),
    )  # fmt: skip
    return body, form.status


@bp.route(f"/audits/<{ID}:audit_id>/delai", methods=["GET", "POST"])
@requires(Permission.AUDIT_ANSWER)
def delay(audit_id: int) -> ResponseReturnValue:
    """Ask for more time."""
    ctx = edge.current()
    page = open_audit_page(audit_id)
    audit = page.sheet.audit
    asked = delay_queries.last_request(ctx, audit)
    form = DelayForm(wanted_on=day_to_ask(ctx, audit))
    if form.submitted():
        try:
            services.ask_delay(ctx, audit_id, form.wanted_on.data, form.reason.data or "")
        except Refused as refusal:
            form.refuse(refusal, "wanted_on")
        else:
            flash(_("Votre demande est envoyée. L'échéance ne change qu'une fois le délai accordé."))
            return redirect(url_for(".audit", audit_id=audit_id))
    body = render_template(
        "vendor_space/delay.html", page=page, audit=audit, form=form, due=due_date(audit.due_on),
        waits=delay_queries.is_waiting(asked, audit), asked=asked,
    )  # fmt: skip
    return body, form.status
