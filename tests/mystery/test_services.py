"""Planning, starting, observing, correcting, concluding and skipping mystery withdrawals."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Permission, Role
from portal.consumer_law.rules.periods import ContractKind
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.stale import StaleWrite
from portal.journal.models import JournalEntry
from portal.mystery import queries, services
from portal.mystery.judgement import breaches_of
from portal.mystery.models import MysteryObservation, MysteryState, MysteryTest
from portal.mystery.rules.judgement import MysteryResult, ObservationAnswer, StepOutcome
from portal.mystery.rules.script import Way
from portal.mystery.services import ObservationInput, OrderInput, PlanInput
from portal.mystery.snapshot import digest
from tests.conftest import NOW
from tests.factories.mystery import at, observed, planned, proof, running
from tests.factories.two_at_once import overlapping
from tests.factories.world import vendor_of

pytestmark = pytest.mark.both_databases


@pytest.fixture
def legal(acting, app):
    return acting(Role.LEGAL)


@pytest.fixture
def vendor(session):
    return vendor_of(session, name="Callisto")


def later(ctx, days):
    return Context(ctx.session, ctx.actor, ctx.now + timedelta(days=days))


def those(session, state):
    return session.scalars(select(MysteryTest).where(MysteryTest.state == state).order_by(MysteryTest.due_on)).all()


# --- planning ---------------------------------------------------------------------------------------------------------


def test_a_plan_has_its_first_test_at_once(session, legal, vendor):
    test = planned(legal, vendor)
    assert (test.state, test.due_on, test.tester) == (MysteryState.PLANNED, legal.today, "Ana")
    session.commit()
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "mystery.planned")).one()
    assert entry.vendor_id == vendor.id
    assert entry.object_label == "Callisto, phone"
    assert entry.after["mystery_every"] == 3


def test_a_plan_does_not_begin_in_the_past(legal, vendor):
    with pytest.raises(Refused, match="passé"):
        services.plan_tests(legal, vendor, PlanInput(Way.WEB, "https://x.test", None, legal.today - timedelta(days=1)))


@pytest.mark.parametrize("role", [Role.MANAGEMENT, Role.BUYER, Role.EXPERT, Role.VENDOR_ADMIN, Role.ADMIN])
def test_only_the_dpo_and_the_lawyer_test(acting, app, legal, vendor, role):
    test = planned(legal, vendor)
    other = acting(role)
    sheet = PlanInput(Way.WEB, "https://x.test", None, legal.today)
    for act in (
        lambda: services.plan_tests(other, vendor, sheet),
        lambda: services.amend_plan(other, test.plan, "x", "", None),
        lambda: services.stop_plan(other, test.plan, "Non."),
        lambda: services.skip_test(other, test, "Non."),
        lambda: services.start_test(other, test, OrderInput(ContractKind.SERVICE, legal.today)),
        lambda: services.record_receipt(other, test, legal.today, ""),
        lambda: services.record_observation(other, test, "called", ObservationInput(ObservationAnswer.UNSEEN)),
        lambda: services.correct_observation(other, test, "called", ObservationInput(ObservationAnswer.UNSEEN), seen=1),
        lambda: services.conclude_test(other, test),
    ):
        with pytest.raises(Forbidden):
            act()


def test_an_amended_plan_changes_the_test_that_waits_and_no_other(legal, vendor):
    begun = running(legal, vendor)
    waiting = queries.planned_of(legal, begun.plan)
    services.amend_plan(legal, begun.plan, "+33 5", "Bo", 6)
    assert (waiting.interface, waiting.tester, begun.interface) == ("+33 5", "Bo", "+33 4 00 00 00 10")
    assert begun.plan.every == 6


def test_a_single_test_that_becomes_regular_has_a_next_one(legal, vendor):
    test = planned(legal, vendor, every=None)
    services.start_test(legal, test, OrderInput(ContractKind.SERVICE, legal.today))
    assert queries.planned_of(legal, test.plan) is None
    services.amend_plan(legal, test.plan, "+33 5", "", 1)
    assert queries.planned_of(legal, test.plan).due_on == date(2026, 12, 24)


def test_a_plan_that_is_stopped_plans_nothing_more(session, legal, vendor):
    test = planned(legal, vendor)
    with pytest.raises(Refused, match="pourquoi"):
        services.stop_plan(legal, test.plan, "")
    services.stop_plan(legal, test.plan, "Contrat fini.")
    assert (test.state, test.reason) == (MysteryState.SKIPPED, "Contrat fini.")
    assert those(session, MysteryState.PLANNED) == []
    for act in (
        lambda: services.stop_plan(legal, test.plan, "x"),
        lambda: services.amend_plan(legal, test.plan, "x", "", 2),
    ):
        with pytest.raises(Refused, match="arrêté"):
            act()


def test_a_skipped_test_says_why_and_gives_way_to_the_next(legal, vendor):
    test = planned(legal, vendor)
    with pytest.raises(Refused, match="pourquoi"):
        services.skip_test(legal, test, "")
    following = services.skip_test(legal, test, "Testeuse absente.")
    assert (following.state, following.due_on) == (MysteryState.PLANNED, date(2027, 2, 24))
    with pytest.raises(Refused, match="déjà commencé"):
        services.skip_test(legal, test, "Encore.")
    assert services.skip_test(legal, planned(legal, vendor, every=None), "Une fois suffit.") is None


# --- starting ---------------------------------------------------------------------------------------------------------


def test_starting_freezes_the_script_and_plans_the_next(session, legal, vendor):
    test = running(legal, vendor)
    assert test.state is MysteryState.RUNNING
    assert test.script_sha256 == digest(test.script)
    assert [row["key"] for row in test.script][:2] == ["called", "reason"]
    assert queries.planned_of(legal, test.plan).due_on == date(2027, 2, 24)
    session.commit()
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "mystery.started")).one()
    assert entry.after["sha256"] == test.script_sha256
    with pytest.raises(Refused, match="déjà commencé"):
        services.start_test(legal, test, OrderInput(ContractKind.SERVICE, legal.today))


def test_a_test_that_is_started_late_keeps_the_days_of_its_rhythm(legal, vendor):
    test = planned(legal, vendor, every=1)
    late = later(legal, 40)
    services.start_test(late, test, OrderInput(ContractKind.SERVICE, late.today))
    assert queries.planned_of(late, test.plan).due_on == date(2027, 1, 24)


def test_an_order_is_neither_to_come_nor_received_before_it_was_placed(legal, vendor):
    test, today = planned(legal, vendor), legal.today
    tomorrow, yesterday = today + timedelta(days=1), today - timedelta(days=1)
    for sheet in (OrderInput(ContractKind.GOODS, tomorrow), OrderInput(ContractKind.GOODS, today, tomorrow)):
        with pytest.raises(Refused, match="à venir"):
            services.start_test(legal, test, sheet)
    with pytest.raises(Refused, match="avant la commande"):
        services.start_test(legal, test, OrderInput(ContractKind.GOODS, today, yesterday))
    assert test.state is MysteryState.PLANNED


@pytest.mark.parametrize(
    ("kind", "day"), [(ContractKind.GOODS, date(2014, 6, 13)), (ContractKind.FINANCE, date(2016, 6, 30))]
)
def test_an_order_is_one_that_the_law_known_here_can_judge(legal, vendor, kind, day):
    test = planned(legal, vendor)
    with pytest.raises(Refused, match="antérieure au droit"):
        services.start_test(legal, test, OrderInput(kind, day))
    services.start_test(legal, test, OrderInput(kind, day + timedelta(days=1)))
    assert test.state is MysteryState.RUNNING


def test_the_receipt_of_the_goods_may_come_later(legal, vendor):
    test = planned(legal, vendor, Way.WEB)
    services.start_test(legal, test, OrderInput(ContractKind.GOODS, legal.today - timedelta(days=3)))
    services.record_receipt(legal, test, legal.today, "C-1")
    assert (test.received_on, test.reference) == (legal.today, "C-1")
    with pytest.raises(Refused, match="avant la commande"):
        services.record_receipt(legal, test, legal.today - timedelta(days=9), "")


# --- observing --------------------------------------------------------------------------------------------------------


def test_what_is_seen_is_kept_with_its_proof_and_journalled(session, legal, vendor):
    test = running(legal, vendor)
    said = services.record_observation(
        legal,
        test,
        "acknowledged",
        ObservationInput(ObservationAnswer.AS_EXPECTED, at(legal.today, 9), "Courriel.", proof()),
    )
    assert said.stored_file.media_type == "image/png"
    session.commit()
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "mystery.observed")).one()
    assert entry.after["file"] == "ecran.png"
    assert entry.after["mystery_said"] == "as_expected"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (ObservationInput(ObservationAnswer.AS_EXPECTED), "date et l’heure"),
        (ObservationInput(ObservationAnswer.DIFFERENT, at(date(2026, 11, 20))), "ce que vous avez vu"),
        (ObservationInput(ObservationAnswer.AS_EXPECTED, at(date(2026, 11, 25))), "à venir"),
        (ObservationInput(ObservationAnswer.AS_EXPECTED, at(date(2026, 9, 1))), "précède la commande"),
        (ObservationInput(ObservationAnswer.AS_EXPECTED, at(date(2026, 11, 20)), "x" * 2001), "dépasse"),
    ],
)
def test_an_observation_that_cannot_be_is_refused(session, legal, vendor, word, said):
    test = running(legal, vendor)
    with pytest.raises(Refused) as refusal:
        services.record_observation(legal, test, "called", word)
    assert said in str(refusal.value.sentence)
    assert session.scalars(select(MysteryObservation)).all() == []


def test_a_step_of_another_channel_is_no_step(legal, vendor):
    with pytest.raises(NotFound):
        services.record_observation(legal, running(legal, vendor), "label", ObservationInput(ObservationAnswer.UNSEEN))


def test_what_could_not_be_seen_has_no_time(legal, vendor):
    said = services.record_observation(
        legal, running(legal, vendor), "called", ObservationInput(ObservationAnswer.UNSEEN, at(legal.today, 9))
    )
    assert said.at is None


def test_a_plan_stopped_while_its_test_is_started_leaves_that_test_and_plans_no_other(committed):
    with committed.transaction() as session:
        ctx = Context(session, SYSTEM, NOW)
        test = planned(ctx, vendor_of(session))
        number, plan_id = test.id, test.plan_id

    def start(ctx):
        test = queries.get_test(ctx, number, to=Permission.WITHDRAWAL_AUDIT)
        services.start_test(ctx, test, OrderInput(ContractKind.SERVICE, ctx.today))

    def stop(ctx):
        plan = queries.get_plan(ctx, plan_id, to=Permission.WITHDRAWAL_AUDIT)
        services.stop_plan(ctx, plan, "Ce canal a fermé.")

    overlapping(committed, start, stop, read=MysteryTest)
    with committed.reading() as session:
        started, follows = session.scalars(select(MysteryTest).order_by(MysteryTest.id))
        assert (started.id, started.state) == (number, MysteryState.RUNNING)
        assert follows.state is MysteryState.SKIPPED


def test_a_test_is_judged_on_what_was_just_said_of_its_order(committed):
    with committed.transaction() as session:
        ctx = Context(session, SYSTEM, NOW)
        test = running(ctx, vendor_of(session))
        observed(ctx, test)
        number, day = test.id, ctx.today

    def receive(ctx):
        test = queries.get_test(ctx, number, to=Permission.WITHDRAWAL_AUDIT)
        services.record_receipt(ctx, test, day, "C-1")

    def conclude(ctx):
        test = queries.get_test(ctx, number, to=Permission.WITHDRAWAL_AUDIT)
        services.conclude_test(ctx, test)
        return test.received_on, test.reference

    assert overlapping(committed, receive, conclude, read=MysteryTest)[1] == (day, "C-1")


def test_two_testers_at_once_do_not_overwrite_each_other(legal, vendor):
    test = running(legal, vendor)
    first = services.record_observation(legal, test, "reason", ObservationInput(ObservationAnswer.AS_EXPECTED))
    with pytest.raises(StaleWrite) as refusal:
        services.record_observation(
            legal, test, "reason", ObservationInput(ObservationAnswer.DIFFERENT, None, "Demandé.")
        )
    assert refusal.value.theirs.id == first.id
    services.correct_observation(
        legal, test, "reason", ObservationInput(ObservationAnswer.DIFFERENT, None, "Demandé."), seen=first.id
    )
    with pytest.raises(StaleWrite):
        services.correct_observation(
            legal, test, "reason", ObservationInput(ObservationAnswer.UNSEEN, None, "Non."), seen=first.id
        )


def test_a_correction_adds_a_word_says_why_and_keeps_the_proof(session, legal, vendor):
    test = running(legal, vendor)
    word = ObservationInput(ObservationAnswer.AS_EXPECTED, at(legal.today, 9), "Courriel.", proof())
    first = services.record_observation(legal, test, "acknowledged", word)
    for note in ("", "Courriel."):
        with pytest.raises(Refused, match="ce qui change"):
            services.correct_observation(legal, test, "acknowledged", replace(word, note=note), seen=first.id)
    again = replace(word, note="C'était la veille.", at=at(legal.today - timedelta(days=1)), proof=None)
    second = services.correct_observation(legal, test, "acknowledged", again, seen=first.id)
    assert second.stored_file_id == first.stored_file_id
    words = queries.observations_of(legal, test.id)["acknowledged"]
    assert [one.id for one in words] == [second.id, first.id]
    session.commit()
    actions = session.scalars(select(JournalEntry.action).where(JournalEntry.object_id == test.id)).all()
    assert "mystery.corrected" in actions


def test_nothing_is_corrected_before_it_was_said(legal, vendor):
    with pytest.raises(NotFound):
        services.correct_observation(
            legal, running(legal, vendor), "reason", ObservationInput(ObservationAnswer.UNSEEN, None, "Non."), seen=3
        )


# --- concluding -------------------------------------------------------------------------------------------------------


def test_a_test_in_which_nothing_was_seen_is_not_concluded(legal, vendor):
    test = running(legal, vendor)
    services.record_observation(legal, test, "reason", ObservationInput(ObservationAnswer.UNSEEN))
    with pytest.raises(Refused, match="Rien n’a encore été observé"):
        services.conclude_test(legal, test)


def test_a_concluded_test_says_what_it_came_to_for_good(session, legal, vendor):
    test = running(legal, vendor)
    observed(legal, test, retention="Bon d'achat proposé.")
    assert breaches_of(test) == ()
    services.conclude_test(legal, test)
    assert (test.state, test.overall, test.breached) == (MysteryState.CONCLUDED, MysteryResult.BREACHED, 1)
    assert test.kept + test.breached + test.unobserved == len(test.script)
    [breach] = breaches_of(test)
    assert breach.key == "retention"
    assert breach.action.fr
    assert breach.proof_expected.en
    assert {row["outcome"] for row in test.result} <= set(StepOutcome)
    for act in (
        lambda: services.conclude_test(legal, test),
        lambda: services.record_observation(legal, test, "called", ObservationInput(ObservationAnswer.UNSEEN)),
        lambda: services.record_receipt(legal, test, legal.today, ""),
    ):
        with pytest.raises(Refused, match="pas en cours"):
            act()
    session.commit()
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "mystery.concluded")).one()
    assert entry.after["mystery_overall"] == "breached"
