"""`python -m bench.published_reading [shown|held|cosmetic] [-v]`: precision and recall per class of change."""

import sys

from bench.published_reading.cosmetics import cosmetic_pairs
from bench.published_reading.evaluation import ClassFigures, evaluate, found_in
from bench.published_reading.pairs import pages, version_pairs


def main() -> None:
    """Print the figures, and with -v every error."""
    which, loud = next((a for a in sys.argv[1:] if a[0] != "-"), "shown"), "-v" in sys.argv
    if which == "cosmetic":
        _cosmetic(loud=loud)
        return
    pairs = [pair for pair in version_pairs() if pair.held_back is (which == "held")]
    for title, some in (("forwards", pairs), ("backwards", [pair.backwards() for pair in pairs])):
        figures = evaluate(some)
        print(f"{title}, {len(some)} pairs")
        for name in sorted(figures, key=lambda one: (one == "all", one)):
            print(_line(name, figures[name]))
            for label in [*figures[name].wrong, *figures[name].missed] if loud and name != "all" else ():
                print(f"    {'wrong ' if label in figures[name].wrong else 'missed'} {label}")


def _line(name: str, figures: ClassFigures) -> str:
    precision, recall = ("  –  " if share is None else f"{share:5.1%}" for share in (figures.precision, figures.recall))
    wrong, missed = len(figures.wrong), len(figures.missed)
    return f"{name:18} precision {precision}  recall {recall}  ({figures.right} right, {wrong} wrong, {missed} missed)"


def _cosmetic(*, loud: bool) -> None:
    found = [(name, found_in(old, new)) for name, old, new in cosmetic_pairs(pages())]
    alerts = [(name, labels) for name, labels in found if labels]
    print(f"{len(found)} cosmetic pairs, {len(alerts)} with an alert")
    for name, labels in alerts if loud else ():
        print(f"    {name} : {', '.join(sorted(labels))}")


if __name__ == "__main__":
    main()
