"""The blueprint that the pages of the chain hang on, and the words of transfers for templates."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from portal.chain import wording

bp = Blueprint("chain", __name__, url_prefix="/chaine")


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    """The tones of standings, for macros: those see no context."""
    state.app.jinja_env.globals["chain_words"] = wording
