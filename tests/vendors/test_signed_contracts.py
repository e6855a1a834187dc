"""A contract recorded as signed: what proves it, what it changes of the vendor, and how it is taken back."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.contracts.rules.life import CopyReading
from portal.contracts.services import ContractDates
from portal.core.db import Database
from portal.core.errors import Forbidden, Refused
from portal.core.files import WrongType
from portal.journal.models import JournalEntry
from portal.vendors import queries, services
from portal.vendors.models import SignedContract, Vendor
from portal.vendors.queries import WITHOUT_CONTRACT, VendorFilter
from portal.vendors.rules.standing import ContractStanding
from portal.vendors.rules.status import LIVE, WORKING, VendorStatus
from portal.vendors.services import SignedCopy
from tests.conftest import NOW
from tests.effort import at_most
from tests.factories.signatures import contract_of, copy_of, signed_contract_of
from tests.factories.world import vendor_of

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]


def without_contract(ctx):
    return len(queries.first_vendors(ctx, WITHOUT_CONTRACT))


def test_a_signature_stands_until_it_is_taken_back_or_the_contract_is_over(session, acting):
    ctx, vendor = acting(Role.LEGAL), vendor_of(session)
    assert vendor.signed_on is None
    row = signed_contract_of(ctx, vendor, on=date(2026, 3, 2))
    assert (vendor.signed_on, without_contract(ctx)) == (date(2026, 3, 2), 1), "a record alone is no contract in force"
    assert (row.recorded_by_id, row.recorded_at, row.stored_file.filename) == (ctx.actor.id, NOW, "accord-signe.pdf")
    services.end_signed_contract(ctx, row.id, ctx.today)
    assert vendor.signed_on is None
    services.end_signed_contract(ctx, row.id, None)
    services.cancel_signed_contract(ctx, row, "Résilié d'un commun accord")
    assert vendor.signed_on is None
    assert (row.cancelled_by_id, row.cancel_reason) == (ctx.actor.id, "Résilié d'un commun accord")


def test_each_of_these_writes_is_in_the_journal_of_the_vendor(session, acting):
    ctx, vendor = acting(Role.LEGAL), vendor_of(session)
    services.cancel_signed_contract(ctx, signed_contract_of(ctx, vendor), "Erreur de saisie")
    session.commit()
    noted = session.scalars(select(JournalEntry).where(JournalEntry.vendor_id == vendor.id).order_by(JournalEntry.id))
    assert [(entry.action, sorted(entry.after)) for entry in noted] == [
        ("vendor.contract_signed", ["file", "sha256", "signed_on"]),
        ("vendor.signature_cancelled", ["reason"]),
    ]
    assert "SignedContract" in {entry.object_type for entry in queries.vendor_history(ctx, vendor)}


@pytest.mark.parametrize("day", [NOW.date() + timedelta(days=1), date(26, 3, 2)])
def test_a_day_to_come_or_of_another_age_is_refused(session, acting, day):
    ctx, vendor = acting(Role.LEGAL), vendor_of(session)
    with pytest.raises(Refused):
        services.record_signed_contract(ctx, vendor, "Accord", SignedCopy(day, copy_of(ctx)))
    assert vendor.signed_on is None


def test_a_version_is_not_signed_before_it_is_written(session, acting):
    ctx, vendor = acting(Role.LEGAL), vendor_of(session)
    copy = SignedCopy(date(2026, 3, 1), copy_of(ctx), written_on=date(2026, 3, 2))
    with pytest.raises(Refused, match="rédigée le"):
        services.record_signed_contract(ctx, vendor, "Accord", copy)
    services.record_signed_contract(ctx, vendor, "Accord", replace(copy, signed_on=date(2026, 3, 2)))


@pytest.mark.parametrize(("content", "name"), [(b"", "accord.pdf"), (b"%PD", "accord.pdf"), (b"signed", "accord.txt")])
def test_a_copy_of_zero_bytes_or_of_another_kind_proves_nothing(content, name):
    with pytest.raises(WrongType):
        services.seal_signed_copy(BytesIO(content), name)


def test_no_copy_is_no_signature():
    with pytest.raises(Refused, match="exemplaire signé"):
        services.seal_signed_copy(BytesIO(b""), "")


def test_an_empty_file_of_the_store_is_refused_too(session, acting):
    ctx, vendor = acting(Role.LEGAL), vendor_of(session)
    empty = copy_of(ctx)
    empty.size = 0
    with pytest.raises(Refused, match="vide"):
        services.record_signed_contract(ctx, vendor, "Accord", SignedCopy(ctx.today, empty))


def test_taking_back_needs_a_reason_and_happens_once(session, acting):
    ctx = acting(Role.LEGAL)
    row = signed_contract_of(ctx, vendor_of(session))
    with pytest.raises(Refused, match="pourquoi"):
        services.cancel_signed_contract(ctx, row, " ")
    services.cancel_signed_contract(ctx, row, "Erreur")
    with pytest.raises(Refused, match="déjà"):
        services.cancel_signed_contract(ctx, row, "Encore")


@pytest.mark.parametrize("role", [Role.BUYER, Role.MANAGEMENT, Role.EXPERT, Role.ADMIN])
def test_who_drafts_no_contract_records_none_as_signed(session, acting, role):
    vendor = vendor_of(session)
    copy = SignedCopy(NOW.date(), copy_of(acting(Role.LEGAL)))
    with pytest.raises(Forbidden):
        services.record_signed_contract(acting(role), vendor, "Accord", copy)


def test_a_contract_of_another_vendor_leaves_the_first_and_counts_for_the_second(session, acting):
    ctx, first, second = acting(Role.LEGAL), vendor_of(session), vendor_of(session)
    row = signed_contract_of(ctx, first)
    services.move_signed_contract(ctx, row, second)
    assert (first.signed_on, second.signed_on) == (None, row.signed_on)


def test_the_list_tells_who_has_a_contract(session, acting):
    ctx = acting(Role.LEGAL)
    bare, kept, ending, unread = (vendor_of(session) for _ in range(4))
    contract_of(ctx, kept)
    contract_of(ctx, ending, dates=ContractDates(ctx.today - timedelta(days=364), 12, 0, "3"))
    contract_of(ctx, unread, reading=CopyReading.UNREADABLE)

    def listed(contract):
        return {row.id for row in queries.vendors(ctx, VendorFilter(contract=contract)).rows}

    assert listed(queries.WITHOUT) == {bare.id, unread.id}
    assert listed(ContractStanding.IN_FORCE) == {kept.id, ending.id}
    assert (listed(queries.EXPIRING), listed(ContractStanding.UNREAD)) == ({ending.id}, {unread.id})
    counts = queries.count_by_standing(ctx)
    assert (counts[ContractStanding.IN_FORCE], counts.expiring, counts[ContractStanding.NONE]) == (2, 1, 1)


def test_vendors_counted_in_groups_are_as_many_as_a_recount_by_hand_finds(session, acting):
    ctx = acting(Role.MANAGEMENT)
    soon, later = ctx.today + timedelta(days=60), ctx.today + timedelta(days=61)
    made = [
        vendor_of(
            session,
            status=status,
            inherent=inherent,
            standing=standing,
            covered_until=until,
            grade="AE"[inherent == 4] if until is None and inherent != 3 else "",
        )
        for status in VendorStatus
        for inherent in (None, 3, 4, 5)
        for standing, until in [*((one, None) for one in ContractStanding), *((IN_FORCE, day) for day in (soon, later))]
    ]
    live = [one for one in made if one.status in LIVE]
    counts = queries.count_by_standing(ctx)
    for standing in ContractStanding:
        assert counts[standing] == sum(one.standing is standing for one in live)
    assert counts.expiring == sum(one.covered_until == soon for one in live)
    by_hand = Counter((one.inherent, one.grade) for one in live)
    assert counts.by_risk_and_grade == by_hand
    assert len(by_hand) > 6
    at_risk = [one for one in made if one.status in WORKING and one.inherent in {4, 5}]
    covered = {IN_FORCE, ContractStanding.PARTIAL, ContractStanding.JOINT_IN_FORCE, ContractStanding.JOINT}
    bare = [one for one in at_risk if one.standing not in covered]
    assert counts.at_risk_without == len(bare) == queries.count_vendors(ctx, WITHOUT_CONTRACT) > 0


IN_FORCE = ContractStanding.IN_FORCE
ACTS = st.tuples(st.sampled_from(["sign", "cancel", "move"]), st.integers(0, 5), st.integers(0, 9))


@given(writes=st.lists(ACTS, max_size=8))
@at_most(10)
def test_the_day_kept_is_always_the_newest_that_stands(database: Database, writes):
    """Whatever is recorded, cancelled and moved, in any order: the day that pages read equals a recount."""
    with database.session(write=True) as session:
        ctx = Context(session, SYSTEM, NOW)
        vendors, rows = [vendor_of(session), vendor_of(session)], []
        for act, which, days in writes:
            row = rows[which % len(rows)] if rows else None
            if act == "sign":
                rows.append(signed_contract_of(ctx, vendors[which % 2], on=ctx.today - timedelta(days=days)))
            elif act == "move" and row is not None:
                services.move_signed_contract(ctx, row, vendors[days % 2])
            elif row is not None and row.cancelled_at is None:
                services.cancel_signed_contract(ctx, row, "Erreur")
        session.expire_all()
        counted = select(func.max(SignedContract.signed_on)).where(
            SignedContract.vendor_id == Vendor.id, SignedContract.cancelled_at.is_(None)
        )
        found = select(Vendor.signed_on, counted.scalar_subquery()).where(Vendor.id.in_([v.id for v in vendors]))
        assert all(kept == newest for kept, newest in session.execute(found))
        session.rollback()
