import re
import subprocess
import sys
from pathlib import Path

import pytest

from portal.core.expressions import compiled_by, expression


def test_it_answers_as_the_compiled_one_does():
    late, made = expression(r"(?P<who>\w+)@", re.IGNORECASE), re.compile(r"(?P<who>\w+)@", re.IGNORECASE)
    for text in ("Alice@ and BOB@", ""):
        assert late.findall(text) == made.findall(text)
        assert late.sub("-", text) == made.sub("-", text)
    assert (late.pattern, late.flags, late.groupindex) == (made.pattern, made.flags, made.groupindex)
    assert expression(rb"\d+").search(b"ab 12").group() == b"12"


def test_one_that_is_wrong_says_so_when_it_is_searched():
    wrong = expression("(never closed")
    with pytest.raises(re.error):
        wrong.search("text")


def test_it_is_compiled_once_by_what_is_there_at_its_first_search():
    asked = []

    def note(source, flags):
        asked.append((source, flags))
        return re.compile(source, flags)

    late = expression("a|b", re.MULTILINE)
    with compiled_by(note):
        assert late.search("b")
        assert late.findall("ab") == ["a", "b"]
    assert late.sub("", "abc") == "c"
    assert expression("c").search("c")
    assert asked == [("a|b", re.MULTILINE)]


def test_the_portal_loads_without_compiling_its_expressions(tmp_path):
    ask = (
        "import gc, sys\n"
        "from re import _compiler\n"
        "from portal.core.expressions import LateExpression\n"
        "really, compiled = _compiler.compile, []\n"
        "def compile(source, flags):\n"
        "    frame = sys._getframe(1)\n"
        "    while frame.f_globals['__name__'] == 're':\n"
        "        frame = frame.f_back\n"
        "    if frame.f_globals['__name__'].startswith('portal.'):\n"
        "        compiled.append(source)\n"
        "    return really(source, flags)\n"
        "_compiler.compile = compile\n"
        "import wsgi\n"
        "gc.unfreeze()\n"
        "print(len(compiled), sum(type(each) is LateExpression for each in gc.get_objects()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=Path(__file__).resolve().parents[2], env={"VIGIE_DATA_DIR": str(tmp_path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    compiled, there = map(int, done.stdout.split())
    assert there > 200
    assert compiled < there / 10, "what is compiled where it is loaded is written with portal.core.expressions"
