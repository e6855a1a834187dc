"""A request relayed by a vendor, and what it is asked to do for one."""

from io import BytesIO

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.person_requests.models import PersonRequest, RequestTask
from portal.person_requests.rules.entrusted import TaskState
from portal.vendors.models import FormDraft, Membership
from tests.conftest import NOW
from tests.factories.files import pdf
from tests.factories.requests import DONE, WHO, entrusted, recorded
from tests.factories.world import vendor_of

RELAY = "/espace/demandes/relayer"
ASKED = {"kind": "effacement", "name": WHO, "received_on": "20/11/2026"}


def test_what_is_asked_by_whom_and_when_is_enough(as_, session, space):
    client = as_(space.admin)
    page = client.follow(client.post(RELAY, ASKED))
    assert "DP-2026-0001" in page.words
    assert WHO not in page.text
    row = session.scalars(select(PersonRequest)).one()
    assert (row.vendor_id, row.from_vendor, row.due_on.isoformat()) == (space.vendor.id, True, "2026-12-21")
    assert session.scalars(select(FormDraft)).all() == [], "a draft is not sealed: none is kept"


@pytest.mark.parametrize("changes", [{"name": ""}, {"kind": ""}, {"received_on": "25/11/2026"}, {"received_on": "x"}])
def test_nothing_typed_is_lost_when_it_is_refused(as_, session, space, changes):
    page = as_(space.admin).post(RELAY, {**ASKED, "words": "Effacez mon compte.", **changes}, status=422)
    assert "Effacez mon compte." in page.text
    assert session.scalars(select(PersonRequest)).all() == []


@pytest.fixture
def task(session, space):
    ctx = Context(session, SYSTEM, NOW)
    return entrusted(ctx, recorded(ctx, vendor_of(session, name="Europe")), space.vendor, ask="Tout le compte.")


def test_what_is_asked_says_of_whom_until_it_is_done(as_, session, space, task):
    client, here = as_(space.admin), f"/espace/demandes/taches/{task.id}"
    assert "Effacer ses données" in client.get("/espace/").words
    page = client.get(here)
    assert WHO in page.words
    assert "Europe" not in page.words
    posted = {"outcome": "fait", "answer": DONE, "done_on": "24/11/2026", "file": (BytesIO(pdf()), "x.pdf")}
    client.post(here, posted)
    session.expire_all()
    assert session.get_one(RequestTask, task.id).state is TaskState.DONE
    after = client.get(here)
    assert WHO not in after.text
    assert DONE in after.words


@pytest.mark.parametrize("file", [None, b""])
def test_done_without_a_real_file_is_refused_and_what_was_typed_stays(as_, session, space, task, file):
    posted = {"outcome": "fait", "answer": DONE, "done_on": "24/11/2026"}
    if file is not None:
        posted["file"] = (BytesIO(file), "preuve.pdf")
    page = as_(space.admin).post(f"/espace/demandes/taches/{task.id}", posted, status=422)
    assert DONE in page.one("textarea").text_content()
    session.expire_all()
    assert session.get_one(RequestTask, task.id).state is TaskState.ASKED


def test_who_only_reads_relays_nothing_and_is_told_of_nobody(as_, session, space, task):
    session.scalars(select(Membership).where(Membership.user_id == space.respondent.id)).one().role = Role.VENDOR_READER
    client = as_(space.respondent)
    client.get(RELAY, status=403)
    assert WHO not in client.get(f"/espace/demandes/taches/{task.id}").text
