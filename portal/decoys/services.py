"""Making decoys, saying when they were handed over, and noting what reaches them."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from random import SystemRandom

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import process
from portal.core.clock import LEGAL_ZONE
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_, say
from portal.decoys import people, queries
from portal.decoys.models import Decoy, DecoyBatch, DecoyMessage
from portal.decoys.rules import (
    DecoyVerdict,
    InventedPerson,
    Means,
    ReceivedMessage,
    invent,
    judge,
)
from portal.incidents import services as incidents
from portal.incidents.models import Incident
from portal.incidents.rules.breach_facts import BreachFacts, BreachNature
from portal.journal import services as journal
from portal.vendors.models import Vendor

MOST_PEOPLE = 200
"""Invented people of one batch."""
P = Permission


@dataclass(frozen=True)
class BatchSheet:
    """What is to be handed over."""

    name: str
    service_id: int | None
    number: int


@dataclass(frozen=True)
class ReceivedByHand:
    """Something that came to an invented person, told by whoever opened it."""

    received_at: datetime
    means: Means
    sender: str
    subject: str
    name: str = ""
    postal_code: str = ""
    phone: str = ""


def make_batch(ctx: Context, vendor: Vendor, sheet: BatchSheet) -> DecoyBatch:
    """Invent people for one handing over; raises Refused without a domain whose mail we receive."""
    authorize(ctx, P.DECOY_MANAGE, vendor)
    domain = process.settings().decoys_domain
    if not domain:
        raise Refused(N_("Aucun domaine ne reçoit le courrier des adresses pièges : réglez VIGIE_DECOYS_DOMAIN."))
    if not sheet.name.strip():
        raise Refused(N_("Dites ce qui est remis : ce nom accusera le lot."))
    if not 1 <= sheet.number <= MOST_PEOPLE:
        raise Refused(say("Entre 1 et %(most)s personnes par lot.", most=MOST_PEOPLE))
    batch = DecoyBatch(
        vendor_id=vendor.id, vendor=vendor, service_id=sheet.service_id, name=sheet.name.strip(), created_at=ctx.now
    )
    ctx.session.add(batch)
    ctx.session.flush()
    made = invent(SystemRandom(), people.stock(), domain, sheet.number, set())
    for person in made:
        row = people.sealed_decoy(person)
        row.batch_id = batch.id
        ctx.session.add(row)
    ctx.session.flush()
    journal.record(ctx, "decoys.made", batch, after={"people": len(made), "service": sheet.service_id})
    return batch


def hand_out(ctx: Context, batch: DecoyBatch) -> list[InventedPerson]:
    """The invented people, opened, to be put among the data; who looked is noted."""
    authorize(ctx, P.DECOY_MANAGE, batch)
    found = [people.opened_decoy(one) for one in queries.decoys_of(ctx, batch)]
    journal.record(ctx, "decoys.read", batch, after={"people": len(found)})
    return found


def note_planted(ctx: Context, batch: DecoyBatch, on: date) -> None:
    """Say on which day the data were handed over with these people in them."""
    authorize(ctx, P.DECOY_MANAGE, batch)
    if on > ctx.today:
        raise Refused(N_("Ce jour n'est pas encore venu : notez la remise une fois faite."))
    before, after = journal.changes(batch, {"planted_on": on})
    if after:
        journal.record(ctx, "decoys.planted", batch, before=before, after=after)


def attribute(ctx: Context, messages: Iterable[ReceivedMessage]) -> list[tuple[Decoy, ReceivedMessage]]:
    """Which invented person each message reached, once for each of them; what is for nobody is left out."""
    found = list(messages)
    digests = {address: people.address_digest(address) for message in found for address in message.recipients}
    known = queries.decoys_at(ctx, set(digests.values()))
    return [
        (known[digests[address]], message)
        for message in found
        for address in sorted(message.recipients)
        if digests[address] in known
    ]


def receive(ctx: Context, messages: Iterable[ReceivedMessage]) -> int:
    """Note the messages that reached invented people, each once; how many were noted. What is for nobody is left."""
    authorize(ctx, P.DECOY_MANAGE)
    reached = [
        Reached(decoy, ctx.now, Means.EMAIL, message.sender, message.subject, _digest(message.digest, str(decoy.id)))
        for decoy, message in attribute(ctx, messages)
    ]
    return len(_note(ctx, reached))


def note_by_hand(ctx: Context, told: ReceivedByHand) -> list[DecoyMessage]:
    """Note a letter, a call or a text message; raises Refused when it reached nobody invented here.

    The same one told twice is noted once; what was noted then is given again.
    """
    authorize(ctx, P.DECOY_MANAGE)
    if told.received_at.astimezone(LEGAL_ZONE).date() > ctx.today:
        raise Refused(N_("Cette date n'est pas encore venue."))
    if told.phone.strip():
        found = queries.decoys_of_phone(ctx, people.phone_digest(told.phone))
    elif told.name.strip() and told.postal_code.strip():
        found = queries.decoys_of_person(ctx, people.person_digest(told.name, told.postal_code))
    else:
        raise Refused(N_("Donnez le nom et le code postal, ou le numéro qui a été appelé."))
    if not found:
        raise Refused(N_("Aucune personne inventée ici ne porte ce nom à ce code postal, ni ce numéro."))
    said = (told.means.value, told.received_at.isoformat(), told.sender, told.subject)
    reached = [
        Reached(decoy, told.received_at, told.means, told.sender, told.subject, _digest(*said, str(decoy.id)))
        for decoy in found
    ]
    _note(ctx, reached)
    wanted = [one.digest for one in reached]
    return list(ctx.session.scalars(select(DecoyMessage).where(DecoyMessage.digest.in_(wanted))))


@dataclass(frozen=True)
class Reached:
    """Something that reached an invented person."""

    decoy: Decoy
    at: datetime
    means: Means
    sender: str
    subject: str
    digest: str


@dataclass(frozen=True)
class _Terms:
    """Who may write to a batch, and until when."""

    known: frozenset[str]
    ended_on: date | None


def _note(ctx: Context, reached: Sequence[Reached]) -> list[DecoyMessage]:
    told = process.settings()
    held = queries.noted_already(ctx, {one.digest for one in reached})
    terms: dict[int, _Terms] = {}
    noted = []
    for one in reached:
        if one.digest in held:
            continue
        held.add(one.digest)
        batch = one.decoy.batch
        if batch.id not in terms:
            known = queries.known_domains(ctx, batch.vendor, (told.mail_from, told.base_url))
            terms[batch.id] = _Terms(known, queries.ended_on(ctx, batch))
        noted.append(_keep(ctx, batch, one, terms[batch.id]))
    return noted


def _keep(ctx: Context, batch: DecoyBatch, one: Reached, terms: _Terms) -> DecoyMessage:
    received_on = one.at.astimezone(LEGAL_ZONE).date()
    verdict = judge(one.sender, received_on, planted_on=batch.planted_on, ended_on=terms.ended_on, known=terms.known)
    row = DecoyMessage(
        vendor_id=batch.vendor_id, vendor=batch.vendor, batch_id=batch.id, decoy_id=one.decoy.id, received_at=one.at,
        means=one.means, sender=one.sender[:254], subject=one.subject[:300], verdict=verdict, digest=one.digest,
    )  # fmt: skip
    ctx.session.add(row)
    ctx.session.flush()
    if verdict.is_leak:
        row.incident_id = _incident_of(ctx, batch, row).id
        ctx.session.flush()
    after = {"verdict": verdict, "means": one.means, "sender": one.sender[:254], "incident": row.incident_id}
    journal.record(ctx, "decoys.reached", batch, after=after)
    return row


def _incident_of(ctx: Context, batch: DecoyBatch, row: DecoyMessage) -> Incident:
    """The breach that this batch opened already with the same verdict and that is not over, or a new one."""
    held = ctx.session.scalars(
        select(Incident)
        .join(DecoyMessage, DecoyMessage.incident_id == Incident.id)
        .where(DecoyMessage.batch_id == batch.id, DecoyMessage.verdict == row.verdict)
        .order_by(Incident.id.desc())
        .limit(1)
    ).first()
    if held is not None and not held.state.is_over:
        return held
    facts = BreachFacts(
        what=_what_happened(ctx, batch, row), nature=(BreachNature.CONFIDENTIALITY.value,),
        services=(batch.service_id,) if batch.service_id is not None else (),
    )  # fmt: skip
    return incidents.record_breach(ctx, batch.vendor, facts, aware_at=ctx.now)


def _what_happened(ctx: Context, batch: DecoyBatch, row: DecoyMessage) -> str:
    """The words of the breach, in French as the register is kept: vendor, batch, dates, certificate."""
    on = row.received_at.astimezone(LEGAL_ZONE).date()
    lines = [
        f"Adresse piège atteinte le {on:%d/%m/%Y} ({row.means.label.lower()}), lot « {batch.name} » remis à "
        f"{batch.vendor.name} le {batch.planted_on:%d/%m/%Y}.",
        f"Expéditeur : {row.sender or 'inconnu'}. Objet : {row.subject or 'aucun'}.",
    ]
    if row.verdict is DecoyVerdict.AFTER_EXIT:
        lines.append(f"La prestation a pris fin le {queries.ended_on(ctx, batch):%d/%m/%Y}.")
    lines += [
        f"{proof.holder} avait certifié le {proof.certified_on:%d/%m/%Y} que les données étaient effacées."
        for proof in queries.certificates_of_deletion(ctx, batch)
    ]
    return "\n".join(lines)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
