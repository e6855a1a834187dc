"""The blueprint of the pages of announced changes."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from portal.changes import wording

bp = Blueprint("changes", __name__, url_prefix="/changements")


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    """The tones of states, for macros: those see no context."""
    state.app.jinja_env.globals["change_words"] = wording
