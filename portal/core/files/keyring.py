"""The master keys: they wrap the data key of each file, and can be replaced without touching a file."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class WrongKey(Exception):
    """No key of the ring opens this token (or the token was altered)."""


class Keyring:
    """Fernet keys, newest first: the first wraps, all unwrap; raises ValueError when one is malformed.

    >>> old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    >>> token = Keyring([old]).wrap(b"data key")
    >>> both = Keyring([new, old])
    >>> Keyring([new]).unwrap(both.rewrap(token))
    b'data key'
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("a keyring needs at least one key")
        rings = [Fernet(key) for key in keys]
        self._newest, self._all = rings[0], MultiFernet(rings)

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
        except InvalidToken as failure:
            raise WrongKey from failure

    def is_current(self, token: bytes) -> bool:
        """Whether the newest key alone opens this token, so that the others are no longer needed for it."""
        try:
            self._newest.decrypt(token)
        except InvalidToken:
            return False
        return True

    def rewrap(self, token: bytes) -> bytes:
        """The same secret under the newest key; raises WrongKey."""
        return self.wrap(self.unwrap(token))
