import stat
from datetime import timedelta

import pytest

from portal.core.config import Environment, Settings, Tasks, child_environment
from portal.core.errors import ConfigurationError
from portal.core.secret_keys import Secrets


def read(folder, **variables):
    return Settings.from_env({"VIGIE_DATA_DIR": str(folder), **variables})


def faults(folder, **variables):
    with pytest.raises(ConfigurationError) as caught:
        read(folder, **variables)
    return str(caught.value).splitlines()


def test_nothing_need_be_said(tmp_path):
    settings = read(tmp_path)
    assert (settings.environment, settings.tasks) == (Environment.DEVELOPMENT, Tasks.EMBEDDED)
    assert settings.database_url == f"sqlite:///{tmp_path}/vigie.db"
    assert settings.files_url == f"file://{tmp_path}/files"
    assert settings.mail_dir == tmp_path / "mail"
    assert settings.trusted_proxies == 0


def test_every_fault_is_listed_at_once_and_nothing_is_written(tmp_path):
    found = faults(
        tmp_path,
        VIGIE_ENV="prod",
        VIGIE_TASKS="celery",
        VIGIE_DATABASE_URL="mysql://h/db",
        VIGIE_SMTP_URL="mailto:x",
        VIGIE_BASE_URL="vigie.exemple.test",
        VIGIE_UPLOAD_MAX_MB="²",
        VIGIE_VENDOR_MAX_MB="0",
        VIGIE_VENDOR_MAX_FILES="beaucoup",
        VIGIE_TRUSTED_PROXIES="-1",
        VIGIE_MAIL_FROM="a@b.fr\nBcc: c@d.fr",
        VIGIE_BOUNCES="pop3://h/box",
        VIGIE_BOUNCES_TO="a, b@c.fr",
        VIGIE_CHANGES="pop3://h/box",
    )
    assert [line.split(" : ")[0] for line in found] == [
        "VIGIE_ENV", "VIGIE_TASKS", "VIGIE_DATABASE_URL", "VIGIE_SMTP_URL", "VIGIE_BASE_URL", "VIGIE_UPLOAD_MAX_MB",
        "VIGIE_VENDOR_MAX_MB", "VIGIE_VENDOR_MAX_FILES",
        "VIGIE_TRUSTED_PROXIES", "VIGIE_MAIL_FROM", "VIGIE_BOUNCES", "VIGIE_BOUNCES_TO",
        "VIGIE_CHANGES", "VIGIE_CHANGES et VIGIE_CHANGES_TO",
    ]  # fmt: skip
    assert "« prod » inconnu ; valeurs possibles : development, production, test." in found[0]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["smtp://relais:vingt", "smtp://", "smtp://relais:99999", "http://relais"])
def test_a_mail_server_without_a_usable_address_is_refused_at_boot(tmp_path, address):
    assert faults(tmp_path, VIGIE_SMTP_URL=address)[0].startswith("VIGIE_SMTP_URL")


def test_production_demands_https(tmp_path):
    assert "https://" in faults(tmp_path, VIGIE_ENV="production", VIGIE_BASE_URL="http://vigie.exemple.test")[0]
    assert "https://" in faults(tmp_path, VIGIE_ENV="production")[0]
    settings = read(tmp_path, VIGIE_ENV="production", VIGIE_BASE_URL="https://vigie.exemple.test/")
    assert (settings.base_url, settings.trusted_proxies) == ("https://vigie.exemple.test", 1)


def test_the_distributed_carrier_demands_postgresql(tmp_path):
    assert "PostgreSQL" in faults(tmp_path, VIGIE_TASKS="procrastinate")[0]
    Secrets.at(tmp_path / "secrets.json")
    settings = read(tmp_path, VIGIE_TASKS="procrastinate", VIGIE_DATABASE_URL="postgres://h/db")
    assert settings.database_url == "postgresql+psycopg://h/db"


def test_a_variable_left_empty_is_one_that_is_not_set(tmp_path, monkeypatch):
    names = ("ENV", "TASKS", "DATABASE_URL", "FILES_URL", "SMTP_URL", "BASE_URL", "UPLOAD_MAX_MB", "MAIL_FROM",
             "TRUSTED_PROXIES", "SECRET_FILE", "ORGANISATION", "CLAMD_URL", "DEMO_PASSWORD")  # fmt: skip
    assert read(tmp_path, **{f"VIGIE_{name}": "" for name in names}) == read(tmp_path)


def test_no_repr_shows_a_secret(tmp_path):
    settings = read(
        tmp_path, VIGIE_SMTP_URL="smtp://u:hush@h", VIGIE_DEMO_PASSWORD="hush", AWS_SECRET_ACCESS_KEY="hush"
    )
    shown = repr(settings) + repr(settings.secrets)
    assert "hush" not in shown
    assert settings.secrets.session not in shown
    assert settings.secrets.files[0] not in shown


def test_only_credentials_of_the_file_store_are_kept_from_the_environment(tmp_path):
    assert read(tmp_path, AWS_REGION="x", PATH="/bin").file_credentials == {"AWS_REGION": "x"}


def test_an_organisation_holds_on_one_line(tmp_path):
    assert read(tmp_path, VIGIE_ORGANISATION="Ville\nde Nantes ").organisation == "Ville de Nantes"


def test_what_has_not_said_its_name_signs_nothing(tmp_path):
    assert read(tmp_path).signing_name == ""
    assert read(tmp_path, VIGIE_ORGANISATION="Ville de Nantes").signing_name == "Ville de Nantes"


def test_the_clock_moves_anywhere_but_in_production(tmp_path):
    assert read(tmp_path, VIGIE_CLOCK="+400d").clock_ahead == timedelta(days=400)
    assert read(tmp_path).clock_ahead is None
    assert faults(tmp_path, VIGIE_CLOCK="demain")[0].startswith("VIGIE_CLOCK")
    refused = faults(tmp_path, VIGIE_CLOCK="+1d", VIGIE_ENV="production", VIGIE_BASE_URL="https://vigie.exemple.test")
    assert refused == ["VIGIE_CLOCK : refusé en production, où l'heure est celle de la machine."]


def test_production_keeps_its_keys_outside_the_data_folder(tmp_path):
    data = tmp_path / "vigie"
    settings = read(data, VIGIE_ENV="production", VIGIE_BASE_URL="https://vigie.exemple.test")
    assert settings.secret_source.file == tmp_path / "vigie-secrets" / "secrets.json"
    assert settings.seal_file == tmp_path / "vigie-secrets" / "seal.json"
    assert stat.S_IMODE(settings.seal_file.parent.stat().st_mode) == 0o700
    assert not data.exists()


def test_an_installation_whose_keys_are_in_its_data_folder_goes_on(tmp_path):
    kept = read(tmp_path)
    settings = read(tmp_path, VIGIE_ENV="production", VIGIE_BASE_URL="https://vigie.exemple.test")
    assert (settings.secrets, settings.secret_source.file) == (kept.secrets, tmp_path / "secrets.json")


def test_keys_are_given_by_the_environment_or_by_a_command(tmp_path):
    kept = read(tmp_path / "a").secrets
    text = (tmp_path / "a" / "secrets.json").read_text()
    given = read(tmp_path / "b", VIGIE_SECRETS=text)
    asked = read(tmp_path / "b", VIGIE_SECRETS_COMMAND=f"cat {tmp_path / 'a' / 'secrets.json'}")
    assert given.secrets == asked.secrets == kept
    assert text not in repr(given)
    assert kept.files[0] not in repr(given)
    assert (given.seal_file, given.secret_source.file) == (tmp_path / "b" / "seal.json", None)
    assert not (tmp_path / "b").exists()


def test_nothing_is_drawn_for_an_environment_or_a_command_that_gives_no_keys(tmp_path):
    for variables in ({"VIGIE_SECRETS": "{}"}, {"VIGIE_SECRETS_COMMAND": "false"}):
        assert faults(tmp_path, **variables)[0].startswith("Secrets (")
    assert list(tmp_path.iterdir()) == []


def test_keys_come_from_one_place(tmp_path):
    found = faults(tmp_path, VIGIE_SECRETS="{}", VIGIE_SECRETS_COMMAND="x", VIGIE_SEAL_FILE="/a", VIGIE_SEAL="{}")
    assert [line.partition(" : ")[0] for line in found] == [
        "VIGIE_SECRETS et VIGIE_SECRETS_COMMAND", "VIGIE_SEAL_FILE et VIGIE_SEAL",
    ]  # fmt: skip


def test_a_child_that_reads_outside_files_is_told_no_secret(monkeypatch):
    monkeypatch.setenv("VIGIE_SECRETS", "hush")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    told = child_environment()
    assert "hush" not in told.values()
    assert told["LANG"] == "fr_FR.UTF-8"
