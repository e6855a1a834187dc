"""The blueprint of the pages of campaigns."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from portal.campaigns import wording

ID = "int(max=2147483647)"
"""A number in an address: beyond, no row can have it and the database would rather fail than find nothing."""
bp = Blueprint("campaigns", __name__, url_prefix="/campagnes")


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    """The names and tones of states, for macros: those see no context."""
    state.app.jinja_env.globals["campaign_words"] = wording
