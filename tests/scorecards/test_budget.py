"""The question budget: what is left out changes neither the grade nor a critical finding."""

from bench.question_budget import spared_audits
from portal.questionnaires.catalogue import FOLDER
from portal.questionnaires.definition import GivenAnswer
from portal.scorecards import rules
from portal.scorecards.scale_file import read_scale
from tests.factories.review import examined

SCALE = read_scale(FOLDER).scale


def scored(key, mark, **facts):
    asked = examined().question(key)
    return rules.ScoredQuestion(key, "", weight=asked.weight, critical=asked.critical, mark=mark, **facts)


def spared(marks):
    """What is spared once these questions have these marks."""
    answers = {key: GivenAnswer("oui" if key.startswith("a.c") else "x") for key in marks}
    items = [scored(key, mark) for key, mark in marks.items()]
    return rules.spared_questions(examined(), answers, items, SCALE)


def test_on_generated_audits_the_budget_changes_no_grade_and_no_critical_finding():
    """A thousand of these: `python -m bench.question_budget 1000`."""
    found = list(spared_audits(56, SCALE))
    assert sum(audit.spared for audit in found) > 20, "a budget that spares nothing changes nothing"
    assert [audit for audit in found if not (audit.same_grade and audit.same_critical)] == []


def test_what_is_left_is_spared_once_the_grade_is_settled_however_good_or_bad():
    assert spared({"a.contrat": 0, "a.chiffre": 0}) == {"a.role", "b.mesures"}
    assert spared({"a.contrat": 1, "a.chiffre": 0, "b.mesures": 1}) == {"a.role"}


def test_nothing_is_spared_while_the_grade_may_move_or_nothing_counts_yet():
    assert spared({"a.contrat": 1, "a.chiffre": 1}) == frozenset()
    assert spared({}) == frozenset()


def test_a_critical_question_is_never_spared():
    """Silence on it would cap the level, and its answer may open a critical finding."""
    assert "a.contrat" not in spared({"a.chiffre": 0, "a.role": 0, "b.mesures": 0})
