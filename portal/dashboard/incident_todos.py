"""What waits for whoever decides on breaches: the clocks that run, and what vendors said since."""

from collections.abc import Iterator

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.clock import last_day_before
from portal.core.language import say
from portal.dashboard.todo import EACH, Todo
from portal.incidents import queries as incidents
from portal.incidents.facts_page import SaidMoment
from portal.incidents.incident_page import authority_verdict


def incident_todos(ctx: Context) -> Iterator[Todo]:
    """Each breach of which nobody has decided, with what is left of its 72 hours; then what is new on the others."""
    if not ctx.can(Permission.INCIDENT_WORK):
        return
    for one in incidents.waiting_for_us(ctx, at_most=EACH):
        where = {"incident_id": one.id}
        if not one.state.is_undecided:
            title = say("%(vendor)s a complété une violation de données", vendor=one.vendor.name)
            yield Todo(title, say("%(reference)s", reference=one.reference), "incidents.show", where, tone="warning")
            continue
        if one.notified_at is not None:
            title = say("%(vendor)s : violation de données, finir l'évaluation reprise", vendor=one.vendor.name)
            told = say("La CNIL est notifiée depuis le %(moment)s.", moment=SaidMoment(one.notified_at))
            yield Todo(title, told, "incidents.show", where, tone="warning")
            continue
        yield Todo(
            say("%(vendor)s : violation de données, décider de notifier la CNIL", vendor=one.vendor.name),
            say(
                "%(verdict)s, avant le %(moment)s.", verdict=authority_verdict(one, ctx.now).verdict,
                moment=SaidMoment(one.notify_by),
            ),
            "incidents.show", where, last_day_before(one.notify_by), "danger",
        )  # fmt: skip
