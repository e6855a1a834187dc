"""What is not shown stays in the process that ran the test; what failed, was skipped, took long or spoke does not."""

import os
import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY
from tests.worker_reports import SHOWN, is_told

QUIET = {"outcome": "passed", "duration": SHOWN / 2, "when": "setup", "sections": [], "user_properties": []}
TESTS = """
import time, pytest
@pytest.fixture
def slow(): time.sleep(0.02)
@pytest.fixture
def broken(): raise OSError("not given")
@pytest.fixture
def left(): yield; raise OSError("not given back")
def test_passes(): pass
def test_waits(slow): pass
def test_fails(): assert False
def test_skips(): pytest.skip("not here")
def test_is_not_given(broken): pass
def test_does_not_give_back(left): pass
"""


@pytest.mark.parametrize("when", ["setup", "teardown"])
@pytest.mark.parametrize(
    "change", [{"outcome": "failed"}, {"outcome": "skipped"}, {"duration": SHOWN}, {"sections": [("out", "said")]},
               {"user_properties": [("name", 1)]}],
)  # fmt: skip
def test_what_fails_is_skipped_takes_long_or_speaks_is_told(when, change):
    quiet = QUIET | {"when": when}
    assert not is_told("testreport", {"data": quiet}, is_last=False)
    assert is_told("testreport", {"data": quiet | change}, is_last=False)


def test_each_result_is_told_and_what_is_done():
    assert is_told("testreport", {"data": QUIET | {"when": "call"}}, is_last=False)
    assert is_told("runtest_protocol_complete", {"item_index": 0, "duration": 0.0}, is_last=False)
    assert [is_told("logfinish", {}, is_last=last) for last in (False, True)] == [False, True]


def test_a_session_says_the_same_with_processes_as_without(tmp_path):
    (tmp_path / "test_some.py").write_text(TESTS)
    (tmp_path / "conftest.py").write_text(
        "from tests import worker_reports\n"
        "def pytest_configure(config):\n"
        "    if hasattr(config, 'workerinput'):\n"
        "        worker_reports.keep_to_what_is_shown(config)\n"
    )
    alone, led = (_said(tmp_path, *told) for told in (("-p", "no:xdist"), ("-p", "xdist.plugin", "-n", "1")))
    assert _counts(alone) == "1 failed, 3 passed, 1 skipped, 2 errors"
    for line in (one for one in alone.splitlines() if one.startswith(("FAILED", "ERROR", "SKIPPED"))):
        assert line in led
    assert _counts(alone) == _counts(led)
    assert "[100%]" in led
    assert "setup    test_some.py::test_waits" in led


def _counts(said: str) -> str:
    return said.splitlines()[-1].partition(" in ")[0].strip("= ")


def _said(folder, *told):
    env = os.environ | {"PYTHONPATH": str(REPOSITORY), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    env = {name: value for name, value in env.items() if not name.startswith("PYTEST_XDIST")}
    command = [sys.executable, "-m", "pytest", "-q", "-rfEs", "--durations=0", "-c", "/dev/null", f"--rootdir={folder}"]
    return subprocess.run(
        [*command, *told, "."], cwd=folder, env=env, check=False, capture_output=True, text=True, timeout=60
    ).stdout
