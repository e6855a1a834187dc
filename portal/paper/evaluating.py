"""Measure the check on texts that readers have labelled: what was wanted, what was got, beside the naive checks."""

import csv
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from portal.contracts.library import FOLDER as LIBRARY
from portal.core.errors import Refused
from portal.core.language import Language, say
from portal.documents_in import reader
from portal.documents_in.document import ParagraphKind, SourceDocument, SourceParagraph, assemble_paragraphs
from portal.paper.rules.baseline import Naive, by_keyword, by_two_sentences
from portal.paper.rules.checking import check
from portal.paper.rules.findings import Check, Span
from portal.paper.rules.measuring import Cell, Mark, mark
from portal.paper.rules.rulebook import Rulebook

BASELINE = LIBRARY / "readings-baseline.toml"
ENGINE, KEYWORDS, TWO_SENTENCES = "engine", "keywords", "two_sentences"


@dataclass(frozen=True)
class Labelled:
    """A text with what its reader says; requirements without a label are not measured."""

    name: str
    document: SourceDocument
    wanted: Mapping[str, Mark]
    ground: Mapping[str, str]


@dataclass(frozen=True)
class Difference:
    """A cell where the check and the reader differ."""

    cell: Cell
    span: Span | None
    """The first passage of the check."""
    ground: str
    """The passage of the reader."""


@dataclass(frozen=True)
class Evaluation:
    """All cells, per method (`engine`, `keywords`, `two_sentences`)."""

    cells: Mapping[str, tuple[Cell, ...]]
    differences: tuple[Difference, ...]


def evaluate(labelled: Iterable[Labelled], rulebook: Rulebook, *, partial: Mark = Mark.PARTIAL) -> Evaluation:
    """Check every text; `partial` is what « partial » counts as, on both sides (yes: lenient; no: strict)."""
    rules = naive()
    cells: dict[str, list[Cell]] = defaultdict(list)
    differences = []
    for one in labelled:
        found = check(one.document, rulebook)
        got = {
            ENGINE: {finding.id: mark(finding.status) for finding in found.requirements},
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
                cell = Cell(
                    one.name,
                    requirement,
                    one.document.language.value,
                    partial if wanted is Mark.PARTIAL else wanted,
                    partial if marks[requirement] is Mark.PARTIAL else marks[requirement],
                )
                cells[method].append(cell)
                if method == ENGINE and cell.wanted is not cell.got:
                    differences.append(_difference(cell, found, one))
    return Evaluation({method: tuple(found) for method, found in cells.items()}, tuple(differences))


def _difference(cell: Cell, found: Check, one: Labelled) -> Difference:
    spans = found.finding(cell.requirement).spans
    return Difference(cell, spans[0] if spans else None, one.ground.get(cell.requirement, ""))


def naive(path: Path = BASELINE) -> tuple[Naive, ...]:
    """The naive checks shipped as data."""
    tables = tomllib.loads(path.read_text("utf-8"))
    return tuple(
        Naive(
            requirement,
            {language: table[language.value]["keyword"] for language in Language},
            {language: tuple(table[language.value]["together"]) for language in Language},
        )
        for requirement, table in tables.items()
    )


def labelled(folder: Path, labels: Path) -> Iterator[Labelled]:
    """The texts a label file names (columns file, requirement, label, ground), read one after the other."""
    wanted, ground = _marks(labels)
    for name, marks in wanted.items():
        try:
            data = (folder / Path(name).name).read_bytes()
        except OSError as error:
            raise Refused(say("%(file)s : %(why)s.", file=name, why=error.strerror or str(error))) from error
        yield Labelled(name, reader.read_document(data, name), marks, ground[name])


def _marks(labels: Path) -> tuple[Mapping[str, Mapping[str, Mark]], Mapping[str, Mapping[str, str]]]:
    """What a label file says, by text then by requirement, with the grounds; refused at a line that says neither."""
    wanted: dict[str, dict[str, Mark]] = defaultdict(dict)
    ground: dict[str, dict[str, str]] = defaultdict(dict)
    for line, row in _rows(labels, ("file", "requirement", "label")):
        try:
            wanted[row["file"]][row["requirement"]] = Mark(row["label"])
        except ValueError:
            raise Refused(
                say(
                    "%(file)s, ligne %(line)s : le libellé « %(label)s » n'est ni yes, ni partial, ni no.",
                    file=labels.name,
                    line=line,
                    label=row["label"],
                )
            ) from None
        ground[row["file"]][row["requirement"]] = row.get("ground") or ""
    return wanted, ground


def academic(folder: Path, labels: Path | None = None) -> Iterator[Labelled]:
    """Texts given as labelled English sentences (`sentences.tsv`, `doc_labels.tsv`: 1 = present).

    The ground of a requirement is its first labelled sentence, where the file labels sentences. With `labels`, the
    marks are those of other readers of the same texts, and `doc_labels.tsv` is not opened.
    """
    sentences: dict[str, list[str]] = defaultdict(list)
    ground: dict[str, dict[str, str]] = defaultdict(dict)
    for _, row in _rows(folder / "sentences.tsv", ("dpa", "sentence")):
        sentences[row["dpa"]].append(row["sentence"])
        for requirement in re.split(r"[\s,;|]+", row.get("our_reqs", "")):
            ground[row["dpa"]].setdefault(requirement, row["sentence"])
    for name, wanted in (_marks(labels)[0] if labels else _present(folder / "doc_labels.tsv")).items():
        yield Labelled(name, _of_sentences(sentences[name]), wanted, ground[name])


def _present(path: Path) -> Mapping[str, Mapping[str, Mark]]:
    marks = {}
    for _, row in _rows(path, ("dpa",)):
        name = row.pop("dpa")
        marks[name] = {requirement: Mark.YES if present == "1" else Mark.NO for requirement, present in row.items()}
    return marks


def _of_sentences(sentences: Iterable[str]) -> SourceDocument:
    text, paragraphs = assemble_paragraphs([(sentence, ParagraphKind.TEXT, 0, "", None) for sentence in sentences])
    placed: tuple[SourceParagraph, ...] = tuple(replace(one, language=Language.EN) for one in paragraphs)
    return SourceDocument(text, placed, Language.EN)


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a tab-separated file with their line; refused when a column is not there."""
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise Refused(say("%(file)s : %(why)s.", file=path, why=error.strerror or str(error))) from error
    except UnicodeDecodeError as error:
        raise Refused(say("%(file)s : ce fichier n'est pas en UTF-8.", file=path)) from error
    reader = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise Refused(say("%(file)s : il manque la colonne « %(column)s ».", file=path.name, column=missing[0]))
    for row in reader:
        yield reader.line_num, {key: value or "" for key, value in row.items() if key is not None}
