"""What a domain puts in the file for the authority: tables, copies of files, and what is missing, said as such."""

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date, datetime
from typing import TypeAlias

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.history import PastRows
from portal.core.language import Language, Sentence, say
from portal.core.stored import StoredFile

FileCell: TypeAlias = "str | Sentence | date | datetime | bool | int | None"
"""None is what is not known: it is said in words, and never left blank."""


@dataclass(frozen=True, kw_only=True)
class FileScope:
    """What a file is about, and as of when."""

    vendor_ids: frozenset[int]
    activity_ids: frozenset[int] | None
    """Lines of the register that it is bound to; None: those that rest on its vendors, or are its entity's."""
    entity_id: int | None
    """The entity that it is bound to, when it is."""
    service_ids: frozenset[int] | None
    """Services that it is bound to; None: those of its vendors."""
    on: date
    before: datetime
    """The end of that day, or now when it is not over: nothing later is said."""
    language: Language
    names: Mapping[int, str] = field(default_factory=dict)
    """The vendors by their names of that day."""

    def named(self, vendor_id: int | None) -> str:
        """A vendor of the file; nothing of another one."""
        return self.names.get(vendor_id, "") if vendor_id is not None else ""


@dataclass(frozen=True, kw_only=True)
class FileTable:
    """One table of a part: a CSV file, and a section of the index."""

    name: str
    """Of its CSV file, in plain letters."""
    title: str
    """Marked with `N_`, as the columns are."""
    columns: tuple[str, ...]
    rows: tuple[tuple[FileCell, ...], ...]
    as_records: bool = False
    """Whether the index shows each row as a list of fields: rows too wide for a page."""


@dataclass(frozen=True, kw_only=True)
class FileCopy:
    """A sealed file to copy into the file, and what it is."""

    stored: StoredFile
    what: Sentence


@dataclass(frozen=True, kw_only=True)
class PartContent:
    """What one part holds."""

    tables: tuple[FileTable, ...] = ()
    copies: tuple[FileCopy, ...] = ()
    gaps: tuple[Sentence, ...] = ()
    """What is missing or unknown, one sentence each: a part is never whole by being empty."""


@dataclass(frozen=True, kw_only=True)
class FilePart:
    """A part of the file for the authority."""

    key: str
    """Its folder, in plain letters."""
    order: int
    """Where it stands among the parts of all domains, smallest first."""
    title: str
    """Marked with `N_`."""
    permission: Permission
    """Without it, the part is named as left out."""
    find: Callable[[Context, FileScope], PartContent]
    is_chosen: bool = False
    """Whether it is only put in when asked for by name, and not spoken of otherwise."""
    actions: frozenset[str] = frozenset()
    """Entries of the journal that go with it: those that hold no internal note."""


def unknown_before(past: PastRows, what: Sentence) -> tuple[Sentence, ...]:
    """The gap of a table whose history began later; none when it is known."""
    if past.is_known:
        return ()
    if past.unknown_before is None:
        return (say("%(what)s : inconnu, l'historique n'est pas tenu.", what=what),)
    day = legal_date(past.unknown_before)
    return (say("%(what)s : inconnu avant le %(day)s, jour où l'historique commence.", what=what, day=day),)
