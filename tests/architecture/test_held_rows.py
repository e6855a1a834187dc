"""Who decides on a row holds it: what refuses an act is read as a colleague has just left it, on both databases.

The services are found in the source. One that refuses by the state, the verdict or a moment of a row, and writes of it
in the journal, keeps the row to its transaction first: by itself, or by a function of its module.
"""

import ast
import re

import pytest

from tests.conftest import REPOSITORY

HOLDS = re.compile(r"hold_row|hold_turn|with_for_update|\w*lock\w*")
SAYS_WHERE_IT_STANDS = re.compile(r"state|verdict|\w+_at")
WITHOUT = {
    "campaigns.services.waves.resume": "the update that takes its next day is won by one caller",
    "paper.services.printing.request_document": "what is read again meanwhile changes nothing of the frozen document",
}
SOURCES = sorted(
    path
    for path in (REPOSITORY / "portal").rglob("*.py")
    if path.name == "services.py" or path.parent.name == "services"
)


def unheld(source: str) -> list[str]:
    """The public functions of a module that refuse by where a row stands, write of it, and do not hold it."""
    functions = {one.name: one for one in ast.parse(source).body if isinstance(one, ast.FunctionDef)}
    texts = {name: ast.unparse(one) for name, one in functions.items()}

    def holds(name: str, seen: frozenset[str] = frozenset()) -> bool:
        if HOLDS.search(texts[name]):
            return True
        called = {one for one in functions if one != name and one not in seen and f"{one}(" in texts[name]}
        return any(holds(one, seen | {name}) for one in called)

    return [
        name
        for name, function in functions.items()
        if not name.startswith("_") and _decided(function) & _written(function) and not holds(name)
    ]


def _decided(function: ast.FunctionDef) -> set[str]:
    """The parameters by whose state something is refused."""
    given = {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}
    return {
        read.value.id
        for test in ast.walk(function)
        if isinstance(test, ast.If) and any(isinstance(one, ast.Raise) for part in test.body for one in ast.walk(part))
        for read in ast.walk(test.test)
        if isinstance(read, ast.Attribute) and isinstance(read.value, ast.Name) and read.value.id in given
        and SAYS_WHERE_IT_STANDS.fullmatch(read.attr)
    }  # fmt: skip


def _written(function: ast.FunctionDef) -> set[str]:
    """The names of what an entry of the journal is about."""
    calls = [one for one in ast.walk(function) if isinstance(one, ast.Call)]
    entries = [one for one in calls if ast.unparse(one.func) == "journal.record" and len(one.args) > 2]
    return {one.args[2].id for one in entries if isinstance(one.args[2], ast.Name)}


def test_who_decides_on_a_row_holds_it():
    found = set()
    for path in SOURCES:
        module = ".".join(path.relative_to(REPOSITORY / "portal").with_suffix("").parts)
        found |= {f"{module}.{name}" for name in unheld(path.read_text(encoding="utf-8"))}
    assert found == set(WITHOUT), "begin with `hold_row` (portal/core/row_lock.py), or say here why not"


@pytest.mark.parametrize(
    ("first", "seen"), [("", ["close"]), ("hold_row(ctx.session, row)", []), ("_keep(ctx, row)", [])]
)
def test_what_is_not_held_is_seen(first, seen):
    source = f"""
def _keep(ctx, row):
    ctx.session.refresh(row, ["state"], with_for_update=True)

def close(ctx, row):
    {first or "pass"}
    if row.state is CLOSED:
        raise Refused("Déjà clos.")
    row.state = CLOSED
    journal.record(ctx, "row.closed", row)
"""
    assert unheld(source) == seen
