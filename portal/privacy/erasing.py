"""Erasing one person (RGPD art. 17): what goes, what is replaced, and what stays with its legal base.

Nothing is decided of a text that somebody wrote freely: it is listed for a person to judge.
"""

from collections import Counter
from dataclasses import field
from email import message_from_bytes
from email.policy import default
from typing import Any

from sqlalchemy import Table, delete, func, select, update

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission, Role
from portal.core import history, process
from portal.core.dataclass import dataclass
from portal.core.db import Base
from portal.core.errors import Refused
from portal.core.language import N_
from portal.identity.models import User
from portal.identity.services import close_account
from portal.journal import person_keys
from portal.journal import services as journal
from portal.privacy.declared import declaration
from portal.privacy.looking import Mention, mentions
from portal.privacy.people import KnownPerson, keys_of_person
from portal.privacy.rules import Fate, names_in, replaced
from portal.vendors.models import Membership

ERASED_AT = "@effacee.invalid"
"""The domain of addresses that no longer are (RFC 2606)."""
_JOURNAL = "journal_entry"


@dataclass(frozen=True)
class ErasedPerson:
    """What the entry of the journal is about: a number, and nobody."""

    id: int

    @property
    def journal_label(self) -> str:
        """What stands where they were named."""
        return person_keys.erased_name(self.id)


@dataclass
class Erasure:
    """What was found of a person, or done."""

    removed: Counter[str] = field(default_factory=Counter)
    """Rows, by table."""
    replaced: Counter[str] = field(default_factory=Counter)
    """Rows, by table and column."""
    keys: int = 0
    letters: int = 0
    """Messages kept as files."""
    frozen: Counter[str] = field(default_factory=Counter)
    free: list[Mention] = field(default_factory=list)
    unsealed: list[int] = field(default_factory=list)
    """Entries of the journal from before what they say was sealed, by number."""
    homonyms: int = 0
    number: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held of them."""
        found = (self.removed, self.replaced, self.keys, self.letters, self.frozen, self.free, self.unsealed)
        return not any(+one if isinstance(one, Counter) else one for one in found)


def foresee(ctx: Context, person: KnownPerson) -> Erasure:
    """What erasing somebody would do; nothing is written."""
    authorize(ctx, Permission.PRIVACY_MANAGE)
    found = Erasure(homonyms=person.homonyms, keys=len(keys_of_person(ctx, person)))
    for table, where in _own_rows(person):
        found.removed[table.name] += ctx.session.scalar(select(func.count()).select_from(table).where(where)) or 0
    for one in _to_replace(ctx, person):
        found.replaced[f"{one.table}.{one.column}"] += 1
    found.letters = len(_letters(person))
    return _left(ctx, person, found)


def erase_person(ctx: Context, person: KnownPerson) -> Erasure:
    """Erase somebody everywhere it can be decided alone; what is left is listed. Safe to repeat.

    Raises Refused for the last administrator.
    """
    authorize(ctx, Permission.PRIVACY_MANAGE)
    _check(ctx, person)
    keys = keys_of_person(ctx, person)
    done = Erasure(homonyms=person.homonyms, keys=len(keys), number=_number(ctx, keys, person))
    name, address = person_keys.erased_name(done.number), f"personne-effacee-{done.number}{ERASED_AT}"
    if person.account is not None:
        _close(ctx, person.account)
    for table, where in _own_rows(person):
        removed = _remove(ctx, table, where)
        done.removed[table.name] += removed
    found = _to_replace(ctx, person)
    _replace(ctx, found, person, name, address)
    done.replaced.update(f"{one.table}.{one.column}" for one in found)
    for path in _letters(person):
        path.unlink(missing_ok=True)
        done.letters += 1
    journal.chain_waiting(ctx.session)
    person_keys.destroy(ctx.session, [key.id for key in keys], ctx.now)
    ctx.session.flush()
    ctx.session.expire_all()
    _left(ctx, person, done)
    after = {
        "removed": dict(done.removed), "replaced": dict(done.replaced), "keys": done.keys, "letters": done.letters,
        "frozen": sum(done.frozen.values()), "free": len(done.free), "unsealed": len(done.unsealed),
    }  # fmt: skip
    journal.record(ctx, "privacy.erased", ErasedPerson(done.number), after=after)
    return done


def _check(ctx: Context, person: KnownPerson) -> None:
    user = person.account
    if user is None or user.role is not Role.ADMIN or user.disabled_at is not None:
        return
    others = select(User.id).where(User.role == Role.ADMIN, User.disabled_at.is_(None), User.id != user.id)
    if ctx.session.scalar(others.limit(1)) is None:
        raise Refused(N_("C'est le dernier administrateur : ouvrez d'abord le compte d'un autre."))


def _number(ctx: Context, keys: list[person_keys.PersonKey], person: KnownPerson) -> int:
    """The number they are called by from then on: that of a key of theirs."""
    if keys:
        return keys[0].id
    held = person.account.email if person.account else ""
    if held.endswith(ERASED_AT):
        return int(held.removesuffix(ERASED_AT).rpartition("-")[2])
    row = person_keys.PersonKey(made_at=ctx.now, destroyed_at=ctx.now)
    ctx.session.add(row)
    ctx.session.flush()
    return row.id


def _close(ctx: Context, user: User) -> None:
    """Their access ends, and what opened it goes."""
    if user.disabled_at is None:
        close_account(ctx, user)
    user.password_hash = user.totp_sealed = user.totp_confirmed_at = user.totp_last_step = None
    user.recovery_hashes, user.phone = [], ""
    for name in declaration().tables["user"].of(Fate.BLANKED):
        if getattr(user, name, None) and getattr(User, name).property.columns[0].nullable:
            setattr(user, name, None)
    ctx.session.flush()


def _own_rows(person: KnownPerson) -> list[tuple[Table, Any]]:
    """The rows that go with them: those of their account, and what they are at vendors."""
    found: list[tuple[Table, Any]] = []
    for name, said in declaration().tables.items():
        table = Base.metadata.tables[name]
        if not said.of(Fate.REMOVED):
            continue
        if "email" in table.c:
            found.append((table, func.lower(table.c.email).in_(sorted(person.sought.addresses))))
        elif person.account is not None:
            found.append((table, table.c.user_id == person.account.id))
    if person.account is not None:
        table = Base.metadata.tables[Membership.__tablename__]
        found.append((table, table.c.user_id == person.account.id))
    return found


def _remove(ctx: Context, table: Table, where: Any) -> int:
    models = history.kept_models()
    if table.name in models:  # through the session: their history says that they are no more
        rows = ctx.session.scalars(select(models[table.name]).where(where)).all()
        for row in rows:
            ctx.session.delete(row)
        ctx.session.flush()
        return len(rows)
    return getattr(ctx.session.execute(delete(table).where(where)), "rowcount", 0)


def _to_replace(ctx: Context, person: KnownPerson) -> list[Mention]:
    """Where they are named beyond doubt; their own rows by name, even where others bear it."""
    found = list(mentions(ctx, person.sure, {Fate.REPLACED}))
    if person.homonyms:
        owned = {(one.table, one.row) for one in found if one.column == "email"}
        beside = mentions(ctx, person.sought, {Fate.REPLACED}, {table for table, _row in owned})
        seen = {(one.table, one.row, one.column) for one in found}
        found += [
            one for one in beside if (one.table, one.row) in owned and (one.table, one.row, one.column) not in seen
        ]
    return found


def _replace(ctx: Context, found: list[Mention], person: KnownPerson, name: str, address: str) -> None:
    """Row by row, so that no version in between names them still."""
    by_row: dict[tuple[str, tuple[Any, ...]], dict[str, Any]] = {}
    for one in found:
        most = getattr(Base.metadata.tables[one.table].c[one.column].type, "length", None)
        value = replaced(one.value, person.sought, name, address)
        by_row.setdefault((one.table, one.row), {})[one.column] = (
            value[:most] if isinstance(value, str) and most else value
        )
    models = history.kept_models()
    for (table_name, row), values in by_row.items():
        table = Base.metadata.tables[table_name]
        where = [column == value for column, value in zip(table.primary_key.columns, row, strict=True)]
        ctx.session.execute(update(table).where(*where).values(values))
        if table_name in models:
            history.keep_written(ctx.session, models[table_name], [row[0]])


def _left(ctx: Context, person: KnownPerson, found: Erasure) -> Erasure:
    """What stays: proofs, what people wrote, and entries that nothing can change."""
    for one in mentions(ctx, person.sought, {Fate.FROZEN}):
        found.frozen[f"{one.table}.{one.column}"] += 1
    found.free = list(mentions(ctx, person.sought, {Fate.FREE}))
    if person.homonyms:
        theirs = {(one.table, one.row, one.column) for one in _to_replace(ctx, person)}
        found.free += [
            one
            for one in mentions(ctx, person.sought, {Fate.REPLACED})
            if (one.table, one.row, one.column) not in theirs
        ]
    found.unsealed = sorted({one.row[0] for one in mentions(ctx, person.sought, {Fate.SEALED}, {_JOURNAL})})
    return found


def _letters(person: KnownPerson) -> list[Any]:
    """The messages kept as files that are to them, or name them."""
    folder = process.settings().mail_dir
    found = []
    for path in sorted(folder.glob("*.eml")) if folder.is_dir() else ():
        message = message_from_bytes(path.read_bytes(), policy=default)
        texts = [str(value) for value in message.values()]
        texts += [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
        if names_in(texts, person.sought):
            found.append(path)
    return found
