"""A payment company of the group keeps its DORA register: one service described, one nobody sorted, a few defects."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

from portal.authz.context import Context
from portal.contracts import services as contracts
from portal.contracts.rules.life import CopyReading
from portal.contracts.services import ContractDates
from portal.dora import services
from portal.seed.plain_pdf import plain_pdf
from portal.vendors import services as vendors
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.vendors.rules.facts import Chain
from portal.vendors.services import EntitySheet, ServiceSheet

At = Callable[[datetime], Context]
DESCRIBED, UNSORTED = "SecureSign", "Hébergeur Provence"
"""The vendors of the two services, by name."""
YES, NO = "eba_BT:x28", "eba_BT:x29"
_ENTITY = EntitySheet(
    "Verdelet Paiements SAS", "999100043", "9999VERDELETPAIEMT17", "12 quai des Tanneurs, 69002 Lyon", "FR",
    "Hélène Roux, présidente", "Claire Dumas, dpo@verdelet.example", "donnees@verdelet.example",
    is_financial=True, is_nis2=False, keeps_dora_register=True,
)  # fmt: skip


def keep_dora_register(now: datetime, ours: At, described: Vendor, unsorted: Vendor) -> None:
    """Enter the entity, its function and what is known of two services."""
    ctx = ours(now - timedelta(days=30))
    entity = vendors.create_entity(ctx, _ENTITY)
    services.state_entity(ctx, entity, {
        "authority": "ACPR", "entity_type": "eba_CT:x300", "hierarchy": "eba_RP:x56", "currency": "EUR",
        "total_assets": 4_200_000, "integrated_on": ctx.today, "has_branches": False,
    })  # fmt: skip
    texts = {"c0010": "Un contrat qui ne dépend d'aucun autre.", "c0060": "Données bancaires ou d'identité.",
             "c0090": "Les clients ne peuvent plus payer dans l'heure."}  # fmt: skip
    services.define_answers(ctx, entity, texts)
    paying = services.add_function(ctx, entity, {
        "name": "Paiement en magasin et en ligne", "activity": "eba_TA:x222", "criticality": YES,
        "reasons": "Sans elle, aucune vente n'est encaissée.", "assessed_on": ctx.today, "rto_hours": 4,
        "rpo_hours": 1, "impact": "eba_ZZ:x793",
    })  # fmt: skip
    services.add_function(ctx, entity, {"name": "Assistance aux boutiques", "activity": "eba_TA:x276",
                                        "criticality": NO, "assessed_on": ctx.today, "rto_hours": 72,
                                        "rpo_hours": 24, "impact": "eba_ZZ:x791"})  # fmt: skip
    signing = vendors.add_service(ctx, described, _service(entity, "Signature des mandats de prélèvement"))
    vendors.add_service(ctx, unsorted, _service(entity, "Hébergement du relevé des paiements"))
    _contract(ctx, described, signing)
    euid = {"code": "DEK1101R.HRB999204", "code_type": "eba_qCO:qx2002"}
    services.state_provider(ctx, {"person": "eba_CT:x212", **euid}, vendor=described)
    services.state_service(ctx, signing, {
        "is_ict": True, "ict_type": "eba_TA:S19", "provision_country": "DE", "stores_data": True,
        "rest_countries": ["DE"], "processing_countries": ["DE"], "sensitivity": "eba_ZZ:x793",
        "reliance": "eba_ZZ:x796", "substitutability": "eba_ZZ:x961", "audited_on": ctx.today,
        "reintegration": "eba_ZZ:x966", "impact": "eba_ZZ:x792", "alternatives": NO,
    }, [paying.id])  # fmt: skip


def _service(entity: LegalEntity, name: str) -> ServiceSheet:
    return ServiceSheet(
        name=name, purpose="Encaisser les ventes", legal_entity_id=entity.id, locations=("DE",), chain=Chain.NONE,
        is_cloud=True,
    )  # fmt: skip


def _contract(ctx: Context, vendor: Vendor, service: Service) -> None:
    name = vendor.legal_name or vendor.name
    page = plain_pdf("Accord de signature des mandats", [
        f"Entre Verdelet Paiements, responsable du traitement, et {name}, sous-traitant.",
        "Le sous-traitant traite les données personnelles uniquement sur instruction documentée.",
        "Signé des deux parties.",
    ])  # fmt: skip
    copy = vendors.keep_signed_copy(ctx, vendors.seal_signed_copy(BytesIO(page), "mandats-signe.pdf"))
    contract = contracts.register_elsewhere(
        ctx, vendor, "Accord de signature des mandats", ctx.today, copy, ContractDates(ctx.today, 36, 12, "3"),
        service_id=service.id,
    )  # fmt: skip
    contracts.record_copy_reading(ctx, contract.id, contract.signature_id or 0, CopyReading.READ)
    services.state_contract(ctx, contract, {
        "reference": "VP-2026-014", "arrangement": "eba_CO:x1", "currency": "EUR", "annual_cost": 18_000,
        "governing_law": "DE", "notice_days": 90,
    })  # fmt: skip
