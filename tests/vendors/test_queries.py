"""The list and the search for doubles: right, bounded by reach, and as cheap with sixty vendors as with ten."""

import pytest

from portal.authz.policy import Permission, Role
from portal.core.errors import Refused
from portal.vendors import queries, services
from portal.vendors.queries import UNCLASSIFIED, VendorFilter, similarity_warnings
from portal.vendors.rules.duplicates import CompanyIdentity, find_duplicates
from portal.vendors.rules.status import VendorStatus
from tests.factories.people import user_of
from tests.factories.vendors import HEAVY, LIGHT, entered, many

pytestmark = pytest.mark.both_databases


def names(ctx, sort="nom", **wanted):
    return [row.name for row in queries.vendors(ctx, VendorFilter(**wanted), sort=sort).rows]


@pytest.mark.parametrize(
    "words", ["hebergeur", "HÉBERGEUR", "berge", "prov heberg", "gie de l'est", "954506077", "954 506 077"]
)
def test_a_search_minds_neither_accents_nor_case_nor_order(dpo, words):
    entered(dpo, "Hébergeur Provence", legal_name="Régie de l'Est SA", siren="954506077")
    entered(dpo, "Autre")
    assert names(dpo, words=words) == ["Hébergeur Provence"]


def test_marks_of_the_query_language_are_only_text(dpo):
    entered(dpo, "Acme")
    assert names(dpo, words="100%") == []
    assert names(dpo, words="%") == ["Acme"], "a word without a letter asks for nothing"


def test_each_filter_keeps_what_it_says(dpo, session):
    owner = user_of(session, Role.BUYER)
    heavy = entered(dpo, "Lourd", country="DE", owner=owner)
    services.add_service(dpo, heavy, HEAVY)
    light = entered(dpo, "Léger", country="FR")
    services.add_service(dpo, light, LIGHT)
    entered(dpo, "Inconnu")
    services.change_status(dpo, light, VendorStatus.ONBOARDING)
    assert names(dpo, tier="critique") == ["Lourd"]
    assert names(dpo, tier=UNCLASSIFIED) == ["Inconnu"]
    assert names(dpo, status=VendorStatus.ONBOARDING) == ["Léger"]
    assert names(dpo, country="DE") == ["Lourd"]
    assert names(dpo, owner_id=owner.id) == ["Lourd"]
    assert names(dpo, owner_id=owner.id, country="FR") == []
    assert sorted(queries.countries(dpo)) == ["DE", "FR"]
    assert [tuple(row) for row in queries.owners_within_reach(dpo)] == [(owner.id, owner.name)], (
        "nobody who answers for nothing"
    )


def test_the_list_sorts_both_ways_without_minding_accents(dpo):
    for name, country in (("Élan", "FR"), ("Azur", "US"), ("Zèbre", "DE")):
        entered(dpo, name, country=country)
    assert names(dpo) == ["Azur", "Élan", "Zèbre"]
    assert names(dpo, sort="-nom") == ["Zèbre", "Élan", "Azur"]
    assert names(dpo, sort="pays") == ["Zèbre", "Élan", "Azur"]
    assert names(dpo, sort="-entree") == ["Zèbre", "Azur", "Élan"]
    assert names(dpo, sort="n'importe quoi") == names(dpo)


def test_pages_follow_one_another_without_repeating_or_missing_a_row(dpo, session):
    many(session, 60)
    for sort in ("nom", "-criticite", "pays", "-entree"):
        found = [
            row.key for page in (1, 2, 3) for row in queries.vendors(dpo, VendorFilter(), sort=sort, page=page).rows
        ]
        assert len(found) == len(set(found)) == 60
    assert queries.vendors(dpo, VendorFilter(), page=9).rows == []


def test_a_row_names_the_services_that_still_run(dpo):
    vendor = entered(dpo, "Acme")
    services.add_service(dpo, vendor, LIGHT)
    services.end_service(dpo, services.add_service(dpo, vendor, HEAVY), dpo.today)
    [row] = queries.vendors(dpo, VendorFilter()).rows
    assert row.services == ["Fleurs de l'accueil"]


def test_the_list_takes_as_many_statements_with_sixty_vendors_as_with_ten(dpo, session, statements):
    wanted = VendorFilter(words="numerique", tier="moyen", status=VendorStatus.ACTIVE, country="FR")
    counts = []
    for start, count in ((0, 10), (10, 50)):
        many(session, count, start=start)
        for asked in (VendorFilter(), wanted):
            statements.clear()
            queries.vendors(dpo, asked, page=1)
            counts.append(len(statements))
    assert counts == [4, 3, 4, 3], "words are counted as they are looked for"


# -- doubles

REGISTER = (
    "Stripe, Inc.", "Link Mobility", "Vonage (Nexmo)", "Google", "Cloud Services", "Iron Mountain", "Axeptio",
    "Functional Software, Inc. d/b/a Sentry", "Lot 12", "Crisp IM SARL", "Amazon Web Services EMEA SARL",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("STRIPE", "Stripe, Inc."),
        ("LinkMobility", "Link Mobility"),
        ("Nexmo", "Vonage (Nexmo)"),
        ("Google Ads", "Google"),
        ("Services Cloud", "Cloud Services"),
        ("Iron Moutain", "Iron Mountain"),
        ("Axceptio", "Axeptio"),
        ("Sentry", "Functional Software, Inc. d/b/a Sentry"),
        ("Crisp IM SAS", "Crisp IM SARL"),
        ("Amazon Web Services", "Amazon Web Services EMEA SARL"),
    ],
)
def test_whatever_the_rules_would_find_in_the_whole_register_the_narrow_search_finds(dpo, name, known):
    rows = [entered(dpo, each) for each in REGISTER]
    party = CompanyIdentity(line=1, name=name)
    whole = {
        key for group in find_duplicates([party], [queries.identity_of(row) for row in rows]) for key in group.known
    }
    narrow = {vendor.id for likeness in similarity_warnings(dpo, party) for vendor in likeness.vendors}
    assert {row.id for row in rows if row.key in whole} == narrow
    assert {row.name for row in rows if row.id in narrow} == {known}


def test_what_only_shares_a_number_or_nothing_at_all_warns_of_nobody(dpo):
    for each in REGISTER:
        entered(dpo, each)
    for name in ("Lot 13", "Boulangerie Martin", "Cloudflare", "&"):
        assert similarity_warnings(dpo, CompanyIdentity(line=1, name=name)) == ()


def test_looking_for_doubles_takes_as_many_statements_whatever_the_register(dpo, session, statements):
    many(session, 2000)
    for name, asked in (("Zéphyr Quincaillerie", 1), ("Société 12 Numérique", 3)):
        statements.clear()
        assert bool(similarity_warnings(dpo, CompanyIdentity(line=1, name=name))) is (asked > 1)
        # The third: whether who was found stands there twice.
        assert len(statements) == asked


def test_a_parent_is_found_by_its_key_its_name_or_its_name_without_its_form(dpo):
    first, second = entered(dpo, "Acme SAS"), entered(dpo, "Acme")
    assert queries.vendor_ids_named(dpo, "acme-2") == [second.id]
    assert queries.vendor_ids_named(dpo, "Acme SAS") == [first.id]
    assert queries.vendor_ids_named(dpo, "ACME") == [first.id, second.id]
    assert queries.vendor_ids_named(dpo, "Personne") == []


def test_the_vendor_one_names_is_found_by_its_name_its_key_or_its_words(dpo):
    exact, other = entered(dpo, "Acme Conseil"), entered(dpo, "Acme")

    def named(text):
        return queries.one_vendor_named(dpo, text, to=Permission.VENDOR_VIEW, absent="Personne de ce nom.")

    assert [named(text).id for text in ("acme conseil", "Conseil", "acme")] == [exact.id, exact.id, other.id]
    with pytest.raises(Refused, match="Acme, Acme Conseil"):
        named("cme")
    for text in ("", "Personne"):
        with pytest.raises(Refused, match="Personne de ce nom"):
            named(text)
