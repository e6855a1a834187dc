"""Somebody of the demonstration, who has signed, answered, been written to and named for two years, is erased."""

import io
import json
import shutil
from zipfile import ZipFile

import pytest

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import history, process
from portal.core.db import Database
from portal.journal import queries as journal
from portal.privacy import exporting
from portal.privacy.declared import declaration
from portal.privacy.erasing import erase_person
from portal.privacy.exporting import export_person
from portal.privacy.people import person_at
from portal.privacy.rules import Fate, SoughtPerson
from tests import demonstrations
from tests.conftest import NOW, settings_for
from tests.databases import STATEMENTS
from tests.privacy.test_erasing import everywhere_of

ADDRESS, NAME = "samira@callisto.example", "Samira El Idrissi"


@pytest.fixture
def lived(tmp_path, engine):
    """The demonstration, of a test's own; what is asked of it is asked of PostgreSQL too."""
    folder = tmp_path / "demonstration"
    shutil.copytree(demonstrations.made(settings_for, NOW), folder)
    settings = settings_for(folder, f"sqlite:///{folder / 'demonstration.db'}")
    process.prepare(settings)
    database = Database.at(settings.database_url)
    if STATEMENTS.is_planning:
        STATEMENTS.watch(database.engine)
    with database.session(write=True) as session:
        yield session
    database.engine.dispose()


def test_of_a_whole_life_only_what_is_declared_and_listed_is_left(lived, app, monkeypatch, tmp_path):
    session, ctx = lived, Context(lived, SYSTEM, NOW)
    person = person_at(ctx, ADDRESS)
    sought = SoughtPerson(frozenset({ADDRESS}), frozenset({NAME}), person.sought.phones)
    before = everywhere_of(session, sought)
    assert len(before) >= 15
    assert not {one for one in before if one.startswith("journal_entry.")}
    counts = export_person(ctx, person, tmp_path / "export.zip")
    with ZipFile(io.BytesIO((tmp_path / "export.zip").read_bytes())) as archive:
        index = archive.read("LISEZMOI.html").decode()
        assert "Données détenues sur samira@callisto.example" in index
        assert "Data held on samira@callisto.example" in index, "whoever receives it may read English alone"
        names = {name.removesuffix(".json") for name in archive.namelist()} - {"LISEZMOI.html"}
        assert names == set(counts)
        assert json.loads(archive.read("user.json"))[0]["name"] == NAME
        assert len(json.loads(archive.read("journal_entry.json"))) == counts["journal_entry"] > 20
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "premières écritures" not in text, "all of them are there"
    monkeypatch.setattr(exporting, "MOST_ENTRIES", 3)
    assert export_person(ctx, person, tmp_path / "cut.zip")["journal_entry"] == 3
    with ZipFile(tmp_path / "cut.zip") as archive:
        assert "seules les 3 premières écritures" in archive.read("LISEZMOI.html").decode()
    assert {one.partition(".")[0] for one in before} <= names
    assert "argon2" not in text, "what opens an account is given to nobody"
    done = erase_person(ctx, person)
    session.commit()
    left = everywhere_of(session, sought)
    assert left == {*done.frozen, *(f"{one.table}.{one.column}" for one in done.free)}
    assert "contract_signatory.name" in left
    for column in left:
        table, _dot, name = column.partition(".")
        assert declaration().tables[table].columns[name] in {Fate.FROZEN, Fate.FREE}
    assert done.unsealed == []
    assert journal.verify(ctx).broken is None
    assert history.differences(session) == []
