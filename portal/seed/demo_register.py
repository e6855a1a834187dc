"""The register of processing of the demonstration: a dozen lines, some confirmed, one that lacks an assessment."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.authz.context import Context
from portal.core.language import Language
from portal.processing import queries, reference, services
from portal.processing.models import ProcessingActivity
from portal.processing.rules.sheets import ActivityRole, ControllerSheet, ProcessorSheet, ServedController
from portal.vendors.models import LegalEntity, Service
from portal.vendors.rules.facts import Volume

ActAt = Callable[[datetime], Context]
_TECHNICAL = "Comptes nominatifs à double authentification, chiffrement des postes et des échanges, sauvegardes testées"
_ORGANISATIONAL = "Habilitations revues chaque semestre, charte informatique signée, formation annuelle"
_AS_THEY_COME = ("paie", "personnel", "recrutement", "comptabilite", "boutique", "service_client", "centre_appels")
_RESTS_ON = (
    ("Paie et bulletins",), ("Archivage de la médecine du travail",), (), (),
    ("Hébergement du site marchand", "Livraison à domicile"), ("Centre d'appels",), ("Centre d'appels",),
)  # fmt: skip
"""The services of each of them, by name."""
_UNTOUCHED = ("lettre_information", "fidelite", "videosurveillance")
_CONFIRMED = 3
_SERVED = ProcessorSheet(
    name="Expéditions pour les boutiques partenaires",
    controllers=(
        ServedController("Atelier Roque", "12, rue des Carmes, Rouen ; contact@roque.example", "Mme Ninon Roque"),
        ServedController("Maison Plessis", "3, place du Marché, Évreux ; rgpd@plessis.example", "dpo@plessis.example"),
    ),
    operations=("Réception des commandes", "Étiquetage et remise au transporteur", "Suivi des colis"),
    technical_measures=_TECHNICAL, organisational_measures=_ORGANISATIONAL, in_charge="Logistique",
)  # fmt: skip


def fill_register(session: Session, now: datetime, ours: ActAt, entities: Sequence[LegalEntity]) -> None:
    """Enter the lines half a year ago, link services, go through the criteria, confirm a few of them."""
    began, looked = ours(now - timedelta(days=170)), ours(now - timedelta(days=60))
    first, last = entities[0], entities[-1]
    lines = services.create_usual_activities(
        began, first, _AS_THEY_COME, Language.FR, technical=_TECHNICAL, organisational=_ORGANISATIONAL
    )
    found = {one.name: one.id for one in session.scalars(select(Service).order_by(Service.id))}
    for line, names in zip(lines, _RESTS_ON, strict=True):
        services.set_services(began, line, [found[name] for name in names if name in found])
    for line in lines:
        _looked_over(looked, line)
    for key in _UNTOUCHED:
        services.create_activity(
            looked, last, ActivityRole.CONTROLLER, reference.usual_activities()[key].sheet(Language.FR)
        )
    served = services.create_activity(began, first, ActivityRole.PROCESSOR, _SERVED)
    _confirm(looked, [served, *lines], _CONFIRMED)


def _looked_over(ctx: Context, line: ProcessingActivity) -> None:
    """The criteria of the impact assessment are gone through; the call centre's is found to be due, and not made."""
    sheet = queries.line_of(ctx, line).sheet
    if not isinstance(sheet, ControllerSheet):
        return
    done = ctx.today - timedelta(days=20) if sheet.name == "Paie" else None
    where = "Dossier du délégué, analyse n° 3" if done else ""
    services.amend_activity(
        ctx, line, replace(sheet, criteria_seen=True, assessed_on=done, assessment=where, volume=Volume.UNDER_10K)
    )


def _confirm(ctx: Context, lines: Sequence[ProcessingActivity], most: int) -> None:
    complete = [line for line in lines if not queries.line_of(ctx, line).gaps]
    for line in complete[:most]:
        services.confirm_activity(ctx, line, queries.line_of(ctx, line).version.number)
