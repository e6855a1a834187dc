import pytest

from portal.contracts.rules.model import Words
from portal.core.language import Language
from portal.paper.rules.findings import Check, Finding, Status, Verdict
from portal.paper.rules.ruling import Ruling, settled, verdict

NONE = Words("", "")
CONTRACT = frozenset({"C20", "C61"})


def check(first=Status.SATISFIED, law=Status.SATISFIED, said=Verdict.COMPLETE):
    findings = (
        Finding("documented_instructions", ("C20",), first, NONE),
        Finding("breach_notification", ("C42",), law, NONE),
    )
    return Check(Language.FR, said, NONE, findings)


def test_without_a_ruling_the_check_has_the_last_word():
    made = check(Status.WEAK, said=Verdict.TO_REVIEW)
    assert settled(made, {})["documented_instructions"] is Status.WEAK
    assert verdict(made, {}, CONTRACT) is Verdict.TO_REVIEW


def test_a_confirmation_changes_nothing():
    made = check(Status.WEAK, said=Verdict.TO_REVIEW)
    confirmed = {"documented_instructions": Ruling(Status.WEAK)}
    assert verdict(made, confirmed, CONTRACT) is Verdict.TO_REVIEW


@pytest.mark.parametrize(
    ("ruled", "expected"),
    [
        (Status.SATISFIED, Verdict.COMPLETE), (Status.NOT_APPLICABLE, Verdict.COMPLETE),
        (Status.DEFERRED, Verdict.TO_REVIEW), (Status.MISSING, Verdict.INCOMPLETE),
        (Status.CONTRADICTED, Verdict.INCOMPLETE),
    ],
)  # fmt: skip
def test_the_lawyers_word_on_an_item_of_article_28_decides_of_the_whole(ruled, expected):
    made = check(Status.WEAK, said=Verdict.TO_REVIEW)
    assert verdict(made, {"documented_instructions": Ruling(ruled)}, CONTRACT) is expected


@pytest.mark.parametrize("ruled", [Status.MISSING, Status.CONTRADICTED, Status.WEAK])
def test_what_the_law_imposes_anyway_never_makes_a_text_incomplete(ruled):
    assert verdict(check(), {"breach_notification": Ruling(ruled)}, CONTRACT) is Verdict.COMPLETE
