"""A list of chains entered as it is: a company for each name, a link for each line, and no two names merged."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.chain.link_rows import MOST_CELLS, MOST_ROWS, LinkRow, RefusedRow, read_rows
from portal.chain.models import ChainCompany, ChainCompanyWord, ChainLink, LinkSource, folded_name
from portal.core import sought
from portal.core.dataclass import dataclass
from portal.core.history import keep_written
from portal.core.spreadsheets import read_table
from portal.journal import services as journal
from portal.vendors.models import Vendor
from portal.vendors.reference import atlas
from portal.vendors.rules.naming import fold, plain, register_key

MOST_BYTES = 50 * 1024 * 1024
"""Bytes of a list; 100,000 lines take some fifteen."""
AT_ONCE = 5_000
"""Rows written by one statement."""
_FALLBACK = "societe"


@dataclass(frozen=True)
class ChainFile:
    """What a file says: the lines that are sound, and the others with a sentence each."""

    name: str
    rows: Sequence[LinkRow]
    refused: Sequence[RefusedRow]

    @property
    def names(self) -> list[str]:
        """Each name once, in the order of the file."""
        return list(dict.fromkeys(name for row in self.rows for name in (row.engaging, row.engaged)))


@dataclass(frozen=True)
class ChainEntered:
    """What the portal holds of a file once it is entered, and what of it is new."""

    nodes: int
    edges: int
    new_nodes: int
    new_edges: int


def read_chain_file(file: Path) -> ChainFile:
    """Read a CSV or XLSX of links, without the database; raises Refused when it is no such file."""
    table = read_table(file, max_bytes=MOST_BYTES, max_rows=MOST_ROWS, max_cells=MOST_CELLS)
    rows, refused = read_rows(table.header, table.rows, table.problems, atlas())
    return ChainFile(file.name, rows, refused)


def enter_chain(ctx: Context, file: ChainFile) -> ChainEntered:
    """Enter the names and the links of a file that are not there yet; doing it twice changes nothing more.

    A vendor of the same name stands behind a company from then on; none is created. Two names stay two companies.
    """
    authorize(ctx, Permission.CHAIN_WRITE)
    known = dict(ctx.session.execute(select(ChainCompany.name, ChainCompany.id)).all())
    fresh = [name for name in file.names if name not in known]
    if fresh:
        known |= enter_companies(ctx, fresh, countries=_first_places(file.rows), source=file.name)
    match_vendors(ctx, file.names)
    links = _links(ctx, file, known)
    new = [row for row in links.values() if row is not None]
    _write(ctx, ChainLink, new)
    if fresh or new:
        first = ctx.session.get_one(ChainCompany, known[file.rows[0].engaging])
        after = {"file": file.name, "companies": len(fresh), "links": len(new)}
        journal.record(ctx, "chain.imported", first, after=after)
    return ChainEntered(len(file.names), len(links), len(fresh), len(new))


def enter_companies(
    ctx: Context, names: Iterable[str], *, countries: dict[str, str] | None = None, source: str = ""
) -> dict[str, int]:
    """Enter companies under these names, none of which is there yet; their numbers."""
    keys = _Keys(ctx.session.scalars(select(ChainCompany.key)))
    entered = list(names)
    _write(ctx, ChainCompany, [_company(name, keys.of(name), ctx.now, countries or {}, source) for name in entered])
    # A company stands for itself until somebody judges that it is another.
    ctx.session.execute(
        update(ChainCompany).where(ChainCompany.knot == 0).values(knot=ChainCompany.id),
        execution_options={"synchronize_session": False},
    )
    wanted = set(entered)
    rows = ctx.session.execute(select(ChainCompany.name, ChainCompany.id)).all()
    found = {name: number for name, number in rows if name in wanted}
    _write(ctx, ChainCompanyWord, [
        {"text": word, "company_id": number}
        for name, number in found.items()
        for word in sought.words_to_index(plain(name)[: sought.LONGEST])
    ])  # fmt: skip
    keep_written(ctx.session, ChainCompany, found.values())
    return found


def match_vendors(ctx: Context, names: Iterable[str]) -> int:
    """Put the vendor of this name, and else the only one of this name legal forms aside, behind each company.

    A company of which a person said who stands behind it is left alone. How many were matched.
    """
    wanted = set(names)
    waiting = select(ChainCompany.id, ChainCompany.name, ChainCompany.folded_name).where(
        ChainCompany.vendor_id.is_(None), ChainCompany.is_vendor_chosen.is_(False)
    )
    companies = [row for row in ctx.session.execute(waiting) if row.name in wanted]
    if not companies:
        return 0
    by_name: dict[str, list[int]] = defaultdict(list)
    by_fold: dict[str, list[int]] = defaultdict(list)
    for number, name, folded in ctx.session.execute(select(Vendor.id, Vendor.name, Vendor.folded_name)):
        by_name[name].append(number)
        by_fold[folded].append(number)
    found = []
    for number, name, folded in companies:
        for vendors in (by_name.get(name), by_fold.get(folded) if folded else None):
            if vendors is not None and len(vendors) == 1:
                found.append({"id": number, "vendor_id": vendors[0]})
                break
    for some in _some(found):
        ctx.session.execute(update(ChainCompany), some)
    keep_written(ctx.session, ChainCompany, [one["id"] for one in found])
    return len(found)


def _first_places(rows: Iterable[LinkRow]) -> dict[str, str]:
    """Where each engaged company is said to be, by the first line that says one place."""
    found: dict[str, str] = {}
    for row in rows:
        if len(row.countries) == 1:
            found.setdefault(row.engaged, row.countries[0])
    return found


def _company(name: str, key: str, at: datetime, countries: dict[str, str], source: str) -> dict[str, Any]:
    return {
        "key": key, "name": name, "folded_name": folded_name(name), "sought": plain(name)[: sought.LONGEST],
        "knot": 0, "country": countries.get(name, ""), "source": source[:500], "created_at": at,
        "is_vendor_chosen": False, "address": "", "contact": "", "processing": "",
    }  # fmt: skip


def _links(
    ctx: Context, file: ChainFile, known: dict[str, int]
) -> dict[tuple[int, int, str, str], dict[str, Any] | None]:
    """The links that the file says, each once: what to write of it, or nothing when it is there already."""
    columns = (ChainLink.engaging_id, ChainLink.engaged_id, ChainLink.service, ChainLink.countries)
    held = {
        tuple(row)
        for row in ctx.session.execute(
            select(*columns).where(ChainLink.valid_until.is_(None), ChainLink.source_kind == LinkSource.LIST)
        )
    }
    said: dict[tuple[int, int, str, str], dict[str, Any] | None] = {}
    for row in file.rows:
        found = (known[row.engaging], known[row.engaged], row.service, " ".join(row.countries)[:200])
        if found in said:
            continue
        said[found] = None if found in held else {
            "engaging_id": found[0], "engaged_id": found[1], "service": found[2], "countries": found[3],
            "source_kind": LinkSource.LIST, "source": (row.source or file.name)[:500], "valid_from": ctx.today,
        }  # fmt: skip
    return said


def _write(ctx: Context, model: Any, rows: Sequence[dict[str, Any]]) -> None:
    for some in _some(rows):
        ctx.session.execute(insert(model), some)


def _some(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    waiting = iter(rows)
    while some := list(islice(waiting, AT_ONCE)):
        yield some


class _Keys:
    """Keys not yet taken; a thousand names of one key cost a step each."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}

    def of(self, name: str) -> str:
        base = (
            register_key(name, ()) if any(word.isascii() and word != "&" for word in fold(name).split()) else _FALLBACK
        )
        number = self._next.get(base, 1)
        while (key := base if number == 1 else f"{base}-{number}") in self._taken:
            number += 1
        self._next[base] = number + 1
        self._taken.add(key)
        return key
