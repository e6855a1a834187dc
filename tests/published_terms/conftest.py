"""What tests of published terms share: a watched page, texts of ours, and a local site that stands for the outside."""

import socket
import threading
from collections.abc import Callable

import pytest

from portal.published_terms import services
from portal.published_terms.fetching import WayOut
from portal.published_terms.rules.watching import PageKind, ReadingMeans
from portal.published_terms.services import PageSheet
from tests.factories.received import parcel_of
from tests.factories.world import vendor_of

OUTSIDE, INSIDE = "93.184.216.34", "127.0.0.1"
"""A public address, at which a local site stands in tests; and this machine's own."""

BEFORE = """# Accord de traitement

Nimbus agit comme sous-traitant du client. Il traite les données sur instruction documentée du client.

Nimbus notifie au client toute violation de données dans un délai de 48 heures.

Le client peut auditer Nimbus sur site, sur préavis de 15 jours.

À la fin du contrat, Nimbus supprime les données sous 30 jours.
"""
AFTER = BEFORE.replace("48 heures", "72 heures")


@pytest.fixture
def page_of(ctx):
    """`page_of(vendor, fetched=False)` watches a page."""

    def make(vendor=None, *, title="Accord publié", address="https://nimbus.example/dpa", fetched=False):
        vendor = vendor or vendor_of(ctx.session, name="Nimbus")
        return services.watch_page(ctx, vendor, PageSheet(title, PageKind.AGREEMENT, address, fetched))

    return make


@pytest.fixture
def given(app, ctx):
    """`given(page, text)` hands a text in; its reading is left to its job."""

    def hand_in(page, text=BEFORE, name="page.txt"):
        return services.receive_text(ctx, page, parcel_of(text, name), ReadingMeans.PASTED)

    return hand_in


class LocalSite:
    """A site on this machine: it answers each connection by what a function writes."""

    def __init__(self, answer: Callable[[socket.socket, bytes], None]) -> None:
        self._answer = answer
        self._listener = socket.create_server((INSIDE, 0))
        self.port = self._listener.getsockname()[1]
        self.asked: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with connection:
            try:
                asked = connection.recv(65536)
                self.asked.append(asked)
                self._answer(connection, asked)
            except OSError:
                pass

    def stop(self) -> None:
        self._listener.close()


@pytest.fixture
def site():
    """`site(answer)` opens a local site, closed at the end."""
    opened = []

    def make(answer):
        opened.append(LocalSite(answer))
        return opened[-1]

    yield make
    for one in opened:
        one.stop()


def reply(body: bytes, *more: str, kind: str = "text/html", status: str = "200 OK") -> bytes:
    """An answer of a site, whole."""
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more]
    return "\r\n".join((*head, "", "")).encode() + body


def way_to(site: LocalSite, *, names=None, inside=None, seconds=5.0) -> WayOut:
    """A way out with the true rule of addresses: names lead where they are said to, every address to a local site.

    `inside` is the site that stands at addresses that are nobody's business.
    """
    known = names or {}

    def connect(address, _port, left):
        there = site if address == OUTSIDE else inside
        return socket.create_connection((INSIDE, there.port), timeout=left)

    return WayOut(
        resolve=lambda host, _port: [known.get(host, OUTSIDE)] if host[0].isalpha() else [host],
        connect=connect,
        seconds=seconds,
    )
