"""A mail server of a test's own: keeps what it is handed, and how it was handed."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Sink:
    """Letters received so far; `refuse` holds addresses it turns down, `says` what it answers instead of yes."""

    letters: list[Message] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    greetings: int = 0
    return_paths: list[str] = field(default_factory=list)
    """The sender each message was handed over with: where its bounces go."""
    refuse: set[str] = field(default_factory=set)
    says: dict[str, str] = field(default_factory=dict)
    """By step of the dialogue (« MAIL », « RCPT », « DATA »); an empty answer is no answer: it hangs up."""
    asked: Counter[str] = field(default_factory=Counter)
    """How many times each address was proposed to it."""
    url: str = ""
    sessions: list[Any] = field(default_factory=list)
    loop: Any = None

    def hang_up_on_everyone(self) -> None:
        """Close every connection, as a server does after a while of silence."""
        done = threading.Event()

        def close() -> None:
            for protocol in self.sessions:
                protocol.transport.close()
            self.sessions.clear()
            self.loop.call_soon(done.set)

        self.loop.call_soon_threadsafe(close)
        done.wait(5)

    async def handle_EHLO(  # noqa: N802 - the library's name
        self, server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> Any:
        self.greetings += 1
        self.sessions.append(server)
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if "MAIL" in self.says:
            return self.says["MAIL"]
        envelope.mail_from = address
        self.return_paths.append(address)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        self.asked[address] += 1
        if address in self.refuse:
            return "550 no such mailbox"
        if "RCPT" in self.says:
            return self.says["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        if "DATA" in self.says:
            if not self.says["DATA"]:
                self.letters.append(message_from_bytes(envelope.content, policy=default))
                server.transport.abort()
            return self.says["DATA"]
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        self.recipients += envelope.rcpt_tos
        return "250 taken"

    @property
    def message_ids(self) -> Counter[str]:
        """How many times each message came."""
        return Counter(letter["Message-ID"] for letter in self.letters)


class _AnyPort(Controller):
    """Lets the system choose the port, then knows it."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Post:
    """`with Post() as sink:` serves on a port of 127.0.0.1, by default a free one."""

    def __init__(self, port: int = 0) -> None:
        self.sink = Sink()
        self.controller = _AnyPort(self.sink, hostname="127.0.0.1", port=port)

    def __enter__(self) -> Sink:
        self.controller.start()
        self.sink.loop = self.controller.loop
        self.sink.url = f"smtp://127.0.0.1:{self.controller.port}"
        return self.sink

    def __exit__(self, *_: object) -> None:
        self.controller.stop()
