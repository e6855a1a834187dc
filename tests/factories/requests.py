"""Requests of persons, relayed, entrusted and answered in one line."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from portal.authz.context import Context
from portal.core.files import Blob
from portal.person_requests import services
from portal.person_requests.identity import RequestingPerson
from portal.person_requests.models import PersonRequest, RequestTask
from portal.person_requests.rules.entrusted import TaskKind, TaskOutcome
from portal.person_requests.rules.kinds import RequestKind
from portal.person_requests.services import AnswerSheet, RequestSheet, TaskReturn, TaskSheet
from portal.vendors.models import Vendor
from tests.factories.files import pdf

WHO = "Honorine Vaucresson"
PERSON = RequestingPerson(WHO, "honorine@vaucresson.example", "Effacez-moi de votre fichier, dit Honorine.")
DONE = "Le compte et les commandes de plus de trois ans ont été effacés."
WHY = "Plusieurs systèmes sont à interroger, et trois demandes liées sont arrivées ensemble."


def proof(content: bytes | None = None) -> Blob:
    """A file that proves something, sealed."""
    return services.seal_proof(BytesIO(pdf() if content is None else content), "réponse à Honorine.pdf")


def relayed(
    ctx: Context, vendor: Vendor, kind: RequestKind = RequestKind.ERASURE, *, ago: int = 0, **given: Any
) -> PersonRequest:
    """A request that a vendor received some days ago and relays."""
    received = ctx.today - timedelta(days=ago)
    return services.relay_request(ctx, vendor, RequestSheet(kind, given.get("person", PERSON)), received)


def recorded(
    ctx: Context, vendor: Vendor, kind: RequestKind = RequestKind.ACCESS, *, vendor_on: date | None = None,
    ours_on: date | None = None,
) -> PersonRequest:  # fmt: skip
    """A request that one of ours records."""
    return services.record_request(
        ctx, vendor, RequestSheet(kind, PERSON), vendor_received_on=vendor_on, reached_us_on=ours_on or ctx.today
    )


def entrusted(ctx: Context, request: PersonRequest, vendor: Vendor, **given: Any) -> RequestTask:
    """Something asked of a vendor for a request."""
    sheet = {"kind": TaskKind.ERASE, "ask": "", "due_on": ctx.today + timedelta(days=7), "with_identity": True}
    return services.entrust(ctx, request, vendor, TaskSheet(**{**sheet, **given}))


def given_back(ctx: Context, task: RequestTask, outcome: TaskOutcome = TaskOutcome.DONE) -> RequestTask:
    """What the vendor says it did, proved."""
    services.give_back(ctx, task, TaskReturn(outcome, DONE, ctx.today), proof())
    return task


def answered(ctx: Context, request: PersonRequest, *, told_on: date | None = None) -> PersonRequest:
    """Its answer noted, proved."""
    services.answer_request(ctx, request, AnswerSheet(told_on or ctx.today, DONE), proof())
    return request
