"""The table of personal data, as a page shows it and as the documentation has it."""

from collections.abc import Iterator
from pathlib import Path

from babel.numbers import format_decimal

from portal.core.dataclass import dataclass
from portal.core.dates import LOCALES
from portal.core.language import Language
from portal.core.retention import days_kept, durations
from portal.privacy.declared import declaration
from portal.privacy.rules import Fate

DOCUMENT = Path(__file__).parent / "data" / "document.md"
FATES = {
    Fate.REMOVED: {"fr": "supprimé", "en": "removed"},
    Fate.REPLACED: {"fr": "remplacé", "en": "replaced"},
    Fate.BLANKED: {"fr": "vidé", "en": "emptied"},
    Fate.SEALED: {"fr": "chiffré", "en": "sealed"},
    Fate.FROZEN: {"fr": "gardé", "en": "kept"},
    Fate.FREE: {"fr": "texte libre, à lire", "en": "free text, to read"},
    Fate.DIGEST: {"fr": "empreinte", "en": "digest"},
}
DAYS = {"fr": ("1 jour", "%s jours"), "en": ("1 day", "%s days")}
NOTHING = {"fr": "rien : gardé", "en": "nothing: kept"}


@dataclass(frozen=True)
class TableLine:
    """One table, in words."""

    name: str
    whose: str
    columns: tuple[tuple[str, str], ...]
    """What becomes of columns, and which."""
    kept: str
    erased_by: str
    purpose: str
    base: str


def table_lines(language: Language, told: dict[str, int] | None = None) -> Iterator[TableLine]:
    """Every table that is declared; `told`: the durations that this portal was set to."""
    said, words = declaration(), language.value
    for one in said.tables.values():
        purpose = said.purposes[one.purpose]
        yield TableLine(
            one.name, said.whose[one.whose][words],
            tuple((FATES[fate][words], ", ".join(one.of(fate))) for fate in Fate if one.of(fate)),
            _days(days_kept(one.kept, told or {}), words) if one.kept else said.until[one.until][words],
            ", ".join(one.erased_by) or NOTHING[words], purpose[words], purpose["base"],
        )  # fmt: skip


@dataclass(frozen=True)
class KeptLine:
    """What is kept for one reason, as long, and erased by the same, as a page says it."""

    purpose: str
    base: str
    whose: str
    kept: str
    erased_by: tuple[str, ...]
    what: str


def _days(number: int, language: str) -> str:
    one, many = DAYS[language]
    return one if number == 1 else many % format_decimal(number, locale=LOCALES[Language(language)])


def kept_lines(language: Language, told: dict[str, int]) -> list[KeptLine]:
    """For a page: what is kept for one reason, as long, and erased by the same; what it is, and not its tables."""
    said, words = declaration(), language.value
    found: dict[tuple[str, str, str, str, tuple[str, ...]], list[str]] = {}
    for one, line in zip(said.tables.values(), table_lines(language, told), strict=True):
        erased_by = tuple(dict.fromkeys(said.erasers[by][words] for by in one.erased_by)) or (NOTHING[words],)
        found.setdefault((line.purpose, line.base, line.whose, line.kept, erased_by), []).append(one.what[words])
    said_of = {key: ", ".join(what) for key, what in found.items()}
    return [KeptLine(*key, what=what[:1].upper() + what[1:]) for key, what in said_of.items()]


def sealed_columns() -> Iterator[str]:
    """The columns that nobody reads without the portal's keys."""
    yield from (f"{one.name}.{column}" for one in declaration().tables.values() for column in one.of(Fate.SEALED))


def sealed_tables() -> list[str]:
    """The tables with columns that nobody reads without the portal's keys, in the order of the declaration."""
    return [one.name for one in declaration().tables.values() if any(one.of(Fate.SEALED))]


def declaration_text() -> str:
    """The documentation: tables in Markdown, written by `flask privacy table` and held by a test."""
    kept = [f"| `{one.key}` | {one.days} | {one.most} | {one.fr} |" for one in durations().values()]
    return DOCUMENT.read_text(encoding="utf-8").format(
        durations="\n".join(kept), sealed=", ".join(f"`{one}`" for one in sealed_columns()),
        tables="\n".join(map(_row, table_lines(Language.FR))),
    )  # fmt: skip


def _row(one: TableLine) -> str:
    columns = " ; ".join(f"{fate} : {names}" for fate, names in one.columns)
    cells = (f"`{one.name}`", one.whose, columns, one.kept, one.erased_by, f"{one.purpose} ({one.base})")
    return f"| {' | '.join(cells)} |"
