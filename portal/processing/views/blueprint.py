"""The blueprint of the register of processing, and the day that an address asks for."""

from datetime import date

from flask import Blueprint, flash, request
from flask.blueprints import BlueprintSetupState

from portal.core.calendar import BeyondCalendar
from portal.processing import wording
from portal.web.edge import current
from portal.web.forms import typed_day
from portal.web.text import said

bp = Blueprint("processing", __name__, url_prefix="/registre")


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    """The names of fields and views, for macros: those see no context."""
    state.app.jinja_env.globals["processing_words"] = wording


def day_asked() -> date | None:
    """The day in the address, when it is one and is past: today is what stands now."""
    try:
        day = typed_day(request.args.get("au", "").strip())
    except BeyondCalendar as error:
        flash(said(error.sentence), "warning")
        return None
    return day if day is not None and day < current().today else None
