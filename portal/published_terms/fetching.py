"""Fetches a page from outside: bounded in time, size and redirections, and only from addresses that are public.

A name is resolved once for each hop; every address it gives must be public, and the connection goes to one of them, the
name being kept for the `Host` header, the SNI and the certificate. A second answer of the resolver is thus never asked.
What stalls is ended by a clock beside the socket: a site that gives one byte a second takes no more time than others.
"""

import http.client
import socket
import ssl
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import field
from threading import Timer
from time import monotonic

from portal.core import logs
from portal.core.dataclass import dataclass
from portal.core.language import N_, say
from portal.published_terms.rules.addresses import NotFetched, PageAddress, is_public, page_address, redirected

log = logs.get_logger()
SECONDS = 20.0
"""Of the whole, redirections included."""
MOST_BYTES = 3 * 1024 * 1024
"""Of a page, as it is sent and once it is unpacked."""
MOST_HOPS = 5
_PIECE = 64 * 1024
_KINDS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "txt",
    "text/markdown": "md",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = {
    "User-Agent": "Vigie (published terms)",
    "Accept": ", ".join(_KINDS),
    "Accept-Encoding": "gzip, identity",
    "Connection": "close",
}
_TOO_LONG = say("La page dépasse %(limit)s Mo : elle n'est pas lue.", limit=MOST_BYTES // 1024**2)
_TOO_SLOW = say("Le site n'a pas donné la page en %(seconds)s secondes.", seconds=int(SECONDS))


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as the system gives them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


@dataclass(frozen=True)
class WayOut:
    """How the network is reached; tests put their own in its place."""

    resolve: Callable[[str, int], Sequence[str]] = resolve
    allows: Callable[[str], bool] = is_public
    connect: Callable[[str, int, float], socket.socket] = lambda address, port, seconds: socket.create_connection(
        (address, port), timeout=seconds
    )
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context
    seconds: float = SECONDS


@dataclass(frozen=True)
class FetchedPage:
    """What a page held."""

    data: bytes
    name: str
    """A name of file that says what it is (`page.html`)."""
    address: str
    """Where it was found in the end."""


@dataclass
class _Run:
    """One fetch: its way out, and when it must be over."""

    way: WayOut
    over_at: float = field(init=False)
    is_over: bool = False

    def __post_init__(self) -> None:
        self.over_at = monotonic() + self.way.seconds

    @property
    def left(self) -> float:
        """Seconds left; raises NotFetched when there are none."""
        seconds = self.over_at - monotonic()
        if seconds <= 0 or self.is_over:
            raise NotFetched(_TOO_SLOW)
        return seconds

    @contextmanager
    def ending(self, sock: socket.socket) -> Iterator[None]:
        """Have a socket cut when time is over, whatever it is doing."""

        def cut() -> None:
            self.is_over = True
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

        clock = Timer(self.left, cut)
        clock.daemon = True
        clock.start()
        try:
            yield
        finally:
            clock.cancel()


def fetch_page(text: str, way: WayOut | None = None) -> FetchedPage:
    """What stands at an address today; raises NotFetched with a sentence, whatever fails."""
    run = _Run(way or WayOut())
    address = page_address(text)
    try:
        for _hop in range(MOST_HOPS + 1):
            found = _ask(run, address)
            if isinstance(found, FetchedPage):
                return found
            address = found
    except NotFetched:
        if run.is_over:
            raise NotFetched(_TOO_SLOW) from None
        raise
    except ssl.SSLCertVerificationError as error:
        raise NotFetched(N_("Le certificat du site n'est pas valable : la page n'est pas lue.")) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        log.warning("page not fetched", error=type(error).__name__)
        if run.is_over or isinstance(error, TimeoutError):
            raise NotFetched(_TOO_SLOW) from error
        raise NotFetched(
            N_("Le site ne répond pas, ou ce serveur n'a pas d'accès à internet : collez le texte de la page.")
        ) from error
    raise NotFetched(say("La page renvoie plus de %(most)s fois ailleurs.", most=MOST_HOPS))


def _checked_address(run: _Run, address: PageAddress) -> str:
    """One public address of a host; raises NotFetched when any that its name gives is not."""
    try:
        found = list(run.way.resolve(address.host, address.port))
    except (OSError, UnicodeError) as error:
        raise NotFetched(
            say("Le nom %(host)s n'est pas connu, ou ce serveur n'a pas d'accès à internet.", host=address.host)
        ) from error
    if not found or not all(run.way.allows(one) for one in found):
        raise NotFetched(
            say("%(host)s mène à une adresse qui n'est pas publique : elle n'est pas interrogée.", host=address.host)
        )
    return found[0]


def _ask(run: _Run, address: PageAddress) -> FetchedPage | PageAddress:
    """The page, or where it is said to be."""
    where = _checked_address(run, address)
    sock = run.way.connect(where, address.port, run.left)
    try:
        sock.settimeout(run.left)
        if address.scheme == "https":
            sock = run.way.tls().wrap_socket(sock, server_hostname=address.host, do_handshake_on_connect=False)
        with run.ending(sock):
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            return _exchange(run, address, sock)
    finally:
        sock.close()


def _exchange(run: _Run, address: PageAddress, sock: socket.socket) -> FetchedPage | PageAddress:
    lines = [f"GET {address.target} HTTP/1.1", f"Host: {address.host_header}"]
    lines += [f"{name}: {value}" for name, value in _HEADERS.items()]
    sock.sendall("\r\n".join((*lines, "", "")).encode("ascii"))
    with http.client.HTTPResponse(sock, method="GET") as response:
        response.begin()
        return _read(run, address, response)


def _read(run: _Run, address: PageAddress, response: http.client.HTTPResponse) -> FetchedPage | PageAddress:
    if response.status in _REDIRECTS:
        location = response.getheader("Location")
        if not location:
            raise NotFetched(N_("La page renvoie ailleurs sans dire où."))
        return redirected(address, location)
    if response.status != http.client.OK:
        raise NotFetched(say("Le site a répondu par l'erreur %(status)s.", status=response.status))
    kind = (response.getheader("Content-Type") or "").split(";")[0].strip().lower()
    if kind not in _KINDS:
        raise NotFetched(
            say("Le site donne un contenu qui n'est pas lu (%(kind)s) : page web, texte, PDF ou DOCX.",
                kind=kind[:80] or "?")
        )  # fmt: skip
    data = _body(run, response)
    if not data.strip():
        raise NotFetched(N_("Page vide ou illisible."))
    return FetchedPage(data, f"page.{_KINDS[kind]}", address.text)


def _body(run: _Run, response: http.client.HTTPResponse) -> bytes:
    """The content, unpacked; raises NotFetched beyond the bounds, or for a packing that is not unpacked."""
    packed = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if packed not in {"identity", "gzip", "x-gzip"}:
        raise NotFetched(say("Le site compresse la page d'une façon qui n'est pas lue (%(how)s).", how=packed[:40]))
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16) if packed != "identity" else None
    kept, sent = bytearray(), 0
    while True:
        run.left  # noqa: B018 - raises when time is over
        piece = response.read1(_PIECE)
        if not piece:
            break
        sent += len(piece)
        try:
            kept += unpack.decompress(piece, MOST_BYTES + 1 - len(kept)) if unpack else piece
        except zlib.error as error:
            raise NotFetched(N_("Page vide ou illisible.")) from error
        if sent > MOST_BYTES or len(kept) > MOST_BYTES:
            raise NotFetched(_TOO_LONG)
    if run.is_over:
        raise NotFetched(_TOO_SLOW)
    if response.length or (unpack is not None and not unpack.eof):
        raise NotFetched(N_("Le site a interrompu l'envoi de la page avant la fin."))
    return bytes(kept)
