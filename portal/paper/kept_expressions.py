"""Prepared expressions kept on disk between two commands: one file, named by what it depends on, never trusted blindly.

Named by the readings, by the code that prepares them, and by the version of Python: anything else starts anew. The file
holds JSON, then numbers of 32 bits that the machine of `re` checks before it runs them.
"""

import hashlib
import json
import logging
import os
import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from portal.core.expressions import compiled_by
from portal.paper.rulebook_files import FOLDER
from portal.paper.rules import expressions, factoring, patterns, prepared, required_words
from portal.paper.rules.patterns import PREPARED
from portal.paper.rules.prepared import CompiledCode, PreparedExpressions
from portal.paper.rules.required_words import SearchPlan, expect

_LOG = logging.getLogger(__name__)
_LENGTH = 8
"""Bytes that say how long the JSON is."""


@contextmanager
def kept_expressions(folder: Path, known: PreparedExpressions = PREPARED) -> Iterator[None]:
    """Give this process what an earlier one prepared, and keep what it prepares more; it may be kept nowhere."""
    path = folder / f"expressions-{_digest()[:32]}.bin"
    _load(path, known)
    expect(known.plans.values())
    with compiled_by(known.as_written):
        yield
    if known.changed:
        _save(path, known)


def _digest() -> str:
    """What the file depends on: readings, code, Python."""
    made = hashlib.sha256(f"{sys.version}|{prepared.MAGIC}|{sys.byteorder}".encode())
    sources = [Path(str(module.__file__)) for module in (expressions, factoring, patterns, prepared, required_words)]
    for path in (*sorted(FOLDER.glob("*.toml")), *sources):
        made.update(hashlib.sha256(path.read_bytes()).digest())
    return made.hexdigest()


def _load(path: Path, known: PreparedExpressions) -> None:
    try:
        data = path.read_bytes()
        length = int.from_bytes(data[:_LENGTH], "big")
        header = json.loads(data[_LENGTH : _LENGTH + length])
        numbers = array("I")
        numbers.frombytes(data[_LENGTH + length :])
        plans, terms = _thaw_plans(header), {term: tuple(parts) for term, parts in header["terms"].items()}
        codes, by_flags = _thaw_codes(header, numbers)
    except FileNotFoundError:
        return
    except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError) as failure:
        _LOG.warning("kept expressions of %s are made anew: %s", path.name, failure)
        return
    known.plans |= plans
    known.terms |= terms
    known.codes |= codes
    known.by_flags |= by_flags


def _thaw_plans(header: Any) -> dict[str, SearchPlan]:
    """Sets of letters are many times the same: each is made once."""
    sets = [*map(frozenset, header["sets"])]
    return {
        expression: SearchPlan(
            sets[words], tuple((branch, tuple(sets[one] for one in needs)) for branch, needs in rest)
        )
        for expression, (words, rest) in header["plans"].items()
    }


def _thaw_codes(
    header: Any, numbers: Sequence[int]
) -> tuple[dict[str, CompiledCode], dict[tuple[str, int], CompiledCode]]:
    codes, by_flags, start = {}, {}, 0
    for expression, source, flags, groups, named, size in header["codes"]:
        codes[expression] = CompiledCode(source or expression, flags, numbers[start : start + size], groups, named)
        start += size
    for source, asked, flags, groups, named, size in header["by_flags"]:
        by_flags[source, asked] = CompiledCode(source, flags, numbers[start : start + size], groups, named)
        start += size
    if start != len(numbers):
        raise ValueError("its numbers are not all there")
    return codes, by_flags


def _freeze_plans(plans: Mapping[str, SearchPlan]) -> dict[str, Any]:
    sets: dict[frozenset[str], int] = {}

    def number(letters: frozenset[str]) -> int:
        return sets.setdefault(letters, len(sets))

    frozen = {
        expression: [number(plan.words), [[branch, [*map(number, needs)]] for branch, needs in plan.rest]]
        for expression, plan in plans.items()
    }
    return {"sets": [sorted(letters) for letters in sets], "plans": frozen}


def _save(path: Path, known: PreparedExpressions) -> None:
    """Put the file in place whole; older ones go, for nothing will name them again."""
    header = {
        **_freeze_plans(known.plans),
        "terms": known.terms,
        "codes": [
            [
                expression,
                one.source if one.source != expression else "",
                one.flags,
                one.groups,
                dict(one.named),
                len(one.code),
            ]
            for expression, one in known.codes.items()
        ],
        "by_flags": [
            [source, flags, one.flags, one.groups, dict(one.named), len(one.code)]
            for (source, flags), one in known.by_flags.items()
        ],
    }
    written = json.dumps(header).encode()
    numbers = array("I")
    for one in (*known.codes.values(), *known.by_flags.values()):
        numbers.extend(one.code)
    waiting = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        waiting.write_bytes(len(written).to_bytes(_LENGTH, "big") + written + numbers.tobytes())
        waiting.replace(path)
        for old in path.parent.glob("expressions-*.bin"):
            if old != path:
                old.unlink(missing_ok=True)
    except OSError as failure:
        _LOG.info("prepared expressions are not kept: %s", failure)
        return
    known.changed = False
