"""A little each night, the files that are no proof of an answer are opened whole: a damaged one is in the journal.

Those of proofs have their own look (`evidence.integrity`), which tells those who judge them.
"""

from collections.abc import Sequence

from sqlalchemy import func, select

from portal.authz.context import Context
from portal.core import logs, process
from portal.core.clock import is_night
from portal.core.dataclass import dataclass
from portal.core.stored import StoredFile
from portal.evidence.integrity import FILES_A_NIGHT
from portal.evidence.models import Evidence
from portal.jobs.ledger import Record, enqueue, task
from portal.jobs.schedule import every_tick
from portal.journal import queries
from portal.journal import services as journal
from portal.operations.stored_files import FilesReport, look_at

DAMAGED = "files.damaged"
log = logs.get_logger()


@dataclass(frozen=True)
class DamagedFile:
    """What the entry of the journal is about."""

    id: int
    name: str


def queue_look(ctx: Context) -> int:
    """Once a night in Paris, promise a look at a share of the files."""
    if not is_night(ctx.now):
        return 0
    made = enqueue(ctx, "operations.check_files", {}, dedup=f"operations.check_files:{ctx.today}")
    return 0 if made is None else 1


def files_of_tonight(ctx: Context) -> Sequence[StoredFile]:
    """The share of a night: one in so many, another each night, so that all are met in as many nights."""
    others = StoredFile.id.not_in(select(Evidence.stored_file_id))
    count = ctx.session.scalar(select(func.count()).select_from(StoredFile).where(others)) or 0
    nights = -(-count // FILES_A_NIGHT) or 1
    tonight = StoredFile.id % nights == ctx.today.toordinal() % nights
    return ctx.session.scalars(select(StoredFile).where(others, tonight).order_by(StoredFile.id)).all()


def note_damaged(ctx: Context, report: FilesReport) -> None:
    """Put in the journal those that were not there already."""
    for fault in (*report.missing, *report.altered):
        log.error("stored file is damaged", file=fault.id, key=fault.key)
        known = queries.history(ctx, DamagedFile.__name__, fault.id)
        if not any(entry.action == DAMAGED for entry in known):
            journal.record(ctx, DAMAGED, DamagedFile(fault.id, fault.filename), after={"name": fault.filename})


@task("operations.check_files", outside=True, lease_seconds=3600)
def look_at_files(ctx: Context, *, job_id: int) -> Record:
    """Open the files of tonight whole; running it twice looks again at the same ones."""
    report = look_at(process.store(), files_of_tonight(ctx))

    def record(done: Context) -> None:
        note_damaged(done, report)

    return record


every_tick("operations.files")(queue_look)
