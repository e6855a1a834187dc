"""Authenticated encryption of a stream, chunk by chunk: libsodium's secretstream (XChaCha20-Poly1305).

The chunks are chained and the last one is marked, so a chunk altered, removed, repeated, moved or added is noticed, and
so is the end cut off. Memory use is one chunk, whatever the size.
"""

from collections.abc import Iterable, Iterator

from nacl import bindings as sodium
from nacl.exceptions import CryptoError

OVERHEAD = sodium.crypto_secretstream_xchacha20poly1305_ABYTES
HEADER = sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES
MESSAGE = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
FINAL = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
CHUNK = 64 * 1024
MAGIC = b"vigie-1\n"
"""Names the format, for the day there is a second one."""


class Altered(Exception):
    """The stream is not the one that was sealed under this key and this label."""


def new_key() -> bytes:
    """Draw the data key of one file."""
    return sodium.crypto_secretstream_xchacha20poly1305_keygen()


def sealed_size(size: int) -> int:
    """How many bytes `seal` makes of `size` bytes.

    >>> sealed_size(0), sealed_size(CHUNK), sealed_size(CHUNK + 1)
    (49, 65585, 65603)
    """
    chunks = max(1, -(-size // CHUNK))
    return len(MAGIC) + HEADER + size + chunks * OVERHEAD


def seal(plain: Iterable[bytes], key: bytes, label: bytes) -> Iterator[bytes]:
    """Encrypt a stream cut anyhow; `label` is not stored, and must be told again to open.

    >>> key = new_key()
    >>> b"".join(unseal(seal([b"bon", b"jour"], key, b"a"), key, b"a"))
    b'bonjour'
    """
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    yield MAGIC + sodium.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    pieces = _pieces(plain, 0, CHUNK)
    held = next(pieces, b"")
    for piece in pieces:
        yield sodium.crypto_secretstream_xchacha20poly1305_push(state, held, label, MESSAGE)
        held = piece
    yield sodium.crypto_secretstream_xchacha20poly1305_push(state, held, label, FINAL)


def unseal(sealed: Iterable[bytes], key: bytes, label: bytes) -> Iterator[bytes]:
    """Decrypt a stream cut anyhow; raises Altered before giving out any byte that was not authenticated."""
    pieces = _pieces(sealed, len(MAGIC) + HEADER, CHUNK + OVERHEAD)
    head = next(pieces, b"")
    if len(head) != len(MAGIC) + HEADER or not head.startswith(MAGIC):
        raise Altered("not a sealed stream")
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, head[len(MAGIC) :], key)
    tag = MESSAGE
    for piece in pieces:
        if tag == FINAL:
            raise Altered("bytes after the end")
        try:
            message, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(state, piece, label)
        except CryptoError as failure:
            raise Altered("a chunk does not authenticate") from failure
        yield message
    if tag != FINAL:
        raise Altered("the end is missing")


def _pieces(stream: Iterable[bytes], first: int, then: int) -> Iterator[bytes]:
    """Cut a stream again: one piece of `first` bytes (none when 0), then pieces of `then` bytes, the last shorter."""
    buffer, wanted = bytearray(), first or then
    for block in stream:
        buffer += block
        while len(buffer) >= wanted:
            yield bytes(buffer[:wanted])
            del buffer[:wanted]
            wanted = then
    if buffer:
        yield bytes(buffer)
