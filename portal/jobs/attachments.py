"""A file that a letter carries: found, and read from the store, when the letter leaves; nothing of it is kept with it.

It may be made after the letter was promised (a receipt is printed by a worker): the letter waits for it a little, from
the first time it asks: what workers that were stopped had left to do is no reason to leave without. A file that cannot
be had costs the attachment, never the letter, whose template then says that it is missing.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from portal.authz.context import Context
from portal.core import logs, process
from portal.core import mail as post
from portal.core.dataclass import dataclass
from portal.core.errors import PortalError
from portal.core.files import Damaged
from portal.core.stored import StoredFile, blob_of
from portal.jobs.ledger import TryLater

LARGEST = 7 * 1024 * 1024
"""Bytes of a file: servers commonly take messages of ten megabytes, and the way files travel adds a third."""
PATIENCE = timedelta(minutes=15)
"""How long a letter waits for a file that is still to be made, or for a store that does not answer."""
ASKED_AGAIN = timedelta(seconds=30)
FindFile = Callable[[Session, Mapping[str, Any]], StoredFile | None]
FINDERS: dict[str, FindFile] = {}
log = logs.get_logger()


class AttachmentState(StrEnum):
    """What the template of a letter is told of its file, as `attached`."""

    NONE = ""
    JOINED = "joined"
    MISSING = "missing"


@dataclass(frozen=True)
class Attachment:
    """The file of a letter, by who finds it and what they are told (`finds_attachment`)."""

    finder: str
    arguments: Mapping[str, Any]

    @property
    def stored(self) -> dict[str, Any]:
        """As the row of a message keeps it."""
        return {"finder": self.finder, "arguments": dict(self.arguments)}


def finds_attachment(name: str) -> Callable[[FindFile], FindFile]:
    """Register what finds a file of letters; none while it is still to be made."""

    def register(function: FindFile) -> FindFile:
        FINDERS[name] = function
        return function

    return register


def read_attachment(
    ctx: Context, stored: Mapping[str, Any] | None, asked_at: datetime
) -> tuple[AttachmentState, post.AttachedFile | None]:
    """The file of a letter about to leave, read whole; `asked_at` is when it was first asked for.

    Raises TryLater while it is worth waiting for.
    """
    if not stored:
        return AttachmentState.NONE, None
    find = FINDERS.get(stored["finder"])
    row = find(ctx.session, stored["arguments"]) if find is not None else None
    if row is None:
        return _without("not made", ctx, asked_at, may_come=find is not None)
    if row.size > LARGEST:
        return _without(f"{row.size} bytes", ctx, asked_at, may_come=False)
    try:
        content = b"".join(process.store().open(blob_of(row)))
    except PortalError as failure:
        why = type(failure).__name__
        return _without(why, ctx, asked_at, may_come=not isinstance(failure, Damaged))
    return AttachmentState.JOINED, post.AttachedFile(row.filename, row.media_type, content)


def _without(why: str, ctx: Context, asked_at: datetime, *, may_come: bool) -> tuple[AttachmentState, None]:
    if may_come and ctx.now - asked_at < PATIENCE:
        raise TryLater(f"attachment: {why}", at=ctx.now + ASKED_AGAIN)
    log.warning("a letter leaves without its attachment", reason=why)
    return AttachmentState.MISSING, None
