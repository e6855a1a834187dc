"""In which capacity a vendor processes data, and what it takes between the parties (RGPD art. 4, 26 and 28)."""

from portal.contracts.rules.facts import ContractFacts
from portal.contracts.rules.model import ContractTemplate
from portal.core.language import Sentence, say

JOINT_TEMPLATE = "responsables-conjoints"
"""The document that joint controllers sign (RGPD art. 26)."""
ROLES, PROCESSOR, CONTROLLER, JOINT = "service.roles", "processor", "controller", "joint"


def role_against(template: ContractTemplate, facts: ContractFacts) -> Sentence | None:
    """Why a template is not the one to sign with a vendor of this capacity, and what to do; None when nothing is.

    Whoever determines the purposes is a controller, alone or jointly, whatever the contract says (RGPD art. 28(10);
    EDPB, Guidelines 07/2020). A vendor that is a processor for some of the processing signs for that part alone. While
    nobody has said what it is, nothing is against.
    """
    roles = facts.items(ROLES)
    if not template.role or not roles or template.role in roles:
        return None
    if JOINT in roles and CONTROLLER in roles:
        return say(
            "Ce prestataire détermine les finalités de tous ces traitements, seul ou avec vous : il n'est pas votre "
            "sous-traitant, et ce modèle ne convient pas. Signez un accord entre responsables conjoints pour ce que "
            "vous décidez ensemble (RGPD, art. 26) ; pour le reste, vérifiez que vous pouvez lui transmettre les "
            "données et que les personnes le savent (art. 6, 13 et 14)."
        )
    if JOINT in roles:
        return say(
            "Ce prestataire détermine les finalités avec vous : vous êtes responsables conjoints, et ce modèle ne "
            "convient pas. Signez un accord entre responsables conjoints, dites-en l'essentiel aux personnes et "
            "désignez un point de contact (RGPD, art. 26)."
        )
    return say(
        "Ce prestataire détermine seul les finalités : il est responsable du traitement, et ce modèle ne convient pas. "
        "Ne signez pas d'accord de sous-traitance ; vérifiez que vous pouvez lui transmettre les données et que les "
        "personnes le savent (RGPD, art. 6, 13 et 14)."
    )
