"""The blueprint of the pages of requests of persons."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from portal.person_requests import wording

bp = Blueprint("person_requests", __name__, url_prefix="/demandes")


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    """The tones of states, for macros: those see no context."""
    state.app.jinja_env.globals["request_words"] = wording
