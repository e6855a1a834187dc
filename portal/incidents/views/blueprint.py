"""The blueprint of the pages of breaches."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from portal.incidents import wording

bp = Blueprint("incidents", __name__, url_prefix="/violations")


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    """The tones of states, for macros: those see no context."""
    state.app.jinja_env.globals["incident_words"] = wording
