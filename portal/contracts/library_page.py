"""The shelves of the clause library: what each clause covers, how far we give way, where it serves; and the search."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from portal.contracts.clause_uses import ClauseUse
from portal.contracts.rules.model import Approver, Clause, ClauseLibrary, ContractTemplate, Passage, words
from portal.contracts.rules.operative_words import wordings
from portal.core.dataclass import dataclass
from portal.core.documents.tree import Text
from portal.core.language import Language
from portal.core.sought import beginnings
from portal.vendors.rules.naming import plain

MOST_SOUGHT = 8
"""Words of a search that are looked for."""
_AROUND = 12
"""Words shown on each side of the first one that was found."""
_NOWHERE = words("Sans thème", "No theme")


class GivingWay(StrEnum):
    """Whether a clause has a fallback."""

    YES = "repli"
    NO = "ferme"


@dataclass(frozen=True)
class ShelfFilter:
    """What the library is narrowed to."""

    search: str = ""
    theme: str = ""
    template: str = ""
    giving: GivingWay | None = None

    @property
    def is_set(self) -> bool:
        """Whether something is asked for."""
        return bool(self.search.strip() or self.theme or self.template or self.giving)


@dataclass(frozen=True)
class FoundWords:
    """Where a clause says what was sought."""

    paragraph: int
    language: Language
    words: str


@dataclass(frozen=True)
class ShelfClause:
    """A clause as the library shows it."""

    clause: Clause
    covers: tuple[tuple[str, str], ...]
    """Key and title of each obligation and requirement."""
    languages: tuple[str, ...]
    approvers: tuple[Approver, ...]
    templates: tuple[ContractTemplate, ...]
    use: ClauseUse | None
    found: FoundWords | None


@dataclass(frozen=True)
class Shelf:
    """A theme and its clauses."""

    title: str
    rows: tuple[ShelfClause, ...]


def shelves(
    library: ClauseLibrary, wanted: ShelfFilter, uses: Mapping[str, ClauseUse], language: Language
) -> tuple[Shelf, ...]:
    """The themes that hold something of what is wanted, in the order of the library."""
    named = {one.key: one.title.said_in(language) for one in library.obligations}
    named |= {one.key: one.title.said_in(language) for table in library.tables for one in table.requirements}
    sought = plain(wanted.search).split()[:MOST_SOUGHT]
    placed = {key for theme in library.themes for key in theme.clauses}
    themes = [(theme.key, theme.title.said_in(language), theme.clauses) for theme in library.themes]
    themes.append(("", _NOWHERE.said_in(language), tuple(key for key in library.clause if key not in placed)))
    found = []
    for key, title, clauses in themes:
        if wanted.theme and key != wanted.theme:
            continue
        rows = tuple(
            _row(clause, library, named, uses.get(clause.key), sought, language)
            for clause in (library.clause[one] for one in clauses if one in library.clause)
            if _is_wanted(clause, library, wanted) and _says(clause, named, sought)
        )
        if rows:
            found.append(Shelf(title, rows))
    return tuple(found)


def _is_wanted(clause: Clause, library: ClauseLibrary, wanted: ShelfFilter) -> bool:
    template = library.template.get(wanted.template)
    if wanted.template and (template is None or clause.key not in template.clause_keys):
        return False
    return wanted.giving is None or bool(clause.negotiation) is (wanted.giving is GivingWay.YES)


def _row(
    clause: Clause,
    library: ClauseLibrary,
    named: Mapping[str, str],
    use: ClauseUse | None,
    sought: Sequence[str],
    language: Language,
) -> ShelfClause:
    return ShelfClause(
        clause,
        tuple((key, named.get(key, "")) for key in clause.covers),
        tuple(one.value.upper() for one in Language if clause.prose.get(one)),
        tuple(one for one in Approver if any(point.approver is one for point in clause.negotiation)),
        templates_with(library, clause.key),
        use,
        _found(clause, sought, language) if sought else None,
    )


def templates_with(library: ClauseLibrary, key: str) -> tuple[ContractTemplate, ...]:
    """The kinds of contract that may take a clause."""
    return tuple(template for template in library.templates if key in template.clause_keys)


def _says(clause: Clause, named: Mapping[str, str], sought: Sequence[str]) -> bool:
    """Whether every word sought begins a word of the clause: its titles, its texts, what it covers."""
    if not sought:
        return True
    told = [
        clause.key,
        clause.title.fr,
        clause.title.en,
        *clause.covers,
        *(named.get(key, "") for key in clause.covers),
    ]
    told += [text for _place, _language, text in _texts(clause)]
    told += [said for point in clause.negotiation for said in (point.red_line.fr, point.red_line.en)]
    text = f" {plain(' '.join(told))}"
    return all(any(f" {beginning}" in text for beginning in beginnings(word)) for word in sought)


def _texts(clause: Clause) -> Iterator[tuple[int, Language, str]]:
    """Every text that a contract may take from it: paragraph, language, words."""
    for by_language in wordings(clause).values():
        for language, passages in by_language.items():
            for number, passage in enumerate(passages, start=1):
                yield number, language, _words(passage)


def _words(passage: Passage) -> str:
    return "".join(piece.text if isinstance(piece, Text) else "…" for piece in passage.pieces)


def _found(clause: Clause, sought: Sequence[str], language: Language) -> FoundWords | None:
    """The first paragraph with the most of the words sought, in the reader's language if it has as many."""
    best, most = None, (0, False)
    for number, tongue, text in _texts(clause):
        folded = f" {plain(text)}"
        count = sum(any(f" {beginning}" in folded for beginning in beginnings(word)) for word in sought)
        rank = (count, tongue is language)
        if count and rank > most:
            best, most = FoundWords(number, tongue, _around(text, sought)), rank
    return best


def _around(text: str, sought: Sequence[str]) -> str:
    """The words about the first one found.

    >>> _around("Le Sous-traitant notifie sans délai.", ["delai"])
    'Le Sous-traitant notifie sans délai.'
    """
    listed = text.split()
    starts = tuple(beginning for word in sought for beginning in beginnings(word))
    at = next((place for place, word in enumerate(listed) if plain(word).startswith(starts)), 0)
    first, last = max(0, at - _AROUND), at + _AROUND
    return f"{'… ' if first else ''}{' '.join(listed[first:last])}{' …' if last < len(listed) else ''}"
