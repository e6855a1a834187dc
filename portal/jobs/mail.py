"""Mail through the ledger: a message is promised by a transaction and sent by a task.

An e-mail cannot be sent exactly once: when the worker dies between the server's « 250 » and the commit of `sent_at`,
the message goes out again after the lease, with the same Message-ID and the same text, so that a receiver can drop the
repetition. At most one message per worker thread is in that window; everything else is sent once.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update

from portal.authz.context import Context
from portal.core import mail as post
from portal.core import process, tokens
from portal.core.config import Settings
from portal.core.landing import Landing
from portal.core.language import Language
from portal.jobs import execution
from portal.jobs.ledger import JobOrder, Record, enqueue_by_key, task
from portal.jobs.models import Mail

_TOKEN_PLACE = "{token}"  # noqa: S105 - where version 0.1 wrote that the token goes in the links it stored
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
    about: str = ""
    series: str = ""


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


def _row(ctx: Context, envelope: Envelope, key: str, job_id: int) -> dict[str, Any]:
    domain = process.settings().mail_from.rpartition("@")[2] or "localhost"
    return {
        "message_id": f"{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}",
        "template": envelope.template,
        "recipient": envelope.recipient,
        "language": envelope.language,
        "payload": {"values": dict(envelope.values), "link": envelope.link.stored, "token": envelope.token},
        "about": envelope.about,
        "series": envelope.series,
        "subject": "",
        "queued_at": ctx.now,
        "job_id": job_id,
    }


@task("mail.send", queue="mail", outside=True)
def send_mail(ctx: Context, *, mail: str, job_id: int) -> Record | None:
    """Send one promised message; a message already marked sent is left alone."""
    settings = process.settings()
    row = ctx.session.scalars(select(Mail).where(Mail.job_id == job_id)).one()
    if row.sent_at is not None:
        return None
    letter = post.render(
        row.template, row.language, {**row.payload["values"], "link": address_of(settings, row.payload)}
    )
    message = post.compose(
        letter,
        sender=settings.mail_from,
        recipient=row.recipient,
        message_id=row.message_id,
        at=ctx.now,
        name=settings.organisation,
    )
    post.sender_for(settings.smtp_url, settings.mail_dir).send(message)
    mail_id = row.id  # the row itself ends with the reading session

    def record(done: Context) -> None:
        done.session.execute(
            update(Mail)
            .where(Mail.id == mail_id)
            .values(sent_at=done.now, subject=letter.subject)
            .execution_options(synchronize_session=False)
        )

    return record


def address_of(settings: Settings, payload: Mapping[str, Any]) -> str:
    """The address that a stored message leads to, its one-time token included; reads what version 0.1 stored too."""
    if not _find_address:
        raise process.NotPrepared
    path = _find_address[0](Landing.read(payload["link"]))
    if payload.get("token"):
        token = tokens.derive(settings.secrets.tokens, payload["token"])
        path = path.replace(_TOKEN_PLACE, token) if _TOKEN_PLACE in path else f"{path}#{token}"
    return settings.base_url + path


def find_addresses_with(find: Callable[[Landing], str]) -> None:
    """Say how the page a mail leads to becomes a path; the floor of pages, above this one, does so at start."""
    _find_address[:] = [find]


execution.ON_IDLE.append(post.hang_up)
