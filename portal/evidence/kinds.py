"""The kinds of proof and how long each holds by default, from `questionnaires/preuves.toml`."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date
from functools import lru_cache
from pathlib import Path

from portal.core.calendar import months_later
from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import Sentence, say

FILE = "preuves.toml"


@dataclass(frozen=True)
class EvidenceKind:
    """A kind of proof, and how long it holds when the document gives no end date."""

    key: str
    fr: str
    en: str
    months: int | None
    """Months from the date of issue; none = no end."""
    basis: str
    """How binding the figure is: `law`, `scheme` (the certification's own rule) or `practice` (our choice)."""
    source: str
    ended_editions: Mapping[str, date] = field(default_factory=dict)
    """Editions that stopped counting, with their last day (a certificate may be older than its standard)."""

    def until(self, issued_on: date, edition: str | None = None) -> date | None:
        """Last day a proof of this kind holds by default.

        >>> kind = EvidenceKind("iso", "ISO", "ISO", 36, "scheme", "…", {"2013": date(2025, 10, 31)})
        >>> kind.until(date(2024, 3, 1)), kind.until(date(2024, 3, 1), edition="2013")
        (datetime.date(2027, 3, 1), datetime.date(2025, 10, 31))
        """
        limits = [] if self.months is None else [months_later(issued_on, self.months)]
        if edition and edition in self.ended_editions:
            limits.append(self.ended_editions[edition])
        return min(limits, default=None)

    def edition_until(self, standard: str) -> date | None:
        """Last day that the edition named in a standard as printed counts; none for one that still does.

        >>> kind = EvidenceKind("iso", "ISO", "ISO", 36, "scheme", "…", {"2013": date(2025, 10, 31)})
        >>> kind.edition_until("ISO/IEC 27001:2013"), kind.edition_until("ISO/IEC 27001:2022")
        (datetime.date(2025, 10, 31), None)
        """
        ended = [day for edition, day in self.ended_editions.items() if edition in _NUMBERS.findall(standard)]
        return min(ended, default=None)


BASES = ("law", "scheme", "practice")
_NUMBERS = expression(r"(?<![\d.])\d+")
"""The numbers of a standard as printed, without what follows a point: 27001 and 2013, the 1 of « 1.1 »."""
_FIELDS = {"key", "fr", "en", "months", "basis", "source", "ended_editions"}


def kind_problems(raw: Mapping[str, object]) -> list[Sentence]:
    """Every defect of a parsed file of kinds, each with the kind it is about.

    >>> [problem.text for problem in kind_problems({"kind": []})]
    ['Le fichier ne contient aucune preuve : « [[kind]] » est attendu.']
    """
    rows = raw.get("kind")
    if not isinstance(rows, list) or not rows:
        return [say("Le fichier ne contient aucune preuve : « [[kind]] » est attendu.")]
    problems: list[Sentence] = []
    seen: set[object] = set()
    for place, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            problems.append(say("Preuve n° %(place)s : un tableau « [[kind]] » est attendu.", place=place))
            continue
        where = row.get("key") or f"n° {place}"
        problems.extend(_row_problems(where, row))
        if where in seen:
            problems.append(say("%(where)s : cette clé est employée deux fois.", where=where))
        seen.add(where)
    return problems


def _row_problems(where: object, row: Mapping[str, object]) -> Iterator[Sentence]:
    for name in sorted(set(row) - _FIELDS):
        yield say("%(where)s : « %(name)s » est inconnu.", where=where, name=name)
    if row.get("basis") not in BASES:
        yield say("%(where)s : « basis » doit être l'un de %(choices)s.", where=where, choices=", ".join(BASES))
    for name in ("key", "fr", "en", "source"):
        if not isinstance(row.get(name), str) or not row[name]:
            yield say("%(where)s : « %(name)s » manque.", where=where, name=name)
    months = row.get("months")
    if months is not None and (not isinstance(months, int) or isinstance(months, bool) or months < 1):
        yield say("%(where)s : « months » doit être un nombre de mois, 1 ou plus.", where=where)
    editions = row.get("ended_editions", {})
    if not isinstance(editions, dict) or not all(type(day) is date for day in editions.values()):
        yield say("%(where)s : « ended_editions » associe une édition à une date.", where=where)


def parse_kinds(raw: Mapping[str, object]) -> dict[str, EvidenceKind]:
    """The kinds of a parsed file, by key.

    Raises ValueError with every defect (see `kind_problems`).

    >>> row = {"key": "pentest", "fr": "Test d'intrusion", "en": "Pentest", "months": 12, "basis": "practice",
    ...        "source": "…"}
    >>> parse_kinds({"kind": [row]})["pentest"].months
    12
    """
    problems = kind_problems(raw)
    if problems:
        raise ValueError("\n".join(map(str, problems)))
    rows: Iterable[dict[str, object]] = raw["kind"]  # type: ignore[assignment]
    return {str(row["key"]): EvidenceKind(**{"months": None, **row}) for row in rows}  # type: ignore[arg-type]


@lru_cache(maxsize=4)
def read_kinds(folder: Path) -> Mapping[str, EvidenceKind]:
    """The kinds of `preuves.toml` in a folder, read once per process; raises ValueError with every defect."""
    return parse_kinds(tomllib.loads((folder / FILE).read_text(encoding="utf-8")))


def file_problems(folder: Path) -> list[Sentence]:
    """Every defect of `preuves.toml` in a folder, a file that cannot be read or is not TOML included."""
    try:
        raw = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return [say("Ce fichier ne peut pas être lu : %(reason)s.", reason=str(error))]
    return kind_problems(raw)
