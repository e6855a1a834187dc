"""`flask vendors`: the register read, filled from lists and written to files, without a page."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.language import Language, Sentence, number_of
from portal.core.spreadsheets import read_table
from portal.vendors import queries, register_export, services
from portal.vendors.models import Service, Vendor
from portal.vendors.queries import VendorFilter
from portal.vendors.rules.import_plan import DuplicateDecision
from portal.vendors.rules.rows import RowProblem
from portal.vendors.rules.status import VendorStatus
from portal.vendors.rules.tier import Tier
from portal.web.command import working
from portal.web.command_output import cell, json_option, language_option, show, show_json

vendors = AppGroup("vendors", help="Le registre des sous-traitants.")
_COLUMNS = ("key", "name", "country", "status", "tier", "owner")
_UNDECIDED = (
    "Groupes de doubles certains qui attendent une décision : %(count)s. Relancez avec --duplicates merge, separate ou "
    "skip, ou décidez groupe par groupe sur la page « Importer une liste »."
)


def _values(kind: type[StrEnum]) -> list[str]:
    """The words of an enumeration: click would ask for the names of its members."""
    return [member.value for member in kind]


@vendors.command("list", help="Lister les sous-traitants, par nom.")
@click.option("--words", default="", help="Mots du nom, de la raison sociale ou d'un numéro.")
@click.option(
    "--tier",
    type=click.Choice([*_values(Tier), queries.UNCLASSIFIED]),
    default=None,
    help="Ceux de ce niveau de risque inhérent.",
)
@click.option("--status", type=click.Choice(_values(VendorStatus)), default=None, help="Ceux de ce statut.")
@json_option
def list_vendors(words: str, tier: str | None, status: str | None, as_json: bool) -> None:
    """List the vendors, by name."""
    wanted = VendorFilter(words=words, tier=tier or "", status=VendorStatus(status) if status else None)
    with working(write=False) as ctx:
        # As in the export: what a vendor did once is not what it does.
        rows = [_row(vendor, vendor.services_on(ctx.today)) for vendor in queries.every_vendor(ctx, wanted)]
    show(rows, _COLUMNS, as_json=as_json)


@vendors.command("show", help="Montrer un sous-traitant, ses prestations et ses contacts.")
@click.argument("key")
@json_option
def show_vendor(key: str, as_json: bool) -> None:
    """Show one vendor, its services and its contacts."""
    with working(write=False) as ctx:
        vendor = queries.vendor_by_key(ctx, key, to=Permission.VENDOR_VIEW)
        card = queries.vendor_overview(ctx, vendor)
        found = {**_row(vendor, ()), "tier_terms": vendor.tier_terms, "notes": vendor.notes}
        found["services"] = [_plain(service, _SERVICE) for service in card.services]
        found["contacts"] = [_plain(contact, _CONTACT) for contact in card.contacts]
    if as_json:
        show_json(found)
        return
    found["tier_terms"] = [{**one, "why": Sentence(one["text"], one["values"])} for one in found["tier_terms"]]
    lists = {"tier_terms": _TERM, "services": _SERVICE, "contacts": _CONTACT}
    for name, value in found.items():
        if name not in lists:
            click.echo(f"{name}\t{cell(value)}")
    for name, columns in lists.items():
        click.echo(f"\n{name}\t{len(found[name])}")
        if found[name]:
            show(found[name], columns, as_json=False)


@vendors.command(
    "import", help="Importer un CSV ou un XLSX, entier ou pas du tout ; sinon code 1, avec chaque problème."
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Dire ce qui serait fait, sans rien écrire.")
@click.option(
    "--duplicates",
    type=click.Choice(_values(DuplicateDecision)),
    default=None,
    help="Ce que deviennent les doubles certains : fusionnés, séparés, ou seul le premier est importé.",
)
@click.option(
    "--status",
    type=click.Choice(_values(VendorStatus)),
    default=VendorStatus.ACTIVE.value,
    show_default=True,
    help="Statut donné à ceux qui sont créés.",
)
@json_option
def import_list(file: Path, dry_run: bool, duplicates: str | None, status: str, as_json: bool) -> None:
    """Import a CSV or an XLSX, whole or not at all; exit 1, with every problem, when it cannot be."""
    report: dict[str, Any] = _nothing()
    refusal = ""
    try:
        # Before anything else: a file that is no list is refused without a database.
        read_table(file, max_bytes=services.MOST_BYTES)
    except Refused as error:
        refusal = str(error)
        report["problems"] = [{"line": None, "column": None, "message": refusal}]
    else:
        with working(write=not dry_run) as ctx:
            default = DuplicateDecision(duplicates) if duplicates else None
            material = services.ImportMaterial(
                file.name, file.read_bytes(), queries.every_identity(ctx), default=default
            )
            seen = material.review()
            report |= _seen(seen)
            refusal = _refusal(seen)
            if not refusal:
                report |= _planned(seen)
                if not dry_run:
                    services.carry_out_import(ctx, seen, filename=file.name, status=VendorStatus(status))
    if as_json:
        show_json(report)
    else:
        _say(report, dry_run=dry_run or bool(refusal))
    if refusal:
        click.echo(refusal, err=True)
        raise SystemExit(1)


@vendors.command("export", help="Écrire le registre des sous-traitants dans un fichier : .csv ou .xlsx.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@language_option
def export(file: Path, language: Language) -> None:
    """Write the register to a file: .csv or .xlsx."""
    kind = file.suffix.lower().removeprefix(".")
    if kind not in {"csv", "xlsx"}:
        raise click.ClickException("Donnez un nom de fichier en .csv ou en .xlsx.")
    with working(write=False) as ctx:
        found = queries.every_vendor(ctx, VendorFilter())
        file.write_bytes(register_export.export_register(found, kind, language, on=ctx.today))
    click.echo(f"{number_of(len(found), 'sous-traitant écrit', 'sous-traitants écrits')} dans {file}.")


@vendors.command(
    "reclassify",
    help="Peser de nouveau chaque sous-traitant, après une révision du barème du risque inhérent ou de la liste "
    "des pays.",
)
def reclassify() -> None:
    """Weigh every vendor again, after the scale of inherent risk or the list of countries was revised."""
    after: int | None = 0
    while after is not None:
        with working() as ctx:
            after = services.reclassify_some(ctx, after)
    click.echo("La criticité de chaque sous-traitant est à jour.")


_SERVICE = (
    "id", "name", "purpose", "locations", "has_special", "criticality", "hosts_health_data", "uses_ai", "is_cloud",
    "concerns_minors", "started_on", "ended_on", "notes",
)  # fmt: skip
_TERM = ("service", "points", "most", "known", "why")
_CONTACT = ("id", "name", "email", "role", "language")


def _plain(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _row(vendor: Vendor, held: Iterable[Service]) -> dict[str, Any]:
    return {
        "id": vendor.id, "key": vendor.key, "name": vendor.name, "legal_name": vendor.legal_name,
        "country": vendor.country, "siren": vendor.siren, "vat": vendor.vat, "lei": vendor.lei,
        "status": vendor.status.value, "tier": vendor.tier.value if vendor.tier else None,
        # Between which tiers one that is not known stands; both are the tier itself once it is.
        "tier_floor": vendor.tier_floor.value if vendor.tier_floor else None,
        "tier_ceiling": vendor.tier_ceiling.value if vendor.tier_ceiling else None,
        "inherent": vendor.inherent, "owner": vendor.owner.name if vendor.owner else None,
        "signed_on": vendor.signed_on, "contract": vendor.standing.value, "covered_until": vendor.covered_until,
        "services": [service.name for service in held],
    }  # fmt: skip


def _nothing() -> dict[str, Any]:
    return {"created": 0, "completed": 0, "services": 0, "skipped": 0, "problems": [], "warnings": [], "duplicates": []}


def _seen(seen: services.ImportReview) -> dict[str, Any]:
    undecided = {group.key for group in seen.plan.undecided}
    return {
        "problems": [_problem(problem) for problem in seen.plan.problems],
        "warnings": [_problem(warning) for warning in seen.plan.warnings],
        "duplicates": [
            {
                "key": group.key,
                "certainty": group.certainty.value,
                "decided": group.key not in undecided,
                "lines": list(group.lines),
                "known": list(group.known),
                "names": [party.name for party in group.members],
                "reasons": [str(reason) for reason in group.reasons],
            }
            for group in seen.plan.duplicates
        ],
    }


def _planned(seen: services.ImportReview) -> dict[str, int]:
    new = [draft for draft in seen.plan.vendors if not draft.known]
    return {
        "created": len(new),
        "completed": len(seen.plan.vendors) - len(new),
        "services": sum(len(draft.services) for draft in seen.plan.vendors),
        "skipped": len(seen.plan.skipped),
    }


def _refusal(seen: services.ImportReview) -> str:
    if seen.plan.problems:
        return "Rien n'est importé : corrigez d'abord ces points."
    if seen.plan.undecided:
        return _UNDECIDED % {"count": len(seen.plan.undecided)}
    return ""


def _problem(found: RowProblem) -> dict[str, Any]:
    return {"line": found.line, "column": found.column, "message": str(found.message)}


def _say(report: dict[str, Any], *, dry_run: bool) -> None:
    for problem in report["problems"]:
        where = ", ".join(
            part
            for part in (
                f"ligne {problem['line']}" if problem["line"] else "",
                f"colonne « {problem['column']} »" if problem["column"] else "",
            )
            if part
        )
        click.echo(f"{where} : {problem['message']}" if where else problem["message"])
    for group in report["duplicates"]:
        if not group["decided"]:
            lines = ", ".join(map(str, group["lines"]))
            click.echo(f"double certain, lignes {lines} : {' · '.join(dict.fromkeys(group['names']))}")
    if report["created"] or report["completed"]:
        told = [
            number_of(report["created"], "sous-traitant créé", "sous-traitants créés"),
            number_of(report["completed"], "complété", "complétés"),
            number_of(report["services"], "prestation écrite", "prestations écrites"),
            number_of(report["skipped"], "ligne laissée de côté", "lignes laissées de côté"),
            number_of(len(report["warnings"]), "remarque", "remarques"),
        ]
        lead = "Rien n'est écrit ; le seraient : " if dry_run else ""
        click.echo(f"{lead}{', '.join(told)}.")
