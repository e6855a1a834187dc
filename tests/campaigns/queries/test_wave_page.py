from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.campaigns import queries, services
from portal.campaigns.models import WaveAudit
from portal.campaigns.queries import wave_page
from portal.jobs.deliveries import TO_ACT_ON
from portal.jobs.models import Job, JobState, Mail, MailState
from portal.vendors.rules.status import VendorStatus
from tests.conftest import NOW
from tests.factories.campaigns import campaign_of, reachable_vendor, register_of, started_wave
from tests.factories.world import audit_of, vendor_of

pytestmark = pytest.mark.both_databases


@pytest.fixture
def wave(ctx):
    """Four vendors: two reachable, one nobody answers for, one busy with the same questionnaire."""
    alpha = reachable_vendor(ctx.session, name="Alpha")
    beta = reachable_vendor(ctx.session, name="Beta 100 %")
    silent = vendor_of(ctx.session, name="Silencieux")
    busy = vendor_of(ctx.session, name="Occupé")
    audit_of(ctx.session, busy, state=AuditState.IN_PROGRESS)
    return started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [alpha.id, beta.id, silent.id, busy.id]}))


def audits_in(ctx, wave):
    return ctx.session.scalars(
        select(Audit).join(WaveAudit).where(WaveAudit.wave_id == wave.id).order_by(Audit.vendor_id)
    ).all()


def test_a_board_counts_states_silence_and_those_left_alone(ctx, wave):
    first, second, _ = audits_in(ctx, wave)
    first.state, second.due_on = AuditState.SUBMITTED, ctx.today - timedelta(days=1)
    ctx.session.flush()
    board = queries.wave_overview(ctx, wave)
    assert {state: n for state, n in board.counts.items() if n} == {AuditState.SUBMITTED: 1, AuditState.OPENED: 2}
    assert (board.late, board.unreached, board.skipped) == (1, 1, 1)
    assert board.progress.total == 3
    assert not board.is_opening


def test_a_board_counts_letters_sent_waiting_and_failed(ctx, wave):
    mails = ctx.session.scalars(select(Mail).where(Mail.series == f"wave:{wave.id}").order_by(Mail.id)).all()
    assert len(mails) == 2
    mails[0].state = MailState.SENT
    for state, expected in ((MailState.PROMISED, (1, 1, 0)), *((one, (1, 0, 1)) for one in TO_ACT_ON)):
        mails[1].state = state
        ctx.session.flush()
        (counts,) = queries.wave_overview(ctx, wave).letters
        assert (counts.label, counts.sent, counts.waiting, counts.failed) == ("Invitations", *expected)


def test_a_wave_is_opening_until_each_vendor_has_its_audit_or_was_left_alone(ctx):
    vendor_ids = register_of(ctx.session, 5)
    wave = queries.get_wave(ctx, services.launch_now(ctx, campaign_of(ctx, audience={"vendor_ids": vendor_ids})).id)
    assert queries.wave_overview(ctx, wave).is_opening, "its vendors are not chosen yet"
    services.launch(ctx, wave)
    services.open_batch(ctx, wave, vendor_ids[:3])
    assert queries.wave_overview(ctx, wave).is_opening
    services.open_batch(ctx, wave, vendor_ids[3:])
    assert not queries.wave_overview(ctx, wave).is_opening


def test_a_wave_over_nobody_is_not_opening_for_ever(ctx):
    """The one vendor that fitted left between the launch and the choice."""
    vendor = vendor_of(ctx.session)
    wave = queries.get_wave(ctx, services.launch_now(ctx, campaign_of(ctx)).id)
    vendor.status = VendorStatus.OFFBOARDED
    ctx.session.flush()
    services.launch(ctx, wave)
    ctx.session.execute(update(Job).where(Job.dedup == f"wave:{wave.id}").values(state=JobState.DONE))
    assert not queries.wave_overview(ctx, wave).is_opening


@pytest.mark.parametrize(
    ("wanted", "words", "names"),
    [
        ("", "", ["Alpha", "Beta 100 %", "Silencieux"]),
        ("soumis", "", ["Alpha"]),
        ("en-retard", "", ["Beta 100 %"]),
        ("sans-destinataire", "", ["Silencieux"]),
        ("", "100 %", ["Beta 100 %"]),
        ("soumis", "beta", []),
        ("n'importe quoi", "", ["Alpha", "Beta 100 %", "Silencieux"]),
    ],
)
def test_the_audits_of_a_wave_are_listed_by_name_and_narrowed(ctx, wave, wanted, words, names):
    first, second, _ = audits_in(ctx, wave)
    first.state, second.due_on = AuditState.SUBMITTED, ctx.today - timedelta(days=1)
    ctx.session.flush()
    found = queries.audits(ctx, wave, wanted=wanted, words=words)
    assert ([row.vendor for row in found.rows], found.total) == (names, len(names))
    counts = queries.wave_overview(ctx, wave).counts
    assert queries.audits(ctx, wave, wanted=wanted, words=words, counted=counts) == found


def test_a_long_list_is_paged(ctx):
    wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": register_of(ctx.session, 30)}))
    found = queries.audits(ctx, wave, page=2)
    assert (len(found.rows), found.total) == (5, 30)


def test_a_large_wave_costs_the_statements_of_a_small_one(ctx, statements):
    counts = []
    for size in (2, 60):
        ids = register_of(ctx.session, size) if size > 2 else [reachable_vendor(ctx.session).id for _ in range(2)]
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": ids}))
        ctx.session.commit()
        statements.clear()
        queries.wave_overview(ctx, wave)
        queries.audits(ctx, wave)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 9


def test_a_row_says_who_was_written_to_and_how_often(ctx):
    vendor = reachable_vendor(ctx.session)
    wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
    (audit,) = audits_in(ctx, wave)
    day = audit.due_on + timedelta(days=8)
    services.follow_up_wave(Context(ctx.session, ctx.actor, NOW), wave, day)
    services.follow_up_batch(Context(ctx.session, ctx.actor, NOW), wave, day, [audit.id])
    ctx.session.flush()
    ctx.session.expire_all()
    (row,) = queries.audits(ctx, wave).rows
    assert (row.invited, len(row.reminded_on), row.escalated_on) == (1, 1, day)


@pytest.mark.parametrize("wanted", ["", AuditState.OPENED, AuditState.ACCEPTED])
def test_a_page_found_along_the_names_is_the_one_that_sorting_gives(ctx, monkeypatch, wanted):
    """A wave of thousands is not sorted to show its first page."""
    vendor_ids = register_of(ctx.session, 9)
    wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": vendor_ids[1:]}))
    for number, audit in enumerate(audits_in(ctx, wave)):
        audit.state = (AuditState.OPENED, AuditState.ACCEPTED, AuditState.SUBMITTED)[number % 3]
    ctx.session.flush()
    counts = queries.wave_overview(ctx, wave).counts

    def pages(large):
        monkeypatch.setattr(wave_page, "LARGE_WAVE", large)
        return [
            [row.vendor for row in queries.audits(ctx, wave, wanted=wanted, page=page, size=3, counted=counts).rows]
            for page in (1, 2, 3)
        ]

    assert pages(large=0) == pages(large=100)
    assert pages(large=0)[0] != []


def test_neither_the_letters_nor_the_rows_of_a_large_wave_are_sorted_or_opened_one_by_one(ctx, monkeypatch):
    """What SQLite says it will do: along an index of letters, along the names of vendors."""
    if ctx.session.get_bind().dialect.name != "sqlite":
        pytest.skip("the plan is SQLite's")
    wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": register_of(ctx.session, 4)}))
    monkeypatch.setattr(wave_page, "LARGE_WAVE", 0)
    plans = []

    def explain(_connection, cursor, statement, parameters, *_rest):
        if statement.startswith("SELECT"):
            cursor.execute("EXPLAIN QUERY PLAN " + statement, parameters)
            plans.append("; ".join(row[3] for row in cursor.fetchall()))

    engine = ctx.session.get_bind().engine
    counts = queries.wave_overview(ctx, wave).counts
    event.listen(engine, "before_cursor_execute", explain)
    queries.wave_overview(ctx, wave)
    queries.audits(ctx, wave, counted=counts)
    event.remove(engine, "before_cursor_execute", explain)
    (letters,) = (plan for plan in plans if "mail" in plan)
    assert "COVERING INDEX ix_mail_series" in letters
    assert "TEMP B-TREE" not in letters
    along_names = next(plan for plan in plans if "CORRELATED" in plan)
    assert along_names.startswith("SCAN vendor USING COVERING INDEX")


@pytest.mark.both_databases
@pytest.mark.parametrize("moved", [[], [AuditState.SUBMITTED, AuditState.ACCEPTED], list(AuditState)])
def test_what_is_counted_along_the_audits_is_what_their_links_say(ctx, wave, moved):
    found = audits_in(ctx, wave)
    for audit, state in zip(found, moved, strict=False):
        # As anything may change it, and not only our own services.
        ctx.session.execute(
            update(Audit).where(Audit.id == audit.id).values(state=state, due_on=ctx.today - timedelta(days=1))
        )
    linked = select(Audit, WaveAudit.invited).join(WaveAudit, WaveAudit.audit_id == Audit.id)
    linked = linked.where(WaveAudit.wave_id == wave.id).execution_options(populate_existing=True)
    rows = ctx.session.execute(linked).all()
    board = wave_page.wave_overview(ctx, wave)
    assert board.counts == {state: sum(audit.state is state for audit, _invited in rows) for state in AuditState}
    assert board.late == sum(audit.state.is_with_vendor and audit.due_on < ctx.today for audit, _invited in rows)
    assert board.unreached == sum(audit.state.is_with_vendor and not invited for audit, invited in rows)
    (listed,) = queries.waves_of(ctx, wave.campaign).rows
    assert listed.progress == board.progress


@pytest.mark.both_databases
@pytest.mark.parametrize("lie", [None, 999])
def test_an_audit_of_a_wave_that_does_not_say_so_is_refused_and_not_left_out(ctx, wave, lie):
    audit = audits_in(ctx, wave)[0]
    ctx.session.execute(update(Audit).where(Audit.id == audit.id).values(wave_id=lie))
    with pytest.raises(ValueError, match="unknown states"):
        wave_page.wave_overview(ctx, wave)
    with pytest.raises(ValueError, match="unknown states"):
        queries.waves_of(ctx, wave.campaign)
