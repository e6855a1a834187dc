"""Writes of the chain: lists entered without merging, names judged and unjudged, transfers, laws tried."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.chain import queries, services
from portal.chain.models import (
    AppliedLaw,
    ChainCompany,
    ChainCompanyWord,
    ChainLink,
    ChainTransfer,
    NameVerdict,
)
from portal.chain.rules.law_file import read_law
from portal.chain.rules.transfer_tools import ClauseModule, TransferTool
from portal.chain.services import CompanySheet, TransferSheet
from portal.chain.what_if_page import Asked, what_if_page
from portal.core.db import Base
from portal.core.errors import Forbidden, Refused
from portal.core.found import first_of, totals_of
from portal.core.history import differences
from portal.core.language import Language
from portal.core.sought import Words, beginnings, words_to_index
from portal.journal.models import JournalEntry
from portal.vendors.models import Vendor
from portal.vendors.rules.naming import words
from portal.vendors.services import keep_sub_processors
from tests.chain.rules.test_law_file import EXAMPLES
from tests.conftest import NOW
from tests.factories.signatures import contract_of
from tests.factories.two_at_once import overlapping
from tests.factories.world import vendor_of

ROWS = (("Doctolib", "AWS EMEA", "Hébergement", "IE"), ("Doctolib", "STRIPE", "Paiement", "US"),
        ("AWS EMEA", "Amazon.com, Inc.", "", "US"), ("Amazon", "Stripe", "Paiement", "US;IE"))  # fmt: skip
LAW = b"""title = "DPF invalide"
source = "CJUE, affaire C-703/25 P (hypothese)"
[[adequacy]]
code = "US"
act = "(UE) 2023/1795"
valid_from = 2023-07-10
valid_until = 2027-01-14
partial = true
"""


def entered(ctx, listed, *rows):
    return services.enter_chain(ctx, services.read_chain_file(listed(*rows)))


def company(ctx, name) -> ChainCompany:
    return ctx.session.scalars(select(ChainCompany).where(ChainCompany.name == name)).one()


def state(session) -> dict[str, list[Any]]:
    """Every row of every table but the journal's."""
    session.flush()
    return {
        table.name: sorted(map(repr, session.execute(select(table)).all()))
        for table in Base.metadata.sorted_tables
        if table.name != JournalEntry.__tablename__
    }


@pytest.mark.both_databases
def test_a_list_is_entered_once_and_no_two_names_are_merged(dpo, listed, backend):
    first = entered(dpo, listed, *ROWS)
    assert (first.nodes, first.edges, first.new_nodes, first.new_edges) == (6, 4, 6, 4)
    again = entered(dpo, listed, *ROWS)
    assert (again.nodes, again.edges, again.new_nodes, again.new_edges) == (6, 4, 0, 0)
    names = {row.name: row for row in dpo.session.scalars(select(ChainCompany))}
    assert {"STRIPE", "Stripe"} <= names.keys()
    assert len({row.key for row in names.values()}) == len({row.knot for row in names.values()}) == 6
    assert names["Stripe"].country == ""  # two places are said: neither is where it is established
    assert names["AWS EMEA"].country == "IE"
    assert differences(dpo.session) == [], "what an import writes is kept as any other write"


@pytest.mark.both_databases
def words_kept(session):
    found = {}
    for number, word in session.execute(select(ChainCompanyWord.company_id, ChainCompanyWord.text)):
        found.setdefault(number, set()).add(word)
    return found


def test_the_words_of_every_name_are_kept_however_it_came_and_follow_it(dpo, listed, backend):
    entered(dpo, listed, *ROWS)
    entered(dpo, listed, ("Doctolib", "L'Œuvre & Cie", "Paie", "FR"), ROWS[0])
    companies = dpo.session.scalars(select(ChainCompany)).all()
    assert words_kept(dpo.session) == {one.id: set(words_to_index(one.sought)) for one in companies}
    renamed = next(one for one in companies if one.name == "STRIPE")
    renamed.name = "Mollie B.V."
    dpo.session.flush()
    assert words_kept(dpo.session)[renamed.id] == set(words_to_index(renamed.sought))
    dpo.session.execute(delete(ChainLink))
    dpo.session.delete(renamed)
    dpo.session.flush()
    assert renamed.id not in words_kept(dpo.session)


@pytest.mark.parametrize(
    "typed", ["amazon", "AMA", "inc amazon", "amazon inc", "oeuvre", "stripe", "zz", "%", "_mazon"]
)
def test_a_search_along_the_index_finds_what_reading_every_name_would(dpo, listed, backend, typed):
    entered(dpo, listed, *ROWS, ("Doctolib", "L'Œuvre & Cie", "Paie", "FR"))
    every = dpo.session.scalars(select(ChainCompany).order_by(ChainCompany.folded_name, ChainCompany.id)).all()
    wanted = words(typed)
    read = [
        one.id for one in every
        if all(any(f" {begun}" in f" {one.sought}" for begun in beginnings(word)) for word in wanted)
    ]  # fmt: skip
    listing = queries.companies(dpo, typed=typed, page=1, lacking=False)
    assert [one.id for one in listing.rows] == read
    if wanted:
        looked_for = Words(tuple(wanted))
        found, letters = queries.companies_by_words(looked_for.shape), looked_for.letters
        (total,) = totals_of(dpo.session, [found], letters)
        shown = first_of(dpo.session, found, letters, total=total, size=20)
        assert ([one.id for one in shown.rows], total) == (read, len(read))


def test_a_vendor_is_matched_and_none_is_created(dpo, listed, backend):
    doctolib, stripe = vendor_of(dpo.session, name="DOCTOLIB SAS"), vendor_of(dpo.session, name="STRIPE")
    for twin in ("Amazon", "Amazon.com"):
        vendor_of(dpo.session, name=twin)
    before = dpo.session.scalar(select(func.count()).select_from(Vendor))
    entered(dpo, listed, *ROWS)
    assert dpo.session.scalar(select(func.count()).select_from(Vendor)) == before
    assert company(dpo, "Doctolib").vendor_id == doctolib.id
    assert company(dpo, "STRIPE").vendor_id == company(dpo, "Stripe").vendor_id == stripe.id
    # One vendor behind two names merges nothing: only a person does.
    assert company(dpo, "STRIPE").knot != company(dpo, "Stripe").knot


def test_whoever_a_person_put_behind_a_company_stays_there(dpo, listed):
    vendor = vendor_of(dpo.session, name="Doctolib")
    entered(dpo, listed, *ROWS)
    services.choose_vendor(dpo, company(dpo, "Doctolib"), None)
    entered(dpo, listed, *ROWS)
    assert company(dpo, "Doctolib").vendor_id is None
    services.choose_vendor(dpo, company(dpo, "Doctolib"), vendor)
    assert company(dpo, "Doctolib").vendor_id == vendor.id


@pytest.mark.both_databases
def test_names_judged_one_company_are_one_until_it_is_undone(dpo, listed, backend):
    entered(dpo, listed, *ROWS)
    before = {row.name: row.knot for row in dpo.session.scalars(select(ChainCompany))}
    one, two, three = (company(dpo, name) for name in ("AWS EMEA", "Amazon", "Amazon.com, Inc."))
    first = services.judge_names(dpo, one, two, NameVerdict.SAME, "même numéro SIREN")
    services.judge_names(dpo, three, two, NameVerdict.SAME, "même site et mêmes mentions")
    assert {one.knot, two.knot, three.knot} == {min(one.id, two.id, three.id)}
    world = queries.chain_world(dpo)
    (node,) = queries.node_named(dpo, world, "Stripe").nodes
    assert {found.name for found in world.named(world.graph.dependants([node.knot]))} == {
        "Amazon", "Amazon.com, Inc.", "AWS EMEA", "Doctolib",
    }  # fmt: skip
    services.undo_judgement(dpo, first, "c'était une homonymie")
    assert (one.knot, two.knot == three.knot) == (before["AWS EMEA"], True)
    assert (first.decided_by, first.undone_by) == (dpo.actor.name, dpo.actor.name)
    (second,) = [row for row in queries.judgements_on(dpo, two.knot) if row.undone_at is None]
    services.undo_judgement(dpo, second, "homonymie encore")
    assert {row.name: row.knot for row in dpo.session.scalars(select(ChainCompany))} == before


def test_two_who_join_names_at_the_same_moment_make_one_company_of_all_three(committed, listed):
    with committed.transaction() as session:
        entered(Context(session, SYSTEM, NOW), listed, *ROWS)

    def join(one, other):
        return lambda ctx: (
            services.judge_names(ctx, company(ctx, one), company(ctx, other), NameVerdict.SAME, "même numéro SIREN").id
        )

    judgements = overlapping(committed, join("STRIPE", "Stripe"), join("Stripe", "AWS EMEA"), read=ChainCompany)
    with committed.transaction() as session:
        ctx = Context(session, SYSTEM, NOW)
        assert len({company(ctx, name).knot for name in ("STRIPE", "Stripe", "AWS EMEA")}) == 1
        services.undo_judgement(ctx, queries.get_judgement(ctx, judgements[0]), "c'était une homonymie")
    with committed.reading() as session:
        ctx = Context(session, SYSTEM, NOW)
        assert company(ctx, "Stripe").knot == company(ctx, "AWS EMEA").knot != company(ctx, "STRIPE").knot


def test_a_judgement_wants_a_reason_and_is_given_once(dpo, listed):
    entered(dpo, listed, *ROWS)
    one, two = company(dpo, "STRIPE"), company(dpo, "Stripe")
    with pytest.raises(Refused, match="quelques mots"):
        services.judge_names(dpo, one, two, NameVerdict.SAME, " ")
    row = services.judge_names(dpo, one, two, NameVerdict.DIFFERENT, "deux filiales")
    assert one.knot != two.knot
    with pytest.raises(Refused, match="tient déjà"):
        services.judge_names(dpo, two, one, NameVerdict.SAME, "même maison mère")
    services.undo_judgement(dpo, row, "vérifié au registre")
    with pytest.raises(Refused, match="déjà annulé"):
        services.undo_judgement(dpo, row, "vérifié au registre")
    with pytest.raises(Refused, match="même nom"):
        services.judge_names(dpo, one, one, NameVerdict.SAME, "même numéro SIREN")


def test_two_vendors_are_judged_one_company_through_the_chain(dpo):
    aws, amazon = vendor_of(dpo.session, name="AWS"), vendor_of(dpo.session, name="Amazon")
    one, two = services.company_of_vendor(dpo, aws), services.company_of_vendor(dpo, amazon)
    assert services.company_of_vendor(dpo, aws) is one
    services.judge_names(dpo, one, two, NameVerdict.SAME, "même groupe, même contrat")
    assert one.knot == two.knot
    assert (one.vendor_id, two.vendor_id) == (aws.id, amazon.id)


def test_only_dpo_and_legal_write_the_chain(acting, dpo, listed):
    entered(dpo, listed, *ROWS)
    with pytest.raises(Forbidden):
        services.judge_names(
            acting(Role.BUYER), company(dpo, "STRIPE"), company(dpo, "Stripe"), NameVerdict.SAME, "même SIREN"
        )
    with pytest.raises(Forbidden):
        queries.chain_world(acting(Role.EXPERT))


@pytest.mark.both_databases
def test_what_a_vendor_stated_is_followed_and_ends_with_it(dpo, ctx, backend):
    vendor = vendor_of(dpo.session, name="Brume")
    rows = [{"name": "Rive Assistance", "service": "Support", "country": "MA", "address": "8 rue Basse"}]
    keep_sub_processors(dpo, vendor, [*rows, {"name": "Phare Cloud", "service": "Hébergement", "country": "Atlantide"}])
    assert services.follow_some(ctx, 0) is None
    assert services.follow_stated(ctx, vendor) is False
    rive = company(dpo, "Rive Assistance")
    assert (rive.country, rive.address) == ("MA", "8 rue Basse")
    assert company(dpo, "Brume").vendor_id == vendor.id
    keep_sub_processors(dpo, vendor, rows)
    assert services.follow_stated(ctx, vendor) is True
    links = {link.engaged_id: link.valid_until for link in dpo.session.scalars(select(ChainLink))}
    assert links == {rive.id: None, company(dpo, "Phare Cloud").id: dpo.today}
    assert len(queries.chain_world(dpo).graph.below) == 1


def frame(ctx, name, **changes):
    wanted = {
        "country": "US", "importer": "", "is_subject_to_rgpd": None, "tool": TransferTool.CLAUSES,
        "module": ClauseModule.THREE, "assessed_on": None, "assessment": "", "fallback": TransferTool.UNKNOWN,
    }  # fmt: skip
    return services.frame_transfer(ctx, company(ctx, name), TransferSheet(**{**wanted, **changes}))


def test_a_transfer_is_framed_once_by_country_and_never_inside_the_eea(dpo, listed):
    entered(dpo, listed, *ROWS)
    first = frame(dpo, "STRIPE")
    assert frame(dpo, "STRIPE", assessed_on=date(2026, 3, 2)) is first
    assert dpo.session.scalar(select(func.count()).select_from(ChainTransfer)) == 1
    for wrong, match in (
        ({"country": "IE"}, "Espace économique européen"), ({"country": "ZZ"}, "Choisissez un pays"),
        ({"tool": TransferTool.RULES}, "clauses contractuelles types"),
        ({"assessed_on": date(2099, 1, 1)}, "datée de demain"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=match):
            frame(dpo, "STRIPE", **wrong)


def test_a_company_is_described_and_the_journal_says_before_and_after(dpo, listed):
    entered(dpo, listed, *ROWS)
    sheet = CompanySheet("1 rue du Port", "dpo@stripe.example", "IE", "paiements")
    assert services.describe_company(dpo, company(dpo, "Stripe"), sheet) is True
    assert services.describe_company(dpo, company(dpo, "Stripe"), sheet) is False


@pytest.mark.both_databases
@pytest.mark.parametrize("law", [LAW.decode(), *EXAMPLES], ids=["before", "dpf", "uk", "96 hours"])
def test_a_law_tried_then_withdrawn_leaves_the_database_equal_but_for_the_journal(dpo, listed, backend, law):
    entered(dpo, listed, *ROWS)
    contract_of(dpo, vendor_of(dpo.session, name="Doctolib"))
    before = state(dpo.session)
    row = services.apply_law(dpo, read_law(law.encode()))
    assert state(dpo.session) != before
    with pytest.raises(Refused, match="déjà essayé"):
        services.apply_law(dpo, read_law(law.encode()))
    what_if_page(dpo, Asked(), Language.FR, lambda *_told: "")  # what pages show of it writes nothing
    services.withdraw_law(dpo, row)
    assert state(dpo.session) == before
    assert dpo.session.scalar(select(func.count()).select_from(AppliedLaw)) == 0
    dpo.session.commit()
    actions = dpo.session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)).all()
    assert actions[-2:] == ["chain.law_applied", "chain.law_withdrawn"]


def test_where_data_go_is_asked_of_the_companies_shown_alone(dpo, listed, plans):
    """Every link said today was gone through to find those of a page of companies."""
    entered(dpo, listed, *ROWS)
    stripe = company(dpo, "STRIPE").id
    plans.clear()
    assert queries.places_said(dpo, range(stripe, stripe + 25)).keys() >= {stripe}
    assert plans[0].startswith("SEARCH chain_link USING INDEX ix_chain_link_engaged (engaged_id=?")
