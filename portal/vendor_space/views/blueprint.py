"""The blueprint that the pages of the vendor space hang on, and what several of them need."""

from types import SimpleNamespace
from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from portal.audits import queries as audits
from portal.authz.policy import Permission
from portal.core.errors import PortalError
from portal.core.files import EVIDENCE, KINDS
from portal.vendor_space.audit_page import AuditPage, audit_page
from portal.vendor_space.page_labels import page_labels
from portal.web import edge
from portal.web.text import current_language, said

ACCEPT = ",".join(f".{extension}" for extension in KINDS if extension in EVIDENCE)
"""What a file chooser offers first."""

ID = "int(max=2147483647)"
"""A number in an address: beyond, no row can have it and the database would rather fail than find nothing."""

bp = Blueprint("vendor_space", __name__, url_prefix="/espace")


def open_audit_page(audit_id: int) -> AuditPage:
    """An audit of the vendor, with its answers, in the reader's language; raises NotFound."""
    sheet = audits.open_sheet(edge.current(), audit_id, to=Permission.SPACE_VIEW)
    return audit_page(sheet, current_language())


def page_urls(audit_id: int, **more: object) -> SimpleNamespace:
    """What each question of a page repeats, made once: addresses up to the key or number that ends each, words."""
    return SimpleNamespace(
        answer=url_for("vendor_space.answer", audit_id=audit_id, question="-")[:-1],
        upload=url_for("vendor_space.upload", audit_id=audit_id, question="-")[:-1],
        proof=url_for("vendor_space.proof", audit_id=audit_id, link_id=0)[:-1],
        thread=url_for("vendor_space.thread", audit_id=audit_id, question="-")[:-1],
        file=url_for("vendor_space.file", evidence_id=0)[:-1],
        accept=ACCEPT,
        words=page_labels(current_language()),
        **more,
    )


def refusal_json(refusal: PortalError, status: int = 422, **more: Any) -> ResponseReturnValue:
    """A refusal, for a script that shows it where the person is."""
    return {"error": said(refusal.sentence), **more}, status
