"""`flask paper report`, `letter`, `amend`: documents made from a check, as DOCX and PDF files."""

import hashlib
from pathlib import Path

import click

from portal.contracts import library, services
from portal.contracts.rules.fact_catalogue import FACTS, FactKind
from portal.contracts.rules.facts import ContractFacts, Value
from portal.contracts.rules.model import ClauseLibrary
from portal.core import process
from portal.core.clock import now
from portal.core.documents.printing import PrintingError, print_in_child, write_in_child
from portal.core.documents.tree import Document as Tree
from portal.core.errors import Refused
from portal.core.language import Language, number_of, say
from portal.paper import snapshot
from portal.paper.amendments import check_amended_contract, draft_amendment
from portal.paper.check_cli import check_file, exit_on_refusal
from portal.paper.check_report import ReportedContract, build_report
from portal.paper.gap_letter import LetterDetails, gap_letter
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.amendment import AmendedContract, find_gaps
from portal.paper.rules.naming import requirement_title
from portal.web.command_output import language_option

PRINTING_SECONDS = 180

file_argument = click.argument("path", type=click.Path(path_type=Path, dir_okay=False), metavar="FICHIER")
out_option = click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Dossier où écrire."
)
everything_option = click.option(
    "--all", "everything", is_flag=True, help="Demander aussi ce que la loi impose déjà et les bonnes pratiques."
)


@click.command("report", help="Écrire le rapport d'un contrôle, en DOCX et en PDF.")
@file_argument
@language_option
@out_option
def write_report(path: Path, language: Language, out: Path) -> None:
    """Write the report of a check, as DOCX and PDF."""
    with exit_on_refusal(language):
        data, document, found = check_file(path)
        checked = ReportedContract(
            path.name,
            hashlib.sha256(data).hexdigest(),
            document,
            found,
            snapshot.rulebook_digest(load_rulebook()),
            at=now().replace(microsecond=0),
        )
        _write(out, f"{path.stem}-{_REPORT[language]}", build_report(checked, _books().obligations, language))


@click.command(
    "letter", help="Écrire la lettre qui demande au sous-traitant ce que son contrat ne dit pas, en DOCX et en PDF."
)
@file_argument
@language_option
@out_option
@click.option("--from", "sender", default="", help="Qui écrit.")
@click.option("--to", "vendor", default="", help="À qui.")
@everything_option
def write_letter(path: Path, language: Language, out: Path, sender: str, vendor: str, *, everything: bool) -> None:
    """Write the letter that asks the vendor for what its contract does not say, as DOCX and PDF."""
    with exit_on_refusal(language):
        _, _, found = check_file(path)
        books = _books()
        details = LetterDetails(path.name, sender, vendor)
        made = gap_letter(find_gaps(found, books, {}, everything=everything), details, books.obligations, language)
        if made is None:
            click.echo("Rien à demander : tous les points sont traités.", err=True)
            return
        _write(out, f"{path.stem}-{_LETTER[language]}", made)


@click.command("amend", help="Écrire l'avenant avec exactement les clauses qui manquent au contrat, en DOCX et en PDF.")
@file_argument
@language_option
@out_option
@click.option("--title", default="", help="Nom du contrat modifié ; celui du fichier sinon.")
@click.option("--fact", "typed", multiple=True, metavar="FAIT=VALEUR", help="Un fait ; voir flask clauses facts.")
@everything_option
def write_amendment(
    path: Path, language: Language, out: Path, title: str, typed: tuple[str, ...], *, everything: bool
) -> None:
    """Write the amendment with exactly the clauses that the contract lacks, as DOCX and PDF."""
    with exit_on_refusal(language):
        data, document, found = check_file(path)
        amended = AmendedContract(title or path.name, hashlib.sha256(data).hexdigest())
        made = draft_amendment(found, language, amended, _facts(typed), everything=everything)
        if made is None:
            click.echo("Rien à ajouter : tous les points sont traités, aucun avenant n'est écrit.", err=True)
            return
        _write(out, f"{path.stem}-{_AMENDMENT[language]}", made.document)
        clauses = number_of(len(made.closed), "clause", "clauses")
        click.echo(f"{clauses}, {number_of(len(made.blanks), 'blanc', 'blancs')} à compléter.", err=True)
        books = _books()
        left = find_gaps(check_amended_contract(document, made.document, found), books, {}, everything=everything)
        lead = "Pas satisfait tant que des blancs restent" if made.blanks else "Reste à traiter"
        for one in left:
            click.echo(f"{lead} : {requirement_title(one, books.obligations).fr} [{one.id}]", err=True)
        if not left:
            once = "une fois ses blancs remplis, " if made.blanks else ""
            click.echo(f"Avec cet avenant, {once}chaque point contrôlé est satisfait.", err=True)


_REPORT = {Language.FR: "rapport", Language.EN: "report"}
_LETTER = {Language.FR: "demande", Language.EN: "request"}
_AMENDMENT = {Language.FR: "avenant", Language.EN: "amendment"}


def _books() -> ClauseLibrary:
    return library.cached(process.settings().clauses_dir)


def _facts(given: tuple[str, ...]) -> ContractFacts:
    """Facts given on the command line; « ; » separates the items of a list."""
    found: dict[str, Value] = {}
    for one in given:
        key, equals, text = one.partition("=")
        if not equals:
            raise Refused(say("« %(given)s » n'est pas de la forme FAIT=VALEUR.", given=one))
        several = key in FACTS and FACTS[key].kind is not FactKind.TEXT
        value = services.parse_typed_fact(key, text.split(";") if several else text)
        found[key] = tuple(value) if isinstance(value, list) else value
    return ContractFacts({key: value for key, value in found.items() if value is not None})


def _write(out: Path, name: str, made: Tree) -> None:
    """Both files, each put in place once it is complete."""
    try:
        printed = print_in_child(made, PRINTING_SECONDS)
        files = {".docx": write_in_child(made, printed, PRINTING_SECONDS), ".pdf": printed}
    except PrintingError as error:
        raise Refused(say("Le document n'a pas pu être imprimé : %(why)s", why=str(error))) from error
    try:
        out.mkdir(parents=True, exist_ok=True)
        for suffix, content in files.items():
            waiting = out / f".{name}{suffix}.part"
            waiting.write_bytes(content)
            waiting.replace(out / f"{name}{suffix}")
            click.echo(out / f"{name}{suffix}")
    except OSError as error:
        raise Refused(
            say("Impossible d'écrire dans %(folder)s : %(why)s.", folder=out, why=error.strerror or str(error))
        ) from error
