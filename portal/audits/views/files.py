"""Files leave the store as they came: attached, never shown in the portal's own pages."""

from flask.typing import ResponseReturnValue

from portal.audits import submitted_audit
from portal.audits.views.blueprint import bp
from portal.authz.policy import Permission
from portal.web.downloads import download
from portal.web.edge import current
from portal.web.guard import requires


@bp.route("/<int:audit_id>/accuses/<int:round>")
@requires(Permission.AUDIT_VIEW)
def receipt(audit_id: int, round: int) -> ResponseReturnValue:
    """The receipt of a submission."""
    return download(submitted_audit.get_receipt(current(), audit_id, round))
