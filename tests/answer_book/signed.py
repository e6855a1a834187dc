"""A vendor that has signed an answer to most of our questions, for the forms of `forms/`."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from portal.answer_book.queries import SignedAnswer
from portal.questionnaires import catalogue
from portal.questionnaires.definition import GivenAnswer

SAID_ON = date(2026, 8, 3)
ANSWERS: Mapping[str, Any] = {
    "gouvernance.qualite": "sous-traitant", "gouvernance.etablissement": "france", "gouvernance.dpo-designe": "oui",
    "gouvernance.dpo-contact": ({"nom": "Ada Morel", "email": "dpo@atelier.example"},),
    "gouvernance.pilotage": "revue-annuelle", "registre.tenu": "oui", "registre.contenu": ("clients", "mesures"),
    "registre.mise-a-jour": "2026-05-04", "instructions.documentees": "oui", "instructions.canal": "outil",
    "instructions.alerte-illicite": "oui", "instructions.exigence-legale": "non", "confidentialite.engagement": "oui",
    "confidentialite.acces": "nominatif-revu", "confidentialite.formation": "annuelle",
    "confidentialite.taux-formation": "96", "usage.propre": "aucun", "usage.ia": "sans-entrainement",
    "contrat.signe": "oui", "chaine.recours": "oui",
    "chaine.liste": ({"nom": "Nuage SA", "service": "Hébergement", "pays": "FR"},), "chaine.liste-complete": "oui",
    "chaine.information": "trente-jours", "chaine.memes-obligations": "partiel",
    "transferts.lieux": ({"organisme": "Nuage SA", "pays": "FR"},), "transferts.hors-eee": "non",
    "assistance.droits": "deux-jours", "assistance.violation-delai": "h48", "assistance.violation-procedure": "oui",
    "assistance.aipd": "oui", "fin.choix": "au-choix", "fin.delai": "j30", "fin.effacement": "partiel",
    "fin.sauvegardes": "35", "cooperation.audit": "sur-place", "cooperation.certifications": ("iso-27001",),
    "cooperation.autorite": "oui", "chiffrement.transit": "aucun", "chiffrement.repos": "tout",
    "comptes.double-authentification": "nulle-part", "continuite.restauration": "douze-mois",
    "reaction.intrusion": "jamais", "appels.enregistrement": ("annonce",),
}  # fmt: skip


@lru_cache(maxsize=1)
def signed() -> Mapping[str, SignedAnswer]:
    """These answers, as they would be read from what was sent."""
    asked = {
        question.key: (question, questionnaire.title)
        for questionnaire in reversed(catalogue.load().values())
        for question in questionnaire.questions
    }
    return {
        key: SignedAnswer(asked[key][0], GivenAnswer(value), (), asked[key][1], SAID_ON)
        for key, value in ANSWERS.items()
    }
