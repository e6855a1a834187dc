"""What is kept of the proposals is what working all of them out again finds, whatever was written, by whatever way."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, event, func, insert, select, text, update

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Actor, Role
from portal.core import database_copy, migrating
from portal.core.db import Base, Database
from portal.core.language import Language
from portal.processing import keeping, proposal_marks, proposing, queries, tasks
from portal.processing.keeping import keep_proposals
from portal.processing.models import ActivityService, ActivityVersion, ProcessingActivity, ProposalDismissal
from portal.processing.proposal_marks import CHANGES, KEEPING, KEPT, NOTED
from portal.processing.queries import kept as reading
from portal.processing.queries.proposed import corrected
from portal.processing.rules.kept_sheets import as_plain
from portal.processing.rules.sheets import ActivityRole
from portal.vendors.models import DataTransfer, Service, SubProcessor, Vendor
from portal.vendors.rules.facts import Volume
from portal.vendors.rules.status import VendorStatus
from tests.conftest import NOW
from tests.factories.desk import entity_of, service_of
from tests.factories.register import activity_of, controller_sheet, processor_sheet
from tests.factories.world import vendor_of

TODAY = NOW.date()
DAYS = (None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1))
DPO = Actor(Role.DPO, None, "Claire", "claire@exemple.test", Language.FR)
ENGLISH = replace(DPO, language=Language.EN)
SHEETS = [as_plain(one) for one in (
    controller_sheet(), controller_sheet(volume=Volume.UNDER_1M), controller_sheet(data=()),
)]  # fmt: skip
VALUES = {
    Service: {
        "categories": ([], ["identification"]), "special_categories": ([], ["sante"]), "subjects": ([], ["clients"]),
        "data_details": ("", "Nom"), "retention": ("", "dix ans"), "purpose": ("", "Vendre"),
        "name": ("Colis", "Appels"),
        "volume": tuple(Volume), "locations": (["FR"], ["US", "IN"]), "transfer_mechanism": ("", "scc"),
        "ended_on": DAYS, "vendor_id": (0, 1, 2), "duration": ("un an",),
    },
    Vendor: {
        "name": ("Colibri", "Alizé"), "folded_name": ("zz", "aa"), "status": tuple(VendorStatus), "country": ("BE",),
    },
    SubProcessor: {
        "name": ("", "Nuage", "Tempo"), "country": ("DE", "US"), "service": ("", "Sauvegardes"), "valid_until": DAYS,
        "vendor_id": (0, 1, 2),
    },
    DataTransfer: {
        "recipient": ("", "Kerala Desk"), "country": ("IN", "FR"), "mechanism": ("", "cct"), "valid_until": DAYS,
        "vendor_id": (0, 1, 2),
    },
    ActivityVersion: {"content": SHEETS, "valid_until": DAYS, "activity_id": (0, 1, 2)},
    ProcessingActivity: {"sought": ("a", "zz"), "role": tuple(ActivityRole)},
    ProposalDismissal: {"digest": ("0" * 64,), "activity_id": (0, 1, None), "service_id": (0, 1, 2)},
}  # fmt: skip
"""What each column may become; a number is the rank of a row that it points to."""
POINTED = {"vendor_id": Vendor, "activity_id": ProcessingActivity, "service_id": Service}
WRITTEN = tuple((model, column) for model, columns in VALUES.items() for column in columns)
ACTS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(WRITTEN), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("take away"), st.sampled_from((*VALUES, ActivityService)), st.integers(0, 5), st.just(0)),
    st.tuples(st.just("link"), st.just(ActivityService), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.sampled_from(("amend", "dismiss", "dismiss line", "keep")), st.none(), st.integers(0, 5), st.just(0)),
)


def begin(session):
    """Three vendors with two services each; three lines, one of them as processor; a dismissal of each kind."""
    ctx = Context(session, DPO, NOW)
    entity = entity_of(session)
    for rank in range(3):
        vendor = vendor_of(session, name=f"Vendeur {rank}", folded_name=f"vendeur {rank}", status=VendorStatus.ACTIVE)
        for turn in range(2):
            service_of(session, vendor, entity, name=f"Prestation {rank}{turn}")
        session.add(SubProcessor(vendor_id=vendor.id, name="Nuage Rhénan", country="DE", valid_from=TODAY))
        session.add(DataTransfer(vendor_id=vendor.id, recipient="Kerala Desk", country="IN", valid_from=TODAY))
    session.flush()
    services = numbers(session, Service)
    activity_of(ctx, controller_sheet(name="Boutique"), (services[0], services[2]))
    activity_of(ctx, processor_sheet(), (services[2],))
    activity_of(ctx, controller_sheet(name="Accueil"), (services[4],))
    dismiss(ctx, 0)
    dismiss_line(ctx, 1)
    session.flush()
    return ctx


def numbers(session, model):
    return list(session.scalars(select(model.id).order_by(model.id)))


def dismiss(ctx, rank):
    """Dismiss the first thing that is proposed to a line."""
    found = numbers(ctx.session, ProcessingActivity)
    lines = list(corrected(ctx, [found[rank % len(found)]])) if found else []
    for line in lines:
        for proposal in list(line.proposals)[:1]:
            activity = ctx.session.get_one(ProcessingActivity, line.activity_id)
            proposing.dismiss_corrections(ctx, activity, line.number, {proposal.digest}, "vu")


def dismiss_line(ctx, rank):
    """Dismiss the line that a service would make."""
    found = numbers(ctx.session, Service)
    service = queries.service_under_way(ctx, found[rank % len(found)]) if found else None
    if service is not None:
        proposing.dismiss_line(ctx, queries.proposal_of(ctx, service), "vu")


def keep(ctx, _rank):
    keep_proposals(replace(ctx, actor=SYSTEM))


def amend(ctx, rank):
    """Write another version of one of the lines that stand, by the service."""
    standing = select(ActivityVersion.activity_id).where(ActivityVersion.valid_until.is_(None))
    lines = select(ProcessingActivity).where(ProcessingActivity.id.in_(standing)).order_by(ProcessingActivity.id)
    for line in ctx.session.scalars(lines).all()[rank : rank + 1]:
        sheet = queries.line_of(ctx, line).sheet
        proposing.services.amend_activity(ctx, line, replace(sheet, name=f"Autre {sheet.name}"[:80]))


def link(session, first, second):
    versions, services = numbers(session, ActivityVersion), numbers(session, Service)
    if versions and services:
        pair = {"version_id": versions[first % len(versions)], "service_id": services[second % len(services)]}
        if not session.scalar(select(func.count()).select_from(ActivityService).filter_by(**pair)):
            session.execute(insert(ActivityService).values(**pair))


def take_away(session, of, rank):
    if of is not ActivityService:
        session.execute(delete(of).where(of.id.in_(numbers(session, of)[rank : rank + 1])))
        return
    pairs = session.execute(select(of.version_id, of.service_id).order_by(of.version_id, of.service_id)).all()
    for version_id, service_id in pairs[rank : rank + 1]:
        session.execute(delete(of).where(of.version_id == version_id, of.service_id == service_id))


def act(ctx, told):
    """One write, by a service or by a statement; nothing when there is no row that it could be of."""
    session = ctx.session
    session.flush()
    session.expire_all()
    kind, of, first, second = told
    if kind == "link":
        link(session, first, second)
    elif kind == "take away":
        take_away(session, of, first)
    elif kind == "write":
        write(session, *of, first, second)
    else:
        {"keep": keep, "dismiss": dismiss, "dismiss line": dismiss_line, "amend": amend}[kind](ctx, first)


def write(session, model, name, first, second):
    found, values = numbers(session, model), VALUES[model][name]
    value = values[second % len(values)]
    if name in POINTED and value is not None:
        pointed = numbers(session, POINTED[name])
        if not pointed:
            return
        value = pointed[value % len(pointed)]
    if not found:
        return
    row = found[first % len(found)]
    if model is ActivityVersion and name != "content":
        # Of a line, one version stands at a time.
        line = session.scalar(select(ActivityVersion.activity_id).where(ActivityVersion.id == row))
        aimed = value if name == "activity_id" else line
        if name == "activity_id" or value is None:
            others = update(ActivityVersion).where(ActivityVersion.activity_id == aimed, ActivityVersion.id != row)
            session.execute(others.values(valid_until=TODAY, number=ActivityVersion.number + 100))
    if model is ProcessingActivity and name == "role":
        # What a line says is of its role.
        sheet = controller_sheet() if value is ActivityRole.CONTROLLER else processor_sheet()
        session.execute(
            update(ActivityVersion).where(ActivityVersion.activity_id == row).values(content=as_plain(sheet))
        )
    if model is ActivityVersion and name in {"content", "activity_id"}:
        target = value if name == "activity_id" else session.scalar(
            select(ActivityVersion.activity_id).where(ActivityVersion.id == row)
        )  # fmt: skip
        if session.get_one(ProcessingActivity, target).role is not ActivityRole.CONTROLLER:
            return
        if name == "activity_id":
            session.execute(update(ActivityVersion).where(ActivityVersion.id == row).values(content=SHEETS[0]))
    session.execute(update(model).where(model.id == row).values({name: value}))


def shown(ctx):
    """What is proposed as it is kept, in its order, and how much that is."""
    kept = queries.kept_proposals(ctx)
    assert kept is not None
    return queries.page_of_kept(ctx.session, kept, 0, 1000), kept.counted


def recounted(ctx):
    """The same as whoever works everything out finds it."""
    found = queries.worked_out(ctx)
    every = [(False, one[0]) for one in found.lines] + [(True, one[0]) for one in found.services]
    return every, found.counted


def check(session):
    session.flush()
    session.expire_all()
    for actor in (DPO, ENGLISH):
        ctx = Context(session, actor, NOW)
        assert shown(ctx) == recounted(ctx)


@pytest.mark.both_databases
def test_what_is_kept_is_what_working_it_out_again_finds_after_any_changes(session):
    ctx = begin(session)
    keep_proposals(replace(ctx, actor=SYSTEM))
    check(session)
    assert recounted(ctx)[1].lines > 0 < recounted(ctx)[1].services

    @given(st.lists(ACTS, min_size=1, max_size=5))
    def changed(acts):
        with session.begin_nested() as until:
            for told in acts:
                act(ctx, told)
            check(session)
            keep_proposals(replace(ctx, actor=SYSTEM))
            check(session)
            assert session.scalar(select(func.count()).select_from(CHANGES)) == 0
            assert not queries.kept_proposals(ctx).stale
            assert queries.counted_anew(ctx, queries.standing_versions(ctx)) == [], "what each line lacks"
            until.rollback()
        session.expire_all()
        check(session)

    changed()


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("table", "column"),
    [(name, column) for name, noted in NOTED.items() for column in noted.columns],
)
def test_each_column_that_is_read_is_noted_when_it_is_written(session, table, column):
    begin(session)
    session.execute(delete(CHANGES))
    session.execute(text(f"UPDATE {table} SET {column} = {column}"))
    assert session.scalar(select(func.count()).select_from(CHANGES)) > 0


@pytest.mark.both_databases
def test_nothing_is_kept_before_it_was_and_on_another_day_or_by_another_version_it_is_worked_out(session, monkeypatch):
    ctx = begin(session)
    assert queries.kept_proposals(ctx) is None
    keep_proposals(replace(ctx, actor=SYSTEM))
    assert queries.kept_proposals(ctx) is not None
    session.execute(update(Service).values(ended_on=TODAY + timedelta(days=1)))
    tomorrow = replace(ctx, now=NOW + timedelta(days=1))
    assert queries.kept_proposals(tomorrow) is None
    assert queries.proposal_page(tomorrow).total == 0
    keep_proposals(replace(tomorrow, actor=SYSTEM))
    assert shown(tomorrow) == recounted(tomorrow)
    assert queries.kept_proposals(ctx) is None
    monkeypatch.setattr(reading, "version", lambda: "9.9.9")
    assert queries.kept_proposals(tomorrow) is None


@pytest.mark.both_databases
def test_a_line_is_to_complete_once_its_service_leaves_the_eea_with_nothing_that_frames_it(session):
    ctx = begin(session)
    line = activity_of(ctx, controller_sheet(name="Fidélité"), numbers(session, Service)[:1])
    keep_proposals(replace(ctx, actor=SYSTEM))
    to_complete = queries.ActivityFilter(queries.RegisterView.TO_COMPLETE, words="fidelite")

    def incomplete():
        session.expire_all()
        counted = sum(one.incomplete for one in queries.register_counts(ctx).values())
        return counted, [one.activity_id for one in queries.activity_page(ctx, to_complete).rows]

    before, listed = incomplete()
    assert listed == []
    whose = update(Service).where(Service.id == numbers(session, Service)[0])
    session.execute(whose.values(locations=["US"], transfer_mechanism=""))
    keep_proposals(replace(ctx, actor=SYSTEM))
    # « Boutique » rests on it as well.
    assert incomplete() == (before + 2, [line.id])
    session.execute(whose.values(ended_on=TODAY + timedelta(days=1)))
    keep_proposals(replace(ctx, actor=SYSTEM))
    assert incomplete() == (before + 2, [line.id])
    tomorrow = replace(ctx, now=NOW + timedelta(days=1), actor=SYSTEM)
    keep_proposals(tomorrow)
    assert incomplete()[1] == []


@pytest.mark.both_databases
def test_a_page_is_the_same_kept_worked_out_in_part_and_worked_out_whole(session, monkeypatch):
    ctx = begin(session)

    def page():
        session.expire_all()
        found = queries.proposal_page(ctx)
        return [str(one) if hasattr(one, "proposals") else one.proposal for one in found.rows], found.total

    whole, count = page(), queries.proposal_count(ctx)
    keep_proposals(replace(ctx, actor=SYSTEM))
    assert (page(), queries.proposal_count(ctx)) == (whole, count)
    session.execute(update(Service).values(retention="vingt ans"))
    kept = queries.kept_proposals(ctx)
    assert kept.stale
    in_part, count = page(), queries.proposal_count(ctx)
    assert in_part != whole
    monkeypatch.setattr(reading, "MOST_CHANGES", 1)
    assert queries.kept_proposals(ctx) is None
    assert (page(), queries.proposal_count(ctx)) == (in_part, count)
    monkeypatch.setattr(reading, "MOST_CHANGES", 200)
    monkeypatch.setattr(reading, "MOST_STALE", 1)
    assert queries.kept_proposals(ctx) is None
    keep_proposals(replace(ctx, actor=SYSTEM))
    assert (page(), queries.proposal_count(ctx)) == (in_part, count)


@pytest.mark.both_databases
def test_a_page_asks_the_same_of_thirty_lines_and_of_ninety(session):
    ctx = begin(session)
    numbered = numbers(session, Service)
    asked = []

    def note(*_told):
        asked[-1] += 1

    for turn in range(2):
        for rank in range(30 * (turn + 1)):
            activity_of(ctx, controller_sheet(name=f"Boutique {turn} {rank}"), (numbered[rank % 6],))
        keep_proposals(replace(ctx, actor=SYSTEM))
        session.expire_all()
        asked.append(0)
        event.listen(session.connection(), "before_cursor_execute", note)
        assert len(queries.proposal_page(ctx).rows) == 25
        event.remove(session.connection(), "before_cursor_execute", note)
    assert asked[0] == asked[1] <= 8


@pytest.mark.both_databases
def test_without_a_trigger_it_is_worked_out_from_the_rows(session):
    ctx = begin(session)
    keep_proposals(replace(ctx, actor=SYSTEM))
    connection = session.connection()
    raw = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        raw.execute("DROP TRIGGER proposals_service_update")
    else:
        raw.execute("ALTER TABLE service DISABLE TRIGGER proposals_service_update")
    session.execute(update(Service).values(ended_on=TODAY))
    assert queries.kept_proposals(ctx) is None
    assert queries.proposal_page(ctx).total == queries.proposal_count(ctx) == 0


@pytest.mark.both_databases
def test_it_is_kept_again_once_a_minute_at_most_when_something_moved(app, session):
    ctx = replace(begin(session), actor=SYSTEM)
    assert tasks.keep_proposals_soon(ctx) == 1
    assert tasks.keep_proposals_soon(ctx) == 0, "it is promised already"
    tasks.keep_proposals(ctx, job_id=1)(ctx)
    later = replace(ctx, now=NOW + timedelta(minutes=2))
    assert not keeping.must_keep(later)
    assert tasks.keep_proposals_soon(later) == 0
    session.execute(update(Vendor).values(country="BE"))
    assert not keeping.must_keep(later), "nothing that is read"
    session.execute(update(Vendor).values(name="Colibri"))
    assert tasks.keep_proposals_soon(later) == 1
    tasks.keep_proposals(later, job_id=2)(later)
    tomorrow = replace(ctx, now=NOW + timedelta(days=1))
    assert keeping.must_keep(tomorrow)


@pytest.fixture
def lasting(lasting_url):
    found = Database.at(lasting_url)
    yield found
    found.engine.dispose()


def test_what_stood_before_is_proposed_when_it_comes_and_kept_by_the_worker(lasting):
    with lasting.transaction() as session:
        begin(session)
    with lasting.reading() as session:
        before = recounted(Context(session, DPO, NOW))
    migrating.downgrade(lasting, "0095")
    migrating.upgrade(lasting)
    with lasting.transaction() as session:
        ctx = Context(session, DPO, NOW)
        assert queries.kept_proposals(ctx) is None
        assert queries.proposal_page(ctx).total == before[1].lines + before[1].services
        keep_proposals(replace(ctx, actor=SYSTEM))
        assert shown(ctx) == before


def test_what_is_noted_while_it_is_kept_is_for_the_next_time(lasting):
    if lasting.engine.dialect.name == "sqlite":
        pytest.skip("one writes at a time")
    with lasting.transaction() as session:
        begin(session)
        first, second = numbers(session, Vendor)[:2]
        keep_proposals(Context(session, SYSTEM, NOW))
    with lasting.transaction() as one, lasting.transaction() as other:
        other.execute(text("SET LOCAL lock_timeout = '2s'"))
        one.execute(update(Vendor).where(Vendor.id == first).values(folded_name="zz"))
        keep_proposals(Context(other, SYSTEM, NOW))
    with lasting.transaction() as one, lasting.transaction() as other:
        one.execute(update(Service).where(Service.vendor_id == first).values(retention="vingt ans"))
        other.execute(text("SET LOCAL lock_timeout = '2s'"))
        other.execute(update(Service).where(Service.vendor_id == second).values(retention="vingt ans"))
    with lasting.reading() as session:
        check(session)
    with lasting.transaction() as session:
        keep_proposals(Context(session, SYSTEM, NOW))
        check(session)
        session.execute(text("TRUNCATE proposal_dismissal"))
        assert queries.kept_proposals(Context(session, DPO, NOW)) is None


def test_to_work_it_out_holds_nobody_up_and_what_moves_meanwhile_stays_noted(lasting):
    with lasting.transaction() as session:
        begin(session)
        keep_proposals(Context(session, SYSTEM, NOW))
        session.execute(update(Service).values(retention="vingt ans"))
    with lasting.reading() as working:
        keep = keeping.work_out_proposals(Context(working, SYSTEM, NOW))
        with lasting.transaction() as other:
            other.execute(update(Service).values(retention="trente ans"))
            other.execute(update(Vendor).values(folded_name="zz"))
        with lasting.transaction() as session:
            keep(Context(session, SYSTEM, NOW))
    with lasting.reading() as session:
        assert queries.kept_proposals(Context(session, DPO, NOW)).stale
        check(session)


def test_what_was_worked_out_before_another_kept_it_is_not_kept(lasting):
    with lasting.transaction() as session:
        begin(session)
        keep_proposals(Context(session, SYSTEM, NOW))
        session.execute(update(Service).values(retention="vingt ans"))
    with lasting.reading() as working:
        late = keeping.work_out_proposals(Context(working, SYSTEM, NOW))
    with lasting.transaction() as session:
        keep_proposals(Context(session, SYSTEM, NOW))
    with lasting.transaction() as session:
        session.execute(update(Service).values(retention="trente ans"))
        late(Context(session, SYSTEM, NOW))
        assert queries.kept_proposals(Context(session, DPO, NOW)).stale
        check(session)


def test_a_drill_s_copy_keeps_nothing_and_then_its_own(lasting, tmp_path):
    with lasting.transaction() as session:
        begin(session)
        keep_proposals(Context(session, SYSTEM, NOW))
    folder = tmp_path / "exercice"
    database_copy.make_copy(lasting, folder, "exercice_1")
    copy = database_copy.open_copy(lasting, folder, "exercice_1")
    with copy.transaction() as session:
        keep_proposals(Context(session, SYSTEM, NOW))
        check(session)
        session.execute(delete(SubProcessor))
        check(session)
    with lasting.reading() as session:
        check(session)
    database_copy.erase_copy(lasting, folder, "exercice_1")


def test_the_tables_and_triggers_of_the_models_are_those_of_the_migration(tmp_path):
    """Each stands in two places, for a migration never changes: whoever edits one is told of the other."""
    made, copied = (Database.at(f"sqlite:///{tmp_path / name}.db") for name in ("made", "copied"))
    migrating.upgrade(made)
    Base.metadata.create_all(copied.engine)
    told = text("SELECT name, sql FROM sqlite_master WHERE name LIKE '%proposal%' AND tbl_name <> 'clause_proposal'")
    texts = []
    for database in (made, copied):
        with database.reading() as session:
            texts.append({name: " ".join((sql or "").split()) for name, sql in session.execute(told)})
            assert session.execute(select(KEEPING.c.language).order_by(KEEPING.c.language)).scalars().all() == [
                "en", "fr",
            ]  # fmt: skip
            assert session.scalar(select(func.count()).select_from(KEPT)) == 0
        database.engine.dispose()
    names = proposal_marks.note_names("sqlite") | {"proposal_keeping", "kept_proposal", "proposal_change"}
    assert names <= set(texts[0])
    assert {name: texts[0][name] for name in names} == {name: texts[1][name] for name in names}
