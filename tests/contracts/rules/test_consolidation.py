"""What holds of a contract and its amendments, each figure from the last document that counts."""

from portal.contracts.rules.consolidation import ChainedDocument, SaidFigure, holding
from portal.contracts.rules.life import ContractState, CopyReading
from portal.core.language import Language


def test_a_figure_that_an_amendment_in_another_language_changes_stands_once():
    base = ChainedDocument(1, False, ContractState.IN_FORCE, CopyReading.READ, None)
    amendment = ChainedDocument(2, True, ContractState.IN_FORCE, CopyReading.READ, None)
    french = SaidFigure("CL18/1", "Préavis d'audit", "15 jours ouvrés", Language.FR, Language.FR)
    english = SaidFigure("CL18/1", "Audit notice", "5 working days", Language.EN, Language.EN)
    assert [one.said for one in holding([(base, [french]), (amendment, [english])])] == [english]
