"""Requests of persons, from the vendor's side: relayed in two minutes, and what is asked of it for one."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import Forbidden, NotFound, PortalError, Refused
from portal.core.files import Blob
from portal.incidents.queries import services_of
from portal.person_requests import queries as relayed
from portal.person_requests import services
from portal.person_requests.forms import GiveBackForm, RelayForm
from portal.vendor_space import queries
from portal.vendor_space.views.blueprint import ACCEPT, ID, bp
from portal.web import edge
from portal.web.guard import requires, takes_files
from portal.web.text import _, said


@bp.route("/demandes")
@requires(Permission.SPACE_VIEW)
def requests() -> ResponseReturnValue:
    """What is asked of the vendor, what it relayed, and where to relay."""
    ctx = edge.current()
    tasks, rows = relayed.own_tasks(ctx), relayed.own_requests(ctx)
    return render_template("vendor_space/requests.html", tasks=tasks, rows=rows)


@bp.route("/demandes/relayer", methods=["GET", "POST"])
@requires(Permission.REQUEST_RELAY)
def relay_request() -> ResponseReturnValue:
    """Relay a request. Nothing typed is kept as a draft: a draft is not sealed."""
    ctx = edge.current()
    vendor = queries.own_vendor(ctx)
    form = RelayForm(data={"received_on": ctx.today})
    form.offering(services_of(ctx, vendor.id))
    if form.submitted():
        try:
            made = services.relay_request(ctx, vendor, form.sheet(), form.received_on.data)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Demande relayée sous la référence %(reference)s. N'y répondez pas vous-même, sauf si cela vous est"
                    " demandé.", reference=made.reference))  # fmt: skip
            return redirect(url_for(".requests"))
    return render_template("vendor_space/relay_request.html", form=form), form.status


@bp.route(f"/demandes/taches/<{ID}:task_id>", methods=["GET", "POST"])
@requires(Permission.SPACE_VIEW)
@takes_files
def request_task(task_id: int) -> ResponseReturnValue:
    """One thing asked: of whom, until when; and what was done, with what proves it."""
    ctx = edge.current()
    own = relayed.own_task(ctx, task_id)
    form = GiveBackForm(data={"done_on": ctx.today})
    if form.submitted():
        relayed.task_to_give_back(ctx, task_id)
        try:
            file = _sealed(form)
            ctx = edge.current()
            services.give_back(ctx, relayed.task_to_give_back(ctx, task_id), form.sheet(), file)
        except (NotFound, Forbidden):
            raise
        except PortalError as refusal:
            edge.db_session().rollback()
            form.refuse(Refused(said(refusal.sentence)))
        else:
            flash(_("C'est envoyé. Merci."))
            return redirect(url_for(".request_task", task_id=task_id))
        own = relayed.own_task(edge.current(), task_id)
    return render_template("vendor_space/request_task.html", own=own, form=form, accept=ACCEPT), form.status


def _sealed(form: GiveBackForm) -> Blob | None:
    given = form.file.data
    if given is None or not getattr(given, "filename", ""):
        return None
    # The database is let go of while the file is sealed: nobody waits for a slow upload.
    edge.release()
    return services.seal_proof(given.stream, given.filename)
