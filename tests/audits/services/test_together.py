"""Several answers in one act: what stands unchanged, what needs no word, what was picked; never what is in doubt."""

from datetime import date

import pytest
from sqlalchemy import select

from portal.audits import services
from portal.audits.difference import difference_of
from portal.audits.models import Audit, StandingAnswer, Submission
from portal.audits.rules import ReadReason, ReviewVerdict
from portal.audits.services import Judgement
from portal.authz.policy import Role
from portal.core.errors import Forbidden, Refused
from portal.evidence.rules import EvidenceVerdict
from portal.findings.rules import Severity
from portal.findings.services import CorrectiveAction
from portal.journal.models import JournalEntry
from portal.questionnaires.rules.parsing import parse_questionnaire
from tests.factories import review
from tests.factories.people import user_of
from tests.factories.questionnaires import both, published
from tests.factories.review import accepted, second_year

FINE = Judgement(ReviewVerdict.ACCEPTABLE)
SOON = date(2027, 12, 8)


@pytest.fixture
def again(sending):
    """`again(...)` gives a vendor whose first audit was accepted with these verdicts and that sends its second."""

    def made(case=None, *, edit=None, **verdicts):
        found = second_year(accepted(case or sending(), **verdicts), days=100)
        for key, posted in (edit or {}).items():
            found.answer_over(key, posted)
        found.confirm("a", "b")
        for key in sorted(found.sheet().proposed):  # what asks something is confirmed one by one
            sheet = found.sheet()
            services.confirm_answers(found.answering, sheet, [key], {key: services.proposed_mark(sheet, key) or ""})
        found.send()
        return found

    return made


def difference(case):
    return difference_of(case.judging, case.submitted())


def mark(case):
    return difference(case).mark(case.submitted().left)


def take_over(case):
    return services.accept_unchanged_answers(case.judging, case.audit, seen=mark(case))


def told(case, action):
    case.session.commit()
    return case.session.scalars(select(JournalEntry).where(JournalEntry.action == action)).all()


@pytest.mark.both_databases
def test_the_unchanged_rest_is_taken_over_in_one_act_and_the_journal_says_so(again, backend):
    case = again(edit={"a.role": "autre"})
    assert difference(case).to_read == {"a.role"}
    keys = take_over(case)
    assert "a.role" not in keys
    assert case.submitted().left == ("a.role",)
    assert told(case, "answers.carried_over")[-1].after == {"questions": keys}
    assert not told(case, "answers.accepted_together")


def test_a_first_audit_has_no_difference_and_nothing_to_take_over(sending):
    case = sending()
    assert difference(case) is None
    with pytest.raises(Refused, match="encore été accepté"):
        services.accept_unchanged_answers(case.judging, case.audit, seen="")


def test_an_earlier_audit_that_nobody_accepted_is_nothing_to_compare_with(sending):
    case = second_year(sending(), days=100)
    case.proofs = {}
    case.answer()
    case.send()
    assert difference(case) is None


def test_once_accepted_an_audit_is_not_compared_with_itself(again):
    case = again()
    case.judge_all()
    services.accept_audit(case.judging, case.audit)
    assert difference(case) is None


def test_a_file_that_was_set_aside_since_is_read_again(again):
    case = again()
    proof = case.proofs["a.chiffre"]
    services.judge_evidence(case.judging, case.audit, proof, EvidenceVerdict.REJECTED, "Un autre service.")
    assert ReadReason.EXPIRED in difference(case).reasons["a.chiffre"]
    assert "a.chiffre" not in take_over(case)


def test_an_answer_under_a_finding_or_contested_is_not_taken_over(again):
    case = again(a_role="ameliorable")
    action = CorrectiveAction(Severity.MAJOR, "Contrat", "Signer", "Contrat", "Eux", SOON)
    services.open_finding_on_answer(case.judging, case.audit, "a.contrat", action)
    found = difference(case).reasons
    assert (found["a.contrat"], found["a.role"]) == ((ReadReason.FINDING,), (ReadReason.CONTESTED,))
    assert not {"a.contrat", "a.role"} & set(take_over(case))
    with pytest.raises(Refused, match="demande votre avis"):
        services.accept_remaining_answers(case.judging, case.audit)


def test_a_question_asked_in_other_words_is_read_again(again):
    case = again()
    raw = review._raw()
    raw["sections"][0]["questions"][2]["text"] = both("Qui commande ?", "Who commands?")
    row = case.session.scalars(select(StandingAnswer).where(StandingAnswer.question_key == "a.role")).one()
    source = case.session.get_one(Audit, row.audit_id)
    source.questionnaire_version_id = published(case.session, parse_questionnaire(raw)).id
    case.session.commit()
    case.session.expire_all()
    assert difference(case).reasons["a.role"] == (ReadReason.REWORDED,)
    assert "a.role" not in take_over(case)


def test_a_list_that_is_no_longer_the_one_read_is_not_accepted(again):
    case = again()
    seen = mark(case)
    case.judge("a.role", "ameliorable")
    with pytest.raises(Refused, match="La liste a changé"):
        services.accept_unchanged_answers(case.judging, case.audit, seen=seen)
    assert "a.contrat" in case.submitted().left


@pytest.mark.parametrize(
    "act",
    [
        lambda ctx, audit: services.accept_unchanged_answers(ctx, audit, seen=""),
        lambda ctx, audit: services.judge_together(ctx, audit, ["a.role"], FINE),
    ],
)
def test_only_a_reviewer_judges_several(sending, act):
    case = sending()
    with pytest.raises(Forbidden):
        act(case.acting(user_of(case.session, Role.LEGAL)), case.audit)


# --- the rest, and those picked


def test_no_act_on_several_accepts_an_answer_without_the_proof_that_is_asked(sending):
    """The cheapest lie: « all its proofs hold » is true of an answer that has none."""
    case = sending()
    row = case.session.scalars(select(Submission).where(Submission.audit_id == case.audit.id)).one()
    row.content = {**row.content, "files": []}
    case.session.flush()
    assert "a.chiffre" not in services.accept_remaining_answers(case.judging, case.audit)
    with pytest.raises(Refused, match=r"une par une.*1\.2"):
        services.judge_together(case.judging, case.audit, ["a.chiffre"], FINE)
    assert case.submitted().left == ("a.chiffre",)


def test_those_picked_get_one_verdict_and_one_message(sending):
    case = sending()
    word = Judgement(ReviewVerdict.TO_CORRECT, comment="Précisez.", to_return=True)
    keys = services.judge_together(case.judging, case.audit, ["b.texte", "a.role", "inconnue"], word)
    assert keys == ["a.role", "b.texte"]
    assert {case.submitted().verdicts[key].comment for key in keys} == {"Précisez."}
    assert told(case, "answers.judged_together")[-1].after["questions"] == keys
    with pytest.raises(Refused, match="au moins une"):
        services.judge_together(case.judging, case.audit, keys, FINE)


def test_sending_several_back_asks_for_a_word(sending):
    case = sending()
    with pytest.raises(Refused, match="ce qui est attendu"):
        services.judge_together(
            case.judging, case.audit, ["a.role"], Judgement(ReviewVerdict.TO_CORRECT, to_return=True)
        )


def test_a_verdict_already_given_is_not_given_over(sending):
    case = sending()
    case.judge("a.role", "a_corriger")
    assert services.judge_together(case.judging, case.audit, ["a.role", "b.delai"], FINE) == ["b.delai"]
    assert case.submitted().verdicts["a.role"].verdict is ReviewVerdict.TO_CORRECT


def test_a_vendor_judges_nothing(sending):
    case = sending()
    with pytest.raises(Forbidden):
        services.judge_together(case.answering, case.audit, ["a.role"], FINE)
