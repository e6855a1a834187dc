from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import process
from portal.jobs import bounce_reading, bounces, execution
from portal.jobs.models import Job, Mail, MailState
from tests.conftest import NOW
from tests.jobs.test_bounces import report
from tests.jobs.test_mail import drain, envelope, promise, states


@pytest.fixture(params=["folder", "maildir"])
def box(request, tmp_path, mailing):
    """The folder that bounces come in by, and this process told of it; calling it puts a message there."""
    folder = tmp_path / "bounces"
    (folder / "new" if request.param == "maildir" else folder).mkdir(parents=True)
    if request.param == "maildir":
        (folder / "cur").mkdir()
    process._settings[0] = _with(process.settings(), bounces_url=str(folder), bounces_to="retours@collectivite.test")

    def put(name, raw):
        (folder / "new" / name if request.param == "maildir" else folder / f"{name}.eml").write_bytes(raw)

    put.folder = folder
    return put


def _with(settings, **changes):
    return type(settings)(**{**vars(settings), **changes})


def read(database):
    with database.transaction() as session:
        bounce_reading.read_now_and_then(_context(session))
    return drain(database)


def _context(session, at=NOW):
    return bounce_reading.Context(session, execution.SYSTEM, at)


def test_a_bounce_finds_its_message_by_the_return_path_it_left_with(lasting, box, sink, told_of):
    promise(lasting, *(envelope(n) for n in range(4)))
    drain(lasting)
    paths = dict(zip(sink.recipients, sink.return_paths, strict=True))
    assert all(path.startswith("retours+b-") for path in paths.values())
    for n, facts in enumerate(({}, {"status": "4.4.1", "action": "delayed"}, {"status": "4.4.7"})):
        box(f"{n}", report(paths[f"contact{n}@exemple.test"], **facts))
    forged = paths["contact3@exemple.test"].replace("-", "-0", 1)
    box("forged", report(forged[:-20] + "0" * 4 + forged[-16:]))
    box("noise", b"From: x\r\n\r\nholidays")
    read(lasting)
    found = {who: (state, reason) for who, (state, _tries, reason) in states(lasting).items()}
    assert found == {
        "contact0": (MailState.REFUSED, "5.1.1 550 no such user"),
        "contact1": (MailState.SENT, "4.4.1 550 no such user"),
        "contact2": (MailState.GIVEN_UP, "4.4.7 550 no such user"),
        "contact3": (MailState.SENT, ""),
    }
    told = [("contact0", "refused", "5.1.1 550 no such user"), ("contact2", "given_up", "4.4.7 550 no such user")]
    assert sorted(told_of) == told
    left = [path for path in box.folder.rglob("*") if path.is_file() and path.parent.name not in {"read", "cur"}]
    assert left == []


def test_a_bounce_for_an_address_corrected_since_is_nobody_s(lasting, box, sink):
    promise(lasting, envelope())
    drain(lasting)
    with lasting.transaction() as session:
        session.scalars(select(Mail)).one().recipient = "nouvelle@exemple.test"
    box("late", report(sink.return_paths[0]))
    read(lasting)
    assert states(lasting)["nouvelle"][0] is MailState.SENT


def test_a_box_is_read_every_five_minutes_and_not_at_all_where_none_is_set(lasting, mailing):
    with lasting.transaction() as session:
        assert bounce_reading.read_now_and_then(_context(session)) == 0
    process._settings[0] = _with(process.settings(), bounces_url="/nowhere")
    with lasting.transaction() as session:
        made = [
            bounce_reading.read_now_and_then(
                bounce_reading.Context(session, execution.SYSTEM, NOW + timedelta(minutes=m))
            )
            for m in (0, 1, 4, 5, 9, 10)
        ]
        assert made == [1, 0, 0, 1, 0, 1]
        assert set(session.scalars(select(Job.queue))) == {"bounces"}


def test_nothing_marks_the_return_path_where_no_box_is_read(lasting, mailing, sink):
    promise(lasting, envelope())
    drain(lasting)
    assert sink.return_paths == ["vigie@collectivite.test"]
    assert bounces.read(report(sink.return_paths[0])) is None


def test_a_box_that_does_not_open_is_tried_at_the_next_round_and_leaves_no_failed_job(lasting, mailing):
    process._settings[0] = _with(process.settings(), bounces_url="/nowhere")
    assert read(lasting) == 1
    with lasting.reading() as session:
        assert [state.value for state in session.scalars(select(Job.state))] == ["done"]
