"""Samples as a vendor goes through them: asked, sent, read, measured by the jobs."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audits.models import Audit, Submission
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.consumer_law.rules.periods import Channel, ContractKind
from portal.core import process
from portal.core.db import Database
from portal.core.stored import StoredFile, keep
from portal.jobs import execution
from portal.jobs.models import Job, JobState
from portal.questionnaires import catalogue
from portal.questionnaires.definition import Question, Questionnaire
from portal.samples import services
from portal.samples.models import CaseSample
from portal.samples.rules.calls import Call
from portal.samples.rules.cases import Decision, StatedBy, WithdrawalCase
from portal.samples.rules.columns import SampleKind
from portal.samples.services import SampleRequest
from portal.vendors.models import Vendor
from tests.conftest import NOW
from tests.factories.world import audit_of, version_of
from tests.samples import generating
from tests.samples.generating import CALL_FIELDS, CASE_FIELDS

LATER = NOW + timedelta(minutes=1)


def order(**changes: Any) -> SampleRequest:
    """Cases of the last quarter, ten of a hundred."""
    values: dict[str, Any] = {
        "kind": SampleKind.CASES, "period_from": date(2026, 8, 1), "period_to": date(2026, 10, 31), "population": 100,
        "confidence": Decimal("0.95"), "margin": Decimal("0.05"), "size": 10, "due_on": date(2026, 12, 15),
    }  # fmt: skip
    return SampleRequest(**{**values, **changes})


def asked(ctx: Context, vendor: Vendor, **changes: Any) -> CaseSample:
    """A sample asked of a vendor."""
    made = services.ask(ctx, vendor, order(**changes)).sample
    ctx.session.commit()
    return made


def rows(count: int, seed: int = 4) -> list[dict[str, Any]]:
    """So many cases, with faults among them."""
    return [*generating.cases(count, seed)]


def csv(given: Iterable[dict[str, Any]] | int = 10, kind: SampleKind = SampleKind.CASES) -> bytes:
    """A file of cases or calls, as a French vendor saves it."""
    make, fields = (generating.cases, CASE_FIELDS) if kind is SampleKind.CASES else (generating.calls, CALL_FIELDS)
    found: Iterator[dict[str, Any]] = make(given, 4) if isinstance(given, int) else iter(given)
    return generating.csv_of(found, fields)


def cases_of(kind: SampleKind, given: Iterable[dict[str, Any]]) -> list[WithdrawalCase | Call]:
    """Cases or calls as the rules know them, the first on line 2; no file in between."""
    if kind is SampleKind.CALLS:
        return [Call(line, **row) for line, row in enumerate(given, 2)]
    kinds = {"kind": ContractKind, "channel": Channel, "stated_by": StatedBy, "decision": Decision}
    return [
        WithdrawalCase(line, **{name: kinds[name](v) if name in kinds else v for name, v in row.items()})
        for line, row in enumerate(given, 2)
    ]


def spoilt(content: bytes, cells: Mapping[tuple[int, str], str]) -> bytes:
    """The file with other texts in some cells, by line and field."""
    lines = content.decode("utf-8-sig").split("\r\n")
    names = [*CASE_FIELDS]
    for (line, field), text in cells.items():
        parts = lines[line - 1].split(";")
        assert len(parts) == len(names), "a cell with a separator: take another line"
        parts[names.index(field)] = text
        lines[line - 1] = ";".join(parts)
    return "\r\n".join(lines).encode("utf-8-sig")


def simple(count: int, seed: int = 4) -> list[dict[str, Any]]:
    """Cases with one delivery at most: no cell of theirs holds the separator."""
    return [*islice((row for row in generating.cases(20 * count, seed) if len(row["deliveries"]) < 2), count)]


def stored(ctx: Context, content: bytes, name: str = "dossiers.csv") -> StoredFile:
    """A file put in the store."""
    return keep(ctx.session, process.store().put(BytesIO(content), filename=name, allowed={"csv", "xlsx"}), at=ctx.now)


def received(ctx: Context, sample: CaseSample, content: bytes) -> CaseSample:
    """A file received and read."""
    services.receive(ctx, sample, stored(ctx, content))
    services.check_now(ctx, sample)
    ctx.session.commit()
    return sample


def run(database: Database, session: Session, kind: str, *, worker: str = "essai") -> int:
    """Run the promised jobs of a kind as the worker does, those they promise included; returns how many."""
    done = 0
    while ids := session.scalars(select(Job.id).where(Job.kind == kind, Job.state == JobState.READY)).all():
        for job_id in ids:
            assert execution.claim(database, worker, at=LATER, job_id=job_id) == job_id
            execution.execute(database, job_id, worker, clock=lambda: LATER)
            done += 1
        session.expire_all()
        failed = session.scalars(select(Job.last_error).where(Job.id.in_(ids), Job.state != JobState.DONE)).all()
        assert not failed, failed
    return done


def measured(database: Database, ctx: Context, sample: CaseSample, content: bytes | None = None) -> CaseSample:
    """A sample received and measured to its last case."""
    received(ctx, sample, content or csv(10))
    run(database, ctx.session, "withdrawals.measure")
    ctx.session.refresh(sample)
    return sample


def pack_sent(session: Session, vendor: Vendor) -> Audit:
    """The pack on customer relations and withdrawal, every choice answered as well as can be, without proofs."""
    audit = audit_of(
        session, vendor, questionnaire_version_id=version_of(session, "relation-client-retractation").id,
        state=AuditState.SUBMITTED, submitted_at=NOW,
    )  # fmt: skip
    answers = {question.key: {"value": _best(question), "comment": ""} for question in _pack().questions}
    session.add(
        Submission(
            audit_id=audit.id, round=1, at=NOW, by_name="Ana", content={"answers": answers, "files": []},
            sha256="0" * 64,
        )
    )  # fmt: skip
    session.commit()
    return audit


def _pack() -> Questionnaire:
    return catalogue.load()["relation-client-retractation"]


def _best(question: Question) -> Any:
    """The answer that is worth most."""
    marked = sorted(question.choices, key=lambda choice: -(choice.mark or 0))
    if question.kind.name == "multiple":
        return [choice.value for choice in question.choices if not choice.exclusive]
    if question.kind.name == "yes_no":
        return "oui"
    return marked[0].value if marked else None
