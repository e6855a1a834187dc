"""Who a person is, sealed under the keys of the files: never in the journal, a search, a mail nor a draft."""

import json
from dataclasses import asdict

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.files import Keyring, WrongKey
from portal.core.language import N_
from portal.person_requests.models import PersonRequest

LONGEST_NAME, LONGEST_CONTACT, LONGEST_WORDS = 200, 300, 2_000


@dataclass(frozen=True)
class RequestingPerson:
    """As little as is needed to find them in the data and to answer them."""

    name: str
    """A name, or whatever the person is known by: a customer number."""
    contact: str = ""
    """How to answer them."""
    words: str = ""
    """What they asked, in their words."""


def sealed_person(person: RequestingPerson) -> str:
    """As a column keeps them."""
    return _ring().wrap(json.dumps(asdict(person)).encode()).decode()


def person_of(ctx: Context, request: PersonRequest) -> RequestingPerson | None:
    """The person of a request, to whoever works it; none once forgotten. Raises Refused when no key opens it."""
    authorize(ctx, Permission.REQUEST_WORK, request)
    return opened_person(request.sealed)


def opened_person(sealed: str | None) -> RequestingPerson | None:
    """The person of a column, for a caller that has checked who may know; raises Refused when no key opens it."""
    if sealed is None:
        return None
    try:
        return RequestingPerson(**json.loads(_ring().unwrap(sealed.encode())))
    except WrongKey as error:
        raise Refused(N_("Aucune des clés du portail n'ouvre l'identité de cette personne.")) from error


def reseal(ctx: Context) -> tuple[int, list[str]]:
    """Seal everybody under the newest key: how many were, and which none of the keys opens. Safe to repeat."""
    ring, done, unreadable = _ring(), 0, []
    held = select(PersonRequest).where(PersonRequest.sealed.is_not(None)).order_by(PersonRequest.id)
    for row in ctx.session.scalars(held):
        token = (row.sealed or "").encode()
        if ring.is_current(token):
            continue
        try:
            row.sealed = ring.rewrap(token).decode()
            done += 1
        except WrongKey:
            unreadable.append(f"demande de personne {row.reference}")
    return done, unreadable


def _ring() -> Keyring:
    return Keyring(process.settings().secrets.files)
