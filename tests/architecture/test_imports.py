import subprocess
import sys
from pathlib import Path

from tests.factories.sources import sources

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("weasyprint", "docx", "openpyxl", "python_calamine", "alembic.autogenerate", "procrastinate", "hypothesis")


def test_a_web_process_loads_no_heavy_library():
    code = f"import sys, portal.app; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_import_hides_inside_a_function():
    """A function-level import is a knot in the floors (architecture rule 6)."""
    assert not [f"{file.path}:{one.line}" for file in sources() for one in file.imports if one.in_function]
