"""A breach at the payroll office whose 72 hours are running, and an older one at another vendor, decided and closed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.authz.context import Context
from portal.incidents import services
from portal.incidents.rules.breach_facts import BreachCause, BreachFacts, BreachNature
from portal.incidents.rules.decision import Answered, RiskLevel, RiskQuestion
from portal.incidents.services import Assessment, ClosingWords, Notification
from portal.vendors.models import Vendor
from portal.vendors.rules.facts import DataCategory, DataSubject

At = Callable[[datetime], Context]
Q, Y, N = RiskQuestion, Answered.YES, Answered.NO


PAYROLL = "Paie Facile"


def run_incidents(now: datetime, ours: At, theirs: At, office: Vendor, carrier: Vendor) -> None:
    """One open since yesterday, which its vendor has already said more of; one closed last spring."""
    _closed(now - timedelta(days=140), ours, carrier)
    began = now - timedelta(hours=20)
    facts = BreachFacts(
        what="Les bulletins de paie de novembre ont été déposés dans l'espace d'un autre de nos clients.",
        noticed_at=began - timedelta(hours=5),
        cause=BreachCause.ERROR.value,
        contact="Marc Le Goff, +33 4 00 00 00 10",
    )
    incident = services.declare_breach(theirs(began), office, facts)
    more = BreachFacts(**{
        **facts.__dict__,
        "nature": (BreachNature.CONFIDENTIALITY.value,),
        "subjects": (DataSubject.EMPLOYEES.value,),
        "categories": (DataCategory.IDENTITY.value, DataCategory.FINANCIAL.value),
        "persons": 430,
        "measures": "Le destinataire a confirmé par écrit avoir effacé les fichiers ; les accès sont relus.",
    })  # fmt: skip
    services.add_phase(theirs(began + timedelta(hours=15)), incident, more, "Le nombre d'enregistrements suit demain.")
    services.note_internally(
        ours(began + timedelta(hours=17)), incident, "Vérifier si les bulletins portent le numéro de sécurité sociale."
    )


def _closed(then: datetime, ours: At, vendor: Vendor) -> None:
    facts = BreachFacts(
        what="Une tournée imprimée avec noms, adresses et téléphones a été oubliée dans un hall d'immeuble.",
        noticed_at=then - timedelta(hours=3),
        nature=(BreachNature.CONFIDENTIALITY.value,),
        cause=BreachCause.LOSS.value,
        subjects=(DataSubject.CUSTOMERS.value,),
        persons=38,
        categories=(DataCategory.IDENTITY.value,),
        records=38,
        consequences="Quelqu'un a pu lire qui attendait un colis, et où ; rien de plus.",
        measures="La feuille a été récupérée le soir même par le livreur.",
        contact="exploitation@logis-express.example",
    )
    incident = services.record_breach(ours(then), vendor, facts, aware_at=then - timedelta(hours=1))
    answers = {Q.UNREADABLE: N, Q.RESTORED: Y, Q.IDENTIFIED: Y, Q.SENSITIVE: N, Q.VULNERABLE: N, Q.GRAVE: N}
    why = "Trente-huit personnes reconnaissables ; une fraude au faux livreur reste plausible."
    services.assess_risk(ours(then + timedelta(hours=4)), incident, Assessment(answers, RiskLevel.RISK, why))
    sent = then + timedelta(hours=26)
    services.note_notification(ours(sent), incident, Notification(sent, "FR-DEMO-0117"))
    services.close_incident(
        ours(then + timedelta(days=30)), incident,
        ClosingWords(
            "Aucun appel suspect signalé par les personnes en trente jours.",
            "Les tournées ne sont plus imprimées : elles sont lues sur le terminal.",
            "Demander aux transporteurs comment leurs tournées sont remises.",
        ),
    )  # fmt: skip
