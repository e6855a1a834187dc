"""From what is known of a breach to what it obliges to (RGPD art. 33(1), 34(1) and (3)); pure.

The questions are those of the EDPB's guidelines 9/2022 (factors to weigh). The level they lead to is a proposal: a
person decides, with reasons.
"""

from collections.abc import Mapping

from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.vendors.rules.facts import Labelled


class RiskLevel(Labelled):
    """The risk to the rights and freedoms of the persons."""

    UNLIKELY = "improbable", N_("Risque peu probable")
    RISK = "risque", N_("Risque")
    HIGH = "eleve", N_("Risque élevé")

    @property
    def obliges(self) -> str:
        """What follows from it, marked for translation."""
        return _OBLIGES[self]


_OBLIGES: Mapping[RiskLevel, str] = {
    RiskLevel.UNLIKELY: N_("Pas de notification (art. 33(1)) ; la violation reste consignée (art. 33(5))."),
    RiskLevel.RISK: N_("Notification à la CNIL (art. 33(1))."),
    RiskLevel.HIGH: N_("Notification à la CNIL (art. 33(1)) et information des personnes (art. 34(1))."),
}


class Answered(Labelled):
    """An answer to a question of the tree."""

    YES = "oui", N_("Oui")
    NO = "non", N_("Non")
    UNKNOWN = "inconnu", N_("Je ne sais pas encore")


class RiskQuestion(Labelled):
    """A question of the tree."""

    UNREADABLE = "illisibles", N_("Les données sont-elles illisibles pour qui les a eues (chiffrées, clé sauve) ?")
    RESTORED = "retablies", N_("Les données sont-elles intactes ou déjà rétablies, sans que rien ait manqué ?")
    IDENTIFIED = "reconnaissables", N_("Peut-on reconnaître les personnes ?")
    SENSITIVE = "sensibles", N_("Y a-t-il des données sensibles, bancaires, des mots de passe ou un NIR ?")
    VULNERABLE = "vulnerables", N_("Y a-t-il des mineurs, des patients, des salariés ?")
    GRAVE = "graves", N_("Fraude, usurpation, discrimination ou humiliation sont-elles plausibles ?")


Q, Y, NO = RiskQuestion, Answered.YES, Answered.NO


def proposed_risk(answers: Mapping[RiskQuestion, Answered]) -> RiskLevel:
    """The level that the answers lead to; what is not known is never taken for good news.

    >>> proposed_risk({})
    <RiskLevel.RISK: 'risque'>
    >>> proposed_risk({Q.UNREADABLE: Y, Q.RESTORED: Y}), proposed_risk({Q.SENSITIVE: Y, Q.IDENTIFIED: Y})
    (<RiskLevel.UNLIKELY: 'improbable'>, <RiskLevel.HIGH: 'eleve'>)
    """
    said = {question: answers.get(question, Answered.UNKNOWN) for question in RiskQuestion}
    harmless = said[Q.UNREADABLE] is Y or said[Q.IDENTIFIED] is NO
    if harmless and said[Q.RESTORED] is Y:
        return RiskLevel.UNLIKELY
    if harmless and said[Q.GRAVE] is NO:
        return RiskLevel.RISK
    if said[Q.GRAVE] is Y or (said[Q.SENSITIVE] is Y and not harmless):
        return RiskLevel.HIGH
    if said[Q.VULNERABLE] is Y and said[Q.GRAVE] is not NO:
        return RiskLevel.HIGH
    return RiskLevel.RISK


def is_below(chosen: RiskLevel, proposed: RiskLevel) -> bool:
    """Whether a person decided on less than the answers lead to."""
    order = list(RiskLevel)
    return order.index(chosen) < order.index(proposed)


class Exemption(Labelled):
    """Why persons need not be told although the risk is high (RGPD art. 34(3))."""

    PROTECTED = "illisibles", N_("Données rendues illisibles avant la violation (art. 34(3)(a))")
    OVERCOME = "ecarte", N_("Risque élevé écarté par des mesures prises depuis (art. 34(3)(b))")
    PUBLIC = "public", N_("Effort disproportionné : communication publique à la place (art. 34(3)(c))")


@dataclass(frozen=True)
class ClosingFacts:
    """What is looked at before a breach is closed."""

    risk: RiskLevel | None
    is_notified: bool
    persons_told: bool
    exemption: Exemption | None


def missing_before_closing(facts: ClosingFacts) -> str | None:
    """What the law still asks for before the breach can be closed, marked for translation; none when nothing.

    >>> missing_before_closing(ClosingFacts(RiskLevel.UNLIKELY, False, False, None)) is None
    True
    """
    if facts.risk is None:
        return N_("Évaluez d'abord le risque pour les personnes.")
    if facts.risk is not RiskLevel.UNLIKELY and not facts.is_notified:
        return N_("Un risque pour les personnes oblige à notifier la CNIL (RGPD art. 33(1)).")
    if facts.risk is RiskLevel.HIGH and not facts.persons_told and facts.exemption is None:
        return N_("Un risque élevé oblige à informer les personnes, ou à dire quelle exception s'applique (art. 34).")
    return None
