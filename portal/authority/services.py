"""Use cases of the file for the authority: asked for, kept once made, erased on its day."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from portal.authority.models import AuthorityFile
from portal.authority.queries import building_key
from portal.authority.rules import RETENTION_DAYS, SubjectKind
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.files import Blob
from portal.core.language import Language
from portal.core.stored import StoredFile, keep, others_hold
from portal.jobs.ledger import JobOrder, enqueue, enqueue_many
from portal.journal import services as journal


def ask_file(
    ctx: Context, content: dict[str, Any], subject_id: int, gaps: int, *, promise: bool = True
) -> AuthorityFile:
    """Keep what a file says, frozen, and promise its archive; the journal notes who, about what, as of when.

    `promise` is false for a command, which writes the archive itself.
    """
    authorize(ctx, Permission.AUTHORITY_FILE)
    subject = content["subject"]
    row = AuthorityFile(
        subject=SubjectKind(subject["kind"]), subject_id=subject_id, label=subject["name"][:300],
        as_of=date.fromisoformat(content["on"]), language=Language(content["language"]), asked_at=ctx.now,
        asked_by_id=ctx.actor.id, asked_by=ctx.actor.name[:200], gaps=gaps, content=content,
        erase_on=ctx.today + timedelta(days=RETENTION_DAYS),
    )  # fmt: skip
    ctx.session.add(row)
    ctx.session.flush()
    after = {"subject": row.subject, "key": subject["key"], "as_of": row.as_of, "parts": _parts(content), "gaps": gaps}
    journal.record(ctx, "authority_file.asked", row, after=after, vendor_id=vendor_of(row))
    if promise:
        enqueue(ctx, "authority.build", {"file_id": row.id}, dedup=building_key(row.id))
    return row


def keep_built(ctx: Context, row: AuthorityFile, blob: Blob) -> None:
    """Give a file its archive, once; the journal keeps its digest."""
    if row.stored_file_id is not None or row.erased_at is not None:
        return
    row.stored_file_id, row.sha256 = keep(ctx.session, blob, at=ctx.now).id, blob.sha256
    note_built(ctx, row, blob.sha256)


def note_built(ctx: Context, row: AuthorityFile, sha256: str) -> None:
    """Note in the journal that an archive was made, with its digest."""
    row.sha256 = sha256
    ctx.session.flush()
    journal.record(ctx, "authority_file.built", row, after={"sha256": sha256}, vendor_id=vendor_of(row))


def note_downloaded(ctx: Context, row: AuthorityFile) -> None:
    """Note in the journal who took the archive away."""
    authorize(ctx, Permission.AUTHORITY_FILE, row)
    journal.record(ctx, "authority_file.downloaded", row, after={"sha256": row.sha256}, vendor_id=vendor_of(row))


def promise_erasures(ctx: Context, most: int = 100) -> int:
    """Promise that the files whose day has come are erased; how many are new."""
    due = select(AuthorityFile.id).where(AuthorityFile.erased_at.is_(None), AuthorityFile.erase_on <= ctx.today)
    found = ctx.session.scalars(due.order_by(AuthorityFile.erase_on, AuthorityFile.id).limit(most)).all()
    orders = [JobOrder("authority.erase", {"file_id": one}, f"authority.erase:{one}") for one in found]
    return len(enqueue_many(ctx, orders))


def address_to_destroy(ctx: Context, row: AuthorityFile) -> str:
    """Where the archive of a file is, when nothing else rests on it; empty otherwise."""
    stored = ctx.session.get(StoredFile, row.stored_file_id) if row.stored_file_id is not None else None
    but = {AuthorityFile.__tablename__: (row.id,)}
    return "" if stored is None or others_hold(ctx.session, stored.key, but=but) else stored.key


def erase(ctx: Context, row: AuthorityFile) -> None:
    """Erase what a file said and let its archive go; its digest and who asked for it stay."""
    row.content, row.stored_file_id, row.erased_at = {}, None, ctx.now
    ctx.session.flush()
    journal.record(ctx, "authority_file.erased", row, after={"sha256": row.sha256}, vendor_id=vendor_of(row))


def vendor_of(row: AuthorityFile) -> int | None:
    """The vendor that a file is about, when it is about one."""
    return row.subject_id if row.subject is SubjectKind.VENDOR else None


def _parts(content: Mapping[str, Any]) -> list[str]:
    return [part["key"] for part in content["parts"] if part["is_in"]]
