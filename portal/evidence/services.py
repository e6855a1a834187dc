"""Writes of evidence: a sealed file is recorded as a proof of a vendor, described, then judged by a reviewer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select, true, update

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import process
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.stale import StaleWrite, fingerprint
from portal.core.stored import StoredFile
from portal.evidence.kinds import read_kinds
from portal.evidence.models import Evidence
from portal.evidence.rules import EvidenceVerdict, date_problems
from portal.journal import services as journal
from portal.vendors.models import Vendor

ISSUER_LENGTH = 200
SCOPE_LENGTH = 2000
_AT_ONCE = 1000
"""Rows named in one statement: databases bound the number of parameters."""


@dataclass(frozen=True)
class EvidenceDetails:
    """What a vendor says of a file when it hands it in."""

    kind: str = ""
    issuer: str = ""
    scope: str = ""
    issued_on: date | None = None
    expires_on: date | None = None


def record(ctx: Context, vendor: Vendor, stored: StoredFile, details: EvidenceDetails) -> Evidence:
    """Keep a sealed file as a proof of this vendor; raises Refused on impossible dates or an unknown kind."""
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


def keep_max_ages(ctx: Context, ages: Mapping[int, int], vendor_id: int | None = None) -> int:
    """Write the shortest age accepted of each proof, by its number, and none for those not named; returns the changes.

    Of one vendor, or of all. The caller knows the questions, and has authorised what changes their answers.
    """
    rows = select(Evidence.id, Evidence.max_age_months).where(
        Evidence.vendor_id == vendor_id if vendor_id is not None else true(),
        or_(Evidence.max_age_months.is_not(None), Evidence.sent_at.is_not(None)),
    )
    wrong = [row.id for row in ctx.session.execute(rows) if row.max_age_months != ages.get(row.id)]
    by_age: dict[int | None, list[int]] = {}
    for number in wrong:
        by_age.setdefault(ages.get(number), []).append(number)
    for months, numbers in by_age.items():
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            ctx.session.execute(update(Evidence).where(Evidence.id.in_(some)).values(max_age_months=months))
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
