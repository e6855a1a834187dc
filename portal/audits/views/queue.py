"""What waits for the reviewer first, then what waits for vendors."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.audits import queues
from portal.audits.queues import Queue
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
    counts = queues.audit_counts(ctx)
    found = queues.audit_page(ctx, queue, words=typed, page=page, total=None if typed else counts[queue])
    return render_template(
        "audits/index.html", queue=queue, queues=Queue, counts=counts, found=found, page=page, typed=typed
    )


def chosen_queue() -> Queue:
    """The queue named in the address; an unknown one is the first."""
    named = request.args.get("vue", "")
    return Queue(named) if named in set(Queue) else Queue.TO_REVIEW
