"""Taking a snapshot: what a vendor's answers and proofs are worth today, kept as it was."""

from typing import Any

from portal.audits.models import Audit
from portal.authz.context import Context
from portal.core import process
from portal.core.language import Sentence
from portal.journal import services as journal
from portal.scorecards import queries, rules, scale
from portal.scorecards.models import Scorecard


def snapshot(ctx: Context, audit: Audit, *, reason: str) -> Scorecard:
    """Score an audit as it stands and keep the whole derivation; a new snapshot never changes an older one."""
    read = scale.read(process.settings().questionnaires_dir)
    items = queries.scored_items(ctx, audit, read.scale)
    score = rules.score(items, read.scale, ctx.today)
    inherent = audit.vendor.inherent
    card = Scorecard(
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
        detail=detail_of(score, rules.movers(items, read.scale, ctx.today)),
        scale_sha256=read.sha256,
    )
    ctx.session.add(card)
    ctx.session.flush()
    after = {"basis_points": card.basis_points, "grade": card.grade, "audit": audit.id, "reason": reason}
    journal.record(ctx, "scorecard.taken", card, after=after, vendor_id=audit.vendor_id)
    return card


def detail_of(score: rules.Score, movers: tuple[rules.Mover, ...]) -> dict[str, Any]:
    """The derivation as JSON: exact decimals as text, sentences with their values, to be shown in any language."""
    return {
        "contribution": str(score.contribution),
        "maximum": score.maximum,
        "before_cap": f"{score.before_cap.numerator}/{score.before_cap.denominator}",
        "answered": score.answered,
        "expected": score.expected,
        "terms": [
            {
                "question": term.question_key,
                "section": term.section_key,
                "weight": term.weight,
                "critical": term.critical,
                "mark": None if term.mark is None else str(term.mark),
                "multiplier": str(term.multiplier),
                "freshness": str(term.freshness),
                "contribution": str(term.contribution),
                "maximum": term.maximum,
                "reasons": [_kept(reason) for reason in term.reasons],
            }
            for term in score.terms
        ],
        "caps": [
            {"question": cap.question_key, "limit": str(cap.limit), "reason": _kept(cap.reason)} for cap in score.caps
        ],
        "movers": [
            {
                "question": mover.question_key,
                "change": mover.change.value,
                "basis_points": int(mover.value * 10_000),
                "gain_points": int(mover.gain * 10_000),
                "grade": mover.grade.key,
                "moves_grade": mover.moves_grade,
                "action": _kept(mover.action),
                "effect": _kept(mover.effect),
            }
            for mover in movers
        ],
    }


def _kept(sentence: Sentence) -> dict[str, Any]:
    return {"text": sentence.text, "values": {k: _value(v) for k, v in sentence.values.items()}}


def _value(value: object) -> Any:
    if isinstance(value, Sentence):
        return _kept(value)
    return value if isinstance(value, int | str) else str(value)
