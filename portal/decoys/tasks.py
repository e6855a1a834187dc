"""The round of the decoys' mailbox: every few minutes, what came in is read."""

from portal.authz.context import Context
from portal.core import logs, process
from portal.decoys.rules import read_message
from portal.decoys.services import receive
from portal.jobs import mail_boxes
from portal.jobs.ledger import BOUNCE_QUEUE, Record, enqueue, task
from portal.jobs.schedule import every_tick

log = logs.get_logger()


@every_tick("decoys.mailbox")
def read_now_and_then(ctx: Context) -> int:
    """Promise a round every few minutes, where a box is set."""
    if not process.settings().decoys_url:
        return 0
    made = enqueue(ctx, "decoys.read_mailbox", {}, dedup=f"decoys:{mail_boxes.round_of(ctx.now)}")
    return 0 if made is None else 1


@task("decoys.read_mailbox", queue=BOUNCE_QUEUE, outside=True)
def read_mailbox(ctx: Context, *, job_id: int) -> Record | None:
    """Read what came in; running it twice notes nothing twice, and what is for nobody invented is put aside."""
    raws = mail_boxes.take_unread(process.settings().decoys_url, "decoys")
    found = [one for one in map(read_message, raws) if one is not None]

    def record(done: Context) -> None:
        log.info("decoys read", messages=len(raws), noted=receive(done, found))

    return record if raws else None
