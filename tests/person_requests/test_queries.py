"""What the database counts of requests is what their rule says of each."""

from datetime import timedelta
from itertools import product

import pytest

from portal.authz.policy import Role
from portal.core.stored import StoredFile
from portal.person_requests import queries
from portal.person_requests.rules.life import RequestState
from portal.person_requests.rules.standing import AnswerFacts, counted
from tests.factories.requests import recorded
from tests.factories.world import vendor_of

pytestmark = pytest.mark.both_databases


def test_answered_in_time_is_counted_by_the_database_as_by_its_rule(session, acting):
    """Each state, by each way that an answer stands against its term, with a proof, an empty one and none."""
    dpo = acting(Role.DPO)
    model = recorded(dpo, vendor_of(session))
    start, due = dpo.today - timedelta(days=40), dpo.today - timedelta(days=10)
    days = (None, start - timedelta(days=1), start, due, due + timedelta(days=1))
    sizes = {None: None}
    for size in (0, 900):
        file = StoredFile(
            key=f"ab/cd/{size}", sha256=f"{size:064}", size=size, media_type="application/pdf", filename="p.pdf",
            created_at=dpo.now,
        )  # fmt: skip
        session.add(file)
        session.flush()
        sizes[size] = file.id
    columns = {column.key: getattr(model, column.key) for column in type(model).__table__.columns}
    facts = []
    terms = (due, dpo.today, dpo.today + timedelta(days=5))
    for state, told_on, size, ends in product(RequestState, days, sizes, terms):
        given = {"state": state, "told_on": told_on, "proof_id": sizes[size], "due_on": ends, "reached_us_on": start,
                 "counts_from_vendor": False}  # fmt: skip
        session.add(type(model)(**{name: value for name, value in columns.items() if name != "id"} | given))
        facts.append(AnswerFacts(state, start, ends, told_on, size))
    session.delete(model)
    session.flush()
    assert queries.punctuality_of_year(dpo) == counted(facts, dpo.today)


def test_a_page_of_requests_is_read_in_the_order_of_its_index(session, acting, plans):
    """All of them were put in order to show twenty-five; who waits comes first, the soonest due."""
    dpo, vendor = acting(Role.DPO), vendor_of(session)
    late, soon, done, dropped = (recorded(dpo, vendor) for _ in range(4))
    late.due_on, done.due_on = dpo.today + timedelta(days=200), dpo.today
    soon.state, done.state, dropped.state = RequestState.WORKING, RequestState.CLOSED, RequestState.DROPPED
    session.flush()
    plans.clear()
    found = queries.request_page(dpo, None, 1)
    assert [row.id for row in found.rows] == [soon.id, late.id, done.id, dropped.id]
    assert found.total == 4
    assert "ix_person_request_listed" in plans[0]
    assert "TEMP B-TREE" not in plans[0]
    plans.clear()
    assert [row.id for row in queries.request_page(dpo, RequestState.WORKING, 1).rows] == [soon.id]
    assert "TEMP B-TREE FOR ORDER BY" not in plans[0], "those due on one day alone are put in order"


def test_who_waits_is_listed_first_on_each_database(session, acting):
    dpo, vendor = acting(Role.DPO), vendor_of(session)
    made = [recorded(dpo, vendor) for _ in RequestState]
    for request, state in zip(made, RequestState, strict=True):
        request.state, request.due_on = state, dpo.today - timedelta(days=len(state))
    session.flush()
    rows = queries.request_page(dpo, None, 1).rows
    assert [row.state.is_waiting for row in rows] == sorted((state.is_waiting for state in RequestState), reverse=True)
