from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Actor, Role
from portal.identity.models import User
from portal.journal import queries, services
from portal.journal.chain_key import chain_key
from portal.journal.models import JournalEntry
from portal.journal.rules import verify_chain
from tests.conftest import NOW
from tests.factories.people import user_of
from tests.factories.things import Thing

pytestmark = pytest.mark.both_databases


def stored(session):
    session.expire_all()
    return session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()


def actions(session):
    return [entry.action for entry in stored(session)]


def test_an_entry_says_who_did_what_to_what_and_when(session):
    actor = Actor(Role.DPO, 7, "Jeanne Roy")
    services.record(Context(session, actor, NOW), "chose.faite", Thing(3), before={"n": 1}, after={"n": 2}, vendor_id=9)
    session.commit()
    entry = stored(session)[0]
    assert (entry.id, entry.at, entry.actor_id, entry.actor_name, entry.actor_role) == (1, NOW, 7, "Jeanne Roy", "dpo")
    assert (entry.action, entry.object_type, entry.object_id, entry.object_label) == (
        "chose.faite",
        "Thing",
        3,
        "Chose",
    )
    assert (entry.before, entry.after, entry.vendor_id) == ({"n": 1}, {"n": 2}, 9)


def test_the_number_of_a_row_made_in_the_same_transaction_is_known(session, ctx):
    user = User(email="a@exemple.test", name="A", role=Role.DPO, created_at=NOW, recovery_hashes=[])
    session.add(user)
    services.record(ctx, "user.created", user)
    session.commit()
    assert stored(session)[0].object_id == user.id


def test_what_is_rolled_back_is_not_written(session, ctx):
    services.record(ctx, "chose.perdue", Thing())
    session.rollback()
    services.record(ctx, "chose.faite", Thing())
    session.commit()
    assert actions(session) == ["chose.faite"]


def test_what_a_savepoint_undoes_is_not_written_and_the_rest_is(session, ctx):
    services.record(ctx, "chose.avant", Thing())
    savepoint = session.begin_nested()
    services.record(ctx, "chose.perdue", Thing())
    savepoint.rollback()
    services.record(ctx, "chose.après", Thing())
    session.commit()
    assert actions(session) == ["chose.avant", "chose.après"]


def test_a_savepoint_kept_inside_one_undone_is_undone_with_it(session, ctx):
    services.record(ctx, "chose.avant", Thing())
    outer = session.begin_nested()
    with session.begin_nested():
        services.record(ctx, "chose.perdue", Thing())
    outer.rollback()
    session.commit()
    assert actions(session) == ["chose.avant"]


def test_a_failed_insert_inside_a_savepoint_loses_only_its_own_entries(session, ctx):
    taken = user_of(session, Role.DPO)
    services.record(ctx, "chose.avant", Thing())

    def insert_twice():
        with session.begin_nested():
            services.record(ctx, "chose.perdue", Thing())
            session.add(User(email=taken.email, name="B", role=Role.DPO, created_at=NOW, recovery_hashes=[]))
            session.flush()

    with pytest.raises(IntegrityError):
        insert_twice()
    services.record(ctx, "chose.après", Thing())
    session.commit()
    assert actions(session) == ["chose.avant", "chose.après"]


def test_what_a_closed_session_noted_is_not_written_by_the_next_use_of_it(session, ctx):
    services.record(ctx, "chose.perdue", Thing())
    session.close()
    services.record(ctx, "chose.faite", Thing())
    session.commit()
    assert actions(session) == ["chose.faite"]


def test_releasing_a_savepoint_writes_nothing_yet(session, ctx):
    with session.begin_nested():
        services.record(ctx, "chose.faite", Thing())
    assert stored(session) == []
    session.commit()
    assert actions(session) == ["chose.faite"]


def test_the_chain_holds_across_transactions(session, ctx):
    for n in range(3):
        services.record(ctx, f"chose.{n}", Thing())
        services.record(ctx, f"chose.{n}bis", Thing())
        session.commit()
    report = verify_chain(queries.chain(session), key=chain_key())
    assert (report.count, report.broken) == (6, None)


def test_an_instant_given_in_another_zone_is_sealed_as_it_will_be_read(session, ctx):
    paris = NOW.astimezone(timezone(timedelta(hours=1)))
    services.record(replace(ctx, now=paris), "chose.faite", Thing())
    session.commit()
    assert verify_chain(queries.chain(session), key=chain_key()).broken is None


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
    | st.datetimes(timezones=st.just(timezone(timedelta(hours=5, minutes=45)))) | st.dates() | st.sampled_from(Role),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(st.dictionaries(st.text(min_size=1, max_size=10), values, max_size=4))
def test_whatever_is_written_is_read_back_as_it_was_sealed(session, noted):
    """Databases rewrite extreme numbers, drop NUL, reorder keys: none of it may look like a forgery."""
    services.record(Context(session, SYSTEM, NOW), "chose.faite", Thing(), after=noted)
    session.commit()
    session.expire_all()
    assert verify_chain(queries.chain(session), key=chain_key()).broken is None


def test_values_are_written_in_their_plain_form(session, ctx):
    services.record(
        ctx, "chose.faite", Thing(),
        after={"role": Role.DPO, "on": date(2026, 1, 5), "at": NOW, "n": 1.5, "set": {3}, "none": None, "yes": True},
    )  # fmt: skip
    session.commit()
    assert stored(session)[0].after == {
        "role": "dpo", "on": "2026-01-05", "at": "2026-11-24T09:00:00+00:00", "n": 1.5, "set": [3], "none": None,
        "yes": True,
    }  # fmt: skip


def test_long_names_are_cut_to_what_the_table_holds(session):
    actor = Actor(Role.DPO, 1, "N" * 500)
    services.record(Context(session, actor, NOW), "chose.faite", Thing(name="L" * 500))
    session.commit()
    entry = stored(session)[0]
    assert (len(entry.actor_name), len(entry.object_label)) == (200, 300)


def test_changes_sets_what_differs_and_reports_it():
    thing = Thing(1, "Avant")
    assert services.changes(thing, {"name": "Après", "id": 1}) == ({"name": "Avant"}, {"name": "Après"})
    assert thing.name == "Après"
    assert services.changes(thing, {"name": "Après"}) == ({}, {})


def test_writers_at_the_same_moment_never_fork_the_chain(lasting):
    def write(n):
        with lasting.transaction() as session:
            ctx = Context(session, SYSTEM, NOW + timedelta(seconds=n))
            for part in range(3):
                services.record(ctx, f"chose.{n}.{part}", Thing(n))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(18)))
    with lasting.reading() as session:
        report = verify_chain(queries.chain(session), key=chain_key())
    assert (report.count, report.broken) == (54, None)


def test_what_has_a_title_in_every_language_is_called_by_the_french_one(ctx):
    """The journal once said « Version figée : {'fr': … } »."""
    services.record(ctx, "chose.faite", Thing(1, {"fr": "Socle", "en": "Baseline"}))
    ctx.session.commit()
    assert ctx.session.get_one(JournalEntry, 1).object_label == "Socle"
