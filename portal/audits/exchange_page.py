"""What the pages of an audit show of what is arranged around it: threads by question, more time asked for."""

from collections.abc import Mapping, Sequence

from portal.audits import delay_queries, thread_queries
from portal.audits.exchange_models import DelayRequest
from portal.audits.models import Audit
from portal.audits.queries import AuditAnswers
from portal.audits.thread_queries import ThreadLine
from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.questionnaires.definition import Question


@dataclass(frozen=True)
class AuditExchanges:
    """The threads of an audit by question, and the request for more time that waits for us, if one does."""

    threads: Mapping[str, ThreadLine]
    delay: DelayRequest | None

    @property
    def waiting(self) -> int:
        """How many threads wait for us."""
        return sum(thread.waits for thread in self.threads.values())


def audit_exchanges(ctx: Context, audit: Audit) -> AuditExchanges:
    """The same; two statements."""
    asked = delay_queries.last_request(ctx, audit) if audit.state.is_with_vendor else None
    return AuditExchanges(
        thread_queries.threads_of(ctx, audit.id), asked if delay_queries.is_waiting(asked, audit) else None
    )


@dataclass(frozen=True)
class ThreadOfQuestion:
    """A thread with the question that it is under."""

    thread: ThreadLine
    number: str
    question: Question


def threads_with_questions(sheet: AuditAnswers, threads: Mapping[str, ThreadLine]) -> Sequence[ThreadOfQuestion]:
    """The threads in their order, those that wait first; of questions that the frozen questionnaire has."""
    found = ((line, sheet.questionnaire.question(key)) for key, line in threads.items())
    return [
        ThreadOfQuestion(line, sheet.number_of(line.key), question) for line, question in found if question is not None
    ]
