"""What the vendors of the demonstration say of themselves: who works for them, where the data are, whom to call.

A contract prints these answers: each vendor has its own, in agreement with its sheet.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from portal.contracts.fact_sources.answer_facts import CHAIN, CHAIN_LIST, DPO, OUTSIDE, PLACES
from portal.core.dataclass import dataclass
from portal.core.dates import written
from portal.core.language import Language
from portal.questionnaires.definition import NO, YES

ASSESSED = timedelta(days=75)
"""How long before it is spoken of a transfer was assessed, or a listing checked."""
Lines = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class VendorAnswers:
    """The answers of a vendor that its contract prints."""

    dpo: Mapping[str, str]
    places: Lines
    chain: Lines = ()
    goes_outside: bool = False

    def to(self, question: str, today: date) -> object | None:
        """The value posted for a question; None for one that these answers do not settle."""
        assessed = (today - ASSESSED).isoformat()
        places = [{**place, **({"analyse": assessed} if place["mecanisme"] == "cct" else {})} for place in self.places]
        return {
            CHAIN: YES if self.chain else NO,
            CHAIN_LIST: list(self.chain) or None,
            PLACES: places,
            OUTSIDE: YES if self.goes_outside else NO,
            DPO: [self.dpo],
        }.get(question)


def _place(who: str, country: str, use: str = "hebergement", tool: str = "eee") -> dict[str, str]:
    return {"organisme": who, "pays": country, "usage": use, "mecanisme": tool}


def _company(name: str, service: str, country: str, address: str, contact: str) -> dict[str, str]:
    return {"nom": name, "service": service, "pays": country, "adresse": address, "contact": contact}


def _dpo(name: str, email: str, telephone: str) -> dict[str, str]:
    return {"nom": name, "email": email, "telephone": telephone}


VENDOR_ANSWERS: Mapping[str, VendorAnswers] = {
    "Hébergeur Provence": VendorAnswers(
        _dpo("Bruno Castel", "dpo@hebergeur-provence.example", "+33 4 00 00 00 10"),
        (_place("Hébergeur Provence", "FR"), _place("Provence Réseaux SAS", "FR", "sauvegarde")),
        (
            _company(
                "Provence Réseaux SAS", "Salle de secours et liaisons entre les deux sites", "FR",
                "18 rue de la Loge, 13002 Marseille", "exploitation@provence-reseaux.example",
            ),
        ),
    ),
    "Paie Facile": VendorAnswers(
        _dpo("Odile Guéguen", "dpo@paie-facile.example", "+33 2 00 00 00 11"),
        (_place("Paie Facile", "FR"), _place("Arc Support SARL", "MA", "acces-distant", "cct")),
        (
            _company(
                "Arc Support SARL", "Assistance aux gestionnaires de paie, par accès à distance", "MA",
                "9 rue des Orfèvres, 20250 Casablanca", "donnees@arc-support.example",
            ),
        ),
        goes_outside=True,
    ),
    "Beacon Analytics": VendorAnswers(
        _dpo("Niamh Doyle", "privacy@beacon-analytics.example", "+353 1 000 0012"),
        (_place("Beacon Analytics", "IE"), _place("Beacon Analytics Inc.", "US", "traitement", "dpf")),
        (
            _company(
                "Beacon Analytics Inc.", "Agrégation des visites et assistance", "US",
                "90 Harbor Street, Boston, MA 02110", "privacy@beacon-analytics.example",
            ),
        ),
        goes_outside=True,
    ),
    "Callisto Relation Client": VendorAnswers(
        _dpo("Samira El Idrissi", "samira@callisto.example", "+212 5 00 00 00 13"),
        (_place("Callisto Relation Client", "MA", "acces-distant", "cct"),),
        goes_outside=True,
    ),
    "Atelier du Rhône": VendorAnswers(
        _dpo("Julien Mercier", "julien@atelier-rhone.example", "+33 4 00 00 00 14"),
        (_place("Atelier du Rhône", "FR", "traitement"),),
    ),
    "Nordlys Cloud": VendorAnswers(
        _dpo("Ingrid Solheim", "ingrid@nordlys.example", "+47 70 00 00 15"), (_place("Nordlys Cloud", "NO"),)
    ),
    "SecureSign": VendorAnswers(
        _dpo("Jonas Keller", "jonas@securesign.example", "+49 30 000 0016"),
        (_place("SecureSign", "DE"),),
        (
            _company(
                "Spree Rechenzentrum GmbH", "Hébergement des fichiers signés", "DE", "12 Kanalstraße, 10117 Berlin",
                "datenschutz@spree-rz.example",
            ),
        ),
    ),
    "Logis Express": VendorAnswers(
        _dpo("Thomas Girard", "thomas@logis-express.example", "+33 4 00 00 00 17"),
        (_place("Logis Express", "FR", "traitement"), _place("Tournées du Rhône SARL", "FR", "traitement")),
        (
            _company(
                "Tournées du Rhône SARL", "Livraison des derniers kilomètres", "FR", "27 route de Vienne, 69007 Lyon",
                "planning@tournees-rhone.example",
            ),
        ),
    ),
    "Studio Pixel": VendorAnswers(
        _dpo("Lina Moreau", "lina@studio-pixel.example", "+33 4 00 00 00 18"),
        (_place("Studio Pixel", "FR", "acces-distant"),),
    ),
}  # fmt: skip

_COURTS: Mapping[str, str] = {"law.governing": "droit français", "law.courts": "tribunaux de Lyon"}


def typed_facts(vendor: str) -> Mapping[str, str]:
    """What legal typed for the contract with a vendor, besides its reference."""
    return _COURTS if vendor in {"Paie Facile", "Callisto Relation Client"} else {}


def typed_transfers(vendor: str, today: date) -> list[dict[str, str | None]] | None:
    """The annex of transfers that legal typed where no answer has been accepted yet."""
    day = written(today - ASSESSED, Language.FR)
    if vendor == "Beacon Analytics":
        return [
            {
                "importer": "Beacon Analytics Inc.", "country": "États-Unis",
                "purpose": "agrégation des visites et assistance ; identifiants de connexion",
                "tool": "Décision d'adéquation (UE) 2023/1795 (Data Privacy Framework)", "listing": day,
                "article_3_2": "non",
            }
        ]  # fmt: skip
    if vendor == "Callisto Relation Client":
        return [
            {
                "importer": "Callisto Relation Client SARL", "country": "Maroc",
                "purpose": "réponse aux clients ; identité, coordonnées, appels enregistrés",
                "tool": "Clauses contractuelles types (UE) 2021/914, module 2", "assessment": day,
                "measures": "accès par bureau distant, sans copie ; chiffrement des enregistrements",
                "article_3_2": "non",
            }
        ]  # fmt: skip
    return None
