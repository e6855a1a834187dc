"""What waits for whoever answers persons: what vendors gave back, and terms that draw near."""

from collections.abc import Iterator

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.language import say
from portal.dashboard.todo import EACH, Todo
from portal.person_requests import queries as requests
from portal.person_requests.request_page import SOON_DAYS


def request_todos(ctx: Context) -> Iterator[Todo]:
    """Each return to check, then each request to answer; nobody is named."""
    if not ctx.can(Permission.REQUEST_WORK):
        return
    for one, returned_by in requests.waiting_for_us(ctx, at_most=EACH):
        where = {"request_id": one.id}
        if returned_by is not None:
            yield Todo(
                say("%(vendor)s a répondu pour la demande d'une personne", vendor=returned_by),
                say("%(reference)s", reference=one.reference), "person_requests.show", where, one.due_on, "warning",
            )  # fmt: skip
        if not one.state.is_waiting:
            continue
        left = (one.due_on - ctx.today).days
        yield Todo(
            say("%(vendor)s : répondre à une personne", vendor=one.vendor.name),
            say("%(reference)s, %(what)s", reference=one.reference, what=say(one.kind.label)),
            "person_requests.show", where, one.due_on,
            "danger" if left < 0 else "warning" if left <= SOON_DAYS else "info",
        )  # fmt: skip
