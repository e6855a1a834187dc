"""A third party's word on when some bytes were there (RFC 3161), asked in the child process of the seal."""

from datetime import datetime

from portal.core.documents.printing import PrintingError
from portal.core.language import say
from portal.core.seal.sealing import NotSealed, ask_sealer

TIMESTAMP_SECONDS = 30.0
"""Starting the child, waiting for one's turn and the server's answer."""


def take_timestamp(url: str, statement: bytes) -> tuple[datetime, bytes]:
    """When the server says it saw the statement, and its whole answer (DER), which is about that statement alone.

    Who signed the answer is for whoever checks it to judge. Raises NotSealed when there is no good answer.
    """
    try:
        answer = ask_sealer("timestamp", (statement, url), TIMESTAMP_SECONDS)
        at, _, response = answer.partition(b"\n")
        return datetime.fromisoformat(at.decode("ascii")), response
    except (PrintingError, ValueError) as failure:
        raise NotSealed(say("L'horodatage n'a pas été pris : %(why)s", why=str(failure))) from failure
