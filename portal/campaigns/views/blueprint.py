"""The blueprint of the pages of campaigns."""

from flask import Blueprint, request
from flask.blueprints import BlueprintSetupState

from portal.campaigns import wording

ID = "int(max=2147483647)"
"""A number in an address: beyond, no row can have it and the database would rather fail than find nothing."""
MOST_PAGES = 100_000
bp = Blueprint("campaigns", __name__, url_prefix="/campagnes")


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    """The names and tones of states, for macros: those see no context."""
    state.app.jinja_env.globals["campaign_words"] = wording


def page_asked() -> int:
    """The page of a list that the address asks for; the first when it asks for none that can be."""
    return min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
