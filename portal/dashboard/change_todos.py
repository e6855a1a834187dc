"""What waits of announced changes: an answer before the contract's deadline, an opinion that is asked."""

from collections.abc import Iterator

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.changes import queries as changes
from portal.changes.change_page import deadline_verdict
from portal.changes.deadline_lines import last_day
from portal.core.language import say
from portal.dashboard.todo import EACH, Todo


def change_todos(ctx: Context) -> Iterator[Todo]:
    """Each change without an answer, the soonest deadline first, for whoever decides; then opinions asked of me."""
    if ctx.can(Permission.CHANGE_WORK):
        for one in changes.waiting_for_us(ctx, at_most=EACH):
            verdict, last = deadline_verdict(one, ctx.now), last_day(one.object_before)
            title = say("%(vendor)s : répondre à un changement de sous-traitants", vendor=one.vendor.name)
            detail = say("%(verdict)s. %(title)s", verdict=say(verdict.label), title=one.title)
            tone = verdict.tone if verdict.tone in ("danger", "warning") else "info"
            yield Todo(title, detail, "changes.show", {"change_id": one.id}, last, tone)
    if ctx.can(Permission.CHANGE_ADVISE):
        for one in changes.asked_of_me(ctx, at_most=EACH):
            title = say("%(vendor)s : donner votre avis sur un changement de sous-traitants", vendor=one.vendor.name)
            detail = say("%(title)s", title=one.title)
            yield Todo(title, detail, "changes.advise", {"change_id": one.id}, last_day(one.object_before), "warning")
