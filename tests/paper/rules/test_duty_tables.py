"""A table that shares duties out: the cross tells who bears each."""

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.check_result import RequirementStatus
from portal.paper.rules.checking import check_contract

TABLE = (
    "L'Éditeur est le sous-traitant du Client, responsable du traitement.\n\n"
    "| N° | Obligation | Client | Prestataire |\n|---|---|---|---|\n"
    "| 1 | Notifier sous 48 heures toute violation de données | {} | {} |\n"
    "| 2 | Aider aux analyses d'impact | | X |\n"
)


@pytest.mark.parametrize(
    ("marks", "wanted"),
    [
        (("X", ""), RequirementStatus.CONTRADICTED),
        (("✔", ""), RequirementStatus.CONTRADICTED),
        (("", "X"), RequirementStatus.SATISFIED),
        (("X", "X"), RequirementStatus.SATISFIED),
    ],
)
def test_the_duty_is_of_the_party_whose_column_bears_the_mark(marks, wanted):
    document = read_document(TABLE.format(*marks).encode(), "a.md")
    assert check_contract(document, load_rulebook()).result_of("breach_notification").status is wanted
