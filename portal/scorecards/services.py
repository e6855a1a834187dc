"""Taking a snapshot: what a vendor's answers and proofs are worth today, kept unchanged."""

from collections.abc import Iterable
from datetime import date

from portal.audits.models import Audit
from portal.audits.submitted_audit import submitted_audit_of
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import process
from portal.core.clock import LEGAL_ZONE, legal_date
from portal.core.errors import Refused
from portal.core.language import N_
from portal.jobs.ledger import JobOrder, enqueue, enqueue_many
from portal.journal import services as journal
from portal.scorecards import queries, rules, scale_file, snapshot
from portal.scorecards.models import Scorecard
from portal.vendors.models import Vendor
from portal.vendors.services import VendorLevel, keep_level

EARLY = 5
"""Hour in Paris from which proofs that have run out are looked for."""


def take_snapshot(ctx: Context, audit: Audit, *, reason: str) -> Scorecard:
    """Score an audit as last sent and keep the whole derivation; a new snapshot never changes an older one.

    Raises Refused while the vendor has sent nothing.
    """
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    return _keep(ctx, _new_card(ctx, audit, reason))


def take_snapshot_if_current(ctx: Context, audit: Audit, *, reason: str) -> Scorecard | None:
    """A snapshot, unless a later audit counts for the vendor by now: a late job must not bring an old level back."""
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    current = {found.id for found in queries.current_audits(ctx, audit.vendor_id)}
    return take_snapshot(ctx, audit, reason=reason) if audit.id in current else None


def take_snapshot_if_changed(ctx: Context, audit: Audit, *, reason: str) -> Scorecard | None:
    """A snapshot, unless the newest one of this audit says the very same; None then."""
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    card, last = _new_card(ctx, audit, reason), queries.last_card_of(ctx, audit)
    return None if last is not None and _comparable(last) == _comparable(card) else _keep(ctx, card)


def measure_again(ctx: Context, vendor: Vendor) -> list[Scorecard]:
    """Take today's snapshot of each audit that counts for a vendor, because a reviewer asks for it."""
    authorize(ctx, Permission.AUDIT_REVIEW, vendor)
    audits = queries.current_audits(ctx, vendor.id)
    if not audits:
        raise Refused(N_("Ce sous-traitant n'a encore envoyé aucune réponse : il n'y a rien à mesurer."))
    return [take_snapshot(ctx, audit, reason="asked") for audit in audits]


def retake_snapshots(
    ctx: Context, vendor_id: int, *, reason: str, only: Iterable[int] | None = None
) -> list[Scorecard]:
    """Take the snapshots that something has changed, of the audits that count for a vendor today (or some of them)."""
    wanted = None if only is None else frozenset(only)
    audits = [audit for audit in queries.current_audits(ctx, vendor_id) if wanted is None or audit.id in wanted]
    cards = [take_snapshot_if_changed(ctx, audit, reason=reason) for audit in audits]
    return [card for card in cards if card is not None]


def _new_card(ctx: Context, audit: Audit, reason: str) -> Scorecard:
    read = scale_file.read_scale(process.settings().questionnaires_dir)
    submitted = submitted_audit_of(ctx, audit)
    if submitted.sent is None:
        raise Refused(N_("Ce sous-traitant n'a encore envoyé aucune réponse : il n'y a rien à mesurer."))
    items = queries.scored_questions(ctx, submitted, read.scale)
    score = rules.score(items, read.scale, ctx.today)
    inherent = audit.vendor.inherent
    return Scorecard(
        vendor_id=audit.vendor_id,
        audit_id=audit.id,
        taken_at=ctx.now,
        reason=reason,
        basis_points=score.basis_points,
        coverage_points=score.coverage_points,
        grade=score.grade.key if score.grade else "",
        inherent=inherent,
        tier=audit.vendor.tier,
        residual_points=rules.residual(inherent, score.basis_points) if inherent else None,
        detail=snapshot.freeze_detail(score, rules.best_improvements(items, read.scale, ctx.today), read.scale),
        scale_sha256=read.sha256,
    )


def _comparable(card: Scorecard) -> tuple[object, ...]:
    return card.detail, card.inherent, card.tier, card.scale_sha256


def _keep(ctx: Context, card: Scorecard) -> Scorecard:
    ctx.session.add(card)
    ctx.session.flush()
    settle_level(ctx, card.vendor_id)
    after = {"basis_points": card.basis_points, "grade": card.grade, "audit": card.audit_id, "reason": card.reason}
    journal.record(ctx, "scorecard.taken", card, after=after, vendor_id=card.vendor_id)
    return card


def settle_level(ctx: Context, vendor_id: int) -> None:
    """Note on a vendor the snapshot that it is known by; none once no audit of it counts any longer."""

    def found() -> VendorLevel | None:
        card = queries.level_card(ctx, vendor_id)
        if card is None:
            return None
        return VendorLevel(card.id, card.grade, card.basis_points, card.residual_points)

    keep_level(ctx, vendor_id, found)


def measure_without(ctx: Context, audit: Audit) -> None:
    """Measure again a vendor of which an audit was withdrawn: what that one showed counts no longer."""
    retake_snapshots(ctx, audit.vendor_id, reason="withdrawn")
    settle_level(ctx, audit.vendor_id)


def queue_expiry_check(ctx: Context) -> int:
    """Once a day, from early morning in Paris, promise a look at the proofs that have run out."""
    if ctx.now.astimezone(LEGAL_ZONE).hour < EARLY:
        return 0
    made = enqueue(ctx, "scorecards.look_for_expired", {}, dedup=f"scorecards.look_for_expired:{ctx.today}")
    return 0 if made is None else 1


def queue_expired_snapshots(ctx: Context) -> int:
    """Promise a snapshot of each accepted audit in which a proof has run out; once per audit and day of expiry."""
    orders = [
        JobOrder(
            "scorecards.on_expiry",
            {"audit_id": found.audit_id, "until": found.until.isoformat()},
            f"scorecards.on_expiry:{found.audit_id}:{found.until}",
        )
        for found in sorted(queries.expired_proofs(ctx), key=lambda found: (found.audit_id, found.until))
    ]
    return len(enqueue_many(ctx, orders)) if orders else 0


def counts_expiry_of(ctx: Context, audit: Audit, day: date) -> bool:
    """Whether the newest snapshot of an audit was taken after this day, and so counts what ended on it."""
    last = queries.last_card_of(ctx, audit)
    return last is not None and legal_date(last.taken_at) > day
