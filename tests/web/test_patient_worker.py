"""Half-sent requests keep nobody out: sent to the portal as it is run, while others read pages."""

import socket
import time

import pytest

from portal.authz.policy import Role
from portal.web import patient_worker
from portal.web.patient_worker import bytes_to_wait_for
from tests.factories.people import token_for, user_of
from tests.live import live_portal, visiting


def test_a_head_that_is_too_long_is_given_to_a_thread_which_refuses_it():
    endless = b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 8_000
    assert bytes_to_wait_for(endless[:1_000]) is None
    assert bytes_to_wait_for(endless) <= len(endless)


def test_who_expects_a_go_ahead_is_not_waited_for():
    head = b"POST / HTTP/1.1\r\nContent-Length: 900\r\nExpect: 100-continue\r\n\r\n"
    assert bytes_to_wait_for(head) == len(head)


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    with live_portal(tmp_path_factory.mktemp("live")) as served:
        yield served


@pytest.mark.faults
def test_sixty_half_sent_forms_keep_nobody_waiting(portal):
    lines = [portal.half_send("/connexion", 500) for _ in range(40)]
    lines += [portal.half_send("/connexion", 3_900_000) for _ in range(20)]
    with visiting(portal, "/connexion") as others:
        time.sleep(4)
    print(f"p95 beside 60 half-sent forms: {others.p95 * 1000:.0f} ms, {len(others.waits)} pages")
    assert others.statuses == {200}
    assert others.p95 < patient_worker.SECONDS / 2
    for line in lines:
        line.close()


@pytest.mark.faults
def test_a_form_that_does_not_come_is_told_so_and_a_slow_one_that_does_is_read(portal):
    late = portal.half_send("/connexion", 500)
    slow = portal.half_send("/connexion", 9)
    time.sleep(1)
    slow.sendall(b"&b")
    assert slow.recv(100).startswith(b"HTTP/1.1 400 "), "no token"
    late.settimeout(patient_worker.SECONDS + 5)
    assert late.recv(100).startswith(b"HTTP/1.1 408 ")
    large = portal.half_send("/connexion", 3_900_000)
    large.settimeout(5)
    assert large.recv(100).startswith(b"HTTP/1.1 413 ")
    for line in (late, slow, large):
        line.close()


@pytest.mark.faults
def test_large_bodies_of_someone_signed_in_leave_a_thread_to_the_others(portal):
    with portal.database.transaction() as session:
        token = token_for(session, user_of(session, Role.DPO))
    cookie = {"Cookie": portal.cookie(token)}
    lines = [portal.half_send("/sous-traitants/import", 3_000_000, **cookie) for _ in range(16)]
    with visiting(portal, "/connexion") as others:
        time.sleep(4)
    print(f"p95 beside 16 half-sent files of someone signed in: {others.p95 * 1000:.0f} ms")
    assert others.statuses == {200}
    for line in lines:
        line.close()


@pytest.mark.faults
def test_a_connection_serves_one_request_after_the_other_and_two_at_once(portal):
    line = socket.create_connection(("127.0.0.1", portal.port))
    one = b"GET /connexion HTTP/1.1\r\nHost: a\r\n\r\n"
    line.sendall(one)
    assert line.recv(15) == b"HTTP/1.1 200 OK"
    line.close()
    line = socket.create_connection(("127.0.0.1", portal.port))
    line.sendall(one + one + one[:10])
    time.sleep(1)
    line.sendall(one[10:])
    line.settimeout(10)
    text = b""
    while text.count(b"</html>") < 3:
        text += line.recv(65536)
    assert text.count(b"HTTP/1.1 200 OK") == 3
    line.close()
