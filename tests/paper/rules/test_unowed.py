"""What the processor says it does not owe, told from what it is forbidden to do."""

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.check_result import RequirementStatus
from portal.paper.rules.checking import check_contract

_AGREEMENT = (
    "Accord de sous-traitance des données\n\n"
    "Le Client est responsable de traitement ; la société Orme est le Sous-traitant.\n\n"
    "Le Sous-traitant veille à ce que les personnes autorisées à traiter les données s'engagent à respecter la "
    "confidentialité.\n\n"
    "{said}\n"
)


@pytest.mark.parametrize(
    "forbidden",
    [
        "L'audit ne doit pas perturber l'exploitation et est encadré par un engagement de confidentialité.",
        "Le Sous-traitant ne doit pas divulguer les informations couvertes par la confidentialité.",
        "Le Sous-traitant ne devra plus lever la confidentialité après la fin du contrat.",
        "Les visiteurs ne doivent pas se soustraire à la confidentialité.",
    ],
)
def test_what_is_forbidden_is_no_duty_denied(forbidden: str) -> None:
    """« Ne doit pas perturber » forbids: nothing that was promised is taken back."""
    assert _confidentiality(forbidden) is RequirementStatus.SATISFIED


@pytest.mark.parametrize(
    "denied",
    [
        "Le Sous-traitant ne doit pas d'engagement de confidentialité de ses équipes.",
        "Le Sous-traitant ne doit aucun engagement de confidentialité de ses équipes.",
        "Le Sous-traitant n'a pas à obtenir de ses équipes un engagement de confidentialité.",
    ],
)
def test_what_is_not_owed_takes_the_promise_back(denied: str) -> None:
    """« Ne doit pas d'engagement » denies the duty itself."""
    assert _confidentiality(denied) is not RequirementStatus.SATISFIED


def _confidentiality(said: str) -> RequirementStatus:
    document = read_document(_AGREEMENT.format(said=said).encode(), "accord.txt")
    return check_contract(document, load_rulebook()).result_of("confidentiality_persons").status
