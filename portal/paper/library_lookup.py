"""What the clause library says of the requirements of a check: their law, their class, our own clause."""

from collections.abc import Mapping, Sequence

from portal.contracts import library
from portal.contracts.rules.model import (
    Clause,
    ClauseLibrary,
    CrossReference,
    FactPlaceholder,
    Obligation,
    ObligationClass,
    Passage,
    ProseParagraph,
    ProsePiece,
)
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.rulebook import Requirement


@dataclass(frozen=True)
class OurClause:
    """Our own clause for a requirement, as a lawyer reads it beside the other side's words."""

    key: str
    version: str
    title: str
    paragraphs: tuple[str, ...]


def obligations_by_id() -> Mapping[str, Obligation]:
    """Every obligation of the library, by id."""
    return {one.key: one for one in library.cached(process.settings().clauses_dir).obligations}


def contract_obligations() -> frozenset[str]:
    """Ids of what RGPD art. 28 wants written in the contract (class C)."""
    return frozenset(key for key, one in obligations_by_id().items() if one.kind is ObligationClass.CONTRACT)


def find_requirement(name: str) -> Requirement | None:
    """The requirement of this id among the readings of today."""
    return next((one for one in load_rulebook().requirements if one.id == name), None)


def our_clauses(name: str, language: Language, books: ClauseLibrary | None = None) -> tuple[OurClause, ...]:
    """Our clauses for a requirement: their passages that meet it, or the whole clause when none is marked.

    `books` is the library as it is used; without it, its files.
    """
    wanted = find_requirement(name)
    clauses = (books or library.cached(process.settings().clauses_dir)).clause
    if wanted is None:
        return ()
    titles = {key: clause.title.said_in(language) for key, clause in clauses.items()}
    return tuple(
        _our_clause(clauses[key], wanted.obligations, _ClauseWriter(clauses[key], titles, language))
        for key in wanted.clauses
        if key in clauses
    )


def _our_clause(clause: Clause, obligations: Sequence[str], writer: "_ClauseWriter") -> OurClause:
    prose = clause.prose[writer.language]
    meeting = [passage for passage in prose if not set(passage.obligations).isdisjoint(obligations)]
    paragraphs = [text for passage in meeting or prose for text in writer.texts(passage)]
    return OurClause(clause.key, clause.version, clause.title.said_in(writer.language), tuple(paragraphs))


@dataclass(frozen=True)
class _ClauseWriter:
    """Writes the prose of a clause, what is still to be filled in between brackets."""

    clause: Clause
    titles: Mapping[str, str]
    language: Language

    def texts(self, passage: Passage) -> list[str]:
        texts = []
        for block in passage.blocks:
            runs, mark = ((block.pieces,), "") if isinstance(block, ProseParagraph) else (block.items, "– ")
            texts += [mark + "".join(map(self.text, run)) for run in runs]
        return texts

    def text(self, piece: ProsePiece) -> str:
        match piece:
            case FactPlaceholder():
                label = self.clause.variables.get(piece.key)
                return f"[{label.said_in(self.language) if label else piece.key}]"
            case CrossReference():
                return f"[{self.titles.get(piece.target, piece.target)}]"
            case _:
                return piece.text
