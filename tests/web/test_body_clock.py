"""Large bodies: the one too many waits for those that have just come, and is refused where those before it are slow."""

import threading

import pytest
from werkzeug.exceptions import RequestTimeout, ServiceUnavailable

from portal.web import body_clock
from portal.web.body_clock import LARGE_AT_ONCE, MOST_SECONDS, PROMPT_SECONDS, SMALL, LargeBodies, TimedBody


class Socket:
    def gettimeout(self):
        return None

    def settimeout(self, _seconds):
        pass


class Body:
    def read(self, size):
        return b"x" * size


@pytest.fixture
def under_way(monkeypatch):
    monkeypatch.setattr(body_clock, "_under_way", LargeBodies())
    return body_clock._under_way


def test_a_file_sent_while_three_others_have_just_come_waits_for_its_turn(under_way):
    first, *_others = [under_way.enter(lambda: 100.0) for _ in range(LARGE_AT_ONCE)]
    entered = threading.Event()

    def send() -> None:
        under_way.enter(lambda: 100.5)
        entered.set()

    fourth = threading.Thread(target=send)
    fourth.start()
    assert not entered.wait(0.05), "three are under way"
    under_way.leave(first)
    fourth.join(10)
    assert entered.is_set()


def test_a_file_sent_while_three_others_drag_on_is_refused_at_once(under_way):
    for _ in range(LARGE_AT_ONCE):
        under_way.enter(lambda: 100.0)
    with pytest.raises(ServiceUnavailable) as refused:
        under_way.enter(lambda: 100.0 + PROMPT_SECONDS)
    assert refused.value.retry_after == 30


def test_the_wait_ends_when_those_under_way_have_become_slow(under_way):
    now = 100.0
    for _ in range(LARGE_AT_ONCE):
        under_way.enter(lambda: now)
    answers = iter([now + PROMPT_SECONDS - 0.01, now + PROMPT_SECONDS])
    with pytest.raises(ServiceUnavailable):
        under_way.enter(lambda: next(answers))


def test_a_body_is_counted_once_and_until_its_request_is_answered(under_way):
    bodies = [TimedBody(Body(), Socket(), SMALL + 1) for _ in range(LARGE_AT_ONCE)]
    for body in bodies:
        body.read(10)
        body.read(10)
    with pytest.raises(ServiceUnavailable):
        under_way.enter(lambda: float("inf"))
    for body in bodies:
        body.done()
        body.done()
    assert [under_way.enter(lambda: 1.0) for _ in range(LARGE_AT_ONCE)] == [1.0] * LARGE_AT_ONCE


def test_a_small_body_is_never_counted(under_way):
    for _ in range(LARGE_AT_ONCE):
        under_way.enter(lambda: 0.0)
    assert TimedBody(Body(), Socket(), SMALL).read(3) == b"xxx"


def test_a_body_that_never_ends_is_given_up(under_way):
    seconds = iter([0.0, 1.0, MOST_SECONDS + 1])
    body = TimedBody(Body(), Socket(), SMALL, clock=lambda: next(seconds))
    body.read(10)
    with pytest.raises(RequestTimeout):
        body.read(10)


def test_a_body_that_comes_drop_by_drop_is_given_up(under_way):
    seconds = iter([0.0, 5.0, 30.0])
    body = TimedBody(Body(), Socket(), SMALL, clock=lambda: next(seconds))
    body.read(10)
    with pytest.raises(RequestTimeout):
        body.read(10)
