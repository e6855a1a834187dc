"""Texts that readers have labelled: which requirement is met, from a label file or an academic folder."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bench.contract_reading.measures import Label
from portal.core.errors import Refused
from portal.core.language import Language, say
from portal.documents_in.document import ParagraphKind, SourceDocument, SourceParagraph, assemble_paragraphs
from portal.documents_in.reader import read_document


@dataclass(frozen=True)
class LabelledText:
    """A text with what its reader says; requirements without a label are not measured."""

    name: str
    document: SourceDocument
    wanted: Mapping[str, Label]
    ground: Mapping[str, str]


def labelled_texts(folder: Path, labels: Path) -> Iterator[LabelledText]:
    """The texts a label file names (columns file, requirement, label, ground), read one after the other."""
    wanted, ground = _marks(labels)
    for name, marks in wanted.items():
        try:
            data = (folder / Path(name).name).read_bytes()
        except OSError as error:
            raise Refused(say("%(file)s : %(why)s.", file=name, why=error.strerror or str(error))) from error
        yield LabelledText(name, read_document(data, name), marks, ground[name])


def _marks(labels: Path) -> tuple[Mapping[str, Mapping[str, Label]], Mapping[str, Mapping[str, str]]]:
    """What a label file says, by text then by requirement, with the grounds; refused at a line that says neither."""
    wanted: dict[str, dict[str, Label]] = defaultdict(dict)
    ground: dict[str, dict[str, str]] = defaultdict(dict)
    for line, row in _rows(labels, ("file", "requirement", "label")):
        try:
            wanted[row["file"]][row["requirement"]] = Label(row["label"])
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


def academic_texts(folder: Path, labels: Path | None = None) -> Iterator[LabelledText]:
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
        yield LabelledText(name, _of_sentences(sentences[name]), wanted, ground[name])


def _present(path: Path) -> Mapping[str, Mapping[str, Label]]:
    marks = {}
    for _, row in _rows(path, ("dpa",)):
        name = row.pop("dpa")
        marks[name] = {requirement: Label.YES if present == "1" else Label.NO for requirement, present in row.items()}
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
