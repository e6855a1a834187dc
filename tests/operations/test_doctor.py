"""`flask doctor`: a sound installation is clean, and each danger is named with what to do."""

import json
import os
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.authz.policy import Role
from portal.core import process
from portal.core.clock import now
from portal.core.config import Environment, HealthLimits
from portal.core.files import Scanner
from portal.core.key_sources import KeySource
from portal.core.secret_keys import Secrets
from portal.jobs.models import Heartbeat, Job, JobState
from portal.operations import doctor
from portal.operations.health import Portal
from tests.conftest import settings_for
from tests.factories.people import user_of


@pytest.fixture
def sound(tmp_path, database, session, portal_settings, monkeypatch):
    """An installation with nothing to say against it."""
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    monkeypatch.setattr(Scanner, "trouble", lambda _scanner: None)
    data, keys = tmp_path / "data", tmp_path / "keys"
    for folder in (data, keys):
        folder.mkdir(mode=0o700)
    (keys / "seal.json").write_text("{}")
    (keys / "seal.json").chmod(0o600)
    settings = replace(
        settings_for(data, portal_settings.database_url), environment=Environment.PRODUCTION,
        base_url="https://vigie.exemple.test", smtp_url="smtps://a:hush@relais.exemple.test",
        mail_from="vigie@exemple.test", organisation="Ville de Nantes", trusted_proxies=1,
        clamd_url="unix:/run/clamav/clamd.ctl",
        backups_dir=tmp_path / "backups", secrets=Secrets.at(keys / "secrets.json"),
        secret_source=KeySource(file=keys / "secrets.json"), seal_file=keys / "seal.json",
    )  # fmt: skip
    (data / "secrets.json").unlink()
    backed_up(tmp_path, days=1)
    user_of(session, Role.ADMIN, email="alix@exemple.test", password_hash="argon")
    session.add(Heartbeat(worker="w", carrier="embedded", seen_at=now()))
    session.commit()
    process.prepare(settings)
    process.store().trouble()  # makes its folder
    yield Portal(database, settings, now())
    process.prepare(portal_settings)


def backed_up(tmp_path, days):
    manifest = tmp_path / "backups" / "one" / "manifest.json"
    manifest.parent.mkdir(parents=True, exist_ok=True)
    manifest.write_text("{}")
    made = (now() - timedelta(days=days)).timestamp()
    os.utime(manifest, (made, made))


def named(portal, **changes):
    return [danger.words for danger in doctor.examine(replace(portal, settings=replace(portal.settings, **changes)))]


def test_a_sound_installation_is_clean(sound):
    assert named(sound) == []


DANGERS = [
    ({"smtp_url": None}, "VIGIE_SMTP_URL : non réglé"),
    ({"smtp_url": "smtp://a:hush@relais.exemple.test"}, "VIGIE_SMTP_URL : le mot de passe"),
    ({"bounces_url": "imap://a:hush@b.exemple.test"}, "VIGIE_BOUNCES"),
    ({"environment": Environment.DEVELOPMENT}, "VIGIE_ENV"),
    ({"clock_ahead": timedelta(days=3)}, "VIGIE_CLOCK"),
    ({"organisation": "Vigie"}, "VIGIE_ORGANISATION"),
    ({"mail_from": "vigie@localhost"}, "VIGIE_MAIL_FROM"),
    ({"demo_password": "hush"}, "VIGIE_DEMO_PASSWORD"),
    ({"trusted_proxies": 0}, "VIGIE_TRUSTED_PROXIES : 0"),
    ({"trusted_proxies": 3}, "VIGIE_TRUSTED_PROXIES : 3"),
    ({"bind": "0.0.0.0:8000"}, "VIGIE_BIND"),
    ({"clamd_url": None}, "VIGIE_CLAMD_URL"),
    ({"health": HealthLimits(free_mb=10**9)}, "Santé (disk)"),
    ({"metrics_token": "azerty" * 9}, "VIGIE_METRICS_TOKEN"),
]


@pytest.mark.parametrize(("changes", "words"), DANGERS, ids=[words for _changes, words in DANGERS])
def test_a_dangerous_setting_is_named_alone(sound, changes, words):
    (found,) = named(sound, **changes)
    assert found.startswith(words)
    assert "hush" not in found


def test_plain_http_is_named(sound):
    assert [words.split(" : ")[0] for words in named(sound, base_url="http://vigie.exemple.test")] == ["VIGIE_BASE_URL"]


def test_files_that_others_read_and_keys_that_lie_with_the_data_are_named(sound, tmp_path):
    data = sound.settings.data_dir
    data.chmod(0o755)
    (found,) = named(sound)
    assert found.startswith(f"Données : {data} est lisible")
    data.chmod(0o700)
    sound.settings.seal_file.unlink()
    (found,) = named(sound)
    assert found.startswith("Cachet : aucune clé")
    sound.settings.seal_file.write_text("{}")
    sound.settings.seal_file.chmod(0o600)
    Secrets.at(data / "secrets.json")
    (found,) = named(sound, secret_source=KeySource(file=data / "secrets.json"))
    assert "est dans le dossier des données" in found
    base = tmp_path / "open.db"
    base.write_bytes(b"")
    base.chmod(0o644)
    (found,) = named(sound, database_url=f"sqlite:///{base}")
    assert str(base) in found


def test_what_the_machine_and_the_data_say_is_named(sound, session, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (found,) = named(sound)
    assert "root" in found
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    session.add(Job(kind="k", payload={}, dedup="x", state=JobState.DEAD, run_at=now(), created_at=now()))
    session.commit()
    (found,) = named(sound)
    assert found.startswith("Santé (jobs) : 1 tâche a échoué pour de bon")


def test_accounts_of_a_demonstration_and_a_portal_without_administrator_are_named(sound, session):
    user_of(session, Role.DPO, email="dpo@verdelet.example")
    session.commit()
    (found,) = named(sound)
    assert found.startswith("Comptes : 1 vient de la démonstration")


def test_a_backup_that_is_old_missing_or_unknown_is_named(sound, tmp_path):
    backed_up(tmp_path, days=3)
    (found,) = named(sound)
    assert "a 3 jours" in found
    under_way = tmp_path / "none" / ".under-way-12" / "manifest.json"
    under_way.parent.mkdir(parents=True)
    under_way.write_text("{}")
    (found,) = named(sound, backups_dir=tmp_path / "none")
    assert found.startswith("Sauvegardes : aucune")
    (found,) = named(sound, backups_dir=None)
    assert found.startswith("VIGIE_BACKUPS")


def test_a_check_that_cannot_be_made_says_so(sound, monkeypatch):
    def broken(_portal):
        raise PermissionError
        yield

    monkeypatch.setattr(doctor, "CHECKS", (broken,))
    assert named(sound) == ["broken : pas vérifiable (PermissionError)."]


def test_the_command_lists_and_ends_in_one_and_in_zero_when_there_is_nothing(app, monkeypatch):
    run = app.test_cli_runner().invoke
    found = run(args=["doctor"])
    assert found.exit_code == 1
    assert "REFUSÉ  VIGIE_SMTP_URL" in found.stdout
    assert "danger  VIGIE_ENV" in found.stdout
    listed = json.loads(run(args=["doctor", "--json"]).stdout)
    assert listed[0]["refused_in_production"] is True
    monkeypatch.setattr("portal.operations.doctor_cli.examine", lambda _portal: [])
    clean = run(args=["doctor"])
    assert (clean.exit_code, clean.stdout) == (0, "")
    assert "saine" in clean.stderr
