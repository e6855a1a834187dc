"""Where an anchor begins: at the upgrade that brings it, and where an operator has judged what it told."""

from collections.abc import Mapping
from contextlib import closing

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.db import Database
from portal.core.errors import Refused
from portal.core.language import N_
from portal.journal import anchoring, kept_rows, queries, services
from portal.journal.chain_key import chain_key
from portal.journal.rules import StartReason, verify_chain
from portal.journal.verification import Verification, keep_check, verify_journal

GUARDED_FROM = "0067"
"""The revision of the tables that came with the anchor."""


@dataclass(frozen=True)
class Anchor:
    """What the entry of the journal is about; an anchor has no row."""

    name: str


def after_upgrade(ctx: Context, came_from: str | None) -> None:
    """Anchor the journal of an installation of before the anchor, as it stands, and note the history of before.

    `came_from` is the revision of the tables before: later ones are anchored already, and a file that is gone since is
    no beginning.
    """
    if came_from is None or came_from >= GUARDED_FROM or not queries.head(ctx).count:
        return
    file = anchoring.anchor_file()
    if file is not None and not file.path.exists():
        _restart(ctx, StartReason.UPGRADED)
    found = kept_rows.unsealed_versions(ctx.session)
    services.record(ctx, kept_rows.KEYED, Anchor("anchor"), after={"versions": found.count, "digest": found.digest})


def accept(store: Database, ctx: Context, reason: str) -> None:
    """Begin the anchor again at the journal as it stands, with an entry that says why, and what was found.

    For a database that came back from a backup, a file that was lost. The former file is kept beside the new one.
    Raises Refused when nothing is wrong with the anchor, or without a reason.
    """
    authorize(ctx, Permission.JOB_MANAGE)
    why = " ".join(reason.split())
    if not why:
        raise Refused(N_("Dites pourquoi : la raison est notée au journal."))
    if anchoring.anchor_file() is None:
        raise Refused(N_("Ce portail n'ancre pas son journal."))
    found = verify_journal(ctx)
    if not any(one.is_of_anchor for one in found.findings):
        raise Refused(N_("L'ancre et le journal s'accordent : il n'y a rien à accepter."))
    _take_again(store, ctx, found, "journal.anchor_accepted", {"reason": why})


def note_restored(store: Database, ctx: Context, made_at: str) -> Verification | None:
    """Begin the anchor again at a journal that has just been restored, with an entry that names the backup.

    `made_at` is when that backup was made. Returns what verifying the journal finds from then on; None where nothing
    is anchored.
    """
    authorize(ctx, Permission.JOB_MANAGE)
    if anchoring.anchor_file() is None:
        return None
    return _take_again(store, ctx, verify_journal(ctx), "journal.restored", {"backup": made_at})


def _take_again(
    store: Database, ctx: Context, found: Verification, action: str, told: Mapping[str, str]
) -> Verification:
    wrong = [one.kind for one in found.findings if one.is_of_anchor]
    with store.transaction() as session:
        after = {**told, "found": wrong, "entries": found.chain.count}
        services.record(Context(session, ctx.actor, ctx.now), action, Anchor("anchor"), after=after)
    with store.transaction() as session:
        services.hold_end(session)
        _restart(Context(session, ctx.actor, ctx.now), StartReason.ACCEPTED)
    with store.reading() as session:
        verified = verify_journal(Context(session, ctx.actor, ctx.now))
    with store.transaction() as session:
        keep_check(Context(session, ctx.actor, ctx.now), verified)
    return verified


def _restart(ctx: Context, why: StartReason) -> None:
    file = anchoring.anchor_file()
    if file is None:
        return
    since = file.since()
    if since is None:
        with closing(queries.chain(ctx.session)) as links:
            report = verify_chain(links, key=chain_key())
        since = report.keyed_from or report.count + 1
    end = queries.head(ctx)
    file.restart(anchoring.first_line(why, end.count, end.hash, since=since, at=ctx.now))
