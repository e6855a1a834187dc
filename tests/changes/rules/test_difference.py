"""What is new, what goes, what changes country, and what its transfers would come to."""

from datetime import date

import pytest

from portal.chain.rules.transfer_tools import TransferGround, TransferStanding, TransferTool
from portal.changes.rules.difference import AnnouncedMove, HeldCompany, MoveOutcome, effects_of
from portal.changes.rules.life import MoveKind
from portal.vendors.reference import atlas

HELD = [
    HeldCompany(1, ("Acme Cloud Ltd", "Acme"), ("IE",)),
    HeldCompany(2, ("Beta Mail",), ("US",), (TransferGround("US", TransferTool.CLAUSES),)),
]
ON = date(2026, 11, 28)


def effects(*moves):
    return [(one.name, one.outcome, one.standing) for one in effects_of(moves, HELD, atlas(), ON)]


def test_a_company_that_nobody_knew_is_new_and_red_without_a_tool():
    assert effects(AnnouncedMove(MoveKind.ADD, "Gamma", country="US")) == [
        ("Gamma", MoveOutcome.NEW, TransferStanding.BARE)
    ]
    assert effects(AnnouncedMove(MoveKind.ADD, "Gamma", country="US", tool=TransferTool.CLAUSES)) == [
        ("Gamma", MoveOutcome.NEW, TransferStanding.FRAMED)
    ]


def test_a_company_of_unknown_country_has_no_standing_at_all():
    [found] = effects_of([AnnouncedMove(MoveKind.ADD, "Gamma")], HELD, atlas(), ON)
    assert found.standing is None
    assert found.lacks_country
    assert not found.is_red


def test_another_spelling_of_a_company_of_the_chain_is_that_company():
    assert effects(AnnouncedMove(MoveKind.ADD, "ACME CLOUD", country="IE"))[0][1] is MoveOutcome.KNOWN
    assert effects(AnnouncedMove(MoveKind.ADD, "Acme", country="DE"))[0][1] is MoveOutcome.MOVED


def test_what_is_recorded_carries_a_company_that_stays_where_it_is():
    assert effects(AnnouncedMove(MoveKind.MOVE, "Beta Mail"))[0][2] is TransferStanding.FRAMED


def test_a_replacement_is_one_that_comes_and_one_that_goes():
    move = AnnouncedMove(MoveKind.REPLACE, "Gamma", replaces="Acme Cloud Limited", country="FR")
    assert effects(move) == [
        ("Gamma", MoveOutcome.NEW, TransferStanding.INSIDE), ("Acme Cloud Limited", MoveOutcome.GOES, None),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [MoveKind.REMOVE])
def test_a_company_that_was_never_there_does_not_leave(kind):
    assert effects(AnnouncedMove(kind, "Omega")) == [("Omega", MoveOutcome.NOT_THERE, None)]
