"""What this process was told at start: its settings and its file store; `portal.app` prepares it once."""

from portal.core.config import Settings
from portal.core.files import Keyring, Scanner, Store


class NotPrepared(RuntimeError):
    """Something runs in a process that nobody has prepared."""


_settings: list[Settings] = []
_store: list[Store] = []


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
    """The file store of this process; raises NotPrepared."""
    if not _store:
        raise NotPrepared
    return _store[0]


def scanner() -> Scanner | None:
    """The antivirus to ask, when one is configured."""
    address = settings().clamd_url
    return Scanner(address) if address else None
