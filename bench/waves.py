"""A wave over 10,000 vendors: opened, invited by real SMTP to a sink on this machine, shown, no page slowed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import func, select, update

from bench.limits import Limits, raw_insert
from bench.measure import Report, cpu
from bench.pages import LIST_AIM_MS, page
from bench.serving import Server, free_port, served
from bench.world import World, world
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.audits.services import open_audits
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.campaigns import services
from portal.campaigns.models import Campaign, Wave
from portal.core import process
from portal.core.clock import now
from portal.jobs import execution
from portal.jobs.models import Job, JobState, Mail
from portal.questionnaires.models import QuestionnaireVersion
from portal.vendors.models import Vendor

SIZE = 10_000


def opening(report: Report, _limits: Limits, size: int = 1000) -> None:
    """Opening audits, beside the bare bulk insert of the same rows."""
    with world(size, few=size < 1000) as made, made.database.transaction() as session:
        version = session.scalars(select(QuestionnaireVersion)).first()
        ids = list(session.scalars(select(Vendor.id)))
        ctx = Context(session, SYSTEM, now())
        row = {
            "questionnaire_version_id": version.id, "state": AuditState.OPENED, "round": 1, "opened_at": ctx.now,
            "opened_by_id": None, "due_on": ctx.today, "returned_questions": [], "answered": 0, "expected": 0,
        }  # fmt: skip
        raw = raw_insert(session, Audit.__table__, [{**row, "vendor_id": vendor_id} for vendor_id in ids])
        ours = cpu(lambda: open_audits(ctx, ids, version, due_on=ctx.today), times=5) / len(ids)
        session.rollback()
    report.add("opening an audit, its row", ours, "ms", 1.0, f"{ours / raw:.1f} × bare bulk insert ({raw:.4f} ms)")
    report.add("opening an audit, times the insert", ours / raw, "×", 3.0)


def wave(report: Report, limits: Limits, size: int = SIZE) -> None:
    """The whole wave; pages are measured before, in its midst, and after."""
    with world(size, few=size < SIZE) as made, _sink() as (address, received), served(made.environment) as server:
        process.prepare(replace(made.settings, smtp_url=address))
        _page(report, limits, (made, server), "vendor list before the wave", "/sous-traitants")
        wave_id = _launch(made)
        spent, _wall = _run(made, until_opened=True)
        with made.database.reading() as session:
            size = session.get_one(Wave, wave_id).size
        report.add(
            "opening an audit in a wave: row, link, letter, job", spent * 1000 / size, "ms", 1.0,
            f"{size:,} in {spent:.1f} s of CPU",
        )  # fmt: skip
        first, wall = _run(made, limit=size // 2)
        _page(report, limits, (made, server), "vendor list, half of the wave sent", "/sous-traitants")
        _page(report, limits, (made, server), "board, half of the wave sent", f"/campagnes/vagues/{wave_id}")
        second, more = _run(made)
        with made.database.reading() as session:
            sent = session.scalar(select(func.count()).where(Mail.sent_at.is_not(None)))
        report.add(
            f"inviting {size:,} vendors by SMTP, CPU", first + second, "s", None,
            f"{(first + second) * 1000 / size:.1f} ms each; {wall + more:.0f} s wall; "
            f"{sent:,} sent, {len(received):,} received",
        )  # fmt: skip
        _page(report, limits, (made, server), "vendor list after the wave", "/sous-traitants")
        _page(report, limits, (made, server), f"board of a wave of {size:,}", f"/campagnes/vagues/{wave_id}")
        _page(report, limits, (made, server), "page of its campaign", f"/campagnes/{made.campaign_id}")


def _page(report: Report, limits: Limits, portal: tuple[World, Server], what: str, path: str) -> None:
    page(report, limits, portal, (what, Role.DPO, path, LIST_AIM_MS))


@contextmanager
def _sink() -> Iterator[tuple[str, list[int]]]:
    """A mail server that takes everything and keeps only how much came."""
    received: list[int] = []

    class Sink:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
            received.append(len(envelope.content))
            return "250 OK"

    controller = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}", received
    finally:
        controller.stop()


def _launch(made: World) -> int:
    with made.database.transaction() as session:
        session.execute(update(Audit).values(state=AuditState.CANCELLED))
        campaign = session.get_one(Campaign, made.campaign_id)
        return services.launch_now(Context(session, SYSTEM, now()), campaign).id


def _run(made: World, *, limit: int | None = None, until_opened: bool = False) -> tuple[float, float]:
    """Run jobs as the worker does; CPU (that of the sink, on a thread, included) and wall seconds."""

    def opened() -> bool:
        with made.database.reading() as session:
            waiting = select(Job.id).where(
                Job.kind.in_(["campaigns.launch", "campaigns.open_batch"]), Job.state == JobState.READY
            )
            return session.scalar(waiting.limit(1)) is None

    start, cpu_start = time.perf_counter(), time.process_time()
    if until_opened:
        execution.drain(made.database, "bench", until=opened)
    else:
        execution.drain(made.database, "bench", limit=limit)
    return time.process_time() - cpu_start, time.perf_counter() - start
