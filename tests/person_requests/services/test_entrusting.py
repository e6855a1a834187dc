"""Several vendors of the chain are asked for one request: each sees its own part, and nothing of the others."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import Role
from portal.core.errors import NotFound, Refused
from portal.core.language import Language
from portal.core.mail import render
from portal.notices.models import Notice
from portal.person_requests import queries, services
from portal.person_requests.request_notices import note_due
from portal.person_requests.rules.entrusted import TaskKind, TaskOutcome, TaskState
from portal.person_requests.rules.kinds import RefusalGround, RequestKind
from portal.person_requests.services import RefusalSheet, TaskReturn
from tests.conftest import NOW
from tests.factories.requests import DONE, PERSON, WHY, entrusted, given_back, proof, recorded
from tests.factories.spaces import actor_of
from tests.factories.world import vendor_of, vendor_user

TODAY = NOW.date()


@pytest.fixture
def ours(acting, app):
    return acting(Role.DPO)


@pytest.fixture
def vendors(session, app):
    return vendor_of(session, name="Callisto"), vendor_of(session, name="Europe")


@pytest.fixture
def sides(session, vendors):
    return [Context(session, actor_of(vendor_user(session, one), one), NOW) for one in vendors]


@pytest.mark.both_databases
def test_each_vendor_sees_what_it_is_asked_and_nothing_of_the_other(session, ours, vendors, sides):
    request = recorded(ours, vendors[0], RequestKind.ERASURE)
    tasks = [
        entrusted(ours, request, vendors[0], ask="Effacez le compte."),
        entrusted(ours, request, vendors[1], kind=TaskKind.INFORM, ask="Prenez-en note.", with_identity=False),
    ]
    for side, task, other in zip(sides, tasks, reversed(tasks), strict=True):
        assert [one.id for one in queries.own_tasks(side)] == [task.id]
        with pytest.raises(NotFound):
            queries.own_task(side, other.id)
        with pytest.raises(NotFound):
            queries.task_to_give_back(side, other.id)
        with pytest.raises(NotFound):
            services.give_back(side, other, TaskReturn(TaskOutcome.DONE, DONE, TODAY), proof())
        assert queries.own_requests(side) == [], "what we recorded ourselves is ours"


def test_who_the_person_is_shows_only_where_we_said_so_and_only_while_something_is_to_be_done(
    session, ours, vendors, sides
):
    request = recorded(ours, vendors[0], RequestKind.ERASURE)
    task = entrusted(ours, request, vendors[0])
    blind = entrusted(ours, request, vendors[1], with_identity=False)
    assert queries.own_task(sides[0], task.id).person == PERSON
    assert queries.own_task(sides[1], blind.id).person is None
    assert queries.own_tasks(sides[0])[0].person is None, "a list names nobody"
    reader = vendor_user(session, vendors[0], Role.VENDOR_READER)
    only_reads = Context(session, actor_of(reader, vendors[0]), NOW)
    assert queries.own_task(only_reads, task.id).person is None
    given_back(sides[0], task)
    assert queries.own_task(sides[0], task.id).person is None


def test_done_takes_a_file_and_words(ours, vendors, sides):
    task = entrusted(ours, recorded(ours, vendors[0], RequestKind.ERASURE), vendors[0])
    for back, file in (
        (TaskReturn(TaskOutcome.DONE, DONE, TODAY), None),
        (TaskReturn(TaskOutcome.DONE, "fait", TODAY), proof()),
        (TaskReturn(TaskOutcome.NOTHING, "", TODAY), None),
        (TaskReturn(TaskOutcome.DONE, DONE, TODAY + timedelta(days=1)), proof()),
        (TaskReturn(TaskOutcome.DONE, DONE, TODAY - timedelta(days=1)), proof()),
    ):
        with pytest.raises(Refused):
            services.give_back(sides[0], task, back, file)
    nothing = "Nous avons cherché dans les trois outils : cette personne n'y est pas."
    services.give_back(sides[0], task, TaskReturn(TaskOutcome.NOTHING, nothing, TODAY), None)
    assert task.state is TaskState.DONE
    with pytest.raises(Refused):
        services.give_back(sides[0], task, TaskReturn(TaskOutcome.NOTHING, nothing, TODAY), None)


def test_what_is_not_enough_goes_back_with_why_and_each_side_is_told(session, ours, vendors, sides):
    task = entrusted(ours, recorded(ours, vendors[0], RequestKind.ERASURE), vendors[0])
    given_back(sides[0], task)
    with pytest.raises(Refused):
        services.send_back(ours, task, "non")
    services.send_back(ours, task, WHY)
    assert (task.state, queries.own_task(sides[0], task.id).returned_reason) == (TaskState.ASKED, WHY)
    templates = [one.template.rpartition("/")[2] for one in session.scalars(select(Notice))]
    assert templates == ["notice_task"]  # « again »: the first was answered, and the answer was checked


def waiting(session, template):
    wanted = f"person_requests/emails/{template}"
    return session.scalars(select(Notice).where(Notice.template == wanted).order_by(Notice.id)).all()


def test_the_answers_of_two_vendors_on_one_day_are_two_points_of_the_digest(session, ours, vendors, sides):
    request = recorded(ours, vendors[0], RequestKind.ERASURE)
    for side, vendor in zip(sides, vendors, strict=True):
        given_back(side, entrusted(ours, request, vendor))
    returned = waiting(session, "notice_returned")
    assert [one.values["vendor"] for one in returned] == ["Callisto", "Europe"]
    assert len({one.about for one in returned}) == 2


@pytest.mark.both_databases
def test_no_digest_asks_a_vendor_for_what_it_gave_nor_us_to_check_what_we_checked(session, ours, vendors, sides):
    task = entrusted(ours, recorded(ours, vendors[0], RequestKind.ERASURE), vendors[0])
    assert len(waiting(session, "notice_task")) == 1
    given_back(sides[0], task)
    assert (len(waiting(session, "notice_task")), len(waiting(session, "notice_returned"))) == (0, 1)
    services.accept_return(ours, task)
    assert waiting(session, "notice_returned") == []


@pytest.mark.both_databases
def test_a_digest_says_the_day_that_holds_when_it_leaves_and_none_once_the_person_was_answered(
    session, ours, vendors, sides
):
    """What came back is still to be checked, but nobody waits for an answer that was given."""
    request = recorded(ours, vendors[0], RequestKind.ERASURE)
    early, late = (entrusted(ours, request, one) for one in vendors)
    given_back(sides[0], early)
    note_due(ours, request.due_on)
    first = request.due_on
    services.extend(ours, request, ours.today, WHY)
    [told] = waiting(session, "notice_returned")
    assert first < request.due_on == told.due_on
    assert told.values["due_on"] == request.due_on.isoformat()
    assert waiting(session, "notice_due") == [], "of the day before the extension"
    services.accept_return(ours, early)
    given_back(sides[1], late)
    services.refuse_request(ours, request, RefusalSheet(RefusalGround.EXCESSIVE, WHY, TODAY), proof())
    [told] = waiting(session, "notice_returned")
    assert "à vérifier" in render(told.template, Language.FR, told.values).subject
    assert "attend sa réponse" not in render(told.template, Language.FR, told.values).body
    assert told.due_on is None


def test_no_digest_asks_for_what_was_cancelled_nor_speaks_of_a_request_that_was_dropped(session, ours, vendors):
    request = recorded(ours, vendors[0], RequestKind.ERASURE)
    task = entrusted(ours, request, vendors[0])
    note_due(ours, request.due_on)
    assert waiting(session, "notice_due")
    services.cancel_task(ours, task, WHY)
    services.drop_request(ours, request, WHY)
    assert (waiting(session, "notice_task"), waiting(session, "notice_due")) == ([], [])


def test_nothing_is_asked_for_a_day_that_has_passed_nor_once_it_is_closed(ours, vendors):
    request = recorded(ours, vendors[0])
    with pytest.raises(Refused):
        entrusted(ours, request, vendors[0], due_on=TODAY - timedelta(days=1))
    services.drop_request(ours, request, WHY)
    with pytest.raises(Refused):
        entrusted(ours, request, vendors[0])
