"""Two announced changes: one that waits, its deadline counted from the contract, one that was answered last summer."""

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.authz.context import Context
from portal.changes import services
from portal.changes.models import ChangeSource
from portal.changes.rules.life import ChangeDecision, MoveKind, Opinion
from portal.changes.services import DecisionSheet, MoveSheet, SentAnswer
from portal.identity.models import User
from portal.vendors.models import Vendor

HOST = "Hébergeur Provence"
At = Callable[[datetime], Context]
_LETTER = (
    "Bonjour,\n\nNous ajoutons Nordlys Mail AS (Norvège) à compter du 15 janvier 2027 pour l'envoi des courriels de"
    " service.\nBrightwave Cloud Inc. (États-Unis) remplacera Datacentres du Rhône à la même date pour les"
    " sauvegardes.\n\nVous pouvez vous y opposer dans le délai prévu à notre contrat.\n\nL'équipe conformité"
)


def run_changes(now: datetime, ours: At, lawyers: At, lawyer: User, host: Vendor, office: Vendor) -> None:
    """The host's letter of last week, an opinion given; the payroll office's, accepted in summer."""
    _answered(now - timedelta(days=120), ours, office)
    came = now - timedelta(days=6)
    change = services.record_change(
        ours(came), host, _LETTER, received_at=came - timedelta(hours=2), source=ChangeSource.PASTED
    )
    services.retain_moves(ours(came + timedelta(hours=1)), change)
    services.ask_opinion(ours(came + timedelta(hours=2)), change, lawyer)
    services.give_opinion(
        lawyers(came + timedelta(days=1)), change, Opinion.CONDITIONS,
        "Nordlys Mail reste dans l'EEE ; pour Brightwave, demander les clauses types et la région des sauvegardes.",
    )  # fmt: skip


def _answered(then: datetime, ours: At, vendor: Vendor) -> None:
    change = services.record_change(
        ours(then), vendor, "Avis à nos clients : l'impression des attestations change de main cet automne.",
        received_at=then - timedelta(hours=1), source=ChangeSource.PASTED,
    )  # fmt: skip
    services.write_move(
        ours(then + timedelta(hours=1)), change, None,
        MoveSheet(MoveKind.ADD, "Presses de la Loire", country="FR", processing="Impression des attestations"),
    )  # fmt: skip
    services.retain_moves(ours(then + timedelta(hours=1)), change)
    why = "Société française déjà connue de nous, même périmètre de données, contrat conforme à l'article 28."
    services.decide_change(ours(then + timedelta(days=3)), change, DecisionSheet(ChangeDecision.ACCEPT, why))
    sent = then + timedelta(days=4)
    services.send_or_note_answer(ours(sent), change, SentAnswer(False, sent, "Message à leur délégué"))
