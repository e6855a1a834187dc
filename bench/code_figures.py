"""`python -m bench.code_figures [TREE]`: figures of the code's shape, to compare two states of it.

Sizes of files, names that stand for several things, repeated lines, places that know a kind of question by name,
uses of `Any`, functions nobody calls, and what a domain must be written in to exist.
"""

import argparse
import ast
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WINDOW = 6
"""Lines that stand twice to count as a repeated block."""
ANY = re.compile(r"(?<!import )(?<!, )\bAny\b(?!, )|\bAny\b(?=[\]:])")
KIND = re.compile(r"\b(?:Question)?Kind\.[A-Z_]{3,}\b")


def sources(tree: Path) -> list[Path]:
    """The Python files of the product."""
    return sorted((tree / "portal").rglob("*.py"))


def percentile(values: list[int], share: float) -> int:
    """The value below which this share of the sorted values stands.

    >>> percentile([1, 2, 3, 4], 0.5), percentile([5], 0.95)
    (3, 5)
    """
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def class_names(paths: list[Path]) -> Counter[str]:
    """How many times each public class name is defined, nested ones included."""
    return Counter(
        node.name
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )


def repeated_blocks(paths: list[Path]) -> int:
    """Runs of six equal lines that stand in two places or more; imports, comments and blank lines are passed over."""
    places: dict[tuple[str, ...], set[tuple[int, int]]] = defaultdict(set)
    for number, path in enumerate(paths):
        lines = list(_lines(path.read_text(encoding="utf-8")))
        for start in range(len(lines) - WINDOW + 1):
            places[tuple(text for _, text in lines[start : start + WINDOW])].add((number, start))
    repeated = {place for found in places.values() if len(found) > 1 for place in found}
    return sum((number, start - 1) not in repeated for number, start in repeated)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    inside = False
    for number, raw in enumerate(text.splitlines()):
        line = raw.strip()
        if line.startswith(("import ", "from ")):
            inside = line.endswith("(")
            continue
        if inside:
            inside = line != ")"
            continue
        if len(line) > 1 and not line.startswith("#"):
            yield number, line


def never_named(paths: list[Path], readers: list[Path]) -> list[str]:
    """Public functions and classes whose name stands nowhere but where they are defined, decorated ones apart."""
    words = Counter(word for path in readers for word in re.findall(r"\w+", path.read_text(encoding="utf-8")))
    found = []
    for path in paths:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.decorator_list and words[node.name] == 1:
                found.append(f"{path.stem}.{node.name}")
    return found


def figures(tree: Path) -> dict[str, object]:
    """Every figure of a tree, by its name."""
    paths = sources(tree)
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    sizes = [text.count("\n") for text in texts.values() if text.count("\n") > 5]
    names = class_names(paths)
    readers = [*paths, *(tree / "portal").rglob("*.html"), *(tree / "migrations").rglob("*.py"), tree / "wsgi.py"]
    views = [
        size
        for path, text in texts.items()
        if "views" in path.parts or path.stem == "views"
        for size in _functions(text)
    ]
    return {
        "files": len(paths),
        "lines": sum(text.count("\n") for text in texts.values()),
        "file lines p50 / p95 / max": f"{percentile(sizes, 0.5)} / {percentile(sizes, 0.95)} / {max(sizes)}",
        "view function lines p50 / p95 / max": f"{percentile(views, 0.5)} / {percentile(views, 0.95)} / {max(views)}",
        "class names defined more than twice": {name: n for name, n in names.most_common() if n > 2},
        "class names defined twice": sum(n == 2 for n in names.values()),
        "repeated blocks of six lines": repeated_blocks(paths),
        "modules that name a kind of question": [
            str(path.relative_to(tree)) for path, text in texts.items() if _names_a_kind(path, text)
        ],
        "Any": sum(len(ANY.findall(text)) for text in texts.values()),
        "never named elsewhere": never_named(paths, readers),
        "function-level imports": sum(_hidden_imports(text) for text in texts.values()),
    }  # fmt: skip


def _names_a_kind(path: Path, text: str) -> bool:
    return bool(KIND.search(text)) and "questionnaires" in text + str(path)


def _functions(text: str) -> list[int]:
    return [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
    ]


def _hidden_imports(text: str) -> int:
    return sum(
        isinstance(node, ast.Import | ast.ImportFrom)
        for function in ast.walk(ast.parse(text))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
    )


def show(found: Mapping[str, object]) -> str:
    """One figure a line; a list with its length."""
    lines = []
    for name, value in found.items():
        counted = f"{len(value)}: " if isinstance(value, list | dict) else ""
        shown = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
        lines.append(f"{name:40} {counted}{', '.join(shown) if isinstance(shown, list) else shown}")
    return "\n".join(lines)


def main() -> None:
    """Print the figures of this tree, or of another."""
    parser = argparse.ArgumentParser(prog="python -m bench.code_figures", description=__doc__)
    parser.add_argument("tree", nargs="?", type=Path, default=ROOT)
    parser.add_argument("--json", action="store_true", dest="as_json")
    asked = parser.parse_args()
    found = figures(asked.tree.resolve())
    print(json.dumps(found, ensure_ascii=False, indent=1) if asked.as_json else show(found))


if __name__ == "__main__":
    main()
