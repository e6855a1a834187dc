"""`make regexes`: every expression of the code and of the readings against texts made to hurt it, one line at the end.

`python -m tests.regexes.sweep FIRST STEP` takes one in STEP from the FIRST on, to share the work between processes.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from portal.paper.rules.factoring import factor_alternatives
from portal.paper.rules.ordered_words import Step, stand_in_order, taking_least
from portal.paper.rules.patterns import cut_endless_words
from tests.regexes.compiled import CompiledExpression
from tests.regexes.growth import SIZES, Growth, worst_growth

ROOT = Path(__file__).resolve().parents[2]
READING_SIZES = (1_000, 2_000, 4_000, 8_000)
"""What `make faults` gives the readings, to take less time."""
READING_SECONDS = 5.0
"""Readings look for words at a distance, which costs a hundred times a plain search: they are given more time."""

READING_WAYS = ("match", "search")
"""A reading is only ever searched; on the whole of a line, its distances would be tried against each other."""
KEPT = ROOT / "var" / "cache" / "regexes"
SWEEPING = (
    *(ROOT / "tests" / "regexes" / name for name in ("growth.py", "sweep.py")),
    *(ROOT / "portal" / "paper" / "rules" / name for name in ("patterns.py", "ordered_words.py", "factoring.py")),
)
"""The code that decides, beside an expression, how its growth is measured and on what."""
TOLD = 200
"""Expressions after which it is said how far it has come."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What was found."""

    number: int
    largest: float
    """Growth over three doublings of the one that grows most; 8 is linear, 64 quadratic."""
    most: str
    """Which one."""
    bad: tuple[str, ...]
    """Those that grow faster than their text."""


class PartsInOrder:
    """A reading of several parts: the one expression that they would be, for the texts that hurt it, and its search."""

    def __init__(self, one: CompiledExpression) -> None:
        self.pattern = one.source
        self.flags = one.flags
        self._steps = [
            Step(re.compile(factor_alternatives(part)), re.compile(factor_alternatives(taking_least(part))))
            for part in one.parts
        ]

    def search(self, line: str) -> bool:
        """Whether they are found."""
        return stand_in_order(line, self._steps)

    match = search


def compiled(*options: str) -> list[CompiledExpression]:
    """Every expression, from a process to itself; with `readings`, those of the readings as well."""
    program = [sys.executable, "-m", "tests.regexes.compiled", *options]
    found = subprocess.run(program, check=True, capture_output=True, cwd=ROOT)
    return [CompiledExpression(**one) for one in json.loads(found.stdout)]


def growth_of(one: CompiledExpression, reading_sizes: tuple[int, ...] = READING_SIZES) -> Growth:
    """The worst growth of one, with the texts that it may meet."""
    if one.is_reading:
        return worst_growth(
            PartsInOrder(one) if one.parts else one.pattern(),
            cut_endless_words,
            sizes=reading_sizes,
            cap=READING_SECONDS,
            ways=READING_WAYS,
        )
    return worst_growth(one.pattern())


class KeptGrowths:
    """What was found linear on this machine, from one run of the suite to the next, in `var/cache/regexes`.

    An expression is known by its text, flags and parts; the name of the file says the code that sweeps and Python.
    """

    def __init__(self, folder: Path = KEPT) -> None:
        code = [path.read_bytes() for path in SWEEPING]
        self._file = folder / hashlib.sha256(b"".join([sys.version.encode(), *code])).hexdigest()[:24]
        self._held = json.loads(self._file.read_text()) if self._file.is_file() else {}

    def growth_of(self, one: CompiledExpression, reading_sizes: tuple[int, ...]) -> Growth:
        """The growth of one, measured unless it is kept."""
        said = f"{one.source!r} {one.flags} {one.is_bytes} {one.is_reading} {[*one.parts]} {reading_sizes}"
        key = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
        if key not in self._held:
            found = growth_of(one, reading_sizes)
            if not found.is_linear:
                return found
            self._held[key] = vars(found)
        return Growth(**self._held[key])

    def keep(self) -> None:
        """Write them down."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        part = self._file.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(self._held))
        part.replace(self._file)


def sweep(
    expressions: Iterable[CompiledExpression],
    reading_sizes: tuple[int, ...] = READING_SIZES,
    kept: KeptGrowths | None = None,
) -> Sweep:
    """Try every one but those kept; those that look bad are tried again once the others are done, for the machine may
    be busy.
    """
    found: list[tuple[CompiledExpression, Growth]] = []
    first_of = kept.growth_of if kept else growth_of
    for one in expressions:
        found.append((one, first_of(one, reading_sizes)))
        if len(found) % TOLD == 0:
            print(f"{len(found)} tried, {_number_bad(found)} to try again", file=sys.stderr, flush=True)
    if kept:
        kept.keep()
    found = [(one, grown if grown.is_linear else growth_of(one, reading_sizes)) for one, grown in found]
    largest, most = 0.0, ""
    for one, grown in found:
        if grown.measured_ratio > largest:
            largest, most = grown.measured_ratio, f"{one.place}: {one.source[:60]!r} ({grown.seconds:.2f} s)"
    bad = tuple(
        f"{one.place}: {one.source!r} on {grown.text} × {grown.size}: {grown.seconds:.2f} s"
        for one, grown in found
        if not grown.is_linear
    )
    return Sweep(len(found), largest, most, bad)


def _number_bad(found: Iterable[tuple[CompiledExpression, Growth]]) -> int:
    return sum(not grown.is_linear for _one, grown in found)


def main() -> None:
    """Sweep all of them at the sizes of the code, print what was found, and exit 1 when one grows too fast."""
    first, step = (int(one) for one in sys.argv[1:3] or ("0", "1"))
    found = sweep(compiled("readings")[first::step], SIZES)
    print(f"{found.number} expressions, largest growth from {SIZES[0]:,} to {SIZES[-1]:,} characters: ", end="")
    print(f"{found.largest:.1f}, {found.most}")
    sys.exit("\n".join(found.bad) or 0)


if __name__ == "__main__":
    main()
