"""`flask authority-file`, as a script runs it."""

import hashlib
import json
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from portal.authority.models import AuthorityFile
from portal.core import process
from portal.journal.models import JournalEntry
from portal.web import command
from tests.authority.conftest import wrong_sums


@pytest.fixture
def run(app, monkeypatch, session):
    monkeypatch.setattr(command, "ready", lambda store: None)
    runner = app.test_cli_runner()

    def call(*args, code=0):
        session.commit()
        found = runner.invoke(args=["authority-file", *map(str, args)])
        assert found.exit_code == code, found.output
        assert "Traceback" not in found.output
        session.expire_all()
        return found

    return call


def test_an_archive_is_written_where_one_says_and_noted(run, world, key, without_printer, tmp_path, session):
    out = tmp_path / "dossier.zip"
    told = json.loads(run("--vendor", world.vendor.key, "--as-of", "2026-11-24", "--out", out, "--json").stdout)
    assert told["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert told["gaps"] > 0
    with ZipFile(out) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert wrong_sums(members) == []
    assert "journal/verifier-une-preuve.html" in members
    row = session.scalars(select(AuthorityFile)).one()
    assert (row.sha256, row.stored_file_id, row.asked_by_id) == (told["sha256"], None, None)
    noted = session.scalars(select(JournalEntry).where(JournalEntry.action == "authority_file.built")).one()
    assert noted.after == {"sha256": told["sha256"]}


def test_a_line_and_an_entity_too_in_english(run, world, key, without_printer, tmp_path):
    for option, row in (("--activity", world.activity), ("--entity", world.entity)):
        out = tmp_path / f"{row.id}.zip"
        run(option, row.key, "--as-of", "2026-11-24", "--out", out, "--language", "en", "--without", "preuves")
        with ZipFile(out) as archive:
            assert not [name for name in archive.namelist() if name.startswith("preuves/")]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--vendor", "personne", "--as-of", "2026-11-24"], 1),
        (["--vendor", "x", "--entity", "y", "--as-of", "2026-11-24"], 2),
        (["--as-of", "2026-11-24"], 2),
        (["--vendor", "x", "--as-of", "hier"], 2),
        (["--vendor", "x", "--as-of", "2026-11-24", "--with", "tout"], 2),
    ],
)
def test_what_cannot_be_written_is_said(run, world, tmp_path, options, code):
    assert process.settings()
    out = tmp_path / "rien.zip"
    assert run(*options, "--out", out, code=code).output.strip()
    assert not out.exists()


def test_a_day_to_come_writes_nothing(run, world, tmp_path, session):
    out = tmp_path / "rien.zip"
    run("--vendor", world.vendor.key, "--as-of", "2027-01-01", "--out", out, code=1)
    assert not out.exists()
    assert session.scalars(select(AuthorityFile)).all() == []
