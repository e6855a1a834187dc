"""`flask paper check`: one contract, a folder or a ZIP of them, as a table, as JSON or as a workbook."""

import gc
import hashlib
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal.contracts import library
from portal.core import process
from portal.core.cleaning import clean
from portal.core.errors import Refused
from portal.core.language import Language, say
from portal.core.late import late
from portal.core.spreadsheets import write_xlsx
from portal.core.translation import translate
from portal.documents_in.document import SourceDocument
from portal.paper import batch_files, batch_table, snapshot
from portal.paper import report_wording as wording
from portal.paper.batch_resume import check_or_resume
from portal.paper.kept_expressions import kept_expressions
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.check_result import Check, ContractTerm, RequirementResult, Span
from portal.paper.rules.naming import (
    JUDGEMENTS,
    SHORT_VERDICTS,
    SPECIFIC,
    STATUSES,
    VERDICTS,
    requirement_title,
    term_quantity,
    term_title,
)
from portal.web.command_output import json_option, language_option, show_json

if TYPE_CHECKING:
    from portal.documents_in import reader
    from portal.paper.rules import checking
else:
    checking = late("portal.paper.rules.checking")
    reader = late("portal.documents_in.reader")

REFUSED = 2
"""Exit status when the text cannot be checked."""
_QUOTED = 100

path_argument = click.argument("path", type=click.Path(path_type=Path), metavar="FICHIER|DOSSIER|ZIP")


@click.command(
    "check",
    help="Contrôler un contrat au regard du RGPD, article 28 ; un dossier ou un ZIP donne une ligne par contrat.\n\n"
    "Rien ne quitte la machine ; avec --keep, la même commande reprend où elle s'est arrêtée. Un texte "
    "illisible est refusé par une phrase et le code 2.",
)
@path_argument
@language_option
@click.option("--xlsx", type=click.Path(path_type=Path, dir_okay=False), help="Écrire le tableau dans ce classeur.")
@click.option(
    "--keep", "kept", type=click.Path(path_type=Path, dir_okay=False), help="Y noter chaque contrat lu, pour reprendre."
)
@json_option
def check_texts(path: Path, language: Language, xlsx: Path | None, kept: Path | None, *, as_json: bool) -> None:
    """Check a contract against RGPD art. 28; for a folder or a ZIP, one row per contract.

    Nothing leaves the machine; with --keep, the same command goes on where it stopped. A text that cannot be read is
    refused with a sentence and status 2.
    """
    with exit_on_refusal(language), kept_expressions(process.settings().data_dir / "cache"):
        if path.is_dir() or is_archive(path):
            _check_several(path, language, xlsx, kept, as_json=as_json)
        elif xlsx is not None or kept is not None:
            raise Refused(say("--xlsx et --keep veulent un dossier ou un ZIP de contrats."))
        else:
            _check_one(path, language, as_json=as_json)


@contextmanager
def exit_on_refusal(language: Language) -> Iterator[None]:
    """Turn a refusal into its sentence on stderr and status 2."""
    try:
        yield
    except Refused as refusal:
        click.echo(translate(refusal.sentence, language), err=True)
        raise SystemExit(REFUSED) from refusal


def is_archive(path: Path) -> bool:
    """Whether a file is a ZIP of files, not a document that happens to be one (DOCX, ODT)."""
    return path.suffix.lower() == ".zip" and zipfile.is_zipfile(path)


def check_file(path: Path) -> tuple[bytes, SourceDocument, Check]:
    """A file with what it says; raises Refused when it cannot be read."""
    data = batch_files.load_file(path)
    document = reader.read_document(data, path.name)
    return data, document, checking.check_contract(document, load_rulebook())


def _check_one(path: Path, language: Language, *, as_json: bool) -> None:
    data, document, found = check_file(path)
    if as_json:
        show_json(check_as_json(path.name, hashlib.sha256(data).hexdigest(), document, found, language))
        return
    for line in _report_lines(document, found, language):
        click.echo(line)


def _check_several(path: Path, language: Language, xlsx: Path | None, kept: Path | None, *, as_json: bool) -> None:
    gc.enable()  # what each of many leaves behind is much (`wsgi.py`)
    rulebook = load_rulebook()
    if path.is_dir():
        rows = _check_all(batch_files.files_of_folder(path), kept, as_json=as_json)
    else:
        with path.open("rb") as file:
            rows = _check_all(batch_files.files_of_archive(file), kept, as_json=as_json)
    if xlsx is not None:
        header, body = batch_table.batch_table(rows, rulebook, library.load().obligations, language)
        try:
            xlsx.write_bytes(write_xlsx(batch_table.table_title(language), header, body))
        except OSError as error:
            raise Refused(
                say("%(file)s ne peut pas être écrit : %(why)s.", file=xlsx, why=error.strerror or str(error))
            ) from error
    if as_json:
        show_json([_row_as_json(row, language) for row in rows])
        return
    for row in rows:
        click.echo(_table_line(row, language))


def _check_all(
    sources: Sequence[batch_files.BatchFile], kept: Path | None, *, as_json: bool
) -> list[batch_files.CheckedFile]:
    """Every row, with a bar on a terminal."""
    rows = check_or_resume(sources, load_rulebook(), kept)
    if as_json:
        return list(rows)
    with click.progressbar(rows, length=len(sources), label="Contrats", file=sys.stderr) as bar:
        return list(bar)


def _table_line(row: batch_files.CheckedFile, language: Language) -> str:
    name = clean(row.name)
    if row.check is None:
        return f"{name}\t{translate(row.refusal, language) if row.refusal else ''}"
    counts = [
        f"{STATUSES[status].said_in(language)} {count}"
        for status, count in batch_table.count_statuses(row.check).items()
    ]
    return f"{name}\t{SHORT_VERDICTS[row.check.verdict].said_in(language)}\t" + ", ".join(counts)


def check_as_json(name: str, sha256: str, document: SourceDocument, found: Check, language: Language) -> dict[str, Any]:
    """A check as a script reads it; the twenty main requirements come first, the finer ones after."""
    return {
        "file": name,
        "sha256": sha256,
        "readings": snapshot.rulebook_digest(load_rulebook()),
        "language": found.language.value,
        "verdict": found.verdict.value,
        "reason": " ".join(_conclusion(found, language)),
        "requirements": [
            {
                "id": one.id,
                "status": one.status.value,
                "specific": one.specific,
                "spans": [_span_as_json(span) for span in one.spans],
                "reason": one.reason.said_in(language),
                "obligations": list(one.obligations),
            }
            for one in found.requirements
        ],
        "terms": [
            {
                "id": one.id,
                "value": one.value,
                "unit": one.unit,
                "judgement": one.judgement.value,
                "reason": one.reason.said_in(language),
                "span": _span_as_json(one.span),
            }
            for one in found.terms
        ],
        "blanks": [_span_as_json(span) for span in found.blanks],
        "remarks": [translate(remark, language) for remark in document.remarks],
    }


def _row_as_json(row: batch_files.CheckedFile, language: Language) -> dict[str, Any]:
    if row.check is None or row.document is None:
        return {
            "file": row.name,
            "sha256": row.sha256,
            "refusal": translate(row.refusal, language) if row.refusal else "",
        }
    return check_as_json(row.name, row.sha256, row.document, row.check, language)


def _span_as_json(span: Span) -> dict[str, Any]:
    return {"quote": span.quote, "start": span.start, "end": span.end, "page": span.page}


def _report_lines(document: SourceDocument, found: Check, language: Language) -> Iterator[str]:
    obligations = library.load().obligations
    yield from _conclusion(found, language)
    yield from (f"({translate(remark, language)})" for remark in document.remarks)
    yield ""
    for result in found.requirements:
        yield _requirement(result, requirement_title(result, obligations).said_in(language), language)
        if result.spans:
            yield f"    {_quoted(result.spans[0])}"
        elif not result.status.holds:
            yield f"    {result.reason.said_in(language)}"
    if found.blanks:
        yield ""
        yield wording.BLANKS.said_in(language)
        yield from (f"    {_quoted(span)}" for span in found.blanks)
    if found.terms:
        yield ""
    for term in found.terms:
        yield _term(term, language)


def _conclusion(found: Check, language: Language) -> list[str]:
    """The verdict, then what else is said of the whole text."""
    said = (VERDICTS[found.verdict].said_in(language), found.reason.said_in(language))
    return [sentence for sentence in said if sentence]


def _requirement(result: RequirementResult, title: str, language: Language) -> str:
    mark = "" if result.specific is None else f" – {SPECIFIC[result.specific].said_in(language).lower()}"
    return f"{STATUSES[result.status].said_in(language):<16} {title} [{result.id}]{mark}"


def _term(term: ContractTerm, language: Language) -> str:
    text = " ".join(filter(None, (term_title(term).said_in(language), term_quantity(term, language))))
    return f"{JUDGEMENTS[term.judgement].said_in(language):<16} {text} [{term.id}]\n    {_quoted(term.span)}"


def _quoted(span: Span) -> str:
    text = " ".join(clean(span.quote).split())
    short = text if len(text) <= _QUOTED else text[: _QUOTED - 1].rstrip() + "…"
    return f"p. {span.page} : {short}" if span.page else short
