"""SIGTERM and SIGINT asking a worker to stop, however often they come and whatever it holds at that instant."""

import signal
import threading
from queue import SimpleQueue
from types import FrameType


def stop_when_told(stop: threading.Event) -> None:
    """Set `stop` once SIGTERM or SIGINT comes; called from the main thread.

    A handler runs in the middle of whatever the main thread does: were it to set the event itself, a second signal, or
    one that comes while the event is being waited for, would wait for ever for a lock that its own thread holds. A
    `SimpleQueue` may be put into at any instant; a thread of its own sets the event.
    """
    asked: SimpleQueue[int] = SimpleQueue()

    def note(number: int, _frame: FrameType | None) -> None:
        asked.put(number)

    def tell() -> None:
        asked.get()
        stop.set()

    threading.Thread(target=tell, name="stop", daemon=True).start()
    signal.signal(signal.SIGTERM, note)
    signal.signal(signal.SIGINT, note)
