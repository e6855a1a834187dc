"""The pieces of a vendor on our side: those it sent, until when each is good, what rests on it, and our word on it."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.audits import services
from portal.audits.pieces_page import pieces_page
from portal.audits.views.blueprint import bp
from portal.authz.policy import Permission
from portal.core.errors import NotFound, Refused
from portal.core.stale import StaleWrite
from portal.evidence.forms import VerdictForm
from portal.evidence.queries import get_sent, pieces_of
from portal.evidence.services import evidence_fingerprint
from portal.vendors.file_share import share_of
from portal.vendors.queries import get_vendor
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import _, current_language, said


@bp.route("/justificatifs/<int:vendor_id>")
@requires(Permission.EVIDENCE_VIEW)
def pieces(vendor_id: int) -> ResponseReturnValue:
    """Every piece that a vendor has sent, by what there is to do about it."""
    return _page(vendor_id)


def _page(vendor_id: int, **failed: Any) -> ResponseReturnValue:
    ctx = current()
    vendor = get_vendor(ctx, vendor_id, to=Permission.EVIDENCE_VIEW)
    found = pieces_of(ctx, vendor_id, to=Permission.EVIDENCE_VIEW, sent_only=True)
    page = render_template(
        "audits/pieces.html",
        vendor=vendor,
        page=pieces_page(ctx, vendor_id, found, current_language()),
        share=share_of(ctx, vendor_id),
        mark_of=evidence_fingerprint,
        failed=failed,
    )
    return page, failed.get("status", 200)


@bp.route("/justificatifs/<int:vendor_id>/<int:evidence_id>", methods=["POST"])
@requires(Permission.EVIDENCE_JUDGE)
def judge_piece(vendor_id: int, evidence_id: int) -> ResponseReturnValue:
    """Say whether a piece proves, for every answer that rests on it."""
    ctx = current()
    piece = get_sent(ctx, evidence_id, to=Permission.EVIDENCE_JUDGE)
    if piece.vendor_id != vendor_id:
        raise NotFound()
    form = VerdictForm()
    if not form.submitted():
        return _page(vendor_id, evidence=evidence_id, form=form, sentence=_("Choisissez un avis."), status=422)
    try:
        services.judge_piece(ctx, piece, form.verdict.data, form.note.data or "", seen=form.version.data or None)
    except Refused as refusal:
        status = 409 if isinstance(refusal, StaleWrite) else 422
        return _page(vendor_id, evidence=evidence_id, form=form, sentence=said(refusal.sentence), status=status)
    flash(_("Avis enregistré sur « %(name)s ».", name=piece.stored_file.filename))
    return redirect(url_for(".pieces", vendor_id=vendor_id, _anchor=f"piece-{evidence_id}"))
