"""Where keys come from: a file, the environment, or the output of a command that asks a key management service."""

import os
import selectors
import shlex
import signal
import subprocess
from contextlib import suppress
from dataclasses import field
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import IO

from portal.core.dataclass import dataclass

COMMAND_SECONDS = 20.0
"""How long a command is waited for: what asks a service over the network answers in one or two, or not at all."""
LARGEST = 256 * 1024
"""Bytes; keys take a few hundred, and the certificates of many seals some thousands."""

TOO_LONG = "contenu trop long pour des clés"


class KeysUnread(Exception):
    """Keys that could not be had, and why, in a sentence that holds none of them."""


@dataclass(frozen=True)
class KeySource:
    """One of the three; `command` is split into words as a shell does, but no shell runs it."""

    file: Path | None = None
    given: str = field(default="", repr=False)
    command: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """How a sentence names it, without anything secret."""
        if self.file is not None:
            return str(self.file)
        return "commande" if self.command else "environnement"

    def read(self) -> str:
        """The text; raises FileNotFoundError for a file that is not there, KeysUnread for all else.

        What a command wrote is kept by this process: a key changed at the service is seen when it starts again.
        """
        if self.file is None:
            return _written_by(self.command) if self.command else self.given
        try:
            with self.file.open("rb") as handle:
                return _text(handle.read(LARGEST + 1))
        except FileNotFoundError:
            raise
        except OSError as failure:
            raise KeysUnread(f"{failure.strerror}") from failure


@lru_cache(maxsize=4)
def _written_by(command: str) -> str:
    try:
        words = shlex.split(command)
        running = subprocess.Popen(  # noqa: S603 - the operator's own command, without a shell
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True
        )
    except (OSError, ValueError, IndexError) as failure:
        raise KeysUnread(f"la commande ne se lance pas ({getattr(failure, 'strerror', None) or failure})") from failure
    end = monotonic() + COMMAND_SECONDS
    try:
        content = _read_before(end, running.stdout)
        state = running.wait(max(end - monotonic(), 0))
    except (TimeoutError, subprocess.TimeoutExpired) as failure:
        raise KeysUnread(f"la commande n'a pas répondu en {COMMAND_SECONDS:.0f} s") from failure
    finally:
        _end(running)
    if state:
        raise KeysUnread(f"la commande a fini en erreur (état {state})")
    return _text(content)


def _read_before(end: float, stream: IO[bytes] | None) -> bytes:
    """What a command writes, to its end; raises KeysUnread past the bound, TimeoutError whoever keeps the line open."""
    if stream is None:
        raise ValueError("the command has no output")
    content = b""
    with selectors.DefaultSelector() as waiting:
        waiting.register(stream, selectors.EVENT_READ)
        while True:
            if not waiting.select(max(end - monotonic(), 0)):
                raise TimeoutError
            if not (block := os.read(stream.fileno(), 64 * 1024)):
                return content
            content += block
            if len(content) > LARGEST:
                raise KeysUnread(TOO_LONG)


def _end(running: "subprocess.Popen[bytes]") -> None:
    """Leave nothing of a command behind, nor of what it started."""
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    if running.stdout is not None:
        running.stdout.close()


def _text(content: bytes) -> str:
    if len(content) > LARGEST:
        raise KeysUnread(TOO_LONG)
    try:
        return content.decode()
    except UnicodeDecodeError as failure:
        raise KeysUnread("contenu illisible") from failure
