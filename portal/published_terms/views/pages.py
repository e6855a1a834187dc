"""Watched pages, what they say, and what moved in them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.language import N_
from portal.paper import uploads
from portal.paper.snapshot import thaw_sentence
from portal.paper.uploads import ReceivedFile
from portal.published_terms import queries, services, wording
from portal.published_terms.drift_page import change_cards, passages_of
from portal.published_terms.forms import ExamineForm, NewPageForm, PageForm, TextForm
from portal.published_terms.models import PublishedPage, TermDrift
from portal.published_terms.rules.watching import ReadingMeans
from portal.published_terms.wording import EFFECT_TONES, VERDICT_TONES
from portal.vendors.queries import get_vendor, one_vendor_named
from portal.web import edge
from portal.web.edge import current
from portal.web.guard import requires, takes_files
from portal.web.routing import page_asked, row_number
from portal.web.text import _, current_language

bp = Blueprint("published_terms", __name__, url_prefix="/textes-publies")
P = Permission
_FILES = tuple(kind for kind in uploads.ACCEPTED if kind != "zip")


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    """Words that macros and pages of published terms say; macros see no context."""
    state.app.jinja_env.globals["published_words"] = wording
    state.app.jinja_env.globals["published_why"] = thaw_sentence


@bp.route("")
@requires(P.PUBLISHED_VIEW)
def index() -> ResponseReturnValue:
    """Every watched page within reach, or those of one vendor."""
    ctx = current()
    asked = request.args.get("sous-traitant", type=row_number)
    vendor = get_vendor(ctx, asked, to=P.PUBLISHED_VIEW) if asked is not None else None
    found = queries.watched_page(ctx, page_asked(), vendor.id if vendor else None)
    counts = queries.open_drifts(ctx, [row.id for row in found.rows])
    return render_template("published_terms/index.html", found=found, counts=counts, vendor=vendor)


@bp.route("/nouvelle", methods=["GET", "POST"])
@requires(P.PUBLISHED_WORK)
def new() -> ResponseReturnValue:
    """Watch one more page."""
    ctx = current()
    asked = request.args.get("sous-traitant", type=row_number)
    vendor = get_vendor(ctx, asked, to=P.PUBLISHED_WORK) if asked is not None else None
    form = NewPageForm(data={"vendor": vendor.name if vendor else ""})
    if form.submitted():
        absent = N_("Aucun sous-traitant du registre ne porte ce nom : corrigez-le.")
        try:
            named = one_vendor_named(ctx, form.vendor.data, to=P.PUBLISHED_WORK, absent=absent)
        except Refused as error:
            form.refuse(error, "vendor")
            return render_template("published_terms/new.html", form=form), form.status
        try:
            page = services.watch_page(ctx, named, form.sheet())
        except Refused as error:
            form.refuse(error, "address")
        else:
            flash(_("La page est surveillée. Donnez ce qu'elle dit aujourd'hui : la suite y sera comparée."))
            return redirect(url_for(".show", page_id=page.id))
    return render_template("published_terms/new.html", form=form), form.status


@bp.route("/<int:page_id>")
@requires(P.PUBLISHED_VIEW)
def show(page_id: int) -> ResponseReturnValue:
    """One page: whether it can be read, what moved, and every reading."""
    ctx = current()
    page = queries.get_page(ctx, page_id, to=P.PUBLISHED_VIEW)
    readings, language = queries.readings_of(ctx, page), current_language()
    last = next((row for row in readings if row.text_digest), None)
    return render_template(
        "published_terms/show.html", page=page, readings=readings, drifts=queries.drifts_of(ctx, page),
        departures=change_cards(last.departures, language) if last else [], last=last, effect_tones=EFFECT_TONES,
        verdict_tones=VERDICT_TONES,
    )  # fmt: skip


@bp.route("/<int:page_id>/modifier", methods=["GET", "POST"])
@requires(P.PUBLISHED_WORK)
def edit(page_id: int) -> ResponseReturnValue:
    """Correct what is said of a page."""
    ctx = current()
    page = queries.get_page(ctx, page_id, to=P.PUBLISHED_WORK)
    form = PageForm(obj=page)
    if form.submitted():
        try:
            services.update_page(ctx, page, form.sheet())
        except Refused as error:
            form.refuse(error, "address")
        else:
            flash(_("C'est noté."))
            return redirect(url_for(".show", page_id=page.id))
    return render_template("published_terms/edit.html", form=form, page=page), form.status


@bp.route("/<int:page_id>/lire", methods=["POST"])
@requires(P.PUBLISHED_WORK)
def ask(page_id: int) -> ResponseReturnValue:
    """Send for a page now."""
    ctx = current()
    page = queries.get_page(ctx, page_id, to=P.PUBLISHED_WORK)
    services.ask_fetch(ctx, page)
    flash(_("La page est demandée ; ce qu'elle dit paraîtra ici."))
    return redirect(url_for(".show", page_id=page.id))


@bp.route("/<int:page_id>/texte", methods=["GET", "POST"])
@takes_files
@requires(P.PUBLISHED_WORK)
def receive(page_id: int) -> ResponseReturnValue:
    """Hand in what a page says today."""
    page = queries.get_page(current(), page_id, to=P.PUBLISHED_WORK)
    form = TextForm()
    if form.submitted():
        # The database is let go of while the file is sealed: nobody waits for a slow upload.
        edge.release()
        try:
            received, means = _received(form)
            ctx = current()
            page = queries.get_page(ctx, page_id, to=P.PUBLISHED_WORK)
            services.receive_text(ctx, page, received, means)
        except Refused as error:
            form.refuse(error, "file" if form.uploaded else "text")
            page = queries.get_page(current(), page_id, to=P.PUBLISHED_WORK)
        else:
            flash(_("Le texte est reçu ; sa lecture est en cours."))
            return redirect(url_for(".show", page_id=page_id))
    accept = ",".join(f".{kind}" for kind in _FILES)
    return render_template("published_terms/receive.html", form=form, page=page, accept=accept), form.status


def _received(form: TextForm) -> tuple[ReceivedFile, ReadingMeans]:
    if form.uploaded:
        if uploads.extension(form.uploaded.filename) == "zip":
            raise Refused(N_("Donnez la page seule, non une archive."))
        return uploads.seal_files([form.uploaded])[0], ReadingMeans.FILE
    if form.text.data:
        return uploads.seal_text(form.text.data, _("texte-collé.txt")), ReadingMeans.PASTED
    raise Refused(N_("Choisissez un fichier, ou collez le texte de la page."))


@bp.route("/<int:page_id>/ecarts/<int:drift_id>")
@requires(P.PUBLISHED_VIEW)
def drift(page_id: int, drift_id: int) -> ResponseReturnValue:
    """What moved, side by side, and what the contract says of it."""
    page = queries.get_page(current(), page_id, to=P.PUBLISHED_VIEW)
    found = queries.get_drift(current(), page, drift_id, to=P.PUBLISHED_VIEW)
    return _drift_page(page, found, ExamineForm(formdata=None))


@bp.route("/<int:page_id>/ecarts/<int:drift_id>/examiner", methods=["POST"])
@requires(P.PUBLISHED_WORK)
def examine(page_id: int, drift_id: int) -> ResponseReturnValue:
    """Say what a drift comes to."""
    ctx = current()
    page = queries.get_page(ctx, page_id, to=P.PUBLISHED_WORK)
    found = queries.get_drift(ctx, page, drift_id, to=P.PUBLISHED_WORK)
    form = ExamineForm()
    if form.submitted():
        try:
            services.examine(ctx, found, form.verdict.data, form.reason.data or "")
        except Refused as error:
            form.refuse(error, "reason")
        else:
            flash(_("C'est noté."))
            return redirect(url_for(".show", page_id=page.id))
    return _drift_page(page, found, form)


def _drift_page(page: PublishedPage, found: TermDrift, form: ExamineForm) -> ResponseReturnValue:
    ids = [one for one in (found.reading_id, found.previous_id) if one is not None]
    readings = queries.get_readings(current(), page, ids)
    before = readings.get(found.previous_id) if found.previous_id is not None else None
    return render_template(
        "published_terms/drift.html", page=page, drift=found, form=form, before=before,
        after=readings[found.reading_id], cards=change_cards(found.changes, current_language()),
        apart=passages_of(before, readings[found.reading_id]), effect_tones=EFFECT_TONES, verdict_tones=VERDICT_TONES,
    ), form.status  # fmt: skip
