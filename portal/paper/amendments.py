"""Amendments to contracts of the other side, from the shipped files; each is checked with the contract it amends."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal.contracts import library
from portal.contracts.rules.facts import ContractFacts
from portal.contracts.rules.model import BilingualWords, Clause, ClauseLibrary, words
from portal.contracts.rules.prose_parsing import parse_passages
from portal.core import process
from portal.core.documents.tree import Document as Tree
from portal.core.language import Language, Sentence
from portal.core.late import late
from portal.documents_in.document import SourceDocument
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.amended_contract import join_documents, merge_checks
from portal.paper.rules.amendment import (
    AmendedContract,
    Amendment,
    AmendmentFrame,
    AmendmentRecitals,
    assemble_amendment,
    find_gaps,
)
from portal.paper.rules.check_result import Check
from portal.paper.rules.rulings import Ruling
from portal.paper.tree_source import source_of_tree
from portal.questionnaires.toml_reading import read_toml

if TYPE_CHECKING:
    from portal.paper.rules import checking
else:
    checking = late("portal.paper.rules.checking")

FRAME = library.FOLDER / "avenant.toml"


def draft_amendment(
    found: Check,
    language: Language,
    amended: AmendedContract,
    facts: ContractFacts | None = None,
    rulings: Mapping[str, Ruling] | None = None,
    *,
    everything: bool = False,
    books: ClauseLibrary | None = None,
) -> Amendment | None:
    """The amendment that closes the gaps of a check; None when it has none.

    Its clauses are those of `books`, with what was approved; without them, of the files.
    """
    shipped, (frame, order) = books or library.cached(process.settings().clauses_dir), _frame()
    return assemble_amendment(
        find_gaps(found, shipped, rulings or {}, everything=everything),
        load_rulebook(),
        shipped,
        shipped.template[order],
        frame,
        amended,
        facts or ContractFacts({}),
        language,
    )


def check_amended_contract(document: SourceDocument, amendment_tree: Tree, before: Check | None = None) -> Check:
    """What the contract says once amended: both texts read as one, the amendment prevailing where it speaks.

    `before` is the contract's own check, when it is at hand.
    """
    rulebook, added = load_rulebook(), source_of_tree(amendment_tree)
    obligations = library.cached(process.settings().clauses_dir).obligations
    both = join_documents(document, added)
    shift = len(document.text) + 1
    return merge_checks(
        before or checking.check_contract(document, rulebook),
        checking.check_contract(both, rulebook),
        checking.check_contract(added, rulebook),
        shift,
        obligations,
    )


@lru_cache(maxsize=2)
def _frame(path: Path = FRAME) -> tuple[AmendmentFrame, str]:
    """The frame, and the template whose order it follows; raises KeyError or ValueError when the file is wrong."""
    table = read_toml(path.read_bytes())
    variables = {key: _words(value) for key, value in table["variables"].items()}
    articles = {
        place: tuple(_article(one, variables) for one in table["articles"] if one["place"] == place)
        for place in ("before", "after")
    }
    recitals = AmendmentRecitals(**{key: _words(value) for key, value in table["recitals"].items()})
    unless = {one["key"]: one["unless"] for one in table["articles"] if "unless" in one}
    frame = AmendmentFrame(
        table["key"],
        table["version"],
        _words(table["title"]),
        _words(table["subtitle"]),
        recitals,
        articles["before"],
        articles["after"],
        unless,
    )
    return frame, table["order"]


def _article(table: Mapping[str, Any], variables: Mapping[str, BilingualWords]) -> Clause:
    def refuse(line: int, sentence: Sentence) -> None:
        raise ValueError(f"{FRAME.name}, {table['key']}, {line}: {sentence}")

    prose = {language: parse_passages(table[language.value], language, refuse) for language in Language}
    return Clause(
        table["key"], "1.0", _words(table["title"]), "preferred", (), (), variables, (), {}, prose, "", FRAME.name
    )


def _words(table: Mapping[str, str]) -> BilingualWords:
    return words(table["fr"], table["en"])
