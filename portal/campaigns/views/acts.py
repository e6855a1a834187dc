"""Acts on the audits of a wave, one or several together: what each does, and what became of each."""

from collections.abc import Mapping
from datetime import date, timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.campaigns import queries, services
from portal.campaigns.act_page import act_report
from portal.campaigns.forms import CancelAuditsForm, ExtendForm
from portal.campaigns.models import Wave
from portal.campaigns.queries import FILTERS
from portal.campaigns.services import NewRecipient, WaveAct
from portal.campaigns.views.blueprint import ID, bp
from portal.core.cleaning import clean
from portal.core.errors import Refused
from portal.vendors.services import InvalidSheet
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import _, said

USUAL_EXTENSION_DAYS = 14
MOST_RECIPIENTS = 25
"""Audits whose recipients are changed on one page: as many as a board shows."""


@bp.route(f"/vagues/<{ID}:wave_id>/actes", methods=["POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def act(wave_id: int) -> ResponseReturnValue:
    """Do something about the audits chosen on the board; what needs a word more is asked on a page of its own."""
    ctx = current()
    wave = queries.get_wave(ctx, wave_id, to=Permission.CAMPAIGN_MANAGE)
    name = request.form.get("act", "")
    if name not in set(WaveAct):
        abort(400)
    wanted = WaveAct(name)
    chosen = _chosen(ctx, wave)
    if not chosen:
        flash(_("Cochez d'abord au moins un audit."), "warning")
        return redirect(_board(wave_id))
    if wanted is WaveAct.RECIPIENT:
        return redirect(url_for(".recipients", wave_id=wave_id, audit=chosen[:MOST_RECIPIENTS]))
    try:
        return _extend(ctx, wave, chosen) if wanted is WaveAct.EXTEND else _others(ctx, wave, wanted, chosen)
    except Refused as error:
        flash(said(error.sentence), "danger")
        return redirect(_board(wave_id))


def _others(ctx: Context, wave: Wave, wanted: WaveAct, chosen: list[int]) -> ResponseReturnValue:
    if wanted is WaveAct.CANCEL:
        return _cancel(ctx, wave, chosen)
    deed = services.remind if wanted is WaveAct.REMIND else services.resend
    return _result(wave, wanted, deed(ctx, wave, chosen))


def _extend(ctx: Context, wave: Wave, chosen: list[int]) -> ResponseReturnValue:
    proposed = ctx.today + timedelta(days=USUAL_EXTENSION_DAYS)
    form = ExtendForm() if "sur" in request.form else ExtendForm(formdata=None, on=proposed)
    if "sur" in request.form and form.submitted():
        try:
            lines, until = services.extend(ctx, wave, chosen, form.on.data)
        except Refused as error:
            form.refuse(error, "on")
        else:
            return _result(wave, WaveAct.EXTEND, lines, until=until)
    return _ask(ctx, wave, WaveAct.EXTEND, chosen, form)


def _cancel(ctx: Context, wave: Wave, chosen: list[int]) -> ResponseReturnValue:
    form = CancelAuditsForm() if "sur" in request.form else CancelAuditsForm(formdata=None)
    if "sur" in request.form and form.submitted():
        try:
            lines = services.cancel(ctx, wave, chosen, form.reason.data)
        except Refused as error:
            form.refuse(error, "reason")
        else:
            return _result(wave, WaveAct.CANCEL, lines)
    return _ask(ctx, wave, WaveAct.CANCEL, chosen, form)


def _ask(
    ctx: Context, wave: Wave, wanted: WaveAct, chosen: list[int], form: ExtendForm | CancelAuditsForm
) -> ResponseReturnValue:
    page = render_template(
        "campaigns/act.html", wave=wave, act=wanted, acts=WaveAct, form=form, back=_board(wave.id),
        rows=queries.chosen_audits(ctx, wave, chosen),
    )  # fmt: skip
    return page, form.status


def _result(wave: Wave, act: WaveAct, lines: list[services.ActLine], until: date | None = None) -> str:
    report = act_report(act, lines, until)
    return render_template("campaigns/act_result.html", wave=wave, report=report, back=_board(wave.id))


def _chosen(ctx: Context, wave: Wave) -> list[int]:
    """The audits ticked, or all those of the filter when that is what was asked."""
    if "tous" in request.form:
        wanted = request.form.get("etat", "")
        wanted = wanted if wanted in {*AuditState, *FILTERS} else ""
        return queries.audit_ids(ctx, wave, wanted=wanted, words=request.form.get("q", "").strip())
    return _numbers("audit")


def _numbers(name: str) -> list[int]:
    """The numbers given under a name, each once; what is none is left out."""
    typed = request.values.getlist(name)
    return sorted({int(one) for one in typed if one.isascii() and one.isdigit() and len(one) < 10})


def _board(wave_id: int) -> str:
    """The board as it was: its filter, its page."""
    etat, q, page = (request.values.get(name) or None for name in ("etat", "q", "page"))
    return url_for(".wave", wave_id=wave_id, _anchor="audits", etat=etat, q=q, page=page)


@bp.route(f"/vagues/<{ID}:wave_id>/destinataires", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def recipients(wave_id: int) -> ResponseReturnValue:
    """Say who answers from now on, for one audit or several."""
    ctx = current()
    wave = queries.get_wave(ctx, wave_id, to=Permission.CAMPAIGN_MANAGE)
    rows = queries.chosen_audits(ctx, wave, _numbers("audit")[:MOST_RECIPIENTS])
    faults: Mapping[int, str] = {}
    if request.method == "POST":
        changed, faults = _change(ctx, wave, [row.audit_id for row in rows])
        if changed and not faults:  # one that is refused takes back the others: the page comes back as it was typed
            flash(_("C'est noté. Les invitations partent."))
            return redirect(_board(wave_id))
        if not changed and not faults:
            flash(_("Rien n'a été saisi : rien n'a changé."), "warning")
    page = render_template(
        "campaigns/recipients.html", wave=wave, rows=rows, faults=faults, typed=request.form, back=_board(wave_id),
        people=queries.people_at(ctx, [row.vendor_id for row in rows]),
    )  # fmt: skip
    return page, 422 if faults else 200


def _change(ctx: Context, wave: Wave, audit_ids: list[int]) -> tuple[int, dict[int, str]]:
    """How many lines were filled in, and what is wrong with some of them."""
    changed, faults = 0, {}
    for audit_id in audit_ids:
        name, email = (clean(request.form.get(f"{part}-{audit_id}")) for part in ("name", "email"))
        dropped = _numbers(f"drop-{audit_id}")
        if not name and not email and not dropped:
            continue
        if not name or not email:
            faults[audit_id] = _("Donnez un nom et une adresse.")
            continue
        try:
            services.change_recipient(ctx, wave, audit_id, NewRecipient(name, email, dropped))
        except InvalidSheet as error:
            faults[audit_id] = said(next(iter(error.fields.values())))
        except Refused as error:
            faults[audit_id] = said(error.sentence)
        else:
            changed += 1
    return changed, faults
