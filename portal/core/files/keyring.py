"""The master keys: they wrap the data key of each file, and can be replaced without touching a file."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from portal.core.fernet_keys import is_key
from portal.core.late import late

if TYPE_CHECKING:
    from cryptography import fernet
else:
    fernet = late("cryptography.fernet")


class WrongKey(Exception):
    """No key of the ring opens this token (or the token was altered)."""


class Keyring:
    """Fernet keys, newest first: the first wraps, all unwrap; raises ValueError when one is malformed.

    >>> old, new = "A" * 43 + "=", "B" * 43 + "="
    >>> token = Keyring([old]).wrap(b"data key")
    >>> both = Keyring([new, old])
    >>> Keyring([new]).unwrap(both.rewrap(token))
    b'data key'
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("a keyring needs at least one key")
        if not all(map(is_key, keys)):
            raise ValueError("a key is 32 bytes in base64")
        self._keys = tuple(keys)

    @cached_property
    def _newest(self) -> "fernet.Fernet":
        return fernet.Fernet(self._keys[0])

    @cached_property
    def _all(self) -> "fernet.MultiFernet":
        return fernet.MultiFernet([fernet.Fernet(key) for key in self._keys])

    def __repr__(self) -> str:
        """Nothing: a repr ends up in logs."""
        return "Keyring(…)"

    def wrap(self, secret: bytes) -> bytes:
        """Seal a small secret under the newest key."""
        return self._newest.encrypt(secret)

    def unwrap(self, token: bytes) -> bytes:
        """Open what any key of the ring sealed; raises WrongKey."""
        try:
            return self._all.decrypt(token)
        except fernet.InvalidToken as failure:
            raise WrongKey from failure

    def is_current(self, token: bytes) -> bool:
        """Whether the newest key alone opens this token, so that the others are no longer needed for it."""
        try:
            self._newest.decrypt(token)
        except fernet.InvalidToken:
            return False
        return True

    def rewrap(self, token: bytes) -> bytes:
        """The same secret under the newest key; raises WrongKey."""
        return self.wrap(self.unwrap(token))
