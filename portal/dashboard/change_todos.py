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
    """Each change without an answer, for whoever decides, and each opinion asked of me; the soonest deadline first."""
    if not (ctx.can(Permission.CHANGE_WORK) or ctx.can(Permission.CHANGE_ADVISE)):
        return
    for one, is_advised in changes.waiting_for(ctx, at_most=EACH):
        verdict, last = deadline_verdict(one, ctx.now), last_day(one.object_before)
        if ctx.can(Permission.CHANGE_WORK):
            title = say("%(vendor)s : répondre à un changement de sous-traitants", vendor=one.vendor.name)
            detail = say("%(verdict)s. %(title)s", verdict=say(verdict.label), title=one.title)
            tone = verdict.tone if verdict.tone in ("danger", "warning") else "info"
            yield Todo(title, detail, "changes.show", {"change_id": one.id}, last, tone)
        if is_advised:
            title = say("%(vendor)s : donner votre avis sur un changement de sous-traitants", vendor=one.vendor.name)
            yield Todo(
                title, say("%(title)s", title=one.title), "changes.advise", {"change_id": one.id}, last, "warning"
            )  # fmt: skip
