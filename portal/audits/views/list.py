"""What waits for the reviewer first, then what waits for vendors."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.audits import list_page
from portal.audits.list_page import AuditQueue
from portal.audits.views.blueprint import bp
from portal.authz.policy import Permission
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.routing import page_asked


@bp.route("")
@requires(Permission.AUDIT_VIEW)
def index() -> ResponseReturnValue:
    """The audits, by what they wait for."""
    ctx, queue = current(), chosen_queue()
    typed, page = request.args.get("q", "").strip(), page_asked()
    counts = list_page.audit_counts(ctx)
    found = list_page.audit_page(ctx, queue, words=typed, page=page, total=None if typed else counts[queue])
    return render_template(
        "audits/index.html", queue=queue, queues=AuditQueue, counts=counts, found=found, page=page, typed=typed
    )


def chosen_queue() -> AuditQueue:
    """The queue named in the address; an unknown one is the first."""
    named = request.args.get("vue", "")
    return AuditQueue(named) if named in set(AuditQueue) else AuditQueue.TO_REVIEW
