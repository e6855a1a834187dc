"""What pytest collects: tests from `tests/`, and from `portal/` the examples in docstrings."""

from collections.abc import Generator
from pathlib import Path

import pytest
from _pytest.doctest import DoctestModule

import portal.consumer_law.domain  # noqa: F401  (says which days are public holidays: some examples count them)

EXAMPLE = b">>> "


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Leave out the second reading of each file, for examples that it does not have."""
    found = yield
    return [one for one in found if not isinstance(one, DoctestModule) or _has_examples(file_path, parent)]


def _has_examples(file_path: Path, parent: pytest.Collector) -> bool:
    return file_path.is_relative_to(parent.config.rootpath / "portal") and EXAMPLE in file_path.read_bytes()
