"""Use cases of notices: noted when something happens, told in one digest per person and day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import and_, delete, or_, select, update

from portal.authz.context import Context
from portal.authz.policy import VENDOR_ROLES, Permission
from portal.core import mail as post
from portal.core import process, workdays
from portal.core.clock import LEGAL_ZONE, legal_date
from portal.core.dataclass import dataclass
from portal.core.insertions import insertion
from portal.core.landing import Landing
from portal.core.language import Language
from portal.identity.models import User
from portal.identity.queries import holders_of_each
from portal.jobs.ledger import JobOrder, enqueue, enqueue_many
from portal.jobs.mail import Envelope, send_many
from portal.journal import services as journal
from portal.notices.models import Notice
from portal.notices.morning import search_all
from portal.vendors.letters import VendorLetter, write_letters
from portal.vendors.memberships import open_accounts
from portal.vendors.models import Membership, Vendor
from portal.vendors.queries import Correspondent, correspondents, people_in_charge

MORNING = 8
"""Hour in Paris from which digests leave."""
PEOPLE_AT_ONCE = 200
"""Digests written per transaction."""
SPACE_FINDINGS = Landing("vendor_space.findings")
SPACE_HOME = Landing("vendor_space.home")
STAFF_HOME = Landing("dashboard.home")
PAGE = "page"
"""Under which value a notice keeps the page it leads to (`Landing.stored`)."""


@dataclass(frozen=True)
class News:
    """Something to tell, before it is known to whom."""

    template: str
    """Rendered like a letter: its subject is the line of the digest, its body what is said under it."""
    key: str
    about: str
    values: Mapping[str, Any] = field(default_factory=dict)
    expects_action: bool = True
    due_on: date | None = None
    landing: Landing | None = None
    """The page where something is done about it: its address stands under its line of the digest."""


@dataclass(frozen=True)
class AddressedNews:
    """Something to tell one person about one vendor; about none, only to our own people."""

    user_id: int
    vendor_id: int | None
    news: News


def note_for_vendor(ctx: Context, vendor_id: int, news: News, *, took_part: Iterable[int] = ()) -> int:
    """Keep something for the people in charge at a vendor; returns how many will be told.

    Where nobody has an account, one is opened for a contact, privacy first, as a wave does (`note_for_vendors`).
    """
    return note_for_vendors(ctx, [(vendor_id, news)], {vendor_id: frozenset(took_part)})


def note_for_vendors(
    ctx: Context, found: Sequence[tuple[int, News]], took_part: Mapping[int, frozenset[int]] | None = None
) -> int:
    """Keep things for the people in charge at several vendors, in few statements; returns how many will be told.

    Where a vendor has no contact either, whoever works its findings is told that nobody could be.
    """
    took_part = took_part or {}
    asked = {vendor_id: took_part.get(vendor_id, frozenset()) for vendor_id, _ in found}
    people = people_in_charge(ctx.session, asked)
    if unreached := sorted(set(asked) - {person.vendor_id for person in people}):
        open_accounts(ctx, unreached)
        people += people_in_charge(ctx.session, {vendor_id: asked[vendor_id] for vendor_id in unreached})
    at = {vendor_id: [person.user_id for person in people if person.vendor_id == vendor_id] for vendor_id in asked}
    addressed = [AddressedNews(user_id, vendor_id, news) for vendor_id, news in found for user_id in at[vendor_id]]
    lost = [(vendor_id, news) for vendor_id, news in found if not at[vendor_id]]
    return note_many(ctx, addressed + _for_whom_it_may_concern(ctx, lost))


def _for_whom_it_may_concern(ctx: Context, lost: Sequence[tuple[int, News]]) -> list[AddressedNews]:
    if not lost:
        return []
    vendors = ctx.session.scalars(select(Vendor).where(Vendor.id.in_({vendor_id for vendor_id, _ in lost}))).all()
    holders = list(holders_of_each(ctx, Permission.FINDING_WORK, vendors))
    return [
        AddressedNews(user.id, vendor.id, News(
            template="notices/emails/nobody",
            key=f"{news.key}:nobody",
            about=f"{news.about}:nobody",
            values={"vendor": vendor.name, "lines": {
                language.value: post.render(news.template, language, news.values).subject for language in Language
            }},
        ))
        for vendor, user in holders
        for vendor_id, news in lost
        if vendor_id == vendor.id
    ]  # fmt: skip


def note_for_staff(ctx: Context, vendor_id: int, news: News, people: Iterable[User]) -> int:
    """Keep something for some of our people; returns how many will be told."""
    return note_many(ctx, [AddressedNews(person.id, vendor_id, news) for person in people])


def note_many(ctx: Context, addressed: Sequence[AddressedNews]) -> int:
    """Keep many notices with few statements; what a person was to be told already is skipped."""
    rows = [
        {
            "user_id": one.user_id,
            "vendor_id": one.vendor_id,
            "key": one.news.key,
            "about": one.news.about,
            "template": one.news.template,
            "values": {**one.news.values, **({PAGE: one.news.landing.stored} if one.news.landing else {})},
            "expects_action": one.news.expects_action,
            "due_on": one.news.due_on,
            "noted_at": ctx.now,
        }
        for one in addressed
    ]
    if not rows:
        return 0
    told = insertion(ctx.session, Notice).on_conflict_do_nothing(index_elements=["user_id", "key"])
    made = ctx.session.connection().execute(told.returning(Notice.id), rows)
    return len(made.all())


def tell_otherwise(ctx: Context, abouts: Sequence[str], *, only: Sequence[str] | None = None) -> None:
    """Drop what waits about some things: it is said elsewhere, or was overtaken and would be untrue by the morning.

    `only` names the templates of what is dropped; everything is without it.
    """
    if abouts:
        dropped = delete(Notice).where(Notice.told_at.is_(None), Notice.about.in_(abouts))
        if only is not None:
            dropped = dropped.where(Notice.template.in_(only))
        ctx.session.execute(dropped.execution_options(synchronize_session=False))


def tell_anew(ctx: Context, abouts: Sequence[str], values: Mapping[str, Any], due_on: date | None) -> None:
    """Have what waits about some things say what holds now, before it is told: these values, and this last day."""
    waiting = select(Notice).where(Notice.told_at.is_(None), Notice.about.in_(abouts)).order_by(Notice.id)
    for notice in ctx.session.scalars(waiting) if abouts else ():
        notice.values, notice.due_on = {**notice.values, **values}, due_on


def morning_due(ctx: Context) -> int:
    """On a working day from 8 a.m. in Paris, promise that morning's digests, once."""
    if ctx.now.astimezone(LEGAL_ZONE).hour < MORNING or not workdays.is_working(ctx.today):
        return 0
    made = enqueue(ctx, "notices.morning", {"day": ctx.today.isoformat()}, dedup=f"notices:{ctx.today}")
    return 0 if made is None else 1


def begin_morning(ctx: Context, day: date) -> int:
    """Look for what has come due, then promise the digests by batches of people; returns how many people.

    What waits for a closed account, or for somebody who has left the vendor it is about, is dropped: told when they
    come back, it would long be untrue.
    """
    search_all(ctx, day)
    _drop_for_who_left(ctx)
    waiting = ctx.session.scalars(
        select(Notice.user_id).where(Notice.told_at.is_(None)).distinct().order_by(Notice.user_id)
    ).all()
    orders = [
        JobOrder("notices.digests", {"user_ids": list(batch)}, f"notices:{day}:{start}")
        for start in range(0, len(waiting), PEOPLE_AT_ONCE)
        if (batch := waiting[start : start + PEOPLE_AT_ONCE])
    ]
    enqueue_many(ctx, orders)
    return len(waiting)


def _drop_for_who_left(ctx: Context) -> None:
    closed = select(User.id).where(User.disabled_at.is_not(None))
    external = select(User.id).where(User.role.in_(VENDOR_ROLES))
    answers = select(Membership.id).where(
        Membership.user_id == Notice.user_id, Membership.vendor_id == Notice.vendor_id,
        Membership.role.in_(VENDOR_ROLES),
    )  # fmt: skip
    left = and_(Notice.user_id.in_(external), ~answers.exists())
    dropped = delete(Notice).where(Notice.told_at.is_(None), or_(Notice.user_id.in_(closed), left))
    ctx.session.execute(dropped.execution_options(synchronize_session=False))


def write_digests(ctx: Context, user_ids: Sequence[int]) -> int:
    """Promise one message to each of some people for all that they were not told; returns how many messages.

    Whoever had a digest today about a vendor hears the rest tomorrow; nothing to say is no message.
    """
    rows = ctx.session.execute(
        select(Notice, User)
        .join(User, User.id == Notice.user_id)
        .where(
            Notice.told_at.is_(None),
            Notice.noted_at <= ctx.now,
            Notice.user_id.in_(user_ids),
            User.disabled_at.is_(None),
        )
        .order_by(Notice.user_id, Notice.vendor_id, Notice.id)
    ).all()
    had = _told_today(ctx, user_ids)
    to_vendors, to_staff = _Writing(ctx), _Writing(ctx)
    about = {notice.vendor_id for notice, user in rows if user.role.is_vendor}
    vendor_ids = sorted(vendor_id for vendor_id in about if vendor_id is not None)
    people = {(one.user_id, one.vendor_id): one for one in correspondents(ctx.session, vendor_ids)}
    letters: list[tuple[Correspondent, VendorLetter]] = []
    for (user_id, vendor_id), group in groupby(
        (row for row in rows if row.User.role.is_vendor), key=lambda row: (row.Notice.user_id, row.Notice.vendor_id)
    ):
        person, notices = people.get((user_id, vendor_id)), [row.Notice for row in group]
        if person is not None and (user_id, vendor_id) not in had:
            letters.append((person, _vendor_digest(ctx, person, to_vendors.take(notices))))
    served = {user_id for user_id, _ in had}
    envelopes = [
        _staff_digest(ctx, user, to_staff.take([row.Notice for row in group]))
        for user, group in groupby((row for row in rows if not row.User.role.is_vendor), key=lambda row: row.User)
        if user.id not in served
    ]
    written = write_letters(ctx, letters) + send_many(ctx, envelopes)
    to_vendors.mark_told()
    to_staff.mark_told()
    _keep_trace(ctx, letters)
    return written


class _Writing:
    """The notices that a run of digests tells."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._ids: list[int] = []

    def take(self, notices: Sequence[Notice]) -> Sequence[Notice]:
        self._ids += [notice.id for notice in notices]
        return notices

    def mark_told(self) -> None:
        if self._ids:
            self._ctx.session.execute(
                update(Notice)
                .where(Notice.id.in_(self._ids))
                .values(told_at=self._ctx.now)
                .execution_options(synchronize_session=False)
            )


def _told_today(ctx: Context, user_ids: Sequence[int]) -> set[tuple[int, int | None]]:
    midnight = datetime.combine(legal_date(ctx.now), datetime.min.time(), LEGAL_ZONE)
    rows = ctx.session.execute(
        select(Notice.user_id, Notice.vendor_id)
        .where(Notice.user_id.in_(user_ids), Notice.told_at >= midnight, Notice.told_at < midnight + timedelta(days=1))
        .distinct()
    )
    return {(row.user_id, row.vendor_id) for row in rows}


def _vendor_digest(ctx: Context, person: Correspondent, notices: Sequence[Notice]) -> VendorLetter:
    # What has no page of its own is a finding.
    at_home = all(PAGE in notice.values for notice in notices)
    return VendorLetter(
        template="notices/emails/vendor",
        key=f"digest:{person.vendor_id}:{ctx.today}",
        landing=SPACE_HOME if at_home else SPACE_FINDINGS,
        about=f"vendor:{person.vendor_id}",
        values={**_items(notices, person.language), "at_home": at_home},
        invites=True,
    )


def _staff_digest(ctx: Context, user: User, notices: Sequence[Notice]) -> Envelope:
    return Envelope(
        template="notices/emails/staff",
        recipient=user.email,
        language=user.language,
        dedup=f"digest:staff:{ctx.today}:{user.id}",
        values={
            "name": user.name, "organisation": process.settings().organisation, **_items(notices, user.language),
        },
        link=STAFF_HOME,
    )  # fmt: skip


def _items(notices: Sequence[Notice], language: Language) -> dict[str, list[dict[str, str]]]:
    """What waits in words: what expects an action, the soonest due first; then the rest."""
    latest = {notice.about: notice for notice in sorted(notices, key=lambda notice: notice.id)}.values()
    ordered = sorted(latest, key=lambda notice: (notice.due_on or date.max, notice.id))
    return {
        name: [_item(notice, language) for notice in ordered if notice.expects_action is expects]
        for name, expects in (("to_do", True), ("to_know", False))
    }


def _item(notice: Notice, language: Language) -> dict[str, str]:
    line = post.render(notice.template, language, notice.values)
    return {"head": line.subject, "text": line.body.strip(), "page": notice.values.get(PAGE, "")}


def _keep_trace(ctx: Context, letters: Sequence[tuple[Correspondent, VendorLetter]]) -> None:
    by_vendor: dict[int, list[tuple[Correspondent, VendorLetter]]] = {}
    for person, letter in letters:
        by_vendor.setdefault(person.vendor_id, []).append((person, letter))
    for vendor in ctx.session.scalars(select(Vendor).where(Vendor.id.in_(sorted(by_vendor)))) if by_vendor else ():
        people = sorted(person.name for person, _ in by_vendor[vendor.id])
        told = [item["head"] for _, letter in by_vendor[vendor.id][:1] for item in _all_items(letter)]
        journal.record(ctx, "vendor.told", vendor, after={"people": people, "told": told})


def _all_items(letter: VendorLetter) -> list[dict[str, str]]:
    return [*letter.values["to_do"], *letter.values["to_know"]]
