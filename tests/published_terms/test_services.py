"""A page is kept as it was read, compared with what it said and with the contract; nothing green comes of nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Permission, Role
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractState, CopyReading
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.language import Sentence
from portal.jobs.models import Job
from portal.journal.models import JournalEntry
from portal.notices.models import Notice
from portal.paper.contract_delays import delays_in_force
from portal.paper.models import ConfirmedDelay, PaperReview, ReviewState
from portal.paper.rules.contract_delays import DelayKind, DelaySource, DelayUnit
from portal.paper.snapshot import freeze_document
from portal.published_terms import queries, services
from portal.published_terms.contract_side import contract_side, texts_in_force
from portal.published_terms.frozen_facts import thaw_change
from portal.published_terms.models import PublishedPage, PublishedReading, TermDrift
from portal.published_terms.reading import facts_of, read_page
from portal.published_terms.rules.contract_words import ContractSide, ContractStanding
from portal.published_terms.rules.watching import DriftVerdict, PageKind, PublishedState, ReadingMeans
from portal.published_terms.services import PageSheet
from tests.conftest import NOW
from tests.factories.people import user_of
from tests.factories.received import parcel_of
from tests.factories.two_at_once import overlapping
from tests.factories.world import vendor_of
from tests.published_terms.conftest import AFTER, BEFORE

ERROR_PAGE = "Erreur 404 : cette page n'existe pas."
WALL = "Ce site utilise des traceurs pour mesurer son audience et proposer des contenus adaptés. " * 4


def in_force(ctx, vendor, text, **facts):
    """A received contract in force, read."""
    row = Contract(**{
        "key": f"{vendor.key}-{len(facts)}-{text[:4]}", "vendor_id": vendor.id, "template_key": "", "title": "Contrat",
        "state": ContractState.IN_FORCE, "copy_reading": CopyReading.READ, "effective_on": ctx.today,
        "created_at": ctx.now, **facts,
    })  # fmt: skip
    ctx.session.add(row)
    ctx.session.flush()
    if text:
        document = read_page(text.encode(), "contrat.md").document
        ctx.session.add(PaperReview(
            vendor_id=vendor.id, title="x", file_name="x.pdf", state=ReviewState.CHECKED, contract_id=row.id,
            document=freeze_document(document), created_at=ctx.now,
        ))  # fmt: skip
        ctx.session.flush()
    return row


def side_of(ctx, page):
    texts, confirmed = texts_in_force(ctx, page.vendor_id), delays_in_force(ctx, [page.vendor_id])
    return contract_side(texts, page.address, facts_of, confirmed)


def say(ctx, page, given, text):
    """Hand a text in and have it read; the drift, if there is one."""
    reading = given(page, text)
    return services.record_reading(ctx, reading, read_page(text.encode(), "page.md"), side_of(ctx, page))


@pytest.mark.both_databases
def test_what_moved_is_told_with_what_the_contract_said_and_to_the_owner_and_the_officer(ctx, page_of, given):
    owner, officer = user_of(ctx.session, Role.BUYER), user_of(ctx.session, Role.DPO)
    lawyer = user_of(ctx.session, Role.LEGAL)
    vendor = vendor_of(ctx.session, name="Nimbus", owner_id=owner.id)
    contract = in_force(ctx, vendor, BEFORE)
    page = page_of(vendor)
    assert say(ctx, page, given, BEFORE) is None
    drift = say(ctx, page, given, AFTER)
    (found,) = map(thaw_change, drift.changes)
    assert (found.change.before.value, found.change.after.value) == ("48 h", "72 h")
    (said,) = found.said
    assert (found.standing, said.value, said.prevails) == (ContractStanding.SAYS, "48 h", True)
    assert said.contract_id == contract.id
    told = set(ctx.session.scalars(select(Notice.user_id)))
    assert told == {owner.id, officer.id}
    assert lawyer.id not in told
    actions = ctx.session.scalars(select(JournalEntry.action)).all()
    assert {"published.watched", "published.received"} <= set(actions) or actions == []


def test_a_text_laid_out_anew_opens_nothing(ctx, page_of, given):
    page = page_of()
    say(ctx, page, given, BEFORE)
    again = "Menu\nAccueil\n\n" + BEFORE.replace("# Accord", "## ACCORD").replace(
        "48 heures", "quarante-huit (48) heures"
    )
    assert say(ctx, page, given, again) is None
    assert ctx.session.scalars(select(TermDrift)).all() == []


@pytest.mark.parametrize("text", [ERROR_PAGE, "", "mot " * 10, WALL])
def test_an_empty_page_is_a_failure_that_stays_and_never_a_page_unchanged(ctx, page_of, given, text):
    page = page_of()
    say(ctx, page, given, BEFORE)
    read_at = page.read_at
    reading = given(page, text or " ")
    found = read_page((text or "x").encode(), "page.txt")
    assert services.record_reading(ctx, reading, found, ContractSide()) is None
    assert reading.state is PublishedState.REFUSED
    assert page.failure["text"] == services.EMPTY
    assert (page.failed_at, page.read_at) == (ctx.now, read_at)
    assert queries.last_read(ctx, page).text_digest == read_page(BEFORE.encode(), "page.md").text_digest


def test_a_failure_goes_once_something_is_read_again(ctx, page_of, given):
    page = page_of()
    services.record_failure(ctx, page, Sentence("Le site a répondu par l'erreur %(status)s.", {"status": 503}), None)
    assert page.failed_at is not None
    say(ctx, page, given, BEFORE)
    assert (page.failed_at, page.failure) == (None, {})


def test_after_a_failure_the_next_text_is_compared_with_the_last_that_was_read(ctx, page_of, given):
    page = page_of()
    say(ctx, page, given, BEFORE)
    say(ctx, page, given, ERROR_PAGE)
    assert say(ctx, page, given, AFTER) is not None


def test_the_first_reading_is_compared_with_the_contract(ctx, page_of, given):
    vendor = vendor_of(ctx.session, name="Nimbus")
    in_force(ctx, vendor, BEFORE)
    drift = say(ctx, page_of(vendor), given, AFTER)
    assert drift.previous_id is None
    assert thaw_change(drift.changes[0]).change.before.value == "48 h"


@pytest.mark.parametrize(
    ("facts", "standing"),
    [
        ({"copy_reading": CopyReading.UNREADABLE}, ContractStanding.UNKNOWN),
        ({"copy_reading": None}, ContractStanding.UNKNOWN),
        ({"state": ContractState.DRAFT}, ContractStanding.NONE),
        ({"state": ContractState.EXPIRED}, ContractStanding.NONE),
    ],
)
def test_a_contract_that_nobody_read_or_that_is_over_is_not_quoted(ctx, page_of, given, facts, standing):
    vendor = vendor_of(ctx.session, name="Nimbus")
    in_force(ctx, vendor, BEFORE, **facts)
    page = page_of(vendor)
    say(ctx, page, given, BEFORE)
    found = thaw_change(say(ctx, page, given, AFTER).changes[0])
    assert (found.standing, found.said) == (standing, ())


def test_an_amendment_in_force_says_it_for_its_contract(ctx, page_of, given):
    vendor = vendor_of(ctx.session, name="Nimbus")
    first = in_force(ctx, vendor, BEFORE)
    in_force(ctx, vendor, BEFORE.replace("48 heures", "24 heures"), parent_id=first.id)
    page = page_of(vendor)
    say(ctx, page, given, BEFORE)
    (said,) = thaw_change(say(ctx, page, given, AFTER).changes[0]).said
    assert (said.value, said.contract_id) == ("24 h", first.id)


@pytest.mark.parametrize(
    ("number", "unit", "expected"),
    [
        (24, DelayUnit.HOURS, ["24 h"]),
        (2, DelayUnit.WORKING_DAYS, ["2 wd"]),
        (None, None, []),
        (2, DelayUnit.WEEKDAYS, ["48 h"]),
    ],
)
def test_a_delay_that_a_person_confirmed_counts_before_the_one_read_here(ctx, page_of, given, number, unit, expected):
    vendor = vendor_of(ctx.session, name="Nimbus")
    contract = in_force(ctx, vendor, BEFORE)
    ctx.session.add(ConfirmedDelay(
        contract_id=contract.id, kind=DelayKind.BREACH, number=number, unit=unit, quote="La phrase",
        source=DelaySource.TYPED, confirmed_at=ctx.now, confirmed_by="Une juriste",
    ))  # fmt: skip
    ctx.session.flush()
    page = page_of(vendor)
    say(ctx, page, given, BEFORE.replace("48 heures", "12 heures"))
    found = thaw_change(say(ctx, page, given, AFTER).changes[0])
    assert [one.value for one in found.said] == expected
    assert found.standing is (ContractStanding.SAYS if expected else ContractStanding.SILENT)


def test_of_several_figures_in_a_contract_none_is_said_to_prevail_until_a_person_says_which(ctx, page_of, given):
    vendor = vendor_of(ctx.session, name="Nimbus")
    several = (
        BEFORE + "\n\nNimbus avise le client, sous dix (10) jours ouvrés, de toute violation de données d'un tiers.\n"
    )
    contract = in_force(ctx, vendor, several)
    page = page_of(vendor)
    say(ctx, page, given, BEFORE)
    found = thaw_change(say(ctx, page, given, AFTER).changes[0])
    assert (found.standing, found.said) == (ContractStanding.UNKNOWN, ())
    ctx.session.add(ConfirmedDelay(
        contract_id=contract.id, kind=DelayKind.BREACH, number=48, unit=DelayUnit.HOURS, quote="La phrase",
        source=DelaySource.TYPED, confirmed_at=ctx.now, confirmed_by="Une juriste",
    ))  # fmt: skip
    ctx.session.flush()
    (said,) = thaw_change(say(ctx, page, given, BEFORE).changes[0]).said
    assert (said.value, said.quote) == ("48 h", "La phrase")


def test_the_contract_of_another_vendor_says_nothing(ctx, page_of, given):
    in_force(ctx, vendor_of(ctx.session, name="Autre"), BEFORE)
    page = page_of()
    say(ctx, page, given, BEFORE)
    assert thaw_change(say(ctx, page, given, AFTER).changes[0]).standing is ContractStanding.NONE


def test_a_page_fetched_unchanged_is_only_seen_again(ctx, page_of, given):
    page = page_of(fetched=True)
    say(ctx, page, given, BEFORE)
    ctx.session.flush()
    later = type(ctx)(ctx.session, ctx.actor, ctx.now + timedelta(days=7))
    assert services.record_fetch(later, page, read_page(BEFORE.encode(), "page.md"), ContractSide(), None) is None
    (row,) = ctx.session.scalars(select(PublishedReading)).all()
    assert row.last_seen_at == later.now
    assert page.read_at == later.now


def test_nothing_is_sent_for_unless_somebody_allowed_it_for_this_page(ctx, page_of):
    page_of()
    assert services.fetch_due(ctx) == 0
    with pytest.raises(Refused):
        services.ask_fetch(ctx, page_of())
    assert ctx.session.scalars(select(Job)).all() == []


@pytest.mark.both_databases
def test_a_page_that_may_be_fetched_is_sent_for_once_a_week(ctx, page_of):
    page_of(fetched=True)
    assert [services.fetch_due(ctx) for _ in range(3)] == [1, 0, 0]
    in_days = [services.fetch_due(type(ctx)(ctx.session, ctx.actor, ctx.now + timedelta(days=n))) for n in (6, 7, 8)]
    assert in_days == [0, 1, 0]
    assert len(ctx.session.scalars(select(Job)).all()) == 2


@pytest.mark.parametrize("address", ["http://moi@nimbus.example/", "file:///etc/passwd", "http://nimbus.example:22/"])
def test_an_address_that_is_never_fetched_is_refused_when_it_is_typed(ctx, address):
    with pytest.raises(Refused):
        services.watch_page(
            ctx, vendor_of(ctx.session), PageSheet("Accord", PageKind.AGREEMENT, address, is_fetched=False)
        )


def test_a_page_to_fetch_has_an_address(ctx):
    with pytest.raises(Refused):
        services.watch_page(ctx, vendor_of(ctx.session), PageSheet("A", PageKind.OTHER, "", is_fetched=True))


def test_of_two_who_examine_a_drift_at_the_same_moment_the_first_is_kept(committed):
    with committed.transaction() as session:
        ctx = Context(session, SYSTEM, NOW)
        sheet = PageSheet("Accord publié", PageKind.AGREEMENT, "", is_fetched=False)
        page = services.watch_page(ctx, vendor_of(session, name="Nimbus"), sheet)

        def given(page, text):
            return services.receive_text(ctx, page, parcel_of(text, "page.txt"), ReadingMeans.PASTED)

        say(ctx, page, given, BEFORE)
        number, page_id = say(ctx, page, given, AFTER).id, page.id

    def examine(verdict):
        def say_so(ctx):
            page = ctx.session.get_one(PublishedPage, page_id)
            drift = queries.get_drift(ctx, page, number, to=Permission.PUBLISHED_WORK)
            services.examine(ctx, drift, verdict, "Lu avec soin.")

        return say_so

    _, second = overlapping(
        committed, examine(DriftVerdict.TO_NEGOTIATE), examine(DriftVerdict.NO_EFFECT), read=TermDrift
    )
    assert isinstance(second, Refused)
    with committed.reading() as session:
        assert session.get_one(TermDrift, number).verdict is DriftVerdict.TO_NEGOTIATE


def test_a_person_says_once_what_a_drift_comes_to(ctx, acting, page_of, given):
    page = page_of()
    say(ctx, page, given, BEFORE)
    drift = say(ctx, page, given, AFTER)
    with pytest.raises(Refused):
        services.examine(ctx, drift, DriftVerdict.FALSE_ALARM, "  ")
    assert drift.verdict is None
    services.examine(acting(Role.DPO), drift, DriftVerdict.NO_EFFECT, "")
    with pytest.raises(Refused):
        services.examine(ctx, drift, DriftVerdict.TO_NEGOTIATE, "Trop tard")
    assert drift.verdict is DriftVerdict.NO_EFFECT
    assert ctx.session.scalars(select(Notice).where(Notice.told_at.is_(None))).all() == []


def test_an_owner_works_the_pages_of_its_vendors_alone(ctx, acting, page_of):
    buyer = acting(Role.BUYER)
    page = page_of(vendor_of(ctx.session, name="D'un autre"))
    with pytest.raises(NotFound):
        services.update_page(buyer, page, PageSheet("x", PageKind.OTHER, "", is_fetched=False))
    with pytest.raises(Forbidden):
        services.update_page(acting(Role.EXPERT), page, PageSheet("x", PageKind.OTHER, "", is_fetched=False))
