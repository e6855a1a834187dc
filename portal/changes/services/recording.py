"""A change comes in: declared by the vendor in its space, or recorded by one of ours from what it sent."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.chain.models import ChainCompany
from portal.chain.rules.transfer_tools import TransferTool
from portal.changes.deadline_lines import deadline_lines, object_before
from portal.changes.mail_reading import AnnouncedByMail
from portal.changes.mails import tell_deciders, write_receipt
from portal.changes.models import AnnouncedChange, ChangeMove, ChangeSource
from portal.changes.rules.life import ChangeState, MoveKind
from portal.changes.rules.reading import MOST_MOVES, ReadMove, read_moves
from portal.changes.services.shared import check_receipt, keep_deadline, keep_title
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.row_lock import hold_row
from portal.core.stored import StoredFile, keep
from portal.journal import services as journal
from portal.vendors.daily_share import keep_daily_share
from portal.vendors.models import Vendor
from portal.vendors.reference import atlas
from portal.vendors.rules.naming import words

LONGEST_WORDS = 200_000
DECLARED_A_DAY = 50
"""Changes that a vendor may announce in twenty-four hours."""
TOO_MANY = N_("Vous avez annoncé %(most)s changements en un jour : envoyez-nous les suivants en liste.")
NO_NAME = N_("Donnez le nom de la société.")
NO_REPLACED = N_("Dites quelle société elle remplace.")


@dataclass(frozen=True)
class MoveSheet:
    """What somebody says of one company."""

    kind: MoveKind
    name: str
    replaces: str = ""
    country: str = ""
    processing: str = ""
    starts_on: date | None = None
    tool: TransferTool = TransferTool.UNKNOWN
    quote: str = ""


def check_move(sheet: MoveSheet) -> None:
    """Raise Refused for a line that names nobody, or a replacement that does not say of whom."""
    if not words(sheet.name):
        raise Refused(NO_NAME)
    if sheet.kind is MoveKind.REPLACE and not words(sheet.replaces):
        raise Refused(NO_REPLACED)
    if sheet.country and sheet.country not in atlas().codes:
        raise Refused(N_("Choisissez un pays."))


def declare_change(ctx: Context, vendor: Vendor, sheet: MoveSheet, words_of_vendor: str = "") -> AnnouncedChange:
    """The vendor announces a change in its space: the contract's delay runs from now, both sides are written to."""
    authorize(ctx, Permission.CHANGE_DECLARE, vendor)
    keep_daily_share(
        ctx, AnnouncedChange.recorded_at, AnnouncedChange.vendor_id == vendor.id,
        AnnouncedChange.source == ChangeSource.DECLARED, most=DECLARED_A_DAY,
        refusal=TOO_MANY,
    )  # fmt: skip
    check_move(sheet)
    change = _open(ctx, vendor, ctx.now, ChangeSource.DECLARED, words_of_vendor.strip())
    _add(ctx, change, [sheet])
    tell_deciders(ctx, change)
    write_receipt(ctx, change)
    return change


def declare_more(ctx: Context, change: AnnouncedChange, sheet: MoveSheet) -> None:
    """Another company of the same announcement; refused once we have begun to study it."""
    authorize(ctx, Permission.CHANGE_DECLARE, change)
    hold_row(ctx.session, change)
    if change.state is not ChangeState.RECEIVED or change.source is not ChangeSource.DECLARED:
        raise Refused(N_("Ce changement est déjà à l'étude : annoncez l'autre société à part."))
    named = ctx.session.scalar(select(func.count()).where(ChangeMove.change_id == change.id)) or 0
    if named >= MOST_MOVES:
        raise Refused(
            N_("Une annonce nomme %(most)s sociétés au plus : envoyez-nous les autres en liste."), most=MOST_MOVES
        )
    check_move(sheet)
    _add(ctx, change, [sheet])


def record_change(
    ctx: Context,
    vendor: Vendor,
    text: str,
    *,
    received_at: datetime,
    source: ChangeSource,
    file: StoredFile | None = None,
) -> AnnouncedChange:
    """One of ours records what a vendor sent; what the text says is proposed, nothing is retained yet."""
    authorize(ctx, Permission.CHANGE_WORK, vendor)
    check_receipt(ctx, received_at)
    if not text.strip():
        raise Refused(N_("Collez ce que le prestataire a écrit, ou joignez son fichier."))
    change = _open(ctx, vendor, received_at, source, text.strip()[:LONGEST_WORDS], file)
    _add(ctx, change, [_sheet(move) for move in read_moves(change.text, _names_of(ctx, vendor), atlas())])
    return change


def receive_change(ctx: Context, message: AnnouncedByMail) -> bool:
    """Record what came to the address of a vendor's announcements, once; whoever decides is told.

    False when it must wait: more came for this vendor in a day than anyone can study.
    """
    vendor = ctx.session.get(Vendor, message.vendor_id) if message.vendor_id is not None else None
    known = select(AnnouncedChange.id).where(AnnouncedChange.message_digest == message.digest)
    if vendor is None or ctx.session.scalar(known) is not None:
        return True
    authorize(ctx, Permission.CHANGE_WORK, vendor)
    try:
        keep_daily_share(
            ctx, AnnouncedChange.recorded_at, AnnouncedChange.vendor_id == vendor.id,
            AnnouncedChange.source == ChangeSource.MAIL, most=DECLARED_A_DAY, refusal=TOO_MANY,
        )  # fmt: skip
    except Refused:
        return False
    file = keep(ctx.session, message.blob, at=ctx.now) if message.blob is not None else None
    change = _open(ctx, vendor, ctx.now, ChangeSource.MAIL, message.text.strip()[:LONGEST_WORDS], file, message.digest)
    _add(ctx, change, [_sheet(move) for move in read_moves(change.text, _names_of(ctx, vendor), atlas())])
    tell_deciders(ctx, change)
    return True


def _sheet(move: ReadMove) -> MoveSheet:
    country = move.country if move.country in atlas().codes else ""
    return MoveSheet(
        move.kind, move.name, move.replaces, country, move.processing, move.starts_on, TransferTool.UNKNOWN, move.quote
    )


def _names_of(ctx: Context, vendor: Vendor) -> list[str]:
    """What the vendor is called: a text that says « Acme adds » does not add Acme."""
    behind = ctx.session.scalars(select(ChainCompany.name).where(ChainCompany.vendor_id == vendor.id))
    return [vendor.name, vendor.legal_name, *behind]


def _open(
    ctx: Context,
    vendor: Vendor,
    received_at: datetime,
    source: ChangeSource,
    text: str,
    file: StoredFile | None = None,
    message_digest: str | None = None,
) -> AnnouncedChange:
    change = AnnouncedChange(
        vendor=vendor, title=vendor.name[:300], source=source, text=text, stored_file=file, received_at=received_at,
        message_digest=message_digest,
        recorded_at=ctx.now, recorded_by_id=ctx.actor.id, recorded_by=ctx.actor.name,
        object_before=object_before(deadline_lines(ctx, vendor.id, received_at)),
    )  # fmt: skip
    ctx.session.add(change)
    ctx.session.flush()
    journal.record(
        ctx, "change.recorded", change,
        after={"received_at": received_at, "object_before": change.object_before},
    )  # fmt: skip
    return change


def _add(ctx: Context, change: AnnouncedChange, sheets: Iterable[MoveSheet]) -> Sequence[ChangeMove]:
    made = [
        ChangeMove(
            change=change, kind=sheet.kind, name=sheet.name[:300], replaces=sheet.replaces[:300], country=sheet.country,
            processing=sheet.processing, tool=sheet.tool, starts_on=sheet.starts_on, quote=sheet.quote,
            is_declared=change.source is ChangeSource.DECLARED,
        )
        for sheet in sheets
    ]  # fmt: skip
    ctx.session.add_all(made)
    ctx.session.flush()
    keep_title(ctx, change)
    return made


def set_receipt(ctx: Context, change: AnnouncedChange, received_at: datetime) -> None:
    """Say when it reached us: the delay is counted from it. What a vendor declared here came when it did."""
    authorize(ctx, Permission.CHANGE_WORK, change)
    hold_row(ctx.session, change)
    if change.source is ChangeSource.DECLARED:
        raise Refused(N_("Le prestataire l'a déclaré ici : le moment est celui de sa déclaration."))
    if not change.state.is_waiting:
        raise Refused(N_("La réponse est partie : ce moment ne bouge plus."))
    check_receipt(ctx, received_at)
    before, after = journal.changes(change, {"received_at": received_at})
    if after:
        journal.record(ctx, "change.dated", change, before=before, after=after)
    keep_deadline(ctx, change)
