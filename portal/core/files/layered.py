"""A store over another one: what is below is read, never written; what is put lies in a place of its own."""

from collections.abc import Iterator, Mapping

from portal.core.files.keyring import Keyring
from portal.core.files.store import Blob, Store


class LayeredStore(Store):
    """What works on a copy of the database works on this: true files open, and none of them changes."""

    def __init__(
        self,
        url: str,
        keyring: Keyring,
        *,
        max_bytes: int,
        below: Store,
        credentials: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(url, keyring, max_bytes=max_bytes, credentials=credentials)
        self._below = below

    def open(self, blob: Blob) -> Iterator[bytes]:
        """The content, from here or from below; raises Damaged."""
        return super().open(blob) if super().exists(blob.key) else self._below.open(blob)

    def exists(self, key: str) -> bool:
        """Whether a file is stored here or below."""
        return super().exists(key) or self._below.exists(key)
