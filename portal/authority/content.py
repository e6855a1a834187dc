"""What a file says, frozen as JSON when it is asked for: parts, copies, gaps, entries of the journal."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, false, or_, select

from portal.authority.rules import SubjectKind, member_name
from portal.authority.scopes import Subject, scope_gaps, scope_of
from portal.authz.context import Context, authorize
from portal.authz.policy import ROLE_NAMES, Permission, Role
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import Language, Sentence, say
from portal.core.seal import NoSealKey, read_seal_key
from portal.core.translation import translate
from portal.journal import wording
from portal.journal.models import JournalEntry
from portal.journal.person_keys import opened
from portal.journal.proof_checker_page import proof_checker
from portal.journal.signed_heads import BrokenChain, sign_head
from portal.web.file_parts import FileCell, FileCopy, FilePart, FileScope, FileTable, PartContent

FORMAT = 1
MOST_ROWS = 20_000
"""Rows of all tables together: beyond, a file is asked for in smaller pieces."""
MOST_BYTES = 400 * 1024 * 1024
"""Of the copied files together; those that do not fit are named with their digest, and not copied."""
MOST_ENTRIES = 1000
"""Entries of the journal, the latest ones, each with its proof."""


@dataclass(frozen=True)
class FoundPart:
    """A part of a file: what it holds, or why it does not stand in it."""

    part: FilePart
    content: PartContent
    is_out_of_reach: bool = False
    is_left_out: bool = False

    @property
    def is_in(self) -> bool:
        """Whether it stands in the file."""
        return not (self.is_out_of_reach or self.is_left_out)

    @property
    def rows(self) -> int:
        """Of its tables together."""
        return sum(len(table.rows) for table in self.content.tables)


class JournalLine(NamedTuple):
    """An entry of the journal as the file lists it."""

    number: int
    at: datetime
    actor: str
    role: str
    action: str
    label: str


@dataclass(frozen=True)
class FoundContent:
    """Everything that a file would say."""

    subject: Subject
    scope: FileScope
    parts: tuple[FoundPart, ...]
    entries: tuple[JournalLine, ...]
    gaps: tuple[Sentence, ...]
    """Those that belong to no part."""

    @property
    def gap_count(self) -> int:
        """How many things are missing or unknown: never none because nothing was looked for."""
        return len(self.gaps) + sum(len(found.content.gaps) for found in self.parts)


def find_content(
    ctx: Context, subject: Subject, on: date, language: Language, parts: Sequence[FilePart], wanted: Collection[str]
) -> FoundContent:
    """What a file about something would say as of a day, with these parts, whatever it costs to print.

    Each part is read with its own permission: what the actor may not read is named as left out. Raises Refused for a
    day to come, or when it would be too large.
    """
    authorize(ctx, Permission.AUTHORITY_FILE)
    scope = scope_of(ctx, subject, on, language)
    found = tuple(_found(ctx, scope, part, wanted) for part in parts if part.key in wanted or not part.is_chosen)
    if sum(one.rows for one in found) > MOST_ROWS:
        raise Refused(
            say("Ce dossier compterait plus de %(most)s lignes : demandez-le par sous-traitant.", most=MOST_ROWS)
        )
    entries, gaps = _entries(ctx, scope, subject, [one.part for one in found if one.is_in])
    return FoundContent(subject, scope, found, entries, (*scope_gaps(scope), *gaps))


def _found(ctx: Context, scope: FileScope, part: FilePart, wanted: Collection[str]) -> FoundPart:
    if not ctx.can(part.permission):
        return FoundPart(part, PartContent(gaps=(say("Hors de vos droits : non joint."),)), is_out_of_reach=True)
    if part.key not in wanted:
        return FoundPart(part, PartContent(gaps=(say("Rubrique non retenue."),)), is_left_out=True)
    content = part.find(ctx, scope)
    if not any(table.rows for table in content.tables) and not content.gaps:
        content = PartContent(tables=content.tables, copies=content.copies, gaps=(say("Rien à cette date."),))
    return FoundPart(part, content)


def _entries(
    ctx: Context, scope: FileScope, subject: Subject, parts: Sequence[FilePart]
) -> tuple[tuple[JournalLine, ...], tuple[Sentence, ...]]:
    """The entries that go with the parts, oldest first, and what is missing of them."""
    if not ctx.can(Permission.JOURNAL_VIEW):
        return (), (say("Journal : hors de vos droits, non joint."),)
    actions = sorted({action for part in parts for action in part.actions})
    rows = ctx.session.execute(
        select(
            JournalEntry.id, JournalEntry.at, JournalEntry.actor_name, JournalEntry.actor_role, JournalEntry.action,
            JournalEntry.object_label,
        )
        .where(JournalEntry.action.in_(actions), JournalEntry.at < scope.before, _concerns(scope, subject))
        .order_by(JournalEntry.id.desc())
        .limit(MOST_ENTRIES + 1)
    ).all()  # fmt: skip
    gaps = []
    if len(rows) > MOST_ENTRIES:
        gaps.append(say("Journal : seules les %(most)s dernières écritures sont jointes.", most=MOST_ENTRIES))
    if not rows:
        gaps.append(say("Journal : aucune écriture à cette date."))
    read = [list(row) for row in reversed(rows[:MOST_ENTRIES])]
    return tuple(JournalLine(*row) for row in opened(ctx.session, read)), tuple(gaps)


def _concerns(scope: FileScope, subject: Subject) -> ColumnElement[bool]:
    """The entries about the vendors of a file, and about the line or the entity that it is about."""
    where: list[ColumnElement[bool]] = [JournalEntry.vendor_id.in_(scope.vendor_ids)]
    if subject.kind is SubjectKind.ACTIVITY:
        where.append(_about("ProcessingActivity", subject.id))
    elif subject.kind is SubjectKind.ENTITY:
        where.append(_about("LegalEntity", subject.id))
    return or_(false(), *where)


def _about(kind: str, number: int) -> ColumnElement[bool]:
    return and_(JournalEntry.object_type == kind, JournalEntry.object_id == number, JournalEntry.vendor_id.is_(None))


def signed_journal(ctx: Context) -> tuple[Sentence, ...]:
    """Sign the journal as it stands, so that its entries can be proved; what keeps it from being so, as a gap."""
    try:
        sign_head(ctx)
    except (NoSealKey, BrokenChain) as error:
        why = error.sentence if isinstance(error.sentence, Sentence) else Sentence(error.sentence)
        return (say("Journal : des écritures sont sans preuve. %(why)s", why=why),)
    return ()


def frozen_content(found: FoundContent, *, more_gaps: Sequence[Sentence] = (), checker: str = "") -> dict[str, Any]:
    """The same as JSON values, in the language of the file; equal contents give equal values.

    `checker` is the page that checks proofs off line, empty without a key.
    """
    language = found.scope.language
    room = min(MOST_BYTES, process.settings().upload_max_bytes * 3 // 4)
    parts = []
    for one in found.parts:
        copies, room = _copies(one.content.copies, room, language)
        left = [
            say("Fichier trop lourd, non copié : %(name)s.", name=copy["name"]) for copy in copies if not copy["in"]
        ]
        parts.append(
            {
                "key": one.part.key, "title": translate(one.part.title, language), "is_in": one.is_in,
                "tables": [_table(table, language) for table in one.content.tables],
                "copies": copies, "gaps": [translate(gap, language) for gap in (*one.content.gaps, *left)],
            }
        )  # fmt: skip
    return {
        "format": FORMAT, "organisation": process.settings().organisation, "language": language.value,
        "subject": {"kind": found.subject.kind.value, "key": found.subject.key, "name": found.subject.name},
        "on": found.scope.on.isoformat(),
        "gaps": [translate(gap, language) for gap in (*found.gaps, *more_gaps)],
        "parts": parts,
        "entries": [_entry(line, language) for line in found.entries],
        "checker": checker,
    }  # fmt: skip


def count_gaps(content: dict[str, Any]) -> int:
    """How many things a frozen content says are missing or unknown."""
    return len(content["gaps"]) + sum(len(part["gaps"]) for part in content["parts"])


def _copies(copies: Sequence[FileCopy], room: int, language: Language) -> tuple[list[dict[str, Any]], int]:
    told = []
    for number, copy in enumerate(copies, 1):
        fits = copy.stored.size <= room
        room -= copy.stored.size if fits else 0
        told.append(
            {
                "file": copy.stored.id, "name": member_name(number, copy.stored.filename),
                "what": translate(copy.what, language), "sha256": copy.stored.sha256, "size": copy.stored.size,
                "in": fits,
            }
        )  # fmt: skip
    return told, room


def _table(table: FileTable, language: Language) -> dict[str, Any]:
    return {
        "name": table.name, "title": translate(table.title, language), "records": table.as_records,
        "columns": [translate(column, language) for column in table.columns],
        "rows": [[_cell(cell, language) for cell in row] for row in table.rows],
    }  # fmt: skip


def _cell(cell: FileCell, language: Language) -> Any:
    if isinstance(cell, datetime):
        return {"at": cell.isoformat()}
    if isinstance(cell, date):
        return {"day": cell.isoformat()}
    if isinstance(cell, Sentence):
        return translate(cell, language)
    return str(cell) if isinstance(cell, str) else cell


def _entry(line: JournalLine, language: Language) -> dict[str, Any]:
    role = translate(ROLE_NAMES[Role(line.role)], language) if line.role in set(Role) else line.role
    action = translate(wording.ACTIONS[line.action], language) if line.action in wording.ACTIONS else line.action
    return {
        "number": line.number, "at": {"at": line.at.isoformat()}, "actor": line.actor, "role": role, "action": action,
        "label": line.label,
    }  # fmt: skip


def offline_checker() -> str:
    """The page that checks proofs without this portal; empty without a key to check them with."""
    told = process.settings()
    try:
        return proof_checker(read_seal_key(told.seal_source), told.organisation)
    except NoSealKey:
        return ""
