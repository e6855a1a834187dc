"""What each importer keeps and loses of a sample, as a table of `questionnaires/README.md`.

`python -m bench.import_losses` prints it, `--write` writes it; a test holds the written copy against the importers. The
samples are ours, one for each format; files of others, when they are there, are a second table.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.code_map import written
from portal.core.language import Language
from portal.core.translation import translate
from portal.questionnaires.importing.importing import GivenFile, ImportReport, import_files
from portal.questionnaires.importing.losses import KIND_LABELS, ImportLoss
from tests.conftest import REAL
from tests.factories.import_samples import SAMPLES

PAGE = Path(__file__).resolve().parents[1] / "questionnaires" / "README.md"
OURS, OTHERS = "imports", "real imports"
"""The marks of the two tables in the page."""
_HEADER = (
    "Format",
    "Échantillon",
    "Parties",
    "Questions",
    "Choix",
    "Conditions",
    "Notées",
    "Perdu",
    "Manque au brouillon",
)


def table_of(reports: Iterable[tuple[str, ImportReport]]) -> str:
    """The table, a row a sample: what its drafts hold, then how many places each kind of loss has."""
    rows = [_row(name, report) for name, report in reports]
    lines = [_HEADER, ("---",) * len(_HEADER), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _row(name: str, report: ImportReport) -> Sequence[str]:
    counts = [
        str(sum(getattr(draft, what) for draft in report.drafts))
        for what in ("sections", "questions", "choices", "conditions", "scored")
    ]
    return (report.format_label, f"`{name}`", *counts, _told(report.lost), _told(report.missing))


def _told(losses: Iterable[ImportLoss]) -> str:
    counted: Counter[str] = Counter()
    for loss in losses:
        counted[translate(KIND_LABELS[loss.kind], Language.FR).lower()] += len(loss.places)
    return ", ".join(f"{kind} {count}" for kind, count in counted.items()) or "rien"


def ours() -> str:
    """The table of the samples written by us."""
    return table_of((one.name, one.imported()) for one in SAMPLES)


def others(folder: Path = REAL / "questionnaires") -> str:
    """The table of the files of others in a folder; those of no format are left out."""
    files = sorted(one for one in folder.iterdir() if one.suffix in {".yaml", ".json", ".xml"})
    return table_of((one.name, import_files(GivenFile(one.name, one.read_bytes()))) for one in files)


def main(arguments: Sequence[str]) -> None:
    """Print the tables, or write them."""
    tables = {OURS: ours(), **({OTHERS: others()} if (REAL / "questionnaires").is_dir() else {})}
    if "--write" in arguments:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), tables), encoding="utf-8")
        return
    print("\n\n".join(tables.values()))


if __name__ == "__main__":
    main(sys.argv[1:])
