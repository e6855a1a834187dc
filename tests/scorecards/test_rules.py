"""The level of demonstrated guarantees, worked by hand and held to its promises."""

import tomllib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.language import say
from portal.evidence.rules import EvidenceFacts, EvidenceVerdict, Standing, StandingKind, standing
from portal.scorecards import rules
from portal.scorecards.rules import AnswerVerdict, ImprovementKind, ScoredQuestion, best_improvements, score

RAW = tomllib.loads((Path(__file__).parents[2] / "questionnaires" / "bareme.toml").read_text())
SCALE = rules.parse_scale(RAW)
TODAY = date(2026, 11, 24)


def proof(kind: StandingKind, freshness: str = "1") -> Standing:
    return Standing(kind, Decimal(freshness), None, say("…"))


def yes(key: str, weight: int = 1, **more) -> ScoredQuestion:
    return ScoredQuestion(key, "s", weight, **({"mark": 1.0} | more))


def points(item: ScoredQuestion) -> Decimal:
    return score([item], SCALE, TODAY).contribution


# --- by hand


def test_a_mixed_sheet_adds_up_as_on_paper():
    sheet = [
        # 5 × 1 × 1 (verified) × 0.9 = 4.5
        ScoredQuestion(
            "contrat", "cadre", 5, True, 1.0, evidence_requested=True, evidence=proof(StandingKind.VERIFIED, "0.90")
        ),
        # 3 × 0.5, no evidence asked = 1.5
        ScoredQuestion("registre", "cadre", 3, mark=0.5),
        # 2 × 1 × 0.6 (asked, none given) = 1.2
        ScoredQuestion("sauvegarde", "securite", 2, mark=1.0, evidence_requested=True),
        # silence: 0 out of 1
        ScoredQuestion("journaux", "securite", 1, answered=False),
        # not applicable and justified: out of the sum, but answered
        ScoredQuestion("transferts", "pays", 4, not_applicable=True, justified=True),
    ]
    result = score(sheet, SCALE, TODAY)
    assert [str(term.contribution.normalize()) for term in result.terms] == ["4.5", "1.5", "1.2", "0", "0"]
    assert [term.maximum for term in result.terms] == [5, 3, 2, 1, 0]
    assert (result.contribution, result.maximum) == (Decimal("7.2"), 11)
    assert result.value == Fraction(72, 110)
    assert result.basis_points == 6545  # 65.4545… %, rounded down
    assert result.grade.key == "C"
    assert (result.answered, result.expected, result.coverage_points) == (4, 5, 8000)
    assert not result.caps


def test_a_product_of_four_decimals_keeps_every_digit():
    # 5 × 0.5 × 0.85 × 0.97 = 2.06125, as a pocket calculator says
    worn = proof(StandingKind.SUPPLIED, "0.97")
    assert points(yes("q", 5, mark=0.5, evidence_requested=True, evidence=worn)) == Decimal("2.06125")


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (None, "0.6"),
        (proof(StandingKind.REJECTED), "0.6"),
        (proof(StandingKind.SUPPLIED), "0.85"),
        (proof(StandingKind.VERIFIED), "1"),
        (proof(StandingKind.EXPIRED, "0.66"), "0.5"),  # freshness is not counted a second time
        (proof(StandingKind.VERIFIED, "0.75"), "0.75"),
        (proof(StandingKind.VERIFIED, "0.55"), "0.6"),  # old but good: never less than a declaration
        (proof(StandingKind.SUPPLIED, "0.70"), "0.6"),  # 0.85 × 0.70 = 0.595, likewise
        (proof(StandingKind.SUPPLIED, "0.71"), "0.6035"),
    ],
)
def test_each_standing_of_the_proof_has_its_worth(evidence, expected):
    assert points(yes("q", evidence_requested=True, evidence=evidence)) == Decimal(expected)


def test_a_question_that_asks_no_proof_keeps_its_mark_whatever_is_attached():
    assert points(yes("q")) == 1
    assert points(yes("q", evidence=proof(StandingKind.EXPIRED))) == 1


@pytest.mark.parametrize(
    ("item", "mark", "maximum", "covered"),
    [
        (yes("q", verdict=AnswerVerdict.ACCEPTABLE), 1, 2, True),
        (yes("q", verdict=AnswerVerdict.IMPROVABLE), Decimal("0.5"), 2, True),
        (yes("q", mark=0.25, verdict=AnswerVerdict.IMPROVABLE), Decimal("0.25"), 2, True),
        (yes("q", verdict=AnswerVerdict.TO_CORRECT), 0, 2, True),
        (yes("q", mark=None), None, 0, True),
        (yes("q", mark=None, verdict=AnswerVerdict.ACCEPTABLE), 1, 2, True),
        (yes("q", mark=None, verdict=AnswerVerdict.TO_CORRECT), 0, 2, True),
        (yes("q", not_applicable=True, justified=True), None, 0, True),
        (yes("q", not_applicable=True, justified=True, verdict=AnswerVerdict.IMPROVABLE), None, 0, True),
        (yes("q", not_applicable=True, justified=True, verdict=AnswerVerdict.TO_CORRECT), 0, 2, True),
        (yes("q", not_applicable=True), 0, 2, False),
        (yes("q", answered=False), 0, 2, False),
        (yes("q", answered=False, required=False), None, 0, False),
    ],
)
def test_the_mark_that_counts_after_silence_not_applicable_and_verdict(item, mark, maximum, covered):
    [term] = score([replace(item, weight=2)], SCALE, TODAY).terms
    assert (term.mark, term.maximum, term.covered) == (mark, maximum, covered)
    assert term.reasons
    assert all(str(reason) for reason in term.reasons)


def test_a_verdict_is_named_only_where_it_lowers_the_mark():
    def said(mark: float, verdict: AnswerVerdict) -> str:
        [term] = score([yes("q", mark=mark, verdict=verdict)], SCALE, TODAY).terms
        return term.reasons[0].text % term.reasons[0].values

    assert said(1.0, AnswerVerdict.IMPROVABLE) == "Réponse jugée améliorable : elle est ramenée à 50 % des points."
    assert said(0.5, AnswerVerdict.IMPROVABLE) == "La réponse vaut 50 % des points."
    assert said(0.5, AnswerVerdict.TO_CORRECT) == "Réponse jugée à corriger : la question compte zéro."


def test_one_critical_question_at_zero_caps_the_whole_questionnaire_at_half():
    # 45 points of 46 = 97.8 %, grade A; the missing point is critical.
    sheet = [yes(f"q{n}", 5) for n in range(9)] + [ScoredQuestion("contrat-ecrit", "cadre", 1, True, 0.0)]
    result = score(sheet, SCALE, TODAY)
    assert result.before_cap == Fraction(45, 46)
    assert (result.value, result.grade.key, result.is_capped) == (Fraction(1, 2), "D", True)
    [cap] = result.caps
    assert cap.question_key == "contrat-ecrit"
    assert "plafonné à 50 %" in cap.reason.text % cap.reason.values


@pytest.mark.parametrize(
    "zero", [{"answered": False}, {"verdict": AnswerVerdict.TO_CORRECT}, {"not_applicable": True}, {"mark": 0.0}]
)
def test_a_critical_question_caps_by_silence_verdict_or_unjustified_refusal_too(zero):
    sheet = [yes("a", 5), yes("b", critical=True, **zero)]
    assert score(sheet, SCALE, TODAY).value == Fraction(1, 2)


@pytest.mark.parametrize("spared", [{"mark": 0.5}, {"not_applicable": True, "justified": True}])
def test_a_critical_question_half_met_or_rightly_out_of_scope_does_not_cap(spared):
    assert not score([yes("a", 5), yes("b", critical=True, **spared)], SCALE, TODAY).caps


def test_a_cap_above_the_level_is_named_but_changes_nothing():
    result = score([yes("a"), ScoredQuestion("b", "s", 3, True, 0.0)], SCALE, TODAY)
    assert (result.value, len(result.caps), result.is_capped) == (Fraction(1, 4), 1, False)


@pytest.mark.parametrize(
    ("good", "bad", "grade"), [(9, 1, "A"), (3, 1, "B"), (3, 2, "C"), (2, 3, "D"), (1, 4, "E"), (0, 1, "E")]
)
def test_a_level_exactly_on_a_threshold_reaches_the_grade(good, bad, grade):
    sheet = [yes(f"y{n}") for n in range(good)] + [yes(f"n{n}", mark=0.0) for n in range(bad)]
    assert score(sheet, SCALE, TODAY).grade.key == grade


def test_a_level_just_under_a_threshold_is_shown_under_it():
    # Rounded, 74.999 % would print as 75.00 % beside a C.
    assert score([yes("a", mark=0.74999)], SCALE, TODAY).basis_points == 7499
    assert score([yes("a", mark=0.74999)], SCALE, TODAY).grade.key == "C"


def test_a_sheet_where_nothing_applies_has_no_grade():
    for sheet in ([], [yes("a", not_applicable=True, justified=True)]):
        result = score(sheet, SCALE, TODAY)
        assert (result.grade, result.value, result.coverage, result.basis_points) == (None, 0, 1, 0)
        assert best_improvements(sheet, SCALE, TODAY) == ()


def test_yes_to_everything_without_a_proof_is_not_the_best_grade():
    # The socle's proportion: 14 questions of 36 ask for a proof. (22 + 14 × 0.6) / 36 = 0.844
    sheet = [yes(f"q{n}", evidence_requested=n < 14) for n in range(36)]
    assert score(sheet, SCALE, TODAY).grade.key == "B"


def test_impossible_input_is_refused():
    with pytest.raises(ValueError, match="weight 6"):
        yes("q", 6)
    with pytest.raises(ValueError, match=r"mark 1\.5"):
        yes("q", mark=1.5)
    with pytest.raises(ValueError, match="twice"):
        score([yes("q"), yes("q")], SCALE, TODAY)


def test_the_best_of_several_proofs_counts():
    supplied, expired = proof(StandingKind.SUPPLIED), proof(StandingKind.EXPIRED)
    worn, rejected = proof(StandingKind.VERIFIED, "0.80"), proof(StandingKind.REJECTED)
    assert rules.best_evidence([expired, worn, supplied, rejected], SCALE) is supplied
    assert rules.best_evidence([expired, rejected], SCALE) is rejected
    assert rules.best_evidence([], SCALE) is None


def test_residual_risk_is_what_the_guarantees_leave():
    assert rules.residual(5, 0) == 50_000
    assert rules.residual(5, 10_000) == 0
    assert rules.residual(3, 6545) == 10_365  # 3 × 0.3455 = 1.0365
    with pytest.raises(ValueError, match="inherent 6"):
        rules.residual(6, 0)


def test_the_riskier_the_vendor_the_sooner_the_next_audit():
    months = [rules.review_interval_months(tier, SCALE) for tier in ("critique", "eleve", "moyen", "faible")]
    assert months == [6, 12, 24, 36]


# --- promises

marks = st.none() | st.decimals(0, 1, places=2) | st.sampled_from([0.0, 0.5, 1.0])
dates = st.dates(date(2022, 1, 1), date(2028, 12, 31))
standings = st.builds(
    standing,
    st.builds(
        EvidenceFacts,
        st.none() | dates,
        st.none() | dates,
        st.sampled_from(EvidenceVerdict),
        st.none() | st.integers(1, 36),
    ),
    st.just(TODAY),
)
questions = st.builds(
    ScoredQuestion,
    st.uuids().map(str),
    st.sampled_from(["a", "b", "c"]),
    st.integers(1, 5),
    st.booleans(),
    marks,
    answered=st.booleans() | st.just(True),
    not_applicable=st.booleans(),
    justified=st.booleans(),
    evidence_requested=st.booleans(),
    evidence=st.none() | standings,
    verdict=st.none() | st.sampled_from(AnswerVerdict),
    required=st.booleans(),
)
sheets = st.lists(questions, min_size=1, max_size=12, unique_by=lambda item: item.question_key)


@given(sheets)
def test_the_terms_add_up_to_the_level_before_the_cap(sheet):
    result = score(sheet, SCALE, TODAY)
    for term in result.terms:
        if term.mark is not None:
            assert term.contribution == term.weight * term.mark * term.multiplier * term.freshness
    assert sum(Fraction(term.contribution) for term in result.terms) == Fraction(result.contribution)
    assert result.before_cap * sum(term.maximum for term in result.terms) == Fraction(result.contribution)
    assert 0 <= result.value <= result.before_cap <= 1


@given(sheets, st.data())
def test_a_better_answer_never_lowers_the_level(sheet, data):
    place = data.draw(st.integers(0, len(sheet) - 1))
    item = sheet[place]
    sheet[place] = replace(item, mark=item.mark or 0.0, answered=item.answered or item.mark is not None)
    better = replace(
        sheet[place],
        mark=data.draw(st.decimals(Decimal(str(sheet[place].mark)), 1, places=2)),
        answered=sheet[place].answered or sheet[place].required,
    )
    improved = [*sheet[:place], better, *sheet[place + 1 :]]
    assert score(improved, SCALE, TODAY).value >= score(sheet, SCALE, TODAY).value


@given(sheets, st.data(), standings)
def test_adding_a_verified_proof_never_lowers_the_level(sheet, data, other):
    place = data.draw(st.integers(0, len(sheet) - 1))
    verified = replace(other, kind=StandingKind.VERIFIED)
    held = [sheet[place].evidence] if sheet[place].evidence else []
    proven = replace(sheet[place], evidence=rules.best_evidence([*held, verified], SCALE))
    improved = [*sheet[:place], proven, *sheet[place + 1 :]]
    assert score(improved, SCALE, TODAY).value >= score(sheet, SCALE, TODAY).value


@given(sheets, st.data())
def test_a_kinder_verdict_never_lowers_the_level(sheet, data):
    place = data.draw(st.integers(0, len(sheet) - 1))
    given_verdicts = [replace(sheet[place], verdict=verdict) for verdict in reversed(AnswerVerdict)]
    values = [score([*sheet[:place], item, *sheet[place + 1 :]], SCALE, TODAY).value for item in given_verdicts]
    if not sheet[place].not_applicable and sheet[place].answered:
        assert values == sorted(values)


@given(sheets)
def test_a_sheet_is_worth_the_same_in_any_order(sheet):
    assert score(sheet, SCALE, TODAY).value == score(sheet[::-1], SCALE, TODAY).value


# --- what would move the grade


def test_the_three_best_single_changes_are_named_best_first():
    sheet = [
        yes("prouve", 5, evidence_requested=True, evidence=proof(StandingKind.VERIFIED)),  # nothing to gain
        yes("non", 4, mark=0.0),  # + 4
        yes("declare", 5, evidence_requested=True),  # 3 → 5: + 2
        yes("fourni", 2, evidence_requested=True, evidence=proof(StandingKind.SUPPLIED)),  # 1.7 → 2: + 0.3
        yes("perime", 3, evidence_requested=True, evidence=proof(StandingKind.EXPIRED)),  # 1.5 → 3: + 1.5
    ]
    # 5 + 0 + 3 + 1.7 + 1.5 = 11.2 of 19 = 58.9 %: D
    assert score(sheet, SCALE, TODAY).grade.key == "D"
    found = best_improvements(sheet, SCALE, TODAY)
    assert [(mover.question_key, mover.change) for mover in found] == [
        ("non", ImprovementKind.ANSWER),
        ("declare", ImprovementKind.PROVE),
        ("perime", ImprovementKind.RENEW),
    ]
    assert [mover.value for mover in found] == [Fraction(152, 190), Fraction(132, 190), Fraction(127, 190)]
    assert [(mover.grade.key, mover.moves_grade) for mover in found] == [("B", True), ("C", True), ("C", True)]
    assert str(found[0].effect) == "La note passe de D à B."
    everything = best_improvements(sheet, SCALE, TODAY, n=10)
    assert [mover.question_key for mover in everything] == ["non", "declare", "perime", "fourni"]
    assert everything[-1].change is ImprovementKind.VERIFY
    assert everything[-1].value == Fraction(115, 190)


def test_a_change_that_leaves_the_grade_says_so():
    sheet = [*(yes(f"q{n}", 5) for n in range(8)), yes("non", 1, mark=0.0)]
    [only] = best_improvements(sheet, SCALE, TODAY)
    assert (only.moves_grade, only.gain) == (False, Fraction(1, 41))
    assert str(only.effect) == "Le niveau monte, la note reste A."


def test_the_change_that_lifts_a_cap_comes_first_even_for_few_points():
    sheet = [yes("a", 5), yes("b", 5, mark=0.0), ScoredQuestion("critique", "s", 1, True, 0.0)]
    # 5 of 11 = 45 % before the cap; lifting it: 6 of 11 = 54.5 %; the heavy question alone stops at 50 %.
    first, second = best_improvements(sheet, SCALE, TODAY)
    assert (first.question_key, first.value) == ("critique", Fraction(6, 11))
    assert (second.question_key, second.value) == ("b", Fraction(1, 2))


def test_under_two_caps_no_single_change_moves_the_level_and_each_says_it():
    sheet = [yes("a", 5), *(ScoredQuestion(f"critique{n}", "s", 1, True, 0.0) for n in (1, 2)), yes("b", 2, mark=0.5)]
    found = best_improvements(sheet, SCALE, TODAY)
    assert [mover.question_key for mover in found] == ["critique1", "critique2", "b"]
    assert {(mover.gain, mover.moves_grade) for mover in found} == {(0, False)}
    assert str(found[0].effect) == "La note reste D, plafonnée par une autre question critique."


def test_an_unjustified_not_applicable_asks_for_its_justification_and_a_refused_one_for_an_answer():
    sheet = [yes("a"), yes("muet", not_applicable=True)]
    [mover] = best_improvements(sheet, SCALE, TODAY)
    assert (mover.change, mover.value) == (ImprovementKind.JUSTIFY, 1)
    refused = [yes("a"), yes("b", not_applicable=True, justified=True, verdict=AnswerVerdict.TO_CORRECT)]
    assert best_improvements(refused, SCALE, TODAY)[0].change is ImprovementKind.ANSWER


@given(sheets)
def test_each_change_alone_brings_exactly_the_level_it_announces(sheet):
    now = score(sheet, SCALE, TODAY)
    found = best_improvements(sheet, SCALE, TODAY, n=len(sheet))
    assert len({mover.question_key for mover in found}) == len(found)
    assert [mover.value for mover in found] == sorted((mover.value for mover in found), reverse=True)
    fresh = proof(StandingKind.VERIFIED)
    for mover in found:
        [place] = [place for place, item in enumerate(sheet) if item.question_key == mover.question_key]
        done = {
            ImprovementKind.ANSWER: {"not_applicable": False, "answered": True, "mark": 1.0, "verdict": None},
            ImprovementKind.JUSTIFY: {"justified": True, "verdict": None},
        }.get(mover.change, {"evidence": fresh})
        after = score([*sheet[:place], replace(sheet[place], **done), *sheet[place + 1 :]], SCALE, TODAY)
        assert mover.value == after.value
        assert mover.gain == after.value - now.value >= 0
        assert after.grade is None or mover.grade == after.grade


# --- what real cases show


@given(st.sampled_from([*AnswerVerdict]) | st.none(), st.floats(0, 1))
def test_what_real_cases_show_against_an_answer_makes_it_zero_whatever_was_declared_or_judged(verdict, mark):
    shown = say("Mesuré.")
    item = yes("refus", 3, mark=mark, verdict=verdict, measured=shown, evidence_requested=True)
    [term] = score([item], SCALE, TODAY).terms
    assert (term.contribution, term.maximum, term.reasons) == (0, 3, (shown,))


def test_what_was_not_answered_or_does_not_apply_stays_so_whatever_is_measured():
    silent, out = (
        ScoredQuestion("silence", "s", 2, answered=False, measured=say("Mesuré.")),
        ScoredQuestion("sans-objet", "s", 2, not_applicable=True, justified=True, measured=say("Mesuré.")),
    )
    terms = score([silent, out], SCALE, TODAY).terms
    assert [term.maximum for term in terms] == [2, 0]
    assert say("Mesuré.") not in terms[0].reasons + terms[1].reasons


def test_an_answer_that_nobody_waits_for_counts_in_neither_figure_of_coverage():
    asked, offered = yes("a"), yes("b", required=False)
    silent = ScoredQuestion("c", "s", 1, answered=False)
    found = score([asked, offered, silent], SCALE, TODAY)
    assert (found.answered, found.expected) == (1, 2)
    assert found.coverage == Fraction(1, 2)
