"""Which tests are long: measured, written beside the tests, and left to `make test` by `make quick`.

`make efforts` is `make quick`, measured: what takes `SECONDS` of processor or more is added to `long_tests.txt`, with
what it makes for the tests after it. Empty that file and run it again until nothing is added to begin anew.
"""

import re
from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import Any

import pytest

SECONDS = 0.05
LISTED = Path(__file__).with_name("long_tests.txt")


def listed() -> frozenset[str]:
    """The tests written down: a test function for all that it is given, or one test."""
    return frozenset(LISTED.read_text(encoding="utf-8").splitlines())


def function_of(test: str) -> str:
    """The function of a test, whatever it is given."""
    return test.partition("[")[0]


def mark(items: Iterable[pytest.Item]) -> None:
    """Mark as `long` the tests written down."""
    long = listed()
    for item in items:
        if item.nodeid in long or function_of(item.nodeid) in long:
            item.add_marker("long")


def to_list(seconds: Mapping[str, float]) -> list[str]:
    """What to write down of these tests: a function where half of its tests are long, or those alone."""
    of_function: dict[str, list[str]] = defaultdict(list)
    for test in seconds:
        of_function[function_of(test)].append(test)
    lines: set[str] = set()
    for function, tests in of_function.items():
        long = [test for test in tests if seconds[test] >= SECONDS]
        lines |= {function} if 2 * len(long) >= len(tests) else set(long)
    return sorted(line for line in lines if re.fullmatch(r"[^\r\n]+", line))


class Measured:
    """Measures each test of a session, and adds to the list where the session leads."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Note the processor that a test takes, what it makes for the others too."""
        before = _processor()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = _processor() - before

    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Gather what another process measured."""
        self.seconds |= getattr(node, "workeroutput", {}).get("seconds", {})

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Tell the process that leads, or write."""
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["seconds"] = self.seconds
        elif session.exitstatus == pytest.ExitCode.OK:
            LISTED.write_text("\n".join([*sorted(listed().union(to_list(self.seconds))), ""]), encoding="utf-8")


def _processor() -> float:
    """Seconds of processor of this process and of those it waited for."""
    return sum(usage.ru_utime + usage.ru_stime for usage in map(getrusage, (RUSAGE_SELF, RUSAGE_CHILDREN)))
