"""Many at once: vendors save while others sign in and hand files in, on SQLite and on PostgreSQL.

Saves a second, how long a save takes, and what failed. The clock is the measure here: it is what people wait for. Two
workers of four threads serve; callers and server share the machine. Neither database waits for the disk at a commit
(SQLite in WAL, PostgreSQL with `fsync=off`), so that the two are compared and not the disk.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from statistics import quantiles

from sqlalchemy import select

from bench.limits import Limits
from bench.measure import Report
from bench.pages import Saving, home_of, sections
from bench.serving import Answer, Caller, Server, field_of, served
from bench.world import PASSWORD, World, world
from portal.authz.policy import Role
from portal.identity.models import User
from portal.seed.plain_pdf import plain_pdf
from tests import databases

SECONDS = 10.0
SAVING, SIGNING_IN, HANDING_IN = 8, 4, 2
"""People at each, all day long: as soon as one act is over they begin the next."""
MOST_ANSWERS = 80
"""Answers among which each person shares the files handed in: as many as the questionnaire has."""
STAFF = (Role.DPO, Role.LEGAL, Role.BUYER, Role.MANAGEMENT)


@dataclass
class Acts:
    """What a kind of act took, in milliseconds, and how many failed."""

    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def told(self) -> str:
        """Half of them, all but one in twenty, all but one in a hundred took less than this."""
        if len(self.times) < 2:
            return "too few"
        cuts = quantiles(self.times, n=100, method="inclusive")
        return f"p50 {cuts[49]:,.0f} ms, p95 {cuts[94]:,.0f} ms, p99 {cuts[98]:,.0f} ms"


def contention(report: Report, _limits: Limits) -> None:
    """Saves alone, then with sign-ins and files, on both databases."""
    with world(100) as made, served(made.environment, workers=2) as server:
        at_once(report, "SQLite", (made, server), SECONDS)
    if databases.binaries() is None:
        print("contention: PostgreSQL is not installed")
        return
    with databases.server(databases.free_port()) as address:
        url = databases.fresh_postgres(databases.answering(address), "bench")
        with world(100, url=url) as made, served(made.environment, workers=2) as server:
            at_once(report, "PostgreSQL", (made, server), SECONDS)


def at_once(report: Report, name: str, portal: tuple[World, Server], seconds: float) -> None:
    """The same, of one portal."""
    alone = _run(_savers(*portal), seconds)["save"]
    report.add(f"{name}: saves alone", len(alone.times) / seconds, "saves/s", None, alone.told())
    report.add(f"{name}: saves alone, errors", len(alone.errors), "errors", 0.0, _first(alone))
    together = _run(_savers(*portal) + _signers(*portal) + _handers(*portal), seconds)
    for kind, unit in (("save", "saves/s"), ("sign-in", "sign-ins/s"), ("file", "files/s")):
        acts = together[kind]
        report.add(f"{name}: all at once, {kind}s", len(acts.times) / seconds, unit, None, acts.told())
        report.add(f"{name}: all at once, {kind}s, errors", len(acts.errors), "errors", 0.0, _first(acts))


def _first(acts: Acts) -> str:
    return acts.errors[0][:120] if acts.errors else ""


def _run(people: list[tuple[str, Callable[[], None]]], seconds: float) -> dict[str, Acts]:
    """Everybody at once until time is up; an act begun is finished, and counted if it began in time."""
    found = {kind: Acts() for kind, _act in people}
    begin, guard = threading.Barrier(len(people)), threading.Lock()

    def work(kind: str, act: Callable[[], None]) -> None:
        begin.wait()
        end = time.monotonic() + seconds
        while (start := time.monotonic()) < end:
            try:
                act()
            except Exception as failure:  # whatever it was, it is a figure
                with guard:
                    found[kind].errors.append(f"{type(failure).__name__}: {failure}")
            else:
                with guard:
                    found[kind].times.append((time.monotonic() - start) * 1000)

    threads = [threading.Thread(target=work, args=person) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _savers(made: World, server: Server) -> list[tuple[str, Callable[[], None]]]:
    audits = made.answering[-SAVING:]
    return [("save", Saving(server.caller(made.cookie(made.account_of(one))), one)) for one in audits]


def _signers(made: World, server: Server) -> list[tuple[str, Callable[[], None]]]:
    with made.database.reading() as session:
        people = session.scalars(select(User.email).where(User.role.in_(STAFF)).order_by(User.id).limit(SIGNING_IN))
        return [("sign-in", _SigningIn(server, email)) for email in people]


class _SigningIn:
    """The page, the password, and the connection let go of."""

    def __init__(self, server: Server, email: str) -> None:
        self._server, self._email = server, email

    def __call__(self) -> None:
        with _called(self._server) as caller:
            token = field_of(caller.get("/connexion").text, "csrf_token")
            fields = {"csrf_token": token, "email": self._email, "password": PASSWORD}
            answer = caller.post("/connexion", fields)
            assert answer.status == 302, f"status {answer.status}"


@contextmanager
def _called(server: Server) -> Iterator[Caller]:
    caller = Caller(server.port)
    try:
        yield caller
    finally:
        caller.close()


def _handers(made: World, server: Server) -> list[tuple[str, Callable[[], None]]]:
    """Vendors that hand in a file of a hundred kilobytes, each another one."""
    audits = made.answering[:HANDING_IN]
    return [("file", _HandingIn(server.caller(made.cookie(made.account_of(one))), one)) for one in audits]


class _HandingIn:
    """A proof attached to each answer that takes one in turn, as the page's script does: an answer takes twenty."""

    def __init__(self, caller: Caller, audit_id: int) -> None:
        self._caller, self._turn = caller, 0
        pages = [caller.get(one).text for one in sections(caller.get(home_of(audit_id)).text, audit_id)]
        self._token = field_of(pages[0], "csrf_token")
        self._audit_id = audit_id
        named = [path for html in pages for path in upload_paths(html, audit_id)]
        # A page also names answers that are not open; one file each tells them apart, before the clock runs.
        self._paths = list(islice((path for path in named if self._upload(path).status == 200), MOST_ANSWERS))
        assert self._paths, f"no answer of audit {audit_id} takes a file"

    def __call__(self) -> None:
        answer = self._upload(self._paths[self._turn % len(self._paths)])
        assert answer.status == 200, f"status {answer.status}: {answer.text[:80]}"

    def _upload(self, path: str) -> Answer:
        self._turn += 1
        lines = [f"ligne {n} {self._turn} ".ljust(2_500, "x") for n in range(40)]  # a hundred kilobytes, all of it page
        content = plain_pdf(f"Preuve {self._audit_id}-{self._turn}", lines)
        return self._caller.upload(path, {"csrf_token": self._token}, f"preuve-{self._turn}.pdf", content)


def upload_paths(html: str, audit_id: int) -> list[str]:
    start = f'"{home_of(audit_id)}/fichiers/'
    found = [part.split('"')[0] for part in html.split(start)[1:]]
    return [f"{home_of(audit_id)}/fichiers/{key}" for key in found]
