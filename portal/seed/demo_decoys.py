"""Invented customers in what two vendors were given: one file of which a stranger knows, one not handed over yet."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from portal.authz.context import Context
from portal.decoys import services
from portal.decoys.models import DecoyBatch
from portal.decoys.people import sealed_decoy, stock
from portal.decoys.rules import ReceivedMessage, invent
from portal.vendors.models import Vendor

At = Callable[[datetime], Context]
DOMAIN = "courrier-verdelet.example"
"""A domain of nobody's: the demonstration receives no mail."""


def run_decoys(now: datetime, ours: At, carrier: Vendor, other: Vendor) -> None:
    """A file handed over in spring, which its vendor and then a stranger wrote to; another that waits."""
    spring = now - timedelta(days=200)
    ctx = ours(spring)
    batch = _batch(ctx, carrier, "Fichier des livraisons de printemps", 5, chance=Random(7))  # noqa: S311 - the same people at each rebuilding
    services.note_planted(ctx, batch, ctx.today)
    first, second, *_ = services.hand_out(ctx, batch)
    own = f"suivi@{carrier.website.rpartition('/')[2] or 'logis-express.example'}"
    services.receive(ours(now - timedelta(days=90)), [_message(first.email, own, "Votre colis est en route")])
    stranger = _message(second.email, "offres@bonnes-affaires.example", "Vos codes promo de novembre")
    services.receive(ours(now - timedelta(days=2)), [stranger])
    _batch(ours(now - timedelta(days=1)), other, "Clients à rappeler en décembre", 3, chance=Random(8))  # noqa: S311


def _batch(ctx: Context, vendor: Vendor, name: str, number: int, *, chance: Random) -> DecoyBatch:
    batch = DecoyBatch(vendor_id=vendor.id, vendor=vendor, service_id=None, name=name, created_at=ctx.now)
    ctx.session.add(batch)
    ctx.session.flush()
    for person in invent(chance, stock(), DOMAIN, number, set()):
        row = sealed_decoy(person)
        row.batch_id = batch.id
        ctx.session.add(row)
    ctx.session.flush()
    return batch


def _message(to: str, sender: str, subject: str) -> ReceivedMessage:
    return ReceivedMessage(frozenset([to]), sender, subject, f"demo:{to}:{subject}")
