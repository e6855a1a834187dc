"""Measure the check on texts that readers have labelled: what was wanted, what was got, beside the naive checks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bench.contract_reading.labelled_texts import LabelledText
from bench.contract_reading.measures import Label, LabelledCell, label_of_status
from bench.contract_reading.naive_checks import by_keyword, by_two_sentences, load_naive_checks
from portal.core.errors import Refused
from portal.core.language import say
from portal.paper.rules.check_result import Check, Span
from portal.paper.rules.checking import check_contract
from portal.paper.rules.rulebook import Rulebook

ENGINE, KEYWORDS, TWO_SENTENCES = "engine", "keywords", "two_sentences"


@dataclass(frozen=True)
class Difference:
    """A cell where the check and the reader differ."""

    cell: LabelledCell
    span: Span | None
    """The first passage of the check."""
    ground: str
    """The passage of the reader."""


@dataclass(frozen=True)
class Evaluation:
    """All cells, per method (`engine`, `keywords`, `two_sentences`)."""

    cells: Mapping[str, tuple[LabelledCell, ...]]
    differences: tuple[Difference, ...]


def evaluate(labelled: Iterable[LabelledText], rulebook: Rulebook, *, partial: Label = Label.PARTIAL) -> Evaluation:
    """Check every text; `partial` is what « partial » counts as, on both sides (yes: lenient; no: strict)."""
    rules = load_naive_checks()
    cells: dict[str, list[LabelledCell]] = defaultdict(list)
    differences = []
    for one in labelled:
        found = check_contract(one.document, rulebook)
        got = {
            ENGINE: {finding.id: label_of_status(finding.status) for finding in found.requirements},
            KEYWORDS: by_keyword(one.document.text, one.document.language, rules),
            TWO_SENTENCES: by_two_sentences(one.document.text, one.document.language, rules),
        }
        for requirement, wanted in one.wanted.items():
            for method, marks in got.items():
                if requirement not in marks:
                    raise Refused(
                        say(
                            "%(file)s : l'exigence « %(requirement)s » est inconnue.",
                            file=one.name,
                            requirement=requirement,
                        )
                    )
                cell = LabelledCell(
                    one.name,
                    requirement,
                    one.document.language.value,
                    partial if wanted is Label.PARTIAL else wanted,
                    partial if marks[requirement] is Label.PARTIAL else marks[requirement],
                )
                cells[method].append(cell)
                if method == ENGINE and cell.wanted is not cell.got:
                    differences.append(_difference(cell, found, one))
    return Evaluation({method: tuple(found) for method, found in cells.items()}, tuple(differences))


def _difference(cell: LabelledCell, found: Check, one: LabelledText) -> Difference:
    spans = found.result_of(cell.requirement).spans
    return Difference(cell, spans[0] if spans else None, one.ground.get(cell.requirement, ""))
