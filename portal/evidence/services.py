"""Writes of evidence: a sealed file is recorded as a proof of a vendor, described, then judged by a reviewer."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Result, Row, or_, select, true, update
from sqlalchemy.orm import contains_eager

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound, Refused
from portal.core.files import Blob
from portal.core.language import N_
from portal.core.row_lock import hold_row
from portal.core.stale import StaleWrite, fingerprint
from portal.core.stored import StoredFile
from portal.evidence.kinds import read_kinds
from portal.evidence.leaving import note_left
from portal.evidence.models import Evidence
from portal.evidence.queries import FACTS, last_day
from portal.evidence.rules import EvidenceVerdict, date_problems
from portal.evidence.versions import PieceVersion, why_no_version
from portal.journal import services as journal
from portal.notices.services import tell_otherwise
from portal.vendors import queries as vendors
from portal.vendors.file_share import keep_given
from portal.vendors.models import Vendor

ISSUER_LENGTH = 200
SCOPE_LENGTH = 2000
STANDARD_LENGTH = 120


@dataclass(frozen=True)
class EvidenceDetails:
    """What a vendor says of a file when it hands it in."""

    kind: str = ""
    issuer: str = ""
    scope: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    sites: str = ""
    period_from: date | None = None
    period_to: date | None = None


def give(ctx: Context, vendor: Vendor, blob: Blob, reading: dict[str, Any] | None) -> Evidence:
    """Keep a sealed file as a piece of this vendor, once: the same content again is the piece it gave before.

    Raises ShareFull, or Refused for one that a reviewer set aside, which handing in again would bring back as if nobody
    had read it.
    """
    authorize(ctx, Permission.EVIDENCE_GIVE, vendor)
    # Two uploads of one file at once make one piece: the second waits for the first.
    ctx.session.execute(select(Vendor.id).where(Vendor.id == vendor.id).with_for_update())
    known = ctx.session.scalar(
        select(Evidence)
        .join(StoredFile, StoredFile.id == Evidence.stored_file_id)
        .options(contains_eager(Evidence.stored_file))
        .where(Evidence.vendor_id == vendor.id, StoredFile.sha256 == blob.sha256)
        .order_by(Evidence.id.desc())
        .limit(1)
    )
    if known is None:
        return record(ctx, vendor, keep_given(ctx, blob), EvidenceDetails(), reading)
    if known.verdict is EvidenceVerdict.REJECTED:
        raise Refused(
            N_("« %(name)s » a été écarté à la lecture : il ne peut pas servir de nouveau, donnez un autre document."),
            name=blob.filename,
        )
    if known.replaced_by_id is not None:
        raise Refused(
            N_("« %(name)s » a une nouvelle version parmi vos justificatifs : joignez-la."), name=blob.filename
        )
    # The store has just compared what it holds with what came, and put it right if it had to.
    known.is_damaged, known.checked_at = False, ctx.now
    return known


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
        sites=details.sites,
        standard=_standard_in(reading),
        issued_on=details.issued_on,
        period_from=details.period_from,
        period_to=details.period_to,
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
    """Complete what is said of a proof; raises Refused on impossible dates, or once it was sent to us or judged."""
    authorize(ctx, Permission.EVIDENCE_GIVE, evidence)
    _must_be_possible(ctx, details)
    hold_row(ctx.session, evidence)  # it may be sent, or judged, at this moment
    if evidence.verdict is not EvidenceVerdict.UNREVIEWED or evidence.sent_at is not None:
        raise Refused(
            N_(
                "Ce document nous a été envoyé : ce qui en est dit ne change plus. S'il a changé, donnez sa nouvelle "
                "version."
            )
        )
    before, after = journal.changes(
        evidence,
        {
            "kind": details.kind or evidence.kind,
            "issuer": details.issuer,
            "scope": details.scope,
            "sites": details.sites,
            "issued_on": details.issued_on,
            "period_from": details.period_from,
            "period_to": details.period_to,
            "expires_on": details.expires_on,
        },
    )
    if after:
        evidence.good_until = _kept_day(evidence)
        ctx.session.flush()
        journal.record(ctx, "evidence.described", evidence, before=before, after=after)


def put_in_place_of(ctx: Context, newer: Evidence, older: Evidence) -> None:
    """Make a piece the newest version of another and of those before it, and send it to us when that one was.

    The caller renews the answers that rest on it. Raises Refused, saying why, when it is not a version of it:
    another kind, another holder, no longer good, or good for a shorter time (`versions.why_no_version`).
    """
    for one in (older, newer):
        authorize(ctx, Permission.EVIDENCE_GIVE, one)
    if older.vendor_id != newer.vendor_id or older.id == newer.id:
        raise NotFound()
    # Read again under a lock: of two replacements at once the second sees the first, and is refused.
    ctx.session.refresh(older, ["replaced_by_id"], with_for_update=True)
    if older.replaced_by_id is not None:
        raise Refused(N_("Ce document a déjà une nouvelle version : remplacez celle-ci."))
    if newer.replaced_by_id is not None:
        raise Refused(N_("Ce document est une ancienne version : il n'en remplace aucune."))
    names, _services = vendors.names_and_services(ctx, older.vendor_id)
    refusal = why_no_version(_version(older), _version(newer), names, ctx.today)
    if refusal is not None:
        raise Refused(refusal)
    newer.kind = newer.kind or older.kind
    if older.sent_at is not None and newer.sent_at is None:
        newer.sent_at = ctx.now
    ctx.session.flush()
    ctx.session.execute(
        update(Evidence)
        .where(or_(Evidence.id == older.id, Evidence.replaced_by_id == older.id))
        .values(replaced_by_id=newer.id)
    )
    ctx.session.expire(older, ["replaced_by_id", "replaced_by"])
    note_left(ctx, older)
    newer.left_at = None
    journal.record(ctx, "evidence.replaced", newer, before={"evidence": older.id}, after={"evidence": newer.id})


def _version(proof: Evidence) -> PieceVersion:
    reading = proof.reading or {}
    return PieceVersion(
        kind=proof.kind,
        read_kind=reading["kind"]["value"] if reading else "",
        holder=reading["holder"]["value"] if reading.get("holder") else "",
        until=last_day(proof),
    )


def withdraw(ctx: Context, evidence: Evidence) -> None:
    """Take away a piece that was never sent; the caller has seen that no answer rests on it.

    Raises Refused for one that was sent, or that is a version of one that was: a sent audit rests on it for good.
    """
    authorize(ctx, Permission.EVIDENCE_GIVE, evidence)
    hold_row(ctx.session, evidence)
    older = select(Evidence.id).where(Evidence.replaced_by_id == evidence.id).limit(1)
    if evidence.sent_at is not None or evidence.replaced_by_id is not None or ctx.session.scalar(older) is not None:
        raise Refused(N_("Ce document nous a été envoyé : il reste au dossier, tel quel."))
    journal.record(ctx, "evidence.withdrawn", evidence, before={"name": evidence.stored_file.filename})
    ctx.session.delete(evidence)
    ctx.session.flush()


def judge(
    ctx: Context, evidence: Evidence, verdict: EvidenceVerdict, note: str, *, seen: str | None = None
) -> bool:  # fmt: skip
    """Say whether a proof proves: the issuer, the dates and above all the scope were looked at; False if unchanged.

    `seen` is the `evidence_fingerprint` the reviewer had before them. Raises StaleWrite when another was faster, and
    Refused when a rejection gives no reason.
    """
    authorize(ctx, Permission.EVIDENCE_JUDGE, evidence)
    hold_row(ctx.session, evidence)
    if verdict is EvidenceVerdict.REJECTED and not note:
        raise Refused(N_("Dites pourquoi ce fichier est écarté : ce motif reste au dossier."))
    if (evidence.verdict, evidence.verdict_note) == (verdict, note):
        return False
    if seen is not None and seen != evidence_fingerprint(evidence):
        told = N_("Un autre relecteur a examiné ce fichier entre-temps : relisez son avis avant de le changer.")
        raise StaleWrite(told, evidence)
    before, after = journal.changes(evidence, {"verdict": verdict, "verdict_note": note})
    evidence.verified_by_id, evidence.verified_at = ctx.actor.id, ctx.now
    evidence.good_until = _kept_day(evidence)
    journal.record(ctx, "evidence.judged", evidence, before=before, after=after)
    # No digest asks to check what was judged.
    tell_otherwise(ctx, [f"evidence:{evidence.id}"], only=["evidence/emails/replaced"])
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
    found: Result[Any] = ctx.session.execute(
        select(
            Evidence.id, *FACTS, Evidence.max_age_months, Evidence.in_use, Evidence.good_until, Evidence.replaced_by_id
        ).where(
            Evidence.vendor_id == vendor_id if vendor_id is not None else true(),
            or_(Evidence.in_use, Evidence.max_age_months.is_not(None), Evidence.sent_at.is_not(None)),
        )
    )  # fmt: skip
    rows = found.all()
    ages = _asked_of_current(ages, {row.id: row.replaced_by_id for row in rows})
    wrong = []
    for row in rows:
        in_use, months = row.id in ages, ages.get(row.id)
        end = _day_to_renew(row, months) if in_use else None
        if (row.max_age_months, row.in_use, row.good_until) != (months, in_use, end):
            wrong.append({"id": row.id, "max_age_months": months, "in_use": in_use, "good_until": end})
    if wrong:
        ctx.session.execute(update(Evidence), wrong)
        for proof in [held for held in ctx.session if isinstance(held, Evidence)]:
            ctx.session.expire(proof, ["max_age_months", "in_use", "good_until"])
    return len(wrong)


def _kept_day(evidence: Evidence) -> date | None:
    return _day_to_renew(evidence, evidence.max_age_months) if evidence.in_use else None


def _day_to_renew(proof: Evidence | Row[Any], months: int | None) -> date | None:
    """The last day of a proof in use; none for one that was rejected: it proves nothing, no day of it is to be kept."""
    return None if proof.verdict is EvidenceVerdict.REJECTED else last_day(proof, months)


def _asked_of_current(
    ages: Mapping[int, int | None], replaced: Mapping[int, int | None]
) -> dict[int, int | None]:  # fmt: skip
    """What is asked of the versions that count today: what is asked of an older one is asked of the newest."""
    found: dict[int, int | None] = {}
    for number, months in ages.items():
        current = replaced.get(number) or number
        known = [age for age in (months, found.get(current)) if age is not None]
        found[current] = min(known, default=None)
    return found


def evidence_fingerprint(evidence: Evidence) -> str:
    """Fingerprint of what was said of a proof."""
    return fingerprint(evidence.verdict.value, evidence.verdict_note)


def _standard_in(reading: Mapping[str, Any] | None) -> str:
    found = (reading or {}).get("standard")
    return str(found["value"])[:STANDARD_LENGTH] if found else ""


def _must_be_possible(ctx: Context, details: EvidenceDetails) -> None:
    for problem in date_problems(details.issued_on, details.expires_on, ctx.today):
        raise Refused(problem)
    if details.period_from and details.period_to and details.period_to < details.period_from:
        raise Refused(N_("La période couverte finit avant d'avoir commencé."))
    if details.kind and details.kind not in read_kinds(process.settings().questionnaires_dir):
        raise Refused(N_("Cette nature de preuve n'existe pas."))
    if len(details.issuer) > ISSUER_LENGTH:
        raise Refused(N_("Le nom de l'émetteur dépasse %(limit)s caractères."), limit=ISSUER_LENGTH)
    if len(details.sites) > SCOPE_LENGTH:
        raise Refused(N_("Les sites dépassent %(limit)s caractères."), limit=SCOPE_LENGTH)
    if len(details.scope) > SCOPE_LENGTH:
        raise Refused(N_("Le périmètre dépasse %(limit)s caractères."), limit=SCOPE_LENGTH)
