"""The file store: every file sealed under its own key, at an address drawn from its content, written once."""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import field
from datetime import datetime
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import IO, Protocol

from portal.core.archives import Limits
from portal.core.dataclass import dataclass
from portal.core.errors import PortalError
from portal.core.expressions import expression
from portal.core.files.active import Embedded
from portal.core.files.antivirus import Scanner
from portal.core.files.keyring import Keyring, WrongKey
from portal.core.files.kinds import claimed, confirm, display_name
from portal.core.files.opening import open_apart
from portal.core.files.places import Place
from portal.core.files.refusals import Damaged, TooLarge, Unavailable, WrongType
from portal.core.files.sealing import CHUNK, Altered, new_key, seal, sealed_size, unseal
from portal.core.language import Sentence, say

IN_MEMORY = 1024 * 1024
WHOLE = 4 * 1024 * 1024
"""Sealed bytes up to which a file is written in one request rather than in parts."""
NAMING = "naming.key"
ADDRESS = expression(r"([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{60}")

log = logging.getLogger(__name__)


class Readable(Protocol):
    """What an upload offers."""

    def read(self, size: int = ..., /) -> bytes:
        """At most `size` bytes; none at the end."""


@dataclass(frozen=True)
class Blob:
    """What the database keeps of a stored file; `size` in bytes, `sha256` of the content as the person sent it."""

    key: str
    sha256: str
    size: int
    media_type: str
    filename: str
    embedded: tuple[Embedded, ...] | None = field(default=None, compare=False)
    """What it holds beside its text, as seen when it came; none when nobody looked."""


@dataclass(frozen=True)
class Rotation:
    """What a change of master key did; while `unreadable` is not empty, no old key may be thrown away."""

    rewrapped: int
    already_current: int
    unreadable: tuple[str, ...]


class Store:
    """Files at a place, under a keyring; see docs/adr/0009. Does no I/O when made; one per process after a fork."""

    def __init__(
        self, url: str, keyring: Keyring, *, max_bytes: int, credentials: Mapping[str, str] | None = None
    ) -> None:
        self._place = Place(url, credentials or {})
        self._probe = Place(url, credentials or {}, patient=False)
        self._keyring = keyring
        self._max_bytes = max_bytes
        self._naming: bytes | None = None

    def put(
        self,
        stream: Readable,
        *,
        filename: str,
        allowed: Collection[str],
        max_bytes: int | None = None,
        scanner: Scanner | None = None,
        made_here: bool = False,
    ) -> Blob:
        """Take a stream in, whatever its size, in constant memory; the same content again is stored once.

        `allowed` holds extensions of `kinds.KINDS`. A file is opened before it is kept, unless the portal has just made
        it. Raises TooLarge, WrongType, archives.Unsafe, Unopened, Infected or Unscanned (all Refused) and keeps nothing
        then; Unavailable when the store does not answer.
        """
        name = display_name(filename)
        kind = claimed(name, allowed)
        limit = min(max_bytes or self._max_bytes, self._max_bytes)
        # The spool is a file without a name: it cannot be opened by anyone else, nor outlive this process.
        with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
            digest, size = _take_in(stream, spool, limit, name)
            confirm(spool, name, kind, Limits(unpacked=max(Limits.unpacked, 4 * size)))
            embedded = None if made_here else open_apart(spool, size, name, kind)
            if scanner is not None:
                scanner.scan(spool)
            blob = Blob(self._address(digest), digest.hex(), size, kind.media_type, name, embedded)
            self._keep(blob, spool)
        return blob

    def open(self, blob: Blob) -> Iterator[bytes]:
        """The content, piece by piece; the last piece only comes once the whole proved to be what was stored.

        Raises Damaged, at once when the file is missing or its beginning is altered, else on the way.
        """
        plain = _proved(self._unsealed(blob.key), blob)
        return chain([next(plain)], plain)

    def exists(self, key: str) -> bool:
        """Whether a file is stored at this address; says nothing of its state."""
        return ADDRESS.fullmatch(key) is not None and self._place.exists(key)

    def destroy(self, key: str) -> bool:
        """Destroy a file for good, its data key first: what is left then opens for nobody. Safe to repeat.

        Whether anything else rests on this content is for the caller to know; says whether there was a file.
        """
        if ADDRESS.fullmatch(key) is None:
            return False
        there = False
        for path in (f"{key}.key", key):
            if self._place.exists(path):
                self._place.remove(path)
                there = True
        return there

    def destroy_all(self) -> int:
        """Destroy everything of this store's own place, keys included; how many objects there were."""
        paths = list(self._place.paths())
        for path in paths:
            self._place.remove(path)
        return len(paths)

    def kept_since(self) -> Iterator[tuple[str, datetime]]:
        """The address of every file kept here, with when its content was written; one whose key is alone as well."""
        for path, at in self._place.listed():
            address = path.removesuffix(".key")
            if ADDRESS.fullmatch(address) is not None and (path == address or not self._place.exists(address)):
                yield address, at

    def rotate(self) -> Rotation:
        """Wrap every data key under the newest master key, contents untouched; safe to repeat or to interrupt."""
        rewrapped = current = 0
        unreadable = []
        for path in self._place.paths():
            token = self._place.read(path) if path.endswith(".key") else None
            if token is None:
                continue
            if self._keyring.is_current(token):
                current += 1
                continue
            try:
                self._place.replace(path, self._keyring.rewrap(token))
                rewrapped += 1
            except WrongKey:
                unreadable.append(path)
        return Rotation(rewrapped, current, tuple(unreadable))

    def trouble(self) -> Sentence | None:
        """Why the store cannot be used now, or None: writes, reads and removes a few bytes, in seconds at most."""
        path, content = f"probe/{secrets.token_hex(16)}", secrets.token_bytes(16)
        try:
            self._naming_key(self._probe)
            self._probe.create(path, content)
            returned = self._probe.read(path)
            self._probe.remove(path)
        except PortalError as failure:
            return failure.sentence
        return None if returned == content else say("Le coffre des fichiers ne rend pas ce qui y est écrit.")

    def _keep(self, blob: Blob, spool: IO[bytes]) -> None:
        data_key = self._data_key(blob.key, drawing=True)
        if not self._place.exists(blob.key) and self._write(blob, data_key, spool):
            return
        # The content is there already. It may have been altered since: the proof just handed in must not rest on that.
        try:
            for _ in _proved(self._unsealed(blob.key), blob):
                pass
        except Damaged:
            log.error("stored file %s was damaged; restored from a new upload of the same content", blob.key)
            self._place.replace(blob.key, _sealed(blob, data_key, spool))

    def _write(self, blob: Blob, data_key: bytes, spool: IO[bytes]) -> bool:
        sealed = _sealed(blob, data_key, spool)
        if sealed_size(blob.size) <= WHOLE:
            return self._place.create(blob.key, b"".join(sealed))
        return self._place.create_streamed(blob.key, sealed)

    def _unsealed(self, key: str) -> Iterator[bytes]:
        if ADDRESS.fullmatch(key) is None:
            raise Damaged(say("Ce fichier est introuvable dans le coffre : son adresse n'en est pas une."))
        sealed = self._place.stream(key)
        if sealed is None:
            raise Damaged(say("Ce fichier est introuvable dans le coffre : prévenez l'administrateur."))
        data_key = self._data_key(key, drawing=False)
        try:
            yield from unseal(sealed, data_key, key.encode())
        except Altered as failure:
            raise _damaged() from failure

    def _data_key(self, key: str, *, drawing: bool) -> bytes:
        """The key of one file, drawn the first time; two uploads at once agree on the one that was written first."""
        path = f"{key}.key"
        token = self._place.read(path)
        if token is None and drawing:
            self._place.create(path, self._keyring.wrap(new_key()))
            token = self._place.read(path)
        if token is None:
            raise _damaged()
        try:
            return self._keyring.unwrap(token)
        except WrongKey as failure:
            raise Damaged(say("Aucune clé connue n'ouvre ce fichier : prévenez l'administrateur.")) from failure

    def _address(self, digest: bytes) -> str:
        """A keyed hash, so that listing a bucket does not tell whether a known document is in it."""
        name = hmac.new(self._naming_key(self._place), digest, hashlib.sha256).hexdigest()
        return f"{name[:2]}/{name[2:4]}/{name}"

    def _naming_key(self, place: Place) -> bytes:
        if self._naming is None:
            if not (token := place.read(NAMING)):
                place.create(NAMING, self._keyring.wrap(secrets.token_bytes(32)))
                token = place.read(NAMING) or b""
            try:
                self._naming = self._keyring.unwrap(token)
            except WrongKey as failure:
                raise Unavailable(
                    say("Les clés configurées n'ouvrent pas le coffre des fichiers : remettez celles qui l'ont fermé.")
                ) from failure
        return self._naming


def _take_in(stream: Readable, spool: IO[bytes], limit: int, name: str) -> tuple[bytes, int]:
    digest, size = hashlib.sha256(), 0
    while block := stream.read(CHUNK):
        size += len(block)
        if size > limit:
            raise _too_large(name, limit)
        digest.update(block)
        spool.write(block)
    if not size:
        raise WrongType(say("« %(name)s » est vide : choisissez un autre fichier.", name=name))
    return digest.digest(), size


def _sealed(blob: Blob, data_key: bytes, spool: IO[bytes]) -> Iterator[bytes]:
    # The address is the label: a file put in another's place, even with its key beside it, does not open.
    spool.seek(0)
    return seal(iter(lambda: spool.read(CHUNK), b""), data_key, blob.key.encode())


def _proved(plain: Iterator[bytes], blob: Blob) -> Iterator[bytes]:
    digest, size, held = hashlib.sha256(), 0, b""
    for piece in plain:
        if size:
            yield held
        digest.update(piece)
        size += len(piece)
        held = piece
    if size != blob.size or not hmac.compare_digest(digest.hexdigest(), blob.sha256):
        raise _damaged()
    yield held


def _too_large(name: str, limit: int) -> TooLarge:
    if limit < 1024 * 1024:
        return TooLarge(say("« %(name)s » dépasse %(limit)s ko, la limite ici.", name=name, limit=limit // 1024))
    return TooLarge(
        say(
            "« %(name)s » dépasse %(limit)s Mo, la limite ici : compressez-le ou coupez-le en plusieurs fichiers.",
            name=name,
            limit=limit // (1024 * 1024),
        )
    )


def _damaged() -> Damaged:
    return Damaged(say("Ce fichier a été altéré dans le coffre : il n'est pas rendu. Prévenez l'administrateur."))
