"""A package whose `__init__` re-exports is entered by it alone: one name, one way to import it."""

from collections.abc import Iterator
from pathlib import Path

from tests.factories.sources import ROOT, source_file

PORTAL = ROOT / "portal"
EXCEPTIONS: dict[str, frozenset[str]] = {
    "portal.questionnaires.kinds": frozenset({"column_kind", "countries", "posted_text", "question_kind"}),
}
"""Submodules still imported from outside, by facade; the list only gets shorter."""


def imports(path: Path) -> list[tuple[str, str]]:
    """Module and name of each `from … import …` of a file, and of each `import …` with an empty name."""
    return [(one.module, one.name) for one in source_file(path).imports]


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def facades() -> Iterator[tuple[str, frozenset[str]]]:
    """Packages that re-export from their own submodules, and the names of those submodules."""
    for init in sorted(PORTAL.rglob("__init__.py")):
        package = module_of(init)
        if package.endswith(".views"):
            continue  # imports its modules so that their routes are registered
        inside = {child.stem for child in init.parent.iterdir() if child.suffix == ".py" or child.is_dir()}
        inside -= {"__init__", "__main__", "__pycache__"}
        if any(module.startswith(f"{package}.") for module, _ in imports(init)):
            yield package, frozenset(inside)


def entered_from_outside(package: str, submodules: frozenset[str]) -> set[str]:
    """Submodules of a facade that the rest of the portal imports."""
    found = set()
    for path in PORTAL.rglob("*.py"):
        if f"{module_of(path)}.".startswith(f"{package}."):
            continue
        for module, name in imports(path):
            inner = module.removeprefix(f"{package}.") if module.startswith(f"{package}.") else ""
            if inner:
                found.add(inner.partition(".")[0])
            elif module == package and name in submodules:
                found.add(name)
    return found


def test_a_facade_is_the_only_door_of_its_package():
    entered = {package: entered_from_outside(package, inside) for package, inside in facades()}
    unexpected = {
        package: sorted(names - EXCEPTIONS.get(package, frozenset()))
        for package, names in entered.items() if names - EXCEPTIONS.get(package, frozenset())
    }  # fmt: skip
    assert unexpected == {}, "import from the package, or let its `__init__` re-export nothing"


def test_no_exception_is_kept_once_it_serves_nobody():
    entered = {package: entered_from_outside(package, inside) for package, inside in facades()}
    assert {
        package: sorted(names - entered.get(package, set()))
        for package, names in EXCEPTIONS.items() if names - entered.get(package, set())
    } == {}  # fmt: skip
