"""What may be written in the register, by whom, and what follows from it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import Actor, Permission, Role
from portal.core.errors import Forbidden, NotFound, Refused
from portal.jobs import ledger
from portal.jobs.models import Job
from portal.journal.models import JournalEntry
from portal.vendors import queries, services
from portal.vendors.events import VendorReclassified
from portal.vendors.models import Service, Vendor
from portal.vendors.rules.facts import SpecialCategory
from portal.vendors.rules.status import VendorStatus
from portal.vendors.rules.tier import Tier
from portal.vendors.services import (
    ContactSheet,
    EntitySheet,
    InvalidSheet,
    PossibleDuplicate,
    ServiceSheet,
    VendorSheet,
    classification,
)
from tests.factories.people import user_of
from tests.factories.vendors import HEAVY, LIGHT, contact_at, entered

# -- entering a vendor


def test_numbers_are_kept_plain_and_the_siren_is_told_by_the_vat_number(dpo):
    vendor = services.create_vendor(dpo, VendorSheet(" Clever   Cloud SAS ", country="FR", vat="FR 61 954 506 077"))
    assert (vendor.name, vendor.vat, vendor.siren) == ("Clever Cloud SAS", "FR61954506077", "954506077")
    assert (vendor.key, vendor.folded_name, vendor.status) == ("clever-cloud", "clever cloud", VendorStatus.PROSPECT)
    assert vendor.tier is None, "unknown is not low"


def test_everything_wrong_with_a_sheet_is_said_at_once_each_beside_its_field(dpo):
    with pytest.raises(InvalidSheet) as found:
        services.create_vendor(dpo, VendorSheet("  ", country="ZZ", siren="123456789", lei="X", parent_id=9999))
    assert set(found.value.fields) == {"name", "country", "siren", "lei", "parent_id"}
    assert "123456789" in str(found.value.fields["siren"])


def test_numbers_that_are_sound_alone_but_not_together_are_refused(dpo):
    with pytest.raises(InvalidSheet) as found:
        services.create_vendor(dpo, VendorSheet("Acme", siren="732829320", siret="35600000000048"))
    assert list(found.value.fields) == ["siret"]


@pytest.mark.parametrize(
    ("sheet", "certainty"),
    [
        (VendorSheet("STRIPE"), "certain"),
        (VendorSheet("Autre", siren="732 829 320"), "certain"),
        (VendorSheet("Autre", vat="FR44732829320"), "certain"),
        (VendorSheet("Autre", legal_name="Stripe Payments Europe Ltd"), "certain"),
        (VendorSheet("Strripe"), "probable"),
        (VendorSheet("Stripe Atlas"), "probable"),
        (VendorSheet("Payments (Stripe)"), "probable"),
    ],
)
def test_a_vendor_that_is_or_may_be_there_already_is_not_entered_without_a_second_word(dpo, sheet, certainty):
    known = entered(dpo, "Stripe, Inc.", legal_name="Stripe Payments Europe, Limited", siren="732829320")
    entered(dpo, "Tout autre chose")
    with pytest.raises(PossibleDuplicate) as found:
        services.create_vendor(dpo, sheet)
    [likeness] = found.value.likenesses
    assert [v.id for v in likeness.vendors] == [known.id]
    assert (likeness.certainty.value, bool(likeness.reasons)) == (certainty, True)
    assert services.create_vendor(dpo, sheet, despite_likeness=True).id != known.id


def test_two_vendors_of_one_name_have_two_keys(dpo):
    assert [entered(dpo, "Acme").key, entered(dpo, "Acme SAS").key, entered(dpo, "ACME").key] == [
        "acme",
        "acme-2",
        "acme-3",
    ]


def test_a_buyer_owns_what_they_enter_whoever_else_is_named(buyer, session):
    other = user_of(session, Role.DPO)
    assert entered(buyer, "Acme", owner=other).owner_id == buyer.actor.id


@pytest.mark.parametrize("role", [Role.MANAGEMENT, Role.EXPERT, Role.ADMIN, Role.VENDOR_ADMIN])
def test_others_enter_no_vendor(acting, role):
    with pytest.raises(Forbidden):
        services.create_vendor(acting(role), VendorSheet("Acme"))


# -- describing, moving, assigning


def test_a_correction_is_journalled_field_by_field_with_what_stood_before(dpo, session):
    vendor = entered(dpo, "Acme", country="FR")
    services.describe_vendor(dpo, vendor, VendorSheet("Acme Cloud", country="DE"))
    session.commit()
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "vendor.described")).one()
    assert entry.before == {"name": "Acme", "country": "FR"}
    assert entry.after == {"name": "Acme Cloud", "country": "DE"}
    assert vendor.folded_name == "acme cloud"
    assert queries.vendors(dpo, queries.VendorFilter("cloud")).total == 1


def test_a_sheet_saved_unchanged_leaves_no_trace(dpo, session):
    vendor = entered(dpo, "Acme", country="FR")
    services.describe_vendor(dpo, vendor, VendorSheet("Acme", country="FR"))
    session.commit()
    assert session.scalars(select(JournalEntry.action)).all() == ["vendor.created"]


def test_a_buyer_edits_their_own_vendors_and_does_not_know_the_others_exist(dpo, buyer):
    own, other = entered(buyer, "À moi"), entered(dpo, "À d'autres")
    services.describe_vendor(buyer, own, VendorSheet("À moi, oui"))
    for forbidden in (
        lambda: services.describe_vendor(buyer, other, VendorSheet("Pris")),
        lambda: services.change_status(buyer, other, VendorStatus.ONBOARDING),
        lambda: services.add_service(buyer, other, LIGHT),
        lambda: services.add_contact(buyer, other, ContactSheet("X", "x@y.test")),
        lambda: services.assign_owner(buyer, other, None),
        lambda: queries.get_vendor(buyer, other.id, to=Permission.VENDOR_EDIT),
    ):
        with pytest.raises(NotFound):
            forbidden()


def test_management_reads_and_changes_nothing(dpo, acting):
    vendor, management = entered(dpo, "Acme"), acting(Role.MANAGEMENT)
    assert queries.get_vendor(management, vendor.id, to=Permission.VENDOR_VIEW).name == "Acme"
    with pytest.raises(Forbidden):
        services.describe_vendor(management, vendor, VendorSheet("Autre"))


def test_no_company_is_below_itself(dpo):
    mother = entered(dpo, "Mère")
    daughter = entered(dpo, "Fille", parent_id=mother.id)
    grand = entered(dpo, "Petite-fille", parent_id=daughter.id)
    for wrong in (mother.id, daughter.id, grand.id):
        with pytest.raises(InvalidSheet) as found:
            services.describe_vendor(dpo, mother, VendorSheet("Mère", parent_id=wrong))
        assert "parent_id" in found.value.fields
    assert queries.company_and_parents(dpo, grand.id) == [grand.id, daughter.id, mother.id]


def test_a_vendor_moves_only_where_the_relation_makes_sense(dpo):
    vendor = entered(dpo, "Acme")
    with pytest.raises(Refused, match="intégration"):
        services.change_status(dpo, vendor, VendorStatus.ACTIVE)
    services.change_status(dpo, vendor, VendorStatus.ONBOARDING)
    services.change_status(dpo, vendor, VendorStatus.ACTIVE)
    assert vendor.status is VendorStatus.ACTIVE


def test_only_an_open_account_that_may_edit_vendors_owns_one(dpo, session):
    vendor = entered(dpo, "Acme")
    owner = user_of(session, Role.BUYER)
    services.assign_owner(dpo, vendor, owner)
    assert vendor.owner_id == owner.id
    for wrong in (user_of(session, Role.MANAGEMENT), user_of(session, Role.DPO, disabled_at=dpo.now)):
        with pytest.raises(Refused):
            services.assign_owner(dpo, vendor, wrong)
    session.commit()
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "vendor.assigned")).one()
    assert (entry.before, entry.after) == ({"owner": None}, {"owner": owner.name})


# -- what a vendor does, and the tier that follows


def test_the_tier_is_that_of_the_heaviest_service_and_says_why(dpo):
    vendor = entered(dpo, "Acme")
    services.add_service(dpo, vendor, LIGHT)
    assert (vendor.tier, vendor.inherent) == (Tier.LOW, 1)
    services.add_service(dpo, vendor, HEAVY)
    assert (vendor.tier, vendor.inherent) == (Tier.CRITICAL, 5)
    assert {term["service"] for term in vendor.tier_terms} == {"Dossier patient"}
    assert sum(term["points"] for term in vendor.tier_terms) >= 60
    assert vendor.tier_ceiling is Tier.CRITICAL


def test_what_nobody_said_weighs_and_its_worst_is_told(dpo):
    vendor = entered(dpo, "Acme")
    services.add_service(dpo, vendor, ServiceSheet("Mystère"))
    assert (vendor.tier, vendor.inherent) == (None, None), "neither low nor medium"
    assert (vendor.tier_floor, vendor.tier_ceiling) == (Tier.LOW, Tier.CRITICAL)
    assert not any(term["known"] for term in vendor.tier_terms)


def test_a_service_that_has_ended_weighs_nothing_from_its_last_day(dpo, session):
    vendor = entered(dpo, "Acme")
    services.add_service(dpo, vendor, LIGHT)
    heavy = services.add_service(dpo, vendor, replace(HEAVY, started_on=date(2026, 1, 1)))
    with pytest.raises(Refused, match="début"):
        services.end_service(dpo, heavy, date(2025, 12, 31))
    services.end_service(dpo, heavy, dpo.today + timedelta(days=30))
    assert vendor.tier is Tier.CRITICAL, "it still runs"
    later = Context(session, dpo.actor, dpo.now + timedelta(days=30))
    assert services.reclassify_some(later) is None
    assert vendor.tier is Tier.LOW


def test_a_change_of_tier_is_announced_once_and_no_change_is_not(dpo, session, monkeypatch):
    monkeypatch.setitem(ledger.SUBSCRIPTIONS, VendorReclassified, ("vendors.reclassify",))
    vendor = entered(dpo, "Acme")
    service = services.add_service(dpo, vendor, LIGHT)
    session.flush()
    [job] = session.scalars(select(Job)).all()
    assert job.payload == {"vendor_id": vendor.id, "before": None, "after": "faible"}
    services.revise_service(dpo, service, replace(LIGHT, description="Bouquets"))
    assert len(session.scalars(select(Job)).all()) == 1


def test_all_that_is_wrong_with_a_service_is_said_beside_its_fields(dpo):
    vendor = entered(dpo, "Acme")
    sheet = ServiceSheet(
        " ", 999, has_special=False, special_categories=(SpecialCategory.HEALTH,), locations=("FR", "XX"),
        transfer_mechanism="magie", started_on=date(2026, 2, 1), ended_on=date(2026, 1, 1),
    )  # fmt: skip
    with pytest.raises(InvalidSheet) as found:
        services.add_service(dpo, vendor, sheet)
    assert set(found.value.fields) == {
        "name", "legal_entity_id", "special_categories", "locations", "transfer_mechanism", "ended_on",
    }  # fmt: skip
    assert dpo.session.scalars(select(Service)).all() == []


def test_a_whole_register_is_weighed_again_by_batches(dpo, session, monkeypatch):
    monkeypatch.setattr(classification, "BATCH", 2)
    vendors = [entered(dpo, name) for name in ("Un", "Deux", "Trois")]
    for vendor in vendors:
        services.add_service(dpo, vendor, HEAVY)
        vendor.tier = None
    session.flush()
    last = services.reclassify_some(dpo)
    assert last == vendors[1].id
    assert services.reclassify_some(dpo, last) is None
    assert [vendor.tier for vendor in vendors] == [Tier.CRITICAL] * 3


# -- people, entities, experts


def test_an_address_stands_once_per_vendor_whatever_its_case(dpo):
    vendor, other = entered(dpo, "Acme"), entered(dpo, "Beta")
    contact_at(dpo, vendor, "Jeanne@Acme.test")
    contact_at(dpo, other, "jeanne@acme.test")
    with pytest.raises(InvalidSheet) as found:
        contact_at(dpo, vendor, "JEANNE@acme.test")
    assert list(found.value.fields) == ["email"]


def test_a_contact_can_be_corrected_without_colliding_with_itself(dpo):
    vendor = entered(dpo, "Acme")
    contact = contact_at(dpo, vendor)
    services.revise_contact(dpo, contact, ContactSheet("Jeanne Leroy", "jeanne@acme.test", "01"))
    assert (contact.name, contact.phone) == ("Jeanne Leroy", "01")


def test_an_entity_has_a_sound_number_and_a_key_of_its_own(dpo):
    first = services.create_entity(dpo, EntitySheet("Maison Verdelet SAS", "732 829 320"))
    second = services.create_entity(dpo, EntitySheet("Maison Verdelet", country="BE", registration="0999.100.123"))
    assert (first.key, second.key) == ("maison-verdelet", "maison-verdelet-2")
    assert (first.registration, second.registration) == ("732829320", "0999.100.123")
    with pytest.raises(InvalidSheet) as found:
        services.describe_entity(dpo, first, EntitySheet("", "123", lei="1", country="FR"))
    assert set(found.value.fields) == {"name", "registration", "lei"}


def test_buyers_do_not_touch_the_group_s_entities(buyer):
    with pytest.raises(Forbidden):
        services.create_entity(buyer, EntitySheet("Acme"))


def test_an_expert_reads_a_vendor_until_the_day_said(dpo, session):
    vendor, expert = entered(dpo, "Acme"), user_of(session, Role.EXPERT)
    services.grant_expert(dpo, vendor, expert, dpo.today)
    services.grant_expert(dpo, vendor, expert, dpo.today + timedelta(days=10))
    [access] = queries.expert_accesses(dpo, vendor)
    assert (access.until, access.is_over) == (dpo.today + timedelta(days=10), False)
    with pytest.raises(Refused, match="passé"):
        services.grant_expert(dpo, vendor, expert, dpo.today - timedelta(days=1))
    services.withdraw_expert(dpo, vendor, queries.get_expert_access(dpo, vendor, expert.id))
    assert queries.expert_accesses(dpo, vendor) == []
    session.commit()
    told = [e.action for e in session.scalars(select(JournalEntry).order_by(JournalEntry.id))]
    assert told == ["vendor.created", *["vendor.expert_granted"] * 2, "vendor.expert_withdrawn"]


def test_only_experts_are_given_vendors_and_only_by_who_may_invite(dpo, buyer, acting, session):
    vendor, expert = entered(dpo, "Acme"), user_of(session, Role.EXPERT)
    with pytest.raises(Refused, match="expert"):
        services.grant_expert(dpo, vendor, user_of(session, Role.MANAGEMENT), dpo.today)
    with pytest.raises(NotFound):
        services.grant_expert(buyer, vendor, expert, dpo.today)
    with pytest.raises(Forbidden):
        services.grant_expert(acting(Role.MANAGEMENT), vendor, expert, dpo.today)


def test_nothing_is_committed_by_a_use_case(dpo, session):
    entered(dpo, "Acme")
    session.rollback()
    assert session.scalars(select(Vendor)).all() == []
    assert session.scalars(select(JournalEntry)).all() == []


def test_an_expert_sees_what_was_given_and_nothing_else(dpo, session):
    given, other = entered(dpo, "Acme"), entered(dpo, "Beta")
    user = user_of(session, Role.EXPERT)
    expert = Context(session, Actor(Role.EXPERT, user.id, vendor_ids=frozenset({given.id}), until=dpo.today), dpo.now)
    assert [row.name for row in queries.vendors(expert, queries.VendorFilter()).rows] == ["Acme"]
    assert queries.get_vendor(expert, given.id, to=Permission.VENDOR_VIEW) is given
    for vendor, permission in ((other, "VENDOR_VIEW"), (given, "VENDOR_EDIT")):
        with pytest.raises(NotFound):
            queries.get_vendor(expert, vendor.id, to=Permission[permission])
