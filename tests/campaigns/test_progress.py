"""How far a wave has come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.audits.rules import AuditState
from portal.campaigns.rules import LEFT_OUT, STAGES, wave_progress

counted = st.dictionaries(st.sampled_from([*STAGES, *LEFT_OUT]), st.integers(0, 10_000))


def test_the_stages_are_the_states_an_audit_can_be_in():
    assert sorted([*STAGES, *LEFT_OUT]) == sorted(AuditState)


def test_each_stage_counts_those_that_went_beyond_it():
    board = wave_progress({"ouvert": 40, "en_cours": 30, "a_completer": 10, "soumis": 15, "accepte": 5, "annule": 3})
    assert board.total == 100
    assert dict(board.reached) == {"ouvert": 100, "en_cours": 60, "a_completer": 30, "soumis": 20, "accepte": 5}
    assert (board.left_out, board.basis_points) == (3, 500)
    assert str(board.headline).replace("\u202f", " ") == "Réponses reçues : 20 sur 100 ; acceptées : 5"


def test_a_wave_of_nobody_is_at_zero():
    assert wave_progress({}).basis_points == 0
    assert wave_progress({"annule": 4}).total == 0


def test_an_unknown_state_is_refused_rather_than_lost():
    with pytest.raises(ValueError, match="perdu"):
        wave_progress({"ouvert": 1, "perdu": 2})


@given(counted)
def test_the_funnel_only_narrows_and_is_full_only_when_all_are_accepted(counts):
    board = wave_progress(counts)
    numbers = list(board.reached.values())
    assert numbers == sorted(numbers, reverse=True)
    assert board.total + board.left_out == sum(counts.values())
    assert (board.basis_points == 10_000) == (board.total > 0 and counts.get("accepte", 0) == board.total)
