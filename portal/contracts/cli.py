"""`flask contracts …`: list contracts, write a draft to files, compute deadlines."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.authz.context import Context
from portal.contracts import deadlines_cli, file_check, queries, services
from portal.contracts.fact_sources.sources import retention_row
from portal.contracts.fact_sources.stored_facts import is_bound
from portal.contracts.rules.assembly import coverage_report
from portal.contracts.rules.contract_terms import deadlines_of
from portal.contracts.rules.fact_catalogue import FACTS, FactDefinition, FactKind
from portal.contracts.services import AssembledDraft, ContractSubject, untranslated_text
from portal.contracts.wording import SEAL_REASONS
from portal.core.clock import LEGAL_ZONE, instant_text
from portal.core.dataclass import dataclass
from portal.core.documents.printing import PrintingError, print_in_child, write_in_child
from portal.core.documents.tree import Document
from portal.core.errors import Refused
from portal.core.language import Language, number_of, say
from portal.core.seal import SealState
from portal.core.translation import translate
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.vendors.queries import entities
from portal.web.command import working
from portal.web.command_output import DAY, json_option, show, show_json

PRINTING_SECONDS = 180
COVERAGE = "coverage.json"

contracts = AppGroup("contracts", help="Les contrats de sous-traitance.")
contracts.add_command(deadlines_cli.command)


@contracts.command(
    "list",
    help="Lister le registre des contrats : état, dates, dernier jour du préavis, couverture de la version la plus "
    "récente.",
)
@json_option
def list_all(*, as_json: bool) -> None:
    """List the register: state, dates, last day for notice, coverage of the newest version."""
    with working(write=False) as ctx:
        rows = [_line(row, ctx.today) for row in queries.every_contract(ctx)]
    show(
        rows,
        ("key", "vendor", "state", "effective_on", "ends_on", "notice_by", "version", "covered", "required", "blanks"),
        as_json=as_json,
    )


def _line(row: queries.ContractRow, today: date) -> dict[str, Any]:
    version, found = row.latest, deadlines_of(row, today)
    return {
        "key": row.key,
        "title": row.title,
        "vendor": row.vendor_key,
        "vendor_name": row.vendor_name,
        "service": row.service_name,
        "entity": row.entity_key,
        "template": row.template_key,
        "version": version and version.number,
        "language": version and version.language.value,
        "covered": version and version.covered,
        "required": version and version.required,
        "blanks": version and version.blanks,
        "printed": version and version.is_printed,
        "sha256": version and version.sha256,
        "drafted_at": version and instant_text(version.created_at),
        "state": row.state.value,
        "counts": row.counts,
        "copy": row.copy_reading and row.copy_reading.value,
        "origin": row.origin.value,
        "owner": row.owner,
        "signed_on": row.signed_on,
        "effective_on": row.effective_on,
        # Of the period that holds today; a contract that is not renewed ends on that day, another is then renewed.
        "ends_on": found.ends_on if found else row.expires_on,
        "notice_by": found and found.notice_by,
        "renews_on": found and found.renews_on,
    }


@dataclass(frozen=True)
class DraftFiles:
    """A draft in its three files."""

    word: bytes
    pdf: bytes
    coverage: str


@contracts.command(
    "verify",
    help="Dire ce qu'est un fichier : gardé ici ou non, comme quoi, et les cachets qu'il porte.\n\n"
    "Code 1 pour un fichier qui n'est pas gardé et n'a pas de cachet, ou dont un cachet ne tient pas.",
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@json_option
def verify(file: Path, *, as_json: bool) -> None:
    """Say what a file is: held here, as what, and which seals it bears.

    Exits with 1 for a file that is not held and has no seal, or one of whose seals does not hold.
    """
    with working(write=False) as ctx:
        read = file_check.read_file(file.read_bytes())
        held = file_check.held_as(ctx, read.sha256)
    if as_json:
        show_json(_verified(read, held))
    else:
        for line in _verified_lines(read, held):
            click.echo(line)
    altered = any(one.found.state is SealState.ALTERED for one in read.seals)
    if altered or read.trouble or not (held or read.seals):
        raise click.exceptions.Exit(1)


def _verified(read: file_check.ReadFile, held: tuple[file_check.HeldFile, ...]) -> dict[str, Any]:
    return {
        "sha256": read.sha256,
        "size": read.size,
        "held": [asdict(one) for one in held],
        "seals": [{"ours": one.is_ours, **asdict(one.found), "state": one.found.state.value} for one in read.seals],
        "trouble": translate(read.trouble, Language.FR) if read.trouble else None,
    }


def _verified_lines(read: file_check.ReadFile, held: tuple[file_check.HeldFile, ...]) -> Iterator[str]:
    yield f"SHA-256 {read.sha256}"
    for one in held:
        what = f"version {one.version}" if one.version else f"exemplaire signé le {one.signed_on}"
        yield f"{one.vendor} : {one.title}, {what}{', signature annulée' if one.is_cancelled else ''}"
    if not held:
        yield "Aucun contrat d'ici n'a ce fichier."
    for seal in read.seals:
        whose = "Notre cachet" if seal.is_ours else f"Signature de {seal.found.signer}, selon son certificat"
        reason = translate(SEAL_REASONS[seal.found.state.value], Language.FR)
        yield f"{whose}, {seal.found.timestamped_at or seal.found.claimed_at} : {reason}"
    if read.trouble:
        yield translate(read.trouble, Language.FR)


@contracts.command(
    "draft",
    help="Écrire le DOCX, le PDF et la preuve de couverture d'un contrat avec un sous-traitant.\n\n"
    "Seuls des fichiers sont écrits : aucun contrat ne s'ouvre. Mêmes registre, bibliothèque et jour donnent "
    "les mêmes octets. Des faits qui n'ont pas de sens s'écrivent en problèmes (fait, message), rien n'est "
    "écrit et le code est 1, sauf --anyway qui dit pourquoi ; la raison et les problèmes sont alors gardés "
    "dans coverage.json. Un texte connu dans la seule autre langue est un problème qu'aucune raison ne lève : "
    "il n'est jamais imprimé à la place de celui qui manque. De même un sous-traitant qui détermine les "
    "finalités de tout le traitement, sous un modèle pour sous-traitants. Avec --json, les problèmes sont un "
    "tableau sur la sortie, vide s'il n'y en a pas.",
)
@click.option("--vendor", "vendor_key", required=True, help="Clé du sous-traitant.")
@click.option("--template", default="dpa", show_default=True, help="Clé du modèle.")
@click.option("--lang", default="fr", show_default=True, help="fr, en, ou fr+en : deux colonnes.")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Dossier où écrire.")
@click.option("--service", help="Numéro ou nom de la prestation ; la seule du sous-traitant sinon.")
@click.option("--entity", help="Clé de l'entité du groupe ; celle de la prestation, ou la seule, sinon.")
@click.option(
    "--fact", "typed", multiple=True, metavar="FAIT=VALEUR", help="Un fait à saisir ; voir flask clauses facts."
)
@click.option(
    "--facts",
    "facts_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Fichier JSON des faits, tableaux compris ; voir flask clauses facts --json.",
)
@click.option("--anyway", default="", metavar="RAISON", help="Rédiger malgré des contrôles en échec, et dire pourquoi.")
@click.option("--at", type=DAY, help="Jour du projet ; aujourd'hui sinon.")
@json_option
def draft(
    vendor_key: str,
    template: str,
    lang: str,
    out: Path,
    service: str | None,
    entity: str | None,
    typed: tuple[str, ...],
    facts_file: Path | None,
    anyway: str,
    at: date | None,
    *,
    as_json: bool,
) -> None:
    """Write the DOCX, the PDF and the proof of coverage of a contract with a vendor.

    Only files are written: no contract is opened on the desk. The same register, library and day give the same bytes.
    Facts that make no sense are printed as problems (fact, message), nothing is written and the command exits with 1,
    unless --anyway says why; the reason and the problems are then kept in coverage.json. A text known in the other
    language alone is a problem that no reason makes up for: it is never printed in the place of the one that lacks. So
    is a vendor that determines the purposes of all the processing, under a template for processors.
    With --json, the problems are an array on the standard output, empty when there is none.
    """
    language, beside = _languages(lang)
    given = _facts_of(facts_file) if facts_file is not None else {}
    with working(write=False) as ctx:
        day = at if at is not None else ctx.today
        context = replace(ctx, now=datetime.combine(day, time(), LEGAL_ZONE))
        subject = _subject(context, vendor_key, template, service, entity)
        told = {**given, **_typed(typed)}
        made = services.assemble_draft(context, subject, told, language)
        texts = [made] if beside is None else [made, services.assemble_draft(context, subject, told, beside)]
        name = f"{subject.vendor.key}-{template}-{services.spoken(language, beside)}"
        edition = translate(say("Texte du %(day)s", day=day), language)
        document = services.stamped(*texts, reference="", edition=edition, at=context.now)
        proof = _proof(subject, made, language, day) | services.checks_snapshot(made, language, anyway.strip())
    lacking = [one for text in texts for one in _impediments(text, text.assembly.language)]
    lacking = [one for rank, one in enumerate(lacking) if one not in lacking[:rank]]
    _tell_problems([*proof.get("problems", []), *lacking], as_json=as_json)
    if lacking:
        raise click.ClickException(
            "Rien n'est écrit : aucune raison ne lève ces problèmes. Corrigez les faits, ou changez de modèle."
        )
    if made.problems and not anyway.strip():
        raise click.ClickException(
            "Rien n'est écrit : des faits n'ont pas de sens. Corrigez-les, ou dites pourquoi avec --anyway RAISON."
        )
    for path in _write(out, name, _printed(document, proof)):
        click.echo(path, err=as_json)
    covered, required = proof["covered"], proof["required"]
    counted = number_of(covered, f"obligation sur {required} couverte", f"obligations sur {required} couvertes")
    click.echo(f"{counted}, {len(proof['blanks'])} à compléter.", err=True)
    for doubt in proof["doubts"]:
        click.echo(f"À vérifier : {doubt['why']}", err=True)
    click.echo("Seuls ces fichiers sont écrits : aucun contrat n'est ouvert dans le portail.", err=True)


def _impediments(made: AssembledDraft, language: Language) -> list[dict[str, str]]:
    """What no reason makes up for: the vendor's capacity, texts that the contract lacks in its language."""
    found = made.excluded
    excluded = [] if found is None else [{"fact": found.fact, "message": translate(found.why, language)}]
    return excluded + [
        {"fact": one.fact, "message": translate(untranslated_text(one, language), language)}
        for one in made.to_translate
    ]


def _tell_problems(problems: list[dict[str, str]], *, as_json: bool) -> None:
    if as_json:
        show_json(problems)
    else:
        for one in problems:
            click.echo(f"{one['fact']}: {one['message']}", err=True)


def _facts_of(file: Path) -> dict[str, Any]:
    """The facts of a JSON file, in the shape that is kept; raises ClickException with what is wrong and where."""
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise click.ClickException(f"Impossible de lire {file} : {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{file} n'est pas du JSON en UTF-8 : {error}") from error
    if not isinstance(read, dict):
        raise click.ClickException(f"{file} : écrivez un objet, un fait par clé ; voir flask clauses facts --json.")
    try:
        found = {key: _fact(key, value) for key, value in read.items()}
    except Refused as refusal:
        raise click.ClickException(f"{file} : {refusal}") from refusal
    return {key: value for key, value in found.items() if value is not None}


def _fact(key: str, value: Any) -> Any:
    fact = FACTS.get(key)
    if fact is None:
        raise Refused("« %(key)s » n'est pas un fait. Voyez : flask clauses facts", key=key)
    if value is None:
        return None
    if isinstance(value, dict) and is_bound(key) and fact.kind is not FactKind.ROWS:
        return _fact_by_language(key, value)
    if key == "data.retention" and _are_lines(value):
        value = [retention_row(line) for line in ([value] if isinstance(value, str) else value)]
    if fact.kind is FactKind.ROWS:
        if not isinstance(value, list) or not all(_is_row(row) for row in value):
            raise Refused("« %(key)s » attend une liste de lignes, chacune un objet de textes par colonne.", key=key)
        return services.parse_typed_rows(key, value)
    if isinstance(value, str):
        return services.parse_typed_fact(key, value if fact.kind is FactKind.TEXT else [value])
    if fact.kind is FactKind.TEXT or not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Refused("« %(key)s » attend %(wanted)s.", key=key, wanted=_wanted(fact))
    if not value and fact.none is not None:
        return []
    return services.parse_typed_fact(key, value)


def _wanted(fact: FactDefinition) -> str:
    wanted = "un texte" if fact.kind is FactKind.TEXT else "un texte ou une liste de textes"
    return f"{wanted}, ou un objet fr et en dont chacun en est un" if is_bound(fact.key) else wanted


def _fact_by_language(key: str, value: dict[str, Any]) -> Any:
    if not value or not set(value) <= set(Language):
        raise Refused("« %(key)s » : donnez un texte, ou un objet avec fr et en.", key=key)
    said = {code: _fact(key, text) for code, text in value.items()}
    return {code: text for code, text in said.items() if text} or None


def _are_lines(value: Any) -> bool:
    """Storage periods as plain lines, « category: period », as they were given before they were a table."""
    if isinstance(value, str):
        return True
    return isinstance(value, list) and bool(value) and all(isinstance(line, str) for line in value)


def _is_row(row: Any) -> bool:
    return isinstance(row, dict) and all(_is_cell(cell) for cell in row.values())


def _is_cell(cell: Any) -> bool:
    if isinstance(cell, dict):
        return set(cell) <= set(Language) and all(isinstance(text, str) for text in cell.values())
    return cell is None or isinstance(cell, str)


def _languages(said: str) -> tuple[Language, Language | None]:
    try:
        return services.languages(said.lower())
    except ValueError:
        raise click.ClickException(f"Langue inconnue : « {said} ». Choisissez fr, en ou fr+en.") from None


def _typed(given: tuple[str, ...]) -> dict[str, Any]:
    """Facts given on the command line; « ; » separates the items of a list."""
    found: dict[str, Any] = {}
    for one in given:
        key, equals, text = one.partition("=")
        if not equals:
            raise Refused("« %(given)s » n'est pas de la forme FAIT=VALEUR.", given=one)
        several = key in FACTS and FACTS[key].kind is not FactKind.TEXT
        found[key] = services.parse_typed_fact(key, text.split(";") if several else text)
    return {key: value for key, value in found.items() if value is not None}


def _subject(ctx: Context, vendor_key: str, template: str, service: str | None, entity: str | None) -> ContractSubject:
    vendor = ctx.session.scalar(select(Vendor).options(selectinload(Vendor.services)).where(Vendor.key == vendor_key))
    if vendor is None:
        raise Refused("Aucun sous-traitant n'a la clé « %(key)s ». Voyez : flask vendors list", key=vendor_key)
    chosen = _service(vendor, service, ctx.today)
    return ContractSubject(vendor, chosen, _entity(ctx, chosen, entity), template)


def _service(vendor: Vendor, wanted: str | None, today: date) -> Service | None:
    """The service named, or the only one; several are never guessed between."""
    if wanted is None:
        if len(vendor.services) > 1:
            click.echo(
                f"Ce sous-traitant a plusieurs prestations ; aucune n'est choisie ({_offered(vendor)}).", err=True
            )
        return vendor.services[0] if len(vendor.services) == 1 else None
    named = [one for one in vendor.services if str(one.id) == wanted or one.name.casefold() == wanted.casefold()]
    if len(named) != 1:
        raise Refused(
            "La prestation « %(wanted)s » n'est pas, à elle seule, une prestation de ce sous-traitant : %(offered)s.",
            wanted=wanted,
            offered=_offered(vendor) or "il n'en a aucune",
        )
    return named[0]


def _offered(vendor: Vendor) -> str:
    return ", ".join(f"--service {one.id} : {one.name}" for one in vendor.services)


def _entity(ctx: Context, service: Service | None, wanted: str | None) -> LegalEntity | None:
    found = entities(ctx)
    if wanted is not None:
        named = next((one for one in found if one.key == wanted), None)
        if named is None:
            known = ", ".join(one.key for one in found) or "aucune"
            raise Refused(
                "Aucune entité du groupe n'a la clé « %(key)s » ; connues : %(known)s.", key=wanted, known=known
            )
        return named
    if service is not None and service.legal_entity_id is not None:
        return next((one for one in found if one.id == service.legal_entity_id), None)
    return found[0] if len(found) == 1 else None


def _proof(subject: ContractSubject, made: AssembledDraft, language: Language, day: date) -> dict[str, Any]:
    facts = services.facts_snapshot(made.gathered, language)
    report = coverage_report(made.assembly, partial(translate, language=language))
    return {
        "vendor": subject.vendor.key,
        "service": subject.service.name if subject.service else None,
        "entity": subject.entity.key if subject.entity else None,
        "date": day.isoformat(),
        **report,
        "facts": facts["values"],
        "sources": facts["sources"],
        "doubts": facts["doubts"],
    }


def _printed(document: Document, proof: Mapping[str, Any]) -> DraftFiles:
    try:
        pdf = print_in_child(document, PRINTING_SECONDS)
        word = write_in_child(document, pdf, PRINTING_SECONDS)
    except PrintingError as error:
        raise click.ClickException(f"Le contrat n'a pas pu être imprimé : {error}") from error
    files = {"docx": hashlib.sha256(word).hexdigest(), "pdf": hashlib.sha256(pdf).hexdigest()}
    return DraftFiles(word, pdf, json.dumps({**proof, "files": files}, ensure_ascii=False, indent=2) + "\n")


def _write(out: Path, name: str, made: DraftFiles) -> list[Path]:
    """All the files or none that looks whole: each is put in place once it is complete."""
    contents = {f"{name}.docx": made.word, f"{name}.pdf": made.pdf, COVERAGE: made.coverage.encode()}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for filename, content in contents.items():
            waiting = out / f".{filename}.part"
            waiting.write_bytes(content)
            waiting.replace(out / filename)
    except OSError as error:
        raise click.ClickException(f"Impossible d'écrire dans {out} : {error.strerror or error}.") from error
    return [out / filename for filename in contents]
