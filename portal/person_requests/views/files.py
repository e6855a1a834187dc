"""The letters of a request and its proofs: for whoever works requests, since the person is in them."""

from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import NotFound
from portal.core.language import Language
from portal.core.stored import StoredFile
from portal.person_requests import queries
from portal.person_requests.identity import person_of
from portal.person_requests.letters import RequestLetter, RequestMatter, letter_tree, letters_for
from portal.person_requests.models import PersonRequest
from portal.person_requests.views.blueprint import bp
from portal.vendors.queries import our_officer
from portal.web import edge
from portal.web.downloads import download
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.printed import printed

W = Permission.REQUEST_WORK


@bp.route(
    "/<int:request_id>/lettres/<any(accuse, prolongation, reponse, refus):named>-<any(fr, en):spoken>"
    ".<any(docx, pdf):kind>"
)
@requires(W)
def letter(request_id: int, named: str, spoken: str, kind: str) -> ResponseReturnValue:
    """One letter, drafted from what is known now; raises Unavailable when the printer does not answer."""
    ctx = current()
    row = queries.get_request(ctx, request_id, to=W)
    wanted = RequestLetter(named)
    if wanted not in letters_for(row):
        raise NotFound()
    matter = RequestMatter(row, person_of(ctx, row), edge.settings().organisation, our_officer(ctx), ctx.now)
    return printed(letter_tree(wanted, matter, Language(spoken)), kind, f"{row.reference}-{named}-{spoken}")


@bp.route("/<int:request_id>/preuve")
@requires(W)
def proof(request_id: int) -> ResponseReturnValue:
    """What proves that the person was told; gone once the person is forgotten."""
    row = queries.get_request(current(), request_id, to=W)
    return _download(row, row.proof)


@bp.route("/<int:request_id>/taches/<int:task_id>/preuve")
@requires(W)
def task_proof(request_id: int, task_id: int) -> ResponseReturnValue:
    """What a vendor gave; gone once the person is forgotten."""
    task = queries.get_task(current(), request_id, task_id, to=W)
    return _download(task.request, task.proof)


def _download(row: PersonRequest, stored: StoredFile | None) -> ResponseReturnValue:
    if stored is None or row.erased_at is not None:
        raise NotFound()
    return download(stored)
