"""What vendors wait for from whoever reviews: more time asked for, questions under questions."""

from collections.abc import Iterator

from portal.audits.waiting_exchanges import waiting_exchanges
from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.language import say
from portal.dashboard.todo import EACH, Todo
from portal.questionnaires.queries import questionnaire_of


def exchange_todos(ctx: Context) -> Iterator[Todo]:
    """Requests for more time and unanswered questions, the oldest first; one statement."""
    if not ctx.can(Permission.AUDIT_REVIEW):
        return
    for one in waiting_exchanges(ctx, most=EACH):
        if one.wanted_on is not None:
            yield Todo(
                say("%(vendor)s demande un délai", vendor=one.vendor),
                say("Jusqu'au %(day)s, au lieu du %(due)s", day=one.wanted_on, due=one.due_on),
                "audits.delay",
                {"audit_id": one.audit_id},
                one.due_on,
                "warning",
            )
            continue
        question = questionnaire_of(ctx.session, one.version).question(one.question_key)
        yield Todo(
            say("%(vendor)s attend une réponse à sa question", vendor=one.vendor),
            say("« %(question)s »", question=question.text.read(ctx.actor.language)) if question else None,
            "audits.threads",
            {"audit_id": one.audit_id},
            tone="warning",
        )
