"""What all processes of a session need is made by one of them, and by another when that one failed."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.conftest import REPOSITORY
from tests.made_once import made_once, seen_by_all

MAKE = """
import time
from pathlib import Path
from tests.made_once import made_once

def make():
    time.sleep(0.3)
    Path("made").open("a").write("once")

made_once(Path("thing.made"), make)
assert Path("made").read_text() == "once"
"""


def test_of_several_processes_one_makes_and_the_others_wait(tmp_path):
    program = [sys.executable, "-c", MAKE]
    environment = {"PYTHONPATH": str(REPOSITORY)}
    started = [subprocess.Popen(program, cwd=tmp_path, env=environment) for _ in range(3)]
    assert [one.wait(60) for one in started] == [0, 0, 0]
    assert (tmp_path / "made").read_text() == "once"


def test_what_failed_is_not_said_to_be_made(tmp_path):
    def fail() -> None:
        raise OSError("no room")

    made = []
    with pytest.raises(OSError, match="no room"):
        made_once(tmp_path / "thing.made", fail)
    for _ in range(2):
        made_once(tmp_path / "thing.made", lambda: made.append(1))
    assert made == [1]


def test_a_process_that_is_led_shares_the_folder_of_the_one_that_leads(tmp_path):
    own = tmp_path / "popen-gw0"
    assert seen_by_all(SimpleNamespace(), own) == own
    assert seen_by_all(SimpleNamespace(workerinput={}), own) == tmp_path
