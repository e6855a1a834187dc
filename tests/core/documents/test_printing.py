"""Printing in a child: out of the caller's process, stopped when it overruns, replaced when it dies."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from portal.core.config import ROOT
from portal.core.documents import printing, printing_child
from portal.core.documents.docx import render_docx
from portal.core.documents.pdf import render_pdf
from portal.core.documents.printing import (
    Printer,
    PrintingCrashed,
    PrintingError,
    PrintingTimedOut,
    print_in_child,
    write_in_child,
)
from portal.core.documents.tree import Document, Figure, Paragraph, Text
from portal.core.language import Language
from tests.factories.trees import SVG

SHORT = Document("Reçu", Language.FR, (Paragraph((Text("Bien reçu."),)),), contents=False)
PATIENCE = 60
pytestmark = pytest.mark.pdf


@pytest.fixture(autouse=True)
def _really(monkeypatch):
    """The documents of these tests are printed, whatever was kept."""
    monkeypatch.delattr(printing._printer, "call")
    monkeypatch.delattr(printing._writer, "call")


@pytest.fixture
def printer():
    printer = Printer("tests.factories.faulty_renderer")
    yield printer
    printer.stop()


def ask(printer, order="", timeout=PATIENCE):
    return printer.call("render_pdf", (order,), timeout)


def child(printer):
    return int(ask(printer).split()[0])


def test_nothing_loads_weasyprint_in_the_calling_process():
    code = (
        "import sys; from portal.core.documents import printing;"
        "from portal.core.documents.tree import Document; from portal.core.language import Language;"
        "pdf = printing.print_in_child(Document('x', Language.FR, ()), 60); assert pdf.startswith(b'%PDF');"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in ('weasyprint', 'pydyf', 'fontTools', 'PIL')))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert run.stdout.strip() == "[]"


def test_the_child_prints_what_the_renderer_prints():
    assert print_in_child(SHORT, PATIENCE) == render_pdf(SHORT)


def test_a_word_file_is_written_out_of_the_process_too():
    assert write_in_child(SHORT, b"", PATIENCE) == render_docx(SHORT)


def test_a_refused_document_says_why_and_the_next_one_is_printed():
    with pytest.raises(PrintingError, match="Figure « schéma »"):
        print_in_child(Document("x", Language.FR, (Figure("<svg", "schéma"),)), PATIENCE)
    assert print_in_child(Document("x", Language.FR, (Figure(SVG, "schéma"),)), PATIENCE).startswith(b"%PDF")


def test_the_child_is_another_gentler_process_and_is_kept(printer):
    pid, niceness = map(int, ask(printer).split())
    assert pid != os.getpid()
    assert niceness >= printing_child.NICENESS
    assert child(printer) == pid


def test_the_child_does_not_import_its_parents_main_module(tmp_path):
    main = tmp_path / "main.py"
    main.write_text(
        "from portal.core.documents.printing import Printer\n"
        "if __name__ != '__main__': raise SystemExit('imported again')\n"
        "print(Printer('tests.factories.faulty_renderer').call('render_pdf', ('modules',), 60).decode())\n"
    )
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    run = subprocess.run(
        [sys.executable, main], cwd=tmp_path, env=environment, capture_output=True, check=True, text=True
    )
    loaded = run.stdout.split()
    assert "tests.factories.faulty_renderer" in loaded
    assert not {"flask", "sqlalchemy", "portal.app"} & set(loaded)


def test_what_a_library_prints_does_not_reach_the_commands_output(capfd, printer):
    assert ask(printer, "chatter")
    assert capfd.readouterr().out == ""


def test_an_interruption_at_the_terminal_leaves_the_document_under_way_alone(printer):
    pid = child(printer)
    os.kill(pid, signal.SIGINT)
    assert child(printer) == pid


def test_an_overrun_is_stopped_and_the_next_document_is_printed(printer):
    pid = child(printer)
    with pytest.raises(PrintingTimedOut, match=r"plus de 0.3 s"):
        ask(printer, "sleep", 0.3)
    assert not Path(f"/proc/{pid}").exists()
    assert child(printer) != pid


def test_a_crash_is_told_and_the_next_document_is_printed(printer):
    pid = child(printer)
    with pytest.raises(PrintingCrashed):
        ask(printer, "die")
    assert child(printer) != pid


def test_a_child_killed_while_idle_is_replaced_without_an_error(printer):
    pid = child(printer)
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert child(printer) != pid


def test_a_renderer_that_cannot_start_is_a_crash_not_a_wait():
    with pytest.raises(PrintingCrashed):
        Printer("tests.factories.absent").call("render_pdf", ("",), PATIENCE)


def test_a_refusal_of_the_renderer_keeps_the_child(printer):
    pid = child(printer)
    with pytest.raises(PrintingError, match="ValueError : Figure"):
        ask(printer, "refuse")
    assert child(printer) == pid


def test_large_files_come_through(printer):
    assert len(ask(printer, "large")) == 20_000_000


def test_the_child_is_recycled(printer, monkeypatch):
    monkeypatch.setattr(printing, "RENDERINGS_PER_CHILD", 3)
    pids = [child(printer) for _ in range(7)]
    assert len(set(pids)) == 3
    assert pids[0] == pids[2] != pids[3] == pids[5] != pids[6]


@pytest.mark.faults
def test_callers_take_turns_and_waiting_counts(printer):
    child(printer)

    def overrun():
        with contextlib.suppress(PrintingTimedOut):
            ask(printer, "sleep", 1.5)

    first = threading.Thread(target=overrun)
    first.start()
    while not printer.busy:
        time.sleep(0.01)
    with pytest.raises(PrintingTimedOut, match="une autre est en cours"):
        ask(printer, "", 0.2)
    assert ask(printer)
    first.join()


@pytest.mark.faults
def test_the_child_leaves_with_its_parent():
    code = (
        "import os, signal; from portal.core.documents.printing import Printer;"
        "print(Printer('tests.factories.faulty_renderer').call('render_pdf', ('',), 60).decode(), flush=True);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    run = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=False, text=True)
    assert run.returncode == -signal.SIGKILL
    pid = run.stdout.split()[0]
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
