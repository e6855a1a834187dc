import fcntl
import sqlite3
import threading
from contextlib import contextmanager

import pytest

from portal.core.db import Database
from portal.core.write_queue import WriteQueue


@pytest.fixture
def queue(tmp_path):
    return WriteQueue(str(tmp_path / "own.db"))


@contextmanager
def waiting(queue, write):
    """Someone who waits for their turn, then writes."""

    def work():
        assert queue.take()
        write()
        queue.give_back()

    before = queue.waiting
    thread = threading.Thread(target=work)
    thread.start()
    while queue.waiting == before:
        assert thread.is_alive()
    yield
    thread.join(20)


def test_who_asked_first_writes_first(queue):
    written = []
    assert queue.take()
    with (
        waiting(queue, lambda: written.append("first")),
        waiting(queue, lambda: written.append("second")),
        waiting(queue, lambda: written.append("third")),
    ):
        assert written == []
        queue.give_back()
    assert written == ["first", "second", "third"]


def test_a_process_that_has_written_comes_after_the_one_that_waits(tmp_path):
    """Two queues before one file are two processes: each has files of its own."""
    ours, theirs = (WriteQueue(str(tmp_path / "own.db")) for _ in range(2))
    written = []
    assert ours.take()
    their_turn = threading.Thread(target=lambda: (theirs.take(), written.append("theirs"), theirs.give_back()))
    their_turn.start()
    while not _is_first_of_the_others(theirs):
        assert their_turn.is_alive()
    ours.give_back()
    assert ours.take()
    written.append("ours")
    ours.give_back()
    their_turn.join(20)
    assert written == ["theirs", "ours"]


def _is_first_of_the_others(queue):
    """Whether it holds the place that comes next: nobody else may ask for the turn then."""
    with open(queue._paths[0], "a") as probe:
        try:
            fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_a_turn_that_does_not_come_is_given_up_and_the_next_one_still_comes(queue, tmp_path):
    assert queue.take()
    assert not queue.take(seconds=0)
    assert not WriteQueue(str(tmp_path / "own.db")).take(seconds=0)
    assert queue.waiting == 0
    queue.give_back()
    assert queue.take(seconds=0)


@pytest.fixture
def store(tmp_path):
    database = Database.at(f"sqlite:///{tmp_path / 'own.db'}")
    with database.transaction() as session:
        session.connection().exec_driver_sql("CREATE TABLE t (n INTEGER UNIQUE)")
    yield database
    database.engine.dispose()


def test_the_turn_ends_with_the_transaction_however_it_ends(store):
    def insert(session):
        session.connection().exec_driver_sql("INSERT INTO t VALUES (1)")

    for end in ("commit", "rollback", "close"):
        session = store.session(write=True)
        insert(session)
        assert not is_free(store)
        getattr(session, end)()
        assert is_free(store)
        session.close()
        with store.transaction() as again:
            again.connection().exec_driver_sql("DELETE FROM t")


def test_a_connection_dropped_in_the_midst_of_a_transaction_gives_its_turn_back(store):
    with store.session(write=True) as session:
        session.connection().exec_driver_sql("INSERT INTO t VALUES (1)")
        session.connection().invalidate()
        assert is_free(store)


def test_a_reader_waits_for_nobody(store):
    with store.transaction(), store.reading() as reader:
        assert reader.connection().exec_driver_sql("SELECT count(*) FROM t").scalar() == 0


def test_a_lock_held_by_a_program_that_knows_no_queue_is_waited_for_as_before(store, tmp_path):
    other = sqlite3.connect(tmp_path / "own.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with store.session(write=False) as session:
        session.connection().exec_driver_sql("pragma busy_timeout=0")
    with pytest.raises(Exception, match="database is locked"), store.transaction() as session:
        session.connection()
    assert is_free(store, but_for=other)
    other.close()


def is_free(store, but_for=None):
    """Whether a writer would have its turn at once."""
    if but_for is not None:
        but_for.execute("ROLLBACK")
    probe = WriteQueue(store.engine.url.database)
    taken = probe.take(seconds=0)
    if taken:
        probe.give_back()
    probe.close()
    return taken
