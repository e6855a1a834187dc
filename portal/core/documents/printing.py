"""PDF rendering in a child process: WeasyPrint is slow, heavy and holds the interpreter, so it never runs in ours.

This module does not load WeasyPrint; only the child does.
"""

import importlib
import multiprocessing
import os
import threading
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from time import monotonic

from portal.core.documents.tree import Document
from portal.core.language import Language

RENDERER = "portal.core.documents.pdf"
WRITER = "portal.core.documents.docx"
NICENESS = 10
RENDERINGS_PER_CHILD = 50
"""After so many documents the child is replaced, so that no leak can grow."""


class PrintingError(Exception):
    """A document that could not be printed; the message says why."""


class PrintingTimedOut(PrintingError):
    """The document took longer than it was given; the child was stopped."""


class PrintingCrashed(PrintingError):
    """The child died while printing (memory, a defect of a library); the next document gets a new one."""


def print_in_child(document: Document, timeout: float) -> bytes:
    """The document as PDF, within `timeout` seconds (starting the child and waiting for its turn included).

    Raises PrintingTimedOut, PrintingCrashed, or PrintingError when the document itself is refused.
    """
    return _printer.call("render_pdf", (document,), timeout)


def print_page_in_child(html: str, title: str, language: Language, timeout: float) -> bytes:
    """A page body written as HTML by an escaping template, as PDF; raises as `print_in_child` does."""
    return _printer.call("render_html_pdf", (html, title, language), timeout)


def write_in_child(document: Document, timeout: float) -> bytes:
    """The document as DOCX, within `timeout` seconds; raises as `print_in_child` does."""
    return _writer.call("render_docx", (document,), timeout)


class Printer:
    """One child at most, used by one caller at a time; started when first needed and again after it is lost.

    An executor of the standard library could not stop a child that overruns without reaching into its private parts.
    """

    def __init__(self, renderer: str = RENDERER) -> None:
        self._renderer = renderer
        self._turn = threading.Lock()
        self._child: BaseProcess | None = None
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
            if not line.poll(max(deadline - monotonic(), 0)):
                self.stop()
                raise PrintingTimedOut(f"Impression interrompue : plus de {timeout:g} s.")
            printed, answer = line.recv()
        except (EOFError, OSError) as lost:
            self.stop()
            raise PrintingCrashed("Le processus d'impression s'est arrêté en cours de document.") from lost
        self._done += 1
        if not printed:
            raise PrintingError(answer)
        return bytes(answer)

    def _ready(self) -> Connection:
        """The line to a living child of this very process, which a fork does not inherit."""
        if self._owner != os.getpid():
            self._child = self._line = None
        elif self._done >= RENDERINGS_PER_CHILD or (self._child and not self._child.is_alive()):
            self.stop()
        if self._line is None:
            context = multiprocessing.get_context("spawn")
            self._line, far_end = context.Pipe()
            self._child = context.Process(target=_serve, args=(far_end, self._renderer), name="impression", daemon=True)
            self._child.start()
            far_end.close()
            self._owner, self._done = os.getpid(), 0
        return self._line

    @property
    def busy(self) -> bool:
        """Whether a document is being printed at this instant."""
        return self._turn.locked()

    def stop(self) -> None:
        """End the child, whatever it is doing; the next call starts another."""
        if self._child is not None and self._line is not None:
            self._line.close()
            self._child.kill()
            self._child.join()
            self._child.close()
        self._child = self._line = None


_printer = Printer()
_writer = Printer(WRITER)


def _serve(line: Connection, renderer_name: str) -> None:
    """The child's whole life: render what is asked until the parent hangs up."""
    os.nice(NICENESS)
    renderer = importlib.import_module(renderer_name)
    while True:
        try:
            function, arguments = line.recv()
        except EOFError:
            return
        try:
            answer = True, getattr(renderer, function)(*arguments)
        except Exception as refusal:
            answer = False, f"{type(refusal).__name__} : {refusal}"
        line.send(answer)
