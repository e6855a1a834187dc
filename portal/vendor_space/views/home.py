"""What the vendor must do next, and what it has sent; one audit from above."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.policy import Permission
from portal.core.language import N_
from portal.core.pages import Page
from portal.samples.models import CaseSample
from portal.vendor_space import queries
from portal.vendor_space.audit_page import resume_at
from portal.vendor_space.home_page import TodoItem, audit_to_do, finding_to_do, sample_title, sample_to_do
from portal.vendor_space.queries import ItemKind, VendorFinding
from portal.vendor_space.views.blueprint import ID, bp, open_audit_page
from portal.vendor_space.wording import due_date, effort_words, left_words
from portal.web import edge
from portal.web.guard import requires
from portal.web.routing import page_asked
from portal.web.text import current_language

LATEST = 5
"""What was sent lately, on the home page."""


@bp.route("/")
@requires(Permission.SPACE_VIEW)
def home() -> ResponseReturnValue:
    """First what to do, the most pressing first; then what was sent lately."""
    ctx = edge.current()
    asked, sent = queries.items_to_do(ctx, page_asked()), queries.items_sent(ctx, size=LATEST)
    held = _held([*asked.rows, *sent.rows])
    return render_template(
        "vendor_space/home.html",
        asked=asked,
        todo=[held.to_do(kind, number) for kind, number in asked.rows],
        waiting=queries.answered_findings(ctx),
        **_sent(sent, held),
    )


@bp.route("/envois")
@requires(Permission.SPACE_VIEW)
def sent_items() -> ResponseReturnValue:
    """Everything that was sent, page by page."""
    sent = queries.items_sent(edge.current(), page_asked())
    return render_template("vendor_space/sent_items.html", **_sent(sent, _held(sent.rows)))


@dataclass(frozen=True)
class HeldItems:
    """What the lists of a page name, read once."""

    audits: dict[int, Audit]
    findings: dict[int, VendorFinding]
    samples: dict[int, CaseSample]

    def to_do(self, kind: ItemKind, number: int) -> TodoItem:
        """One of them as something to do."""
        match kind:
            case ItemKind.AUDIT:
                return audit_to_do(self.audits[number])
            case ItemKind.FINDING:
                return finding_to_do(self.findings[number])
            case ItemKind.SAMPLE:
                return sample_to_do(self.samples[number])


def _held(rows: Sequence[tuple[ItemKind, int]]) -> HeldItems:
    ctx = edge.current()
    numbers = {kind: [number for found, number in rows if found is kind] for kind in ItemKind}
    return HeldItems(
        queries.audits_numbered(ctx, numbers[ItemKind.AUDIT]),
        queries.findings_numbered(ctx, numbers[ItemKind.FINDING]),
        queries.samples_numbered(ctx, numbers[ItemKind.SAMPLE]),
    )


def _sent(found: Page[tuple[ItemKind, int]], held: HeldItems) -> dict[str, Any]:
    """What a list of things sent is drawn from."""
    audits = [number for kind, number in found.rows if kind is ItemKind.AUDIT]
    return {
        "sent": found,
        "audits": held.audits,
        "samples": held.samples,
        "sendings": queries.sent_rounds(edge.current(), audits),
        "title_of": lambda audit: queries.version_title(audit.questionnaire_version, current_language()),
        "sample_title": sample_title,
        "states": STATES,
    }


STATES = {
    AuditState.SUBMITTED: (N_("Envoyé, en cours de lecture"), "info"),
    AuditState.ACCEPTED: (N_("Accepté"), "ok"),
    AuditState.CANCELLED: (N_("Annulé"), "neutral"),
}


@bp.route(f"/audits/<{ID}:audit_id>")
@requires(Permission.SPACE_VIEW)
def audit(audit_id: int) -> ResponseReturnValue:
    """An audit from above: who asks, until when, how far each section is, where to take up the work."""
    ctx = edge.current()
    page = open_audit_page(audit_id)
    return render_template(
        "vendor_space/audit.html",
        page=page,
        audit=page.sheet.audit,
        resume=resume_at(page) if page.sheet.audit.state.is_with_vendor else None,
        due=due_date(page.sheet.audit.due_on),
        left=left_words(page),
        effort=effort_words(page.text.effort),
        sendings=queries.sent_rounds(ctx, [audit_id]) if page.sheet.audit.submitted_at else [],
        states=STATES,
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
