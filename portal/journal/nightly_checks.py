"""Every night the whole journal is verified, and what was found is kept: whether it holds is never a guess.

A result is worth something for the journal it was found of, and for two days.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.authz.context import Context
from portal.core import logs
from portal.core.canonical_json import canonical_json
from portal.core.clock import is_night
from portal.core.dataclass import dataclass
from portal.core.errors import PortalError
from portal.core.language import Sentence, say
from portal.jobs.ledger import enqueue
from portal.journal import anchoring
from portal.journal.chain_key import chain_key
from portal.journal.models import JournalCheck, JournalEntry
from portal.journal.rules import GENESIS, ChainReport

GOOD_FOR = timedelta(days=2)
CLOCKS_APART = timedelta(minutes=5)
"""How far in the future a result may be dated by the clock of another machine."""
MOST_FINDINGS = 20
TAKEN_AGAIN = ("journal.anchor_accepted", "journal.restored")
"""Entries after which a result of before says nothing any more."""
log = logs.get_logger()


class CheckState(StrEnum):
    """What is known of the journal."""

    NEVER = "never"
    SOUND = "sound"
    FAILED = "failed"
    OLD = "old"
    UNKNOWN = "unknown"
    """The last result is not of this journal: it was changed, or the database is another."""


@dataclass(frozen=True)
class LastCheck:
    """What the last verification said."""

    at: datetime
    entries: int
    findings: tuple[tuple[str, Sentence], ...]


@dataclass(frozen=True)
class CheckStanding:
    """What the last verification says of the journal as it is now."""

    state: CheckState
    check: LastCheck | None = None

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """What was found, for a person."""
        return tuple(sentence for _, sentence in (self.check.findings if self.check else ()))

    @property
    def kinds(self) -> tuple[str, ...]:
        """What was found, for a program."""
        return tuple(kind for kind, _ in (self.check.findings if self.check else ()))


def queue_check(ctx: Context) -> int:
    """Once a night in Paris, promise a verification."""
    if not is_night(ctx.now):
        return 0
    made = enqueue(ctx, "journal.verify", {}, dedup=f"journal.verify:{ctx.today}")
    return 0 if made is None else 1


def note_check(ctx: Context, report: ChainReport, findings: Sequence[tuple[str, Sentence]]) -> None:
    """Keep what a verification found: how far the chain holds, and all that does not, by name and in a sentence."""
    check = JournalCheck(
        at=ctx.now, entries=report.count, last_hash=report.head,
        findings=[_told(kind, sentence) for kind, sentence in findings[:MOST_FINDINGS]],
    )  # fmt: skip
    check.mac = _mac(check)
    ctx.session.add(check)
    if findings:
        log.error("the journal does not hold", found=[kind for kind, _ in findings])


def standing(session: Session, at: datetime) -> CheckStanding:
    """What is known of the journal at an instant; sound only when nothing speaks against it."""
    check = session.scalar(select(JournalCheck).order_by(JournalCheck.id.desc()).limit(1))
    if check is None:
        return CheckStanding(CheckState.NEVER)
    if check.mac != _mac(check) or check.at > at + CLOCKS_APART:
        return CheckStanding(CheckState.UNKNOWN)
    said = [(str(one["kind"]), Sentence(one["text"], one["values"], one.get("plural", ""))) for one in check.findings]
    return CheckStanding(_state(session, check, at), LastCheck(check.at, check.entries, tuple(said)))


def _state(session: Session, check: JournalCheck, at: datetime) -> CheckState:
    if check.findings:
        return CheckState.FAILED
    if not _is_of_this_journal(session, check):
        return CheckState.UNKNOWN
    return CheckState.OLD if at - check.at > GOOD_FOR else CheckState.SOUND


def turned_back(session: Session) -> tuple[str, Sentence] | None:
    """What the results of before say against the journal as it is now."""
    rows = session.execute(
        select(JournalCheck, JournalEntry.hash)
        .outerjoin(JournalEntry, JournalEntry.id == JournalCheck.entries)
        .order_by(JournalCheck.id)
    )
    for check, held in rows:
        if check.mac != _mac(check):
            told = say("Le résultat de la vérification n° %(number)s a été modifié dans la base.", number=check.id)
            return "check altered", told
        if check.entries and held != check.last_hash:
            told = say(
                "L'écriture n° %(number)s n'est plus celle que la vérification de nuit avait lue, ou elle manque.",
                number=check.entries,
            )
            return "checked end gone", told
    return None


def _is_of_this_journal(session: Session, check: JournalCheck) -> bool:
    last = session.scalar(select(func.max(JournalEntry.id))) or 0
    if check.entries == 0:
        return last == 0 and check.last_hash == GENESIS
    if check.entries < (session.scalar(select(func.max(JournalCheck.entries))) or 0):
        return False
    if session.scalar(select(JournalEntry.hash).where(JournalEntry.id == check.entries)) != check.last_hash:
        return False
    taken_again = select(JournalEntry.id).where(JournalEntry.action.in_(TAKEN_AGAIN), JournalEntry.id > check.entries)
    return session.scalar(taken_again.limit(1)) is None and _reaches_its_anchor(last)


def _reaches_its_anchor(last: int) -> bool:
    """Whether the journal goes as far as its anchor; False when the anchor does not say."""
    file = anchoring.anchor_file()
    if file is None:
        return True
    try:
        noted = file.noted_end()
    except PortalError:
        return False
    return noted is not None and noted <= last


def _told(kind: str, sentence: Sentence) -> dict[str, object]:
    values = {name: value if isinstance(value, int) else str(value) for name, value in sentence.values.items()}
    told: dict[str, object] = {"kind": kind, "text": sentence.text, "values": values}
    return {**told, "plural": sentence.plural} if sentence.plural else told


def _mac(check: JournalCheck) -> str:
    at = check.at.astimezone(UTC).isoformat(timespec="seconds")
    return chain_key().digest("check", canonical_json([at, check.entries, check.last_hash, check.findings]))
