import itertools

import pytest

from portal.vendors.rules.status import MOVES, VendorStatus, move_problem


@pytest.mark.parametrize("status", list(VendorStatus))
def test_staying_is_no_move(status):
    assert move_problem(status, status) is None


@pytest.mark.parametrize(("current", "wanted"), list(itertools.permutations(VendorStatus, 2)))
def test_a_move_is_allowed_or_refused_with_a_sentence(current, wanted):
    refusal = move_problem(current, wanted)
    assert (refusal is None) == (wanted in MOVES[current])
    assert refusal is None or str(refusal).endswith(".")


def test_an_active_vendor_never_leaves_without_its_exit_being_worked():
    assert "art.\u00a028(3)(g)" in str(move_problem(VendorStatus.ACTIVE, VendorStatus.OFFBOARDED))
    assert move_problem(VendorStatus.SUSPENDED, VendorStatus.OFFBOARDED)


def test_every_status_can_be_reached_from_the_first_talk_and_left():
    reached, front = {VendorStatus.PROSPECT}, [VendorStatus.PROSPECT]
    while front:
        front = [status for current in front for status in MOVES[current] if status not in reached]
        reached.update(front)
    assert reached == set(VendorStatus)
    assert all(MOVES[status] for status in VendorStatus)
