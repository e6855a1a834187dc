"""What the vendor must do next, what it has sent, and what is over; one audit from above."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.audits.queries import asked_in
from portal.authz.policy import Permission
from portal.scorecards.queries import spared_in
from portal.vendor_space import exit_queries, queries
from portal.vendor_space.audit_page import resume_at, without_spared
from portal.vendor_space.exchange_page import asked_of_me, vendor_exchanges
from portal.vendor_space.home_page import AUDIT_STATES, hold, vendor_home
from portal.vendor_space.views.blueprint import ID, bp, open_audit_page
from portal.vendor_space.wording import due_date, effort_words, left_words
from portal.web import edge
from portal.web.guard import requires
from portal.web.routing import page_asked
from portal.web.text import current_language


@bp.route("/")
@requires(Permission.SPACE_VIEW)
def home() -> ResponseReturnValue:
    """First the one thing to do, then the rest, what is being read, and what is over."""
    ctx = edge.current()
    beside = exit_queries.exits_and_tasks(ctx)
    return render_template(
        "vendor_space/home.html", page=vendor_home(ctx, page_asked()), asked_of_me=asked_of_me(ctx),
        exits=[one for one in beside if one.is_exit], tasks=[one for one in beside if not one.is_exit],
    )  # fmt: skip


@bp.route("/envois")
@requires(Permission.SPACE_VIEW)
def sent_items() -> ResponseReturnValue:
    """Everything that was sent or is over, page by page."""
    ctx = edge.current()
    past = queries.past_page(ctx, page_asked())
    held = hold(ctx, past.rows)
    lines = [held.past(kind, number) for kind, number in past.rows]
    return render_template("vendor_space/sent_items.html", past=past, lines=lines)


@bp.route(f"/audits/<{ID}:audit_id>")
@requires(Permission.SPACE_VIEW)
def audit(audit_id: int) -> ResponseReturnValue:
    """An audit from above: who asks, until when, how far each section is, where to take up the work."""
    ctx = edge.current()
    whole = open_audit_page(audit_id)
    spared = spared_in(ctx, whole.sheet)
    page = without_spared(whole, spared, current_language())
    return render_template(
        "vendor_space/audit.html",
        optional=0 if page.sheet.missing else len(spared),
        page=page,
        audit=page.sheet.audit,
        resume=resume_at(page) if page.sheet.audit.state.is_with_vendor else None,
        due=due_date(page.sheet.audit.due_on),
        left=left_words(whole),
        here=len((page.sheet.proposed.keys() & page.sheet.shown) - asked_in(ctx, page.sheet).keys()),
        expected=sum(section.total for section in page.sections),
        effort=effort_words(page.text.effort),
        sendings=queries.sent_rounds(ctx, [audit_id]) if page.sheet.audit.submitted_at else [],
        states=AUDIT_STATES,
        has_level=queries.has_level(ctx, page.sheet.audit),
        exchanges=vendor_exchanges(ctx, page),
    )


@bp.route(f"/audits/<{ID}:audit_id>/reprendre")
@requires(Permission.SPACE_VIEW)
def resume(audit_id: int) -> ResponseReturnValue:
    """Straight to the question to answer next, or to the last look before sending."""
    page = open_audit_page(audit_id)
    if not page.sheet.audit.state.is_with_vendor:
        return redirect(url_for(".audit", audit_id=audit_id))
    place = resume_at(page)
    if place is None:
        return redirect(url_for(".review_before_sending", audit_id=audit_id))
    section, question = place
    return redirect(url_for(".section", audit_id=audit_id, section_key=section, _anchor=f"q-{question}"))
