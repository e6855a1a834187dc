"""The printing child, started by `printing` alone: `python -m portal.core.documents.printing_child RENDERER SOCKET`.

It loads its renderer and nothing of the application. The socket is its end of a pair that only the parent
holds. What is asked is pickled by the parent; the answer is bytes, which the parent never unpickles here.
"""

import gc
import importlib
import os
import signal
import sys
from multiprocessing import reduction
from multiprocessing.connection import Connection

from portal.core.documents.handed_file import HandedFile

NICENESS = 10
PRINTED, REFUSED = b"\1", b"\0"
"""The first byte of an answer: the document follows, or the sentence that says why there is none."""


def serve(line: Connection, renderer_name: str) -> None:
    """The child's whole life: render what is asked until the parent hangs up."""
    os.nice(NICENESS)
    # A Ctrl-C in a terminal goes to the whole group: the parent may want to finish the document under way.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    renderer = importlib.import_module(renderer_name)
    gc.freeze()  # what is loaded stays: looking for garbage does not walk it
    while True:
        try:
            function, told = line.recv()
            arguments = [reduction.recv_handle(line) if isinstance(one, HandedFile) else one for one in told]
        except (EOFError, OSError):
            return
        try:
            answer = PRINTED + bytes(getattr(renderer, function)(*arguments))
        except Exception as refusal:
            answer = REFUSED + f"{type(refusal).__name__} : {refusal}".encode(errors="replace")
        try:
            line.send_bytes(answer)
        except ConnectionError:
            return  # the parent left without waiting
        del told, arguments, answer
        gc.collect()  # the document's, which `pdf` left; nobody waits for it


if __name__ == "__main__":
    serve(Connection(int(sys.argv[2])), sys.argv[1])
