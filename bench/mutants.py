"""`make mutants`: small faults planted in the rules, each against the tests of its own domain; who survives is listed.

A mutant is one change in one `rules` module: a comparison moved, `and` for `or`, a number one higher, a condition
turned round. It dies when a test of its domain fails. The same seed draws the same mutants; `--against FILE` takes the
mutants of an earlier run and finds them again in today's tree, wherever their files have gone, so that two states of
the tests are compared on the same faults.
"""

import argparse
import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from itertools import count
from pathlib import Path
from queue import Queue
from random import Random

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("portal", "tests", "bench", "questionnaires", "clause_library", "migrations", "docs")
COPIED_FILES = ("pyproject.toml", "wsgi.py", "conftest.py", "Makefile", "requirements.in", "requirements-dev.in")
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==", ast.In: "not in",
    ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is",
}  # fmt: skip
SIGNS = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.In: "in",
    ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip
SECONDS = 600
"""After which a run of tests that does not end counts as a death: the mutant loops."""


@dataclass(frozen=True)
class Mutant:
    """One fault: where (path from the root, position of the replaced text in the file), and what replaces what."""

    path: str
    ordinal: int
    kind: str
    line: int
    function: str
    start: int
    end: int
    before: str
    after: str

    @property
    def name(self) -> str:
        """How a reader finds it."""
        return f"{self.path}:{self.line} {self.function}: {self.before!r} → {self.after!r}"


def points(path: Path, root: Path = ROOT) -> list[Mutant]:
    """Every fault that can be planted in a file, in the order of its text."""
    source = path.read_text(encoding="utf-8")
    starts = [0]
    for text in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(text))
    found = []
    for function, node in _functions(ast.parse(source)):
        for kind, first, last, after in _changes(node, source):
            start, end = starts[first[0] - 1] + first[1], starts[last[0] - 1] + last[1]
            found.append((start, end, kind, first[0], function, after))
    found.sort()
    raw = source.encode()
    return [
        Mutant(str(path.relative_to(root)), number, kind, line, function, start, end, raw[start:end].decode(), after)
        for number, (start, end, kind, line, function, after) in enumerate(found)
    ]


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Each node below a function, with the function's name; what runs at import is left out."""

    def walk(node: ast.AST, inside: str) -> Iterator[tuple[str, ast.AST]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef):
                for statement in child.body:
                    yield child.name, statement
                    yield from walk(statement, child.name)
            else:
                if inside:
                    yield inside, child
                yield from walk(child, inside)

    return walk(tree, "")


Position = tuple[int, int]


def _changes(node: ast.AST, source: str) -> Iterator[tuple[str, Position, Position, str]]:
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            yield "compare", _end(left), _start(right), f" {COMPARISONS[type(op)]} "
        case ast.BoolOp(op=op, values=[first, second, *_]):
            yield "and-or", _end(first), _start(second), " or " if isinstance(op, ast.And) else " and "
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            yield "sign", _end(left), _start(right), " - " if isinstance(op, ast.Add) else " + "
        case ast.Constant(value=bool() as value):
            yield "truth", _start(node), _end(node), str(not value)
        case ast.Constant(value=int() as value):
            yield "number", _start(node), _end(node), str(value + 1)
        case ast.If(test=test) | ast.IfExp(test=test):
            yield "condition", _start(test), _end(test), f"(not ({ast.get_source_segment(source, test)}))"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "not", _start(node), _start(operand), ""


def _start(node: ast.expr | ast.stmt) -> Position:
    return node.lineno, node.col_offset


def _end(node: ast.expr | ast.stmt) -> Position:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return node.end_lineno, node.end_col_offset


def sound(mutant: Mutant, root: Path = ROOT) -> bool:
    """Whether the file still parses, to something else than before (a bracket may stand between two operands)."""
    raw = (root / mutant.path).read_bytes()
    try:
        tree = ast.parse(_planted(raw, mutant))
    except SyntaxError:
        return False
    return ast.dump(tree) != ast.dump(ast.parse(raw))


def _planted(raw: bytes, mutant: Mutant) -> bytes:
    return raw[: mutant.start] + mutant.after.encode() + raw[mutant.end :]


def rule_files(root: Path = ROOT) -> list[Path]:
    """The modules of pure rules, every domain."""
    return sorted({*root.glob("portal/*/rules.py"), *root.glob("portal/*/rules/**/*.py")})


def draw(number: int, seed: int, root: Path = ROOT) -> list[Mutant]:
    """That many mutants, spread over all rules as their points are; the same seed, the same mutants."""
    every = [point for path in rule_files(root) for point in points(path, root)]
    chosen: list[Mutant] = []
    for mutant in Random(seed).sample(every, len(every)):
        if len(chosen) < number and sound(mutant, root):
            chosen.append(mutant)
    return sorted(chosen, key=lambda one: (one.path, one.start))


def found_again(mutant: Mutant, old: Path, moved: dict[str, list[str]], root: Path = ROOT) -> Mutant | None:
    """The same fault in today's tree: the point of its file that stands where it stood; None when it is gone."""
    before = points(old / mutant.path, old)
    for path in moved.get(mutant.path, [mutant.path]):
        if not (root / path).exists():
            continue
        now = points(root / path, root)
        shapes = [[_shape(one) for one in side] for side in (before, now)]
        for block in SequenceMatcher(None, *shapes, autojunk=False).get_matching_blocks():
            if block.a <= mutant.ordinal < block.a + block.size:
                return now[block.b + mutant.ordinal - block.a]
    return None


def _shape(mutant: Mutant) -> tuple[str, str]:
    return mutant.kind, mutant.after if mutant.kind != "condition" else re.sub(r"\w+", "w", mutant.after)


def tests_of(path: str, root: Path) -> list[str]:
    """The test files of a rule's domain, its mirror first, then the rules', then the rest; and its own examples."""
    domain = Path(path).parts[1]
    folder = root / "tests" / domain
    files = [one for one in sorted(folder.rglob("test_*.py")) if "browser" not in one.read_text(encoding="utf-8")]
    stem = Path(path).stem

    def rank(one: Path) -> tuple[int, str]:
        name = one.stem.removeprefix("test_")
        if name == stem:
            return 0, str(one)
        return (1 if name == "rules" or "rules" in one.parts else 2), str(one)

    return [path, *(str(one.relative_to(root)) for one in sorted(files, key=rank))]


def lives(mutant: Mutant, copy: Path, stamp: int) -> bool:
    """Whether every test of the domain passes with the fault planted in this copy of the tree."""
    place = copy / mutant.path
    raw = place.read_bytes()
    place.write_bytes(_planted(raw, mutant))
    os.utime(place, (stamp, stamp))
    try:
        mirror = tests_of(mutant.path, copy)
        first = [one for one in mirror[1:] if "rules" in one] or mirror[1:2]
        return all(_passes(files, copy) for files in ([mirror[0], *first], [one for one in mirror if one not in first]))
    finally:
        place.write_bytes(raw)
        os.utime(place, (stamp + 1, stamp + 1))


def _passes(files: Sequence[str], copy: Path) -> bool:
    if not files:
        return True
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *files]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    try:
        done = subprocess.run(
            [*command, "-m", "not browser and not postgres"],
            cwd=copy, env=environment, capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False
    return done.returncode in (0, 5)


def copy_of(root: Path, to: Path) -> Path:
    """The tree, apart: what is planted there is never seen by anybody."""
    for name in COPIED:
        if (root / name).exists():
            shutil.copytree(root / name, to / name)
    for name in COPIED_FILES:
        if (root / name).exists():
            shutil.copy(root / name, to / name)
    return to


def _run(mutants: Sequence[Mutant], root: Path, processes: int) -> list[tuple[Mutant, bool]]:
    stamps = count(1_900_000_000, 2)
    with tempfile.TemporaryDirectory(prefix="vigie-mutants-") as folder:
        copies: Queue[Path] = Queue()
        for number in range(processes):
            copies.put(copy_of(root, Path(folder) / str(number)))

        def judge(mutant: Mutant) -> tuple[Mutant, bool]:
            copy = copies.get()
            try:
                alive = lives(mutant, copy, next(stamps))
            finally:
                copies.put(copy)
            print("survives" if alive else "dies    ", mutant.name, flush=True)
            return mutant, alive

        with ThreadPoolExecutor(processes) as pool:
            return list(pool.map(judge, mutants))


def main() -> None:
    """Draw, plant, judge, and write who survived."""
    parser = argparse.ArgumentParser(prog="python -m bench.mutants", description=__doc__.splitlines()[0])
    parser.add_argument("--number", type=int, default=200)
    parser.add_argument("--seed", type=int, default=28)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--tree", type=Path, default=ROOT, help="another checkout to judge")
    parser.add_argument("--out", type=Path, help="write the verdicts as JSON")
    parser.add_argument("--against", type=Path, help="verdicts of an earlier run: the same mutants, found again")
    parser.add_argument("--old", type=Path, help="with --against: the checkout of that run")
    parser.add_argument("--moved", type=Path, help="with --against: JSON, old path → new paths")
    asked = parser.parse_args()
    earlier: dict[str, bool] = {}
    if asked.against:
        moved = json.loads(asked.moved.read_text(encoding="utf-8")) if asked.moved else {}
        mutants = []
        for row in json.loads(asked.against.read_text(encoding="utf-8")):
            old = Mutant(**row["mutant"])
            again = found_again(old, asked.old, moved, asked.tree)
            if again is None:
                print("gone    ", old.name)
                continue
            earlier[again.name] = row["survives"]
            mutants.append(again)
    else:
        mutants = draw(asked.number, asked.seed, asked.tree)
    verdicts = _run(mutants, asked.tree, asked.processes)
    survivors = [mutant for mutant, alive in verdicts if alive]
    print(f"{len(verdicts)} mutants, {len(verdicts) - len(survivors)} die, {len(survivors)} survive")
    for mutant, alive in verdicts:
        if earlier and alive and not earlier[mutant.name]:
            print("lost    ", mutant.name)
    if asked.out:
        rows = [{"mutant": asdict(mutant), "survives": alive} for mutant, alive in verdicts]
        asked.out.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
