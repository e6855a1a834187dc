"""What a process keeps of the chain is what the database says: whatever changes it, by whatever way.

Each time, what is shown is compared with what is worked out from every row (`plain_chain`).
"""

import csv
import re
import shutil
import threading
from datetime import timedelta
from random import Random

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import String, delete, event, select, text, update

from portal.audits.models import StandingAnswer
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Actor, Role
from portal.chain import picture_page as drawing
from portal.chain import queries, services
from portal.chain import what_if_page as asking
from portal.chain.link_rows import LinkRow
from portal.chain.models import ChainCompany, ChainLink, ChainTransfer, LinkSource, NameJudgement, NameVerdict
from portal.chain.picture_page import PictureQuestion, picture_page
from portal.chain.queries import world as reading
from portal.chain.rules.transfer_tools import ClauseModule, TransferTool
from portal.chain.services import ChainFile, CompanySheet, TransferSheet
from portal.chain.watches import CHAIN_MARKS
from portal.chain.what_if_answer import Question, answer_of
from portal.chain.what_if_page import Asked, what_if_page
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractState
from portal.core import database_copy, migrating, process
from portal.core.db import Base, Database
from portal.core.language import Language
from portal.processing.models import ActivityService, ActivityVersion, ProcessingActivity
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.vendors.services import keep_sub_processors
from portal.web import command
from tests.chain.plain_chain import plain_picture, plain_world
from tests.conftest import NOW, settings_for
from tests.factories.desk import entity_of, service_of
from tests.factories.register import activity_of, controller_sheet
from tests.factories.signatures import contract_of
from tests.factories.world import audit_of, vendor_of

DPO = Actor(Role.DPO, 1, "Claire", "claire@exemple.test", Language.FR)
PLACES = ("FR", "US", "IN", "MA", "")
WHY = "même numéro d'immatriculation"


class Portal:
    """A portal whose commits last, and its map as two readers see it."""

    def __init__(self, app, url, folder):
        self.database = Database.at(url)
        self.app = app
        process.prepare(settings_for(folder, url))
        self.at = NOW

    def write(self, act):
        """Do something in a transaction of its own."""
        with self.database.transaction() as session:
            return act(Context(session, SYSTEM, self.at))

    def seen(self, question=None, *, plain=False):
        """The page of the map, or what it should be."""
        with self.app.test_request_context(), self.database.reading() as session:
            ctx = Context(session, DPO, self.at)
            show = plain_picture if plain else picture_page
            return show(ctx, question or PictureQuestion(), Language.FR)

    def told(self, asked, *, plain=False, actor=DPO):
        """What the page of a question lists, or what it should, and how often it was read to say so."""
        made = []

        def shown(answer, _arguments):
            made.append(1)
            found = (answer.vendors, answer.nodes, answer.activities, answer.contracts, answer.without_fallback)
            return repr((*map(list, found), answer.persons, [str(note) for note in answer.notes]))

        with self.app.test_request_context(), self.database.reading() as session:
            ctx = Context(session, actor, self.at)
            if plain:
                found = asking._question(ctx, plain_world(ctx), asked)
                return shown(answer_of(ctx, plain_world(ctx), found), {}), made
            return str(what_if_page(ctx, asked, Language.FR, shown).reached), made

    def answers(self, *questions):
        """What these questions list, once it is seen to be what it should be, read and then kept."""
        found = [self.told(asked)[0] for asked in questions]
        assert found == [self.told(asked, plain=True)[0] for asked in questions]
        assert [self.told(asked) for asked in questions] == [(one, []) for one in found], "kept"
        return found

    def agrees(self, question=None):
        """What is shown, once it is seen to be what it should be, drawn and then kept."""
        shown = self.seen(question)
        assert shown == self.seen(question, plain=True)
        assert self.seen(question) is self.seen(question), "kept"
        return shown


def keep_nothing():
    for held in (drawing._DRAWABLE, drawing._PAGES, reading._WORLDS):
        held.clear()
    asking._REACHED.forget()


@pytest.fixture(autouse=True)
def _nothing_kept():
    keep_nothing()


@pytest.fixture
def portal(_app, lasting_url, tmp_path, monkeypatch):
    """The suite's application, which asks for nothing but a database of this test's own."""
    found = Portal(_app, lasting_url, tmp_path)
    monkeypatch.setitem(_app.extensions, "vigie.database", found.database)
    yield found
    found.database.engine.dispose()


def rows_of(*lines):
    return [LinkRow(number, one, other, "Paie", (place,) if place else (), "liste")
            for number, (one, other, place) in enumerate(lines, 1)]  # fmt: skip


def enter(ctx, *lines):
    services.enter_chain(ctx, ChainFile("liste.csv", rows_of(*lines), ()))


def company(ctx, name):
    return ctx.session.scalars(select(ChainCompany).where(ChainCompany.name == name)).one()


def begin(ctx):
    """Three vendors, a line of the register, a chain that comes back on itself, two names of one company."""
    rive, lune, mica = (vendor_of(ctx.session, name=name, country="FR") for name in ("Rive", "Lune", "Mica"))
    entity = entity_of(ctx.session, name="Maison")
    own = service_of(ctx.session, rive, entity, name="Paie")
    service_of(ctx.session, lune, None, name="Envoi")
    service_of(ctx.session, mica, entity, name="Tri")
    activity_of(ctx, controller_sheet(name="Salaires"), (own.id,))
    enter(ctx, ("Rive", "Phare", "US"), ("Phare", "Dune", "IN"), ("Dune", "Phare", "US"), ("Lune", "Phare Inc.", "US"),
          ("Dune", "Sel", "FR"))  # fmt: skip
    services.judge_names(ctx, company(ctx, "Phare"), company(ctx, "Phare Inc."), NameVerdict.SAME, WHY)


def imported(ctx):
    enter(ctx, ("Sel", "Vague", "MA"))


def described(ctx):
    services.describe_company(ctx, company(ctx, "Sel"), CompanySheet("", "", "MA", ""))


def vendor_chosen(ctx):
    services.choose_vendor(ctx, company(ctx, "Rive"), None)


def framed(ctx):
    sheet = TransferSheet("IN", "", None, TransferTool.CLAUSES, ClauseModule.TWO, None, "", TransferTool.UNKNOWN)
    services.frame_transfer(ctx, company(ctx, "Dune"), sheet)


def joined(ctx):
    services.judge_names(ctx, company(ctx, "Sel"), company(ctx, "Dune"), NameVerdict.SAME, WHY)


def parted(ctx):
    first = ctx.session.scalars(select(NameJudgement.id).order_by(NameJudgement.id)).first()
    services.undo_judgement(ctx, queries.get_judgement(ctx, first), "ce n'est pas la même")


def stated(ctx):
    vendor = ctx.session.scalars(select(Vendor).where(Vendor.name == "Lune")).one()
    row = {"name": "Ancre", "service": "", "country": "US", "address": "", "contact": "", "data": ""}
    keep_sub_processors(ctx, vendor, [row])
    ctx.session.flush()
    assert services.follow_stated(ctx, vendor)


def renamed(ctx):
    ctx.session.scalars(select(Vendor).where(Vendor.name == "Rive")).one().name = "Rive et Fils"


def moved(ctx):
    ctx.session.scalars(select(Vendor).where(Vendor.name == "Mica")).one().country = "MA"


def entrusted(ctx):
    service_of(ctx.session, ctx.session.scalars(select(Vendor)).first(), None, name="Stockage")


def service_ended(ctx):
    ctx.session.execute(update(Service).where(Service.name == "Envoi").values(ended_on=ctx.today))


def entity_renamed(ctx):
    ctx.session.scalars(select(LegalEntity).where(LegalEntity.name == "Maison")).one().name = "Maison Sud"


def registered(ctx):
    own = ctx.session.scalars(select(Service).where(Service.name == "Envoi")).one()
    activity_of(ctx, controller_sheet(name="Lettres"), (own.id,))


def line_renamed(ctx):
    ctx.session.execute(update(ActivityVersion).values(name="Salaires et primes"))


def line_ended(ctx):
    ctx.session.execute(update(ProcessingActivity).values(ended_on=ctx.today))


def unlinked(ctx):
    ctx.session.execute(delete(ActivityService))


def link_removed(ctx):
    dune, sel = company(ctx, "Dune"), company(ctx, "Sel")
    ctx.session.execute(delete(ChainLink).where(ChainLink.engaging_id == dune.id, ChainLink.engaged_id == sel.id))


def bare_statement(ctx):
    ctx.session.connection().exec_driver_sql("UPDATE chain_company SET name = 'Sable' WHERE name = 'Phare'")


def bulk_written(ctx):
    ctx.session.connection().execute(
        ChainLink.__table__.insert(),
        [{"engaging_id": company(ctx, "Sel").id, "engaged_id": company(ctx, "Rive").id, "service": "", "source": "",
          "countries": "JP", "source_kind": LinkSource.LIST, "valid_from": ctx.today}],
    )  # fmt: skip


def in_a_savepoint(ctx):
    with ctx.session.begin_nested() as lost:
        enter(ctx, ("Sel", "Perdue", "MA"))
        lost.rollback()
    enter(ctx, ("Sel", "Gagnée", "MA"))


CHANGES = (
    imported, described, vendor_chosen, framed, joined, parted, stated, renamed, moved, entrusted, service_ended,
    entity_renamed, registered, line_renamed, unlinked, line_ended, link_removed, bare_statement, bulk_written,
    in_a_savepoint,
)  # fmt: skip


def test_each_way_of_changing_what_is_drawn_shows_at_once(portal):
    portal.write(begin)
    before = portal.agrees()
    for change in CHANGES:
        portal.write(change)
        after = portal.agrees()
        assert after != before, f"{change.__name__} changes the picture"
        before = after


def contract_signed(ctx):
    contract_of(ctx, ctx.session.scalars(select(Vendor).where(Vendor.name == "Lune")).one())


def contract_renamed(ctx):
    ctx.session.execute(update(Contract).values(title="Accord de juin"))


def exit_planned(ctx):
    vendor = ctx.session.scalars(select(Vendor).where(Vendor.name == "Lune")).one()
    audit = audit_of(ctx.session, vendor)
    ctx.session.add(
        StandingAnswer(
            vendor_id=vendor.id, question_key=queries.EXIT_PLAN, value={"v": "essaye"}, audit_id=audit.id,
            sent_at=NOW, said_at=NOW, said_by="Ana",
        )
    )  # fmt: skip


def exit_plan_contested(ctx):
    ctx.session.execute(update(StandingAnswer).values(contested=True))


def persons_told(ctx):
    for version in ctx.session.scalars(select(ActivityVersion)):
        version.content = {**version.content, "volume": "moins_1000000"}


def contract_ended(ctx):
    ctx.session.execute(update(Contract).values(state=ContractState.TERMINATED))


FAILS, LOST = Asked(company="Phare"), Asked(country="US")


def test_each_way_of_changing_what_a_question_reaches_shows_at_once(portal):
    portal.write(begin)
    before = portal.answers(FAILS, LOST)
    moving = (contract_signed, contract_renamed, exit_planned, exit_plan_contested, persons_told, contract_ended,
              renamed, unlinked, vendor_chosen, imported, joined, bare_statement)  # fmt: skip
    unmoved = {imported, joined}
    for change in moving:
        portal.write(change)
        asked = (FAILS, LOST) if change is not bare_statement else (LOST,)
        after = portal.answers(*asked)
        assert (after != before) or change in unmoved, f"{change.__name__} changes an answer"
        before = after


def test_an_answer_is_kept_for_who_sees_all_alone(portal):
    portal.write(begin)
    portal.write(contract_signed)
    whole = portal.answers(LOST)
    until = Actor(Role.DPO, 1, "Claire", until=(NOW + timedelta(days=3)).date())
    assert [bool(portal.told(LOST, actor=until)[1]) for _ in range(2)] == [True, True]
    for role in (Role.LEGAL, Role.MANAGEMENT):
        assert portal.told(LOST, actor=Actor(role, 2, "X")) == (whole[0], []), role
    for asked in (Asked(country="Atlantide"), Asked(company="Nulle"), Asked()):
        with portal.app.test_request_context(), portal.database.reading() as session:
            page = what_if_page(Context(session, DPO, NOW), asked, Language.FR, lambda *_told: "x")
            assert page.reached is None


def test_what_is_taken_back_leaves_what_was_kept(portal):
    portal.write(begin)
    before = portal.agrees()

    class Lost(Exception):
        pass

    def fail(ctx):
        imported(ctx)
        raise Lost

    with pytest.raises(Lost):
        portal.write(fail)
    assert portal.seen() is before
    assert portal.agrees() == before
    portal.write(described)
    assert portal.agrees() != before


def test_who_writes_sees_what_it_wrote_and_nobody_else_before_it_ends(portal):
    portal.write(begin)
    before = portal.agrees()
    with portal.database.session(write=True) as session, portal.app.test_request_context():
        writer = Context(session, DPO, NOW)
        for change in (imported, framed, imported, renamed):
            change(writer)
            session.flush()
            own = picture_page(writer, PictureQuestion(), Language.FR)
            assert own == plain_picture(writer, PictureQuestion(), Language.FR)
            assert own != before
        assert portal.seen() is before
        session.rollback()
    assert portal.seen() is before


def test_two_writers_at_once_do_not_wait_for_each_other_on_postgresql_and_both_show(portal):
    portal.write(begin)
    portal.agrees()
    if portal.database.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    with portal.database.session(write=True) as one, portal.database.session(write=True) as other:
        described(Context(one, SYSTEM, NOW))
        one.flush()
        other.execute(text("SET LOCAL lock_timeout = '5s'"))
        moved(Context(other, SYSTEM, NOW))
        other.execute(update(ChainCompany).where(ChainCompany.name == "Dune").values(country="JP"))
        other.commit()
        first = portal.agrees()
        one.commit()
    assert portal.agrees() != first


def test_the_list_imported_by_the_command_shows(portal, tmp_path, monkeypatch):
    portal.write(begin)
    before = portal.agrees()
    monkeypatch.setattr(command, "ready", lambda store: None)
    path = tmp_path / "chaine.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["controller_or_processor", "sub_processor", "service", "country", "source"],
                                    ["Sel", "Cap", "", "US", ""]])  # fmt: skip
    done = portal.app.test_cli_runner().invoke(args=["register", "chain", "import", str(path)])
    assert done.exit_code == 0, done.output
    assert portal.agrees() != before


def test_a_day_that_comes_shows_what_begins_on_it(portal):
    portal.write(begin)
    before = portal.agrees()
    portal.write(lambda ctx: ctx.session.execute(
        update(ChainLink).values(valid_from=ctx.today + timedelta(days=2), countries="")))  # fmt: skip
    during = portal.agrees()
    assert during != before
    portal.at = NOW + timedelta(days=2)
    assert portal.agrees() != during


def test_a_database_brought_back_shows_what_it_holds(portal, tmp_path):
    portal.write(begin)
    before = portal.agrees()
    if portal.database.engine.dialect.name == "sqlite":
        path = tmp_path / "own.db"
        database_copy.copy_file(path, _empty(tmp_path / "before.db"))
        portal.write(imported)
        assert portal.agrees() != before
        portal.database.engine.dispose()
        for name in ("own.db-wal", "own.db-shm"):
            (tmp_path / name).unlink(missing_ok=True)
        shutil.copy(tmp_path / "before.db", path)
        assert portal.agrees() == before
        portal.write(described)
        assert portal.agrees() != before
    other = database_copy.open_copy(portal.database, _copied(portal, tmp_path), "exercice_1")
    portal.database, true = other, portal.database
    held = portal.agrees()
    portal.write(bare_statement)
    assert portal.agrees() != held
    portal.database = true
    assert portal.agrees() == held, "a drill moves nothing of what is true"
    portal.write(joined)
    assert portal.agrees() != held
    database_copy.erase_copy(true, tmp_path / "exercice", "exercice_1")


def _empty(path):
    path.touch()
    return path


def _copied(portal, folder):
    database_copy.make_copy(portal.database, folder / "exercice", "exercice_1")
    return folder / "exercice"


def test_what_is_not_watched_is_not_kept(portal):
    """A migration that copies a table takes its triggers away; a person may disable one: then all is read each time."""
    portal.write(begin)
    portal.agrees()
    with portal.database.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA legacy_alter_table=ON")
            with Operations(MigrationContext.configure(connection)).batch_alter_table("chain_transfer") as table:
                table.alter_column("country", type_=String(6))
        else:
            connection.exec_driver_sql("ALTER TABLE service DISABLE TRIGGER watch_service")
    with portal.database.reading() as session:
        assert queries.marks(Context(session, DPO, NOW)) is None
    assert portal.seen() is not portal.seen()
    portal.write(service_ended)
    portal.write(framed)
    assert portal.seen() == portal.seen(plain=True)


def test_the_way_back_and_forward_again_marks_anew(portal):
    portal.write(begin)
    before = portal.agrees()
    migrating.downgrade(portal.database, "0069")
    portal.write(bare_statement)
    migrating.upgrade(portal.database)
    assert portal.agrees() != before


def test_every_trigger_stands_once_the_database_is_up_to_date(portal):
    with portal.database.reading() as session:
        dialect = session.get_bind().dialect.name
        told = "SELECT tgname FROM pg_trigger" if dialect == "postgresql" else "SELECT name FROM sqlite_master"
        held = {name for name in session.scalars(text(told)) if name.startswith("watch_")}
        assert held == CHAIN_MARKS.trigger_names(dialect)
        assert queries.marks(Context(session, DPO, NOW)) is not None


def test_the_triggers_of_a_drill_s_copy_are_those_of_the_migration(tmp_path):
    """Each stands in two places, for a migration never changes: whoever edits one is told of the other."""
    made, copied = (Database.at(f"sqlite:///{tmp_path / name}.db") for name in ("made", "copied"))
    migrating.upgrade(made)
    Base.metadata.create_all(copied.engine)
    told = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'watch_%'")
    texts = []
    for database in (made, copied):
        with database.reading() as session:
            texts.append({name: " ".join(sql.split()) for name, sql in session.execute(told)})
        database.engine.dispose()
    assert set(texts[0]) == CHAIN_MARKS.trigger_names("sqlite")
    assert texts[0] == texts[1]


def test_every_column_that_is_read_to_draw_or_to_answer_is_watched(portal):
    portal.write(begin)
    portal.write(contract_signed)
    told = []
    listen = (portal.database.engine, "before_cursor_execute", lambda *found: told.append(found[2]))
    event.listen(*listen)
    portal.seen()
    for asked in (FAILS, LOST):
        assert portal.told(asked)[1]
    event.remove(*listen)
    read = {
        pair
        for statement in told
        for pair in re.findall(r"\b(\w+)\.(\w+)\b", statement)
        if pair[0] in CHAIN_MARKS.watched
    }
    assert {table for table, _ in read} == set(CHAIN_MARKS.watched), "every table is read"
    missed = {
        (table, column) for table, column in read if (of := CHAIN_MARKS.watched[table].columns) and column not in of
    }
    assert {column for _, column in missed} <= {"id"}, "a number does not change"


def test_who_does_not_see_every_vendor_is_shown_no_kept_picture(portal):
    portal.write(begin)
    portal.agrees()
    until = Actor(Role.DPO, 1, "Claire", until=NOW.date())
    with portal.app.test_request_context(), portal.database.reading() as session:
        assert drawing._key(Context(session, until, NOW), Language.FR) is None
        for role in (Role.DPO, Role.BUYER, Role.MANAGEMENT, Role.LEGAL):
            assert drawing._key(Context(session, Actor(role, 2, "X"), NOW), Language.FR) is not None, role
        for role in (Role.EXPERT, Role.VENDOR_ADMIN, Role.ANONYMOUS):
            assert drawing._key(Context(session, Actor(role, 2, "X"), NOW), Language.FR) is None, role


QUESTIONS = st.one_of(
    st.just(PictureQuestion()),
    st.just(PictureQuestion(red=True)),
    st.sampled_from(["US", "IN", "ZZ"]).map(lambda code: PictureQuestion(country=code)),
    st.builds(PictureQuestion, words=st.sampled_from(["soc", "société 1", "vend", "personne"]),
              country=st.sampled_from(["", "US"]), red=st.booleans()),
    st.sampled_from(["company:3", "country:US", "vendor:1", "group:3:États-Unis", "group:2:*", "activity:1", "x"])
    .map(lambda key: PictureQuestion(focus=key)),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=12)
@given(seed=st.integers(0, 10**6), asked=st.lists(QUESTIONS, min_size=2, max_size=4), size=st.integers(2, 60))
def test_the_map_of_any_world_is_what_was_drawn_before(portal, seed, asked, size):
    draw = Random(seed)
    portal.write(lambda ctx: _world(ctx, draw, size))
    for question in (PictureQuestion(), *asked):
        portal.agrees(question)
    portal.write(lambda ctx: _world(ctx, draw, 3))
    for question in asked:
        portal.agrees(question)
    with portal.app.test_request_context(), portal.database.reading() as session:
        ctx = Context(session, DPO, NOW)
        new, old = queries.chain_world(ctx), plain_world(ctx)
        assert (new.nodes, new.graph) == (old.nodes, old.graph)
        knots = sorted({node.knot for node in new.nodes})
        vendor = draw.choice(ctx.session.scalars(select(Vendor.id)).all())
        for question in (Question(country="US"), Question(country="IN"), Question(frozenset(draw.sample(knots, 1))),
                         Question(frozenset(draw.sample(knots, 2)), frozenset([vendor]))):  # fmt: skip
            assert answer_of(ctx, new, question) == answer_of(ctx, old, question)
        for text_ in (new.nodes[0].name, new.nodes[-1].key, "société", "Vendeur 1", "rien de tel", ""):
            assert queries.node_named(ctx, new, text_) == queries.node_named(ctx, old, text_)


def _world(ctx, draw, size):
    """A chain at random over what is there: loops, names joined and parted, transfers, vendors, a register."""
    names = [f"Société {draw.randrange(40)} {draw.choice('AB')}" for _ in range(size)]
    vendors = [vendor_of(ctx.session, name=f"Vendeur {draw.randrange(10**9)}", country=draw.choice(("FR", "US")))
               for _ in range(max(1, size // 8))]  # fmt: skip
    entity = entity_of(ctx.session, name=f"Entité {draw.randrange(10**9)}")
    for vendor in vendors:
        own = [service_of(ctx.session, vendor, draw.choice((entity, None)), name=draw.choice(("Paie", "Envoi")))
               for _ in range(draw.randrange(3))]  # fmt: skip
        if own and draw.random() < 0.7:
            activity_of(ctx, controller_sheet(name=f"Fiche {draw.randrange(99)}"), tuple(one.id for one in own[:1]))
        names.append(vendor.name)
    enter(ctx, *((draw.choice(names), draw.choice(names), draw.choice(PLACES)) for _ in range(size)))
    held = ctx.session.scalars(select(ChainCompany).order_by(ChainCompany.id)).all()
    ctx.session.expire_all()
    for _ in range(draw.randrange(3)):
        one, other = draw.sample(held, 2)
        ctx.session.refresh(one)
        ctx.session.refresh(other)
        known = ctx.session.scalars(select(NameJudgement).where(NameJudgement.undone_at.is_(None))).first()
        if one.knot != other.knot:
            services.judge_names(ctx, one, other, NameVerdict.SAME, WHY)
        elif known is not None:
            services.undo_judgement(ctx, queries.get_judgement(ctx, known.id), WHY)
    for _ in range(draw.randrange(3)):
        sheet = TransferSheet(draw.choice(("US", "IN")), "", None, draw.choice((TransferTool.RULES, TransferTool.NONE)),
                              ClauseModule.UNKNOWN, None, "", TransferTool.UNKNOWN)  # fmt: skip
        services.frame_transfer(ctx, draw.choice(held), sheet)
    assert ctx.session.scalar(select(ChainTransfer.id).limit(1)) is None or held


def test_two_readers_at_once_draw_it_once(portal, monkeypatch):
    portal.write(begin)
    drawn, honest, gate = [], drawing._whole, threading.Barrier(4)
    monkeypatch.setattr(drawing, "_whole", lambda *told: (drawn.append(1), honest(*told))[1])
    found = []

    def read():
        gate.wait()
        found.append(portal.seen())

    threads = [threading.Thread(target=read) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(drawn) == 1
    assert all(page is found[0] for page in found)
