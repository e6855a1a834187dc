"""Three hundred vendors answer eighty questions each, the server killed three times, and answer again a year later.

Eight clients speak HTTP as the page's script does. What the server acknowledged is compared with what is stored, then
with what the second year sends: an answer lost, doubled or made up is a figure other than zero.
"""

import os
import queue
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any

from lxml import html
from sqlalchemy import select

from bench.limits import Limits
from bench.measure import Report, statements
from bench.pages import home_of, sections
from bench.questionnaire import WANTED, eighty
from bench.serving import SERVER, SERVER_ENVIRONMENT, Caller, field_of, free_port, kept_code
from bench.world import World, world
from portal.audits import services as audits
from portal.audits.models import Answer, Audit, Submission, value_of
from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import clock
from portal.core.clock import now
from portal.core.errors import Refused
from portal.questionnaires import catalogue
from portal.questionnaires.definition import EvidenceDemand, Questionnaire
from portal.questionnaires.services import publish
from portal.vendors.models import Membership

VENDORS, CLIENTS, KILLS = 300, 8, 3
YEAR = timedelta(days=370)
UNAVAILABLE = 503
HIDDEN = 422
"""What a question that the answers before leave out is answered with."""
PATIENCE = 180.0
"""Seconds that a client waits for a server that was killed."""


@dataclass
class KilledServer:
    """A server that may be killed and comes back at the same address."""

    environment: Mapping[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve, with two workers, until killed; returns once it listens."""
        command = [*SERVER, "--no-control-socket", "-w", "2", "-b", f"127.0.0.1:{self.port}",
                   "--log-level", "critical", "wsgi:app"]  # fmt: skip
        self.process = subprocess.Popen(
            command, env=kept_code({**self.environment, **SERVER_ENVIRONMENT}), start_new_session=True
        )
        end = time.monotonic() + PATIENCE
        while True:
            assert time.monotonic() < end, "the server does not answer"
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return

    def kill(self) -> None:
        """SIGKILL to it and its workers: no handler runs, nothing is closed."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(PATIENCE)
            self.process = None


@dataclass
class Tally:
    """What the clients saw."""

    acknowledged: dict[tuple[int, str], object] = field(default_factory=dict)
    """What was posted, as it is to be stored, by audit and question, once the server had said that it was kept."""
    interrupted: int = 0
    """Requests whose connection broke: made again."""
    sent_back: int = 0
    """Requests answered 503 « come back in a moment », which store nothing: made again."""
    errors: list[str] = field(default_factory=list)
    done: int = 0
    """Audits."""


def answered(report: Report, _limits: Limits, vendors: int = VENDORS, clients: int = CLIENTS) -> None:
    """Year one under kills, its acceptance, and year two."""
    with world(vendors) as made, _clock_restored(), _killed_at_last() as servers:
        first = open_for(made, vendors)
        before = _statements_of(made, first[0])
        server = servers(made.environment)
        started = time.monotonic()
        tally = _at_once(made, server, first, clients, answer_every_question, kills=KILLS)
        cut = f"{tally.interrupted} requests cut off, {tally.sent_back} told 503"
        told = f"{time.monotonic() - started:,.0f} s, {KILLS} SIGKILLs, {cut}"
        report.add("year one: answers acknowledged", len(tally.acknowledged), "answers", None, told)
        report.add("year one: errors", len(tally.errors), "errors", 0.0, _first(tally.errors))
        tell_stored(report, made, tally)
        more = _statements_of(made, first[-1]) - before
        report.add("statements of a section's page, answered against empty", more, "statements", 0.0, f"{before} then")
        sent = _at_once(made, server, first, clients, _send)
        report.add("year one: sheets not sent", len(first) - sent.done, "sheets", 0.0, _first(sent.errors))
        server.kill()
        report.add("year one: sheets not accepted", len(first) - _accepted(made, first), "sheets", 0.0)
        clock.move(YEAR)
        second = open_for(made, vendors)
        server = servers({**made.environment, "VIGIE_CLOCK": f"+{YEAR.days}d"})
        started = time.monotonic()
        again = _at_once(made, server, second, clients, _confirm)
        report.add("year two: sheets not sent", len(second) - again.done, "sheets", 0.0,
                   _first(again.errors) or f"{time.monotonic() - started:,.0f} s")  # fmt: skip
        server.kill()
        _tell_carried(report, made, first, second)


@contextmanager
def _killed_at_last() -> Iterator[Callable[[Mapping[str, str]], KilledServer]]:
    """Servers that are started when called for, none of which outlives the block."""
    made: list[KilledServer] = []

    def started(environment: Mapping[str, str]) -> KilledServer:
        made.append(KilledServer(environment))
        made[-1].start()
        return made[-1]

    try:
        yield started
    finally:
        for one in made:
            one.kill()


@contextmanager
def _clock_restored() -> Iterator[None]:
    try:
        yield
    finally:
        clock.move(timedelta())


def _first(errors: Sequence[str]) -> str:
    return errors[0][:140] if errors else ""


def _questionnaire() -> Questionnaire:
    """The eighty questions, without the files: opening them is measured elsewhere, and would hide what is sought."""
    source = eighty(catalogue.load()["socle-rgpd"])
    section = source.sections[0]
    asked = tuple(
        replace(one, evidence=EvidenceDemand.NONE, evidence_on=()) for one in section.questions if not one.kind.is_file
    )
    assert len(asked) > WANTED - 10
    return replace(source, key="deux-ans", sections=(replace(section, questions=asked),), sha256="")


def open_for(made: World, vendors: int) -> list[int]:
    """Audits of the eighty questions, of as many vendors that have an account."""
    with made.database.transaction() as session:
        ctx = Context(session, SYSTEM, now())
        answering = select(Membership.vendor_id).distinct().order_by(Membership.vendor_id)
        chosen = list(session.scalars(answering.limit(vendors)))
        assert len(chosen) == vendors, f"{len(chosen)} vendors have an account"
        return audits.open_audits(ctx, chosen, publish(ctx, _questionnaire()), due_on=ctx.today + timedelta(days=30))


def _at_once(
    made: World, server: KilledServer, sheets: Sequence[int], clients: int, act: Callable[..., None], kills: int = 0
) -> Tally:
    """So many clients, each taking the next sheet; the server is killed as often, evenly among what there is to do."""
    tally, waiting, guard = Tally(), queue.SimpleQueue[int](), threading.Lock()
    cookies = {one: made.cookie(made.account_of(one)) for one in sheets}
    for one in sheets:
        waiting.put(one)

    def work() -> None:
        while True:
            try:
                one = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                with closing(Caller(server.port, cookies[one])) as caller:
                    act(Persistent(caller, tally, guard), one, tally, guard)
                with guard:
                    tally.done += 1
            except Exception as failure:  # whatever it was, it is a figure
                with guard:
                    tally.errors.append(f"{one}: {type(failure).__name__}: {failure}")

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for turn in range(kills):
        while tally.done < (turn + 1) * len(sheets) // (kills + 1) and any(one.is_alive() for one in threads):
            time.sleep(0.05)
        server.kill()
        server.start()
    for thread in threads:
        thread.join()
    return tally


class Persistent:
    """A caller that calls again when its server was killed, as somebody who presses the button again does."""

    def __init__(self, caller: Caller, tally: Tally, guard: threading.Lock) -> None:
        self._caller, self._tally, self._guard = caller, tally, guard

    def get(self, path: str) -> Any:
        """A page."""
        return self._insisted(lambda: self._caller.get(path))

    def post(self, path: str, fields: Any, *, script: bool = False) -> Any:
        """A form, once, and again for as long as it is sent back; what a cut left behind is for the caller to find."""
        return self._until_taken(lambda: self._caller.post(path, fields, script=script))

    def cut(self) -> None:
        """Note that a request was cut off."""
        self._caller.close()
        with self._guard:
            self._tally.interrupted += 1

    def _until_taken(self, action: Callable[[], Any]) -> Any:
        """The answer of a server that may be too busy to give one: it stored nothing, and said when to come back."""
        end = time.monotonic() + PATIENCE
        while (answer := action()).status == UNAVAILABLE and time.monotonic() < end:
            with self._guard:
                self._tally.sent_back += 1
            time.sleep(float(answer.headers.get("retry-after", 1)))
        return answer

    def _insisted(self, action: Callable[[], Any]) -> Any:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self._until_taken(action)
            except OSError:
                self.cut()
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)


def answer_every_question(caller: Persistent, audit_id: int, tally: Tally, guard: threading.Lock) -> None:
    """Every question as the script saves it, one request each; a cut one is posted again, on what is then shown."""
    chance, asked = Random(audit_id), {one.key: one for one in _questionnaire().questions}
    page = _section(caller, audit_id)
    token = field_of(page, "csrf_token")
    for key, question in asked.items():
        posted, comment = question.kind.demo_answer(question, 1.0, chance)
        while True:
            fields = [
                ("csrf_token", token),
                (f"{key}:base", field_of(page, f"{key}:base")),
                (f"{key}:comment", comment or "Sans réserve."),
            ]
            try:
                answer = caller.post(f"{home_of(audit_id)}/reponses/{key}", fields + _posted(key, posted), script=True)
            except OSError:
                caller.cut()
                page = _section(caller, audit_id)
                continue
            break
        if answer.status == HIDDEN:
            continue
        assert answer.status == 200, (key, answer.status, answer.text[:200])
        with guard:
            tally.acknowledged[audit_id, key] = question.kind.stored_value(question, posted)


def _posted(key: str, posted: object) -> list[tuple[str, str]]:
    """An answer as the fields of the page."""
    if isinstance(posted, list | tuple) and posted and isinstance(posted[0], dict):
        return [(f"{key}:{n}:{column}", str(cell)) for n, row in enumerate(posted) for column, cell in row.items()]
    if isinstance(posted, list | tuple):
        return [(key, str(one)) for one in posted]
    return [(key, str(posted))] if posted is not None else []


def _section(caller: Persistent, audit_id: int) -> str:
    found = sections(caller.get(home_of(audit_id)).text, audit_id)
    assert found, f"audit {audit_id} shows no section"
    return str(caller.get(found[0]).text)


def _send(caller: Persistent, audit_id: int, _tally: Tally, _guard: threading.Lock) -> None:
    """The last look, and the button."""
    path = f"{home_of(audit_id)}/envoi"
    page = caller.get(path).text
    sheet = next((form for form in html.fromstring(page).forms if str(form.action).endswith("/envoi")), None)
    assert sheet is not None, _told(page)
    fields = {**dict(sheet.form_values()), "name": "Nadia Ferrand", "role": "Responsable conformité", "attests": "y"}
    answer = caller.post(path, fields)
    assert answer.status == 302, (answer.status, _told(page))
    assert answer.headers["location"].endswith("/merci"), answer.headers["location"]


def _told(page: str) -> str:
    """What a page says, without its head and its menus."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<h1")[2]))[:600]


def _confirm(caller: Persistent, audit_id: int, tally: Tally, guard: threading.Lock) -> None:
    """« Rien n'a changé », then the button."""
    page = _section(caller, audit_id)
    path = sections(page, audit_id) or sections(caller.get(home_of(audit_id)).text, audit_id)
    sheet = next(form for form in html.fromstring(page).forms if "data-portal-answers" in form.attrib)
    answer = caller.post(path[0], [*sheet.form_values(), ("then", "rien")])
    assert answer.status == 302, (answer.status, answer.text[:200])
    _send(caller, audit_id, tally, guard)


def tell_stored(report: Report, made: World, tally: Tally, when: str = "year one") -> None:
    """What was acknowledged beside what is stored."""
    audits_of = {audit_id for audit_id, _key in tally.acknowledged}
    with made.database.reading() as session:
        rows = session.execute(
            select(Answer.audit_id, Answer.question_key, Answer.value).where(Answer.audit_id.in_(audits_of))
        )
        stored: dict[tuple[int, str], list[object]] = {}
        for audit_id, key, value in rows:
            stored.setdefault((audit_id, key), []).append(value)
    lost = [one for one in tally.acknowledged if one not in stored]
    other = [one for one, posted in tally.acknowledged.items() if one in stored and posted != value_of(stored[one][0])]
    report.add(f"{when}: acknowledged and not stored", len(lost), "answers", 0.0, str(lost[:1]))
    report.add(f"{when}: stored otherwise", len(other), "answers", 0.0, str(other[:1]))
    doubled = sum(len(values) > 1 for values in stored.values())
    report.add(f"{when}: stored twice", doubled, "answers", 0.0)
    report.add(f"{when}: stored and never acknowledged", len(stored.keys() - tally.acknowledged.keys()), "answers", 0.0)


def _accepted(made: World, sheets: Sequence[int]) -> int:
    """Accept every sheet as a reviewer in a hurry does; how many were."""
    done = 0
    for one in sheets:
        with made.database.transaction() as session:
            ctx = Context(session, SYSTEM, now())
            audit = session.get_one(Audit, one)
            audits.accept_remaining_answers(ctx, audit)
            try:
                audits.accept_audit(ctx, audit)
            except Refused as refusal:
                print(f"audit {one}: {refusal}")
            else:
                done += 1
    return done


def _tell_carried(report: Report, made: World, first: Sequence[int], second: Sequence[int]) -> None:
    """What the second year sent beside what the first one did."""
    with made.database.reading() as session:
        rows = session.execute(
            select(Submission.audit_id, Submission.content).where(Submission.audit_id.in_([*first, *second]))
        )
        sent = {audit_id: content["answers"] for audit_id, content in rows}
    pairs = [(sent.get(one, {}), sent.get(other, {})) for one, other in zip(first, second, strict=True)]
    said = sum(len(before) for before, _after in pairs)
    changed = sum(
        before.get(key, {}).get("value") != held["value"] for before, after in pairs for key, held in after.items()
    )
    confirmed = sum(held.get("carried") == "confirmed" for _before, after in pairs for held in after.values())
    report.add("year two: answers carried over", confirmed, "answers", None, f"of {said} sent in year one")
    report.add("year two: answers lost", said - sum(len(after) for _before, after in pairs), "answers", 0.0)
    report.add("year two: answers other than in year one", changed, "answers", 0.0)


def _statements_of(made: World, audit_id: int) -> int:
    """SQL statements of a section's page of an audit."""
    client = made.client(made.account_of(audit_id))
    path = sections(client.get(home_of(audit_id)).get_data(as_text=True), audit_id)[0]
    client.get(path)  # what a process makes once is made
    return statements(made.database.engine, lambda: client.get(path))
