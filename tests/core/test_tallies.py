"""A tally that the database keeps is what one who counts every row finds, whatever was written and by whatever way."""

import itertools
import threading
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select, text, update

from portal.audits import list_page
from portal.audits.list_page import AuditQueue
from portal.audits.models import AUDITS, Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Actor, Role
from portal.contracts import overview as contracts
from portal.contracts.models import INCOMPLETE, Contract
from portal.contracts.rules.document_kind import DocumentKind
from portal.contracts.rules.life import ContractState, CopyReading
from portal.core import database_copy, migrating
from portal.core.db import Base, Database
from portal.core.language import Language
from portal.core.tallies import is_kept, tallies
from portal.dashboard import home_page
from portal.dashboard import queries as dashboard
from portal.evidence.models import ENDING, Evidence
from portal.findings.models import FINDINGS, Finding
from portal.findings.rules import LIVE, FindingState, Severity
from portal.vendors import queries as vendors
from portal.vendors.models import COVERED, VENDORS, Vendor
from portal.vendors.rules.standing import ContractStanding
from portal.vendors.rules.status import LIVE as LIVE_VENDORS
from portal.vendors.rules.status import VendorStatus
from tests.conftest import NOW
from tests.factories.signatures import contract_of
from tests.factories.spaces import proof_of
from tests.factories.world import audit_of, vendor_of

TODAY = NOW.date()
DAYS = (
    TODAY - timedelta(days=400),
    TODAY - timedelta(days=1),
    TODAY,
    TODAY + timedelta(days=60),
    TODAY + timedelta(90),
)
COUNTED = {
    AUDITS: lambda row: (row.wave_id, row.state, row.due_on),
    FINDINGS: lambda row: (row.state, row.due_on),
    VENDORS: lambda row: (row.status, row.inherent, row.grade, row.standing),
    COVERED: lambda row: (row.status, row.standing, row.covered_until) if row.covered_until else None,
    INCOMPLETE: lambda row: (
        (row.state, row.kind, row.copy_reading)
        if row.parent_id is None and (row.lacking > 0 or row.required is None)
        else None
    ),
    ENDING: lambda row: (row.good_until,) if row.good_until else None,
}
"""What each row is counted under, as one who reads it would say; nothing when it is not counted."""
CHANGES = {
    Audit: st.fixed_dictionaries(
        {},
        optional={
            "state": st.sampled_from(AuditState), "due_on": st.sampled_from(DAYS),
            "wave_id": st.sampled_from((None, 1, 2)), "answered": st.just(3),
        },
    ),
    Finding: st.fixed_dictionaries(
        {},
        optional={
            "state": st.sampled_from(FindingState), "due_on": st.sampled_from(DAYS), "title": st.just("Autre"),
        },
    ),
    Vendor: st.fixed_dictionaries(
        {},
        optional={
            "status": st.sampled_from(VendorStatus), "inherent": st.sampled_from((None, 1, 4, 5)),
            "grade": st.sampled_from(("", "A", "E")), "standing": st.sampled_from(ContractStanding),
            "covered_until": st.sampled_from((None, *DAYS)), "country": st.just("BE"),
        },
    ),
    Contract: st.fixed_dictionaries(
        {},
        optional={
            "state": st.sampled_from(ContractState), "kind": st.sampled_from(DocumentKind),
            "copy_reading": st.sampled_from((None, *CopyReading)), "lacking": st.sampled_from((0, 3)),
            "required": st.sampled_from((None, 20)), "title": st.just("Autre"),
        },
    ),
    Evidence: st.fixed_dictionaries(
        {}, optional={"good_until": st.sampled_from((None, *DAYS)), "issuer": st.just("X")}
    ),
}  # fmt: skip
EACH = 3


def held(session, tally):
    """What the tally says."""
    columns = [tally.rows.c[name] for name in tally.columns]
    found = session.execute(select(*columns, func.sum(tally.rows.c.n)).group_by(*columns))
    return {tuple(row[:-1]): row[-1] for row in found if row[-1]}


def recounted(session, tally):
    """What one who reads each row counts."""
    session.expire_all()
    told = map(COUNTED[tally], session.scalars(select(tally.model)))
    return dict(Counter(one for one in told if one is not None))


def check(session, *, of=None):
    for tally in tallies():
        if of is None or tally.model is of:
            assert held(session, tally) == recounted(session, tally), tally.name


def finding_of(vendor, subject, state=FindingState.OPEN, due_on=DAYS[1]):
    return {
        "vendor_id": vendor, "subject": subject, "severity": Severity.MAJOR, "title": subject, "action": "Corriger.",
        "due_on": due_on, "opened_at": NOW, "state": state,
    }  # fmt: skip


def begin(session):
    """A few rows of each kind."""
    ctx = Context(session, SYSTEM, NOW)
    made = [vendor_of(session) for _ in range(EACH)]
    for rank, vendor in enumerate(made):
        session.execute(insert(Finding), [finding_of(vendor.id, f"q{rank}{turn}") for turn in range(2)])
        contract_of(ctx, vendor)
        proof_of(session, vendor, good_until=DAYS[rank])
        audit_of(session, vendor, due_on=DAYS[rank], wave_id=1)
    session.flush()


def ids_of(session, model):
    return list(session.scalars(select(model.id).order_by(model.id)))


@pytest.mark.both_databases
@pytest.mark.parametrize("model", CHANGES, ids=lambda model: model.__tablename__)
def test_a_tally_is_what_a_recount_finds_after_any_changes(session, model):
    begin(session)
    numbers = ids_of(session, model)
    check(session)

    @given(st.lists(st.tuples(st.sets(st.sampled_from(numbers), min_size=1), CHANGES[model]), min_size=1, max_size=6))
    def changed(changes):
        with session.begin_nested() as until:
            for which, values in changes:
                if values:
                    session.execute(update(model).where(model.id.in_(which)).values(values))
            check(session, of=model)
            until.rollback()
        check(session, of=model)

    changed()


@pytest.mark.both_databases
def test_rows_that_come_and_go_are_counted_with_those_that_cascade(session):
    begin(session)
    numbers = ids_of(session, Finding)
    session.execute(delete(Finding).where(Finding.id.in_(numbers[::2])))
    check(session)
    session.execute(delete(Finding))
    check(session)
    assert held(session, FINDINGS) == {}
    session.execute(delete(Evidence))
    check(session)
    assert held(session, ENDING) == {}


@pytest.mark.both_databases
def test_what_management_reads_is_what_its_rows_say(acting, session):
    begin(session)
    numbers = itertools.cycle(ids_of(session, Vendor))
    session.execute(
        insert(Finding),
        [finding_of(next(numbers), f"{state}{day}", state, day) for state in FindingState for day in DAYS],
    )
    for status, standing, day, inherent in itertools.product(
        (VendorStatus.ACTIVE, VendorStatus.OFFBOARDED), ContractStanding, (None, *DAYS), (2, 5)
    ):
        vendor_of(session, status=status, standing=standing, covered_until=day, inherent=inherent)
    ctx, dpo = acting(Role.MANAGEMENT), acting(Role.DPO)
    findings, rows = list(session.scalars(select(Finding))), list(session.scalars(select(Vendor)))
    live = [one for one in rows if one.status in LIVE_VENDORS]
    ends = TODAY + timedelta(days=60)
    shown = dashboard.portfolio(ctx)
    accepted = [one for one in findings if one.state is FindingState.WAIVED]  # none of which holds: no day, no level
    assert shown.findings == sum(one.state in LIVE for one in findings) + len(accepted)
    counted = Counter(one.standing for one in live)
    assert {one: shown.standings[one] for one in ContractStanding if shown.standings[one]} == dict(counted)
    assert shown.standings.expiring == sum(
        one.standing is ContractStanding.IN_FORCE and one.covered_until is not None and one.covered_until <= ends
        for one in live
    )
    bare = vendors.count_vendors(dpo, vendors.WITHOUT_CONTRACT)
    assert shown.without_contract == bare > 0
    counts = home_page.home_counts(dpo)
    assert (counts.live_vendors, counts.without_contract) == (len(live), bare)
    assert counts.late_findings == sum(one.state in LIVE and one.due_on < TODAY for one in findings) > 0
    gone = {one.id for one in rows} - {one.id for one in live}
    assert shown.expiring == sum(
        one.good_until is not None and one.good_until <= ends and one.vendor_id not in gone
        for one in session.scalars(select(Evidence))
    )


@pytest.mark.both_databases
def test_audits_are_counted_by_what_they_wait_for_with_and_without_the_triggers(acting, session):
    vendor = vendor_of(session)
    for state, day in itertools.product(AuditState, DAYS):
        audit_of(session, vendor, state=state, due_on=day)
    dpo, rows = acting(Role.DPO), list(session.scalars(select(Audit)))
    late = [one for one in rows if one.state.is_with_vendor and one.due_on < TODAY]
    by_hand = {
        AuditQueue.TO_REVIEW: sum(one.state is AuditState.SUBMITTED for one in rows),
        AuditQueue.WITH_VENDOR: sum(one.state.is_with_vendor for one in rows),
        AuditQueue.LATE: len(late),
        AuditQueue.ACCEPTED: sum(one.state is AuditState.ACCEPTED for one in rows),
    }
    assert list_page.audit_counts(dpo) == by_hand
    assert home_page.home_counts(dpo).late_audits == len(late)
    drop_trigger(session, AUDITS)
    session.execute(update(Audit).values(state=AuditState.SUBMITTED))
    assert list_page.audit_counts(dpo) == dict.fromkeys(AuditQueue, 0) | {AuditQueue.TO_REVIEW: len(rows)}
    counts = home_page.home_counts(dpo)
    assert (counts.late_audits, counts.audits_open) == (0, {AuditState.SUBMITTED: len(rows)})


def drop_trigger(session, tally):
    connection = session.connection()
    raw, name = connection.connection.driver_connection, tally.triggers[1]
    if connection.dialect.name == "sqlite":
        raw.execute(f"DROP TRIGGER {name}")
    else:
        raw.execute(f"ALTER TABLE {tally.model.__tablename__} DISABLE TRIGGER {name}")
    assert not session.scalar(select(is_kept(tally)))


@pytest.mark.both_databases
def test_without_a_trigger_each_figure_is_counted_from_the_rows(acting, session):
    begin(session)
    ctx = acting(Role.MANAGEMENT)
    before = dashboard.portfolio(ctx)
    assert (before.findings, before.incomplete) == (2 * EACH, 0)
    for tally in tallies():
        drop_trigger(session, tally)
    session.execute(update(Finding).values(state=FindingState.CLOSED))
    session.execute(update(Contract).values(lacking=2))
    session.execute(update(Vendor).values(standing=ContractStanding.PARTIAL, inherent=5))
    session.execute(update(Evidence).values(good_until=DAYS[0]))
    shown = dashboard.portfolio(ctx)
    assert (shown.findings, shown.incomplete, shown.expiring) == (0, EACH, EACH)
    assert shown.standings[ContractStanding.PARTIAL] == shown.heat.total == EACH


def test_who_reaches_some_rows_is_told_of_those_alone(acting, session):
    begin(session)
    buyer = acting(Role.BUYER)
    mine = session.get_one(Vendor, ids_of(session, Vendor)[0])
    mine.owner_id = buyer.actor.id
    session.flush()
    late = select(func.count(Finding.id)).where(Finding.vendor_id == mine.id)
    assert home_page.home_counts(buyer).late_findings == session.scalar(late) == 2
    assert home_page.home_counts(acting(Role.DPO)).late_findings == 2 * EACH


@pytest.fixture
def lasting(lasting_url):
    found = Database.at(lasting_url)
    yield found
    found.engine.dispose()


def test_what_stood_before_the_tallies_is_counted_when_they_come(lasting):
    with lasting.transaction() as session:
        begin(session)
    migrating.downgrade(lasting, "0085")
    with lasting.transaction() as session:
        session.execute(update(Finding).where(Finding.id == ids_of(session, Finding)[0]).values(due_on=DAYS[3]))
        session.execute(update(Contract).values(lacking=1))
    migrating.upgrade(lasting)
    with lasting.reading() as session:
        check(session)
        assert session.scalar(select(is_kept(*tallies())))
        assert contracts.count_incomplete_contracts(Context(session, management(), NOW)) == EACH


def management():
    return Actor(Role.MANAGEMENT, 1, "Hélène", "helene@exemple.test", Language.FR)


def test_two_who_write_at_once_never_wait_for_each_other_and_both_are_counted(lasting):
    if lasting.engine.dialect.name == "sqlite":
        pytest.skip("one writes at a time")
    with lasting.transaction() as session:
        begin(session)
        first, second, third = ids_of(session, Finding)[:3]
    closing = update(Finding).values(state=FindingState.CLOSED)
    with lasting.transaction() as one:
        one.execute(closing.where(Finding.id == first))

        def beside():
            with lasting.transaction() as other:
                other.execute(text("SET LOCAL lock_timeout = '2s'"))
                other.execute(closing.where(Finding.id == second))

        writer = threading.Thread(target=beside)
        writer.start()
        writer.join(5)
        assert not writer.is_alive()
        with lasting.reading() as reader:
            check(reader)
        check(one)
    with lasting.engine.connect() as connection:
        connection.execute(closing.where(Finding.id == third))
        connection.rollback()
    with lasting.transaction() as session:
        check(session)
        assert held(session, FINDINGS)[FindingState.CLOSED, DAYS[1]] == 2
        session.execute(closing)
        rows = session.execute(select(func.count()).select_from(FINDINGS.rows)).scalar_one()
        assert rows == 1, "what nobody else takes in is taken in"
        session.execute(text("TRUNCATE finding CASCADE"))
        assert held(session, FINDINGS) == {}


def test_a_drill_s_copy_counts_its_own_rows_by_the_triggers_of_the_migration(lasting, tmp_path):
    with lasting.transaction() as session:
        begin(session)
    folder = tmp_path / "exercice"
    database_copy.make_copy(lasting, folder, "exercice_1")
    copy = database_copy.open_copy(lasting, folder, "exercice_1")
    with copy.transaction() as session:
        check(session)
        session.execute(update(Finding).values(state=FindingState.CLOSED))
        check(session)
        assert session.scalar(select(is_kept(*tallies())))
    with lasting.reading() as session:
        check(session)
        assert FindingState.CLOSED not in {state for state, _day in held(session, FINDINGS)}
    database_copy.erase_copy(lasting, folder, "exercice_1")


def test_the_triggers_of_the_models_are_those_of_the_migration(tmp_path):
    """Each stands in two places, for a migration never changes: whoever edits one is told of the other."""
    made, copied = (Database.at(f"sqlite:///{tmp_path / name}.db") for name in ("made", "copied"))
    migrating.upgrade(made)
    Base.metadata.create_all(copied.engine)
    told = text("SELECT name, sql FROM sqlite_master WHERE name LIKE '%tally%'")
    texts = []
    for database in (made, copied):
        with database.reading() as session:
            texts.append({name: " ".join(sql.split()) for name, sql in session.execute(told)})
        database.engine.dispose()
    assert {name for tally in tallies() for name in tally.triggers} < set(texts[0])
    assert texts[0] == texts[1]
