from hypothesis import given
from hypothesis import strategies as st

from portal.core.stale import fingerprint
from portal.questionnaires.definition import GivenAnswer
from portal.vendor_space.workbook.marks import RowMark
from portal.vendor_space.workbook.merging import Outcome, outcome

VALUES = st.one_of(st.none(), st.sampled_from(["oui", "non", "partiel"]), st.lists(st.sampled_from("ab")).map(tuple))
COMMENTS = st.sampled_from(["", "Depuis 2019", "Partout"])
ANSWERS = st.builds(GivenAnswer, VALUES.map(lambda value: value or None), COMMENTS)


@given(before=ANSWERS, file=ANSWERS, portal=ANSWERS)
def test_a_merge_overwrites_nothing_newer_and_loses_no_text(before, file, portal):
    mark = RowMark(1, fingerprint(before.value), fingerprint(before.comment))
    found = outcome(mark, file.value, file.comment, portal)
    if found is Outcome.TAKEN:
        assert portal == before, "an answer given meanwhile is never overwritten"
        assert file.value or not portal.value
        assert file.comment or not portal.comment
    if found is Outcome.KEPT:
        assert file in {before, portal}, "what was typed in the workbook is taken, or shown"
    if portal == before and file == before:
        assert found is Outcome.KEPT


def test_a_workbook_handed_in_as_it_was_taken_changes_nothing():
    answer = GivenAnswer("oui", "Depuis 2019")
    mark = RowMark(3, fingerprint(answer.value), fingerprint(answer.comment))
    for portal in (answer, GivenAnswer("non"), GivenAnswer()):
        assert outcome(mark, answer.value, answer.comment, portal) is Outcome.KEPT
