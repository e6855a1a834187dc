"""A little each night, files of proofs are opened whole: one that is no longer as it came is told to us by name."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from portal.authz.context import Context
from portal.core import logs
from portal.core.clock import is_night
from portal.core.dataclass import dataclass
from portal.core.files import Damaged, Store
from portal.core.stored import blob_of
from portal.evidence.mails import note_damaged_files
from portal.evidence.models import Evidence
from portal.jobs.ledger import enqueue
from portal.journal import services as journal

FILES_A_NIGHT = 200
BYTES_A_NIGHT = 500 * 1024 * 1024
log = logs.get_logger()


@dataclass(frozen=True)
class CheckedFiles:
    """The pieces looked at in a night, and those whose file is not as it came."""

    looked_at: tuple[int, ...]
    damaged: tuple[int, ...]


def queue_check(ctx: Context) -> int:
    """Once a night in Paris, promise a look at some files."""
    if not is_night(ctx.now):
        return 0
    made = enqueue(ctx, "evidence.check_files", {}, dedup=f"evidence.check_files:{ctx.today}")
    return 0 if made is None else 1


def check_files(ctx: Context, store: Store) -> CheckedFiles:
    """Open the files looked at the longest ago; writes nothing.

    Raises Unavailable when the store does not answer: no file is called damaged for that.
    """
    damaged, looked_at = [], []
    for proof in _some(_longest_ago(ctx)):
        looked_at.append(proof.id)
        try:
            for _piece in store.open(blob_of(proof.stored_file)):
                pass
        except Damaged:
            log.error("file of a proof is damaged", evidence=proof.id, key=proof.stored_file.key)
            damaged.append(proof.id)
    return CheckedFiles(tuple(looked_at), tuple(damaged))


def _longest_ago(ctx: Context) -> Iterable[Evidence]:
    return ctx.session.scalars(
        select(Evidence)
        .options(joinedload(Evidence.stored_file))
        .order_by(Evidence.checked_at, Evidence.id)
        .limit(FILES_A_NIGHT)
    ).all()


def _some(proofs: Iterable[Evidence]) -> Iterator[Evidence]:
    """The first of them that a night has time for; always one, whatever its size."""
    room = BYTES_A_NIGHT
    for proof in proofs:
        if room < 0:
            return
        room -= proof.stored_file.size
        yield proof


def note_checked(ctx: Context, checked: CheckedFiles) -> None:
    """Keep when files were looked at, and tell our people of those that are damaged since."""
    rows = ctx.session.scalars(
        select(Evidence)
        .options(joinedload(Evidence.stored_file), joinedload(Evidence.vendor))
        .where(Evidence.id.in_(checked.damaged))
        .order_by(Evidence.id)
    ).all()
    for proof in rows:
        if not proof.is_damaged:
            journal.record(ctx, "evidence.damaged", proof, after={"name": proof.stored_file.filename})
    note_damaged_files(ctx, [proof for proof in rows if not proof.is_damaged])
    seen = update(Evidence).where(Evidence.id.in_(checked.looked_at))
    ctx.session.execute(seen.values(checked_at=ctx.now, is_damaged=Evidence.id.in_(checked.damaged)))
