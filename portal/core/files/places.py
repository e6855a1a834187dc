"""Where the bytes lie: a local folder or an S3 bucket, behind one interface (obstore) that can create only."""

import errno
import logging
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from portal.core.errors import ConfigurationError
from portal.core.files.refusals import Full, Unavailable
from portal.core.language import say
from portal.core.late import late
from portal.core.private_files import make_private_folder

if TYPE_CHECKING:
    import obstore
    from obstore import exceptions, store
else:
    obstore, exceptions, store = late("obstore"), late("obstore.exceptions"), late("obstore.store")

PART = 5 * 1024 * 1024
"""Bytes sent at once: the least Amazon accepts for a part, and twice that is all the memory a file costs."""
READ_SECONDS = 30
PROBE_SECONDS = 3
S3_OPTIONS = frozenset({"endpoint", "region", "virtual_hosted_style_request", "copy_if_not_exists"})
AWS_NAMES = frozenset(
    "AWS_" + name
    for name in (
        "ACCESS_KEY_ID",
        "SECRET_ACCESS_KEY",
        "SESSION_TOKEN",
        "REGION",
        "DEFAULT_REGION",
        "ROLE_ARN",
        "ROLE_SESSION_NAME",
        "WEB_IDENTITY_TOKEN_FILE",
        "CONTAINER_CREDENTIALS_RELATIVE_URI",
        "CONTAINER_CREDENTIALS_FULL_URI",
        "CONTAINER_AUTHORIZATION_TOKEN_FILE",
    )
)

log = logging.getLogger(__name__)

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})

# obstore's threads do not survive a fork: a child of a process that had used it would wait for ever.
_used_by: set[int] = set()


class Place:
    """`file:///folder` or `s3://bucket/prefix?endpoint=…`; raises ConfigurationError, does no I/O when made.

    `credentials` holds the usual `AWS_*` names. What they leave out, the S3 client finds by itself: the role of the
    machine or of the container. Every method raises Unavailable when the place does not answer.
    """

    def __init__(self, url: str, credentials: Mapping[str, str], *, patient: bool = True) -> None:
        parts = urlsplit(url)
        self._patient = patient
        self._folder: Path | None = None
        self._bucket: dict[str, Any] = {}
        if (
            parts.scheme == "file"
            and parts.netloc in {"", "localhost"}
            and parts.path.strip("/")
            and parts.path[0] == "/"
        ):
            self._folder = Path(unquote(parts.path))
        elif parts.scheme == "s3" and parts.netloc:
            self._bucket = _s3(parts, credentials)
        else:
            raise ConfigurationError(
                "VIGIE_FILES_URL : file:///chemin/du/dossier ou s3://seau/préfixe?endpoint=https://… attendu."
            )
        self._opened: dict[int, store.LocalStore | store.S3Store] = {}

    def exists(self, path: str) -> bool:
        """Whether an object is there."""
        with _answering():
            try:
                obstore.head(self._store(), path)
            except FileNotFoundError:
                return False
            return True

    def read(self, path: str) -> bytes | None:
        """A small object, or None when it is not there."""
        with _answering():
            try:
                return bytes(obstore.get(self._store(), path).bytes())
            except FileNotFoundError:
                return None

    def stream(self, path: str) -> Iterator[bytes] | None:
        """A large object piece by piece, or None when it is not there."""
        with _answering():
            try:
                result = obstore.get(self._store(), path)
            except FileNotFoundError:
                return None
        return _reading(result)

    def create(self, path: str, content: bytes) -> bool:
        """Write a small object; False when one was there, which is then left as it is."""
        with _answering():
            try:
                obstore.put(self._store(), path, content, mode="create")
            except exceptions.AlreadyExistsError:
                return False
            self._sync(path)
            return True

    def create_streamed(self, path: str, content: Iterable[bytes]) -> bool:
        """Write a large object; False when one was there, which is then left as it is.

        No store takes parts and a condition in one request, so the parts go to a name of their own first.
        """
        draft = f"incoming/{secrets.token_hex(16)}"
        self.replace(draft, content)
        with _answering():
            try:
                obstore.copy(self._store(), draft, path, overwrite=False)
            except exceptions.AlreadyExistsError:
                return False
            finally:
                obstore.delete(self._store(), draft)
            self._sync(path)
            return True

    def replace(self, path: str, content: bytes | Iterable[bytes]) -> None:
        """Write an object whether one was there or not: at once, or not at all."""
        with _answering():
            in_parts = not isinstance(content, bytes)
            obstore.put(self._store(), path, content, use_multipart=in_parts, chunk_size=PART, max_concurrency=2)
            self._sync(path)

    def remove(self, path: str) -> None:
        """Remove an object that is there."""
        with _answering():
            obstore.delete(self._store(), path)

    def paths(self) -> Iterator[str]:
        """Every object's path, a page at a time."""
        return (path for path, _at in self.listed())

    def listed(self) -> Iterator[tuple[str, datetime]]:
        """Every object's path and when it was written, a page at a time."""
        with _answering():
            for page in obstore.list(self._store(), chunk_size=1000):
                for entry in page:
                    yield entry["path"], entry["last_modified"]

    def _sync(self, path: str) -> None:
        """Have a local file reach the disk before anyone says it is kept; a bucket answers only then."""
        if self._folder is None:
            return
        for written in (self._folder / path, (self._folder / path).parent):
            descriptor = os.open(written, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _store(self) -> "store.LocalStore | store.S3Store":
        process = os.getpid()
        _used_by.add(process)
        if _used_by != {process}:
            raise RuntimeError("the file store was used before this process was forked: fork first, or spawn")
        if process not in self._opened:
            self._opened[process] = self._open()
        return self._opened[process]

    def _open(self) -> "store.LocalStore | store.S3Store":
        if self._folder is not None:
            make_private_folder(self._folder)
            return store.LocalStore(self._folder)
        short, usual = timedelta(seconds=PROBE_SECONDS), timedelta(seconds=READ_SECONDS)
        return store.S3Store(
            config=self._bucket["config"],
            prefix=self._bucket["prefix"],
            client_options={
                "allow_http": self._bucket["allow_http"],
                "connect_timeout": short,
                "read_timeout": usual if self._patient else short,
                # A large file may take long to a slow reader; the two above notice a server that is gone.
                "timeout": timedelta(hours=6) if self._patient else short,
            },
            retry_config={"max_retries": 3 if self._patient else 0, "retry_timeout": usual if self._patient else short},
        )


def _s3(parts: SplitResult, credentials: Mapping[str, str]) -> dict[str, Any]:
    chosen = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := chosen.keys() - S3_OPTIONS:
        raise ConfigurationError(f"VIGIE_FILES_URL : option inconnue : {', '.join(sorted(unknown))}.")
    given = {name.lower(): value for name, value in credentials.items() if name in AWS_NAMES}
    if "region" in chosen:
        given.pop("aws_region", None)
    endpoint = (
        chosen.pop("endpoint", None) or credentials.get("AWS_ENDPOINT_URL_S3") or credentials.get("AWS_ENDPOINT_URL")
    )
    if endpoint:
        given["endpoint"] = endpoint
    # Amazon copies « only if absent » by an upload completed on that condition; other stores name a header.
    config = {"bucket": parts.netloc, "copy_if_not_exists": "multipart", **given, **chosen}
    return {
        "config": config,
        "prefix": unquote(parts.path).strip("/") or None,
        "allow_http": (endpoint or "").startswith("http://"),
    }


def _reading(result: "obstore.GetResult") -> Iterator[bytes]:
    with _answering():
        for block in result.stream(min_chunk_size=1024 * 1024):
            yield bytes(block)


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (exceptions.BaseError, OSError) as failure:
        if getattr(failure, "errno", None) in _NO_ROOM or "No space left" in str(failure):
            log.error("no room left where files are kept")
            raise Full from failure
        raise Unavailable(say("Le coffre des fichiers ne répond pas : réessayez dans quelques minutes.")) from failure
