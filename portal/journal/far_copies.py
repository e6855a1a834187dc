"""The journal's signed head, sent each day far from the portal and timestamped by a third party; and a journal held
against what was sent.
"""

from collections.abc import Mapping
from datetime import datetime
from email import message_from_bytes
from email.policy import default

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import logs, process
from portal.core.clock import LEGAL_ZONE
from portal.core.dataclass import dataclass
from portal.core.db import is_copy
from portal.core.errors import NotFound, PortalError, Refused
from portal.core.landing import Landing
from portal.core.language import N_, Language, Sentence, say
from portal.core.seal import SealKey, is_signed, take_timestamp
from portal.jobs.ledger import enqueue
from portal.jobs.mail import Envelope, promised_among, send_many
from portal.jobs.models import Job
from portal.journal import signed_heads
from portal.journal.models import JournalEntry, JournalHead, JournalTimestamp
from portal.journal.rules import LARGEST_FAR_HEAD, FarHead, UnreadableHead, head_statement, read_far_head

log = logs.get_logger()


@dataclass(frozen=True)
class StampedStatement:
    """What a third party timestamped, and its answer (RFC 3161, DER)."""

    statement: bytes
    response: bytes
    at: datetime
    """When it says that it saw the statement."""


def send_daily(ctx: Context) -> int:
    """Each day, promise the mail of the last signed head and the timestamp over it; returns how many are new.

    Without a key nothing is signed, and nothing is sent.
    """
    told = process.settings()
    if is_copy(ctx.session) or not (told.anchor_mail or told.timestamps_url):
        return 0
    row = ctx.session.scalar(select(JournalHead).order_by(JournalHead.entries.desc()).limit(1))
    if row is None:
        return 0
    return _send(ctx, row, told.anchor_mail) + (_ask(ctx, row) if told.timestamps_url else 0)


def _send(ctx: Context, row: JournalHead, addresses: tuple[str, ...]) -> int:
    wanted = {f"journal.head:{ctx.today}:{address}": address for address in addresses}
    due = wanted.keys() - (promised_among(ctx, list(wanted)) if wanted else set())
    last_hash = ctx.session.scalar(select(JournalEntry.hash).where(JournalEntry.id == row.entries))
    if not due or last_hash is None:
        return 0
    values = {
        "organisation": row.organisation, "entries": row.entries, "hash": last_hash, "at": row.signed_at.isoformat(),
        "head": FarHead(signed_heads.signed_head(row), last_hash).text(),
    }  # fmt: skip
    envelopes = [
        Envelope(
            template="journal/emails/head", recipient=wanted[key], language=Language.FR, dedup=key, values=values,
            link=Landing("journal.index"),
        )
        for key in sorted(due)
    ]  # fmt: skip
    return send_many(ctx, envelopes)


def _ask(ctx: Context, row: JournalHead) -> int:
    """A head is timestamped on the day it is signed or not at all: later, the answer would say less."""
    if row.signed_at.astimezone(LEGAL_ZONE).date() != ctx.today:
        return 0
    key = f"journal.timestamp:{row.entries}"
    if ctx.session.scalar(select(Job.id).where(Job.dedup == key)) is not None:
        return 0
    return 0 if enqueue(ctx, "journal.timestamp", {"entries": row.entries}, dedup=key) is None else 1


def stamped(ctx: Context, entries: int) -> JournalTimestamp | None:
    """What the server of timestamps says of a head; None when it has one, is none, or the server said nothing good."""
    row = ctx.session.get(JournalHead, entries)
    url = process.settings().timestamps_url
    if row is None or not url or ctx.session.get(JournalTimestamp, entries) is not None:
        return None
    try:
        at, response = take_timestamp(url, head_statement(signed_heads.signed_head(row)))
    except PortalError as error:
        log.warning("head without a timestamp", server=url, why=str(error.sentence))
        return None
    return JournalTimestamp(entries=entries, at=at, response=response)


def keep_stamp(ctx: Context, found: JournalTimestamp) -> None:
    """Keep a timestamp, once."""
    if ctx.session.get(JournalTimestamp, found.entries) is None:
        ctx.session.add(JournalTimestamp(entries=found.entries, at=found.at, response=found.response))


def get_stamped(ctx: Context, entries: int) -> StampedStatement:
    """The timestamp of the head over so many entries; raises NotFound."""
    authorize(ctx, Permission.JOURNAL_VIEW)
    row, stamp = ctx.session.get(JournalHead, entries), ctx.session.get(JournalTimestamp, entries)
    if row is None or stamp is None:
        raise NotFound(N_("Aucun horodatage n'a été pris à cette écriture."))
    return StampedStatement(head_statement(signed_heads.signed_head(row)), stamp.response, stamp.at)


def far_head_of(raw: bytes, key: SealKey) -> FarHead:
    """The head in a saved message or in a text that was pasted, once our key is seen to have signed it.

    Raises Refused, in a sentence.
    """
    found = _read(raw)
    by_fingerprint: Mapping[str, str] = dict(zip(key.fingerprints, key.certificates, strict=True))
    certificate = by_fingerprint.get(found.head.certificate)
    if certificate is None:
        raise Refused(N_("La fin du journal de ce fichier a été signée par une clé qui n'est pas de l'organisation."))
    if not is_signed(certificate, head_statement(found.head), found.head.signature):
        raise Refused(N_("La signature ne vaut pas pour la fin du journal de ce fichier : il a été modifié."))
    return found


def _read(raw: bytes) -> FarHead:
    for text in _texts(raw[: LARGEST_FAR_HEAD + 1]):
        try:
            return read_far_head(text)
        except UnreadableHead:
            continue
    raise Refused(N_("Ce fichier n'est pas un message de fin de journal de ce portail, ou il a été modifié."))


def _texts(raw: bytes) -> list[str]:
    if len(raw) > LARGEST_FAR_HEAD:
        return []
    body = message_from_bytes(raw, policy=default).get_body(("plain",))
    try:
        said = body.get_content() if body is not None else ""
    except (LookupError, ValueError):
        said = ""
    return [raw.decode("utf-8", "replace"), str(said)]


def against_far_head(session: Session, far: FarHead, count: int) -> list[tuple[str, Sentence]]:
    """What a head that was kept far away says against a journal of `count` entries."""
    told = {"known": far.head.count, "count": count, "at": far.head.at}
    if count < far.head.count:
        sentence = say(
            "Le journal finit à l'écriture n° %(count)s, alors que le message du %(at)s en compte %(known)s : la fin a "
            "été retirée, ou base et ancre sont revenues en arrière.",
            **told,
        )
        return [("far journal shortened", sentence)]
    held = session.scalar(select(JournalEntry.hash).where(JournalEntry.id == far.head.count))
    same = held == far.last_hash and signed_heads.changed_head(session, {far.head.count: far.head.root.hex()}) is None
    if same:
        return []
    sentence = say(
        "Les premières écritures (%(known)s) ne sont plus celles du message du %(at)s : le journal a été récrit, ou "
        "base et ancre sont revenues en arrière avant de reprendre.",
        **told,
    )
    return [("far journal rewritten", sentence)]
