"""Asking clamd (INSTREAM) for its verdict; it runs elsewhere, and no verdict means no."""

import socket
import struct
from typing import IO
from urllib.parse import urlsplit

from portal.core.errors import ConfigurationError
from portal.core.files.refusals import Infected, Unscanned
from portal.core.language import Sentence, say

BLOCK = 64 * 1024
CONNECT_SECONDS = 5
VERDICT_SECONDS = 120


class Scanner:
    """clamd at `tcp://host:port` or `unix:///path`; raises ConfigurationError when the address is neither."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address: str | tuple[str, int]
        if parts.scheme == "tcp" and parts.hostname:
            self._address = (parts.hostname, parts.port or 3310)
        elif parts.scheme == "unix" and parts.path:
            self._address = parts.path
        else:
            raise ConfigurationError("VIGIE_CLAMD_URL : tcp://hôte:port ou unix:///chemin attendu.")

    def scan(self, file: IO[bytes]) -> None:
        """Read the file from its beginning; raises Infected, or Unscanned when no verdict could be had."""
        file.seek(0)
        try:
            verdict = self._instream(file)
        except OSError as failure:
            raise Unscanned(
                say("L'antivirus ne répond pas : le fichier n'a pas été conservé. Réessayez dans quelques minutes.")
            ) from failure
        if verdict.endswith(" FOUND"):
            name = verdict.removeprefix("stream: ").removesuffix(" FOUND")
            raise Infected(say("L'antivirus a reconnu « %(name)s » : le fichier n'a pas été conservé.", name=name))
        if "size limit exceeded" in verdict:
            raise Unscanned(say("Ce fichier est trop gros pour l'antivirus : il n'a pas été conservé."))
        if verdict != "stream: OK":
            raise Unscanned(say("L'antivirus n'a pas su examiner ce fichier : il n'a pas été conservé."))

    def trouble(self) -> Sentence | None:
        """Why no verdict could be had now, or None."""
        try:
            with self._connect() as line:
                line.sendall(b"zPING\0")
                if _reply(line) == "PONG":
                    return None
        except OSError:
            pass
        return say("L'antivirus ne répond pas : aucun fichier ne peut être reçu.")

    def _connect(self) -> socket.socket:
        if isinstance(self._address, tuple):
            return socket.create_connection(self._address, timeout=CONNECT_SECONDS)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(CONNECT_SECONDS)
        try:
            line.connect(self._address)
        except OSError:
            line.close()
            raise
        return line

    def _instream(self, file: IO[bytes]) -> str:
        with self._connect() as line:
            line.settimeout(VERDICT_SECONDS)
            try:
                line.sendall(b"zINSTREAM\0")
                while block := file.read(BLOCK):
                    line.sendall(struct.pack(">L", len(block)) + block)
                line.sendall(struct.pack(">L", 0))
            except (BrokenPipeError, ConnectionResetError):
                # clamd hangs up in the middle when the file passes its StreamMaxLength; its reply says so.
                return _reply(line)
            return _reply(line)


def _reply(line: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and (block := line.recv(4096)):
        answer += block
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()
