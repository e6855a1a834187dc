"""`python -m bench.contract_reading`: figures of the check on labelled texts, beside the naive checks."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from bench.contract_reading.evaluation import ENGINE, Difference, Evaluation, evaluate
from bench.contract_reading.labelled_texts import academic_texts, labelled_texts
from bench.contract_reading.measures import DRAWS, SEED, GapClass, Interval, Label, Measure, Scores, measure
from portal.core.cleaning import clean
from portal.core.errors import Refused
from portal.paper.rulebook_files import load_rulebook
from portal.web.command_output import json_option, show_json

ALL = "all"
_QUOTED = 160


@click.command("bench.contract_reading")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--labels", type=click.Path(path_type=Path, dir_okay=False), help="Colonnes file, requirement, label.")
@click.option("--academic", "sentences", is_flag=True, help="Lire sentences.tsv et doc_labels.tsv (ou --labels).")
@click.option(
    "--partial",
    type=click.Choice([mark.value for mark in Label]),
    help="Ce que « partial » compte : yes (indulgent, d'office avec --academic), no (strict), ou lui-même.",
)
@click.option("--errors", is_flag=True, help="Lister les cases où le contrôle et le lecteur diffèrent.")
@click.option("--draws", default=DRAWS, show_default=True, type=click.IntRange(0), help="Tirages des intervalles.")
@click.option("--seed", default=SEED, show_default=True, help="Graine des tirages.")
@json_option
def evaluate_texts(
    folder: Path,
    labels: Path | None,
    partial: str | None,
    draws: int,
    seed: int,
    *,
    sentences: bool,
    errors: bool,
    as_json: bool,
) -> None:
    """Measure the check on labelled texts, beside a keyword check and two-sentence rules."""
    if not sentences and labels is None:
        raise click.UsageError("Donnez --labels FICHIER, ou --academic.")
    try:
        texts = academic_texts(folder, labels) if sentences or labels is None else labelled_texts(folder, labels)
        lenient = sentences and labels is None
        found = evaluate(texts, load_rulebook(), partial=Label(partial or (Label.YES if lenient else Label.PARTIAL)))
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    measures = {
        method: [measure(group, cells, draws=draws, seed=seed) for group, cells in _groups(found, method)]
        for method in found.cells
    }
    if as_json:
        show_json(
            {
                method: [asdict(one) | {"confusion": one.confusion.rows} for one in several]
                for method, several in measures.items()
            }
            | ({"errors": [_plain(one) for one in found.differences]} if errors else {})
        )
        return
    classes = (GapClass.MISSING,) if lenient else tuple(GapClass)
    for line in _said(measures, classes):
        click.echo(line)
    if errors:
        click.echo()
        for one in found.differences:
            click.echo(_line(one))


def _groups(found: Evaluation, method: str) -> Iterator[tuple[str, list[Any]]]:
    """Each language, then all."""
    cells = found.cells[method]
    languages = sorted({cell.language for cell in cells})
    for language in languages if len(languages) > 1 else ():
        yield language, [cell for cell in cells if cell.language == language]
    yield ALL, list(cells)


def _said(measures: Mapping[str, list[Measure]], classes: tuple[GapClass, ...]) -> Iterator[str]:
    for one in measures[ENGINE]:
        yield f"== {one.group}: {one.documents} documents, {one.cells} cells =="
        yield (f"accuracy {_figure(one.accuracy)}  kappa {_figure(one.kappa)} {_between(one.kappa_interval)}")
        yield "wanted\\got  " + "  ".join(f"{mark.value:>7}" for mark in Label)
        for mark, row in zip(Label, one.confusion.rows, strict=True):
            yield f"{mark.value:<10}  " + "  ".join(f"{count:>7}" for count in row)
        for wanted in classes:
            yield from _class(one, wanted, measures)
        yield ""


def _class(one: Measure, wanted: GapClass, measures: Mapping[str, list[Measure]]) -> Iterator[str]:
    found = one.classes[wanted]
    yield f"\n-- {wanted.value} --"
    yield f"{'':<38}{'precision':>10}{'recall':>8}{'F1':>8}{'F2':>8}{'wanted':>8}"
    for name, scores in found.by_requirement.items():
        yield _row(name, scores)
    yield _row("macro", found.macro) + f"   F1 {_between(found.intervals['macro_f1'])}"
    yield _row("pooled", found.pooled)
    yield "95 %: " + "  ".join(
        f"{name} {_between(found.intervals[name])}" for name in ("precision", "recall", "f1", "f2")
    )
    for method, several in measures.items():
        if method != ENGINE:
            other = next(each for each in several if each.group == one.group)
            yield _row(f"naive: {method}, macro", other.classes[wanted].macro)
            yield _row(f"naive: {method}, pooled", other.classes[wanted].pooled)


def _row(name: str, scores: Scores) -> str:
    return (
        f"{name:<38}{_figure(scores.precision):>10}{_figure(scores.recall):>8}"
        f"{_figure(scores.f1):>8}{_figure(scores.f2):>8}{scores.wanted:>8}"
    )


def _figure(value: float | None) -> str:
    """A figure with three decimals; a dash where there is nothing to divide by.

    >>> _figure(0.92), _figure(None)
    ('0.920', '–')
    """
    return "–" if value is None else f"{value:.3f}"


def _between(interval: Interval | None) -> str:
    return "[–]" if interval is None else f"[{interval.low:.3f}, {interval.high:.3f}]"


def _plain(one: Difference) -> dict[str, Any]:
    span = one.span
    return {
        "file": one.cell.document,
        "requirement": one.cell.requirement,
        "wanted": one.cell.wanted.value,
        "got": one.cell.got.value,
        "span": span and {"quote": span.quote, "start": span.start, "end": span.end, "page": span.page},
        "ground": one.ground,
    }


def _line(one: Difference) -> str:
    quoted = " ".join(clean(one.span.quote).split())[:_QUOTED] if one.span else "(rien)"
    return (
        f"{one.cell.document}\t{one.cell.requirement}\twanted {one.cell.wanted.value}\tgot {one.cell.got.value}"
        f"\n    got:    {quoted}\n    ground: {' '.join(clean(one.ground).split())[:_QUOTED]}"
    )
