"""The page of the portal's own data: what is kept of whom, how long, and what erases it."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.language import semicolon
from portal.core.retention import days_kept, durations
from portal.privacy.table import kept_lines, sealed_tables
from portal.privacy.wording import SEALED_NAMES
from portal.web.edge import settings
from portal.web.guard import requires
from portal.web.text import current_language, said

bp = Blueprint("privacy", __name__, url_prefix="/donnees-du-portail")


@bp.route("")
@requires(Permission.PRIVACY_MANAGE)
def index() -> ResponseReturnValue:
    """The declaration, with the durations that this portal was set to."""
    told, language = settings().retention, current_language()
    kept = [
        {"words": getattr(one, language.value), "days": days_kept(key, told), "key": key, "is_set": key in told}
        for key, one in durations().items()
    ]
    return render_template(
        "privacy/index.html", durations=kept, lines=kept_lines(language, dict(told)),
        sealed=semicolon(language).join(said(SEALED_NAMES[name]) for name in sealed_tables()),
    )  # fmt: skip
