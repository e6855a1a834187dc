"""Plans of the demonstration, alive: a proof to verify, another date proposed, a retest that failed, acceptances."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.authz.context import Context
from portal.core import process
from portal.core.stored import StoredFile, keep
from portal.evidence import services as evidence
from portal.evidence.services import EvidenceDetails
from portal.findings import services
from portal.findings.models import Finding
from portal.findings.queries import contacts_of
from portal.findings.rules import LIVE, Severity
from portal.seed.plain_pdf import plain_pdf
from portal.vendors.models import Vendor

FEWEST = 4
"""Findings that the plan shown in full needs."""
ActAt = Callable[[datetime], Context]


def run_plans(
    session: Session, now: datetime, ours: ActAt, theirs: Callable[[datetime, Vendor], Context]
) -> None:  # fmt: skip
    """Work the plan of the first vendor that has enough findings; let an acceptance of the next one run out."""
    plans = [found for found in _plans(session) if len(found) >= FEWEST]
    if plans:
        _worked(now, ours, theirs, plans[0])
    for found in plans[1:2]:
        at = now - timedelta(days=20)
        until = (now - timedelta(days=2)).date()
        services.waive_finding(
            ours(at), found[-1], "Le service s'arrête à la fin du mois ; sans effet d'ici là.", until
        )


def _plans(session: Session) -> list[list[Finding]]:
    """The live findings of each vendor, the gravest first."""
    found = session.scalars(
        select(Finding).options(joinedload(Finding.vendor)).where(Finding.state.in_(LIVE)).order_by(Finding.vendor_id)
    ).all()
    of: dict[int, list[Finding]] = {}
    for finding in found:
        of.setdefault(finding.vendor_id, []).append(finding)
    order = list(Severity)
    return [sorted(lines, key=lambda one: (order.index(one.severity), one.id)) for lines in of.values()]


def _worked(
    now: datetime, ours: ActAt, theirs: Callable[[datetime, Vendor], Context], found: Sequence[Finding]
) -> None:  # fmt: skip
    proved, postponed, failed, waived = found[:FEWEST]
    vendor = proved.vendor

    def ago(days: int) -> datetime:
        return now - timedelta(days=days)

    services.assign_finding(ours(ago(12)), proved, contacts_of(ours(ago(12)), vendor.id)[0])
    _reply(theirs(ago(5), vendor), vendor, proved, "Procédure signée, jointe.")
    _reply(theirs(ago(9), vendor), vendor, failed, "C'est en place depuis lundi.")
    services.fail_retest(ours(ago(7)), failed, "La procédure jointe n'est pas signée et ne cite pas ce service.")
    late = theirs(ago(1), vendor)
    day = max(postponed.due_on, late.today) + timedelta(days=7)
    services.propose_date(late, postponed, day, "Notre prestataire ne livre la mise à jour que la semaine suivante.")
    services.waive_finding(
        ours(ago(6)), waived, "Remplacement du service prévu au prochain trimestre.", (now + timedelta(days=60)).date()
    )


def _reply(ctx: Context, vendor: Vendor, finding: Finding, words: str) -> None:
    proof = evidence.record(ctx, vendor, _file(ctx, vendor, finding), EvidenceDetails(issuer=vendor.name))
    evidence.mark_sent(ctx, [proof.id])
    services.reply_to_finding(ctx, finding, words, proof.stored_file)


def _file(ctx: Context, vendor: Vendor, finding: Finding) -> StoredFile:
    pdf = plain_pdf(finding.title, [f"Document fourni par {vendor.name}."])
    blob = process.store().put(BytesIO(pdf), filename=f"correction-{finding.id}.pdf", allowed={"pdf"})
    return keep(ctx.session, blob, at=ctx.now)
