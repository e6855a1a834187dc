from datetime import timedelta

import pytest

from portal.authz.policy import Role
from portal.contracts import services
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractOrigin, ContractState, CopyReading
from portal.core.language import Language
from portal.core.translation import translate
from portal.dashboard.contract_todos import contract_todos
from portal.vendors.rules.status import VendorStatus
from tests.conftest import NOW
from tests.factories.signing import agreed, opened, with_seal_key
from tests.factories.world import vendor_of

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@pytest.fixture
def lawyer(acting):
    return acting(Role.LEGAL)


def contract(session, vendor, state, **facts):
    row = Contract(
        key=f"c-{vendor.id}-{state.value}", vendor_id=vendor.id, template_key="dpa", title=f"Accord {vendor.name}",
        state=state, origin=ContractOrigin.DRAFTED, created_at=NOW, **facts,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def told(ctx):
    return [
        (" ".join(translate(one.title, Language.FR).split()), one.endpoint, one.tone) for one in contract_todos(ctx)
    ]


def test_a_vendor_at_risk_without_a_contract_comes_first_and_a_draft_is_no_contract(session, lawyer):
    drafted, bare = vendor_of(session, name="Drafted", inherent=4), vendor_of(session, name="Bare", inherent=5)
    contract(session, drafted, ContractState.DRAFT)
    contract(session, vendor_of(session, name="Light", tier=None, inherent=1), ContractState.WITH_VENDOR)
    assert sorted(told(lawyer)[:2]) == [
        ("Bare : à risque, sans contrat en vigueur", "vendors.show", "danger"),
        ("Drafted : à risque, sans contrat en vigueur", "contracts.show", "danger"),
    ]
    assert told(lawyer)[2:] == [("Light : réponse attendue sur le contrat", "contracts.show", "info")]
    assert bare.id


def test_the_draft_of_a_bare_vendor_is_found_behind_any_number_of_others(session, lawyer):
    for n in range(12):
        contract(session, vendor_of(session, name=f"V{n}", status=VendorStatus.PROSPECT), ContractState.DRAFT)
    contract(session, vendor_of(session, name="Last", inherent=4), ContractState.AGREED)
    assert told(lawyer)[0] == ("Last : à risque, sans contrat en vigueur", "contracts.show", "danger")
    assert len(told(lawyer)) == 6


def test_a_text_with_its_signatories_is_followed_and_not_to_be_handed_to_them(session, lawyer, monkeypatch, tmp_path):
    with_seal_key(lawyer, monkeypatch, tmp_path)
    made = agreed(lawyer)
    assert [one.endpoint for one in contract_todos(lawyer)] == ["contracts.show"]
    opened(lawyer, made)
    (one,) = contract_todos(lawyer)
    assert one.endpoint == "contracts.signing"
    assert "en cours de signature" in translate(one.title, Language.FR) + translate(one.detail, Language.FR)


@pytest.mark.parametrize(("days", "expected"), [(60, 1), (61, 0)])
def test_what_ends_within_sixty_days_is_told_and_what_nobody_read(session, lawyer, days, expected):
    vendor = vendor_of(session, name="Acme", tier=None, inherent=1)
    ends = NOW.date() + timedelta(days=days)
    contract(session, vendor, ContractState.IN_FORCE, expires_on=ends, copy_reading=CopyReading.READ)
    assert len(told(lawyer)) == expected
    unread = vendor_of(session, name="Unread", tier=None, inherent=1)
    contract(session, unread, ContractState.IN_FORCE, copy_reading=CopyReading.UNREADABLE)
    assert ("Unread : copie signée à lire", "contracts.show", "warning") in told(lawyer)


@pytest.mark.parametrize("role", [Role.BUYER, Role.MANAGEMENT, Role.EXPERT, Role.ADMIN])
def test_who_drafts_nothing_is_told_nothing(session, acting, role):
    contract(session, vendor_of(session), ContractState.DRAFT)
    assert told(acting(role)) == []


def test_a_clause_proposed_waits_for_the_second_person_and_not_for_its_author(session, acting, lawyer):
    services.propose_retirement(lawyer, "CL30", "Plus en usage.")
    waiting = ("Bibliothèque de clauses : relire ce qui est proposé sur CL30", "contracts.proposal", "info")
    assert waiting in told(acting(Role.DPO))
    assert waiting not in told(lawyer)
    assert waiting not in told(acting(Role.BUYER))


def test_the_number_of_statements_does_not_grow(session, lawyer, statements):
    for n in range(8):
        contract(session, vendor_of(session, name=f"V{n}", inherent=4), ContractState.DRAFT)
    statements.clear()
    list(contract_todos(lawyer))
    assert len(statements) == 6, "\n".join(statements)
