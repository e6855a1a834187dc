from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, update

from portal.authz.context import Context
from portal.authz.policy import GRANTS, Actor, Permission, Role
from portal.core.errors import Forbidden
from portal.journal import queries, services
from portal.journal.models import JournalEntry
from portal.journal.queries import JournalFilter
from portal.journal.rules import GENESIS, ChainBreak, ChainFault
from tests.factories.people import user_of
from tests.factories.tampering import tamper
from tests.factories.things import Thing

pytestmark = pytest.mark.both_databases

FOURTH = update(JournalEntry).where(JournalEntry.id == 4)


def labels(page):
    return [row.object_label for row in page.rows]


def test_the_newest_entries_come_first_fifty_a_page(ctx, written):
    written(120)
    page = queries.entries(ctx, JournalFilter(), page=2)
    assert (len(page.rows), page.total, page.rows[0].id) == (50, 120, 70)
    assert [row.id for row in queries.entries(ctx, JournalFilter(), page=3).rows][-1] == 1
    assert queries.entries(ctx, JournalFilter(), page=4).rows == []


@pytest.mark.parametrize("role", list(Role))
def test_only_roles_that_may_read_the_journal_do(session, role):
    ctx = Context(session, Actor(role, 1), datetime(2026, 11, 24, tzinfo=UTC))
    reads = (
        lambda: queries.entries(ctx, JournalFilter()),
        lambda: queries.head(ctx),
        lambda: queries.verify(ctx),
        lambda: queries.verify_end(ctx),
    )
    for read in reads:
        if Permission.JOURNAL_VIEW in GRANTS.get(role, {}):
            read()
        else:
            with pytest.raises(Forbidden):
                read()


def test_words_are_looked_for_in_who_and_in_what_without_wildcards(ctx):
    account = user_of(ctx.session, Role.DPO, name="Jeanne Roy")
    person = replace(ctx, actor=Actor(Role.DPO, account.id, account.name, account.email))
    services.record(person, "chose.faite", Thing(1, "Acme 100%"))
    services.record(ctx, "chose.faite", Thing(2, "Autre"))
    ctx.session.commit()
    assert labels(queries.entries(ctx, JournalFilter(words="jeanne"))) == ["Acme 100%"]
    assert labels(queries.entries(ctx, JournalFilter(words="0%"))) == ["Acme 100%"]
    assert labels(queries.entries(ctx, JournalFilter(words="%"))) == ["Acme 100%"]


def test_a_family_is_the_whole_first_word_of_the_action(ctx):
    for action in ("user.created", "user_group.created", "vendor.created"):
        services.record(ctx, action, Thing(name=action))
    ctx.session.commit()
    assert labels(queries.entries(ctx, JournalFilter(family="user"))) == ["user.created"]
    assert labels(queries.entries(ctx, JournalFilter(family="user_"))) == []


def test_days_are_days_in_paris_both_included(ctx):
    for instant in ("2026-06-30T21:59", "2026-06-30T22:00", "2026-07-01T21:59", "2026-07-01T22:00"):
        at = datetime.fromisoformat(instant + ":00+00:00")
        services.record(replace(ctx, now=at), "chose.faite", Thing(name=instant))
    ctx.session.commit()
    day = date(2026, 7, 1)
    assert labels(queries.entries(ctx, JournalFilter(since=day, until=day))) == ["2026-07-01T21:59", "2026-06-30T22:00"]


def test_entries_of_a_vendor_are_found_by_it(ctx, written):
    written(2, vendor_id=4)
    written(1)
    assert queries.entries(ctx, JournalFilter(vendor_id=4)).total == 2


def test_an_objects_history_is_its_own(ctx, written):
    written(3)
    written(3)
    assert [entry.id for entry in queries.history(ctx, "Thing", 2)] == [5, 2]
    assert [entry.id for entry in queries.history(ctx, "Thing", 2, limit=1)] == [5]
    assert queries.history(ctx, "Autre", 2) == []


def test_the_head_is_that_of_the_last_entry_and_known_before_the_first(ctx, written):
    assert queries.head(ctx) == queries.ChainHead(0, GENESIS)
    last = written(3)[-1]
    assert queries.head(ctx) == queries.ChainHead(3, last.hash)


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        (FOURTH.values(actor_name="Autre"), ChainBreak(4, ChainFault.CHANGED)),
        (FOURTH.values(at=datetime(2020, 1, 1, tzinfo=UTC)), ChainBreak(4, ChainFault.CHANGED)),
        (FOURTH.values(object_id=None), ChainBreak(4, ChainFault.CHANGED)),
        (FOURTH.values(after={"n": 99}), ChainBreak(4, ChainFault.CHANGED)),
        (FOURTH.values(vendor_id=1), ChainBreak(4, ChainFault.CHANGED)),
        (FOURTH.values(hash="0" * 64), ChainBreak(4, ChainFault.CHANGED)),
        (FOURTH.values(previous_hash="0" * 64), ChainBreak(4, ChainFault.MOVED)),
        (delete(JournalEntry).where(JournalEntry.id == 4), ChainBreak(4, ChainFault.MISSING)),
        (delete(JournalEntry).where(JournalEntry.id == 1), ChainBreak(1, ChainFault.MISSING)),
        (update(JournalEntry).where(JournalEntry.id == 6).values(id=7), ChainBreak(6, ChainFault.MISSING)),
    ],
)  # fmt: skip
def test_tampering_with_the_table_is_named(ctx, written, statement, broken):
    written(6)
    tamper(ctx.session, statement)
    assert queries.verify(ctx).broken == broken


def test_entries_cut_off_the_end_show_against_the_head_noted_before(ctx, written):
    written(6)
    noted = queries.head(ctx).hash
    assert queries.verify(ctx, expected_head=noted).broken is None
    written(2)
    assert queries.verify(ctx, expected_head=noted).broken is None
    tamper(ctx.session, delete(JournalEntry).where(JournalEntry.id > 4))
    assert queries.verify(ctx).broken is None
    assert queries.verify(ctx, expected_head=noted).broken == ChainBreak(5, ChainFault.UNKNOWN_HEAD)


def test_a_page_re_reads_the_end_only_when_the_journal_is_long(ctx, written):
    written(10)
    short = queries.verify_end(ctx, at_most=100)
    assert (short.first, short.report.count, short.report.broken) == (1, 10, None)
    end = queries.verify_end(ctx, at_most=4)
    assert (end.first, end.report.count, end.report.broken) == (7, 10, None)
    tamper(ctx.session, update(JournalEntry).where(JournalEntry.id == 7).values(actor_name="Autre"))
    assert queries.verify_end(ctx, at_most=4).report.broken == ChainBreak(7, ChainFault.CHANGED)
    tamper(ctx.session, delete(JournalEntry).where(JournalEntry.id == 6))
    ctx.session.expire_all()
    assert queries.verify_end(ctx, at_most=4).report.broken == ChainBreak(6, ChainFault.MISSING)


def test_reading_the_chain_costs_one_statement(ctx, written, statements):
    written(30)
    statements.clear()
    queries.verify(ctx)
    assert len(statements) == 1
