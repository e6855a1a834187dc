"""A ledger of a test's own on each database, kinds of jobs for the test only, and a mail server."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from portal.core import mail as post
from portal.core import process
from portal.core.config import Settings
from portal.core.db import Database
from portal.jobs import ledger, mail, undelivered
from tests.conftest import settings_for
from tests.factories.databases import lasting_database
from tests.factories.post import Post, Sink


@pytest.fixture
def lasting(lasting_url) -> Iterator[Database]:
    """A database whose commits last."""
    with lasting_database(lasting_url) as database:
        yield database


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`kind("test.x", function, outside=…)` registers a kind of job until the test ends."""

    def register(name: str, run: Callable[..., Any], *, outside: bool = False, lease_seconds: int = 120) -> None:
        monkeypatch.setitem(ledger.REGISTRY, name, ledger.Task(name, run, "default", outside, lease_seconds))

    return register


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server."""
    with Post() as found:
        yield found


@pytest.fixture
def mailing(tmp_path, lasting_url, sink, portal_settings) -> Iterator[Settings]:
    """This process as one that sends through that server."""
    told = settings_for(tmp_path, lasting_url, smtp_url=sink.url, mail_from="vigie@collectivite.test")
    process.prepare(told)
    known = list(mail._find_address)
    mail.find_addresses_with(lambda page: page.endpoint if page.is_path else "/" + page.endpoint.replace(".", "/"))
    yield replace(told)
    post.hang_up()
    mail._find_address[:] = known
    process.prepare(portal_settings)


@pytest.fixture
def told_of(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """The messages told of as undelivered: the address, the state and the server's words, in order."""
    told: list[tuple[str, str, str]] = []
    hook = [lambda _ctx, mail: told.append((mail.recipient.partition("@")[0], mail.state.value, mail.reason))]
    monkeypatch.setattr(undelivered, "ON_UNDELIVERED", hook)
    return told
