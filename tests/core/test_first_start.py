"""New keys are never drawn beside what other keys have closed."""

import sqlite3

import pytest

from portal.core import first_start
from portal.core.config import Settings
from portal.core.db import Database
from portal.core.errors import ConfigurationError
from portal.core.secret_keys import Secrets


def read(folder, **variables):
    return Settings.from_env({"VIGIE_DATA_DIR": str(folder), **variables})


def entry(url):
    database = Database.at(url)
    with database.transaction() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO stored_file (id, key, sha256, size, media_type, filename, created_at) "
            "VALUES (1, 'a', 'b', 1, 'c', 'd', '2026-11-24 09:00:00')"
        )
    database.engine.dispose()


def test_keys_are_drawn_for_a_portal_that_has_only_its_tables(lasting_url, tmp_path):
    assert read(tmp_path / "data", VIGIE_DATABASE_URL=lasting_url).secrets.files


def test_no_keys_are_drawn_beside_a_database_that_holds_something(lasting_url, tmp_path):
    entry(lasting_url)
    with pytest.raises(ConfigurationError, match=r"a déjà des données.*Restaurez ce fichier") as told:
        read(tmp_path / "data", VIGIE_DATABASE_URL=lasting_url)
    assert "secrets.json" in str(told.value)
    assert not (tmp_path / "data").exists()


def test_no_keys_are_drawn_beside_a_folder_of_files(tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "naming.key").write_bytes(b"sealed")
    with pytest.raises(ConfigurationError, match=r"coffre .*files a déjà des fichiers"):
        read(tmp_path)
    assert not (tmp_path / "secrets.json").exists()


def test_what_is_left_of_a_probe_is_not_a_file(tmp_path):
    (tmp_path / "files" / "probe").mkdir(parents=True)
    (tmp_path / "files" / "probe" / "a").write_bytes(b"x")
    assert read(tmp_path).secrets.files


def test_a_database_that_does_not_answer_is_not_taken_for_an_empty_one(tmp_path):
    with pytest.raises(ConfigurationError, match="ne répond pas"):
        read(tmp_path, VIGIE_DATABASE_URL="postgresql://somebody:hush@127.0.0.1:1/none")
    (tmp_path / "vigie.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(ConfigurationError, match="ne répond pas"):
        read(tmp_path)


def test_no_password_is_told(tmp_path):
    told = first_start.database_troubles("postgresql+psycopg://somebody:hush@127.0.0.1:1/none")
    assert "hush" not in " ".join(told)


def test_who_starts_beside_the_one_that_draws_takes_its_keys(tmp_path):
    path = tmp_path / "secrets.json"
    former = Secrets.at(tmp_path / "drawn.json")

    def standing():
        path.write_text((tmp_path / "drawn.json").read_text())
        return ["la base a déjà des données"]

    assert Secrets.at(path, standing=standing) == former


def test_a_foreign_database_says_nothing_of_ours(tmp_path):
    with sqlite3.connect(tmp_path / "vigie.db") as other:
        other.execute("CREATE TABLE thing (a)")
        other.execute("INSERT INTO thing VALUES (1)")
    other.close()
    assert list(first_start.database_troubles(f"sqlite:///{tmp_path / 'vigie.db'}")) == []
