"""The files of a version: how far their printing is, and the files themselves."""

import json
from typing import Any

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.contracts import queries, services
from portal.contracts.models import ContractVersion
from portal.contracts.views.blueprint import bp
from portal.core.clock import instant_text
from portal.core.language import N_
from portal.web.downloads import attached
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.printing import file_of, printing_again, progress

NOT_PRINTED = N_("Ce fichier n'est pas encore imprimé.")


@bp.route("/<int:contract_id>/versions/<int:number>/etat")
@requires(Permission.CONTRACT_VIEW)
def printing(contract_id: int, number: int) -> ResponseReturnValue:
    """How many of the two files are there, for the page that waits."""
    ctx = current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_VIEW)
    version = queries.get_version(ctx, contract, number)
    following = url_for(".show", contract_id=contract.id, version=number, _anchor="fichiers")
    return progress(version, following, given_up=version.id in queries.failed_printings(ctx, [version]))


@bp.route("/<int:contract_id>/versions/<int:number>/imprimer", methods=["POST"])
@requires(Permission.CONTRACT_DRAFT)
def print_again(contract_id: int, number: int) -> ResponseReturnValue:
    """Start again a printing that was given up."""
    ctx = current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_DRAFT)
    started = services.print_again(ctx, contract, queries.get_version(ctx, contract, number))
    return printing_again(url_for(".show", contract_id=contract.id, version=number), started=started)


@bp.route("/<int:contract_id>/versions/<int:number>/<any(docx,pdf,json):kind>")
@requires(Permission.CONTRACT_VIEW)
def file(contract_id: int, number: int, kind: str) -> ResponseReturnValue:
    """The Word file, the PDF, or the proof of coverage as JSON; always as an attachment."""
    ctx = current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_VIEW)
    version = queries.get_version(ctx, contract, number)
    if kind == "json":
        name = f"{contract.key}-v{number}-{version.language.value}-coverage.json"
        return attached(Response(_proof(version), mimetype="application/json"), name)
    return file_of(version, kind, NOT_PRINTED)


def _proof(version: ContractVersion) -> str:
    """What was frozen when the version was drafted; nothing is computed again."""
    frozen: dict[str, Any] = {
        "version": version.number,
        "language": version.language.value,
        "drafted_at": instant_text(version.created_at),
        "sha256": version.sha256,
        "required": version.required,
        "covered": version.covered,
        # A document of which nothing is required, as an arrangement between controllers, proves nothing complete.
        "complete": version.required > 0 and version.covered == version.required,
        "clauses": version.clauses,
        "blanks": version.blanks,
        "obligations": version.coverage,
        "facts": version.facts,
    }
    return json.dumps(frozen, ensure_ascii=False, indent=2)
