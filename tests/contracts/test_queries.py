"""Reads of the desk: bounded by reach, in few statements, and only by what a vendor has sent."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import InvalidRequestError

from portal.authz.context import Context, reach
from portal.authz.policy import SYSTEM, Permission, Role
from portal.contracts import facts_queries, queries, services
from portal.contracts.models import ContractVersion
from portal.core.clock import now
from portal.core.errors import NotFound
from portal.core.language import Language
from portal.jobs.models import Job, JobState
from tests.factories.desk import ANSWERS, SENT, answered, drafted, matter, party_of
from tests.factories.questionnaires import published
from tests.factories.spaces import small

FR = Language.FR
pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]


def test_the_newest_version_of_each_contract_is_found_without_its_texts(ctx, session):
    contract, _ = drafted(ctx, matter(session), FR)
    newest = services.draft_version(ctx, contract, FR)
    session.commit()
    session.expunge_all()
    (row,) = queries.contracts(ctx).rows
    assert (row.latest.id, row.latest.number, row.latest.blanks) == (newest.id, 2, 0)
    for blanks in ([{"key": "vendor.dpo_contact"}], [{}, {}, {}], []):
        # As anything may change it: the number of blanks is the database's own count.
        session.execute(update(ContractVersion).where(ContractVersion.id == newest.id).values(blanks=blanks))
        (row,) = queries.contracts(ctx).rows
        assert row.latest.blanks == len(blanks)
    assert (row.vendor_name, row.service_name) == ("Relation Atlantique", "Centre de contacts clients")
    found = queries.get_contract(ctx, contract.id, to=Permission.CONTRACT_VIEW)
    with pytest.raises(InvalidRequestError):
        found.versions[0].tree  # noqa: B018 - a list of versions never opens their texts


def test_a_version_is_read_whole_by_its_number_or_as_the_newest(ctx, session):
    contract, first = drafted(ctx, matter(session), FR)
    second = services.draft_version(ctx, contract, FR)
    session.commit()
    session.expunge_all()
    found = queries.get_contract(ctx, contract.id, to=Permission.CONTRACT_VIEW)
    assert queries.get_version(ctx, found, 1).tree == first.tree
    assert queries.get_version(ctx, found, None).id == second.id
    with pytest.raises(NotFound):
        queries.get_version(ctx, found, 3)


def test_a_contract_without_a_version_is_listed_too(ctx, session):
    services.open_contract(ctx, matter(session), "Accord")
    (row,) = queries.contracts(ctx).rows
    assert row.latest is None


def test_reach_bounds_every_read(acting, ctx, session):
    contract, _ = drafted(ctx, matter(session), FR)
    for role in (Role.BUYER, Role.EXPERT, Role.ADMIN, Role.VENDOR_ADMIN, Role.VENDOR_RESPONDENT):
        other = acting(role, vendor_ids=frozenset({contract.vendor_id}))
        assert queries.contracts(other).total == 0
        with pytest.raises(NotFound):
            queries.get_contract(other, contract.id, to=Permission.CONTRACT_VIEW)
        with pytest.raises(NotFound):
            queries.get_contracting_vendor(other, contract.vendor_id)
        assert queries.vendors_named(other, "relation") == []


def test_the_cost_of_a_page_does_not_depend_on_its_length(ctx, session, statements):
    subject = matter(session)
    services.open_contract(ctx, subject, "Accord")
    session.commit()

    def cost():
        session.expunge_all()
        statements.clear()
        queries.contracts(ctx)
        return len(statements)

    one = cost()
    for _ in range(20):
        session.add(subject.vendor)
        services.open_contract(ctx, services.ContractSubject(subject.vendor, None, None, "dpa"), "Accord")
    session.commit()
    assert cost() == one == 3
    assert queries.contracts(ctx, page=2).total == 21
    assert len(queries.every_contract(ctx)) == 21


def test_only_questionnaires_that_feed_contracts_are_read_and_only_their_newest_answers(ctx, session):
    vendor = party_of(session)
    answered(session, vendor, submitted_at=SENT - timedelta(days=400), proof="")
    newest = answered(session, vendor, {**ANSWERS, "chaine.recours": "non"}, proof="")
    answered(session, vendor, {"a.qui": "nous"}, proof="", questionnaire_version_id=published(session, small()).id)
    (sheet,) = facts_queries.latest_answers(ctx, vendor)
    assert sheet.given["chaine.recours"] == "non"
    assert sheet.submitted_on == newest.submitted_at.date()


def test_a_printing_is_stuck_once_its_job_was_given_up(ctx, session):
    _, version = drafted(ctx, matter(session), FR)
    job = session.query(Job).filter_by(kind="contracts.print").one()
    assert queries.failed_printings(ctx, [version]) == {}
    job.state = JobState.DEAD
    session.flush()
    assert queries.failed_printings(ctx, [version]) == {version.id: job.id}
    assert queries.failed_printings(Context(session, SYSTEM, now()), []) == {}


def test_vendors_are_found_by_every_word_up_to_a_limit(ctx, session):
    for number in range(queries.MOST_VENDORS + 5):
        party_of(session, name=f"Prestataire commun lot{number}")
    assert len(queries.vendors_named(ctx, "commun")) == queries.MOST_VENDORS
    assert [vendor.name for vendor in queries.vendors_named(ctx, "commun lot17")] == ["Prestataire commun lot17"]
    assert queries.vendors_named(ctx, "100%") == []


def test_the_register_follows_numbers_for_all_and_an_index_for_few_vendors(ctx, session, statements, acting):
    contract, _ = drafted(ctx, matter(session), FR)
    expert = acting(Role.EXPERT, vendor_ids=frozenset({contract.vendor_id}))
    other = acting(Role.EXPERT, vendor_ids=frozenset({contract.vendor_id + 1}))
    reached = reach(expert, Permission.CONTRACT_VIEW).scope is not None
    for _twice in range(2):
        for asking, found in ((ctx, [contract.id]), (expert, [contract.id] if reached else []), (other, [])):
            listed = queries.contracts(asking)
            assert ([row.id for row in listed.rows], listed.total) == (found, len(found))
    if session.get_bind().dialect.name == "sqlite":
        plans = []
        for asking in (ctx, expert):
            statements.clear()
            queries.contracts(asking)
            (asked,) = (sql for sql in statements if sql.startswith("SELECT contract.id \n"))
            told = ("",) * asked.count("?")
            plans.append(session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", told).all())
        assert [row[3] for row in plans[0]] == ["SCAN contract"], "newest first, nothing put in order"
        if reached:
            assert plans[1][0][3].startswith("SEARCH contract USING")
