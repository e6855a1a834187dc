"""A believable matter for the contract desk: a group entity, a vendor, a service, and answers the vendor has sent."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.audits.models import Answer, AnswerEvidence, Audit
from portal.audits.rules import AuditState
from portal.contracts import services
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.fact_catalogue import FACTS, FactKind
from portal.contracts.services import ContractSubject
from portal.core.language import Language
from portal.core.stored import StoredFile
from portal.evidence.models import Evidence
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.vendors.rules.facts import Access, Chain, Volume
from portal.vendors.rules.tier import Tier
from tests.factories.world import audit_of, vendor_of

SENT = datetime(2026, 10, 12, 14, 30, tzinfo=UTC)
FRANCE = {"organisme": "Relation Atlantique", "pays": "FR", "usage": "hebergement", "mecanisme": "eee"}
GERMANY = {"organisme": "Nuage Rhénan", "pays": "DE", "usage": "sauvegarde", "mecanisme": "eee"}
BRITAIN = {"organisme": "Northgate Cables", "pays": "GB", "usage": "traitement", "mecanisme": "adequation"}
INDIA = {
    "organisme": "Kerala Desk", "pays": "IN", "usage": "acces-distant", "mecanisme": "cct", "analyse": "2026-03-02",
}  # fmt: skip
NUAGE = {
    "nom": "Nuage Rhénan", "service": "Hébergement des sauvegardes", "pays": "DE",
    "adresse": "8 Rheinufer, Francfort", "contact": "dpo@nuage.example",
}  # fmt: skip
NORTHGATE = {
    "nom": "Northgate Cables", "service": "Acheminement des appels", "pays": "GB",
    "adresse": "1 Wharf Road, Londres", "contact": "privacy@northgate.example",
}  # fmt: skip
ANSWERS: dict[str, Any] = {
    "gouvernance.dpo-designe": "oui",
    "gouvernance.dpo-contact": [
        {"nom": "Yann Le Goff", "email": "dpo@relation.example", "telephone": "02 98 00 00 00"}
    ],
    "contrat.mesures": ["chiffrement-transit", "chiffrement-repos", "double-authentification", "sauvegardes"],
    "chaine.recours": "oui",
    "chaine.liste": [NUAGE],
    "transferts.lieux": [FRANCE, GERMANY],
    "transferts.hors-eee": "non",
}


def _free(session: Session, kind: type[LegalEntity | Vendor], wanted: str) -> str:
    taken = session.query(kind).filter(kind.key.startswith(wanted)).count()
    return f"{wanted}-{taken + 1}" if taken else wanted


def entity_of(session: Session, **facts: Any) -> LegalEntity:
    """The controller of the group that signs."""
    values: dict[str, Any] = {
        "name": "Maison Verdier SAS", "registration": "552 100 554 (RCS Bordeaux)",
        "address": "14, quai des Chartrons\n33000 Bordeaux", "country": "FR",
        "representative": "Mme Claire Aubanel, directrice générale",
        "dpo_contact": "M. Paul Nédélec, dpo@verdier.example",
        "privacy_contact": "protection.donnees@verdier.example, 05 56 00 00 00", "created_at": SENT,
    }  # fmt: skip
    values |= {"key": _free(session, LegalEntity, "maison-verdier"), **facts}
    entity = LegalEntity(**values)
    session.add(entity)
    session.flush()
    return entity


def party_of(session: Session, **facts: Any) -> Vendor:
    """A vendor whose sheet is complete."""
    return vendor_of(session, **{
        "key": _free(session, Vendor, "relation-atlantique"), "name": "Relation Atlantique",
        "legal_name": "Relation Atlantique SARL",
        "legal_form": "société à responsabilité limitée", "country": "FR", "siren": "732829320",
        "address": "3, rue de la Sardinerie\n29900 Concarneau", "representative": "M. Erwan Kerlo, gérant",
        "breach_contact": "astreinte@relation.example, 02 98 00 00 01", "tier": Tier.HIGH, "tier_ceiling": Tier.HIGH,
        **facts,
    })  # fmt: skip


def service_of(session: Session, vendor: Vendor, entity: LegalEntity | None = None, **facts: Any) -> Service:
    """A service whose sheet is complete, without a word on transfers."""
    values: dict[str, Any] = {
        "vendor_id": vendor.id, "legal_entity_id": entity.id if entity else None, "name": "Centre de contacts clients",
        "description": "prise d'appels et de courriels des clients en soirée et le samedi",
        "purpose": "- répondre aux demandes des clients ;\n- suivre les commandes et les réclamations.",
        "nature": "consultation\nenregistrement\nmodification",
        "retention": "six mois pour les enregistrements d'appels",
        "categories": ["identification", "enregistrements"], "has_special": False, "subjects": ["clients"],
        "volume": Volume.UNDER_1M, "locations": ["FR", "DE"], "access": Access.REMOTE, "chain": Chain.DIRECT,
        "transfer_mechanism": "", "started_on": date(2027, 1, 1), "duration": "trois ans, renouvelable",
    }  # fmt: skip
    service = Service(**{**values, **facts})
    session.add(service)
    session.flush()
    return service


def answered(
    session: Session, vendor: Vendor, answers: dict[str, Any] | None = None, *, proof: str = "politique-securite.pdf",
    **facts: Any,
) -> Audit:  # fmt: skip
    """An audit sent on 12 October 2026, with a proof attached to the security measures."""
    values = {"state": AuditState.SUBMITTED, "submitted_at": SENT, **facts}
    audit = audit_of(session, vendor, **values)
    for key, value in (ANSWERS if answers is None else answers).items():
        session.add(Answer(audit_id=audit.id, question_key=key, value={"v": value}, updated_at=SENT))
    if proof:
        stored = StoredFile(
            key=f"ab/cd/{proof}", sha256="a" * 64, size=9, media_type="application/pdf", filename=proof, created_at=SENT
        )
        session.add(stored)
        session.flush()
        evidence = Evidence(vendor_id=vendor.id, stored_file_id=stored.id, uploaded_at=SENT, sent_at=SENT)
        session.add(evidence)
        session.flush()
        session.add(
            AnswerEvidence(audit_id=audit.id, question_key="contrat.mesures", evidence_id=evidence.id, attached_at=SENT)
        )
    session.flush()
    return audit


def matter(session: Session, **facts: Any) -> ContractSubject:
    """A whole matter: everything known but the reference of the main agreement and the regime's law."""
    entity = entity_of(session)
    vendor = party_of(session, **facts)
    service = service_of(session, vendor, entity)
    answered(session, vendor)
    session.refresh(vendor, ["owner", "services"])
    return ContractSubject(vendor, service, entity, "dpa")


def contract_of(ctx: Any, subject: ContractSubject, **typed: str) -> Contract:
    """A contract opened on the desk, with facts typed; `a__b` stands for the key `a.b`."""
    contract = services.open_contract(ctx, subject, "Accord de sous-traitance Relation Atlantique")
    given = {"agreement.reference": "contrat n° 2026-041 du 2 novembre 2026"}
    given |= {key.replace("__", "."): value for key, value in typed.items()}
    services.type_facts(ctx, contract, given, reasons=dict.fromkeys(given, "Le contrat principal le dit autrement."))
    return contract


def in_english(ctx: Any, contract: Contract) -> Contract:
    """The contract once every text of it that is known in French alone has its English."""
    made = services.assemble_draft(ctx, services.subject_of(contract), contract.typed, Language.EN)
    for key in dict.fromkeys(text.fact for text in made.to_translate):
        if FACTS[key].kind is FactKind.ROWS:
            lacking = {(text.row, text.column): text.text for text in made.to_translate if text.fact == key}
            english = [
                {
                    name: {"fr": lacking[index, name], "en": "customer service"} if (index, name) in lacking else cell
                    for name, cell in row.items()
                }
                for index, row in enumerate(made.gathered.facts.rows(key))
            ]
            services.type_table(ctx, contract, key, english, language=Language.EN)
        else:
            text = "customer service" if FACTS[key].kind is FactKind.TEXT else ["customer service", "order tracking"]
            services.type_facts(ctx, contract, {key: text}, language=Language.EN)
    return contract


def drafted(ctx: Any, subject: ContractSubject, language: Any, **typed: str) -> tuple[Contract, ContractVersion]:
    """A contract with its first version."""
    contract = contract_of(ctx, subject, **typed)
    if language is Language.EN:
        in_english(ctx, contract)
    return contract, services.draft_version(ctx, contract, language)
