"""A sample of 100,000 withdrawal cases: read, looked at for personal data, judged and counted, beside mere parsing.

`python -m bench.withdrawals` alone. Each figure is that of a child process of its own, so that its memory is its own.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.limits import Limits
from bench.measure import Report
from bench.serving import kept_code
from portal.core.spreadsheets import Limits as Most
from portal.core.spreadsheets import open_table
from portal.samples import law_files
from portal.samples.rules.case_totals import CaseTotals
from portal.samples.rules.case_verdict import judge_case
from portal.samples.rules.columns import SampleKind, map_header
from portal.samples.rules.personal_data import PersonalDataScanner
from portal.samples.rules.row_reader import RowReader
from tests.samples import generating

CASES = 100_000
MEGABYTE = 1024 * 1024
MOST = Most(rows=CASES, cells=40 * CASES, unpacked=400 * MEGABYTE)
SECONDS, MEBIBYTES = 20.0, 200.0


def sample(report: Report, _limits: Limits | None = None) -> None:
    """The same cases as CSV and as XLSX."""
    with tempfile.TemporaryDirectory() as folder:
        for name, write in (("csv", generating.csv_of), ("xlsx", generating.xlsx_of)):
            path = Path(folder) / f"dossiers.{name}"
            path.write_bytes(write(generating.cases(CASES), generating.CASE_FIELDS))
            parsing, _ = _child("parse", path)
            spent, memory = _child("audit", path)
            beside = f"parsing alone {parsing:.2f} s; file of {path.stat().st_size / MEGABYTE:.1f} MiB"
            report.add(f"auditing {CASES:,} withdrawal cases, {name}", spent, "s", SECONDS, beside)
            report.add(f"memory beyond the process, {name}", memory, "MiB", MEBIBYTES)


def parse(path: Path) -> None:
    """The file read row by row, and nothing else."""
    with open_table(path, max_bytes=100 * MEGABYTE, limits=MOST) as table:
        assert sum(1 for _ in table.rows) == CASES


def audit(path: Path) -> None:
    """What a job does of it."""
    law, tally = law_files.case_law(), CaseTotals()
    with open_table(path, max_bytes=100 * MEGABYTE, limits=MOST) as table:
        reader = RowReader(map_header(table.header, SampleKind.CASES, {}), law)
        scanner = PersonalDataScanner(table.header, law_files.health_words())
        for row in table.rows:
            scanner.add(row.line, row.cells)
            case = reader.read(row.line, row.cells)
            assert not isinstance(case, tuple), case
            tally.add(judge_case(case, law, generating.AS_OF))
    assert (tally.cases, scanner.findings()) == (CASES, ())


def _child(action: str, path: Path) -> tuple[float, float]:
    """CPU seconds and MiB of a child process, beyond what it held before it began."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.withdrawals", action, str(path)],
        env=kept_code({}),
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, memory = done.stdout.split()
    return float(seconds), float(memory)


def _measured(action: str, path: Path) -> None:
    law_files.case_law()
    before, start = _held("VmRSS"), time.process_time()
    {"parse": parse, "audit": audit}[action](path)
    print(time.process_time() - start, (_held("VmHWM") - before) / 1024)


def _held(which: str) -> int:
    """KiB held by this process, now (VmRSS) or at most (VmHWM)."""
    return int(Path("/proc/self/status").read_text(encoding="ascii").split(f"{which}:")[1].split()[0])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _measured(sys.argv[1], Path(sys.argv[2]))
    else:
        alone = Report()
        sample(alone)
        alone.show()
