"""A worker is told to stop at any instant, once or more."""

import signal
import threading
from collections.abc import Iterator

import pytest

from portal.jobs.stop_signals import stop_when_told

PATIENCE_SECONDS = 5
"""A handler that waits for a lock of its own thread would wait for ever."""


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    def give_up(*_: object) -> None:
        raise TimeoutError

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)}
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE_SECONDS)
    made = threading.Event()
    stop_when_told(made)
    yield made
    signal.alarm(0)
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops(stop, number):
    signal.raise_signal(number)
    assert stop.wait(PATIENCE_SECONDS)


def test_signals_that_come_while_the_event_is_held_stop_all_the_same(stop):
    with stop._cond:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
    assert stop.wait(PATIENCE_SECONDS)
