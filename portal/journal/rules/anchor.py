"""The anchor: where the journal ended, written line by line in a file apart from the database.

A line is promised just before a transaction that writes entries commits, while nobody else can write any, and said
done just after. So the journal may never end after the last line, nor before the last one that is done; killed between
the two, it ends before or after that one line. Each line is sealed with the journal's key, over the one before it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, field
from enum import StrEnum
from typing import Any

from portal.core.canonical_json import canonical_json
from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence
from portal.journal.rules.chain import GENESIS, ChainKey

LONGEST_LINE = 4096


class LineKind(StrEnum):
    """What a line of the anchor says."""

    START = "start"
    CONTINUED = "continued"
    NEXT = "next"
    DONE = "done"
    SIGNED = "signed"


class StartReason(StrEnum):
    """Why a file of the anchor begins."""

    NEW = "new"
    UPGRADED = "upgraded"
    ACCEPTED = "accepted"
    LOST = "lost"
    """The journal had entries, and no file stood there: somebody has to say why."""


class AnchorFault(StrEnum):
    """What is wrong with the anchor, or with the journal as it tells it."""

    MISSING = "anchor missing"
    LOST = "anchor lost"
    EDITED = "anchor edited"
    CUT = "anchor cut"
    EMPTIED = "journal emptied"
    SHORTENED = "journal shortened"
    TURNED_BACK = "journal turned back"
    REWRITTEN = "journal rewritten"
    HEADS_GONE = "signed head gone"


ANCHOR_SENTENCES = {
    AnchorFault.MISSING: N_("Le fichier d'ancre manque : rien ne dit plus où le journal finissait."),
    AnchorFault.LOST: N_(
        "Le fichier d'ancre manquait le %(at)s, alors que le journal avait des écritures (%(count)s) : il a été "
        "retiré, et recommencé."
    ),
    AnchorFault.EDITED: N_(
        "La ligne %(line)s du fichier d'ancre n'est pas celle qui a été écrite : il a été modifié, ou des lignes en "
        "ont été retirées."
    ),
    AnchorFault.CUT: N_(
        "Le fichier d'ancre s'arrête à l'écriture n° %(known)s, le journal va jusqu'à la n° %(count)s : la fin du "
        "fichier a été retirée, ou des écritures ont été faites sans lui."
    ),
    AnchorFault.EMPTIED: N_(
        "Le journal est vide, alors que l'ancre y a noté des écritures (%(known)s) le %(at)s : la table a été vidée, "
        "ou la base remplacée."
    ),
    AnchorFault.SHORTENED: N_(
        "Le journal finit à l'écriture n° %(count)s, alors que l'ancre a noté la n° %(known)s le %(at)s : la fin a été "
        "retirée, ou la base est revenue d'une sauvegarde plus ancienne."
    ),
    AnchorFault.TURNED_BACK: N_(
        "Le %(at)s, le journal a repris après l'écriture n° %(count)s, alors que l'ancre avait noté la n° %(known)s : "
        "la fin avait été retirée, ou la base était revenue d'une sauvegarde plus ancienne."
    ),
    AnchorFault.REWRITTEN: N_(
        "L'écriture n° %(known)s n'est plus celle que l'ancre a notée : le journal a été récrit par quelqu'un qui en "
        "a la clé."
    ),
    AnchorFault.HEADS_GONE: N_(
        "Des signatures du journal que l'ancre a notées manquent en base, ou y ont changé (%(count)s)."
    ),
}


@dataclass(frozen=True)
class AnchorFinding:
    """A fault and its figures."""

    fault: AnchorFault
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> Sentence:
        """The same, for a person."""
        return Sentence(ANCHOR_SENTENCES[self.fault], dict(self.figures))


@dataclass(frozen=True)
class AnchorMark:
    """An end of the journal that the anchor noted: how many entries, the hash of the last one, and when."""

    count: int
    head: str
    at: str
    """ISO 8601, UTC, to the second."""


@dataclass
class AnchorState:
    """What a file of the anchor says, read whole; filled line by line by `read_anchor`."""

    since: int | None = None
    """The first entry that is sealed with the key; None when the file does not say."""
    floor: AnchorMark | None = None
    """The last end that was certainly committed."""
    pending: AnchorMark | None = None
    """The end promised by a transaction of which it is not known whether it committed."""
    known: dict[int, str] = field(default_factory=dict)
    """Hashes of the last entries of committed transactions, by number."""
    signed: dict[int, str] = field(default_factory=dict)
    """Roots of signed heads, by number of entries."""
    signed_total: int = 0
    """How many signed heads there were."""
    faults: list[AnchorFinding] = field(default_factory=list)

    @property
    def ceiling(self) -> int:
        """The last entry that may be in the journal."""
        ends = [mark.count for mark in (self.floor, self.pending) if mark is not None]
        return max(ends, default=0)

    def take(self, line: Mapping[str, Any]) -> None:
        """Go on from what one more line says, its seal checked; raises KeyError, ValueError for what is no line."""
        kind = LineKind(line["kind"])
        if kind is LineKind.SIGNED:
            self.signed[line["count"]] = line["root"]
            self.signed_total = max(self.signed_total, line["total"])
            return
        end = AnchorMark(line["count"], line["head"], line["at"])
        if kind is LineKind.DONE:
            self._done(end)
        elif kind is LineKind.NEXT:
            self._next(end, AnchorMark(line["before"], line["before_head"], line["at"]))
        else:
            self._begin(end, line)

    def _begin(self, end: AnchorMark, line: Mapping[str, Any]) -> None:
        self.since, self.signed_total = line["since"], line.get("signed_total", 0)
        self._commit(end)
        if pending := line.get("pending"):
            self.pending = AnchorMark(**pending)
        self.faults = [AnchorFinding(AnchorFault(one["fault"]), one["figures"]) for one in line.get("faults", ())]
        if line.get("why") == StartReason.LOST:
            self.faults.append(AnchorFinding(AnchorFault.LOST, {"count": end.count, "at": end.at}))

    def _commit(self, end: AnchorMark) -> None:
        self.floor = end
        if end.count:
            self.known[end.count] = end.head

    def _done(self, end: AnchorMark) -> None:
        if self.floor is not None and end.count < self.floor.count:
            return  # said late, by a process whose end another has seen and gone on from
        if self.pending is not None and self.pending.count <= end.count:
            self.pending = None
        self._commit(end)

    def _next(self, end: AnchorMark, before: AnchorMark) -> None:
        floor = self.floor.count if self.floor is not None else 0
        if before.count < floor:
            figures = {"count": before.count, "known": floor, "at": before.at}
            self.faults.append(AnchorFinding(AnchorFault.TURNED_BACK, figures))
            self.known = {count: head for count, head in self.known.items() if count <= before.count}
        elif before.count > self.ceiling:
            self.faults.append(AnchorFinding(AnchorFault.CUT, {"known": self.ceiling, "count": before.count}))
        self._commit(before)
        self.pending = end


def line_text(key: ChainKey, previous: str, said: Mapping[str, Any]) -> str:
    """A line of the file, without its end: what it says, sealed over the seal of the line before (empty at first)."""
    body = {**said, "previous": previous}
    return canonical_json({**body, "mac": key.digest("anchor", canonical_json(body))}).decode()


def read_line(text: str) -> dict[str, Any] | None:
    """What a line says, its seal unchecked; None when it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("mac"), str) else None


def is_line_sealed(key: ChainKey, line: Mapping[str, Any]) -> bool:
    """Whether the key sealed what a line says."""
    body = {name: value for name, value in line.items() if name != "mac"}
    return bool(line["mac"] == key.digest("anchor", canonical_json(body)))


def read_anchor(key: ChainKey, lines: Iterable[str]) -> AnchorState:
    """What the lines say together; the first one that is not as it was written is named, and nothing after it counts.

    >>> key = ChainKey(b"k" * 32)
    >>> start = line_text(key, "", {"kind": "start", "why": "new", "since": 1, "count": 0, "head": GENESIS, "at": ""})
    >>> read_anchor(key, [start]).since, read_anchor(key, [start.replace("new", "old")]).faults[0].fault.value
    (1, 'anchor edited')
    """
    state, previous = AnchorState(), ""
    for number, text in enumerate(lines, start=1):
        line = read_line(text)
        try:
            if line is None or not is_line_sealed(key, line) or not _follows(line, number, previous):
                raise ValueError
            state.take(line)
        except (ValueError, KeyError, TypeError):
            state.faults.append(AnchorFinding(AnchorFault.EDITED, {"line": number}))
            break
        previous = line["mac"]
    return state


def _follows(line: Mapping[str, Any], number: int, previous: str) -> bool:
    """Whether a line stands at its place; the first of a file is the only one that begins."""
    begins = line.get("kind") in {LineKind.START, LineKind.CONTINUED}
    return begins if number == 1 else not begins and line.get("previous") == previous


def continued(state: AnchorState) -> dict[str, Any]:
    """What the first line of a file says that goes on from another: all that is still to be held to."""
    floor, pending = state.floor or AnchorMark(0, GENESIS, ""), state.pending
    return {
        "kind": LineKind.CONTINUED.value, "since": state.since, "count": floor.count, "head": floor.head,
        "at": floor.at, "pending": None if pending is None else asdict(pending), "signed_total": state.signed_total,
        "faults": [{"fault": one.fault.value, "figures": dict(one.figures)} for one in state.faults[:20]],
    }  # fmt: skip


def against_journal(
    before: AnchorState, after: AnchorState, count: int, hashes: Mapping[int, str]
) -> list[AnchorFinding]:
    """What the anchor says of a journal of `count` entries, whose `hashes` were read between two readings of it."""
    found = list(after.faults)
    floor = before.floor
    if floor is not None and count < floor.count:
        fault = AnchorFault.SHORTENED if count else AnchorFault.EMPTIED
        found.append(AnchorFinding(fault, {"count": count, "known": floor.count, "at": floor.at}))
    elif count > after.ceiling:
        found.append(AnchorFinding(AnchorFault.CUT, {"known": after.ceiling, "count": count}))
    known = dict(after.known)
    if after.pending is not None:
        known.setdefault(after.pending.count, after.pending.head)
    differs = [number for number, head in sorted(known.items()) if number in hashes and hashes[number] != head]
    if differs:
        found.append(AnchorFinding(AnchorFault.REWRITTEN, {"known": differs[0]}))
    return found
