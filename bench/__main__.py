"""`make bench`: every figure of the portal's aims, in CPU time, beside a limit measured in the same run."""

import argparse
from collections.abc import Callable, Mapping

from bench import limits, pages, paper, processes, waves, withdrawals
from bench.limits import Limits
from bench.measure import Report

PARTS: Mapping[str, Callable[[Report, Limits], None]] = {
    "start": lambda report, _limits: processes.start(report),
    "contract": lambda report, _limits: processes.contract(report),
    "import": lambda report, _limits: processes.imports(report),
    "lists": pages.lists,
    "space": pages.space,
    "opening": waves.opening,
    "wave": waves.wave,
    "withdrawals": withdrawals.sample,
    "paper": paper.contracts,
}


def main() -> None:
    """Run everything, or the parts asked for, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="this part alone; may be repeated")
    chosen = parser.parse_args().only or list(PARTS)
    report = Report()
    found = limits.measure(report)
    for name in chosen:
        PARTS[name](report, found)
    report.show()


if __name__ == "__main__":
    main()
