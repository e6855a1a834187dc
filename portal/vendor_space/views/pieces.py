"""The vendor's own pieces, in one place: dropped many at a time, described, replaced by the next, taken away."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from portal.audits import services
from portal.audits.pieces_page import PieceLine, PiecesPage, piece_lines, pieces_page, resting_answers
from portal.authz.context import authorize
from portal.authz.policy import Permission
from portal.core.errors import Forbidden, NotFound, PortalError, Refused
from portal.evidence import services as evidence
from portal.evidence.forms import DetailsForm
from portal.evidence.models import Evidence
from portal.evidence.proposed_details import proposed_details
from portal.evidence.queries import get_evidence, pieces_of
from portal.evidence.services import EvidenceDetails
from portal.vendor_space import queries
from portal.vendor_space.views.blueprint import ACCEPT, ID, bp, page_urls
from portal.vendor_space.views.files import receive_proof, received_words
from portal.vendors.file_share import share_of
from portal.web import edge
from portal.web.error_pages import wants_json
from portal.web.guard import requires, takes_files
from portal.web.text import _, current_language, ngettext, said


@bp.route("/justificatifs", methods=["GET", "POST"])
@requires(Permission.SPACE_VIEW)
@takes_files
def pieces() -> ResponseReturnValue:
    """Every piece by what there is to do about it; or files to keep there, each said received or refused."""
    if request.method == "GET":
        return _pieces_page()
    ctx = edge.current()
    authorize(ctx, Permission.EVIDENCE_GIVE)
    vendor_id = queries.own_vendor(ctx).id
    received: list[str] = []
    refused: list[str] = []
    given: list[FileStorage | None] = [*request.files.getlist("file")]
    for file in given or [None]:
        try:
            received.append(receive_proof(vendor_id, file).stored_file.filename)
        except (NotFound, Forbidden):
            raise
        except PortalError as refusal:
            edge.db_session().rollback()
            refused.append(said(refusal.sentence))
            if not isinstance(refusal, Refused):
                break  # the store does not answer: neither would it for the next one
        else:
            edge.release()  # kept from now on, whatever the next one is
    told = " ".join([*([received_words(received)] if received else []), *dict.fromkeys(refused)])
    if wants_json():
        if refused:
            return {"error": told}, 422
        return {"message": told, "html": render_template("vendor_space/_pieces.html", page=_page_model())}
    if refused:
        return _pieces_page(told), 422
    flash(told)
    return redirect(url_for(".pieces"))


def _page_model() -> PiecesPage:
    ctx = edge.current()
    vendor_id = queries.own_vendor(ctx).id
    return pieces_page(ctx, vendor_id, pieces_of(ctx, vendor_id, to=Permission.SPACE_VIEW), current_language())


def _pieces_page(error: str = "") -> str:
    ctx = edge.current()
    return render_template(
        "vendor_space/pieces.html",
        page=_page_model(),
        error=error,
        accept=ACCEPT,
        urls=page_urls(0),
        limit=edge.settings().upload_max_bytes // (1024 * 1024),
        share=share_of(ctx, queries.own_vendor(ctx).id),
    )


@bp.route(f"/justificatifs/<{ID}:evidence_id>", methods=["GET", "POST"])
@requires(Permission.SPACE_VIEW)
def piece(evidence_id: int) -> ResponseReturnValue:
    """One piece: what it is, what rests on it, the versions before it."""
    ctx = edge.current()
    if request.method == "POST":
        authorize(ctx, Permission.EVIDENCE_GIVE)
    found = _own(evidence_id)
    if found.replaced_by_id is not None:
        return redirect(url_for(".piece", evidence_id=found.replaced_by_id))
    form, quotes = _form(found)
    if _may_describe(found) and form.submitted():
        try:
            evidence.describe(ctx, found, form.details())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("C'est noté."))
            return redirect(url_for(".pieces"))
    line = _line(found)
    page = render_template(
        "vendor_space/piece.html",
        line=line,
        form=form,
        quotes=quotes,
        may_describe=_may_describe(found) and ctx.can(Permission.EVIDENCE_GIVE),
        answers=resting_answers(ctx, line, current_language()),
        accept=ACCEPT,
    )
    return page, form.status if _may_describe(found) or not form.is_submitted() else 422


def _own(evidence_id: int) -> Evidence:
    return get_evidence(edge.current(), evidence_id, to=Permission.SPACE_VIEW)


def _form(found: Evidence) -> tuple[DetailsForm, dict[str, tuple[str, ...]]]:
    form = DetailsForm(obj=found)
    proposal = proposed_details(found.reading if form.is_blank and _may_describe(found) else None)
    form.propose(proposal)
    return form, dict(proposal.quotes)


def _may_describe(found: Evidence) -> bool:
    return found.sent_at is None


def _line(found: Evidence) -> PieceLine:
    ctx = edge.current()
    every = pieces_of(ctx, found.vendor_id, to=Permission.SPACE_VIEW)
    lines = piece_lines(ctx, found.vendor_id, every, current_language())
    line = next((line for line in lines if line.piece.id == found.id), None)
    if line is None:
        raise NotFound()
    return line


@bp.route(f"/justificatifs/<{ID}:evidence_id>/exact", methods=["POST"])
@requires(Permission.EVIDENCE_GIVE)
def confirm_piece(evidence_id: int) -> ResponseReturnValue:
    """Say that what was read of a piece is exact: it is then its vendor's own word."""
    ctx, found = edge.current(), _own(evidence_id)
    proposal = proposed_details(found.reading)
    try:
        if not proposal.values or found.kind:
            raise Refused(_("Rien n'a été lu dans ce fichier : décrivez-le."))
        evidence.describe(ctx, found, EvidenceDetails(**proposal.values))  # type: ignore[arg-type]
        flash(_("« %(name)s » est décrit.", name=found.stored_file.filename))
    except Refused as refusal:
        flash(said(refusal.sentence), "warning")
        return redirect(url_for(".piece", evidence_id=evidence_id))
    return redirect(url_for(".pieces"))


@bp.route(f"/justificatifs/<{ID}:evidence_id>/version", methods=["POST"])
@requires(Permission.EVIDENCE_GIVE)
@takes_files
def new_version(evidence_id: int) -> ResponseReturnValue:
    """Hand in the next version of a piece: it is read first, and takes its place once it is described."""
    older = _own(evidence_id)
    try:
        newer = receive_proof(older.vendor_id)
        if newer.id == older.id:
            raise Refused(_("C'est le même fichier : rien n'a changé."))
    except (NotFound, Forbidden):
        raise
    except PortalError as refusal:
        edge.db_session().rollback()
        flash(said(refusal.sentence), "warning")
        return redirect(url_for(".piece", evidence_id=evidence_id))
    return redirect(url_for(".replace_piece", evidence_id=newer.id, older_id=evidence_id))


@bp.route(f"/justificatifs/<{ID}:evidence_id>/remplace/<{ID}:older_id>", methods=["GET", "POST"])
@requires(Permission.EVIDENCE_GIVE)
def replace_piece(evidence_id: int, older_id: int) -> ResponseReturnValue:
    """Describe the next version of a piece and put it in its place, in all the answers that rest on it."""
    ctx, newer, older = edge.current(), _own(evidence_id), _own(older_id)
    form, quotes = _form(newer)
    if not form.is_submitted() and not form.kind.data:
        form.kind.data = older.kind
    if form.submitted():
        try:
            if _may_describe(newer):
                evidence.describe(ctx, newer, form.details())
            renewed = services.replace_piece(ctx, older, newer)
        except Refused as refusal:
            edge.db_session().rollback()
            form.refuse(Refused(said(refusal.sentence)))
        else:
            flash(_renewed_words(renewed))
            return redirect(url_for(".pieces"))
    line = _line(_own(older_id))
    page = render_template(
        "vendor_space/replace_piece.html",
        newer=_own(evidence_id),
        line=line,
        form=form,
        quotes=quotes,
        doubts=_line(_own(evidence_id)).doubts,
        answers=resting_answers(ctx, line, current_language()),
    )
    return page, form.status


def _renewed_words(renewed: int) -> str:
    if not renewed:
        return str(_("La nouvelle version remplace la précédente."))
    return str(
        ngettext(
            "La nouvelle version remplace la précédente : une réponse est renouvelée.",
            "La nouvelle version remplace la précédente : %(num)s réponses sont renouvelées.",
            renewed,
        )
    )


@bp.route(f"/justificatifs/<{ID}:evidence_id>/retirer", methods=["POST"])
@requires(Permission.EVIDENCE_GIVE)
def withdraw_piece(evidence_id: int) -> ResponseReturnValue:
    """Take away a piece that was never sent and on which nothing rests."""
    found = _own(evidence_id)
    name = found.stored_file.filename
    try:
        services.withdraw_piece(edge.current(), found)
    except Refused as refusal:
        flash(said(refusal.sentence), "warning")
        return redirect(url_for(".piece", evidence_id=evidence_id))
    flash(_("« %(name)s » est retiré.", name=name))
    return redirect(url_for(".pieces"))
