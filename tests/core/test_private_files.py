import os
import stat

import pytest

from portal.core.db import Database
from portal.core.private_files import keep_private, make_private_folder, open_private, write_private


@pytest.fixture(params=[0o000, 0o022])
def umask(request):
    """A machine that opens everything to everybody, and one as usual."""
    former = os.umask(request.param)
    yield
    os.umask(former)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_every_folder_made_on_the_way_is_closed_and_one_that_was_there_is_left(tmp_path, umask):
    tmp_path.chmod(0o755)
    make_private_folder(tmp_path / "a" / "b" / "c")
    make_private_folder(tmp_path / "a" / "b" / "c")
    assert [mode(tmp_path / name) for name in (".", "a", "a/b", "a/b/c")] == [0o755, 0o700, 0o700, 0o700]


def test_a_whole_file_or_none(tmp_path, umask, monkeypatch):
    path, draft = tmp_path / "f", tmp_path / ".draft"
    write_private(path, b"one", draft=draft)
    assert (path.read_bytes(), mode(path)) == (b"one", 0o600)
    monkeypatch.setattr(os, "fsync", lambda _file: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(OSError, match="No space"):
        write_private(path, b"two", draft=draft)
    assert path.read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["f"]
    with pytest.raises(FileExistsError):
        open_private(path)


def test_a_file_of_ours_open_to_others_is_closed(tmp_path):
    path = tmp_path / "f"
    path.write_text("kept")
    path.chmod(0o644)
    keep_private(path)
    assert (path.read_text(), mode(path)) == ("kept", 0o600)


def test_a_database_its_write_ahead_log_and_its_folder_are_closed_to_others(tmp_path, umask):
    path = tmp_path / "data" / "vigie.db"
    database = Database.at(f"sqlite:///{path}")
    with database.transaction() as session:
        session.connection().exec_driver_sql("CREATE TABLE t (a)")
        found = {one.name: mode(one) for one in path.parent.iterdir()}
    assert {"vigie.db", "vigie.db-wal", "vigie.db-shm"} <= found.keys()
    assert set(found.values()) == {0o600}
    assert mode(path.parent) == 0o700
    database.engine.dispose()


def test_a_database_that_an_older_version_left_open_is_closed(tmp_path):
    path = tmp_path / "vigie.db"
    for name in ("vigie.db", "vigie.db-wal"):
        (tmp_path / name).touch(mode=0o644)
        (tmp_path / name).chmod(0o644)
    database = Database.at(f"sqlite:///{path}")
    database.engine.connect().close()
    database.engine.dispose()
    assert {mode(one) for one in tmp_path.iterdir()} == {0o600}


def test_a_file_that_goes_while_it_is_looked_at_is_made_again(tmp_path, monkeypatch):
    path = tmp_path / "vigie.db-shm"
    path.touch()
    looked = type(path).stat

    def gone(self, **told):
        if self == path:
            path.unlink()
            monkeypatch.undo()
        return looked(self, **told)

    monkeypatch.setattr(type(path), "stat", gone)
    keep_private(path)
    assert mode(path) == 0o600
