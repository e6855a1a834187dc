"""Sealing a PDF and reading the seals of one, each in a child process: what does it takes two seconds to load, and a
file whose seals are read may be anybody's.
"""

import atexit

from portal.core import logs, process
from portal.core.documents.printing import Printer, PrintingError
from portal.core.errors import Refused
from portal.core.language import N_, say
from portal.core.reading import ChildReader
from portal.core.seal.found import FoundSeal
from portal.core.seal.key import read_seal_key

SEALING_SECONDS = 60.0
"""Starting the child, waiting for one's turn and for a timestamp included."""
READING_SECONDS = 60.0
ALREADY = "AlreadySealed"
"""How the child's refusal begins of a file that has a seal or a signature."""

_SEALED_ALREADY = N_("Ce PDF porte déjà un cachet ou une signature : il n'en reçoit pas d'autre.")

log = logs.get_logger()
_sealer = Printer("portal.core.seal.sealing_child")
_reader = ChildReader("portal.core.seal.reading_child", READING_SECONDS)
atexit.register(_sealer.stop)


class NotSealed(Refused):
    """A file that was not sealed, and why; nothing was changed."""


def seal_pdf(pdf: bytes) -> bytes:
    """The PDF with the organisation's seal added after its own bytes, which stay as they are.

    Takes seconds, more where a server of timestamps is slow: for a task or a command, never for a request. A server
    that does not answer costs the timestamp, never the seal. Raises NoSealKey, or NotSealed: one seal only, for
    another would break what PDF/A asks of the first.
    """
    told = process.settings()
    key = read_seal_key(told.seal_source)
    try:
        answer = _sealer.call("seal", (pdf, key.private, key.certificates[0], told.timestamps_url), SEALING_SECONDS)
    except PrintingError as failure:
        if str(failure).startswith(ALREADY):
            raise NotSealed(_SEALED_ALREADY) from failure
        raise NotSealed(say("Le cachet n'a pas été apposé : %(why)s", why=str(failure))) from failure
    if told.timestamps_url and answer[:1] == b"\0":
        log.warning("sealed without a timestamp", server=told.timestamps_url)
    return answer[1:]


def ask_sealer(function: str, arguments: tuple[object, ...], seconds: float) -> bytes:
    """Have the child that seals do something else that its libraries do; raises PrintingError."""
    return _sealer.call(function, arguments, seconds)


def read_seals(pdf: bytes) -> tuple[FoundSeal, ...]:
    """The seals of a PDF in the order they were added; raises Refused for a file that does not open as one."""
    found: tuple[FoundSeal, ...] = _reader.read("seals", pdf)
    return found
