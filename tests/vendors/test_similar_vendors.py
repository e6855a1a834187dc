"""What resembles a company being entered is found by keys kept with the names: as the whole register would say."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core.db import Database
from portal.vendors import queries, services
from portal.vendors.models import Vendor
from portal.vendors.rules.duplicates import CompanyIdentity, find_duplicates
from portal.vendors.services import VendorSheet
from tests.conftest import NOW
from tests.effort import at_most
from tests.factories.world import vendor_of

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]

WORDS = ("link", "mobility", "nuage", "clair", "orange", "business", "SAS", "(Nexmo)", "et", "fils")
names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


def slip(name, at, letter):
    return f"{name[:at]}{letter}{name[at + 1 :]}" if at % 2 else f"{name[:at]}{name[at + 1 :]}"


slipped = st.builds(slip, names, st.integers(0, 20), st.sampled_from("aeiz"))


@given(register=st.lists(st.tuples(names | slipped, names | st.just("")), max_size=6), entered=names | slipped)
@example([("Lnik Mobility", ""), ("Link", ""), ("Groupe", "Link Mobility SAS")], "Link Mobility")
@example([("link", ""), ("link", "mobility")], "mobility")
@example([("link", "mobility")], "mobility link")
@at_most(25)
def test_what_is_found_by_keys_is_what_the_whole_register_would_say(database: Database, register, entered):
    with database.session(write=True) as session:
        ctx = Context(session, SYSTEM, NOW)
        for name, legal_name in register:
            vendor_of(session, name=name, legal_name=legal_name)
        party = CompanyIdentity(line=1, name=entered)
        known = [queries.identity_of(vendor) for vendor in session.query(Vendor).order_by(Vendor.id)]
        expected = {(group.certainty, frozenset(group.known)) for group in find_duplicates([party], known)}
        keys = dict(session.query(Vendor.id, Vendor.key).all())
        found = {
            (one.certainty, frozenset(keys[vendor.id] for vendor in one.vendors))
            for one in queries.similarity_warnings(ctx, party)
        }
        assert found == expected
        session.rollback()


def test_a_vendor_renamed_is_found_under_its_new_name_alone(session, acting):
    ctx = acting(Role.DPO)
    vendor = services.create_vendor(ctx, VendorSheet("Nuage Clair", siren="732829320"))
    services.describe_vendor(ctx, vendor, VendorSheet("Horizon Vert", siren="732829320"))

    def finds(name, **facts):
        return bool(queries.similarity_warnings(ctx, CompanyIdentity(line=1, name=name, **facts)))

    assert (finds("Nuage Clair"), finds("Horizn Vert"), finds("Tout autre", siren="732829320")) == (False, True, True)


def test_entering_a_vendor_asks_no_more_of_a_long_register(session, acting, statements):
    ctx, counted = acting(Role.DPO), []
    for many in (3, 60):
        for _ in range(many):
            vendor_of(session)
        statements.clear()
        services.create_vendor(ctx, VendorSheet(f"Maison numéro {many}", country="FR"))
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 6


def test_the_keys_of_many_vendors_of_one_name_differ(session, acting):
    ctx = acting(Role.DPO)
    made = [services.create_vendor(ctx, VendorSheet("Homonyme"), despite_likeness=True).key for _ in range(11)]
    assert made == ["homonyme", *(f"homonyme-{n}" for n in range(2, 12))]
