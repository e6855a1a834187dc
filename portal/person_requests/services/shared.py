"""What every use case of requests does: keep the row, take an act of the table, count the term, leave a trace."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import IO, Any

from portal.authz.context import Context
from portal.core import process
from portal.core.errors import Refused
from portal.core.files import EVIDENCE, Blob
from portal.core.language import N_
from portal.core.stored import StoredFile
from portal.incidents.rules.sense import says_something
from portal.journal import services as journal
from portal.person_requests.legislation import request_law
from portal.person_requests.models import PersonRequest, RequestTask
from portal.person_requests.request_notices import tell_term
from portal.person_requests.rules.life import ACTS, RequestAct, leads_to, refusal_of
from portal.person_requests.rules.term import RequestTerm, term_of
from portal.vendors.file_share import keep_given

FUTURE = N_("Ce jour est à venir : donnez-en un qui est passé.")
LONGEST_TEXT = 3_000
_UNTOLD = frozenset({
    "sealed", "answer", "refusal_reason", "extension_reason", "dates_reason", "recipients", "drop_reason", "pauses",
    "ask", "returned_reason",
})  # fmt: skip
"""What the journal, which nobody can erase, never holds: words in which somebody may be named."""


def term_of_request(request: PersonRequest) -> RequestTerm:
    """The term of a request, by the law in force on the day it was received."""
    return term_of(request.term_facts, request_law())


def check(request: PersonRequest, act: RequestAct) -> None:
    """Raise Refused when the table has no such act there."""
    if leads_to(act, request.state, request.kind) is None:
        raise Refused(refusal_of(act, request.state))


def take(
    ctx: Context, request: PersonRequest, act: RequestAct, changes: Mapping[str, Any],
    noted: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Take an act of the table with what it writes, and journal it; raises Refused when the table has no such act."""
    check(request, act)
    state = leads_to(act, request.state, request.kind)
    before, after = write(request, {**changes, "state": state})
    if "due_on" not in changes:
        moved = write(request, {"due_on": term_of_request(request).due})
        before, after = {**before, **moved[0]}, {**after, **moved[1]}
    ctx.session.flush()
    journal.record(ctx, ACTS[act].noted, request, before=before, after={**after, **(noted or {})})
    if not request.state.is_waiting or "due_on" in after:
        tell_term(ctx, request)  # no digest asks to answer what was answered, nor by another day


def write(row: PersonRequest | RequestTask, wanted: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write values; what the journal may hold of them, before and after."""
    before, after = journal.changes(row, wanted)
    return (
        {name: value for name, value in before.items() if name not in _UNTOLD},
        {name: value for name, value in after.items() if name not in _UNTOLD},
    )


def explained(text: str) -> str:
    """Words that say why; raises Refused for words that say nothing."""
    if not says_something(text):
        raise Refused(N_("Écrivez pourquoi, en une phrase : ce motif reste au registre et la CNIL peut le lire."))
    return text


def seal_proof(stream: IO[bytes], filename: str) -> Blob:
    """Seal a proof in the store, before anything is written, under a name that says nothing of the person.

    Raises Refused without a file, for an empty one or of a kind that is not accepted; or Unavailable.
    """
    if not filename:
        raise Refused(N_("Joignez un fichier : sans lui, rien ne prouve ce qui a été fait."))
    name = f"preuve{PurePath(filename).suffix[:10]}"
    blob = process.store().put(stream, filename=name, allowed=EVIDENCE, scanner=process.scanner())
    if not blob.size:
        raise Refused(N_("Ce fichier est vide : il ne prouve rien."))
    return blob


def keep_proof(ctx: Context, blob: Blob | None) -> StoredFile:
    """The row of a proof that was just sealed; raises Refused without one, or for an empty one."""
    if blob is None or not blob.size:
        raise Refused(N_("Joignez un fichier : sans lui, rien ne prouve ce qui a été fait."))
    return keep_given(ctx, blob)
