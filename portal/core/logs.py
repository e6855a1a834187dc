"""What the portal writes about itself: one JSON object per line, never a local variable, a password or a token."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

from portal.core import late

with late.hidden("rich"):  # structlog loads it, where it is installed, for colours that lines of JSON do not have
    import structlog
    from structlog.tracebacks import ExceptionDictTransformer

SECRET_WORDS = ("password", "token", "secret", "code", "cookie", "authorization")


class _StandardError:
    """Writes each line to the standard error of the moment, which a server or a test may have replaced."""

    def __init__(self, *_names: object) -> None:
        pass

    def msg(self, line: str) -> None:
        """One line."""
        sys.stderr.write(line + "\n")

    debug = info = warning = error = critical = exception = msg


def configure() -> None:
    """Set structlog for this process; a traceback shows lines of code and no value they held."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False, max_frames=20)),
            _without_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=_StandardError,
    )


def begin_request(request_id: str) -> None:
    """Have each line that this thread writes from now on name the request it is about, and no earlier one."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)


def end_request() -> None:
    """What this thread writes from now on is about no request."""
    structlog.contextvars.clear_contextvars()


def get_logger() -> Any:
    """Where a module writes its lines."""
    return structlog.get_logger()


def _without_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank out whatever is named like a secret, should a caller ever pass one."""
    raised = event.get("exception")
    for error in raised if isinstance(raised, list) else ():
        # PostgreSQL adds the whole row to what it says of a broken constraint.
        error["exc_value"] = error["exc_value"].partition("\nDETAIL:")[0]
    for name, value in event.items():
        if any(word in name.lower() for word in SECRET_WORDS):
            event[name] = "…"
        elif isinstance(value, dict):
            event[name] = _without_secrets(None, "", dict(value))
    return event
