"""What production does not start with, each named, and nothing said of a sound one."""

import os
import subprocess
import sys

import pytest

from portal.core import dangers
from portal.core.config import ROOT, Settings
from portal.core.errors import ConfigurationError
from portal.core.secret_keys import Secrets

SOUND = {
    "VIGIE_ENV": "production", "VIGIE_BASE_URL": "https://vigie.exemple.test",
    "VIGIE_SMTP_URL": "smtps://vigie:hush@relais.exemple.test",
}  # fmt: skip


def told(tmp_path, **variables):
    """Production; the keys are drawn before the database is named, which no test reaches."""
    base = SOUND | {"VIGIE_DATA_DIR": str(tmp_path / "data")}
    Settings.from_env(base)
    return Settings.from_env(base | variables)


def faults(settings):
    with pytest.raises(ConfigurationError) as caught:
        dangers.refuse_dangers(settings)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    "variables",
    [{}, {"VIGIE_SMTP_URL": "smtp://vigie:hush@relais.exemple.test?starttls=1"},
     {"VIGIE_SMTP_URL": "smtp://relais.exemple.test"}, {"VIGIE_SMTP_URL": "smtp://vigie:hush@localhost"},
     {"VIGIE_DATABASE_URL": "postgresql://vigie:hush@db.exemple.test/vigie?sslmode=verify-full"},
     {"VIGIE_DATABASE_URL": "postgresql://vigie:hush@127.0.0.1/vigie"},
     {"VIGIE_DATABASE_URL": "postgresql:///vigie?host=/run/postgresql"},
     {"VIGIE_BOUNCES": "imaps://a:hush@boite.exemple.test/INBOX"}, {"VIGIE_BOUNCES": "/var/mail/vigie"}],
)  # fmt: skip
def test_a_sound_production_starts(tmp_path, variables):
    assert dangers.refuse_dangers(told(tmp_path, **variables)) is None


@pytest.mark.parametrize(
    ("variables", "named"),
    [({"VIGIE_SMTP_URL": ""}, "VIGIE_SMTP_URL : non réglé"),
     ({"VIGIE_SMTP_URL": "smtp://vigie:hush@relais.exemple.test"}, "VIGIE_SMTP_URL : le mot de passe partirait"),
     ({"VIGIE_BOUNCES": "imap://a:hush@boite.exemple.test"}, "VIGIE_BOUNCES : le mot de passe"),
     ({"VIGIE_DECOYS": "imap://a:hush@b.exemple.test", "VIGIE_DECOYS_DOMAIN": "d.exemple.test"}, "VIGIE_DECOYS : le"),
     ({"VIGIE_DATABASE_URL": "postgresql://vigie:hush@db.exemple.test/vigie"}, "VIGIE_DATABASE_URL : la base est"),
     ({"VIGIE_DATABASE_URL": "postgresql:///vigie?host=192.0.2.7"}, "VIGIE_DATABASE_URL : la base est"),
     ({"VIGIE_DATABASE_URL": "postgresql://db.exemple.test/vigie?sslmode=prefer"}, "VIGIE_DATABASE_URL : la base est"),
     ({"VIGIE_METRICS_TOKEN": "changeme" * 5}, "VIGIE_METRICS_TOKEN : se devine")],
)  # fmt: skip
def test_each_dangerous_setting_is_refused_by_its_name_and_no_password_is_shown(tmp_path, variables, named):
    (found,) = faults(told(tmp_path, **variables))
    assert found.startswith(named)
    assert "hush" not in found
    assert "changeme" not in found


def test_secrets_that_others_read_replace_or_guess_are_refused(tmp_path):
    settings = told(tmp_path)
    path = settings.secret_source.file
    path.chmod(0o640)
    assert "ouvert à d'autres comptes (mode 640)" in faults(settings)[0]
    path.chmod(0o600)
    path.parent.chmod(0o770)
    assert "le dossier" in faults(settings)[0]
    path.parent.chmod(0o700)
    os.chown(path, 12345, 12345)
    assert "appartient à un autre compte" in faults(settings)[0]
    os.chown(path, 0, 0)
    settings.seal_file.write_text("{}")
    settings.seal_file.chmod(0o644)
    assert faults(settings)[0].startswith("Cachet : le fichier")
    settings.seal_file.unlink()
    drawn = settings.secrets
    object.__setattr__(settings, "secrets", Secrets("azerty" * 12, drawn.tokens, drawn.files, drawn.journal))
    assert "« session » se devine" in faults(settings)[0]
    assert "azerty" not in faults(settings)[0]


@pytest.mark.parametrize(
    ("variables", "is_forgotten"),
    [({}, False), ({"VIGIE_BASE_URL": "https://vigie.exemple.test"}, True), ({"VIGIE_BIND": "0.0.0.0:8000"}, True),
     ({"VIGIE_BIND": "unix:/run/vigie/web.sock"}, False),
     ({"VIGIE_BASE_URL": "https://vigie.exemple.test", "VIGIE_ENV": "development"}, False)],
)  # fmt: skip
def test_development_by_forgetting_is_refused_and_development_on_purpose_is_not(tmp_path, variables, is_forgotten):
    settings = Settings.from_env({"VIGIE_DATA_DIR": str(tmp_path), **variables})
    if is_forgotten:
        assert faults(settings)[0].startswith("VIGIE_ENV : non réglé")
    else:
        dangers.refuse_dangers(settings)


@pytest.mark.parametrize("program", [["-c", "import wsgi"], ["-m", "portal.worker"], ["-m", "flask", "run"]])
def test_neither_the_server_nor_the_worker_starts_with_a_danger_and_a_command_does(tmp_path, program):
    env = {"PATH": os.environ["PATH"], "VIGIE_DATA_DIR": str(tmp_path / "data"), "FLASK_APP": "wsgi"} | SOUND
    del env["VIGIE_SMTP_URL"]
    refused = subprocess.run([sys.executable, *program], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert refused.stderr.startswith("VIGIE_SMTP_URL : non réglé"), refused.stderr
    if program[-1] == "run":
        command = [sys.executable, "-m", "flask", "doctor", "--help"]
        assert subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False).returncode == 0
