"""A complete set of facts for the shipped templates, and a walk over a document tree."""

from collections.abc import Iterator
from typing import Any

from portal.contracts.rules.facts import ContractFacts
from portal.core.documents.tree import Block, Document, Inline, Items, Note, Paragraph, Section, Signatures, Table

COMPLETE: dict[str, Any] = {
    "controller.name": "Mutuelle Horizon",
    "controller.registration": "552 100 554",
    "controller.address": "12 quai des Brumes, Nantes",
    "controller.representative": "Claire Morvan, directrice générale",
    "controller.dpo": "Paul Nédélec",
    "controller.contact": "donnees@horizon.example",
    "controller.authority": "CNIL",
    "vendor.name": "Brume Logiciels",
    "vendor.legal_form": "SAS",
    "vendor.registration": "732 829 320",
    "vendor.address": "3 rue du Phare, Lyon",
    "vendor.country": "Suisse",
    "vendor.established": "third_country",
    "vendor.representative": "Anaïs Kerlo, présidente",
    "vendor.article_3_2": ("yes",),
    "vendor.eu_representative": "Phare Conseil, Brest",
    "vendor.dpo_contact": "dpo@brume.example",
    "vendor.breach_contact": "alerte@brume.example",
    "agreement.reference": "contrat 2026-041",
    "agreement.date": "1er avril 2026",
    "agreement.signature": ("main",),
    "agreement.documents": (
        {"rank": "1", "document": "Conditions particulières", "date": "2 mars 2026", "subject": "prix et délais"},
        {"rank": "2", "document": "Accord sur les données", "date": "v3", "subject": "données personnelles"},
    ),
    "joint.decisions": ("choix des publics visés", "durée des campagnes"),
    "joint.tasks": (
        {"duty": "information des personnes", "bearer": "Mutuelle Horizon", "how": "notice sur son site"},
        {"duty": "sécurité de la plateforme", "bearer": "Brume Logiciels", "how": "mesures de l'annexe"},
    ),
    "joint.contact": "droits@horizon.example",
    "joint.essence": "page « Vos données » du site de Mutuelle Horizon",
    "scc.module": ("m2",),
    "scc.docking": ("no",),
    "scc.notice_days": "30",
    "scc.redress": ("no",),
    "scc.redress_body": "Médiation Atlantique",
    "scc.supervision": ("established",),
    "scc.frequency": ("continuous",),
    "scc.exporter_activities": "protection sociale complémentaire",
    "scc.importer_activities": "hébergement et assistance",
    "scc.sensitive_safeguards": ("accès limité à une équipe nommée",),
    "controller.country": "France",
    "controller.article_3_2": ("no",),
    "tia.exporter": "Mutuelle Horizon",
    "tia.importer": "Brume Logiciels Inc.",
    "tia.country": "États-Unis",
    "tia.tool": ("scc",),
    "tia.chain": "de Nantes au centre d'assistance de Denver, par un canal chiffré",
    "tia.law": "Les autorités peuvent demander des données aux fournisseurs de services de communication électronique.",
    "tia.practice": "Aucune demande reçue en cinq ans selon le rapport public du destinataire et son attestation.",
    "tia.measures": ("chiffrement dont l'exportateur garde seul les clés",),
    "tia.sources": ("rapport de transparence 2025 du destinataire",),
    "tia.conclusion": ("with_measures",),
    "tia.reasons": "Les données restent illisibles pour le destinataire, donc pour les autorités de son pays.",
    "tia.author": "Paul Nédélec",
    "tia.date": "2 mars 2026",
    "tia.review": "2 mars 2028",
    "exit.ground": ("term",),
    "exit.date": "31 mars 2029",
    "exit.choice": ("restitution",),
    "exit.format": "fichiers CSV par dépôt sécurisé",
    "exit.deadline": "30 avril 2029",
    "exit.certificate": "15 mai 2029",
    "request.date": "3 mars 2027",
    "request.reference": "BR-2027-11",
    "request.answer": ("granted",),
    "request.conditions": ("hébergement en France, vérifié avant l'ouverture des accès",),
    "request.reasons": "Ce prestataire n'a fourni ni liste de mesures ni adresse de son centre de traitement.",
    "request.subprocessors": (
        {
            "name": "Rive Assistance",
            "address": "8 rue Basse, Brest",
            "contact": "dpo@rive.example",
            "service": "assistance téléphonique",
            "country": "France",
        },
    ),
    "service.name": "Espace adhérent",
    "service.description": "hébergement du portail des adhérents",
    "service.purpose": ("consultation des remboursements", "messagerie"),
    "service.nature": ("hébergement", "sauvegarde", "assistance"),
    "service.start": "1er avril 2026",
    "service.duration": "trente-six mois",
    "service.withdrawals": ("yes",),
    "service.calls": ("yes",),
    "service.collects": ("no",),
    "service.roles": ("processor",),
    "service.other_processing": ("enrichissement à partir de ses bases",),
    "service.ai": ("no",),
    "service.cloud": ("no",),
    "service.payment": ("no",),
    "service.health_hosting": ("no",),
    "service.sovereign": ("no",),
    "controller.financial": ("no",),
    "controller.nis2": ("no",),
    "controller.affiliates": ("no",),
    "data.minors": ("no",),
    "chain.authorisation": ("general",),
    "data.categories": ("état civil", "coordonnées"),
    "data.special": ("données de santé",),
    "data.subjects": ("adhérents",),
    "data.volume": "120 000",
    "data.retention": ({"category": "état civil", "period": "cinq ans"},),
    "locations": ("Lyon", "Lille"),
    "access.mode": ("hebergement", "distance"),
    "tier": "critique",
    "transfers.mechanism": ("adequacy", "scc"),
    "law.governing": "droit français",
    "law.courts": "tribunaux de Paris",
    "signature.place": "Nantes",
    "signature.date": "2 mars 2026",
    "signature.copies": "deux (2)",
    "measures": ({"theme": "Chiffrement", "measure": "AES-256 au repos", "evidence": "rapport 2026"},),
    "subprocessors": (
        {
            "name": "Nuage du Nord",
            "address": "1 rue Haute, Lille",
            "contact": "dpo@nuage.example",
            "service": "stockage",
            "country": "France",
        },
    ),
    "transfers.rows": (
        {"importer": "Acme Inc.", "country": "États-Unis", "purpose": "assistance", "tool": "module 3"},
    ),
}
OF_THE_AGREEMENT = [
    key
    for key in COMPLETE
    if not key.startswith(("joint.", "scc.", "tia.", "exit.", "request."))
    and key not in {
        "agreement.date", "agreement.signature", "agreement.documents", "controller.country", "controller.article_3_2",
    }
]  # fmt: skip
"""Those that the processing agreement itself prints; the others are of the documents beside it."""


FURTHER: dict[str, Any] = {
    "service__roles": ("processor", "controller", "joint"),
    **dict.fromkeys(
        (
            "service__collects", "service__ai", "service__cloud", "service__payment", "service__health_hosting",
            "service__sovereign", "controller__financial", "controller__nis2", "controller__affiliates", "data__minors",
        ),
        ("yes",),
    ),
    "access__mode": ("distance", "sur_site"),
}  # fmt: skip
"""What brings in every clause that a contract may do without."""


def facts(**changes: Any) -> ContractFacts:
    """Complete facts; `a__b` stands for the key `a.b`, and None takes a fact away."""
    given = {**COMPLETE, **{key.replace("__", "."): value for key, value in changes.items()}}
    return ContractFacts({key: value for key, value in given.items() if value is not None})


def sections(blocks: tuple[Block, ...]) -> Iterator[Section]:
    """Every section, in reading order."""
    for block in blocks:
        if isinstance(block, Section):
            yield block
            yield from sections(block.blocks)


def inlines(document: Document) -> Iterator[Inline]:
    """Every inline of a document, cover and signatures included."""
    for _, line in document.cover:
        yield from line if isinstance(line, tuple) else ()
    yield from _inlines(document.blocks)


def _inlines(blocks: tuple[Block, ...]) -> Iterator[Inline]:
    for block in blocks:
        if isinstance(block, Section):
            yield from _inlines(block.blocks)
        for run in _runs(block):
            yield from run


def _runs(block: Block) -> Iterator[tuple[Inline, ...]]:
    match block:
        case Paragraph() | Note():
            yield block.inlines
        case Items():
            yield from block.items
        case Table():
            yield from (cell for row in block.rows for cell in row)
        case Signatures():
            yield from (line for _, lines in block.parties for line in lines if isinstance(line, tuple))
