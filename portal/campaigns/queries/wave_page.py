"""A wave at a glance and its audits, in a number of statements that never depends on the number of rows."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from portal.audits.models import AUDITS, Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.campaigns import rules
from portal.campaigns.models import Wave, WaveAudit, WaveSkip
from portal.campaigns.queries.lookups import WITH_VENDOR
from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.core.pages import PAGE_SIZE, Page, page_of
from portal.core.statements import among, written_once
from portal.jobs.deliveries import Delivery, deliveries
from portal.jobs.models import Job, JobState, Mail, MailState
from portal.vendors.models import Contact, Vendor


@dataclass(frozen=True)
class LetterCounts:
    """Letters of a wave of one kind."""

    label: str
    sent: int
    waiting: int
    failed: int


@dataclass(frozen=True)
class WaveOverview:
    """A wave at a glance."""

    wave: Wave
    counts: Mapping[AuditState, int]
    progress: rules.WaveProgress
    late: int
    unreached: int
    skipped: int
    opened: int
    """Vendors whose audit is open, or that were left alone."""
    letters: Sequence[LetterCounts]
    is_opening: bool
    """Whether audits are still being opened."""


LETTER_NAMES: Mapping[str, str] = {
    "campaigns/emails/invitation": N_("Invitations"),
    "campaigns/emails/reminder": N_("Rappels avant l'échéance"),
    "campaigns/emails/late": N_("Relances après l'échéance"),
    "campaigns/emails/extended": N_("Nouvelles échéances annoncées"),
    "campaigns/emails/escalation": N_("Escalades"),
}


def wave_overview(ctx: Context, wave: Wave) -> WaveOverview:
    """How far a wave has come: three statements, over indexes."""
    row = ctx.session.execute(_counting(ctx.today), {"of_wave": wave.id}).one()._mapping
    counts = {state: row[state.value] for state in AuditState}
    if sum(counts.values()) != row["total"]:
        raise ValueError(f"audits of wave {wave.id} in unknown states")  # to count without them would lose them
    late, unreached = (row[wanted] for wanted in FILTERS)
    skipped = ctx.session.scalar(_SKIPPED, {"of_wave": wave.id}) or 0
    opened = sum(counts.values()) + skipped
    return WaveOverview(
        wave=wave,
        counts=counts,
        progress=rules.wave_progress({state.value: count for state, count in counts.items()}),
        late=late,
        unreached=unreached,
        skipped=skipped,
        opened=opened,
        letters=_letters(ctx, wave),
        is_opening=opened < wave.size or (wave.size == 0 and _is_choosing(ctx, wave)),
    )


@written_once
def _counting(today: date) -> Any:
    """The audits of a wave in each state, and those that its list can be narrowed to.

    Each state as the database keeps it (docs/adr/0107), which opens none of them; those that nobody was written to,
    along the index of who was invited. All are counted by their links too: what has none, or another wave, is refused.
    """
    own = select(func.count()).where(Audit.wave_id == bindparam("of_wave"))
    held = AUDITS.rows.c
    of_wave = held.wave_id == bindparam("of_wave")
    linked = select(func.count()).select_from(WaveAudit).where(WaveAudit.wave_id == bindparam("of_wave"))
    late, unreached = FILTERS
    counts = {
        state.value: AUDITS.count(of_wave, held.state == state, otherwise=own.where(Audit.state == state))
        for state in AuditState
    }
    counts[late] = AUDITS.count(
        of_wave, *_narrowed(today, late, held), otherwise=own.where(*_narrowed(today, late))
    )  # fmt: skip
    counts[unreached] = (
        linked.join(Audit, Audit.id == WaveAudit.audit_id).where(*_narrowed(today, unreached)).scalar_subquery()
    )
    return select(linked.scalar_subquery().label("total"), *(one.label(name) for name, one in counts.items()))


_SKIPPED = select(func.count()).where(WaveSkip.wave_id == bindparam("of_wave"))


def _is_choosing(ctx: Context, wave: Wave) -> bool:
    state = ctx.session.scalar(select(Job.state).where(Job.dedup == f"wave:{wave.id}"))
    return state in {JobState.READY, JobState.RUNNING}


def _letters(ctx: Context, wave: Wave) -> list[LetterCounts]:
    tally: dict[str, list[int]] = {template: [0, 0, 0] for template in LETTER_NAMES}
    for template, state, count in ctx.session.execute(_WRITTEN, {"series": f"wave:{wave.id}"}):
        place = {MailState.SENT: 0, MailState.PROMISED: 1}.get(state, 2)
        tally.setdefault(template, [0, 0, 0])[place] += count
    return [
        LetterCounts(LETTER_NAMES.get(template, template), *numbers)
        for template, numbers in tally.items()
        if any(numbers)
    ]


_WRITTEN = (
    select(Mail.template, Mail.state, func.count().label("number"))
    .where(Mail.series == bindparam("series"))
    .group_by(Mail.template, Mail.state)
)
"""Counted along the index alone, in its order."""


@dataclass(frozen=True)
class WaveAuditRow:
    """A line of a wave's list."""

    audit_id: int
    vendor_id: int
    vendor: str
    state: AuditState
    answered: int
    expected: int
    due_on: date
    invited: int
    reminded_on: list[str]
    escalated_on: date | None


_COLUMNS: tuple[Any, ...] = (
    Audit.id, Vendor.id, Vendor.name, Audit.state, Audit.answered, Audit.expected, Audit.due_on, WaveAudit.invited,
    WaveAudit.reminded_on, WaveAudit.escalated_on,
)  # fmt: skip
FILTERS = ("en-retard", "sans-destinataire")
"""What the list can be narrowed to besides a state."""


def audits(
    ctx: Context,
    wave: Wave,
    *,
    wanted: str = "",
    words: str = "",
    page: int = 1,
    size: int = PAGE_SIZE,
    counted: Mapping[AuditState, int] | None = None,
) -> Page[WaveAuditRow]:
    """A page of a wave's audits by vendor; `wanted` is a state or one of `FILTERS`.

    `counted` (`WaveOverview.counts`) spares counting again when nothing is searched for.
    """
    total: int | None = None
    if counted is not None and not words and wanted not in FILTERS:
        total = counted[AuditState(wanted)] if wanted in counted else sum(counted.values())
    if words:
        ids = _sorted(wave.id, _narrowed(ctx.today, wanted)).where(Vendor.name.icontains(words, autoescape=True))
    else:
        ids = _listing(wave.id, ctx.today, wanted, is_long=wave.size > LARGE_WAVE and total is not None)
    found = page_of(ctx.session, ids, page, size=size, total=total)
    return found.showing([WaveAuditRow(*row) for row in ctx.session.execute(_ROWS, {"ids": found.rows})])


@written_once
def _listing(wave_id: int, today: date, wanted: str, *, is_long: bool) -> Select[int]:
    """The numbers of a wave's audits by vendor: found along the names, or put in order when they are few."""
    where = _narrowed(today, wanted)
    return _by_vendor(wave_id, where) if is_long else _sorted(wave_id, where)


def _sorted(wave_id: int, where: Sequence[ColumnElement[bool]]) -> Select[int]:
    ids = _of_wave(wave_id).join(Vendor, Vendor.id == Audit.vendor_id).where(*where)
    return ids.order_by(Vendor.folded_name, Audit.id)


_ROWS = (
    select(*_COLUMNS)
    .select_from(WaveAudit)
    .join(Audit)
    .join(Vendor)
    .where(WaveAudit.audit_id.in_(bindparam("ids", expanding=True)))
    .order_by(Vendor.folded_name, Audit.id)
)


def audit_ids(ctx: Context, wave: Wave, *, wanted: str = "", words: str = "", most: int = 500) -> list[int]:
    """The audits that a filter of the board holds, all pages together."""
    where = _narrowed(ctx.today, wanted)
    if words:
        where.append(Vendor.name.icontains(words, autoescape=True))
    found = _of_wave(wave.id).join(Vendor, Vendor.id == Audit.vendor_id).where(*where)
    return list(ctx.session.scalars(found.order_by(Audit.id).limit(most + 1)))


def chosen_audits(ctx: Context, wave: Wave, ids: Sequence[int]) -> list[WaveAuditRow]:
    """The lines of some audits of a wave, by vendor."""
    rows = select(*_COLUMNS).select_from(WaveAudit).join(Audit).join(Vendor)
    rows = rows.where(WaveAudit.wave_id == wave.id, WaveAudit.audit_id.in_(ids))
    return [WaveAuditRow(*row) for row in ctx.session.execute(rows.order_by(Vendor.folded_name, Audit.id))]


def last_letters(ctx: Context, wave: Wave, rows: Sequence[WaveAuditRow]) -> dict[int, list[Delivery]]:
    """What became of the last letter of the wave to each person, by audit; one statement."""
    abouts = {f"audit:{row.audit_id}": row.audit_id for row in rows}
    found = deliveries(ctx.session, list(abouts), series=f"wave:{wave.id}")
    return {abouts[about]: list({one.recipient: one for one in written}.values()) for about, written in found.items()}


def people_at(ctx: Context, vendor_ids: Sequence[int]) -> dict[int, list[Contact]]:
    """The contacts of some vendors, those with an open account first."""
    found: dict[int, list[Contact]] = {vendor_id: [] for vendor_id in vendor_ids}
    for contact in ctx.session.scalars(
        select(Contact)
        .options(joinedload(Contact.user))
        .where(Contact.vendor_id.in_(vendor_ids))
        .order_by(Contact.user_id.is_(None), Contact.id)
    ):
        found[contact.vendor_id].append(contact)
    return found


LARGE_WAVE = 500
"""Audits from which a page is found along the names of vendors; a smaller wave is sorted instead."""


def _by_vendor(wave_id: int, where: Sequence[ColumnElement[bool]]) -> Select[int]:
    """A wave's audits by vendor, found along the names until a page is full: a wave opens one audit a vendor."""
    own = (
        select(Audit.id)
        .join(WaveAudit, WaveAudit.audit_id == Audit.id)
        .where(Audit.vendor_id == Vendor.id, WaveAudit.wave_id == wave_id, *where)
        .limit(1)
        .correlate(Vendor)
    )
    return select(own.scalar_subquery()).select_from(Vendor).where(own.exists()).order_by(Vendor.folded_name, Vendor.id)


def _of_wave(wave_id: int) -> Select[int]:
    return (
        select(Audit.id)
        .select_from(WaveAudit)
        .join(Audit, Audit.id == WaveAudit.audit_id)
        .where(WaveAudit.wave_id == wave_id)
    )


def _narrowed(today: date, wanted: str, of: Any = Audit) -> list[ColumnElement[bool]]:
    if wanted == "en-retard":
        return [among(of.state, WITH_VENDOR), of.due_on < today]
    if wanted == "sans-destinataire":
        return [among(Audit.state, WITH_VENDOR), WaveAudit.invited == 0]
    return [Audit.state == AuditState(wanted)] if wanted in set(AuditState) else []
