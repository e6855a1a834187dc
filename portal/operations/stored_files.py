"""Whether the files that the database names are in the store as they came, and whether others are there too."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.dataclass import dataclass
from portal.core.files import Damaged, Store
from portal.core.stored import StoredFile, blob_of

UNDER_WAY = timedelta(hours=1)
"""A file is put before the row that names it is committed: a younger one without a row may be on its way."""
AT_ONCE = 500


@dataclass(frozen=True)
class FileFault:
    """A file that is not what its row says."""

    id: int
    key: str
    filename: str


@dataclass(frozen=True)
class FilesReport:
    """What a look at files found; an orphan is the address of a file that no row names."""

    looked_at: int
    missing: tuple[FileFault, ...]
    altered: tuple[FileFault, ...]
    orphans: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether every file that is named is there, as it came; orphans harm nothing."""
        return not (self.missing or self.altered)


def look_at(store: Store, rows: Collection[StoredFile]) -> FilesReport:
    """Open the files of these rows whole, each content once; raises Unavailable when the store does not answer."""
    missing: list[FileFault] = []
    altered: list[FileFault] = []
    seen: dict[str, bool | None] = {}
    for row in rows:
        if row.key not in seen:
            seen[row.key] = _state(store, row)
        if seen[row.key] is not None:
            fault = FileFault(row.id, row.key, row.filename)
            (altered if seen[row.key] else missing).append(fault)
    return FilesReport(len(seen), tuple(missing), tuple(altered))


def _state(store: Store, row: StoredFile) -> bool | None:
    """None for a file as it came, True for one that is altered, False for one that is not there."""
    try:
        for _piece in store.open(blob_of(row)):
            pass
    except Damaged:
        return store.exists(row.key)
    return None


def verify_files(session: Session, store: Store, *, at: datetime) -> FilesReport:
    """Look at every file that the database names, then for those it does not name; takes as long as reading them."""
    reports = [look_at(store, rows) for rows in _in_batches(session)]
    return FilesReport(
        sum(one.looked_at for one in reports),
        tuple(fault for one in reports for fault in one.missing),
        tuple(fault for one in reports for fault in one.altered),
        tuple(_orphans(session, store, at)),
    )


def _in_batches(session: Session) -> Iterator[list[StoredFile]]:
    """Rows by address, so that those of one content come together."""
    last_key, last_id = "", 0
    while True:
        rows = list(
            session.scalars(
                select(StoredFile)
                .where((StoredFile.key > last_key) | ((StoredFile.key == last_key) & (StoredFile.id > last_id)))
                .order_by(StoredFile.key, StoredFile.id)
                .limit(AT_ONCE)
            )
        )
        if not rows:
            return
        yield rows
        last_key, last_id = rows[-1].key, rows[-1].id
        session.expunge_all()


def _orphans(session: Session, store: Store, at: datetime) -> Iterator[str]:
    old_enough = (key for key, since in store.kept_since() if at - since > UNDER_WAY)
    for keys in _batches(old_enough):
        known = set(session.scalars(select(StoredFile.key).where(StoredFile.key.in_(keys))))
        yield from (key for key in keys if key not in known)


def _batches(keys: Iterator[str]) -> Iterator[list[str]]:
    while found := [key for key, _n in zip(keys, range(AT_ONCE), strict=False)]:
        yield found
