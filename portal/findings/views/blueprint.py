"""The blueprint of the pages of findings."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from portal.findings import wording

bp = Blueprint("findings", __name__, url_prefix="/audits/constats")


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    """The names and tones of states, for macros: those see no context."""
    state.app.jinja_env.globals["finding_words"] = wording
