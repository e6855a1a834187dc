"""Pages for those who run the portal: health, jobs, and in development the mails and the components."""

import hmac
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from types import SimpleNamespace

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.config import Environment
from portal.core.errors import NotFound
from portal.core.language import N_
from portal.jobs import queries
from portal.jobs.models import JobState
from portal.operations import figures, health, services
from portal.operations.health import Portal
from portal.operations.request_figures import RequestFigures
from portal.web import edge, gallery
from portal.web.guard import public, requires
from portal.web.routing import page_asked
from portal.web.text import _, said

bp = Blueprint("system", __name__)
NEWEST = 50
STATES = {
    JobState.READY: N_("Prête"),
    JobState.RUNNING: N_("En cours"),
    JobState.DONE: N_("Faite"),
    JobState.DEAD: N_("En échec"),
}
TONES = {JobState.READY: "neutral", JobState.RUNNING: "info", JobState.DONE: "ok", JobState.DEAD: "danger"}


@bp.route("/livez")
@public
def alive() -> ResponseReturnValue:
    """200 as long as this process answers; nothing is asked of anything else: for what restarts processes."""
    return jsonify(status="ok")


@bp.route("/healthz", endpoint="health")
@public
def show_health() -> ResponseReturnValue:
    """200 once all that the portal needs is really usable, 503 with the names of the checks otherwise.

    In production the sentences, which tell of versions and folders, are for whoever holds the token of figures.
    """
    found = {name: reasons for name, reasons in health.look(_portal()).items() if reasons}
    if not found:
        return jsonify(status="ok")
    is_told = edge.settings().environment is not Environment.PRODUCTION or _shows_token()
    reasons = [f"{name}: {reason}" for name, told in found.items() for reason in told] if is_told else list(found)
    return jsonify(status="unavailable", reasons=reasons), 503


@bp.route("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """The figures, for whoever shows their token; not there when the settings give none."""
    if edge.settings().metrics_token is None:
        raise NotFound()
    if not _shows_token():
        return "", 401, {"WWW-Authenticate": "Bearer"}
    requests: RequestFigures = current_app.extensions["vigie.request_figures"]
    return Response(figures.written(requests, _portal()), content_type=figures.CONTENT_TYPE)


def _portal() -> Portal:
    return Portal(edge.database(), edge.settings(), edge.request_time())


def _shows_token() -> bool:
    """Whether the caller shows the token of figures; compared in a time that tells nothing of it."""
    token = edge.settings().metrics_token
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    is_it = hmac.compare_digest(shown.strip().encode(), (token or "").encode())
    return token is not None and scheme.lower() == "bearer" and is_it


@bp.route("/taches")
@requires(Permission.JOB_MANAGE)
def jobs() -> ResponseReturnValue:
    """The ledger, by state."""
    ctx = edge.current()
    wanted = request.args.get("etat", JobState.DEAD.value)
    state = JobState(wanted) if wanted in set(JobState) else JobState.DEAD
    page = page_asked()
    counts = queries.counts(ctx.session)
    return render_template(
        "operations/jobs.html",
        found=queries.jobs(ctx.session, states=[state], page=page, total=counts[state]),
        states=[(said(name), url_for(".jobs", etat=s.value), s is state, counts[s]) for s, name in STATES.items()],
        names=STATES,
        tones=TONES,
    )


@bp.route("/taches/<int:job_id>/relancer", methods=["POST"])
@requires(Permission.JOB_MANAGE)
def retry(job_id: int) -> ResponseReturnValue:
    """Give a dead job five more attempts."""
    services.retry_dead_job(edge.current(), job_id)
    flash(_("La tâche est relancée."))
    return redirect(url_for(".jobs"))


def _only_in_development() -> None:
    if edge.settings().environment is Environment.PRODUCTION:
        raise NotFound()


@bp.route("/_messages")
@requires(Permission.JOB_MANAGE)
def mails() -> ResponseReturnValue:
    """The messages kept as files when no SMTP server is set; development only."""
    _only_in_development()
    folder = edge.settings().mail_dir
    newest = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)[:NEWEST]
    return render_template("operations/mails.html", mails=[_mail(path) for path in newest])


def _mail(path: Path) -> SimpleNamespace:
    message = message_from_bytes(path.read_bytes(), policy=default)
    body = message.get_body()
    return SimpleNamespace(
        subject=message["Subject"] or "–", to=message["To"], body=body.get_content() if body is not None else ""
    )


@bp.route("/_composants")
@bp.route("/_composants/<page>")
@requires(Permission.ACCOUNT_SELF)
def components(page: str = "") -> ResponseReturnValue:
    """Every component in every variant; development only."""
    _only_in_development()
    return gallery.render(page)
