"""A reader of files gone wrong in every way, for a child process to run."""

import os
import resource
import signal
import time
from pathlib import Path

from portal.core.files import TooLarge
from portal.core.language import say
from portal.core.reading_child import answering


@answering
def length(data: bytes) -> int:
    """What an honest reader would find."""
    return len(data)


@answering
def refuse(limit: int) -> None:
    """What a reader says of a file that it will not take."""
    raise TooLarge(say("Ce tableau dépasse %(limit)s Mo : coupez-le en plusieurs.", limit=limit))


@answering
def fill_memory() -> int:
    """A file that would take all there is."""
    return len(bytearray(8 * 1024**3))


@answering
def never_end() -> None:
    """A file that takes for ever."""
    time.sleep(600)


@answering
def die() -> None:
    """A file on which a library written in another language falls."""
    os.kill(os.getpid(), signal.SIGKILL)


@answering
def write(path: str) -> None:
    """A file that makes its reader write elsewhere."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    Path(path).write_bytes(b"x")


@answering
def processor_left() -> float:
    """Seconds of processor that this reading may still use."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return float(resource.getrlimit(resource.RLIMIT_CPU)[0] - used.ru_utime - used.ru_stime)
