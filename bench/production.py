"""The kit for production under load: nginx with TLS, two web processes and two workers on PostgreSQL.

The commands are those of `deploy/systemd`, the settings those of `deploy/vigie.env.example`, nginx reads
`deploy/nginx/vigie.conf`, with the places and ports of this run; a supervisor starts again what dies, as `Restart=`
says. Fifty vendors answer, first undisturbed, then while each process is killed once (SIGKILL), the database included.
What was acknowledged is compared with what is stored. To be run under an account that is not root, else `flask doctor`
says so.
"""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any

from sqlalchemy import select, update

from bench.contention import Acts
from bench.copies import note_copies
from bench.limits import Limits
from bench.measure import Report
from bench.serving import Answer, Caller, free_port
from bench.two_years import Persistent, Tally, answer_every_question, open_for, tell_stored
from bench.world import World, world
from portal.core.config import ROOT
from portal.identity.models import User
from tests import databases

VENDORS = 50
THINKING_SECONDS = 2.0
"""Between two answers of a vendor, on average; a fast one takes ten."""
CALM_SECONDS, PAUSE_SECONDS = 60.0, 6.0
"""Undisturbed at first; then between two kills."""
NGINX, CLAMD = "/usr/sbin/nginx", "/usr/sbin/clamd"
KIT = ROOT / "deploy"


def production(
    report: Report,
    _limits: Limits,
    vendors: int = VENDORS,
    calm: float = CALM_SECONDS,
    thinking: float = THINKING_SECONDS,
) -> None:  # fmt: skip
    """The whole of it; a program that is missing is said, and nothing is measured."""
    missing = [name for name, there in (("nginx", NGINX), ("clamd", CLAMD)) if not Path(there).exists()]
    if missing or databases.binaries() is None:
        print(f"production: not installed: {', '.join(missing) or 'PostgreSQL'}")
        return
    with ExitStack() as stack:
        server = stack.enter_context(databases.Server(databases.free_port()))
        url = databases.fresh_postgres(databases.answering(server.address), "bench")
        made = stack.enter_context(world(vendors, url=url))
        with made.database.transaction() as session:
            note_copies(session)  # the health of the installation is asked, the journal's verification with it
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vigie-kit-")))
        _become_real(made)
        kit = Kit(made, folder)
        stack.callback(kit.stop)
        stack.enter_context(_clamd(folder))
        kit.start()
        dangers = kit.doctor()
        report.add("flask doctor on this installation", len(dangers), "dangers", 0.0, "; ".join(dangers)[:160])
        limit = _trivial(kit, vendors, thinking)
        report.add("/livez through nginx and TLS", len(limit.times), "requests", None, limit.told())
        _load(report, kit, server, vendors, calm, thinking)


@dataclass
class Kit:
    """An installation under way, in one folder."""

    made: World
    folder: Path
    port: int = field(default_factory=free_port)
    web_port: int = field(default_factory=free_port)
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _guard: threading.RLock = field(default_factory=threading.RLock)
    _is_over: threading.Event = field(default_factory=threading.Event)
    restarts: int = 0

    def __post_init__(self) -> None:
        """Put down what an operator would: settings, keys apart from the data, a certificate, the proxy's site."""
        self.folder.chmod(0o700)
        for name in ("etc", "keys", "run", "backups/one", "nginx"):
            (self.folder / name).mkdir(parents=True)
        shutil.copy(self.made.settings.data_dir / "secrets.json", self.folder / "keys/secrets.json")
        (self.made.settings.data_dir / "secrets.json").unlink()
        for each in (self.folder / "keys", self.folder / "run", self.made.settings.data_dir):
            each.chmod(0o700)
        (self.folder / "etc/smtp-url").write_text("smtps://vigie:secret@127.0.0.1:1\n")
        (self.folder / "backups/one/manifest.json").write_text("{}")
        _certificate(self.folder / "nginx")
        (self.folder / "nginx/nginx.conf").write_text(_nginx(self))

    @property
    def environment(self) -> dict[str, str]:
        """The example of the kit, with the places of this run."""
        text = (KIT / "vigie.env.example").read_text()
        told = dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))
        told |= {
            "VIGIE_ORGANISATION": "Ville de Nantes", "VIGIE_DATABASE_URL": self.made.settings.database_url,
            "VIGIE_DATA_DIR": str(self.made.settings.data_dir), "VIGIE_SECRET_FILE": f"{self.folder}/keys/secrets.json",
            "VIGIE_SEAL_FILE": f"{self.folder}/keys/seal.json", "VIGIE_BACKUPS": f"{self.folder}/backups",
            "VIGIE_SMTP_URL_FILE": f"{self.folder}/etc/smtp-url", "VIGIE_BIND": f"127.0.0.1:{self.web_port}",
            "VIGIE_CLAMD_URL": f"unix://{self.folder}/run/clamd.ctl", "VIGIE_METRICS_DIR": f"{self.folder}/run/metrics",
            "VIGIE_METRICS_TOKEN": "Zk3vQ9xW7pLr2TnB8yHc4mDf6gJs1Ka5Eu0Vi", "FLASK_APP": "wsgi",
        }  # fmt: skip
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return kept | told

    def start(self) -> None:
        """The tables of the carrier and the seal, then everything; returns once nginx answers for the portal."""
        self.flask("database", "upgrade")
        self.flask("seal", "make-key")
        for name, command in self._commands().items():
            self._start(name, command)
        threading.Thread(target=self._supervise, daemon=True).start()
        end = time.monotonic() + 120
        while True:
            assert time.monotonic() < end, "the portal does not answer behind nginx"
            with suppress(OSError), _caller(self) as caller:
                if caller.get("/livez").status == 200:
                    break
            time.sleep(0.3)
        time.sleep(5)  # the workers give their first sign of life

    def _commands(self) -> Mapping[str, list[str]]:
        def of(unit: str, instance: str = "") -> list[str]:
            line = re.search(r"^ExecStart=(.+)$", (KIT / "systemd" / unit).read_text(), re.MULTILINE)
            assert line
            words = shlex.split(line[1].replace("%i", instance))
            return [str(Path(sys.executable).with_name(Path(words[0]).name)), *words[1:]]

        return {
            "web": of("vigie-web.service"),
            "worker default": of("vigie-worker@.service", "default"),
            "worker pdf": of("vigie-worker@.service", "pdf"),
            "nginx": [NGINX, "-c", f"{self.folder}/nginx/nginx.conf", "-e", f"{self.folder}/nginx/errors",
                      "-g", "daemon off;"],
        }  # fmt: skip

    def _start(self, name: str, command: Sequence[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def _supervise(self) -> None:
        """What dies starts again after two seconds, with none of its children left, as the units say."""
        while not self._is_over.wait(0.2):
            for name, process in list(self._running.items()):
                if process.poll() is None or self._is_over.is_set():
                    continue
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                time.sleep(2)
                with self._guard:
                    if not self._is_over.is_set():
                        self.restarts += 1
                        self._start(name, self._commands()[name])

    def victims(self) -> list[tuple[str, Callable[[], int]]]:
        """Every process, by name, and how to find its number when its turn comes."""
        # The eldest each time: once it is killed, the other one is.
        web = [(f"web process {n}", lambda: _children(self._running["web"].pid)[0]) for n in (1, 2)]
        return [*web, *((name, partial(self._number, name)) for name in self._running)]

    def _number(self, name: str) -> int:
        return self._running[name].pid

    def flask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One of the commands."""
        command = [sys.executable, "-m", "flask", *words]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)

    def doctor(self) -> list[str]:
        """What `flask doctor` names."""
        said = self.flask("doctor", "--json")
        assert said.stdout, said.stderr[-500:]
        return [one["message"] for one in json.loads(said.stdout)]

    def stop(self) -> None:
        """End everything."""
        self._is_over.set()
        with self._guard:
            for process in self._running.values():
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
            for process in self._running.values():
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)


class TlsCaller(Caller):
    """A browser that comes through nginx; an answer of nginx itself for a portal that is away is a broken line."""

    def __init__(self, kit: Kit, cookie: str, thinking: float, acts: list[tuple[float, float]]) -> None:
        super().__init__(kit.port, cookie)
        self._context = ssl.create_default_context(cafile=str(kit.folder / "nginx/fullchain.pem"))
        self._thinking, self._acts, self._chance = thinking, acts, Random(kit.port + id(self))

    def post(self, path: str, fields: Any, *, script: bool = False) -> Answer:
        """A form, after a moment's thought; how long the answer took is kept when it was one."""
        time.sleep(self._chance.uniform(0.5, 1.5) * self._thinking)
        begun = time.monotonic()
        answer = super().post(path, fields, script=script)
        if answer.status == 200:
            self._acts.append((begun, (time.monotonic() - begun) * 1000))
        return answer

    def _exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        # Over TLS a form is taken from a page of ours alone: browsers say which.
        return super()._exchange(method, path, {**headers, "Referer": "https://127.0.0.1/"}, body)

    def _open(self) -> socket.socket:
        return self._context.wrap_socket(super()._open(), server_hostname="vigie.exemple.fr")

    def _receive(self, stream: Any) -> Answer:
        answer = super()._receive(stream)
        if answer.status in {502, 504}:
            raise ConnectionResetError(f"nginx said {answer.status}")
        return answer


def _caller(kit: Kit, cookie: str = "", thinking: float = 0.0, acts: list[tuple[float, float]] | None = None) -> Any:
    @contextmanager
    def called() -> Iterator[TlsCaller]:
        caller = TlsCaller(kit, cookie, thinking, [] if acts is None else acts)
        try:
            yield caller
        finally:
            caller.close()

    return called()


def _trivial(kit: Kit, people: int, thinking: float, seconds: float = 15.0) -> Acts:
    """The limit of the same run: as many callers, as often, of the barest view of the portal."""
    acts, guard, end = Acts(), threading.Lock(), time.monotonic() + seconds

    def ask(number: int) -> None:
        chance = Random(number)
        with _caller(kit) as caller:
            while time.monotonic() < end:
                time.sleep(chance.uniform(0.5, 1.5) * thinking)
                begun = time.monotonic()
                caller.get("/livez")
                with guard:
                    acts.times.append((time.monotonic() - begun) * 1000)

    _together([threading.Thread(target=ask, args=(number,)) for number in range(people)])
    return acts


def _load(report: Report, kit: Kit, server: databases.Server, vendors: int, calm: float, thinking: float) -> None:
    sheets, tally, guard = open_for(kit.made, vendors), Tally(), threading.Lock()
    cookies = {one: f"__Host-{kit.made.cookie(kit.made.account_of(one))}" for one in sheets}
    acts: list[tuple[float, float]] = []

    def work(audit_id: int) -> None:
        try:
            with _caller(kit, cookies[audit_id], thinking, acts) as caller:
                answer_every_question(Persistent(caller, tally, guard), audit_id, tally, guard)
            with guard:
                tally.done += 1
        except Exception as failure:  # whatever it was, it is a figure
            with guard:
                tally.errors.append(f"{audit_id}: {type(failure).__name__}: {failure}")

    people = [threading.Thread(target=work, args=(one,)) for one in sheets]
    begun = time.monotonic()
    for one in people:
        one.start()
    time.sleep(calm)
    killed = _kill_each(kit, server)
    for one in people:
        one.join()
    ended = time.monotonic()
    _tell_times(report, "undisturbed", [ms for at, ms in acts if at < begun + calm], calm)
    _tell_times(report, "each process killed once", [ms for at, ms in acts if at >= begun + calm], ended - begun - calm)
    cut = f"{tally.interrupted} requests cut off, {tally.sent_back} told 503, {kit.restarts} restarts"
    report.add(f"SIGKILLs: {', '.join(killed)}", len(killed), "kills", None, cut)
    report.add("vendors who could not finish", len(tally.errors), "vendors", 0.0, (tally.errors or [""])[0][:140])
    report.add("answers acknowledged", len(tally.acknowledged), "answers", None)
    tell_stored(report, kit.made, tally, "production")
    report.add("failed for good after it", _dead(kit), "jobs", 0.0)


def _tell_times(report: Report, when: str, times: Sequence[float], seconds: float) -> None:
    cuts = quantiles(times, n=100, method="inclusive") if len(times) > 1 else [0.0] * 99
    told = f"p50 {cuts[49]:,.0f} ms, p95 {cuts[94]:,.0f} ms, p99 {cuts[98]:,.0f} ms"
    told += f", longest {max(times, default=0):,.0f} ms"
    report.add(f"answers saved, {when}", len(times) / seconds, "saves/s", None, told)


def _kill_each(kit: Kit, server: databases.Server) -> list[str]:
    """Each process in turn, then the database, which crashes and comes back."""
    killed = []
    for name, number in kit.victims():
        os.kill(number(), signal.SIGKILL)
        killed.append(name)
        time.sleep(PAUSE_SECONDS)
    server.stop("immediate")
    server.start()
    return [*killed, "PostgreSQL"]


def _dead(kit: Kit) -> int:
    said = kit.flask("jobs", "list", "--state", "dead", "--json")
    return len(json.loads(said.stdout))


def _together(threads: Sequence[threading.Thread]) -> None:
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _become_real(made: World) -> None:
    """The demonstration as an installation of one's own: no invented address is left."""
    with made.database.transaction() as session:
        for user in session.scalars(select(User)):
            session.execute(
                update(User).where(User.id == user.id).values(email=user.email.replace(".example", ".exemple.fr"))
            )


def _certificate(folder: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "2",
               "-subj", "/CN=vigie.exemple.fr", "-addext", "subjectAltName=DNS:vigie.exemple.fr",
               "-keyout", "privkey.pem", "-out", "fullchain.pem"]  # fmt: skip
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def _nginx(kit: Kit) -> str:
    """The example of the kit, on ports and in a folder that anybody may use."""
    place = f"{kit.folder}/nginx"
    site = (KIT / "nginx/vigie.conf").read_text()
    site = site.replace("/etc/letsencrypt/live/vigie.exemple.fr", place).replace("/var/log/nginx", place)
    site = site.replace("server 127.0.0.1:8000;", f"server 127.0.0.1:{kit.web_port};")
    site = re.sub(
        r"listen (\[::\]:)?443 ssl;", lambda found: "" if found[1] else f"listen 127.0.0.1:{kit.port} ssl;", site
    )
    site = re.sub(r"server \{\n    listen 80;.*?\n\}\n", "", site, flags=re.DOTALL)
    temporary = " ".join(f"{kind}_temp_path {place}/{kind};" for kind in ("proxy", "fastcgi", "uwsgi", "scgi"))
    return (
        f"pid {place}/pid; worker_processes 1; events {{ worker_connections 1024; }}\n"
        f"http {{ client_body_temp_path {place}/body; {temporary}\n{site}\n}}\n"
    )


@contextmanager
def _clamd(folder: Path) -> Iterator[None]:
    """An antivirus that knows one signature: there is none to fetch for a measure."""
    (folder / "clamd").mkdir()
    (folder / "clamd/bench.ndb").write_text(f"Bench.Test:0:*:{b'nothing that anybody would hand in'.hex()}\n")
    told = {
        "DatabaseDirectory": folder / "clamd", "LocalSocket": folder / "run/clamd.ctl", "TemporaryDirectory": folder,
        "Foreground": "yes", "LogFile": folder / "clamd.log",
    }  # fmt: skip
    (folder / "clamd.conf").write_text("".join(f"{name} {value}\n" for name, value in told.items()))
    process = subprocess.Popen([CLAMD, "-c", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while not (folder / "run/clamd.ctl").exists():
            assert time.monotonic() < end, "clamd does not answer"
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(30)
