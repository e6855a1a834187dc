"""Files of proofs for the staff: given as they came, attached, never shown in the portal's own pages."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.evidence import queries, wording
from portal.web.downloads import download
from portal.web.edge import current
from portal.web.guard import requires

bp = Blueprint("evidence", __name__, url_prefix="/audits/fichiers")


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    """The names and tones of proofs, for macros: those see no context."""
    state.app.jinja_env.globals["evidence_words"] = wording


@bp.route("/<int:evidence_id>")
@requires(Permission.EVIDENCE_VIEW)
def file(evidence_id: int) -> ResponseReturnValue:
    """A proof that a vendor has sent."""
    return download(queries.get_sent(current(), evidence_id, to=Permission.EVIDENCE_VIEW).stored_file)
