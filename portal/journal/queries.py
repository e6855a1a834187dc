"""Reading the journal: the page's rows, an object's history, and the walk along the chain."""

from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import closing
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_, select
from sqlalchemy.orm import Session

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.clock import midnight
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.pages import Page, page_of
from portal.journal import person_keys
from portal.journal.anchoring import verifying_key
from portal.journal.models import JournalEntry
from portal.journal.rules import (
    GENESIS,
    ChainLink,
    ChainReport,
    addresses_in,
    at_address,
    is_sealed,
    verify_chain,
)
from portal.journal.services import content_of

ENTRIES_ON_PAGE = 50
VERIFIED_ON_PAGE = 50_000
"""Links that a page re-reads at most (about a second); the command re-reads them all."""


@dataclass(frozen=True)
class JournalFilter:
    """What the journal is narrowed to; days are legal days (Europe/Paris), both included."""

    words: str = ""
    """Part of the name of the actor or of the object."""
    family: str = ""
    """First word of the action: `vendor`, `audit`, `user`…"""
    since: date | None = None
    until: date | None = None
    vendor_id: int | None = None


PEOPLE: list[Callable[[Session, str], Collection[str]]] = []
"""What finds the addresses of people by part of their name: who acted is sealed, and found by the key of an address."""


def entries(ctx: Context, wanted: JournalFilter, *, page: int = 1, size: int = ENTRIES_ON_PAGE) -> Page[JournalEntry]:
    """A page of the journal, newest first."""
    authorize(ctx, Permission.JOURNAL_VIEW)
    found = select(JournalEntry).where(*_conditions(ctx.session, wanted)).order_by(JournalEntry.id.desc())
    return page_of(ctx.session, found, page, size=size)


def _conditions(session: Session, wanted: JournalFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.words:
        marks = [f"{person_keys.MARK}{row.id}:" for row in _keys_of_people(session, wanted.words)]
        where.append(
            or_(
                *(
                    or_(
                        and_(
                            column.icontains(wanted.words, autoescape=True), not_(column.startswith(person_keys.MARK))
                        ),
                        *(column.startswith(mark) for mark in marks),
                    )
                    for column in (JournalEntry.stored_actor_name, JournalEntry.stored_object_label)
                )
            )
        )
    if wanted.family:
        where.append(JournalEntry.action.startswith(wanted.family + ".", autoescape=True))
    if wanted.since is not None:
        where.append(JournalEntry.at >= midnight(wanted.since))
    if wanted.until is not None:
        where.append(JournalEntry.at < midnight(wanted.until + timedelta(days=1)))
    if wanted.vendor_id is not None:
        where.append(JournalEntry.vendor_id == wanted.vendor_id)
    return where


def _keys_of_people(session: Session, words: str) -> Sequence[person_keys.PersonKey]:
    """The keys of the people that some words name."""
    found = {address for find in PEOPLE for address in find(session, words)} | set(addresses_in(words))
    return person_keys.keys_of(session, [at_address(one) for one in sorted(found)]) if found else ()


def history(ctx: Context, object_type: str, object_id: int, *, limit: int = 20) -> Sequence[JournalEntry]:
    """What happened to one object, newest first; the caller has checked that the actor may see that object."""
    return ctx.session.scalars(
        select(JournalEntry)
        .where(JournalEntry.object_type == object_type, JournalEntry.object_id == object_id)
        .order_by(JournalEntry.id.desc())
        .limit(limit)
    ).all()


def get_entry(ctx: Context, number: int) -> JournalEntry:
    """One entry by its number; raises NotFound."""
    authorize(ctx, Permission.JOURNAL_VIEW)
    found = ctx.session.get(JournalEntry, number)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class ChainHead:
    """The end of the chain: how many entries it has, and the hash to note down."""

    count: int
    hash: str


def head(ctx: Context) -> ChainHead:
    """The end of the chain as it stands."""
    authorize(ctx, Permission.JOURNAL_VIEW)
    last = ctx.session.execute(
        select(JournalEntry.id, JournalEntry.hash).order_by(JournalEntry.id.desc()).limit(1)
    ).one_or_none()
    return ChainHead(last.id, last.hash) if last is not None else ChainHead(0, GENESIS)


def chain(session: Session, *, after: int = 0) -> Generator[ChainLink]:
    """Every link after a position, in order, streamed; close it when the walk stops half-way."""
    statement = select(*JournalEntry.__table__.c).where(JournalEntry.id > after).order_by(JournalEntry.id)
    with session.execute(statement, execution_options={"yield_per": 1000}) as rows:
        for row in rows:
            yield chain_link(row)


def chain_link(row: Any) -> ChainLink:
    """A stored entry as the chain sees it: persons sealed."""
    row = row.as_stored if isinstance(row, JournalEntry) else row
    return ChainLink(
        row.id, content_of(row, object_id=row.object_id, row_versions=row.row_versions), row.previous_hash, row.hash
    )


def is_sound(entry: JournalEntry) -> bool:
    """Whether a stored entry still is what its own hash says."""
    return is_sealed(chain_link(entry), verifying_key())


def verify(ctx: Context, *, expected_head: str = "") -> ChainReport:
    """Walk the whole chain."""
    authorize(ctx, Permission.JOURNAL_VIEW)
    with closing(chain(ctx.session)) as links:
        return verify_chain(links, key=verifying_key(), expected_head=expected_head)


@dataclass(frozen=True)
class PartialChainReport:
    """What re-reading the end of the chain found, and from which entry on."""

    first: int
    report: ChainReport


def verify_end(ctx: Context, *, at_most: int = VERIFIED_ON_PAGE) -> PartialChainReport:
    """Walk the last links of the chain: all of them while they are not too many for a page."""
    start = max(head(ctx).count - at_most, 0)
    row = ctx.session.get(JournalEntry, start) if start else None
    if start and row is None:
        start = 0  # the starting point itself is gone: the walk from the beginning says where
    with closing(chain(ctx.session, after=start)) as links:
        report = verify_chain(links, key=verifying_key(), after=chain_link(row) if row else None)
    return PartialChainReport(start + 1, report)
