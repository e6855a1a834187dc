"""Cases of the call centre, measured twice: a first sample with faults, a second one better; calls, and one awaited."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from random import Random

from portal.authz.context import Context
from portal.consumer_law import legislation
from portal.consumer_law.rules.periods import ContractFacts, ContractKind, deadline
from portal.core import process
from portal.core.language import Language
from portal.core.spreadsheets import Value, write_csv
from portal.core.stored import keep
from portal.samples import report, services, tasks
from portal.samples.models import CaseSample
from portal.samples.rules.columns import CallField, CaseField, SampleKind
from portal.samples.services import SampleRequest
from portal.vendors.models import Vendor

DAY = timedelta(days=1)
HOURS = (10, 11, 12, 14, 15, 16, 18)
"""Of the calls of the demonstration, all within those of D223-9."""
LISTED = 900
"""References of the vendor's full list."""
FOUND = ("late-refund", "late-acknowledgement")
"""Faults on which the auditor opened a finding."""
At = Callable[[datetime], Context]


def measure(now: datetime, auditor: At, sender: At, vendor: Vendor) -> None:
    """Two samples of withdrawals half a year apart, one of calls, and a last one that is awaited."""
    for age, care, size in ((200, 0.72, 120), (24, 0.93, 150)):
        sample = _ask(auditor(now - age * DAY), vendor, SampleKind.CASES, size)
        _send(sender(now - (age - 9) * DAY), sample, _cases(sample, care))
        _open_findings(auditor(now - (age - 10) * DAY), sample)
    calls = _ask(auditor(now - 24 * DAY), vendor, SampleKind.CALLS, 80)
    _send(sender(now - 12 * DAY), calls, _calls(calls))


def ask_again(ctx: Context, vendor: Vendor) -> CaseSample:
    """A sample that a vendor has not begun."""
    return _ask(ctx, vendor, SampleKind.CASES, 60)


def _ask(ctx: Context, vendor: Vendor, kind: SampleKind, size: int) -> CaseSample:
    until = ctx.today - DAY
    order = SampleRequest(
        kind=kind, period_from=until - 60 * DAY, period_to=until, population=LISTED, confidence=services.USUAL[0],
        margin=services.USUAL[1], size=size, due_on=ctx.today + 21 * DAY,
    )  # fmt: skip
    return services.ask(ctx, vendor, order).sample


def _send(ctx: Context, sample: CaseSample, rows: Iterator[dict[str, Value]]) -> None:
    """Draw from the full list, send the cases drawn, and measure them as a worker would."""
    services.draw(ctx, sample, [f"CAL-{number:05}" for number in range(LISTED)])
    fields = CaseField if sample.kind is SampleKind.CASES else CallField
    names = [field.value for field in fields]
    header = [field.label for field in fields]
    content = write_csv(header, [[row.get(name, "") for name in names] for row in rows], Language.FR)
    blob = process.store().put(BytesIO(content), filename="dossiers.csv", allowed={"csv"})
    services.receive(ctx, sample, keep(ctx.session, blob, at=ctx.now))
    services.check_now(ctx, sample)
    record = tasks.measure(ctx, sample_id=sample.id, attempt=sample.attempt, start=0, job_id=0)
    if record is None:
        raise RuntimeError(f"the sample of the demonstration has {sample.problem_count} problems")
    record(ctx)


def _open_findings(ctx: Context, sample: CaseSample) -> None:
    for line in report.report_of(sample).faults:
        if line.flag in FOUND and line.low > 0:
            services.open_finding_from_sample(ctx, sample, line.flag, services.proposed_action(ctx, sample, line))


def _cases(sample: CaseSample, care: float) -> Iterator[dict[str, Value]]:
    """Cases handled with more or less care: the share of what is done in time."""
    chance = Random(sample.size)  # noqa: S311 - a demonstration, not a secret
    for reference in sample.drawn:
        kind = chance.choice((ContractKind.GOODS, ContractKind.GOODS, ContractKind.GOODS, ContractKind.SERVICE))
        start = sample.period_from + chance.randrange(30) * DAY
        facts = ContractFacts(kind, start, (start,) if kind.from_receipt else ())
        found = deadline(facts, legislation.periods())
        stated = start + chance.randrange(1, 14) * DAY
        informed = chance.random() < care + 0.05
        yield {
            "reference": reference, "kind": kind.value, "channel": "distance", "online": "oui", "country": "FR",
            "concluded": start, "deliveries": start if kind.from_receipt else "", "informed": _yes(informed),
            "stated": stated, "stated_by": chance.choice(("function", "email", "phone", "email")), "logged": stated,
            "forwarded": stated + (1 if chance.random() < care else 3) * DAY,
            "acknowledged": stated + (1 if chance.random() < care else 4) * DAY,
            "acknowledged_content": _yes(chance.random() < care), "start_claimed": start,
            "deadline_claimed": found.last_day if chance.random() < care + 0.04 else start + 13 * DAY,
            "function_offered": _yes(chance.random() < care + 0.05), **_outcome(chance, kind, stated, care),
        }  # fmt: skip


def _outcome(chance: Random, kind: ContractKind, stated: date, care: float) -> dict[str, Value]:
    paid = f"{chance.randrange(1500, 45000) / 100:.2f}".replace(".", ",")
    if chance.random() < 0.08:
        motive = chance.choice(("late", "5")) if chance.random() > care else "3"
        return {"decision": "refused", "refusal": motive, "amount": paid}
    back = stated + chance.randrange(3, 12) * DAY if kind.from_receipt else ""
    after = chance.randrange(4, 14) if chance.random() < care else chance.choice((17, 22, 27, 28))
    return {
        "decision": "accepted", "amount": paid, "refunded": paid if chance.random() < care + 0.06 else "10,00",
        "refunded_on": stated + after * DAY, "recovered": back,
    }  # fmt: skip


def _calls(sample: CaseSample) -> Iterator[dict[str, Value]]:
    chance = Random(sample.size)  # noqa: S311 - a demonstration, not a secret
    place = legislation.metropolitan_france()
    for number, reference in enumerate(sample.drawn):
        day = place.next_working(sample.period_from + chance.randrange(50) * DAY)
        called = datetime.combine(day, time(HOURS[number % len(HOURS)], 20))
        consented = called - chance.randrange(2, 90) * DAY if chance.random() < 0.95 else ""
        withdrawn = called + DAY * chance.randrange(1, 5) if number % 4 == 0 else None
        yield {
            "reference": reference, "called": called, "consented": consented, "in_contract": "non",
            "renovation": "non", "training": "non", "recent_calls": chance.choice((1, 1, 2, 3)),
            "consent_wording": "TXT-2" if chance.random() < 0.9 else "", "consent_by": "SITE-1",
            "withdrawn": withdrawn or "", "outcome": chance.choice(("refus", "vente", "rappel")),
            "suppressed": withdrawn + timedelta(hours=chance.choice((1, 3, 9, 60))) if withdrawn else "",
        }  # fmt: skip


def _yes(value: bool) -> str:
    return "oui" if value else "non"
