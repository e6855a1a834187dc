"""What makes the portal compile the expressions that it makes from others, or only when it first needs them."""

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeGuard

from portal.paper.contract_check import read_and_check
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.ordered_words import taking_least
from portal.paper.rules.patterns import PREPARED, PatternTerm
from portal.samples import file_check
from portal.samples.rules.columns import SampleKind
from portal.vendors.services.imports import ImportMaterial

PORTAL = Path(__file__).resolve().parents[2] / "portal"
NAMED = re.compile(rb"\bre\b")
"""The name of the module, by which every one of those calls begins."""
CASES = b"reference;type;demande;decision;montant\nA-1;bien;01/02/2026;acceptee;12,50\n"
VENDORS = b"Raison sociale;SIREN;Pays;Courriel\nAcme;552 100 554;France et Belgique;dpo@acme.test\n"


def run() -> None:
    """Read one of each thing that people hand in."""
    for text in sorted((PORTAL / "seed" / "texts").glob("*.txt")):
        read_and_check(text.read_bytes(), text.name)
    read_and_check(b"# Accord\n\n## 1. Objet\n\nLe Sous-traitant traite les donnees.\n", "accord.md")
    read_and_check(b"<html><body><h1>DPA</h1><p>The Processor shall assist.</p></body></html>", "dpa.html")
    file_check.refuse_personal_data(CASES, "cases.csv")
    wanted = file_check.FileExpectations(SampleKind.CASES, {}, (), {})
    with file_check.open_file(CASES, "cases.csv") as stream:
        file_check.check_file(stream, wanted, io.StringIO())
    ImportMaterial("vendors.csv", VENDORS, ()).review()


def written_in_calls() -> Iterator[tuple[Any, str]]:
    """Expressions that a call to `re` compiles when it is reached, as written, with their place."""
    for path, call in _calls_of_re():
        if isinstance(call.args[0], ast.Constant):
            yield call.args[0].value, f"{path.relative_to(PORTAL)}:{call.lineno}"


def made_in_calls() -> set[str]:
    """Files where an expression is made from others in the very call that searches."""
    return {
        str(path.relative_to(PORTAL)) for path, call in _calls_of_re() if not isinstance(call.args[0], ast.Constant)
    }


def _calls_of_re() -> Iterator[tuple[Path, ast.Call]]:
    """Calls that compile what they search, with the file; one that does not name the module is not even parsed."""
    for path in sorted(PORTAL.rglob("*.py")):
        written = path.read_bytes()
        if NAMED.search(written):
            yield from ((path, node) for node in ast.walk(ast.parse(written)) if _is_call_of_re(node))


def _is_call_of_re(node: ast.AST) -> TypeGuard[ast.Call]:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
        return False
    called = node.func
    return isinstance(called.value, ast.Name) and called.value.id == "re" and called.attr not in {"compile", "escape"}


def readings() -> Iterator[str]:
    """Every expression of every reading, the branches of each, and how it is searched among others; each once."""
    return iter(dict.fromkeys(one for term in _terms(load_rulebook()) for one in _searched(term)))


def ordered_readings() -> Iterator[PatternTerm]:
    """Every term whose expressions are searched one after the other; each once."""
    return iter(dict.fromkeys(term for term in _terms(load_rulebook()) if len(term.parts) > 1))


def _searched(term: PatternTerm) -> Iterator[str]:
    for part in term.parts:
        yield part
        yield from (branch for branch, _needs in PREPARED.plan(part).rest)
        if len(term.parts) > 1:
            yield taking_least(part)


def _terms(held: Any) -> Iterator[PatternTerm]:
    if isinstance(held, PatternTerm):
        yield held
    elif isinstance(held, tuple | list | frozenset | set):
        for one in held:
            yield from _terms(one)
    elif isinstance(held, dict):
        yield from _terms(tuple(held.values()))
    elif not isinstance(held, re.Pattern):
        for name in getattr(held, "__dataclass_fields__", ()):
            yield from _terms(getattr(held, name))
