"""Watching pages, keeping what they say, and what a person makes of what moved."""

from collections.abc import Sequence

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission, Role
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.landing import Landing
from portal.core.language import N_, Sentence, say
from portal.core.row_lock import hold_row
from portal.core.stored import keep
from portal.identity.models import User
from portal.identity.queries import holders_of
from portal.jobs.ledger import enqueue
from portal.journal import services as journal
from portal.notices.services import News, note_for_staff, tell_otherwise
from portal.paper.snapshot import freeze_document, freeze_sentence
from portal.paper.uploads import ReceivedFile
from portal.published_terms import queries
from portal.published_terms.frozen_facts import freeze_changes, freeze_facts, thaw_facts
from portal.published_terms.models import PublishedPage, PublishedReading, TermDrift
from portal.published_terms.reading import ReadPage, changes_between, departures_of
from portal.published_terms.rules.addresses import page_address
from portal.published_terms.rules.comparing import TermChange, TermEffect
from portal.published_terms.rules.contract_words import ContractSide
from portal.published_terms.rules.watching import (
    DriftVerdict,
    PageKind,
    PublishedState,
    ReadingMeans,
    says_too_little,
)
from portal.vendors.models import Vendor

P = Permission
LONGEST_TITLE = 200
LONGEST_REASON = 2000
MOST_AT_ONCE = 50
"""Pages sent for in one tick."""
EMPTY = N_("Page vide ou illisible : rien n'y est comparé.")


@dataclass(frozen=True)
class PageSheet:
    """What is said of a page to watch."""

    title: str
    kind: PageKind
    address: str
    is_fetched: bool


def watch_page(ctx: Context, vendor: Vendor, sheet: PageSheet) -> PublishedPage:
    """Begin to watch a page; raises Refused for an address that could never be fetched."""
    authorize(ctx, P.PUBLISHED_WORK, vendor)
    _check(sheet)
    page = PublishedPage(
        vendor_id=vendor.id, vendor=vendor, title=sheet.title, page_kind=sheet.kind, address=sheet.address,
        is_fetched=sheet.is_fetched, failure={}, created_at=ctx.now, created_by_id=ctx.actor.id,
    )  # fmt: skip
    ctx.session.add(page)
    ctx.session.flush()
    after = {"title": page.title, "address": page.address, "is_fetched": page.is_fetched}
    journal.record(ctx, "published.watched", page, after=after)
    return page


def update_page(ctx: Context, page: PublishedPage, sheet: PageSheet) -> None:
    """Correct what is said of a page."""
    authorize(ctx, P.PUBLISHED_WORK, page)
    _check(sheet)
    before, after = journal.changes(
        page,
        {"title": sheet.title, "page_kind": sheet.kind, "address": sheet.address, "is_fetched": sheet.is_fetched},
    )
    ctx.session.flush()
    if after:
        journal.record(ctx, "published.corrected", page, before=before, after=after)


def _check(sheet: PageSheet) -> None:
    if sheet.address:
        page_address(sheet.address)
    elif sheet.is_fetched:
        raise Refused(N_("Donnez l'adresse de la page que ce serveur doit lire."))


def receive_text(ctx: Context, page: PublishedPage, received: ReceivedFile, means: ReadingMeans) -> PublishedReading:
    """Keep a text that a person hands in, sealed already, and have it read; raises Refused when it was refused."""
    authorize(ctx, P.PUBLISHED_WORK, page)
    if received.refusal is not None:
        raise Refused(received.refusal)
    reading = _reading(ctx, page, received, means)
    journal.record(ctx, "published.received", page, after={"means": means, "file": reading.file_name})
    enqueue(ctx, "published.read", {"reading_id": reading.id}, dedup=f"published-read:{reading.id}")
    return reading


def _reading(ctx: Context, page: PublishedPage, received: ReceivedFile, means: ReadingMeans) -> PublishedReading:
    stored = keep(ctx.session, received.blob, at=ctx.now) if received.blob is not None else None
    reading = PublishedReading(
        page_id=page.id, page=page, means=means, state=PublishedState.WAITING, refusal={}, document={}, facts=[],
        departures=[], stored_file_id=stored.id if stored else None, file_name=received.name[:300],
        received_at=ctx.now, last_seen_at=ctx.now, received_by_id=ctx.actor.id,
    )  # fmt: skip
    ctx.session.add(reading)
    ctx.session.flush()
    return reading


def ask_fetch(ctx: Context, page: PublishedPage) -> None:
    """Send for a page now; raises Refused unless somebody allowed it for this page."""
    authorize(ctx, P.PUBLISHED_WORK, page)
    if not page.is_fetched or not page.address:
        raise Refused(N_("Cette page n'est pas lue à son adresse : cochez-le d'abord, ou collez son texte."))
    page.asked_on = ctx.today
    enqueue(ctx, "published.fetch", {"page_id": page.id}, dedup=f"published-fetch:{page.id}:{ctx.now.isoformat()}")
    journal.record(ctx, "published.asked", page, after={"address": page.address})


def fetch_due(ctx: Context) -> int:
    """Send for the pages that may be fetched and were not for a week; how many."""
    due = queries.pages_to_fetch(ctx, ctx.today, MOST_AT_ONCE)
    for page in due:
        page.asked_on = ctx.today
        enqueue(ctx, "published.fetch", {"page_id": page.id}, dedup=f"published-fetch:{page.id}:{ctx.today}")
    return len(due)


def record_failure(ctx: Context, page: PublishedPage, sentence: Sentence, reading: PublishedReading | None) -> None:
    """Note that a try gave nothing: it stays on the page, with its day, until something is read."""
    authorize(ctx, P.PUBLISHED_WORK, page)
    page.failure = freeze_sentence(sentence)
    page.failed_at = ctx.now
    if reading is not None:
        reading.state, reading.refusal = PublishedState.REFUSED, page.failure
    ctx.session.flush()
    journal.record(ctx, "published.failed", page, after={"reason": str(sentence)})


def record_fetch(
    ctx: Context, page: PublishedPage, found: ReadPage, side: ContractSide, sealed: ReceivedFile | None
) -> TermDrift | None:
    """Keep what was fetched; a page that says the same is only seen again. The drift, if there is one."""
    authorize(ctx, P.PUBLISHED_WORK, page)
    last = queries.last_read(ctx, page)
    if last is not None and last.text_digest == found.text_digest:
        last.last_seen_at = ctx.now
        _was_read(ctx, page)
        return None
    name = ReceivedFile(page.address[-300:]) if sealed is None else sealed
    return record_reading(ctx, _reading(ctx, page, name, ReadingMeans.FETCHED), found, side)


def record_reading(ctx: Context, reading: PublishedReading, found: ReadPage, side: ContractSide) -> TermDrift | None:
    """Keep what was read and compare it with the reading before and with the contracts; the drift, if there is one."""
    page = reading.page
    authorize(ctx, P.PUBLISHED_WORK, page)
    last = queries.last_read(ctx, page, before=reading.id)
    if says_too_little(found.document.text, len(found.facts), len(last.facts) if last else None):
        record_failure(ctx, page, Sentence(EMPTY), reading)
        return None
    leaving = departures_of(found.facts, side, on=ctx.today)
    reading.state, reading.refusal = PublishedState.READ, {}
    reading.text_digest = found.text_digest
    reading.document, reading.facts = freeze_document(found.document), freeze_facts(found.facts)
    reading.departures, reading.beside = freeze_changes(leaving, side), side.standing
    _was_read(ctx, page)
    journal.record(ctx, "published.read", page, after={"means": reading.means, "digest": found.text_digest[:16]})
    moved = leaving if last is None else changes_between(thaw_facts(last.facts), found.facts, on=ctx.today)
    return _open_drift(ctx, reading, last, moved, side) if moved else None


def _was_read(ctx: Context, page: PublishedPage) -> None:
    page.failure, page.failed_at, page.read_at = {}, None, ctx.now
    ctx.session.flush()


def _open_drift(
    ctx: Context,
    reading: PublishedReading,
    last: PublishedReading | None,
    moved: Sequence[TermChange],
    side: ContractSide,
) -> TermDrift:
    page = reading.page
    drift = TermDrift(
        vendor_id=page.vendor_id, vendor=page.vendor, page_id=page.id, page=page, reading_id=reading.id,
        previous_id=last.id if last else None, changes=freeze_changes(moved, side), found_at=ctx.now, reason="",
    )  # fmt: skip
    ctx.session.add(drift)
    ctx.session.flush()
    harsher = sum(one.effect is TermEffect.HARSHER for one in moved)
    journal.record(ctx, "published.drifted", drift, after={"changes": len(moved), "harsher": harsher})
    news = News(
        template="published_terms/emails/notice_drift",
        key=_about(drift),
        about=_about(drift),
        values={"vendor": page.vendor.name, "title": page.title, "changes": len(moved), "harsher": harsher},
        landing=Landing("published_terms.show", page_id=page.id),
    )
    people = holders_of(ctx, P.PUBLISHED_WORK, drift)
    owner_id = page.vendor.owner_id
    note_for_staff(ctx, page.vendor_id, news, [one for one in people if one.id == owner_id or one.role is Role.DPO])
    return drift


def _about(drift: TermDrift) -> str:
    return f"drift:{drift.id}"


def examine(ctx: Context, drift: TermDrift, verdict: DriftVerdict, reason: str) -> None:
    """Say what a drift comes to; raises Refused when somebody has, or for a false alarm without a reason."""
    authorize(ctx, P.PUBLISHED_WORK, drift)
    hold_row(ctx.session, drift)
    if drift.verdict is not None:
        by = ctx.session.get(User, drift.examined_by_id) if drift.examined_by_id is not None else None
        raise Refused(say("%(who)s a déjà examiné cet écart.", who=by.name if by else "Vigie"))
    if verdict is DriftVerdict.FALSE_ALARM and not reason.strip():
        raise Refused(N_("Dites pourquoi c'est un faux positif."))
    drift.verdict, drift.reason = verdict, reason.strip()
    drift.examined_at, drift.examined_by_id = ctx.now, ctx.actor.id
    ctx.session.flush()
    journal.record(ctx, "published.examined", drift, after={"drift_verdict": verdict, "reason": drift.reason})
    tell_otherwise(ctx, [_about(drift)])
