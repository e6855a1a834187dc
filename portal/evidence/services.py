"""Writes of evidence: a sealed file is recorded as a proof of a vendor, described, then judged by a reviewer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Result, or_, select, true, update

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import process
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.stale import StaleWrite, fingerprint
from portal.core.stored import StoredFile
from portal.evidence.kinds import read_kinds
from portal.evidence.models import Evidence
from portal.evidence.queries import facts_of
from portal.evidence.rules import EvidenceVerdict, date_problems, good_until
from portal.journal import services as journal
from portal.vendors.models import Vendor

ISSUER_LENGTH = 200
SCOPE_LENGTH = 2000


@dataclass(frozen=True)
class EvidenceDetails:
    """What a vendor says of a file when it hands it in."""

    kind: str = ""
    issuer: str = ""
    scope: str = ""
    issued_on: date | None = None
    expires_on: date | None = None


def record(
    ctx: Context,
    vendor: Vendor,
    stored: StoredFile,
    details: EvidenceDetails,
    reading: dict[str, Any] | None = None,
) -> Evidence:
    """Keep a sealed file as a proof of this vendor, with what was read of it.

    Raises Refused on impossible dates or an unknown kind.
    """
    authorize(ctx, Permission.EVIDENCE_GIVE, vendor)
    _must_be_possible(ctx, details)
    evidence = Evidence(
        vendor_id=vendor.id,
        stored_file=stored,
        kind=details.kind,
        issuer=details.issuer,
        scope=details.scope,
        issued_on=details.issued_on,
        expires_on=details.expires_on,
        reading=reading,
        uploaded_by_id=ctx.actor.id,
        uploaded_at=ctx.now,
    )
    ctx.session.add(evidence)
    ctx.session.flush()
    after = {"name": stored.filename, "sha256": stored.sha256, "size": stored.size, "expires_on": details.expires_on}
    journal.record(ctx, "evidence.recorded", evidence, after=after, vendor_id=vendor.id)
    return evidence


def describe(ctx: Context, evidence: Evidence, details: EvidenceDetails) -> None:
    """Complete what is said of a proof; raises Refused on impossible dates, or once a reviewer has judged it."""
    authorize(ctx, Permission.EVIDENCE_GIVE, evidence)
    _must_be_possible(ctx, details)
    if evidence.verdict is not EvidenceVerdict.UNREVIEWED:
        raise Refused(N_("Ce fichier a déjà été examiné : joignez-le de nouveau pour en changer les dates."))
    before, after = journal.changes(
        evidence,
        {
            "kind": details.kind or evidence.kind,
            "issuer": details.issuer,
            "scope": details.scope,
            "issued_on": details.issued_on,
            "expires_on": details.expires_on,
        },
    )
    if after:
        evidence.good_until = good_until(facts_of(evidence, evidence.max_age_months)) if evidence.in_use else None
        ctx.session.flush()
        journal.record(ctx, "evidence.described", evidence, before=before, after=after)


def judge(
    ctx: Context, evidence: Evidence, verdict: EvidenceVerdict, note: str, *, seen: str | None = None
) -> bool:  # fmt: skip
    """Say whether a proof proves: the issuer, the dates and above all the scope were looked at; False if unchanged.

    `seen` is the `evidence_fingerprint` the reviewer had before them. Raises StaleWrite when another was faster, and
    Refused when a rejection gives no reason.
    """
    authorize(ctx, Permission.EVIDENCE_JUDGE, evidence)
    ctx.session.refresh(evidence, ["verdict", "verdict_note"], with_for_update=True)
    if verdict is EvidenceVerdict.REJECTED and not note:
        raise Refused(N_("Dites pourquoi ce fichier est écarté : ce motif reste au dossier."))
    if (evidence.verdict, evidence.verdict_note) == (verdict, note):
        return False
    if seen is not None and seen != evidence_fingerprint(evidence):
        told = N_("Un autre relecteur a examiné ce fichier entre-temps : relisez son avis avant de le changer.")
        raise StaleWrite(told, evidence)
    before, after = journal.changes(evidence, {"verdict": verdict, "verdict_note": note})
    evidence.verified_by_id, evidence.verified_at = ctx.actor.id, ctx.now
    journal.record(ctx, "evidence.judged", evidence, before=before, after=after)
    return True


def mark_sent(ctx: Context, evidence_ids: Iterable[int]) -> None:
    """Note that proofs were sent to us, with answers or beside a finding; the caller has authorised the sending."""
    ctx.session.execute(
        update(Evidence)
        .where(Evidence.id.in_(sorted(evidence_ids)), Evidence.sent_at.is_(None))
        .values(sent_at=ctx.now)
    )


def keep_demands(ctx: Context, ages: Mapping[int, int | None], vendor_id: int | None = None) -> int:
    """Write what is asked today of each proof, of one vendor or of all; returns how many were otherwise.

    `ages` names the proofs that an audit speaking for its vendor rests on, each with the shortest age accepted of it;
    those not named are no longer in use. The day each is good until is computed again. The caller knows the questions,
    and has authorised what changes their answers.
    """
    ctx.session.flush()
    rows: Result[Any] = ctx.session.execute(
        select(
            Evidence.id, Evidence.kind, Evidence.issued_on, Evidence.expires_on, Evidence.verdict,
            Evidence.max_age_months, Evidence.in_use, Evidence.good_until,
        ).where(
            Evidence.vendor_id == vendor_id if vendor_id is not None else true(),
            or_(Evidence.in_use, Evidence.max_age_months.is_not(None), Evidence.sent_at.is_not(None)),
        )
    )  # fmt: skip
    wrong = []
    for row in rows:
        in_use, months = row.id in ages, ages.get(row.id)
        end = good_until(facts_of(row, months)) if in_use else None
        if (row.max_age_months, row.in_use, row.good_until) != (months, in_use, end):
            wrong.append({"id": row.id, "max_age_months": months, "in_use": in_use, "good_until": end})
    if wrong:
        ctx.session.execute(update(Evidence), wrong)
        for proof in [held for held in ctx.session if isinstance(held, Evidence)]:
            ctx.session.expire(proof, ["max_age_months", "in_use", "good_until"])
    return len(wrong)


def evidence_fingerprint(evidence: Evidence) -> str:
    """Fingerprint of what was said of a proof."""
    return fingerprint(evidence.verdict.value, evidence.verdict_note)


def _must_be_possible(ctx: Context, details: EvidenceDetails) -> None:
    for problem in date_problems(details.issued_on, details.expires_on, ctx.today):
        raise Refused(problem)
    if details.kind and details.kind not in read_kinds(process.settings().questionnaires_dir):
        raise Refused(N_("Cette nature de preuve n'existe pas."))
    if len(details.issuer) > ISSUER_LENGTH:
        raise Refused(N_("Le nom de l'émetteur dépasse %(limit)s caractères."), limit=ISSUER_LENGTH)
    if len(details.scope) > SCOPE_LENGTH:
        raise Refused(N_("Le périmètre dépasse %(limit)s caractères."), limit=SCOPE_LENGTH)
