"""What requests of persons tell in digests: us of what came and what falls due, vendors of what they are asked."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.landing import Landing
from portal.identity.queries import holders_of, holders_of_each
from portal.notices.rules import due_window, step_reached
from portal.notices.services import (
    AddressedNews,
    News,
    note_for_staff,
    note_for_vendor,
    note_for_vendors,
    note_many,
    tell_anew,
    tell_otherwise,
)
from portal.person_requests.models import PersonRequest, RequestTask
from portal.person_requests.rules.entrusted import TaskState
from portal.person_requests.rules.life import WAITING

_DUE = "person_requests/emails/notice_due"
TO_US = (-10, -3, 1, 8)
"""Days from the end of the term."""
TO_VENDOR = (-2, 1, 7)
"""Days from the day by which a vendor is asked to act."""


def about(request_id: int) -> str:
    """What notices about a request are filed under."""
    return f"person_request:{request_id}"


def _about_task(task: RequestTask) -> str:
    return f"request_task:{task.id}"


def _about_return(task: RequestTask) -> str:
    # Of each task: a digest says the last thing about each, and two vendors may answer on one day.
    return f"{_about_task(task)}:returned"


def drop_overtaken(ctx: Context, task: RequestTask) -> None:
    """Drop what waits for the digests about a task, now that it was answered, checked or cancelled."""
    tell_otherwise(ctx, [_about_task(task), _about_return(task)])


def tell_term(ctx: Context, request: PersonRequest) -> None:
    """Have what waits for the digests say until when the person is to be answered: its day moves, or it is done.

    What a vendor gave back is still to be checked once the person was answered.
    """
    asked = select(RequestTask).where(RequestTask.request_id == request.id)
    returns = [_about_return(task) for task in ctx.session.scalars(asked)]
    values = {"due_on": _due(request)}
    if not request.state.is_waiting:
        tell_otherwise(ctx, [about(request.id)])
        tell_anew(ctx, returns, values, None)
        return
    # What was due « in three days » of another day is no longer.
    tell_otherwise(ctx, [about(request.id)], only=[_DUE])
    tell_anew(ctx, [about(request.id), *returns], values, request.due_on)


def tell_relayed(ctx: Context, request: PersonRequest) -> int:
    """Tell whoever works requests that a vendor relays one."""
    news = News(
        template="person_requests/emails/notice_relayed", key=f"{about(request.id)}:relayed", about=about(request.id),
        values=_of(request), due_on=request.due_on,
        landing=Landing("person_requests.show", request_id=request.id),
    )  # fmt: skip
    return note_for_staff(ctx, request.vendor_id, news, holders_of(ctx, Permission.REQUEST_WORK, request))


def tell_task(ctx: Context, task: RequestTask, what: str) -> int:
    """Tell one vendor what it is asked, or asked again."""
    return note_for_vendor(ctx, task.vendor_id, _task_news(task, what, f"{what}:{ctx.now:%Y%m%dT%H%M%S}"))


def tell_returned(ctx: Context, task: RequestTask) -> int:
    """Tell whoever works requests that a vendor gave back what it was asked."""
    request = task.request
    news = News(
        template="person_requests/emails/notice_returned", about=_about_return(task),
        key=f"{about(request.id)}:task:{task.id}:{ctx.now:%Y%m%dT%H%M%S}",
        values={**_of(request), "vendor": task.vendor.name},
        due_on=request.due_on if request.state.is_waiting else None,
        landing=Landing("person_requests.show", request_id=request.id),
    )  # fmt: skip
    return note_for_staff(ctx, task.vendor_id, news, holders_of(ctx, Permission.REQUEST_WORK, task))


def note_due(ctx: Context, day: date) -> int:
    """Note what falls due around a day, here and at vendors; doing it twice notes nothing more."""
    return _note_requests(ctx, day) + _note_tasks(ctx, day)


def _note_requests(ctx: Context, day: date) -> int:
    rows = ctx.session.scalars(
        select(PersonRequest)
        .options(joinedload(PersonRequest.vendor))
        .where(PersonRequest.state.in_(WAITING), PersonRequest.due_on.between(*due_window(day, TO_US)))
        .order_by(PersonRequest.id)
    ).all()
    due = {row.id: step for row in rows if (step := step_reached(row.due_on, day, TO_US)) is not None}
    holders = holders_of_each(ctx, Permission.REQUEST_WORK, [row for row in rows if row.id in due])
    return note_many(ctx, [AddressedNews(user.id, row.vendor_id, _due_news(row, due[row.id])) for row, user in holders])


def _note_tasks(ctx: Context, day: date) -> int:
    rows = ctx.session.scalars(
        select(RequestTask)
        .where(RequestTask.state == TaskState.ASKED, RequestTask.due_on.between(*due_window(day, TO_VENDOR)))
        .order_by(RequestTask.id)
    ).all()
    due = [(row, step) for row in rows if (step := step_reached(row.due_on, day, TO_VENDOR)) is not None]
    told = [
        (row.vendor_id, _task_news(row, "late" if step > 0 else "due", f"{row.due_on}:{step}")) for row, step in due
    ]
    return note_for_vendors(ctx, told) if told else 0


def _due_news(request: PersonRequest, step: int) -> News:
    return News(
        template=_DUE, key=f"{about(request.id)}:{request.due_on}:{step}",
        about=about(request.id), values={**_of(request), "what": "late" if step > 0 else "due"},
        due_on=request.due_on, landing=Landing("person_requests.show", request_id=request.id),
    )  # fmt: skip


def _task_news(task: RequestTask, what: str, key: str) -> News:
    return News(
        template="person_requests/emails/notice_task", key=f"{_about_task(task)}:{key}",
        about=_about_task(task), values={"what": what, "due_on": task.due_on.isoformat()},
        due_on=task.due_on, landing=Landing("vendor_space.request_task", task_id=task.id),
    )  # fmt: skip


def _due(request: PersonRequest) -> str:
    # Empty once the person was answered: nothing more is due to them.
    return request.due_on.isoformat() if request.state.is_waiting else ""


def _of(request: PersonRequest) -> dict[str, str]:
    """What a message says of a request: never who the person is."""
    return {
        "reference": request.reference, "vendor": request.vendor.name, "due_on": _due(request),
    }  # fmt: skip
