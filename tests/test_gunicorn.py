import json
import platform
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from gunicorn.config import KNOWN_SETTINGS

from bench.serving import SERVER, SERVER_ENVIRONMENT, kept_code
from bench.world import world
from portal.authz.policy import Role
from portal.core import clock, process
from tests.conftest import TRUE_CLOCK
from tests.live import live_portal
from tests.printing_cache import nothing_printed

REPOSITORY = Path(__file__).resolve().parents[1]
WRITTEN = runpy.run_path(str(REPOSITORY / "gunicorn.conf.py"))
OPENED = {
    Role.DPO: (
        "/", "/sous-traitants", "/sous-traitants/1", "/sous-traitants/1/modifier", "/sous-traitants/liste.xlsx",
        "/sous-traitants/liste.csv", "/audits", "/audits/1", "/retractation/tests", "/registre", "/chaine",
        "/violations", "/journal/verification", "/questionnaires/socle-rgpd/classeur.xlsx", "/agenda",
        "/sous-traitants/999999",
    ),
    Role.LEGAL: (
        "/contrats", "/contrats/1", "/contrats/clauses", "/contrats-recus", "/contrats-recus/avis.json", "/comptes",
    ),
    Role.VENDOR_ADMIN: (
        "/espace/", "/espace/constats", "/espace/constats/plan.xlsx", "/sous-traitants/1", "/mon-compte",
    ),
}  # fmt: skip
ASK = r"""
import hashlib, io, json, re, sys, zipfile
import wsgi

def told(answer):
    kind = answer.content_type.partition(";")[0]
    if kind.startswith("text/html"):
        text = re.sub(r'nonce="[^"]*"|name="csrf_token"[^>]*|[0-9a-f]{16}', "", answer.get_data(as_text=True))
        text = re.sub(r"[0-9]+", "", text)  # time passes between the two, which some pages count in seconds
        return [answer.status_code, kind, hashlib.sha256(text.encode()).hexdigest(), len(text)]
    if "openxml" in kind:
        with zipfile.ZipFile(io.BytesIO(answer.data)) as held:
            return [answer.status_code, kind, sorted([one.filename, one.CRC] for one in held.infolist()
                                                     if not one.filename.startswith("docProps/"))]
    return [answer.status_code, kind, answer.get_data(as_text=True)]

def ask(client, cookie):
    client.set_cookie(*cookie.split("=", 1))
    return client

asked = json.load(sys.stdin)
found = {}
for who, (cookie, paths) in asked.items():
    client = ask(wsgi.app.test_client(), cookie)
    for path in paths:
        found[who + path] = told(client.get(path))
    found[who + " forged"] = told(client.post("/langue", data={"language": "en"}))
    found[who + " nowhere"] = told(client.post("/sous-traitants/nouveau", data={"name": ""}))
stranger = wsgi.app.test_client()
for path in ("/connexion", "/", "/livez", "/sous-traitants", "/static/no"):
    found[path] = told(stranger.get(path))
found["forged"] = told(stranger.post("/connexion", data={"email": "a@b.example", "password": "x"}))
print(json.dumps([sys.flags.optimize, wsgi.create_app.__doc__ is None, found]))
"""


def test_every_setting_of_the_server_is_one_that_it_knows():
    imported = {"configure_mappers", "bind_address", "Any", "dates", "gc"}
    names = {name for name in WRITTEN if not name.startswith("__")} - imported
    assert names <= {setting.name for setting in KNOWN_SETTINGS}


def test_workers_are_forked_from_one_that_has_loaded_the_application():
    assert WRITTEN["preload_app"] is True
    assert WRITTEN["control_socket_disable"] is True, "else two portals of one account would share ~/.gunicorn"


def test_what_every_worker_needs_is_worked_out_before_they_are_forked(tmp_path):
    """A date is written without a file being read, no table waits to be related, and no collection walks any of it."""
    ask = (
        "import gc, runpy, sys\n"
        "from datetime import date\n"
        "from types import SimpleNamespace\n"
        "import wsgi\n"
        "server = SimpleNamespace(app=SimpleNamespace(wsgi=lambda: wsgi.app))\n"
        "runpy.run_path('gunicorn.conf.py')['when_ready'](server)\n"
        "from portal.core.dates import written\n"
        "from portal.core.db import Base\n"
        "from portal.core.language import Language\n"
        "opened = []\n"
        "sys.addaudithook(lambda name, told: opened.append(told[0]) if name == 'open' else None)\n"
        "print(written(date(2027, 1, 1), Language.FR), written(date(2027, 1, 1), Language.EN))\n"
        "print(opened, all(one.configured for one in Base.registry.mappers))\n"
        "print(len(gc.get_objects()) < gc.get_freeze_count() / 100)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=REPOSITORY, env={"VIGIE_DATA_DIR": str(tmp_path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["1er janvier 2027 1 January 2027", "[] True", "True"]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library does as it likes")
def test_a_large_page_takes_no_new_memory_from_the_kernel_each_time():
    ask = (
        "import resource, runpy\n"
        "from types import SimpleNamespace\n"
        "text = 'a' * 400_000 + '…'\n"
        "def faults():\n"
        "    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "    for _ in range(50):\n"
        "        text.encode()\n"
        "    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before\n"
        "figures = {'vigie.request_figures': None}\n"
        "app = SimpleNamespace(wsgi=lambda: SimpleNamespace(extensions=figures))\n"
        "ready = runpy.run_path('gunicorn.conf.py')['when_ready']\n"
        "before = faults()\n"
        "ready(SimpleNamespace(app=app))\n"
        "faults()\n"
        "print(before, faults())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=REPOSITORY, env={"MALLOC_ARENA_MAX": "1"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    before, after = map(int, done.stdout.split())
    assert before > 4_000
    assert after < 50


def programs():
    """Every line of ours that starts a program of the portal: its file, and its words from the program's name on."""
    unit = (REPOSITORY / "deploy/systemd/vigie-web.service").read_text()
    image = (REPOSITORY / "deploy/Containerfile").read_text()
    trying = (REPOSITORY / ".ci/serve").read_text()
    yield "unit", shlex.split(re.search(r"^ExecStart=(.+)$", unit, re.MULTILINE)[1])
    yield "image", json.loads(re.search(r"^CMD (\[.+\])$", image, re.MULTILINE)[1])
    yield "trying", shlex.split(re.search(r"^(\S+ .*wsgi:app) &", trying, re.MULTILINE)[1])
    yield "measured", list(SERVER)


def test_the_server_is_started_alike_wherever_it_is_and_the_commands_keep_their_help():
    for place, words in programs():
        assert Path(words[0]).name.startswith("python"), place
        assert words[1:4] == ["-OO", "-m", "gunicorn"], place
    for path in ("deploy/systemd/vigie-web.service", "deploy/Containerfile", ".ci/serve"):
        for name, value in SERVER_ENVIRONMENT.items():
            assert f"{name}={value}" in (REPOSITORY / path).read_text(encoding="utf-8"), path
    kit = [path for folder in ("deploy", ".ci") for path in (REPOSITORY / folder).rglob("*") if path.is_file()]
    kit.append(REPOSITORY / "Makefile")
    for path in kit:
        text = path.read_text(encoding="utf-8")
        assert "PYTHONOPTIMIZE" not in text, f"{path}: the commands would print no help"
        for line in text.splitlines():
            if re.search(r"gunicorn\b.*wsgi:app|\"gunicorn\".*wsgi:app", line):
                assert "-OO" in line, f"{path}: {line}"
            if re.search(r"portal\.worker|\bflask\b", line):
                assert "-OO" not in line, f"{path}: {line}"


def test_the_server_that_answers_has_neither_docstrings_nor_assertions(tmp_path):
    with live_portal(tmp_path, workers=1) as portal:
        pid = portal.web.pid
        worker = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()[0]
        words = Path(f"/proc/{worker}/cmdline").read_bytes().split(b"\0")
    assert words[1:4] == [b"-OO", b"-m", b"gunicorn"]


def test_what_is_served_so_is_what_the_same_code_answers_with_its_assertions(portal_settings, monkeypatch):
    monkeypatch.setattr(clock, "_source", TRUE_CLOCK)
    try:
        with nothing_printed(), world(1, few=True) as made:
            asked = json.dumps({who.value: [made.cookie(who), list(paths)] for who, paths in OPENED.items()})
            told = []
            for option in ([], ["-OO"]):
                done = subprocess.run(
                    [sys.executable, *option, "-c", ASK], cwd=REPOSITORY, env=kept_code(made.environment), input=asked,
                    capture_output=True, text=True, check=False,
                )  # fmt: skip
                assert done.returncode == 0, done.stderr[-2000:]
                told.append(json.loads(done.stdout.splitlines()[-1]))
    finally:
        process.prepare(portal_settings)
    (with_all, has_none, whole), (without, has_lost, bare) = told
    assert (with_all, has_none, without, has_lost) == (0, False, 2, True)
    assert {name: answer[0] for name, answer in whole.items() if answer[0] >= 500} == {}
    assert {answer[0] for answer in whole.values()} >= {200, 302, 400, 403, 404}
    assert bare == whole


def test_nothing_of_the_portal_rests_on_an_assertion():
    """Ruff refuses one in `portal`; here is that the rule is not left off."""
    ruff = [str(Path(sys.executable).with_name("ruff")), "check", "--no-cache", "--output-format=concise"]
    done = subprocess.run(
        [*ruff, "--stdin-filename", "portal/core/tried.py", "-"], cwd=REPOSITORY, input='"""Tried."""\n\nassert True\n',
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "S101" in done.stdout
