"""Files that nothing rests on leave: a piece taken off its answers before any sending, after a delay; what is then
named by no row, from the store. What was sent to us, or that anything names, stays.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context
from portal.core.clock import is_night, midnight
from portal.core.db import Base
from portal.core.files import Store
from portal.core.stored import StoredFile, held_files, others_hold
from portal.evidence.models import Evidence
from portal.jobs.ledger import enqueue
from portal.journal import services as journal
from portal.vendors.models import Vendor

KEPT_DAYS = 30
"""Days after the one on which a piece was taken off during which it may serve again; the last one is whole."""
SETTLED = timedelta(days=1)
"""Age under which a file may still be on its way to what will name it."""
AT_ONCE = 200
"""Pieces, then files, of one night."""


def queue_leaving(ctx: Context) -> int:
    """Once a night in Paris, promise to erase some."""
    if not is_night(ctx.now):
        return 0
    return 0 if enqueue(ctx, "evidence.erase_left", {}, dedup=f"evidence.erase_left:{ctx.today}") is None else 1


def note_left(ctx: Context, evidence: Evidence) -> None:
    """Note that a piece has just been taken off an answer; it leaves in `KEPT_DAYS` when nothing rests on it."""
    if evidence.sent_at is None:
        evidence.left_at = ctx.now


def erase_left(ctx: Context) -> int:
    """Erase pieces that were taken off long enough ago, never sent, and on which nothing rests; how many."""
    rows = ctx.session.scalars(
        select(Evidence)
        .options(joinedload(Evidence.stored_file))
        .where(
            Evidence.left_at < midnight(ctx.today - timedelta(days=KEPT_DAYS)),
            Evidence.sent_at.is_(None),
            *(~named for named in _naming()),
        )
        .order_by(Evidence.id)
        .limit(AT_ONCE)
        .with_for_update(of=Evidence)
    ).all()
    for piece in rows:
        before = {"name": piece.stored_file.filename, "sha256": piece.stored_file.sha256}
        journal.record(ctx, "evidence.erased", piece, before=before, vendor_id=piece.vendor_id)
        ctx.session.delete(piece)
    ctx.session.flush()
    return len(rows)


def _naming() -> Iterator[ColumnElement[bool]]:
    """For each key of any table to a piece, whether one names this piece."""
    for table in Base.metadata.sorted_tables:
        other = table.alias() if table.name == Evidence.__tablename__ else table
        for column in other.columns:
            if any(key.column.table.name == Evidence.__tablename__ for key in table.c[column.name].foreign_keys):
                yield exists().where(column == Evidence.id).correlate(Evidence.__table__)


def files_to_erase(ctx: Context) -> list[StoredFile]:
    """Files of vendors that no row names under any of their names, and that are not on their way."""
    rows = ctx.session.scalars(
        select(StoredFile)
        .where(
            StoredFile.vendor_id.is_not(None),
            StoredFile.created_at < ctx.now - SETTLED,
            StoredFile.id.not_in(held_files()),
        )
        .order_by(StoredFile.id)
        .limit(AT_ONCE)
    ).all()
    return [one for one in rows if not _is_awaited(ctx, one.key)]


def _is_awaited(ctx: Context, key: str) -> bool:
    """Whether a content is held under another name, or has come in again a moment ago."""
    young = select(StoredFile.id).where(StoredFile.key == key, StoredFile.created_at >= ctx.now - SETTLED).limit(1)
    return others_hold(ctx.session, key) or ctx.session.scalar(young) is not None


def destroy_contents(store: Store, files: Sequence[StoredFile]) -> None:
    """Take contents out of the store; safe to repeat."""
    for key in sorted({one.key for one in files}):
        store.destroy(key)


def note_erased(ctx: Context, file_ids: Sequence[int]) -> None:
    """Forget the rows of files that are no more, and say so, vendor by vendor."""
    rows = ctx.session.scalars(select(StoredFile).where(StoredFile.id.in_(file_ids)).order_by(StoredFile.id)).all()
    gone = [one for one in rows if not others_hold(ctx.session, one.key)]
    for vendor_id in sorted({one.vendor_id for one in gone if one.vendor_id is not None}):
        vendor = ctx.session.get_one(Vendor, vendor_id)
        digests = [one.sha256 for one in gone if one.vendor_id == vendor_id]
        journal.record(ctx, "evidence.files_erased", vendor, after={"sha256": digests}, vendor_id=vendor_id)
    for one in gone:
        ctx.session.delete(one)
    ctx.session.flush()
