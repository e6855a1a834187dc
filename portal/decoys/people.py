"""The invented people of the portal: drawn from the stock, sealed for the table, found again by digests."""

import json
import tomllib
from dataclasses import asdict
from functools import cache
from pathlib import Path

from sqlalchemy import select

from portal.authz.context import Context
from portal.core import process, tokens
from portal.core.errors import Refused
from portal.core.files import Keyring, WrongKey
from portal.core.language import N_
from portal.decoys.models import Decoy
from portal.decoys.rules import InventedPerson, NameStock, normal_phone, person_words

DATA = Path(__file__).parent / "data" / "people.toml"


@cache
def stock() -> NameStock:
    """What people are put together from."""
    raw = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return NameStock(**{**raw, "towns": tuple((code, town) for code, town in raw["towns"])})


def sealed_decoy(person: InventedPerson) -> Decoy:
    """The row of a person."""
    return Decoy(
        sealed=_ring().wrap(json.dumps(asdict(person)).encode()).decode(),
        address_digest=address_digest(person.email),
        person_digest=person_digest(person.full_name, person.postal_code),
        phone_digest=phone_digest(person.phone),
    )


def opened_decoy(decoy: Decoy) -> InventedPerson:
    """The person of a row; raises Refused when no key opens it."""
    try:
        return InventedPerson(**json.loads(_ring().unwrap(decoy.sealed.encode())))
    except WrongKey as error:
        raise Refused(N_("Aucune des clés du portail n'ouvre ces adresses pièges.")) from error


def reseal(ctx: Context) -> tuple[int, list[str]]:
    """Seal every person under the newest key: how many were, and which none of the keys opens. Safe to repeat."""
    ring, done, unreadable = _ring(), 0, []
    for row in ctx.session.scalars(select(Decoy).order_by(Decoy.id)):
        token = row.sealed.encode()
        if ring.is_current(token):
            continue
        try:
            row.sealed = ring.rewrap(token).decode()
            done += 1
        except WrongKey:
            unreadable.append(f"adresse piège n° {row.id}")
    return done, unreadable


def _ring() -> Keyring:
    return Keyring(process.settings().secrets.files)


def address_digest(address: str) -> str:
    """What an e-mail address is found by."""
    return _digest("address", address.strip().lower())


def person_digest(name: str, postal_code: str) -> str:
    """What a name at a postal code is found by."""
    return _digest("person", person_words(name, postal_code))


def phone_digest(number: str) -> str:
    """What a telephone number is found by."""
    return _digest("phone", normal_phone(number))


def _digest(kind: str, text: str) -> str:
    return tokens.derive(process.settings().secrets.tokens, f"decoy:{kind}:{text}")
