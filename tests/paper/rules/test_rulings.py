import pytest

from portal.contracts.rules.model import BilingualWords
from portal.core.language import Language
from portal.paper.rules.check_result import Check, ContractVerdict, RequirementResult, RequirementStatus
from portal.paper.rules.rulings import Ruling, final_statuses, final_verdict

NONE = BilingualWords("", "")
CONTRACT = frozenset({"C20", "C61"})


def check(first=RequirementStatus.SATISFIED, law=RequirementStatus.SATISFIED, said=ContractVerdict.COMPLETE):
    findings = (
        RequirementResult("documented_instructions", ("C20",), first, NONE),
        RequirementResult("breach_notification", ("C42",), law, NONE),
    )
    return Check(Language.FR, said, NONE, findings)


def test_without_a_ruling_the_check_has_the_last_word():
    made = check(RequirementStatus.WEAK, said=ContractVerdict.TO_REVIEW)
    assert final_statuses(made, {})["documented_instructions"] is RequirementStatus.WEAK
    assert final_verdict(made, {}, CONTRACT) is ContractVerdict.TO_REVIEW


def test_a_confirmation_changes_nothing():
    made = check(RequirementStatus.WEAK, said=ContractVerdict.TO_REVIEW)
    confirmed = {"documented_instructions": Ruling(RequirementStatus.WEAK)}
    assert final_verdict(made, confirmed, CONTRACT) is ContractVerdict.TO_REVIEW


@pytest.mark.parametrize(
    ("ruled", "expected"),
    [
        (RequirementStatus.SATISFIED, ContractVerdict.COMPLETE),
        (RequirementStatus.NOT_APPLICABLE, ContractVerdict.COMPLETE),
        (RequirementStatus.DEFERRED, ContractVerdict.TO_REVIEW),
        (RequirementStatus.MISSING, ContractVerdict.INCOMPLETE),
        (RequirementStatus.CONTRADICTED, ContractVerdict.INCOMPLETE),
    ],
)
def test_the_lawyers_word_on_an_item_of_article_28_decides_of_the_whole(ruled, expected):
    made = check(RequirementStatus.WEAK, said=ContractVerdict.TO_REVIEW)
    assert final_verdict(made, {"documented_instructions": Ruling(ruled)}, CONTRACT) is expected


@pytest.mark.parametrize("ruled", [RequirementStatus.MISSING, RequirementStatus.CONTRADICTED, RequirementStatus.WEAK])
def test_what_the_law_imposes_anyway_never_makes_a_text_incomplete(ruled):
    assert final_verdict(check(), {"breach_notification": Ruling(ruled)}, CONTRACT) is ContractVerdict.COMPLETE
