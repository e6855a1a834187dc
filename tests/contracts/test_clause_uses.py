"""Where clauses serve: contracts in force and drafts, on today's text or on another one."""

from datetime import date

import pytest
from sqlalchemy import func, select

from portal.authz.policy import Role
from portal.contracts import clause_uses, library, services
from portal.contracts.models import ClauseSet, Contract
from portal.contracts.rules.life import ContractState, CopyReading
from portal.core.language import Language
from tests.factories.desk import drafted, matter

FR = Language.FR
TODAY = {clause.key: clause.sha256 for clause in library.cached().clauses}
pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]


def use_of(ctx, key="CL18", **today):
    return clause_uses.clause_uses(ctx, {**TODAY, **today})[key]


def test_a_draft_is_counted_once_however_many_versions_it_has(ctx, session):
    contract, _version = drafted(ctx, matter(session), FR)
    services.draft_version(ctx, contract, FR)
    session.flush()
    assert (use_of(ctx).in_force, use_of(ctx).drafts, use_of(ctx).older) == (0, 1, 0)
    assert session.scalar(select(func.count()).select_from(ClauseSet)) == 1, "one set for the same clauses"


def test_only_what_is_in_force_with_a_copy_that_was_read_counts_as_in_force(ctx, session):
    contract, _version = drafted(ctx, matter(session), FR)
    counted = []
    for state, reading in (
        (ContractState.SIGNED, CopyReading.READ),
        (ContractState.IN_FORCE, CopyReading.WAITING),
        (ContractState.IN_FORCE, CopyReading.VOUCHED),
        (ContractState.DISCARDED, None),
    ):
        contract.state, contract.copy_reading = state, reading
        session.flush()
        counted.append((use_of(ctx).in_force, use_of(ctx).drafts))
    assert counted == [(0, 0), (0, 0), (1, 0), (0, 0)]


def test_a_contract_on_another_text_is_told_apart(ctx, session):
    drafted(ctx, matter(session), FR)
    use = use_of(ctx, CL18="another text")
    assert (use.drafts, use.older) == (1, 1)
    assert use_of(ctx, key="CL06", CL18="another text").older == 0


def test_contracts_out_of_reach_are_not_counted(acting, ctx, session):
    contract, _version = drafted(ctx, matter(session), FR)
    buyer = acting(Role.BUYER)
    assert use_of(buyer).drafts == 0
    assert clause_uses.contracts_holding(buyer, "CL18").total == 0
    [row] = clause_uses.contracts_holding(ctx, "CL18").rows
    assert (row.contract.id, row.held.version) == (contract.id, library.cached().clause["CL18"].version)
    assert clause_uses.contracts_holding(ctx, "CL99").total == 0


def test_counting_costs_two_statements_however_many_contracts(ctx, session, statements):
    contract, _version = drafted(ctx, matter(session), FR)
    for number in range(30):
        session.add(
            Contract(
                key=f"autre-{number}", vendor_id=contract.vendor_id, template_key="dpa", title="Autre",
                clause_set_id=contract.clause_set_id, created_at=ctx.now, effective_on=date(2026, 1, 1),
            )
        )  # fmt: skip
    session.flush()
    statements.clear()
    assert use_of(ctx).drafts == 31
    assert len(statements) == 2


def test_contracts_are_counted_in_an_index_and_none_is_opened(ctx, session, plans):
    """Ten thousand contracts were opened to be counted: two thirds of the page of the library."""
    drafted(ctx, matter(session), FR)
    plans.clear()
    assert use_of(ctx).drafts == 1
    assert "COVERING INDEX ix_contract_clause_set" in plans[0]
    assert "TEMP B-TREE" not in plans[0]
