"""Who a person is goes on the day that was said; the line of the register, its dates and its digests stay."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.stored import StoredFile, others_hold
from portal.jobs.ledger import enqueue
from portal.journal import services as journal
from portal.person_requests.models import PersonRequest, RequestTask
from portal.person_requests.rules.life import RequestState

AT_ONCE = 200
OVER = tuple(state for state in RequestState if state.is_over)


def forget_due(ctx: Context) -> int:
    """Forget everybody whose day has passed; how many were. Safe to repeat."""
    authorize(ctx, Permission.REQUEST_WORK)
    rows = ctx.session.scalars(
        select(PersonRequest)
        .where(
            PersonRequest.erased_at.is_(None), PersonRequest.erase_on < ctx.today, PersonRequest.state.in_(OVER),
        )
        .order_by(PersonRequest.id)
        .limit(AT_ONCE)
    ).all()  # fmt: skip
    for row in rows:
        forget(ctx, row)
    return len(rows)


def forget(ctx: Context, request: PersonRequest) -> None:
    """Forget one person: who they are, the words exchanged with vendors, and the files, destroyed by a job."""
    tasks = ctx.session.scalars(select(RequestTask).where(RequestTask.request_id == request.id)).all()
    request.sealed, request.erased_at = None, ctx.now
    for task in tasks:
        task.ask = task.answer = task.returned_reason = ""
        task.with_identity = False
    file_ids = [one for one in (request.proof_id, *(task.proof_id for task in tasks)) if one is not None]
    ctx.session.flush()
    journal.record(ctx, "person_request.forgotten", request, after={"files": len(file_ids)},
                   vendor_id=request.vendor_id)  # fmt: skip
    payload = {"request_id": request.id, "file_ids": file_ids}
    enqueue(ctx, "person_requests.destroy", payload, dedup=f"person_requests.destroy:{request.id}")


def files_to_destroy(ctx: Context, request_id: int, file_ids: Sequence[int]) -> tuple[StoredFile, ...]:
    """The files of a forgotten request that nothing else rests on."""
    request = ctx.session.get_one(PersonRequest, request_id)
    if request.erased_at is None:
        return ()
    tasks = ctx.session.scalars(select(RequestTask.id).where(RequestTask.request_id == request_id)).all()
    but = {PersonRequest.__tablename__: (request_id,), RequestTask.__tablename__: tuple(tasks)}
    files = ctx.session.scalars(select(StoredFile).where(StoredFile.id.in_(file_ids)).order_by(StoredFile.id)).all()
    return tuple(one for one in files if not others_hold(ctx.session, one.key, but=but))


def note_destroyed(ctx: Context, request_id: int, digests: Sequence[str]) -> None:
    """The journal says which files of a forgotten request are no more."""
    request = ctx.session.get_one(PersonRequest, request_id)
    after = {"sha256": list(digests)}
    journal.record(ctx, "person_request.files_destroyed", request, after=after, vendor_id=request.vendor_id)
