"""Writing to a vendor: the people in charge, each in their language, in the name of one person of ours."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from portal.authz.context import Context
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.landing import Landing
from portal.identity.services import INVITATION_PAGE, link_many
from portal.jobs.attachments import Attachment
from portal.jobs.mail import Envelope, send_many
from portal.vendors.letter_context import LetterContext, letter_context
from portal.vendors.queries import Correspondent, people_in_charge

FOR_VENDOR = "pour"
"""The argument of an address that says which vendor a page is about."""


@dataclass(frozen=True)
class VendorLetter:
    """A letter before it is addressed; its template is also given the addressee's name and the organisation."""

    template: str
    key: str
    """What it is about and which time: each person receives it once for ever."""
    landing: Landing
    about: str
    values: Mapping[str, Any] = field(default_factory=dict)
    title: Mapping[str, str] | None = None
    """What its template calls `title`, by language."""
    text: Mapping[str, str] | None = None
    """Our own words in place of those that its template was shipped with, by language."""
    series: str = ""
    """What it is counted under with others."""
    invites: bool = False
    """Whether it opens the account of whoever never signed in, by a one-time link; its template asks `new_account`."""
    contact_id: int | None = None
    """Who of ours answers for it when nobody is acting: whoever opened the audit, or planned the campaign."""
    thread: str = ""
    """What it is about for a mail reader; by default, what it is about for us."""
    is_digest: bool = False
    attachment: Attachment | None = None
    """The file that goes with it; its template is told `attached` (`portal.jobs.attachments`)."""


def write_to_vendor(ctx: Context, vendor_id: int, letter: VendorLetter, *, took_part: Iterable[int] = ()) -> int:
    """Promise a letter to the people in charge at a vendor; returns how many messages are new."""
    people = people_in_charge(ctx.session, {vendor_id: frozenset(took_part)})
    return write_letters(ctx, [(person, letter) for person in people])


def write_letters(ctx: Context, addressed: Sequence[tuple[Correspondent, VendorLetter]]) -> int:
    """Promise many letters in few statements; returns how many messages are new."""
    newcomers = {
        (person.user_id, arrival(letter.landing, person.vendor_id))
        for person, letter in addressed
        if letter.invites and not person.has_signed_in
    }
    seeds: dict[tuple[int, Landing], str] = {}
    if newcomers:
        orders = link_many(ctx, process.settings().secrets, sorted(newcomers))
        seeds = {(order.user_id, order.landing): order.seed for order in orders}
    vendor_ids = sorted({person.vendor_id for person, _ in addressed})
    held = letter_context(ctx, vendor_ids, {letter.contact_id for _, letter in addressed if letter.contact_id})
    return send_many(
        ctx,
        (
            _envelope(person, letter, seeds.get((person.user_id, arrival(letter.landing, person.vendor_id))), held)
            for person, letter in addressed
        ),
    )


def arrival(landing: Landing, vendor_id: int) -> Landing:
    """A page of the vendor space with the vendor it is about: whoever answers for another is asked first.

    >>> arrival(Landing("vendor_space.audit", audit_id=12), 3).stored
    'vendor_space.audit?audit_id=12&pour=3'
    """
    return Landing(landing.endpoint, **dict(landing.arguments), **{FOR_VENDOR: vendor_id})


def dedup_of(person: Correspondent, letter: VendorLetter) -> str:
    """What makes a letter to a person unique for ever."""
    return f"{letter.key}:{person.user_id}"


def _envelope(person: Correspondent, letter: VendorLetter, seed: str | None, held: LetterContext) -> Envelope:
    values = {
        **letter.values,
        "name": person.name,
        "organisation": process.settings().organisation,
        **held.subject_of(person.vendor_id),
    }
    if letter.title is not None:
        values["title"] = letter.title[person.language.value]
    if letter.text is not None:
        values["text"] = letter.text[person.language.value]
    if letter.invites:
        values["new_account"] = seed is not None
    return Envelope(
        template=letter.template,
        recipient=person.email,
        language=person.language,
        dedup=dedup_of(person, letter),
        values=values,
        link=INVITATION_PAGE if seed else arrival(letter.landing, person.vendor_id),
        token=seed,
        about=letter.about,
        series=letter.series,
        vendor_id=person.vendor_id,
        contact=held.contact_for(person.vendor_id, letter.contact_id, person.language),
        thread=letter.thread or letter.about,
        is_digest=letter.is_digest,
        attachment=letter.attachment,
    )
