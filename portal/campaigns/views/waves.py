"""A wave: its overview, how far its opening has come, and a word to those who could not be reached."""

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.audits.rules import AuditState
from portal.audits.wording import STATE_NAMES
from portal.authz.policy import Permission
from portal.campaigns import queries, rules, services
from portal.campaigns.queries import FILTERS, WaveOverview
from portal.campaigns.views.blueprint import ID, bp
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.routing import page_asked
from portal.web.text import _, ngettext, said

TONES = {
    AuditState.OPENED: "neutral",
    AuditState.IN_PROGRESS: "info",
    AuditState.RETURNED: "warning",
    AuditState.SUBMITTED: "ink",
    AuditState.ACCEPTED: "ok",
    AuditState.CANCELLED: "neutral",
}


@bp.route(f"/vagues/<{ID}:wave_id>")
@requires(Permission.CAMPAIGN_VIEW)
def wave(wave_id: int) -> ResponseReturnValue:
    """A wave: figures, letters, and its audits as a list."""
    ctx = current()
    found = queries.get_wave(ctx, wave_id)
    overview = queries.wave_overview(ctx, found)
    wanted, words = request.args.get("etat", ""), request.args.get("q", "").strip()
    wanted = wanted if wanted in {*AuditState, *FILTERS} else ""
    rows = queries.audits(ctx, found, wanted=wanted, words=words, page=page_asked(), counted=overview.counts)
    return render_template(
        "campaigns/wave.html", wave=found, overview=overview, bars=_bars(overview), audits=rows, wanted=wanted,
        words=words, states=AuditState, opening_text=opening_text, letters=queries.last_letters(ctx, found, rows.rows),
        unreached=queries.unreached(ctx, found) if overview.unreached else [],
        skipped=queries.skipped(ctx, found) if overview.skipped else [],
        moves=None if overview.is_opening else queries.moves_of_wave(ctx, found),
    )  # fmt: skip


def _bars(overview: WaveOverview) -> list[tuple[str, int, str, str, str | None]]:
    """Audits by state, each leading to its part of the list."""
    shown = [*rules.STAGES, *(state for state in rules.LEFT_OUT if overview.counts[state])]
    return [
        (
            said(STATE_NAMES[state]),
            overview.counts[state],
            str(overview.counts[state]),
            TONES[state],
            url_for(".wave", wave_id=overview.wave.id, etat=state, _anchor="audits")
            if overview.counts[state]
            else None,
        )
        for state in shown
    ]


@bp.route(f"/vagues/<{ID}:wave_id>/avancement")
@requires(Permission.CAMPAIGN_VIEW)
def opening(wave_id: int) -> ResponseReturnValue:
    """How many audits are open, for the page that waits for the others."""
    ctx = current()
    overview = queries.wave_overview(ctx, queries.get_wave(ctx, wave_id))
    return jsonify(
        done=overview.opened,
        total=overview.wave.size,
        message=opening_text(overview),
        next=None if overview.is_opening else url_for(".wave", wave_id=wave_id),
    )


def opening_text(overview: WaveOverview) -> str:
    """« 312 audits ouverts sur 500 »."""
    if not overview.wave.size:
        return str(_("Choix des sous-traitants"))
    return str(
        ngettext(
            "%(num)s audit ouvert sur %(total)s", "%(num)s audits ouverts sur %(total)s", overview.opened,
            total=overview.wave.size,
        )
    )  # fmt: skip


@bp.route(f"/vagues/<{ID}:wave_id>/inviter", methods=["POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def invite(wave_id: int) -> ResponseReturnValue:
    """Write to the vendors that had nobody to write to and now have."""
    ctx = current()
    count = services.invite_unreached(ctx, queries.get_wave(ctx, wave_id, to=Permission.CAMPAIGN_MANAGE))
    if count:
        flash(ngettext("%(num)s sous-traitant invité.", "%(num)s sous-traitants invités.", count))
    else:
        flash(_("Personne de plus ne peut être invité pour le moment."), "warning")
    return redirect(url_for(".wave", wave_id=wave_id))
