"""The list of announced changes, one of them, and one that we record ourselves."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.changes import queries, services, vendor_text
from portal.changes.change_page import change_page, deadline_verdict
from portal.changes.deadline_lines import last_day, last_hour
from portal.changes.forms import ReceiptMomentForm, ReceivedChangeForm
from portal.changes.mail_addresses import address_of
from portal.changes.mail_reading import sealed_message
from portal.changes.models import ChangeSource
from portal.changes.rules.life import ChangeState
from portal.changes.views.blueprint import bp
from portal.core.errors import NotFound, Refused
from portal.core.files import Blob
from portal.core.language import N_
from portal.core.stored import keep
from portal.paper import uploads
from portal.vendors.queries import get_vendor
from portal.web import edge
from portal.web.downloads import download
from portal.web.edge import current
from portal.web.guard import requires, takes_files
from portal.web.routing import page_asked, row_number
from portal.web.text import _, current_language


@bp.route("")
@requires(Permission.CHANGE_VIEW)
def index() -> ResponseReturnValue:
    """Every change within reach, those whose delay runs first."""
    ctx, named = current(), request.args.get("etat", "")
    state = ChangeState(named) if named in set(ChangeState) else None
    found = queries.change_page(ctx, state, page_asked())
    return render_template(
        "changes/index.html", found=found, state=state, states=ChangeState, counts=queries.state_counts(ctx),
        verdicts={row.id: deadline_verdict(row, ctx.now) for row in found.rows},
        lasts={row.id: last_day(row.object_before) for row in found.rows},
    )  # fmt: skip


@bp.route("/sous-traitants/<int:vendor_id>")
@requires(Permission.CHANGE_VIEW)
def vendor(vendor_id: int) -> ResponseReturnValue:
    """The changes that one vendor announced."""
    ctx = current()
    found_vendor = get_vendor(ctx, vendor_id, to=Permission.CHANGE_VIEW)
    found = queries.change_page(ctx, None, page_asked(), vendor_id)
    return render_template(
        "changes/vendor.html", vendor=found_vendor, found=found,
        verdicts={row.id: deadline_verdict(row, ctx.now) for row in found.rows},
        lasts={row.id: last_day(row.object_before) for row in found.rows}, address=_address(vendor_id),
    )  # fmt: skip


def _address(vendor_id: int) -> str:
    """Where to forward what this vendor writes; nothing where no mailbox is set."""
    settings = edge.settings()
    return address_of(settings.secrets.tokens, settings.changes_to, vendor_id) if settings.changes_to else ""


@bp.route("/<int:change_id>")
@requires(Permission.CHANGE_VIEW)
def show(change_id: int) -> ResponseReturnValue:
    """A change: its deadline first, then what it does and what was said."""
    ctx = current()
    change = queries.get_change(ctx, change_id, to=Permission.CHANGE_VIEW)
    page = change_page(ctx, change)
    return render_template(
        "changes/show.html", page=page, last=last_day(page.before), hour=last_hour(page.before),
        reader=current_language(),
    )  # fmt: skip


@bp.route("/<int:change_id>/fichier")
@requires(Permission.CHANGE_VIEW)
def original(change_id: int) -> ResponseReturnValue:
    """The file it came in."""
    change = queries.get_change(current(), change_id, to=Permission.CHANGE_VIEW)
    if change.stored_file is None:
        raise NotFound()
    return download(change.stored_file)


@bp.route("/nouveau", methods=["GET", "POST"])
@takes_files
@requires(Permission.CHANGE_WORK)
def record() -> ResponseReturnValue:
    """Record what a vendor sent: its text or its file is read, and what it says is proposed."""
    ctx = current()
    asked = request.args.get("sous-traitant", type=row_number)
    named = queries.vendor_by_number(ctx, asked) if asked is not None else None
    form = ReceivedChangeForm(data={"vendor": named.name if named else "", "received_at": ctx.now})
    if form.submitted():
        try:
            number = queries.vendor_to_record(ctx, form.vendor.data).id
            # The database is let go of while the file is read and sealed: nobody waits for a slow one.
            edge.release()
            text, blob = _given(form)
            ctx = current()
            found = get_vendor(ctx, number, to=Permission.CHANGE_WORK)
            made = services.record_change(
                ctx, found, text, received_at=form.moment,
                source=ChangeSource.FILE if blob is not None else ChangeSource.PASTED,
                file=keep(ctx.session, blob, at=ctx.now) if blob is not None else None,
            )  # fmt: skip
        except Refused as error:
            edge.db_session().rollback()
            form.refuse(error)
        else:
            flash(_("Changement consigné. Vérifiez ce qui a été lu."))
            return redirect(url_for(".show", change_id=made.id))
    accept = ",".join(f".{kind}" for kind in vendor_text.ACCEPTED)
    return render_template("changes/record.html", form=form, accept=accept), form.status


def _given(form: ReceivedChangeForm) -> tuple[str, Blob | None]:
    """The text that was pasted, or that of the file, with the file sealed; raises Refused."""
    file = form.file.data
    if not file or not getattr(file, "filename", ""):
        return form.text.data or "", None
    data = file.stream.read(vendor_text.MOST_BYTES + 1)
    vendor_text.refuse_unread(file.filename, len(data))
    text = vendor_text.text_apart(data, file.filename)
    file.stream.seek(0)
    if file.filename.lower().endswith(".eml"):
        sealed = sealed_message(data, file.filename)
    else:
        [sealed] = uploads.seal_files([file])
    if sealed.refusal is not None:
        raise Refused(sealed.refusal)
    if sealed.blob is None:
        raise Refused(N_("Ce fichier n'a pas pu être gardé : réessayez."))
    return "\n\n".join(part for part in (form.text.data, text) if part), sealed.blob


@bp.route("/<int:change_id>/reception", methods=["GET", "POST"])
@requires(Permission.CHANGE_WORK)
def receipt(change_id: int) -> ResponseReturnValue:
    """Say when it reached us."""
    ctx = current()
    change = queries.get_change(ctx, change_id, to=Permission.CHANGE_WORK)
    form = ReceiptMomentForm(data={"received_at": change.received_at})
    if form.submitted():
        try:
            services.set_receipt(ctx, change, form.moment)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Le délai se compte de ce moment."))
            return redirect(url_for(".show", change_id=change_id))
    return render_template("changes/receipt.html", form=form, change=change), form.status
