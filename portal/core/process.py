"""What this process was told at start: its settings and its file store; `portal.app` prepares it once."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token

from portal.core import clock, logs, rehearsing
from portal.core.config import Settings
from portal.core.files import Keyring, LayeredStore, Scanner, Store


class NotPrepared(RuntimeError):
    """Something runs in a process that nobody has prepared."""


_settings: list[Settings] = []
_store: list[Store] = []
_lent: ContextVar[Store | None] = ContextVar("lent_store", default=None)
"""The store that this thread uses in the place of the process's, while it works on a copy of the database."""


def begin(told: Settings) -> None:
    """What every process of the portal starts with: how it logs, what it was told, the day it lives at."""
    logs.configure()
    prepare(told)
    if told.clock_ahead is not None:
        clock.move(told.clock_ahead)


def prepare(told: Settings) -> None:
    """Remember the settings and make the store; does no I/O, so that a server may fork afterwards.

    Raises ConfigurationError when the address of the files or of the antivirus means nothing.
    """
    _settings[:] = [told]
    scanner()
    _store[:] = [
        Store(
            told.files_url,
            Keyring(told.secrets.files),
            max_bytes=told.upload_max_bytes,
            credentials=told.file_credentials,
        )
    ]


def settings() -> Settings:
    """The settings of this process; raises NotPrepared."""
    if not _settings:
        raise NotPrepared
    return _settings[0]


def store() -> Store:
    """The file store of this process, or the one lent to this thread; raises NotPrepared."""
    if (lent := _lent.get()) is not None:
        return lent
    if not _store:
        raise NotPrepared
    return _store[0]


def store_over(url: str) -> LayeredStore:
    """A store that reads what the process's store holds, and writes and destroys at an address of its own alone."""
    told = settings()
    return LayeredStore(
        url, Keyring(told.secrets.files), max_bytes=told.upload_max_bytes, credentials=told.file_credentials,
        below=_store[0],
    )  # fmt: skip


Lent = tuple[Token[Store | None], Token[bool]]


def lend(other: Store) -> Lent:
    """Have `store()` give the store of a drill in this thread, until it is taken back; what is handed out says so."""
    return _lent.set(other), rehearsing.begin()


def take_back(lent: Lent) -> None:
    """Have `store()` give what it gave before."""
    _lent.reset(lent[0])
    rehearsing.end(lent[1])


@contextmanager
def working_with(other: Store) -> Iterator[None]:
    """Have `store()` give the store of a drill in this thread, for some work."""
    lent = lend(other)
    try:
        yield
    finally:
        take_back(lent)


def scanner() -> Scanner | None:
    """The antivirus to ask, when one is configured."""
    address = settings().clamd_url
    return Scanner(address) if address else None
