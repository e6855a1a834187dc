"""Requests of persons: one that waits, one extended, one answered and closed, and a withdrawal from a purchase."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO

from portal.authz.context import Context
from portal.core.files import Blob
from portal.person_requests import services
from portal.person_requests.identity import RequestingPerson
from portal.person_requests.rules.entrusted import TaskKind, TaskOutcome
from portal.person_requests.rules.kinds import RequestKind
from portal.person_requests.services import AnswerSheet, RequestSheet, TaskReturn, TaskSheet
from portal.vendors.models import Vendor

At = Callable[[datetime], Context]
K = RequestKind


def run_requests(now: datetime, ours: At, theirs: At, centre: Vendor, carrier: Vendor) -> None:
    """What customers asked of the call centre, and one employee of ours."""
    _answered(now - timedelta(days=80), ours, theirs, centre)
    _extended(now - timedelta(days=45), ours, carrier)
    _waiting(now - timedelta(days=4), ours, theirs, centre)
    person = RequestingPerson(
        "Commande 88-2041", "m.aubry@courriel.example", "Je renonce au fauteuil, il reste emballé."
    )
    services.relay_request(theirs(now - timedelta(days=1)), centre, RequestSheet(K.CONTRACT, person), _day(now, 2))


def _answered(then: datetime, ours: At, theirs: At, centre: Vendor) -> None:
    person = RequestingPerson("Irène Castelnau", "06 39 98 00 11", "Ne m'appelez plus.")
    request = services.relay_request(theirs(then), centre, RequestSheet(K.MARKETING, person), _day(then, 1))
    services.acknowledge(ours(then + timedelta(hours=3)), request, _day(then, 0))
    wanted = TaskSheet(TaskKind.STOP, "Liste d'opposition des trois campagnes.", _day(then, -3), with_identity=True)
    task = services.entrust(ours(then + timedelta(hours=4)), request, centre, wanted)
    done = TaskReturn(TaskOutcome.DONE, "Numéro ajouté à la liste d'opposition des trois campagnes.", _day(then, -1))
    services.give_back(theirs(then + timedelta(days=1)), task, done, _proof("Extrait de la liste d'opposition."))
    services.accept_return(ours(then + timedelta(days=2)), task)
    told = AnswerSheet(_day(then, -2), "Opposition enregistrée chez nous et au centre d'appels, confirmée par message.")
    services.answer_request(ours(then + timedelta(days=2)), request, told, _proof("Message envoyé à la personne."))
    services.close_request(ours(then + timedelta(days=3)), request, "")


def _extended(then: datetime, ours: At, carrier: Vendor) -> None:
    person = RequestingPerson(
        "Paul-Émile Garance", "p.garance@courriel.example", "Je veux tout ce que vous avez sur moi."
    )
    request = services.record_request(
        ours(then), carrier, RequestSheet(K.ACCESS, person), vendor_received_on=None, reached_us_on=_day(then, 0)
    )
    services.acknowledge(ours(then + timedelta(days=1)), request, _day(then, -1))
    reason = "Les enregistrements d'appels de quatre années sont à réécouter avant d'être remis."
    services.extend(ours(then + timedelta(days=20)), request, _day(then, -20), reason)


def _waiting(then: datetime, ours: At, theirs: At, centre: Vendor) -> None:
    person = RequestingPerson(
        "Cliente n° 30417", "clemence.vidal@courriel.example", "Effacez mon compte et mes appels."
    )
    request = services.relay_request(theirs(then), centre, RequestSheet(K.ERASURE, person), _day(then, 2))
    ctx = ours(then + timedelta(days=1))
    services.acknowledge(ctx, request, ctx.today)
    asked = TaskSheet(
        TaskKind.ERASE, "Fiche client, enregistrements et notes d'appel.", _day(then, -9), with_identity=True
    )
    services.entrust(ctx, request, centre, asked)


def _day(at: datetime, ago: int) -> date:
    return (at - timedelta(days=ago)).date()


def _proof(text: str) -> Blob:
    return services.seal_proof(BytesIO(f"{text}\n".encode()), "preuve.txt")
