"""Which questions need no answer: counted by a floor above this one, and asked of it where it matters."""

from collections.abc import Callable, Collection

from portal.audits.queries import AuditAnswers
from portal.authz.context import Context

OptionalQuestions = Callable[[Context, AuditAnswers], Collection[str]]
"""Tells the questions of a sheet that need no answer."""


def none_optional(_ctx: Context, _sheet: AuditAnswers) -> Collection[str]:
    """Every question asked is to be answered."""
    return ()
