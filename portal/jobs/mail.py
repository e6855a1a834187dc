"""Mail through the ledger: a message is promised by a transaction and sent by a task.

An e-mail cannot be sent exactly once: when the worker dies between the server's « 250 » and the commit of `sent_at`,
the message goes out again after the lease, with the same Message-ID and the same text, so that a receiver can drop the
repetition. At most one message per worker thread is in that window; everything else is sent once.

Mail alone leaves the rule of five attempts (decision 27): an address that a server refuses is refused at once, and
everything else is tried for days, the queue as a whole waiting for a server that is away (`portal.jobs.relay`).
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update

from portal.authz.context import Context
from portal.core import logs, process, tokens
from portal.core import mail as post
from portal.core.config import Settings
from portal.core.dataclass import dataclass
from portal.core.landing import Landing
from portal.core.language import Language
from portal.jobs import back_off, bounces, execution, relay, undelivered
from portal.jobs.attachments import Attachment, AttachmentState, read_attachment
from portal.jobs.ledger import MAIL_QUEUE, JobOrder, Record, TryLater, enqueue_by_key, start_again, task
from portal.jobs.models import Job, JobState, Mail, MailState

_TOKEN_PLACE = "{token}"  # noqa: S105 - where version 0.1 wrote that the token goes in the links it stored
_ASKED_AT = "file_asked_at"
"""Where a stored message says when its file was first asked for and not there."""
SETTLED = (MailState.SENT, MailState.REFUSED, MailState.UNCERTAIN)
"""States in which a message is left alone; one that was given up is tried again when its job is started again."""
log = logs.get_logger()
_find_address: list[Callable[[Landing], str]] = []
"""What makes a path of a landing, given at start; empty until then."""


@dataclass(frozen=True)
class Envelope:
    """A message to promise; `dedup` makes it unique for ever.

    A link that carries a one-time token is given with the seed of that token (`token="invitation:12:nonce"`): the
    token itself is derived from the secret when the message is sent, follows the « # » and stands in no table.
    """

    template: str
    recipient: str
    language: Language
    dedup: str
    link: Landing
    values: Mapping[str, Any] = field(default_factory=dict)
    token: str | None = None
    code: str | None = None
    """The seed of a short code: as the token, its digits are derived when the message is sent; its template calls them
    `code`."""
    about: str = ""
    series: str = ""
    vendor_id: int | None = None
    """The vendor whose person it is for; a message about `vendor:12` need not say."""
    contact: Mapping[str, str] | None = None
    """The person of ours who writes: `name`, `title`, `email`, `phone`; none when the organisation does."""
    thread: str = ""
    """What it is about for a mail reader, e.g. `audit:12`: messages of one thread are shown together."""
    is_digest: bool = False
    """Whether it is sent regularly, rather than for one thing."""
    attachment: Attachment | None = None
    """The file that goes with it, found and read when it is sent; its template is told `attached`."""


def send(ctx: Context, *envelopes: Envelope) -> int:
    """Promise messages in this transaction; returns how many are new."""
    return send_many(ctx, envelopes)


def send_many(ctx: Context, envelopes: Iterable[Envelope]) -> int:
    """Promise many messages with few statements; repeated keys are skipped."""
    by_key = {"mail:" + e.dedup: e for e in envelopes}
    made = enqueue_by_key(ctx, [JobOrder("mail.send", {"mail": key}, key) for key in by_key])
    if made:
        rows = [_row(ctx, by_key[key], key, job_id) for key, job_id in made.items()]
        ctx.session.connection().execute(insert(Mail), rows)
    return len(made)


def promised_among(ctx: Context, dedups: Sequence[str]) -> set[str]:
    """Those of some keys under which a message was promised already."""
    rows = ctx.session.scalars(select(Job.dedup).where(Job.dedup.in_([f"mail:{dedup}" for dedup in dedups])))
    return {row.removeprefix("mail:") for row in rows}


def _row(ctx: Context, envelope: Envelope, key: str, job_id: int) -> dict[str, Any]:
    domain = process.settings().mail_from.rpartition("@")[2] or "localhost"
    return {
        "message_id": f"{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}",
        "template": envelope.template,
        "recipient": envelope.recipient,
        "language": envelope.language,
        "payload": {
            "values": {**envelope.values, "contact": dict(envelope.contact) if envelope.contact else None},
            "link": envelope.link.stored,
            "token": envelope.token,
            "code": envelope.code,
            "thread": envelope.thread,
            "digest": envelope.is_digest,
            "attachment": envelope.attachment.stored if envelope.attachment else None,
        },
        "about": envelope.about,
        "series": envelope.series,
        "vendor_id": envelope.vendor_id or _vendor_in(envelope.about),
        "subject": "",
        "queued_at": ctx.now,
        "job_id": job_id,
    }


def _vendor_in(about: str) -> int | None:
    kind, _, number = about.partition(":")
    return int(number) if kind == "vendor" and number.isdecimal() else None


@task("mail.send", queue=MAIL_QUEUE, outside=True)
def send_mail(ctx: Context, *, mail: str, job_id: int) -> Record | None:
    """Send one promised message; one that was sent or refused already is left alone.

    Raises TryLater when the server put it off or is away, or when its file is still to come.
    """
    settings = process.settings()
    row = ctx.session.scalars(select(Mail).where(Mail.job_id == job_id)).one()
    if row.state in SETTLED:
        return None
    promised_at = ctx.now if row.state is MailState.GIVEN_UP else row.queued_at
    state, file = _read_file(ctx, row)
    letter = letter_of(settings, row, state)
    message = post.compose(
        letter,
        sender=settings.mail_from,
        recipient=row.recipient,
        message_id=row.message_id,
        at=ctx.now,
        name=settings.organisation,
        context=context_of(settings, row.payload),
        attached=file,
    )
    # The row itself ends with the reading session.
    tried = _Tried(row.id, promised_at, row.tries + 1, row.unanswered, letter.subject)
    try:
        post.sender_for(settings.smtp_url, settings.mail_dir).send(message, return_path=_return_path(settings, row))
    except post.MailTrouble as trouble:
        return _outcome(tried, trouble, ctx.now)
    return _answered(tried, MailState.SENT, "")


def _read_file(ctx: Context, row: Mail) -> tuple[AttachmentState, post.AttachedFile | None]:
    """The file of a message; when it is to be waited for, the first time that it was asked for is kept."""
    since, mail_id = row.payload.get(_ASKED_AT), row.id
    try:
        return read_attachment(ctx, row.payload.get("attachment"), datetime.fromisoformat(since) if since else ctx.now)
    except TryLater as later:

        def note(done: Context) -> None:
            mail = done.session.get_one(Mail, mail_id)
            mail.payload = {**mail.payload, _ASKED_AT: ctx.now.isoformat()}

        raise (later if since else TryLater(str(later), at=later.at, record=note)) from later


def _return_path(settings: Settings, row: Mail) -> str | None:
    """Where its bounces go; with no box to read them from, to the sender."""
    if not settings.bounces_url:
        return None
    return bounces.return_path(settings.secrets.tokens, settings.bounces_to, row.id, row.recipient)


@dataclass(frozen=True)
class _Tried:
    """A message that has just been handed over."""

    mail_id: int
    promised_at: datetime
    tries: int
    unanswered: int
    subject: str

    def note(self, ctx: Context, **facts: Any) -> None:
        """Write what became of it."""
        ctx.session.execute(
            update(Mail)
            .where(Mail.id == self.mail_id)
            .values(tries=self.tries, subject=self.subject, **facts)
            .execution_options(synchronize_session=False)
        )

    def wait(self, ctx: Context, reason: str, **facts: Any) -> None:
        """Write that it is to be tried again."""
        since = {"state": MailState.PROMISED, "queued_at": self.promised_at, "settled_at": None}
        self.note(ctx, reason=reason, **since, **facts)


def _answered(tried: _Tried, state: MailState, reason: str) -> Record:
    """The server is there and has said yes or no for good."""

    def record(done: Context) -> None:
        sent = state is MailState.SENT
        tried.note(
            done, state=state, reason=reason, sent_at=done.now if sent else None, settled_at=None if sent else done.now
        )
        relay.answered(done.session)
        if not sent:
            undelivered.tell(done, [tried.mail_id])

    return record


def _outcome(tried: _Tried, trouble: post.MailTrouble, at: datetime) -> Record:
    """What to write of a message that did not go; raises TryLater when it is to be tried again."""
    reason = trouble.reason
    if isinstance(trouble, post.AddressRefusal):
        return _answered(tried, MailState.REFUSED, reason)
    if isinstance(trouble, post.NoReply) and tried.unanswered:

        def uncertain(done: Context) -> None:
            facts = {"unanswered": tried.unanswered + 1, "settled_at": done.now}
            tried.note(done, state=MailState.UNCERTAIN, reason=reason, **facts)
            relay.failed(done.session, done.now, reason)
            undelivered.tell(done, [tried.mail_id])

        return uncertain
    if isinstance(trouble, post.MessageDelay):
        return _put_off(tried, reason, at)

    def away(done: Context) -> None:
        lost = 1 if isinstance(trouble, post.NoReply) else 0
        tried.wait(done, reason, unanswered=tried.unanswered + lost)
        _give_up_the_oldest(done, relay.failed(done.session, done.now, reason))

    raise TryLater(reason, record=away)


def _put_off(tried: _Tried, reason: str, at: datetime) -> Record:
    if back_off.is_over(tried.promised_at, tried.tries, at):

        def over(done: Context) -> None:
            tried.note(done, state=MailState.GIVEN_UP, reason=reason, settled_at=done.now)
            undelivered.tell(done, [tried.mail_id])

        return over

    def put_off(done: Context) -> None:
        tried.wait(done, reason)
        relay.put_off(done.session, done.now, reason)

    wait = back_off.wait(back_off.MESSAGE_SECONDS, tried.tries)
    raise TryLater(reason, at=at + timedelta(seconds=wait), record=put_off)


def promise_again(ctx: Context, mail: Mail) -> None:
    """Have a message that waits for a person sent again, with all its days before it."""
    mail.state, mail.queued_at, mail.settled_at, mail.sent_at = MailState.PROMISED, ctx.now, None, None
    mail.tries, mail.unanswered, mail.reason = 0, 0, ""
    mail.payload = {name: value for name, value in mail.payload.items() if name != _ASKED_AT}
    if mail.job_id is None:
        raise LookupError(f"mail {mail.id} has no job left")
    start_again(ctx, [mail.job_id])


def give_up(ctx: Context, job_ids: Sequence[int], reason: str) -> None:
    """Say of the messages of jobs that failed for good, five times through a fault of ours, that they did not go."""
    _close(ctx, [Mail.job_id.in_(job_ids), Mail.state == MailState.PROMISED], post.on_one_line(reason))


def _give_up_the_oldest(ctx: Context, outage: relay.RelayOutage) -> None:
    """A server away for days: what was promised before, or that long ago, waits no more."""
    if not back_off.is_over(outage.since, outage.failures, ctx.now):
        return
    old = [Mail.state == MailState.PROMISED, Mail.queued_at <= ctx.now - back_off.MAIL_DAYS]
    ctx.session.execute(
        update(Job)
        .where(Job.state == JobState.READY, Job.id.in_(select(Mail.job_id).where(*old)))
        .values(state=JobState.DONE, done_at=ctx.now)
        .execution_options(synchronize_session=False)
    )
    _close(ctx, old, outage.reason)
    log.warning("old mails given up", reason=outage.reason)


def _close(ctx: Context, which: Sequence[ColumnElement[bool]], reason: str) -> None:
    closed = (
        update(Mail)
        .where(*which)
        .values(state=MailState.GIVEN_UP, settled_at=ctx.now, reason=reason)
        .returning(Mail.id)
        .execution_options(synchronize_session=False)
    )
    undelivered.tell(ctx, ctx.session.scalars(closed).all())


def letter_of(settings: Settings, row: Mail, attached: AttachmentState = AttachmentState.NONE) -> post.Letter:
    """A stored message in words, with the address of the portal and the link it leads to; `attached`: its file."""
    # Without its scheme: it is to be typed, and a reader's program makes no link of it.
    portal = settings.base_url.partition("://")[2]
    told = {
        **row.payload["values"], "link": address_of(settings, row.payload), "portal": portal,
        "address": lambda stored: _address(settings, stored), "attached": attached.value,
    }  # fmt: skip
    if row.payload.get("code"):
        told["code"] = tokens.digits(settings.secrets.tokens, row.payload["code"])
    return post.render(row.template, row.language, told)


def context_of(settings: Settings, payload: Mapping[str, Any]) -> post.MailContext:
    """Who writes a stored message and what it belongs to; reads what earlier versions stored too."""
    domain = settings.mail_from.rpartition("@")[2] or "localhost"
    contact, thread = payload["values"].get("contact"), payload.get("thread")
    return post.MailContext(
        writer=f"{contact['name']}, {contact['title']}" if contact else "",
        reply_to=contact["email"] if contact else "",
        thread=f"{hashlib.sha256(thread.encode()).hexdigest()[:40]}@{domain}" if thread else "",
        list_id=f"points.{domain}" if payload.get("digest") else "",
    )


def address_of(settings: Settings, payload: Mapping[str, Any]) -> str:
    """The address that a stored message leads to, its one-time token included; reads what version 0.1 stored too."""
    address = _address(settings, payload["link"])
    if payload.get("token"):
        token = tokens.derive(settings.secrets.tokens, payload["token"])
        address = address.replace(_TOKEN_PLACE, token) if _TOKEN_PLACE in address else f"{address}#{token}"
    return address


def _address(settings: Settings, stored: str) -> str:
    """The address of a page of the portal, as a row keeps it (`Landing.stored`)."""
    if not _find_address:
        raise process.NotPrepared
    return settings.base_url + _find_address[0](Landing.read(stored))


def find_addresses_with(find: Callable[[Landing], str]) -> None:
    """Say how the page a mail leads to becomes a path; the floor of pages, above this one, does so at start."""
    _find_address[:] = [find]


execution.ON_IDLE[MAIL_QUEUE] = post.hang_up
execution.ON_DEAD.append(give_up)
execution.GATES[MAIL_QUEUE] = relay.lets_through
