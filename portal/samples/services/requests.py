"""Asking a vendor for a sample of its cases: how many, of which period, by when; or asking no longer."""

import secrets
from datetime import date
from decimal import Decimal

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.landing import Landing
from portal.core.language import N_
from portal.core.row_lock import hold_row
from portal.journal import services as journal
from portal.notices.services import News, note_for_staff, note_for_vendor
from portal.samples.models import CaseSample, SampleState
from portal.samples.rules.columns import SampleKind
from portal.samples.rules.sampling import sample_size
from portal.vendors.letters import VendorLetter, write_to_vendor
from portal.vendors.models import Vendor

USUAL = (Decimal("0.95"), Decimal("0.05"))
"""Confidence and margin that are usual."""


@dataclass(frozen=True)
class SampleRequest:
    """What is asked."""

    kind: SampleKind
    period_from: date
    period_to: date
    population: int
    """Cases of the period, as far as is known."""
    confidence: Decimal
    margin: Decimal
    size: int | None
    """None for the size proposed."""
    due_on: date
    note: str = ""


@dataclass(frozen=True)
class SampleRequested:
    """A sample asked for, and how many people of the vendor were written to."""

    sample: CaseSample
    told: int


def size_for(order: SampleRequest) -> int:
    """How many cases give the precision wanted, of so many; raises Refused when that means nothing."""
    try:
        return sample_size(order.population, confidence=order.confidence, margin=order.margin)
    except ValueError as error:
        raise Refused(getattr(error, "sentence", str(error))) from error


def ask(ctx: Context, vendor: Vendor, order: SampleRequest) -> SampleRequested:
    """Ask a vendor for a sample and tell its people; raises Refused when the order means nothing."""
    authorize(ctx, Permission.WITHDRAWAL_AUDIT, vendor)
    proposed = size_for(order)
    size = order.size if order.size is not None else proposed
    if not 1 <= size <= order.population:
        raise Refused(N_("Demandez au moins un dossier, et pas plus qu'il n'y en a."))
    if order.due_on < ctx.today:
        raise Refused(N_("L'échéance est déjà passée : choisissez une date à venir."))
    if order.period_to < order.period_from or order.period_to >= ctx.today:
        raise Refused(N_("La période finit avant de commencer, ou n'est pas finie."))
    sample = CaseSample(
        vendor_id=vendor.id, vendor=vendor, kind=order.kind, asked_at=ctx.now, asked_by_id=ctx.actor.id,
        due_on=order.due_on, note=order.note, period_from=order.period_from, period_to=order.period_to,
        population=order.population, size=size, confidence=str(order.confidence), margin=str(order.margin),
        seed=secrets.token_hex(16), state=SampleState.ASKED, sent_by_name="", closing_reason="",
    )  # fmt: skip
    ctx.session.add(sample)
    ctx.session.flush()
    after = {"kind": order.kind, "size": size, "population": order.population, "due_on": order.due_on}
    journal.record(ctx, "sample.asked", sample, after=after)
    return SampleRequested(sample, tell_asked(ctx, sample))


def cancel(ctx: Context, sample: CaseSample, reason: str) -> None:
    """Ask no longer; what was received stays on file."""
    authorize(ctx, Permission.WITHDRAWAL_AUDIT, sample)
    hold_row(ctx.session, sample)
    if not sample.state.is_with_vendor:
        raise Refused(N_("Seul un échantillon encore chez le prestataire peut être annulé."))
    if not reason:
        raise Refused(N_("Écrivez pourquoi : ce motif reste au dossier."))
    before, after = journal.changes(sample, {"state": SampleState.CANCELLED, "closing_reason": reason})
    ctx.session.flush()
    journal.record(ctx, "sample.cancelled", sample, before=before, after=after)
    news = News(
        template="samples/emails/notice_cancelled",
        key=f"sample:{sample.id}:cancelled",
        about=f"sample:{sample.id}",
        values={"kind": sample.kind.value, "size": sample.size, "due_on": sample.due_on.isoformat()},
        expects_action=False,
    )
    note_for_vendor(ctx, sample.vendor_id, news)


def tell_asked(ctx: Context, sample: CaseSample) -> int:
    """Write to the people in charge at the vendor, with the link to its page; returns how many messages are new.

    A letter of its own, as an audit has when it opens: it asks for work, by a day. All that follows is in a digest.
    """
    letter = VendorLetter(
        template="samples/emails/sample",
        key=f"sample:{sample.id}:asked:1",
        landing=Landing("vendor_space.sample", sample_id=sample.id),
        about=f"sample:{sample.id}",
        values={
            "what": "asked", "kind": sample.kind.value, "size": sample.size, "due_on": sample.due_on.isoformat(),
        },
    )  # fmt: skip
    return write_to_vendor(ctx, sample.vendor_id, letter)


def tell_measured(ctx: Context, sample: CaseSample) -> int:
    """Tell whoever asked for a sample, in their digest, that it is measured; once."""
    person = sample.asked_by
    if person is None or person.disabled_at is not None:
        return 0
    news = News(
        template="samples/emails/notice_measured",
        key=f"sample:{sample.id}:measured:{sample.attempt}",
        about=f"sample:{sample.id}",
        values={"vendor": sample.vendor.name, "cases": sample.total, "flagged": sample.flagged_cases},
    )
    return note_for_staff(ctx, sample.vendor_id, news, [person])
