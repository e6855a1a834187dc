"""Files leave the store as they came: attached, never shown in the portal's own pages."""

from unicodedata import normalize
from urllib.parse import quote

from flask import Response
from flask.typing import ResponseReturnValue

from portal.audits import dossiers
from portal.audits.views.blueprint import bp
from portal.authz.policy import Permission
from portal.core import process
from portal.core.stored import StoredFile, blob_of
from portal.web.edge import current
from portal.web.guard import requires


@bp.route("/fichiers/<int:evidence_id>")
@requires(Permission.EVIDENCE_VIEW)
def file(evidence_id: int) -> ResponseReturnValue:
    """A proof that a vendor has sent."""
    return _sent(dossiers.get_sent_proof(current(), evidence_id, to=Permission.EVIDENCE_VIEW).stored_file)


@bp.route("/<int:audit_id>/accuses/<int:round>")
@requires(Permission.AUDIT_VIEW)
def receipt(audit_id: int, round: int) -> ResponseReturnValue:
    """The receipt of a submission."""
    return _sent(dossiers.get_receipt(current(), audit_id, round))


def _sent(stored: StoredFile) -> Response:
    """Streamed piece by piece, whatever its size; a file that was altered breaks off rather than pass for whole."""
    response = Response(process.store().open(blob_of(stored)), mimetype=stored.media_type)
    response.content_length = stored.size
    # A header holds ASCII alone: whoever cannot read the exact name (RFC 6266) gets it without its accents.
    plain = normalize("NFKD", stored.filename).encode("ascii", "ignore").decode().replace('"', "")
    exact = quote(stored.filename, safe="")
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
