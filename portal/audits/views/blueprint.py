"""The blueprint of the review's pages."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from portal.audits import wording

bp = Blueprint("audits", __name__, url_prefix="/audits")


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    """The names and tones of states, for macros: those see no context."""
    state.app.jinja_env.globals["audit_words"] = wording
