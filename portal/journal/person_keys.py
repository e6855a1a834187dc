"""A key per person: what the journal says of them is sealed under it, and is never read again once it is destroyed.

The hash of an entry covers the sealed text, so that the chain holds whatever becomes of the keys. A key is found by a
keyed digest of the address, or of the name and the vendor; it is kept sealed by the keys of the files.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from sqlalchemy import String, Table, Text, event, insert, select, update
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column

from portal.authz.context import Context
from portal.core import clock, process, tokens
from portal.core.dataclass import dataclass
from portal.core.db import Base
from portal.core.expressions import expression
from portal.core.files import Keyring, WrongKey
from portal.core.insertions import insertion
from portal.core.late import late
from portal.journal.rules import at_address

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import aead
else:
    aead = late("cryptography.hazmat.primitives.ciphers.aead")

_T = TypeVar("_T")
AT_ONCE = 500
KEY_BYTES = 32
NONCE_BYTES = 16
MARK = "sealed:"
_SEALED = expression(r"sealed:(\d{1,18}):([A-Za-z0-9_-]{40,}={0,2})")
_ZERO = bytes(12)
"""Each value has a key of its own, drawn from the person's: its counter starts at nothing."""
_OPENED = "journal.person_keys"
DEEPEST = 12
"""Persons that one value may be about."""


class PersonKey(Base):
    """The key under which the journal keeps what it says of one person; destroyed, nothing of that is read again."""

    __tablename__ = "person_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of who they are (`rules.personal`), keyed; none once destroyed."""
    sealed: Mapped[str | None] = mapped_column(Text)
    """The key, sealed by the keys of the files; none once destroyed."""
    made_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]

    @property
    def journal_label(self) -> str:
        """For the journal: which, never whose."""
        return erased_name(self.id)


_KEYS = cast(Table, PersonKey.__table__)


def erased_name(number: int) -> str:
    """What stands where somebody was named, once their key is destroyed.

    >>> erased_name(12)
    'personne effacée n° 12'
    """
    return f"personne effacée n° {number}"


@dataclass(frozen=True)
class LiveKey:
    """A key to seal with."""

    id: int
    secret: bytes

    def seal(self, text: str) -> str:
        """A text as the journal stores it."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = aead.AESGCM(value_key(self.secret, nonce)).encrypt(_ZERO, text.encode(), None)
        return f"{MARK}{self.id}:{urlsafe_b64encode(nonce + sealed).decode()}"


def value_key(secret: bytes, nonce: bytes) -> bytes:
    """The key of one value: given to somebody, it opens that value and no other of the person."""
    return hmac.new(secret, nonce, hashlib.sha256).digest()


def digest_of(person: str) -> str:
    """What the key of a person is found by."""
    return tokens.derive(process.settings().secrets.tokens, f"person:{person}")


class HeldKey(NamedTuple):
    """A key as the table has it."""

    id: int
    digest: str
    sealed: str


def held_keys(session: Session, digests: Sequence[str]) -> list[HeldKey]:
    """The keys found by digests."""
    found: list[HeldKey] = []
    for some in _in_parts(digests):
        rows = session.execute(
            select(PersonKey.id, PersonKey.digest, PersonKey.sealed).where(PersonKey.digest.in_(some))
        )
        found += [HeldKey(row.id, row.digest or "", row.sealed or "") for row in rows]
    return found


def keys_for(
    session: Session, persons: Mapping[str, str], held: Collection[HeldKey], at: datetime
) -> dict[str, LiveKey]:
    """The keys of persons, given by digest, from those that are there; one statement when somebody is new.

    Called by one writer at a time, at the end of the chain.
    """
    found: dict[str, LiveKey] = {}
    for row in held:
        if secret := _unwrapped(row.sealed):
            found[persons[row.digest]] = LiveKey(row.id, secret)
        else:  # none of the keys of the files opens it: it waits for them, and another takes its place
            session.execute(update(_KEYS).where(_KEYS.c.id == row.id).values(digest=None))
    new = {digest: secrets.token_bytes(KEY_BYTES) for digest, one in persons.items() if one not in found}
    if new:
        rows = [{"digest": digest, "sealed": _wrapped(secret), "made_at": at} for digest, secret in new.items()]
        made = session.connection().execute(insert(_KEYS).returning(_KEYS.c.id, _KEYS.c.digest), rows)
        found |= {persons[digest]: LiveKey(number, new[digest]) for number, digest in made}
    return found


class WithPersonKey:
    """A row that is a person, with an address: their key is made with it, so that no later write has to."""


@event.listens_for(Session, "after_flush")
def _give_keys(session: Session, _flushed: UOWTransaction) -> None:
    """One statement for all the new people of a flush; who has a key keeps it."""
    addresses = {str(cast(Any, row).email) for row in session.new if isinstance(row, WithPersonKey)}
    if not addresses:
        return
    at = clock.now()
    rows = [
        {"digest": digest_of(at_address(one)), "sealed": _wrapped(secrets.token_bytes(KEY_BYTES)), "made_at": at}
        for one in sorted(addresses)
    ]
    session.connection().execute(insertion(session, _KEYS).on_conflict_do_nothing(index_elements=["digest"]), rows)


def key_numbers(value: Any) -> Iterator[int]:
    """The keys that seal what stands in a stored value; those inside another are not seen before it is opened."""
    if isinstance(value, str):
        if value.startswith(MARK) and (told := _SEALED.fullmatch(value)):
            yield int(told[1])
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from key_numbers(one)
    elif isinstance(value, list):
        for one in value:
            yield from key_numbers(one)


def opened(session: Session | None, value: Any, beside: Iterable[Any] = ()) -> Any:
    """A stored value as it was written; where a key is destroyed, who stood there is « personne effacée n° … ».

    The keys of the values `beside`, which will be asked for next, are read by the same statement.
    """
    if next(key_numbers(value), None) is None:
        return value
    keys = _opened_keys(session, value, beside)
    return _opened(session, value, keys)


def _opened(session: Session | None, value: Any, keys: Mapping[int, bytes | None]) -> Any:
    if isinstance(value, Mapping):
        return {name: _opened(session, one, keys) for name, one in value.items()}
    if isinstance(value, list):
        return [_opened(session, one, keys) for one in value]
    if not isinstance(value, str):
        return value
    for _layer in range(DEEPEST):
        told = _SEALED.fullmatch(value) if value.startswith(MARK) else None
        if told is None:
            break
        number = int(told[1])
        if number not in keys:
            keys = _opened_keys(session, value, ())
        value = _open_one(number, keys.get(number), told[2])
    return value


def _open_one(number: int, secret: bytes | None, token: str) -> str:
    if secret is None:
        return erased_name(number)
    try:
        raw = urlsafe_b64decode(token)
        nonce, sealed = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
        return aead.AESGCM(value_key(secret, nonce)).decrypt(_ZERO, sealed, None).decode()
    except Exception:  # whatever was put in its place: the chain says that the entry was changed
        return f"illisible (clé n° {number})"


def _opened_keys(session: Session | None, value: Any, beside: Iterable[Any]) -> dict[int, bytes | None]:
    if session is None:
        return {}
    held: dict[int, bytes | None] = session.info.setdefault(_OPENED, {})
    if all(number in held for number in key_numbers(value)):
        return held
    wanted = set(key_numbers([value, *beside])) - held.keys()
    for some in _in_parts(sorted(wanted)):
        for number, sealed in session.execute(select(PersonKey.id, PersonKey.sealed).where(PersonKey.id.in_(some))):
            held[number] = None if sealed is None else _unwrapped(sealed)
    for number in wanted - held.keys():
        held[number] = b""
    return held


def keys_of(session: Session, persons: Collection[str]) -> list[PersonKey]:
    """The keys that are still there of persons, by number."""
    found: list[PersonKey] = []
    for some in _in_parts(map(digest_of, persons)):
        found += session.scalars(select(PersonKey).where(PersonKey.digest.in_(some)))
    return sorted(found, key=lambda row: row.id)


def destroy(session: Session, numbers: Collection[int], at: datetime) -> int:
    """Destroy keys: what they sealed is never read again. How many there were; safe to repeat."""
    done = session.execute(
        update(PersonKey)
        .where(PersonKey.id.in_(numbers), PersonKey.destroyed_at.is_(None))
        .values(digest=None, sealed=None, destroyed_at=at)
        .execution_options(synchronize_session="fetch")
    )
    session.info.pop(_OPENED, None)
    return cast(Any, done).rowcount or 0


def reseal(ctx: Context) -> tuple[int, list[str]]:
    """Seal every key under the newest key of the files: how many were, and which none opens. Safe to repeat."""
    ring, done, unreadable = _ring(), 0, []
    for row in ctx.session.scalars(select(PersonKey).where(PersonKey.sealed.is_not(None)).order_by(PersonKey.id)):
        token = (row.sealed or "").encode()
        if ring.is_current(token):
            continue
        try:
            row.sealed = ring.rewrap(token).decode()
            done += 1
        except WrongKey:
            unreadable.append(f"clé de personne n° {row.id}")
    return done, unreadable


def _wrapped(secret: bytes) -> str:
    return _ring().wrap(secret).decode()


def _unwrapped(sealed: str) -> bytes:
    """A key, or nothing when none of those of the files opens it: what it sealed is then unreadable, not destroyed."""
    try:
        return _ring().unwrap(sealed.encode())
    except WrongKey:
        return b""


def _in_parts(wanted: Iterable[_T]) -> Iterator[Sequence[_T]]:
    held = list(wanted)
    return (held[start : start + AT_ONCE] for start in range(0, len(held), AT_ONCE))


def _ring() -> Keyring:
    return _ring_of(process.settings().secrets.files)


@lru_cache(maxsize=2)
def _ring_of(keys: tuple[str, ...]) -> Keyring:
    """Made once: it works on the keys that it is given before it opens anything."""
    return Keyring(keys)
