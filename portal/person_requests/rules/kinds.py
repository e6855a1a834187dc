"""What a person may ask, with the article of each; pure. Consumer law stands apart from data protection."""

from collections.abc import Mapping

from portal.core.language import N_
from portal.vendors.rules.facts import Labelled


class RequestKind(Labelled):
    """What the person asks."""

    ACCESS = "acces", N_("Accéder à ses données")
    RECTIFICATION = "rectification", N_("Corriger ses données")
    ERASURE = "effacement", N_("Effacer ses données")
    RESTRICTION = "limitation", N_("Geler l'usage de ses données (limitation)")
    PORTABILITY = "portabilite", N_("Recevoir ses données pour les porter ailleurs")
    OBJECTION = "opposition", N_("S'opposer à un usage de ses données")
    MARKETING = "prospection", N_("Ne plus recevoir de prospection")
    DECISION = "decision", N_("Contester une décision prise par une machine")
    CONSENT = "consentement", N_("Retirer son consentement à l'usage de ses données")
    CONTRACT = "retractation", N_("Se rétracter d'un achat ou d'un contrat (14 jours)")

    @property
    def is_consumer_law(self) -> bool:
        """Whether it is the right of withdrawal of a consumer, which is no request about data."""
        return self is RequestKind.CONTRACT

    @property
    def informs_recipients(self) -> bool:
        """Whether each recipient of the data is to be told (RGPD art. 19)."""
        return self in {RequestKind.RECTIFICATION, RequestKind.ERASURE, RequestKind.RESTRICTION}


K = RequestKind
ARTICLES: Mapping[RequestKind, str] = {
    K.ACCESS: "RGPD art. 15",
    K.RECTIFICATION: "RGPD art. 16",
    K.ERASURE: "RGPD art. 17",
    K.RESTRICTION: "RGPD art. 18",
    K.PORTABILITY: "RGPD art. 20",
    K.OBJECTION: "RGPD art. 21(1)",
    K.MARKETING: "RGPD art. 21(2)",
    K.DECISION: "RGPD art. 22",
    K.CONSENT: "RGPD art. 7(3)",
    K.CONTRACT: "C. conso. L221-18",
}
SHORT_NAMES: Mapping[RequestKind, str] = {
    K.ACCESS: N_("Accès"),
    K.RECTIFICATION: N_("Rectification"),
    K.ERASURE: N_("Effacement"),
    K.RESTRICTION: N_("Limitation"),
    K.PORTABILITY: N_("Portabilité"),
    K.OBJECTION: N_("Opposition"),
    K.MARKETING: N_("Opposition à la prospection"),
    K.DECISION: N_("Décision automatisée"),
    K.CONSENT: N_("Retrait d'un consentement"),
    K.CONTRACT: N_("Rétractation d'un contrat"),
}
"""As lists and registers say it."""


class RefusalGround(Labelled):
    """Why a request is not acted on: never without words beside."""

    UNFOUNDED = "infondee", N_("Manifestement infondée (RGPD art. 12(5))")
    EXCESSIVE = "excessive", N_("Excessive, notamment répétée (RGPD art. 12(5))")
    UNIDENTIFIED = "non_identifiee", N_("La personne ne peut pas être identifiée (RGPD art. 11(2) et 12(2))")
    EXCEPTION = "exception", N_("Une exception prévue par l'article de ce droit")
    LATE = "hors_delai", N_("Rétractation reçue après la fin du délai (C. conso. L221-18)")
    EXCLUDED = "exclue", N_("Contrat exclu du droit de rétractation (C. conso. L221-28)")

    @property
    def is_consumer_law(self) -> bool:
        """Whether it refuses the withdrawal of a consumer, and no other request."""
        return self in {RefusalGround.LATE, RefusalGround.EXCLUDED}


def fits(ground: RefusalGround, kind: RequestKind) -> bool:
    """Whether a ground may refuse such a request: the two laws are not mixed up.

    >>> fits(RefusalGround.LATE, RequestKind.CONTRACT), fits(RefusalGround.LATE, RequestKind.ACCESS)
    (True, False)
    """
    return ground.is_consumer_law is kind.is_consumer_law
