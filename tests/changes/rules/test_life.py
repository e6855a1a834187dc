"""What is not in the table is refused; an answer comes after a decision, and a decision after lines retained."""

from portal.changes.rules.life import ACTS, WAITING, ChangeAct, ChangeState, leads_to, refusal_of


def test_every_act_stands_in_the_table():
    assert set(ACTS) == set(ChangeAct)


def test_nothing_is_done_with_an_answer_that_left():
    assert [act for act in ChangeAct if leads_to(act, ChangeState.ANSWERED)] == []


def test_an_answer_comes_after_a_decision_and_a_decision_after_lines():
    assert set(ACTS[ChangeAct.ANSWER].leads) == {ChangeState.DECIDED}
    assert ChangeState.RECEIVED not in ACTS[ChangeAct.DECIDE].leads


def test_what_is_dismissed_waits_no_more_and_is_not_answered():
    assert ChangeState.DISMISSED not in WAITING
    assert ChangeState.ANSWERED not in WAITING


def test_a_refusal_names_the_act_and_the_state():
    assert "Envoyer la réponse" in str(refusal_of(ChangeAct.ANSWER, ChangeState.RECEIVED))
