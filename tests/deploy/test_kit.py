"""The kit for production is what those who will read it take: systemd, nginx, Caddy, a shell, compose, the portal."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from portal.core import dangers
from portal.core.config import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
KIT = REPOSITORY / "deploy"
WORST = 2.0
"""Exposure of a unit as `systemd-analyze security` counts it, from 0 to 10; the units of this kit have 1.4."""


def run(*words, **options):
    """The program's output, both; skips, visibly, where it is not installed."""
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} n'est pas installé")
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    return done.returncode, done.stdout


@pytest.fixture
def units(tmp_path):
    """The units, of an installation whose programs exist."""
    for name in ("gunicorn", "python"):
        program = tmp_path / "opt/.venv/bin" / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    shutil.copytree(KIT, tmp_path / "opt/deploy")
    folder = tmp_path / "units"
    folder.mkdir()
    for unit in sorted((KIT / "systemd").iterdir()):
        (folder / unit.name).write_text(unit.read_text().replace("/opt/vigie", str(tmp_path / "opt")))
    return folder


def test_systemd_takes_the_units(units):
    state, said = run("systemd-analyze", "verify", "--man=no", *map(str, sorted(units.iterdir())))
    assert (state, said) == (0, "")


def test_a_unit_that_systemd_would_refuse_is_seen(units):
    web = units / "vigie-web.service"
    web.write_text(web.read_text().replace("Restart=always", "Restart=sometimes"))
    assert "sometimes" in run("systemd-analyze", "verify", "--man=no", str(web))[1]


@pytest.mark.parametrize("name", ["vigie-web.service", "vigie-worker@.service", "vigie-backup.service"])
def test_a_unit_is_closed(name):
    _state, said = run("systemd-analyze", "security", "--offline=yes", "--no-pager", str(KIT / "systemd" / name))
    exposure = re.search(r"exposure level for \S+: (\d+\.\d)", said)
    assert exposure, said
    assert float(exposure[1]) <= WORST


@pytest.mark.parametrize("name", ["vigie-web.service", "vigie-worker@.service"])
def test_what_dies_starts_again_and_stops_after_what_is_under_way(name):
    unit = (KIT / "systemd" / name).read_text()
    assert "Restart=always" in unit
    assert int(re.search(r"TimeoutStopSec=(\d+)", unit)[1]) >= 45
    assert "User=vigie" in unit


def test_nginx_takes_its_example(tmp_path):
    run("openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=vigie.exemple.fr", "-days", "2",
        "-keyout", str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem"))  # fmt: skip
    site = (KIT / "nginx/vigie.conf").read_text()
    site = site.replace("/etc/letsencrypt/live/vigie.exemple.fr", str(tmp_path)).replace(
        "/var/log/nginx", str(tmp_path)
    )
    (tmp_path / "site.conf").write_text(site)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; events {{}} http {{ include {tmp_path}/site.conf; client_body_temp_path {tmp_path}/b;"
        f" proxy_temp_path {tmp_path}/p; fastcgi_temp_path {tmp_path}/f; uwsgi_temp_path {tmp_path}/u;"
        f" scgi_temp_path {tmp_path}/s; }}"
    )
    state, said = run("nginx", "-t", "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "errors"))
    assert state == 0, said
    assert "warn" not in said


@pytest.mark.parametrize("path", ["caddy/Caddyfile", "compose/Caddyfile"])
def test_caddy_takes_its_example(path, tmp_path):
    env = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    state, said = run("caddy", "validate", "--adapter", "caddyfile", "--config", str(KIT / path), env=env)
    assert state == 0, said
    assert "Valid configuration" in said


@pytest.mark.parametrize("path", ["nginx/vigie.conf", "caddy/Caddyfile", "compose/Caddyfile"])
def test_no_proxy_shows_the_figures_or_writes_the_query_of_an_address(path):
    text = (KIT / path).read_text()
    assert "/metrics" in text
    assert not re.search(r"\$(request|request_uri|args|query_string|http_referer)\b(?<!return 301)", _log_lines(text))


def _log_lines(text):
    return "\n".join(line for line in text.splitlines() if "log" in line)


@pytest.mark.parametrize("name", ["install", "vigie", "backup"])
def test_the_scripts_are_shell_and_stop_at_the_first_fault(name):
    path = KIT / name
    assert run("bash", "-n", str(path)) == (0, "")
    assert "set -euo pipefail" in path.read_text()
    assert path.stat().st_mode & 0o100


@pytest.mark.parametrize(("mode", "state"), [(0o755, 0), (0o600, 1)])
def test_a_python_that_the_account_cannot_start_is_refused_and_an_old_one_is_made_again(tmp_path, mode, state):
    script = (KIT / "install").read_text()
    part = script[script.index("export PYTHON") : script.index(".venv/bin/python -m portal")]
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci/venv").write_text('#!/bin/sh\nmkdir -p .venv/bin && cp -p "$PYTHON" .venv/bin/python\n')
    (tmp_path / ".ci/venv").chmod(0o755)
    python = tmp_path / "python3"
    python.write_text("#!/bin/sh\n")
    python.chmod(mode)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").write_text("another's")
    # What runs as the portal's account is run here as whoever runs the test: `runuser -u vigie -- …`.
    as_account = 'set -e\nrunuser() { shift 3; [ -x "$1" ] && "$@"; }\n'
    found, said = run(
        "bash", "-c", as_account + part, cwd=tmp_path, env={"PATH": "/usr/bin:/bin", "PYTHON": str(python)}
    )
    assert found == state
    assert ("PYTHON=" in said) is (state == 1)
    assert (tmp_path / ".venv/bin/python").read_text() == "#!/bin/sh\n"


def example(tmp_path, **changes):
    """The settings of the example, its folders and files at the place of the test."""
    text = (KIT / "vigie.env.example").read_text().replace("/var/", f"{tmp_path}/").replace("/etc/", f"{tmp_path}/")
    env = dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))
    (tmp_path / "vigie").mkdir()
    (tmp_path / "vigie/smtp-url").write_text("smtps://vigie:hush@relais.exemple.fr\n")
    return env | changes


def test_the_settings_of_the_example_are_safe(tmp_path):
    env = example(tmp_path)
    Settings.from_env(env | {"VIGIE_DATABASE_URL": "", "VIGIE_TASKS": "embedded"})  # draws the keys
    settings = Settings.from_env(env)
    assert list(dangers.refused(settings)) == []
    assert list(dangers.forgotten(settings)) == []
    assert not dangers.is_public(settings.bind)
    assert settings.smtp_url == "smtps://vigie:hush@relais.exemple.fr"
    assert not settings.secret_source.file.is_relative_to(settings.data_dir)


def test_compose_publishes_the_proxy_alone_and_no_container_is_root_of_anything():
    services = yaml.safe_load((KIT / "compose/compose.yaml").read_text())["services"]
    assert [name for name, service in services.items() if service.get("ports")] == ["proxy"]
    ours = {name: service for name, service in services.items() if service["image"] == "vigie"}
    assert set(ours) == {"schema", "web", "worker-default", "worker-pdf", "backup"}
    for service in ours.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["environment"]["VIGIE_ENV"] == "production"
    assert services["database"]["network_mode"] == "none", "reached by a socket alone"
    assert "USER vigie" in (KIT / "Containerfile").read_text()


def test_compose_takes_its_file():
    state, said = run("podman-compose", "-f", str(KIT / "compose/compose.yaml"), "config", cwd=KIT / "compose")
    assert state == 0, said


def test_the_kit_installs_what_the_portal_needs_from_one_list():
    needed = re.search(r"^APT_RUN := (.+)$", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)[1].split()
    assert "libpango-1.0-0" in needed
    assert "APT_RUN" in (KIT / "install").read_text()


def test_the_password_in_a_setting_is_not_expanded_by_a_shell(tmp_path):
    """`vigie` reads the file of settings as systemd does: `$`, quotes and spaces are the value's own."""
    script = (KIT / "vigie").read_text()
    loop = script[script.index("while IFS=") : script.index("umask")].replace("/etc/vigie/vigie.env", f"{tmp_path}/env")
    (tmp_path / "env").write_text('# c\n\nA=$HOME `id` "x"\nB="two words"\nC=a=b#c')
    said = run("bash", "-c", loop + '\nprintf "%s|%s|%s" "$A" "$B" "$C"')[1]
    assert said == '$HOME `id` "x"|two words|a=b#c'
