"""Agreements written to deceive, each in another style: the check says what a lawyer would, or where it does not."""

import tomllib
from pathlib import Path

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.check_result import RequirementStatus
from portal.paper.rules.checking import check_contract

DRAFTS = [
    draft
    for path in sorted(Path(__file__).parent.glob("drafts*.toml"))
    for draft in tomllib.loads(path.read_text("utf-8"))["text"]
]
SAID = {
    RequirementStatus.SATISFIED: "yes",
    RequirementStatus.WEAK: "partial",
    RequirementStatus.DEFERRED: "partial",
    RequirementStatus.TO_COMPLETE: "blank",
    RequirementStatus.CONTRADICTED: "contrary",
    RequirementStatus.MISSING: "no",
}


def checked(draft):
    name = "a.md" if "|---" in draft["text"] else "a.txt"
    return check_contract(read_document(draft["text"].strip().encode(), name), load_rulebook())


@pytest.mark.parametrize("draft", DRAFTS, ids=[draft["name"] for draft in DRAFTS])
def test_each_point_is_judged_as_a_lawyer_would_or_is_listed(draft):
    found = checked(draft)
    said = {one.id: SAID[one.status] for one in found.requirements if one.id in draft["lawyer"]}
    differs = {one["requirement"]: one["check"] for one in draft.get("differs", ())}
    assert said == {**draft["lawyer"], **differs}
    assert "verdict" not in draft or found.verdict.value == draft["verdict"]


def test_nothing_is_listed_as_satisfied_that_a_lawyer_would_not_hold_so():
    listed = [one for draft in DRAFTS for one in draft.get("differs", ())]
    assert not [one for one in listed if one["check"] == "yes"]
    assert all(one["cause"] for one in listed)
