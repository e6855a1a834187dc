"""The life of contracts as services lead it: what counts, what does not, and what the calendar does."""

from contextlib import suppress
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.contracts import edit_queries, library, services, tasks
from portal.contracts.models import Contract
from portal.contracts.rules.contract_terms import deadlines_of
from portal.contracts.rules.life import ContractAct, ContractOrigin, ContractState, CopyReading, leads_to
from portal.contracts.rules.roles import JOINT, JOINT_TEMPLATE
from portal.contracts.services import ContractDates, ContractSubject
from portal.core import process
from portal.core.db import Database
from portal.core.errors import Forbidden, Refused
from portal.core.stored import StoredFile
from portal.jobs.models import Job
from portal.journal.models import JournalEntry
from portal.notices.models import Notice
from portal.vendors import queries as vendors
from portal.vendors.models import SignedContract
from portal.vendors.rules.standing import ContractStanding
from portal.vendors.services import ServiceSheet, add_service, end_service, reclassify_some
from tests.conftest import NOW
from tests.effort import at_most
from tests.factories.desk import service_of
from tests.factories.people import user_of
from tests.factories.signatures import contract_of
from tests.factories.world import vendor_of

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]

READ = "J'ai lu les douze pages : les deux parties, l'objet, leurs signatures."


@pytest.fixture
def legal(acting):
    return acting(Role.LEGAL)


def on(ctx, day):
    """The same person on another day."""
    return Context(ctx.session, ctx.actor, NOW + (day - NOW.date()))


def without_contract(ctx):
    return len(vendors.first_vendors(ctx, vendors.WITHOUT_CONTRACT))


@pytest.mark.parametrize("reading", [None, CopyReading.UNREADABLE, CopyReading.NOT_BINDING, CopyReading.OTHER_NAME])
def test_a_copy_that_shows_no_contract_counts_only_once_a_person_says_in_writing_what_it_shows(session, legal, reading):
    """The cheapest lie: a blank page, a scan or somebody else's contract handed in as the signed copy."""
    vendor = vendor_of(session)
    contract = contract_of(legal, vendor, reading=reading)
    assert (contract.state, vendor.standing) == (ContractState.IN_FORCE, ContractStanding.UNREAD)
    assert without_contract(legal) == 1
    for words in ("", "lu", " " * 40):
        with pytest.raises(Refused):
            services.do_act(legal, contract, ContractAct.VOUCH, why=words)
    services.do_act(legal, contract, ContractAct.VOUCH, why=READ)
    assert (vendor.standing, without_contract(legal)) == (ContractStanding.IN_FORCE, 0)
    assert (contract.vouched_by_id, contract.vouched_why) == (legal.actor.id, READ)
    session.commit()
    [entry] = session.scalars(select(JournalEntry).where(JournalEntry.action == "contract.vouched"))
    assert entry.after["why"] == READ


def test_no_act_is_done_outside_the_table_nor_one_of_the_table_without_what_it_holds(session, legal):
    """The cheapest lies: « signed » without a copy, « in force » because somebody said so."""
    contract = contract_of(legal, vendor_of(session))
    asked = 0
    for state, origin, act in product(ContractState, ContractOrigin, ContractAct):
        plain = act in {ContractAct.SUBMIT, ContractAct.SEND, ContractAct.TAKE_BACK, ContractAct.AGREE,
                        ContractAct.VOUCH, ContractAct.TERMINATE, ContractAct.REPLACE, ContractAct.DISCARD}  # fmt: skip
        if plain and leads_to(act, state, origin) is not None:
            continue
        contract.state, contract.origin = state, origin
        with pytest.raises(Refused):
            services.do_act(legal, contract, act, why=READ)
        asked += 1
        assert contract.state is state
    assert asked > 400


def test_a_reading_that_comes_after_a_person_or_about_another_copy_changes_nothing(session, legal):
    contract = contract_of(legal, vendor_of(session), reading=CopyReading.UNREADABLE)
    services.do_act(legal, contract, ContractAct.VOUCH, why=READ)
    assert not services.record_copy_reading(legal, contract.id, contract.signature_id, CopyReading.NOT_BINDING)
    assert contract.copy_reading is CopyReading.VOUCHED


def test_a_day_of_effect_to_come_makes_a_contract_signed_until_that_day(session, legal):
    vendor, day = vendor_of(session), legal.today + timedelta(days=30)
    contract = contract_of(legal, vendor, dates=ContractDates(day, 12, 0, "3"))
    assert (contract.state, vendor.standing) == (ContractState.SIGNED, ContractStanding.SIGNED)
    assert without_contract(legal) == 1
    services.follow_calendar(on(legal, day - timedelta(days=1)), 0)
    assert contract.state is ContractState.SIGNED
    for _ in range(2):
        services.follow_calendar(on(legal, day), 0)
    assert (contract.state, vendor.standing) == (ContractState.IN_FORCE, ContractStanding.IN_FORCE)
    session.commit()
    noted = session.scalars(select(JournalEntry.action).where(JournalEntry.object_id == contract.id)).all()
    assert noted.count("contract.in_force") == 1


def test_a_contract_that_is_not_renewed_expires_the_day_after_its_last_and_says_when_it_ended(session, legal):
    vendor = vendor_of(session)
    contract = contract_of(legal, vendor, dates=ContractDates(legal.today - timedelta(days=10), 1, 0, "0"))
    last = contract.expires_on
    assert (vendor.covered_until, last > legal.today) == (last, True)
    services.follow_calendar(on(legal, last), 0)
    assert contract.state is ContractState.IN_FORCE
    services.follow_calendar(on(legal, last + timedelta(days=1)), 0)
    assert (contract.state, contract.ended_on, vendor.standing) == (ContractState.EXPIRED, last, ContractStanding.NONE)
    assert (vendor.signed_on, vendor.covered_until) == (None, None)


def test_a_renewal_forgotten_is_put_right_by_its_dates(session, legal):
    vendor, begun = vendor_of(session), legal.today - timedelta(days=400)
    contract = contract_of(legal, vendor, on=begun, dates=ContractDates(begun, 12, 0, "3"))
    assert contract.state is ContractState.EXPIRED
    services.change_dates(legal, contract, ContractDates(begun, 12, 12, "3"))
    assert (contract.state, contract.expires_on, contract.ended_on) == (ContractState.IN_FORCE, None, None)
    assert (vendor.standing, vendor.signed_on) == (ContractStanding.IN_FORCE, begun)
    assert deadlines_of(contract, legal.today).period.number == 1


def test_without_a_day_of_effect_it_is_that_of_the_signature_and_that_is_said(session, legal):
    contract = contract_of(legal, vendor_of(session), on=date(2026, 3, 2))
    assert (contract.effective_on, contract.effective_is_assumed) == (date(2026, 3, 2), True)
    services.change_dates(legal, contract, ContractDates(date(2026, 3, 1), 36, 12, "90d"))
    assert (contract.effective_on, contract.effective_is_assumed) == (date(2026, 3, 1), False)


@pytest.mark.parametrize(
    "dates",
    [ContractDates(), ContractDates(date(2026, 1, 1), 12), ContractDates(date(2026, 1, 1), 12, 0, "bientôt"),
     ContractDates(date(2026, 1, 1), 5000, 0, "3")],
)  # fmt: skip
def test_dates_that_cannot_be_are_refused_and_nothing_changes(session, legal, dates):
    contract = contract_of(legal, vendor_of(session), on=date(2026, 3, 2))
    with pytest.raises(Refused):
        services.change_dates(legal, contract, dates)
    assert (contract.effective_on, contract.term_months) == (date(2026, 3, 2), None)


def test_an_amendment_hangs_on_its_contract_and_counts_for_nothing_alone(session, legal):
    vendor, other = vendor_of(session), vendor_of(session)
    main, amendment = contract_of(legal, vendor), contract_of(legal, vendor)
    services.assign_contract(legal, amendment, None, main.id)
    for contract, parent in ((main, amendment), (contract_of(legal, other), main), (main, main)):
        with pytest.raises(Refused):
            services.assign_contract(legal, contract, None, parent.id)
    services.do_act(legal, main, ContractAct.TERMINATE, why="Fin")
    assert vendor.standing is ContractStanding.NONE
    services.assign_contract(legal, amendment, None, None)
    assert vendor.standing is ContractStanding.IN_FORCE


def test_what_is_signed_is_not_discarded_and_goes_only_when_it_need_not_be_kept(session, legal):
    vendor = vendor_of(session)
    contract = contract_of(legal, vendor, on=date(2020, 1, 1))
    with pytest.raises(Refused, match="ne s’y fait pas"):
        services.do_act(legal, contract, ContractAct.DISCARD, why="Erreur")
    with pytest.raises(Refused):
        services.remove_after_retention(legal, contract)
    services.do_act(legal, contract, ContractAct.TERMINATE, why="Fin de la relation", day=date(2021, 11, 24))
    assert (vendor.standing, contract.ended_on) == (ContractStanding.NONE, date(2021, 11, 24))
    with pytest.raises(Refused, match="se conserve jusqu"):
        services.remove_after_retention(on(legal, date(2026, 11, 24)), contract)
    services.comment_paragraph(legal, contract, "special_1", "Ce que nous en pensions.")
    services.remove_after_retention(on(legal, date(2026, 11, 25)), contract)
    assert contract.state is ContractState.REMOVED
    assert not edit_queries.comments(legal, contract), "what was said of its text goes with its text"


@pytest.mark.parametrize("day", [date(2026, 12, 31), date(2019, 1, 1)])
def test_a_contract_ends_neither_tomorrow_nor_before_it_began(session, legal, day):
    contract = contract_of(legal, vendor_of(session), on=date(2020, 1, 1))
    with pytest.raises(Refused):
        services.do_act(legal, contract, ContractAct.TERMINATE, why="Fin", day=day)
    assert contract.state is ContractState.IN_FORCE


@pytest.mark.parametrize("role", [Role.BUYER, Role.MANAGEMENT, Role.EXPERT, Role.ADMIN])
def test_who_drafts_no_contract_does_nothing_with_one(session, acting, role):
    contract = contract_of(acting(Role.LEGAL), vendor_of(session))
    for do in (
        lambda ctx: services.do_act(ctx, contract, ContractAct.TERMINATE, why="Fin"),
        lambda ctx: services.change_dates(ctx, contract, ContractDates(NOW.date(), 12, 0, "3")),
        lambda ctx: services.remove_after_retention(ctx, contract),
        lambda ctx: services.withdraw_registered(ctx, contract, "Erreur"),
    ):
        with pytest.raises(Forbidden):
            do(acting(role))


def test_the_owner_and_legal_are_told_but_for_whoever_did_it(session, legal):
    owner, colleague = user_of(session, Role.BUYER), user_of(session, Role.LEGAL)
    contract = contract_of(legal, vendor_of(session, owner))
    session.query(Notice).delete()
    services.do_act(legal, contract, ContractAct.TERMINATE, why="Fin")
    assert set(session.scalars(select(Notice.user_id))) >= {owner.id, colleague.id}
    assert legal.actor.id not in set(session.scalars(select(Notice.user_id)))


def test_the_calendar_has_its_turn_once_a_day_and_asks_for_copies_nobody_was_asked_to_read(session, legal):
    contract = contract_of(legal, vendor_of(session), reading=None)
    contract.copy_reading = None
    session.query(Job).delete()
    ctx = Context(session, SYSTEM, NOW)
    assert (services.calendar_due(ctx), services.calendar_due(ctx)) == (1, 0)
    assert (services.follow_calendar(ctx, 0), services.follow_calendar(ctx, 0)) == (1, 0)
    assert contract.copy_reading is CopyReading.WAITING
    assert session.scalars(select(Job.kind).order_by(Job.kind)).all() == ["contracts.calendar", "paper.read_copy"]


WRITES = st.tuples(
    st.sampled_from(["sign", "vouch", "terminate", "withdraw", "dates", "calendar", "amendment"]),
    st.integers(0, 5),
    st.integers(0, 40),
)


class World:
    """Two vendors, their contracts, and the day it is."""

    def __init__(self, session):
        self.ctx, self.day = Context(session, SYSTEM, NOW), NOW.date()
        self.vendors, self.held = [vendor_of(session), vendor_of(session)], []

    def do(self, act, which, number):
        """Do one thing with one of the contracts, or enter another."""
        self.ctx = on(self.ctx, self.day)
        if act in ("sign", "amendment"):
            self._sign(which, number, amends=act == "amendment")
        elif act == "calendar":
            self.day += timedelta(days=number)
            services.follow_calendar(on(self.ctx, self.day), 0)
        elif self.held:
            self._change(self.held[which % len(self.held)], act, number)

    def _sign(self, which, number, *, amends):
        reading = [CopyReading.READ, CopyReading.UNREADABLE, None][number % 3]
        made = contract_of(self.ctx, self.vendors[which % 2], reading=reading)
        if amends and self.held:
            made.parent_id = self.held[0].id
            services.change_dates(self.ctx, made, ContractDates(self.ctx.today, 12, 12, "3"))
        self.held.append(made)

    def _change(self, contract, act, number):
        if act == "vouch":
            services.do_act(self.ctx, contract, ContractAct.VOUCH, why=READ)
        elif act == "terminate":
            services.do_act(self.ctx, contract, ContractAct.TERMINATE, why="Fin")
        elif act == "withdraw":
            services.withdraw_registered(self.ctx, contract, "Erreur")
        else:
            begun = self.ctx.today + timedelta(days=number - 20)
            services.change_dates(self.ctx, contract, ContractDates(begun, 1, number % 2, "0"))


@given(writes=st.lists(WRITES, max_size=8))
@at_most(12)
def test_vendors_with_a_contract_equal_a_count_by_hand(database: Database, writes):
    """Whatever is signed, read, dated, ended, in any order: the kept column equals a recount of every contract."""
    with database.session(write=True) as session:
        world = World(session)
        for write in writes:
            with suppress(Refused):
                world.do(*write)
        session.expire_all()
        for vendor in world.vendors:
            counted = [
                one for one in session.scalars(select(Contract).where(Contract.vendor_id == vendor.id))
                if one.state.value == "in_force" and one.copy_reading in ("read", "vouched") and one.parent_id is None
            ]  # fmt: skip
            assert (vendor.standing is ContractStanding.IN_FORCE) == bool(counted)
        session.rollback()


@pytest.mark.parametrize("shared", [False, True])
def test_the_files_of_a_contract_removed_are_destroyed_but_for_what_something_else_rests_on(session, legal, shared):
    vendor = vendor_of(session)
    contract = contract_of(legal, vendor, on=date(2020, 1, 1))
    if shared:
        contract_of(legal, vendor_of(session), on=date(2020, 1, 1))
    services.do_act(legal, contract, ContractAct.TERMINATE, why="Fin de la relation", day=date(2021, 11, 24))
    record = session.get_one(SignedContract, contract.signature_id)
    file = session.get_one(StoredFile, record.stored_file_id)
    services.remove_after_retention(on(legal, date(2026, 11, 25)), contract)
    (job,) = session.scalars(select(Job).where(Job.kind == "contracts.destroy")).all()
    assert process.store().exists(file.key)
    noted = tasks.destroy_removed_files(legal, **job.payload, job_id=job.id)
    assert process.store().exists(file.key) is shared
    assert (noted is None) is shared
    if noted is not None:
        noted(legal)
        session.commit()
        entries = session.scalars(select(JournalEntry).where(JournalEntry.action == "contract.files_destroyed")).all()
        assert [entry.after["sha256"] for entry in entries] == [[file.sha256]]
    again = tasks.destroy_removed_files(legal, **job.payload, job_id=job.id)
    assert process.store().exists(file.key) is shared
    assert (again is None) is shared


def test_a_joint_controller_is_not_without_a_contract_its_arrangement_is_said_apart(session, legal):
    """RGPD art. 26 asks for an arrangement, not for a processor's contract; a draft of either settles nothing."""
    vendor = vendor_of(session)
    assert library.cached().template[JOINT_TEMPLATE].role == JOINT
    bare = vendors.count_vendors(legal, vendors.WITHOUT_CONTRACT)
    arrangement = services.open_contract(legal, ContractSubject(vendor, None, None, JOINT_TEMPLATE), "Accord")
    assert vendor.standing is ContractStanding.JOINT
    assert vendors.count_vendors(legal, vendors.WITHOUT_CONTRACT) == bare - 1
    services.open_contract(legal, ContractSubject(vendor, None, None, "dpa"), "DPA")
    assert vendor.standing is ContractStanding.DRAFTING
    assert vendors.count_vendors(legal, vendors.WITHOUT_CONTRACT) == bare
    assert arrangement.state is ContractState.DRAFT


def test_the_contract_of_one_service_is_none_for_another(session, legal):
    """The cheapest lie: a contract for the newsletter of a vendor that also keeps the medical files."""
    vendor = vendor_of(session)
    letter = service_of(session, vendor, name="Lettre d'information")
    contract = contract_of(legal, vendor)
    contract.service_id = letter.id
    services.keep_standing_of(legal, vendor.id)
    assert vendor.standing is ContractStanding.IN_FORCE
    files = add_service(legal, vendor, ServiceSheet(name="Dossiers médicaux"))
    count_services(session, legal)
    assert vendor.standing is ContractStanding.PARTIAL
    other = contract_of(legal, vendor, title="Autre")
    other.service_id, other.expires_on = files.id, NOW.date() + timedelta(days=30)
    services.keep_standing_of(legal, vendor.id)
    assert (vendor.standing, vendor.covered_until) == (ContractStanding.IN_FORCE, other.expires_on)


def test_a_service_that_has_ended_asks_for_no_contract_and_one_that_ends_later_does_until_then(session, legal):
    vendor = vendor_of(session)
    kept, left = service_of(session, vendor, name="Lettre"), service_of(session, vendor, name="Dossiers")
    contract = contract_of(legal, vendor)
    contract.service_id = kept.id
    end = NOW.date() + timedelta(days=9)
    left.started_on = None
    end_service(legal, left, end)
    count_services(session, legal)
    assert vendor.standing is ContractStanding.PARTIAL
    later = on(legal, end)
    reclassify_some(later)
    reclassify_some(later)
    [job] = session.scalars(select(Job).where(Job.kind == "contracts.on_services", Job.dedup.endswith(f":{end}")))
    tasks.count_services(later, **job.payload)
    assert vendor.standing is ContractStanding.IN_FORCE


def count_services(session, ctx):
    """What the jobs promised when services change do."""
    for job in session.scalars(select(Job).where(Job.kind == "contracts.on_services")):
        tasks.count_services(ctx, **job.payload)
