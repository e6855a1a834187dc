"""Pages for those who run the portal: health, jobs, and in development the mails and the components."""

from collections.abc import Mapping
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from types import SimpleNamespace

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from portal.authz.policy import Permission
from portal.core import process, schema
from portal.core.config import Environment
from portal.core.errors import NotFound
from portal.core.language import N_
from portal.core.schema import SchemaState
from portal.jobs import clock_guard, heartbeats, queries
from portal.jobs.heartbeats import Pulse
from portal.jobs.models import JobState
from portal.operations import services
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


@bp.route("/healthz")
@public
def health() -> ResponseReturnValue:
    """200 once database, files and job carrier are really usable; 503 with the reasons otherwise."""
    reasons = [*_database(), *_files(), *_antivirus(), *_carrier()]
    if reasons:
        return jsonify(status="unavailable", reasons=reasons), 503
    return jsonify(status="ok")


def _database() -> list[str]:
    try:
        found = schema.state(edge.database())
    except SQLAlchemyError as error:
        return [f"database: {type(error).__name__}"]
    return [] if found is SchemaState.CURRENT else [f"database: schema {found.value}, run flask database upgrade"]


def _files() -> list[str]:
    trouble = process.store().trouble()
    return [f"files: {trouble}"] if trouble else []


def _antivirus() -> list[str]:
    scanner = process.scanner()
    trouble = scanner.trouble() if scanner is not None else None
    return [f"antivirus: {trouble}"] if trouble else []


_PULSES: Mapping[Pulse, list[str]] = {
    Pulse.ALIVE: [],
    Pulse.SILENT: ["jobs: no worker has given a sign of life for 90 seconds"],
    Pulse.FROM_THE_FUTURE: ["jobs: the last sign of life is dated in the future, check the clocks"],
}


def _carrier() -> list[str]:
    at = edge.request_time()
    try:
        with edge.database().reading() as session:
            pulse, leap = heartbeats.pulse(session, at=at), clock_guard.leap(session)
    except SQLAlchemyError as error:
        return [f"jobs: {type(error).__name__}"]
    held = (
        f"jobs: the clock leapt from {leap.last:%Y-%m-%d} to {leap.said:%Y-%m-%d}, nothing is started" if leap else ""
    )
    return [*_PULSES[pulse], *([f"{held}; see flask jobs clock"] if held else [])]


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
