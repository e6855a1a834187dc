"""PDF rendering in a child process: WeasyPrint is slow, heavy and holds the interpreter, so it never runs in ours.

This module does not load WeasyPrint; only the child does. The child is a program of its own (`printing_child`): one
that multiprocessing spawns would first import its parent's main module, hence the whole application.
"""

import atexit
import os
import subprocess
import sys
import threading
from dataclasses import replace
from multiprocessing import Pipe, reduction
from multiprocessing.connection import Connection
from time import monotonic

from portal.core import rehearsing
from portal.core.config import ROOT, child_environment
from portal.core.documents import printing_child
from portal.core.documents.handed_file import HandedFile
from portal.core.documents.tree import Document, Note, Section, Text
from portal.core.language import both

RENDERER = "portal.core.documents.pdf"
WRITER = "portal.core.documents.docx"
RENDERINGS_PER_CHILD = 50
"""After so many documents the child is replaced, so that no leak can grow."""


class PrintingError(Exception):
    """A document that could not be printed; the message says why."""


class PrintingTimedOut(PrintingError):
    """The document took longer than it was given; the child was stopped."""


class PrintingCrashed(PrintingError):
    """The child died while printing (memory, a defect of a library); the next document gets a new one."""


def _marked(document: Document) -> Document:
    """A document that is made in a drill says so in its title, in a box and at the foot of every page."""
    if not rehearsing.is_on():
        return document
    word = both(document.language, "EXERCICE", "DRILL")
    box = both(
        document.language,
        "Document d'exercice, sans valeur : rien de ce qu'il dit n'est dans un registre.",
        "Made in a drill, of no value: nothing that it says is in any register.",
    )
    return replace(
        document, title=f"{word} – {document.title}", reference=f"{word} · {document.reference}".removesuffix(" · "),
        blocks=(Note((Text(box, strong=True),), "draft"), *document.blocks),
    )  # fmt: skip


def print_in_child(document: Document, timeout: float) -> bytes:
    """The document as PDF, within `timeout` seconds (starting the child and waiting for its turn included).

    Raises PrintingTimedOut, PrintingCrashed, or PrintingError when the document itself is refused.
    """
    return _printer.call("render_pdf", (_marked(document),), timeout)


def print_followed_in_child(document: Document, closing: Section, name: str, source: bytes, timeout: float) -> bytes:
    """The document as PDF with a section that is none of its own at its end, carrying a file under a name.

    Raises as `print_in_child` does.
    """
    return _printer.call("render_followed_pdf", (_marked(document), closing, name, source), timeout)


def write_in_child(document: Document, printed: bytes, timeout: float) -> bytes:
    """The document as DOCX, within `timeout` seconds; its contents have the page numbers of the PDF `printed`.

    Raises as `print_in_child` does.
    """
    return _writer.call("render_docx", (_marked(document), printed), timeout)


class Printer:
    """One child at most, used by one caller at a time; started when first needed and again after it is lost.

    An executor of the standard library could not stop a child that overruns without reaching into its private parts.
    """

    def __init__(self, renderer: str = RENDERER) -> None:
        self._renderer = renderer
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None
        self._owner = 0
        self._done = 0

    def call(self, function: str, arguments: tuple[object, ...], timeout: float) -> bytes:
        """Have the child run one function of the renderer and wait for the bytes."""
        deadline = monotonic() + timeout
        if not self._turn.acquire(timeout=max(timeout, 0)):
            raise PrintingTimedOut(f"Impression en attente depuis {timeout:g} s : une autre est en cours.")
        try:
            return self._ask(function, arguments, deadline, timeout)
        finally:
            self._turn.release()

    def _ask(self, function: str, arguments: tuple[object, ...], deadline: float, timeout: float) -> bytes:
        line = self._ready()
        try:
            line.send((function, arguments))
            for handed in arguments:
                if isinstance(handed, HandedFile):
                    reduction.send_handle(line, handed.descriptor, 0)
            if not line.poll(max(deadline - monotonic(), 0)):
                self.stop()
                raise PrintingTimedOut(f"Impression interrompue : plus de {timeout:g} s.")
            answer = line.recv_bytes()  # bytes, never objects: a child that was taken over is not obeyed
        except (EOFError, OSError) as lost:
            self.stop()
            raise PrintingCrashed("Le processus d'impression s'est arrêté en cours de document.") from lost
        self._done += 1
        if answer[:1] != printing_child.PRINTED:
            raise PrintingError(answer[1:].decode(errors="replace"))
        return answer[1:]

    def _ready(self) -> Connection:
        """The line to a living child of this very process, which a fork does not inherit."""
        if self._owner != os.getpid():
            self._child = self._line = None
        elif self._done >= RENDERINGS_PER_CHILD or (self._child and self._child.poll() is not None):
            self.stop()
        if self._line is None:
            self._line, far_end = Pipe()
            self._child = _start(self._renderer, far_end)
            self._owner, self._done = os.getpid(), 0
        return self._line

    @property
    def busy(self) -> bool:
        """Whether a document is being printed at this instant."""
        return self._turn.locked()

    def stop(self) -> None:
        """End the child, whatever it is doing; the next call starts another. The child of another process is left."""
        if self._owner == os.getpid() and self._child is not None and self._line is not None:
            self._line.close()
            self._child.kill()
            self._child.wait()
        self._child = self._line = None


def _start(renderer: str, far_end: Connection) -> "subprocess.Popen[bytes]":
    """A child at the other end of the line; its standard output is nobody's, so that a command may print JSON."""
    with far_end:
        program = [sys.executable, "-m", printing_child.__name__, renderer, str(far_end.fileno())]
        return subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            program,
            pass_fds=[far_end.fileno()],
            cwd=ROOT,
            env=child_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )


_printer = Printer()
_writer = Printer(WRITER)
atexit.register(_printer.stop)
atexit.register(_writer.stop)
