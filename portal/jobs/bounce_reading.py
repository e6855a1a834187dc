"""The round of the bounces: every few minutes, what came in is read and the messages it speaks of are told."""

from sqlalchemy import select, update

from portal.authz.context import Context
from portal.core import logs, process
from portal.jobs import bounces, mail_boxes, undelivered
from portal.jobs.bounces import Bounce, Verdict
from portal.jobs.ledger import BOUNCE_QUEUE, Record, enqueue, task
from portal.jobs.models import Mail, MailState
from portal.jobs.schedule import every_tick

_STATES = {Verdict.REFUSED: MailState.REFUSED, Verdict.GIVEN_UP: MailState.GIVEN_UP}
log = logs.get_logger()


@every_tick("mail.bounces")
def read_now_and_then(ctx: Context) -> int:
    """Promise a round every few minutes, where a box is set."""
    if not process.settings().bounces_url:
        return 0
    made = enqueue(ctx, "mail.read_bounces", {}, dedup=f"bounces:{mail_boxes.round_of(ctx.now)}")
    return 0 if made is None else 1


@task("mail.read_bounces", queue=BOUNCE_QUEUE, outside=True)
def read_bounces(ctx: Context, *, job_id: int) -> Record | None:
    """Read what came in; what is no report of a message of ours is put aside unread by anybody."""
    raws = mail_boxes.take_unread(process.settings().bounces_url, "bounces")
    found = [one for one in map(bounces.read, raws) if one is not None]

    def record(done: Context) -> None:
        told = sum(tell(done, one) for one in found)
        log.info("bounces read", messages=len(raws), reports=len(found), told=told)

    return record if raws else None


def tell(ctx: Context, bounce: Bounce) -> bool:
    """Note on the message it speaks of what a report says; False when it is not one of ours, or is settled already."""
    secret = process.settings().secrets.tokens
    for mail_id, mark in bounce.marks:
        row = ctx.session.execute(
            select(Mail.recipient, Mail.state).where(Mail.id == mail_id).with_for_update()
        ).one_or_none()
        if row is None or not bounces.is_mark(secret, mark, mail_id, row.recipient):
            continue
        if row.state not in (MailState.SENT, MailState.UNCERTAIN):
            return False
        facts: dict[str, object] = {"reason": bounce.reason}
        if bounce.verdict in _STATES:
            facts |= {"state": _STATES[bounce.verdict], "settled_at": ctx.now}
        ctx.session.execute(
            update(Mail).where(Mail.id == mail_id).values(**facts).execution_options(synchronize_session=False)
        )
        if bounce.verdict in _STATES:
            undelivered.tell(ctx, [mail_id])
        return True
    return False
