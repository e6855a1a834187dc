"""Reads of the threads under questions; the caller has checked the reach of the audit."""

from collections.abc import Sequence

from sqlalchemy import Select, bindparam, select

from portal.audits.exchange_models import QuestionMessage
from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.core.statements import written_once

MOST_MESSAGES = 500
"""Messages of one audit that a page shows; the newest."""


@dataclass(frozen=True)
class ThreadLine:
    """What is said under a question."""

    key: str
    messages: Sequence[QuestionMessage]

    @property
    def waits(self) -> bool:
        """Whether the vendor's last message has neither an answer nor somebody who closed it."""
        return self.messages[-1].from_vendor

    @property
    def is_closed(self) -> bool:
        """Whether somebody of ours closed it."""
        return self.messages[-1].closes

    @property
    def count(self) -> int:
        """How many messages, closings aside."""
        return sum(not message.closes for message in self.messages)


def threads_of(ctx: Context, audit_id: int, question_key: str | None = None) -> dict[str, ThreadLine]:
    """The threads of an audit, or of one question, by question: those that wait first; one statement."""
    asked = {"audit_id": audit_id} if question_key is None else {"audit_id": audit_id, "question_key": question_key}
    found = ctx.session.scalars(_messages(of_one=question_key is not None), asked).all()
    threads: dict[str, list[QuestionMessage]] = {}
    for message in reversed(found):
        threads.setdefault(message.question_key, []).append(message)
    lines = [ThreadLine(key, messages) for key, messages in threads.items()]
    return {line.key: line for line in sorted(lines, key=lambda line: not line.waits)}


@written_once
def _messages(*, of_one: bool) -> Select[QuestionMessage]:
    wanted = select(QuestionMessage).where(QuestionMessage.audit_id == bindparam("audit_id"))
    if of_one:
        wanted = wanted.where(QuestionMessage.question_key == bindparam("question_key"))
    return wanted.order_by(QuestionMessage.id.desc()).limit(MOST_MESSAGES)
