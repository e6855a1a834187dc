"""Lines of the register of processing: one that lacks nothing, as controller and as processor."""

from typing import Any

from portal.authz.context import Context
from portal.processing import services
from portal.processing.models import ProcessingActivity
from portal.processing.rules.sheets import (
    ActivityRole,
    ControllerSheet,
    HeldCategory,
    LegalBasis,
    ProcessorSheet,
    ServedController,
)
from portal.vendors.rules.facts import DataCategory, DataSubject, Volume
from tests.factories.desk import entity_of


def controller_sheet(**changes: Any) -> ControllerSheet:
    """What lacks nothing, as controller."""
    return ControllerSheet(**{
        "name": "Vente en ligne", "purpose": "Prendre et livrer les commandes du site",
        "legal_basis": LegalBasis.CONTRACT, "subjects": (DataSubject.CUSTOMERS,), "volume": Volume.UNDER_10K,
        "data": (HeldCategory(DataCategory.IDENTITY, "Nom, adresse", "3 ans après le dernier achat"),),
        "internal_recipients": ("Logistique",), "technical_measures": "Chiffrement, sauvegardes testées",
        "criteria_seen": True, **changes,
    })  # fmt: skip


def processor_sheet(**changes: Any) -> ProcessorSheet:
    """What lacks nothing, as processor."""
    return ProcessorSheet(**{
        "name": "Expéditions pour des tiers",
        "controllers": (ServedController("Atelier Roque", "Rouen, contact@roque.example", "Mme Roque"),),
        "operations": ("Étiquetage des colis",), "organisational_measures": "Habilitations revues chaque semestre",
        **changes,
    })  # fmt: skip


def activity_of(ctx: Context, sheet: Any = None, service_ids: tuple[int, ...] = ()) -> ProcessingActivity:
    """A line of the register of an entity."""
    sheet = sheet or controller_sheet()
    role = ActivityRole.PROCESSOR if isinstance(sheet, ProcessorSheet) else ActivityRole.CONTROLLER
    return services.create_activity(ctx, entity_of(ctx.session), role, sheet, service_ids)
