"""What vendors are asked to do for a request, and what they give back: each sees its own part alone."""

from collections.abc import Mapping
from datetime import date

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.files import Blob
from portal.core.language import N_, say
from portal.core.row_lock import hold_row
from portal.journal import services as journal
from portal.person_requests.models import PersonRequest, RequestTask
from portal.person_requests.request_notices import drop_overtaken, tell_returned, tell_task
from portal.person_requests.rules.entrusted import TaskKind, TaskOutcome, TaskState
from portal.person_requests.rules.life import RequestAct
from portal.person_requests.services.shared import FUTURE, check, explained, keep_proof, take, write
from portal.vendors.models import Vendor

W = Permission.REQUEST_WORK


@dataclass(frozen=True)
class TaskSheet:
    """What is asked of one vendor."""

    kind: TaskKind
    ask: str
    due_on: date
    with_identity: bool


@dataclass(frozen=True)
class TaskReturn:
    """What the vendor says came of it."""

    outcome: TaskOutcome
    answer: str
    done_on: date


def entrust(ctx: Context, request: PersonRequest, vendor: Vendor, sheet: TaskSheet) -> RequestTask:
    """Ask one vendor to do something for a request; it is told, and sees nothing of the others."""
    authorize(ctx, W, request)
    authorize(ctx, W, vendor)
    hold_row(ctx.session, request)
    check(request, RequestAct.ENTRUST)
    if sheet.due_on < ctx.today:
        raise Refused(N_("Ce jour est passé : donnez-en un qui vient."))
    if sheet.with_identity and request.sealed is None:
        raise Refused(N_("L'identité de la personne est effacée : elle ne peut plus être communiquée."))
    task = RequestTask(
        request_id=request.id, request=request, vendor_id=vendor.id, vendor=vendor, kind=sheet.kind,
        ask=sheet.ask.strip(), with_identity=sheet.with_identity, due_on=sheet.due_on, asked_at=ctx.now,
        asked_by=ctx.actor.name,
    )  # fmt: skip
    ctx.session.add(task)
    noted = {"vendor": vendor.name, "task": sheet.kind, "with_identity": sheet.with_identity, "due_on": sheet.due_on}
    take(ctx, request, RequestAct.ENTRUST, {}, noted)
    tell_task(ctx, task, "asked")
    return task


def give_back(ctx: Context, task: RequestTask, back: TaskReturn, proof: Blob | None) -> None:
    """The vendor says what it did; « done » takes a file. Whoever works requests is told, and checks it."""
    authorize(ctx, Permission.REQUEST_RELAY, task)
    hold_row(ctx.session, task)
    if task.state is not TaskState.ASKED:
        raise Refused(N_("Cette demande n'attend plus de réponse de vous."))
    if back.done_on > ctx.today:
        raise Refused(FUTURE)
    asked_on = legal_date(task.asked_at)
    if back.done_on < asked_on:
        raise Refused(say("Cela vous est demandé depuis le %(day)s : donnez un jour qui suit.", day=asked_on))
    answer = explained(back.answer)
    kept = keep_proof(ctx, proof) if proof is not None or back.outcome.takes_proof else None
    changes = {
        "state": TaskState.DONE, "outcome": back.outcome, "answer": answer, "done_on": back.done_on,
        "answered_at": ctx.now, "answered_by": ctx.actor.name, "proof_id": kept.id if kept else None,
    }  # fmt: skip
    before, after = write(task, changes)
    ctx.session.flush()
    digest = {"sha256": kept.sha256} if kept else {}
    journal.record(ctx, "person_request.task_returned", task, before=before, after={**after, **digest})
    drop_overtaken(ctx, task)
    tell_returned(ctx, task)


def accept_return(ctx: Context, task: RequestTask) -> None:
    """We looked at what came back, and it is what was asked."""
    _settle(ctx, task, {"state": TaskState.ACCEPTED}, "person_request.task_accepted", TaskState.DONE)


def send_back(ctx: Context, task: RequestTask, reason: str) -> None:
    """What came back is not enough: the vendor is told why."""
    changes = {"state": TaskState.ASKED, "outcome": None, "returned_reason": explained(reason)}
    _settle(ctx, task, changes, "person_request.task_sent_back", TaskState.DONE)
    tell_task(ctx, task, "again")


def cancel_task(ctx: Context, task: RequestTask, reason: str) -> None:
    """Ask no more; what was given stays."""
    changes = {"state": TaskState.CANCELLED, "returned_reason": explained(reason)}
    _settle(ctx, task, changes, "person_request.task_cancelled", TaskState.ASKED, TaskState.DONE)


def _settle(ctx: Context, task: RequestTask, changes: Mapping[str, object], noted: str, *states: TaskState) -> None:
    authorize(ctx, W, task)
    hold_row(ctx.session, task)
    if task.state not in states:
        raise Refused(say("Ceci est « %(state)s » : cela ne s'y fait pas.", state=say(task.state.label)))
    before, after = write(task, changes)
    ctx.session.flush()
    journal.record(ctx, noted, task, before=before, after=after)
    drop_overtaken(ctx, task)
