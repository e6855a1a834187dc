"""Pages for those who run the portal: health, jobs, and in development the mails and the components."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from portal.core import process, schema
from portal.core.schema import SchemaState
from portal.jobs import carriers
from portal.web import edge
from portal.web.guard import public

bp = Blueprint("system", __name__)


@bp.route("/healthz")
@public
def health() -> ResponseReturnValue:
    """200 once database, files and job carrier are really usable; 503 with the reasons otherwise."""
    reasons = [*_database(), *_files(), *_carrier()]
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


def _carrier() -> list[str]:
    try:
        alive = carriers.is_alive(edge.database(), at=edge.request_time())
    except SQLAlchemyError as error:
        return [f"jobs: {type(error).__name__}"]
    return [] if alive else ["jobs: no worker has given a sign of life for 90 seconds"]
