"""Who is told of a proof: its vendor first, then a second contact there, then our owner; our readers, once it is over.

Everything waits for the one digest of the morning; nothing here is a mail of its own.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from portal.authz.context import Context
from portal.authz.policy import Permission, Role
from portal.core.landing import Landing
from portal.evidence.models import Evidence
from portal.evidence.rules import EvidenceVerdict
from portal.identity.queries import holders_of_each
from portal.notices.rules import due_window, step_reached
from portal.notices.services import AddressedNews, News, note_for_vendors, note_many
from portal.vendors.models import Vendor
from portal.vendors.queries import correspondents, people_in_charge
from portal.vendors.rules.status import LIVE

STEPS = (-60, -30, -7, 1)
"""Days from the last day a proof is good for at which its vendor is told."""
SECOND_FROM = -30
"""From this step on, a second contact of the vendor is told too; where there is none, our owner."""
OWNER_FROM = -7
"""From this step on, our owner of the vendor is told too."""


def note_expiring_proofs(ctx: Context, day: date) -> int:
    """Note, for the digests of a morning, the proofs that audits rest on and that expire soon or have just expired."""
    first, last = due_window(day, STEPS)
    proofs = ctx.session.scalars(
        select(Evidence)
        .join(Vendor, Vendor.id == Evidence.vendor_id)
        .options(contains_eager(Evidence.vendor), joinedload(Evidence.stored_file))
        .where(
            Evidence.good_until.between(first, last),
            Evidence.in_use.is_(True),
            Evidence.verdict != EvidenceVerdict.REJECTED,
            Vendor.status.in_(LIVE),
        )
        .order_by(Evidence.good_until, Evidence.id)
    ).all()
    due = [
        (one, step)
        for one in proofs
        if one.good_until is not None and (step := step_reached(one.good_until, day, STEPS)) is not None
    ]
    told = note_for_vendors(ctx, [(one.vendor_id, _news(one, step)) for one, step in due])
    vendors = {one.vendor_id for one, _step in due}
    # Asked once accounts were opened: a vendor without a contact was not told, and nobody is told that it was.
    reached = {one.vendor_id for one in people_in_charge(ctx.session, dict.fromkeys(vendors, frozenset()))}
    return told + note_many(ctx, [*_escalated(ctx, due, reached), *_for_our_readers(ctx, due, reached)])


def _escalated(ctx: Context, due: Sequence[tuple[Evidence, int]], reached: Collection[int]) -> Iterator[AddressedNews]:
    """What a second contact, then our owner, hears of proofs that the people in charge were told of before."""
    late = [(one, step) for one, step in due if step >= SECOND_FROM]
    second = _second_contacts(ctx, sorted({one.vendor_id for one, _step in late}))
    for one, step in late:
        contact = second.get(one.vendor_id)
        if contact is not None:
            yield AddressedNews(contact, one.vendor_id, _news(one, step))
        if step < OWNER_FROM and contact is not None:
            continue
        if one.vendor.owner_id is not None:
            told = _news(one, step, "expired" if step > 0 else "owner", is_reached=one.vendor_id in reached)
            yield AddressedNews(one.vendor.owner_id, one.vendor_id, told)


def _second_contacts(ctx: Context, vendor_ids: Sequence[int]) -> dict[int, int]:
    """By vendor, one account that answers for it besides those in charge; an administrator before a respondent."""
    if not vendor_ids:
        return {}
    first = {
        (person.vendor_id, person.user_id)
        for person in people_in_charge(ctx.session, dict.fromkeys(vendor_ids, frozenset()))
    }
    others = [
        person for person in correspondents(ctx.session, vendor_ids) if (person.vendor_id, person.user_id) not in first
    ]
    others.sort(key=lambda person: (person.role is Role.VENDOR_ADMIN, -person.user_id))
    return {person.vendor_id: person.user_id for person in others}


def _for_our_readers(
    ctx: Context, due: Sequence[tuple[Evidence, int]], reached: Collection[int]
) -> Iterator[AddressedNews]:
    expired = [one for one, step in due if step > 0]
    for one, user in holders_of_each(ctx, Permission.EVIDENCE_JUDGE, expired):
        yield AddressedNews(user.id, one.vendor_id, _news(one, 1, "expired", is_reached=one.vendor_id in reached))


def note_new_version(ctx: Context, proof: Evidence, renewed: int) -> int:
    """Tell whoever judges proofs that a newer version of one has come, which nobody of ours has read."""
    rows = list(holders_of_each(ctx, Permission.EVIDENCE_JUDGE, [proof]))
    news = News(
        template="evidence/emails/replaced",
        key=f"evidence:{proof.id}:replaced",
        about=f"evidence:{proof.id}",
        values={"file": proof.stored_file.filename, "vendor": proof.vendor.name, "renewed": renewed},
        landing=Landing("audits.pieces", vendor_id=proof.vendor_id),
    )
    return note_many(ctx, [AddressedNews(user.id, proof.vendor_id, news) for _one, user in rows])


def note_damaged_files(ctx: Context, proofs: Sequence[Evidence]) -> int:
    """Tell whoever judges proofs, by name, which files can no longer be given back as they came."""
    return note_many(
        ctx,
        [
            AddressedNews(
                user.id,
                one.vendor_id,
                News(
                    template="evidence/emails/damaged",
                    key=f"evidence:{one.id}:damaged:{ctx.today}",
                    about=f"evidence:{one.id}:damaged",
                    values={"file": one.stored_file.filename, "vendor": one.vendor.name},
                    landing=Landing("audits.pieces", vendor_id=one.vendor_id),
                ),
            )
            for one, user in holders_of_each(ctx, Permission.EVIDENCE_JUDGE, proofs)
        ],
    )


def _news(proof: Evidence, step: int, template: str = "expiring", *, is_reached: bool = True) -> News:
    until = proof.good_until or date.max
    return News(
        template=f"evidence/emails/{template}",
        key=f"evidence:{proof.id}:{until}:{step}",
        about=f"evidence:{proof.id}",
        values={
            "file": proof.stored_file.filename, "until": until.isoformat(), "over": step > 0,
            "vendor": proof.vendor.name, "reached": is_reached,
        },
        due_on=until,
        landing=Landing("vendor_space.pieces")
        if template == "expiring"
        else Landing("audits.pieces", vendor_id=proof.vendor_id),
    )  # fmt: skip
