"""What the portal's own code says, read once for every test that asks: classes, strings, imports and calls."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Call:
    """One call: the last name called, its constant arguments by place (None elsewhere) and by name."""

    line: int
    name: str
    arguments: tuple[object, ...]
    named: dict[str, object]


@dataclass(frozen=True)
class Import:
    """One imported name: `from module import name`, or `import module` with an empty name."""

    line: int
    module: str
    name: str
    in_function: bool


@dataclass(frozen=True)
class SourceFile:
    """One file, its path from the root."""

    path: str
    classes: tuple[tuple[int, str], ...]
    strings: tuple[tuple[int, str], ...]
    imports: tuple[Import, ...]
    calls: tuple[Call, ...]


@cache
def source_file(path: Path) -> SourceFile:
    """What one file says."""
    classes, strings, imports, calls = [], [], [], []
    for node, in_function in _nodes(ast.parse(path.read_text(encoding="utf-8")), in_function=False):
        match node:
            case ast.ClassDef(name=name):
                classes.append((node.lineno, name))
            case ast.Constant(value=str(value)):
                strings.append((node.lineno, value))
            case ast.Import(names=names):
                imports += [Import(node.lineno, alias.name, "", in_function) for alias in names]
            case ast.ImportFrom(module=str(module), names=names):
                imports += [Import(node.lineno, module, alias.name, in_function) for alias in names]
            case ast.Call():
                calls.append(_call(node))
    return SourceFile(str(path.relative_to(ROOT)), tuple(classes), tuple(strings), tuple(imports), tuple(calls))


def sources(*folders: str) -> tuple[SourceFile, ...]:
    """Every Python file below these folders of the repository (`portal` when none is given), by path."""
    paths = sorted(path for folder in folders or ("portal",) for path in (ROOT / folder).rglob("*.py"))
    return tuple(map(source_file, paths))


def _nodes(tree: ast.AST, *, in_function: bool) -> Iterator[tuple[ast.AST, bool]]:
    for child in ast.iter_child_nodes(tree):
        yield child, in_function
        yield from _nodes(child, in_function=in_function or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef))


def _call(node: ast.Call) -> Call:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    named = {word.arg: _constant(word.value) for word in node.keywords if word.arg}
    return Call(node.lineno, name, tuple(map(_constant, node.args)), named)


def _constant(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None
