"""Who is told of an announced change: whoever decides on them, whoever is asked an opinion, the vendor."""

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.changes.deadline_lines import last_day, last_hour
from portal.changes.models import AnnouncedChange
from portal.core.landing import Landing
from portal.identity.models import User
from portal.identity.queries import holders_of
from portal.notices.services import News, note_for_staff
from portal.vendors.letters import VendorLetter, write_to_vendor
from portal.vendors.memberships import open_accounts


def about(change: AnnouncedChange) -> str:
    """What letters about a change are filed under."""
    return f"change:{change.id}"


def tell_deciders(ctx: Context, change: AnnouncedChange) -> int:
    """Tell whoever decides, in their next digest, that a vendor announced a change; returns how many will be told."""
    return _note(ctx, change, "changes/emails/notice_declared", "declared", _deciders(ctx, change))


def ask_opinion(ctx: Context, change: AnnouncedChange, adviser: User) -> int:
    """Tell somebody, in their next digest, that their opinion is asked."""
    return _note(ctx, change, "changes/emails/notice_asked", f"asked:{adviser.id}", [adviser])


def opinion_given(ctx: Context, change: AnnouncedChange, who: str) -> int:
    """Tell whoever decides, in their next digest, that an opinion was given."""
    key = f"given:{ctx.actor.id}:{ctx.now:%Y%m%dT%H%M%S}"
    return _note(ctx, change, "changes/emails/notice_given", key, _deciders(ctx, change), who=who)


def _deciders(ctx: Context, change: AnnouncedChange) -> list[User]:
    return [person for person in holders_of(ctx, Permission.CHANGE_WORK, change) if person.id != ctx.actor.id]


def _note(ctx: Context, change: AnnouncedChange, template: str, key: str, people: list[User], **values: str) -> int:
    last = last_day(change.object_before)
    news = News(
        template=template, key=f"change:{change.id}:{key}", about=f"{about(change)}:{key.partition(':')[0]}",
        values={
            "vendor": change.vendor.name, "title": change.title, "reference": change.reference,
            "last": last.isoformat() if last else "", "hour": last_hour(change.object_before), **values,
        },
        landing=Landing("changes.show", change_id=change.id),
    )  # fmt: skip
    return note_for_staff(ctx, change.vendor_id, news, people)


def write_receipt(ctx: Context, change: AnnouncedChange) -> int:
    """Write at once to the vendor's people in charge, and to whoever announced it, that we have it."""
    letter = VendorLetter(
        template="changes/emails/receipt", key=f"change:{change.id}:receipt",
        landing=Landing("vendor_space.change", change_id=change.id), about=about(change),
        values={"reference": change.reference, "received_at": change.received_at.isoformat()},
    )  # fmt: skip
    took_part = [change.recorded_by_id] if change.recorded_by_id is not None else []
    return write_to_vendor(ctx, change.vendor_id, letter, took_part=took_part)


def send_answer(ctx: Context, change: AnnouncedChange) -> int:
    """Write our answer at once to the vendor's people in charge; returns how many messages leave."""
    decision = change.decision.value if change.decision is not None else ""
    letter = VendorLetter(
        template="changes/emails/answer", key=f"change:{change.id}:answer",
        landing=Landing("vendor_space.change", change_id=change.id), about=about(change),
        values={
            "reference": change.reference, "title": change.title, "decision": decision,
            "letter_reason": change.letter_reason, "conditions": change.conditions,
            "received_at": change.received_at.isoformat(),
        },
        invites=True,
    )  # fmt: skip
    sent = write_to_vendor(ctx, change.vendor_id, letter)
    if not sent:  # nobody has an account there: one is opened for a contact, privacy first
        open_accounts(ctx, [change.vendor_id])
        sent = write_to_vendor(ctx, change.vendor_id, letter)
    return sent
