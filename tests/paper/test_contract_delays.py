"""Each contract in force holds its delays, quoted; unknown stays unknown."""

import pytest

from portal.authz.policy import Role
from portal.contracts.rules.life import ContractState, CopyReading
from portal.core.errors import Forbidden, Refused
from portal.paper.contract_delays import delays_in_force, delays_of
from portal.paper.rules.contract_delays import DelayFigure, DelayKind, DelaySource, DelayUnit
from portal.paper.rules.folding import fold
from portal.paper.services import DelayWord, confirm_delay
from tests.factories.delays import READ, SENTENCE, drafted_contract, received_contract, unread_contract
from tests.factories.signatures import signed_contract_of
from tests.factories.world import vendor_of

DAYS_30 = DelayFigure(30, DelayUnit.DAYS)


@pytest.fixture
def dpo(acting):
    return acting(Role.DPO)


def objection(ctx, vendor):
    return delays_in_force(ctx, [vendor.id], [DelayKind.OBJECTION])


def test_a_clause_drafted_here_is_quoted_from_its_own_text(session, ctx):
    vendor = vendor_of(session)
    drafted_contract(session, vendor)
    [found] = objection(ctx, vendor)
    assert (found.figure, fold(found.quote), found.source) == (DAYS_30, fold(SENTENCE), DelaySource.DRAFTED)
    assert not found.is_confirmed


def test_a_contract_received_is_quoted_with_the_days_it_counts(session, ctx):
    vendor = vendor_of(session)
    received_contract(session, vendor, (READ, 10.0))
    [found] = objection(ctx, vendor)
    assert (found.figure, found.source) == (DelayFigure(10, DelayUnit.WORKING_DAYS), DelaySource.READ)


def test_two_figures_read_are_unknown_until_a_person_says_which(session, ctx):
    vendor = vendor_of(session)
    received_contract(session, vendor, (READ, 10.0), ("dans les 30 jours", 30.0))
    [found] = objection(ctx, vendor)
    assert not found.is_known
    assert [one.figure.number for one in found.candidates] == [10, 30]


@pytest.mark.parametrize("facts", [{"state": ContractState.DRAFT}, {"copy_reading": CopyReading.UNREADABLE}])
def test_a_contract_that_does_not_hold_says_nothing(session, ctx, facts):
    vendor = vendor_of(session)
    drafted_contract(session, vendor, **facts)
    assert objection(ctx, vendor) == []


def test_a_contract_that_nobody_has_read_is_there_and_unknown(session, ctx):
    vendor = vendor_of(session)
    unread_contract(session, vendor)
    assert [(one.kind, one.is_known, one.source) for one in delays_in_force(ctx, [vendor.id])] == [
        (kind, False, None) for kind in DelayKind
    ]


def test_an_amendment_says_it_for_its_contract_and_a_silent_one_changes_nothing(session, ctx):
    vendor = vendor_of(session)
    first = drafted_contract(session, vendor)
    unread_contract(session, vendor, parent_id=first.id)
    [found] = objection(ctx, vendor)
    assert (found.figure, found.document_id) == (DAYS_30, first.id)
    second = drafted_contract(session, vendor, SENTENCE.replace("trente (30)", "dix (10)"), parent_id=first.id)
    [found] = objection(ctx, vendor)
    assert (found.figure.number, found.contract_id, found.document_id) == (10, first.id, second.id)


def test_what_a_person_confirms_counts_with_their_name(session, dpo):
    vendor = vendor_of(session)
    row = received_contract(session, vendor, (READ, 10.0), ("dans les 30 jours", 30.0))
    figure = DelayFigure(10, DelayUnit.WORKING_DAYS)
    confirm_delay(dpo, row, DelayKind.OBJECTION, DelayWord(figure, READ))
    [found] = objection(dpo, vendor)
    assert (found.figure, found.confirmed_by, found.is_confirmed) == (figure, dpo.actor.name, True)


@pytest.mark.parametrize(
    "word",
    [
        DelayWord(DAYS_30, ""),
        DelayWord(DAYS_30, READ),
        DelayWord(DelayFigure(10, DelayUnit.DAYS), READ),
        DelayWord(DAYS_30, "The Customer may object within 30 days of receipt."),
    ],
    ids=["no passage", "another number", "another unit", "not in the text"],
)
def test_a_figure_that_its_passage_does_not_write_is_refused(session, dpo, word):
    row = received_contract(session, vendor_of(session))
    with pytest.raises(Refused):
        confirm_delay(dpo, row, DelayKind.OBJECTION, word)


def test_a_contract_that_writes_none_is_known_to_be_silent_and_never_known(session, dpo):
    vendor = vendor_of(session)
    row = received_contract(session, vendor, (READ, 10.0))
    confirm_delay(dpo, row, DelayKind.OBJECTION, DelayWord(None))
    [found] = objection(dpo, vendor)
    assert found.is_silent
    assert not found.is_known


def test_once_another_signature_counts_it_is_to_be_said_again(app, session, dpo):
    vendor = vendor_of(session)
    row = unread_contract(session, vendor)
    confirm_delay(dpo, row, DelayKind.OBJECTION, DelayWord(DAYS_30, "dans les 30 jours"))
    row.signature_id = signed_contract_of(dpo, vendor).id
    session.flush()
    [found] = objection(dpo, vendor)
    assert not found.is_confirmed
    assert not found.is_known


def test_who_may_not_draft_confirms_nothing(session, acting):
    row = received_contract(session, vendor_of(session), (READ, 10.0))
    with pytest.raises(Forbidden):
        confirm_delay(acting(Role.MANAGEMENT), row, DelayKind.OBJECTION, DelayWord(None))


def test_the_page_of_a_document_shows_its_own_delays_whatever_its_state(session, ctx):
    row = drafted_contract(session, vendor_of(session), state=ContractState.DRAFT)
    assert next(one for one in delays_of(ctx, row) if one.kind is DelayKind.OBJECTION).figure == DAYS_30


@pytest.mark.both_databases
def test_a_lawyer_confirms_on_the_page_of_the_contract(as_, session):
    row = received_contract(session, vendor_of(session), (READ, 10.0))
    client = as_(Role.LEGAL)
    page = client.get(f"/contrats-recus/contrat/{row.id}/delais")
    assert "Lu, à confirmer" in page.words
    path = f"/contrats-recus/contrat/{row.id}/delais/opposition"
    client.get(path)
    client.post(path, {"number": "12", "unit": "jours", "quote": READ}, status=422)
    client.post(path, {"number": "10", "unit": "jours_ouvres", "quote": READ})
    assert "Confirmé par" in client.get(f"/contrats-recus/contrat/{row.id}/delais").words
