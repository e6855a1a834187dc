"""`make bench`: every figure of the portal's aims beside a limit measured in the same run; a missed aim stays shown.

`python -m bench PART…` runs some of it: start, contract, check, import, lists, space, phone, map, chain, opening, wave,
withdrawals, paper, seal, contention, backup, disk, years, vendor, production. What is measured is processor time, but
on the telephone, under contention, at the disk and in production, where the clock is what people wait for; backup,
years and production count what was lost, vendor counts clicks.
"""

import argparse
import traceback
from collections.abc import Callable, Mapping, Sequence

from bench import (
    backups,
    chain_map,
    contention,
    durability,
    limits,
    one_vendor,
    pages,
    paper,
    phone,
    processes,
    production,
    seal,
    two_years,
    waves,
    withdrawals,
)
from bench.limits import Limits
from bench.measure import Report

PARTS: Mapping[str, Callable[[Report, Limits], None]] = {
    "start": processes.start,
    "contract": processes.contract,
    "check": processes.checking,
    "import": processes.imports,
    "lists": pages.lists,
    "space": pages.space,
    "phone": phone.views,
    "map": chain_map.drawn,
    "chain": chain_map.flat,
    "opening": waves.opening,
    "wave": waves.wave,
    "withdrawals": withdrawals.sample,
    "paper": paper.contracts,
    "seal": seal.sealing,
    "contention": contention.contention,
    "backup": backups.under_load,
    "disk": durability.writes,
    "years": two_years.answered,
    "vendor": one_vendor.walked,
    "production": production.production,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run everything, or the parts asked for, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    chosen = parser.parse_args(arguments).parts or list(PARTS)
    unknown = [name for name in chosen if name not in PARTS]
    if unknown:
        parser.error(f"no part is called {', '.join(unknown)}; there are {', '.join(PARTS)}")
    report = Report()
    found = limits.measure(report)
    broken = [name for name in chosen if not _run(name, report, found)]
    report.show()
    if broken:
        raise SystemExit(f"broken: {', '.join(broken)}")


def _run(name: str, report: Report, found: Limits) -> bool:
    """One part; one that breaks is a line of the table, and does not take the others with it."""
    try:
        PARTS[name](report, found)
    except Exception as failure:
        traceback.print_exc()
        report.add(f"{name}: broken", 1, "part", 0.0, f"{type(failure).__name__}: {failure}"[:100])
        return False
    return True


if __name__ == "__main__":
    main()
