import ast
import subprocess
import sys
from pathlib import Path

import pytest

from portal.core.late import LATE, hidden, late, load
from portal.core.secret_keys import Secrets

PORTAL = Path(__file__).resolve().parents[2] / "portal"
AT_HOME = frozenset({"portal/core/late.py"})
"""Loads what the others declare."""
_ASK = """
import sys, tomllib
parsed = tomllib.loads
def loads(text, **more):
    print("parsed:" + text.partition(chr(10))[0].replace(" ", "_"))
    return parsed(text, **more)
tomllib.loads = loads
import wsgi
from portal.core.db import Base
print("\\n".join("configured:" + mapper.class_.__name__ for mapper in Base.registry.mappers if mapper.configured))
print("\\n".join(sys.modules))
"""


def test_a_module_is_loaded_when_one_of_its_names_is_asked_for():
    found = late("segno")
    assert found.make.__module__ == "segno"
    assert load("segno") is sys.modules["segno"]


@pytest.mark.parametrize("asked", [late, load])
def test_only_what_is_declared_is_loaded_late(asked):
    with pytest.raises(KeyError, match="not declared"):
        asked("json")


def test_a_library_is_hidden_from_what_is_imported_meanwhile(monkeypatch):
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with hidden("colorsys"), pytest.raises(ImportError):
        __import__("colorsys")
    __import__("colorsys")
    with hidden("colorsys"):
        assert sys.modules["colorsys"] is None
    assert sys.modules["colorsys"] is not None


def calls():
    """Where something is asked for late: the file, and the name asked for when it is written out."""
    for path in sorted(PORTAL.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "late(" in text or "load(" in text else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"late", "load"}:
                named = node.args and isinstance(node.args[0], ast.Constant)
                yield str(path.relative_to(PORTAL.parent)), node.args[0].value if named else None


def test_everything_declared_is_asked_for_somewhere():
    written = {name for place, name in calls() if name and place not in AT_HOME}
    put_together = {name for name in LATE if name.startswith(("portal.core.spreadsheets.xlsx_", "portal.jobs."))}
    assert written | put_together == LATE.keys()


def test_a_process_that_serves_pages_starts_without_what_is_loaded_late(tmp_path):
    """In a process of its own: whatever imports one of them at its head would undo it for all."""
    environment = {"VIGIE_DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    Secrets.at(tmp_path / "secrets.json")  # drawing them is for the very first start
    done = subprocess.run(
        [sys.executable, "-c", _ASK], cwd=PORTAL.parent, env=environment, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    heavy = {
        "rich", "weasyprint", "docx", "openpyxl", "pypdfium2", "apscheduler", "procrastinate", "psycopg", "alembic",
        "pyhanko", "asn1crypto", "aiohttp",
    }  # fmt: skip
    chosen = {"portal.jobs.embedded"}  # the default carrier, which every process tells of its jobs
    assert not loaded & (heavy | LATE.keys() - chosen)
    assert not {each for each in loaded if each.startswith("configured:")}, "a statement written when a file is loaded"
    assert not {each for each in loaded if each.startswith("parsed:")}, "a file of data read when a module is loaded"
