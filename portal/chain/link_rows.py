"""Lines of a file of chains: who engages whom, read without merging any two names."""

from collections.abc import Iterator, Mapping, Sequence

from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import Sentence, say
from portal.core.spreadsheets import Problem, Row
from portal.vendors.rules.countries import Atlas, parse_locations
from portal.vendors.rules.naming import words

ENGAGING, ENGAGED, SERVICE, COUNTRY, SOURCE = (
    "controller_or_processor", "sub_processor", "service", "country", "source",
)  # fmt: skip
NEEDED = (ENGAGING, ENGAGED)
LONGEST_NAME = 300
LONGEST_TEXT = 500
MOST_ROWS = 200_000
MOST_CELLS = 2_000_000


@dataclass(frozen=True)
class LinkRow:
    """A line that is sound."""

    line: int
    engaging: str
    engaged: str
    service: str
    countries: tuple[str, ...]
    """ISO codes or regions (EU, EEA, WORLD), in the order of the cell; none when it says none."""
    source: str


@dataclass(frozen=True)
class RefusedRow:
    """A line that says nothing that could be kept, and why; no line for what is wrong with the file as a whole."""

    line: int | None
    message: Sentence


def columns_of(header: Sequence[str]) -> Mapping[str, int]:
    """Where each column stands; raises Refused when one that is needed is not there.

    >>> columns_of(["sub_processor", " Controller_or_processor "])["controller_or_processor"]
    1
    """
    found: dict[str, int] = {}
    for place, name in enumerate(header):
        found.setdefault(name.strip().lower(), place)
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise Refused(
            say(
                "La première ligne doit nommer les colonnes %(needed)s ; il manque %(missing)s.",
                needed=", ".join(NEEDED),
                missing=", ".join(missing),
            )
        )
    return found


def read_rows(
    header: Sequence[str], rows: Sequence[Row], problems: Sequence[Problem], atlas: Atlas
) -> tuple[list[LinkRow], list[RefusedRow]]:
    """The lines that are sound, and the others with a sentence each; raises Refused without the columns needed."""
    columns = columns_of(header)
    faults = {found.line: found.message for found in reversed(problems)}
    sound: list[LinkRow] = []
    refused: list[RefusedRow] = []
    for row in rows:
        if not row.sound and row.line in faults:
            refused.append(RefusedRow(row.line, faults[row.line]))
            continue
        read = _read(row, columns, atlas)
        if isinstance(read, LinkRow):
            sound.append(read)
        else:
            refused.append(RefusedRow(row.line, read))
    return sound, refused


def _read(row: Row, columns: Mapping[str, int], atlas: Atlas) -> LinkRow | Sentence:
    cells = {name: row.cells[place].strip() for name, place in columns.items() if place < len(row.cells)}
    engaging, engaged = cells.get(ENGAGING, ""), cells.get(ENGAGED, "")
    fault = next(_faults(engaging, engaged, cells.get(SERVICE, ""), cells.get(SOURCE, "")), None)
    if fault is not None:
        return fault
    countries = parse_locations(cells.get(COUNTRY, ""), atlas)
    if isinstance(countries, Sentence):
        return countries
    return LinkRow(row.line, engaging, engaged, cells.get(SERVICE, ""), countries, cells.get(SOURCE, ""))


def _faults(engaging: str, engaged: str, service: str, source: str) -> Iterator[Sentence]:
    for name, who in ((engaging, ENGAGING), (engaged, ENGAGED)):
        if not words(name):
            yield say("La colonne %(column)s ne nomme personne.", column=who)
        if len(name) > LONGEST_NAME:
            yield say("Le nom de la colonne %(column)s dépasse %(most)s caractères.", column=who, most=LONGEST_NAME)
        if any(ord(mark) < 32 or mark == "\x7f" for mark in name):
            yield say("Le nom de la colonne %(column)s contient un caractère de commande.", column=who)
    for text, what in ((service, SERVICE), (source, SOURCE)):
        if len(text) > LONGEST_TEXT:
            yield say("La colonne %(column)s dépasse %(most)s caractères.", column=what, most=LONGEST_TEXT)
