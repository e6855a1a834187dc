"""Files leave the store as they came: attached, never shown in the portal's own pages."""

from flask.typing import ResponseReturnValue

from portal.audits import dossiers
from portal.audits.views.blueprint import bp
from portal.authz.policy import Permission
from portal.web.downloads import download
from portal.web.edge import current
from portal.web.guard import requires


@bp.route("/fichiers/<int:evidence_id>")
@requires(Permission.EVIDENCE_VIEW)
def file(evidence_id: int) -> ResponseReturnValue:
    """A proof that a vendor has sent."""
    return download(dossiers.get_sent_proof(current(), evidence_id, to=Permission.EVIDENCE_VIEW).stored_file)


@bp.route("/<int:audit_id>/accuses/<int:round>")
@requires(Permission.AUDIT_VIEW)
def receipt(audit_id: int, round: int) -> ResponseReturnValue:
    """The receipt of a submission."""
    return download(dossiers.get_receipt(current(), audit_id, round))
