from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import Actor, Role
from portal.core.errors import Forbidden, Refused
from portal.core.language import Language
from portal.core.translation import translate
from portal.dashboard import home_page, queries
from portal.dashboard.models import VendorDecision
from portal.dashboard.rules import DecisionChoice, Urgency
from portal.dashboard.services import Decided, DecidedMeanwhile, decide
from portal.journal.models import JournalEntry
from portal.notices.models import Notice
from tests.conftest import NOW
from tests.factories.people import user_of
from tests.factories.world import vendor_of

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

MOTIVE = "Un contrat est en cours de signature, sous conditions."


@pytest.fixture
def director(acting):
    return acting(Role.MANAGEMENT)


@pytest.fixture
def owner(session):
    return user_of(session, Role.LEGAL, name="Anne")


@pytest.fixture
def vendor(session):
    return vendor_of(session, name="Acme")


def decided(owner, **facts):
    due_on = NOW.date() + timedelta(days=90)
    return Decided(**{"choice": DecisionChoice.FRAME, "motive": MOTIVE, "owner": owner, "due_on": due_on, **facts})


def reasons(ctx, vendor):
    return [one.urgency for one in queries.reasons_to_decide(ctx, vendor.id)]


def waiting(ctx):
    return [one.vendor for one in queries.portfolio(ctx).decisions]


def later(ctx, **spans):
    return Context(ctx.session, ctx.actor, ctx.now + timedelta(**spans))


def test_what_is_decided_waits_no_more_until_its_day_is_past_and_no_figure_moves(director, owner, vendor):
    before = queries.portfolio(director)
    assert waiting(director) == ["Acme"]
    decide(director, vendor, decided(owner), reasons(director, vendor))
    after = queries.portfolio(director)
    assert after.decisions == []
    assert (after.without_contract, after.heat) == (before.without_contract, before.heat) == (1, before.heat)
    assert waiting(later(director, days=90)) == []
    assert waiting(later(director, days=91)) == ["Acme"]
    (found,) = queries.portfolio(later(director, days=91)).decisions
    assert (found.former.choice, found.former.owner) == (DecisionChoice.FRAME, "Anne")


def test_a_reason_that_is_new_brings_the_vendor_back(director, owner, vendor):
    decide(director, vendor, decided(owner), [Urgency.NO_CONTRACT])
    assert waiting(director) == ["Acme"], "it was never measured, and nobody decided of that"
    decide(director, vendor, decided(owner), reasons(director, vendor), seen=_newest(director))
    assert waiting(director) == []


def test_vendors_decided_of_hide_none_that_waits(session, director, owner):
    for n in range(12):
        vendor = vendor_of(session, name=f"Premier {n}", inherent=5)
        decide(director, vendor, decided(owner), list(Urgency))
    vendor_of(session, name="Dernier", inherent=4)
    assert waiting(director) == ["Dernier"]


@pytest.mark.parametrize(
    "facts",
    [
        {"motive": ""},
        {"motive": "--- !!! 12345678901 ---"},
        {"due_on": NOW.date()},
        {"due_on": date(2026, 1, 1)},
        {"due_on": NOW.date() + timedelta(days=367)},
    ],
)
def test_a_decision_without_a_reason_or_for_ever_is_none(director, owner, vendor, facts):
    with pytest.raises(Refused):
        decide(director, vendor, decided(owner, **facts), reasons(director, vendor))
    assert waiting(director) == ["Acme"]


def test_nobody_outside_or_gone_is_put_in_charge(session, director, vendor):
    for person in (user_of(session, Role.EXPERT), user_of(session, Role.LEGAL, disabled_at=NOW)):
        with pytest.raises(Refused):
            decide(director, vendor, decided(person), reasons(director, vendor))


def test_nothing_is_decided_of_a_vendor_that_waits_for_nothing(director, owner, vendor):
    with pytest.raises(Refused):
        decide(director, vendor, decided(owner), [])


def test_two_people_do_not_decide_past_each_other(director, owner, vendor, acting):
    decide(director, vendor, decided(owner), reasons(director, vendor))
    with pytest.raises(DecidedMeanwhile):
        decide(acting(Role.DPO), vendor, decided(owner, choice=DecisionChoice.LEAVE), reasons(director, vendor))
    assert [row.choice for row in queries.decisions_on(director, vendor.id)] == [DecisionChoice.FRAME]


@pytest.mark.parametrize("role", [Role.LEGAL, Role.BUYER, Role.EXPERT])
def test_who_does_not_steer_decides_nothing(acting, owner, vendor, role):
    with pytest.raises(Forbidden):
        decide(acting(role), vendor, decided(owner), [Urgency.NO_CONTRACT])


def test_it_is_journalled_and_told_to_whoever_sees_to_it(director, owner, vendor, session):
    row = decide(director, vendor, decided(owner), reasons(director, vendor))
    session.commit()
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "decision.taken")).one()
    assert entry.after["motive"] == MOTIVE
    assert entry.after["in_charge"] == "Anne"
    assert session.scalars(select(Notice.user_id).where(Notice.about == f"decision:{row.id}")).all() == [owner.id]
    anne = Context(session, Actor(owner.role, owner.id, owner.name, owner.email), NOW)
    titles = [translate(todo.title, Language.FR) for todo in home_page.todos(anne, home_page.home_counts(anne))]
    assert "Acme : la direction a décidé d’encadrer" in [" ".join(title.split()) for title in titles]
    assert session.scalars(select(VendorDecision.due_on)).all() == [row.due_on]


def _newest(ctx):
    return str(ctx.session.scalars(select(VendorDecision.id).order_by(VendorDecision.id.desc())).first())
