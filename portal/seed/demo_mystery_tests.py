"""Two mystery withdrawals by telephone at the call centre, the second better than the first; others are planned."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from io import BytesIO

from portal.authz.context import Context
from portal.consumer_law.rules.periods import ContractKind
from portal.core import process
from portal.core.clock import LEGAL_ZONE
from portal.core.dataclass import dataclass
from portal.core.files import Blob
from portal.mystery import queries, services
from portal.mystery.models import MysteryTest
from portal.mystery.rules.judgement import ObservationAnswer
from portal.mystery.rules.script import Way
from portal.mystery.services import ObservationInput, OrderInput, PlanInput
from portal.seed.plain_pdf import plain_pdf
from portal.vendors.models import Vendor

CALL_CENTRE, CARRIER = "Callisto Relation Client", "Logis Express"
BEGAN = timedelta(days=165)
"""How long ago the first test was; with one every three months, the third is due in some weeks."""

CALLED_AT = time(10, 20)


@dataclass(frozen=True)
class Observation:
    """What the tester saw: how long after the call, what, and which proof was kept."""

    step: str
    after: timedelta
    said: ObservationAnswer
    note: str = ""
    proof: str = ""


OK, NOT = ObservationAnswer.AS_EXPECTED, ObservationAnswer.DIFFERENT
FIRST = (
    Observation("called", timedelta(0), OK, "Prise à la deuxième sonnerie."),
    Observation("reason", timedelta(minutes=4), NOT, "« Je ne peux pas enregistrer sans motif. » Demandé deux fois."),
    Observation("retention", timedelta(minutes=6), NOT, "Bon d'achat de 15 € proposé avant l'enregistrement."),
    Observation("logged", timedelta(minutes=11), OK, "Numéro donné, date de l'appel."),
    Observation("acknowledged", timedelta(days=4, hours=2), OK, "Courriel, sans excuse.", "Accusé reçu"),
    Observation("returned", timedelta(days=3), OK, "Étiquette payée par nous.", "Preuve de dépôt"),
    Observation("refunded", timedelta(days=19), OK, "Prix et livraison.", "Extrait de relevé"),
    Observation("means", timedelta(days=19), OK),
)
SECOND = (
    Observation("called", timedelta(0), OK),
    Observation("reason", timedelta(minutes=3), OK),
    Observation("retention", timedelta(minutes=3), NOT, "Échange proposé d'emblée, puis abandonné."),
    Observation("logged", timedelta(minutes=5), OK, "Numéro donné."),
    Observation("acknowledged", timedelta(hours=3), OK, "Courriel avec la date et l'heure de l'appel.", "Accusé reçu"),
    Observation("returned", timedelta(days=2), OK, "", "Preuve de dépôt"),
    Observation("refunded", timedelta(days=11), OK, "Prix et livraison.", "Extrait de relevé"),
    Observation("means", timedelta(days=11), OK),
)


At = Callable[[datetime], Context]
"""A context for the tester at a moment."""


def run_mystery_tests(now: datetime, at: At, centre: Vendor, carrier: Vendor) -> None:
    """Plan, test twice, and leave the next tests to be done."""
    first = now - BEGAN
    ctx = at(first - timedelta(days=6))
    sheet = PlanInput(Way.PHONE, "+33 4 00 00 00 10, choix 2", 3, (first - timedelta(days=1)).date())
    plan = services.plan_tests(ctx, centre, sheet)
    test = queries.planned_of(ctx, plan)
    for seen in (FIRST, SECOND):
        if test is not None:
            _run(at, test, seen)
        test = queries.planned_of(ctx, plan)
    soon = at(now - timedelta(days=2))
    day = soon.today + timedelta(days=7)
    services.plan_tests(soon, carrier, PlanInput(Way.WEB, "https://boutique.verdelet.example/commandes", None, day))


def _run(at: At, test: MysteryTest, seen: tuple[Observation, ...]) -> None:
    called = datetime.combine(test.due_on + timedelta(days=1), CALLED_AT, LEGAL_ZONE)
    start = at(called)
    order = OrderInput(
        ContractKind.GOODS, start.today - timedelta(days=5), start.today - timedelta(days=1), reference="C-40217"
    )
    services.start_test(start, test, order)
    for one in seen:
        when = called + one.after
        word = ObservationInput(one.said, when, one.note, _proof(one.proof, one.step))
        services.record_observation(at(when + timedelta(minutes=1)), test, one.step, word)
    services.conclude_test(at(called + seen[-1].after + timedelta(days=1)), test)


def _proof(title: str, name: str) -> Blob | None:
    if not title:
        return None
    pdf = plain_pdf(title, ["Test mystère de rétractation.", "Le reste de la page est masqué."])
    return process.store().put(BytesIO(pdf), filename=f"{name}.pdf", allowed={"pdf"})
