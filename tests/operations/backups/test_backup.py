"""A backup is whole or is none, holds no key, tells its own damage, and restores where nothing is."""

import json
import os
import shutil
import stat
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from portal.authz.policy import Role
from portal.core import process
from portal.core.clock import now
from portal.core.db import Database
from portal.core.seal import make_seal_key
from portal.core.stored import StoredFile
from portal.journal.models import JournalEntry
from portal.journal.nightly_checks import CheckState, standing
from portal.operations.backups import making, postgres_tools
from tests.conftest import NOW
from tests.factories.backups import other_secrets, portal_at_settings
from tests.factories.people import token_for, user_of
from tests.factories.tampering import tamper


def told(result, code):
    """What a command said, once its state is right; typography aside."""
    assert result.exit_code == code, result.output
    return result.output.translate(str.maketrans("’\u202f\xa0", "'  "))


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text())


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_backup_is_checked_and_restored_to_the_last_entry(own, backed_up, empty):
    assert "saine" in told(own.run("backup", "check", backed_up), 0)
    there = empty()
    output = told(there.run("backup", "restore", backed_up), 0)
    assert "3 fichiers" in output
    assert "Journal vérifié : 3 écritures" in output
    verified = json.loads(told(there.run("journal", "verify", "--json"), 0))
    assert (verified["ok"], verified["count"], verified["head"]) == (
        True,
        3,
        manifest(backed_up)["journal"]["last_hash"],
    )
    assert "3 fichiers ouverts : 0 absent, 0 altéré ; 0 sans ligne" in told(there.run("files", "verify"), 0)
    with own.database.reading() as theirs, there.database.reading() as ours:
        for table in (StoredFile, JournalEntry):
            assert ours.scalar(select(func.count()).select_from(table)) == theirs.scalar(
                select(func.count()).select_from(table)
            )
    there.hand_in("d.txt")
    assert json.loads(told(there.run("journal", "verify", "--json"), 0))["count"] == 4


def test_a_row_may_come_before_the_one_that_it_names(own, tmp_path):
    """A dump follows the names of tables: `login_session` comes before `user`."""
    with own.database.transaction() as session:
        token_for(session, user_of(session, Role.ADMIN))
    assert own.run("backup", "make", tmp_path / "backup").exit_code == 0
    assert "saine" in told(own.run("backup", "check", tmp_path / "backup"), 0)


def test_a_backup_holds_no_key_and_is_for_its_owner_alone(own, tmp_path):
    former = os.umask(0)
    try:
        told(own.run("backup", "make", tmp_path / "backup"), 0)
    finally:
        os.umask(former)
    folder = tmp_path / "backup"
    paths = [folder, *folder.rglob("*")]
    assert {mode(path) for path in paths if path.is_dir()} == {0o700}
    assert {mode(path) for path in paths if path.is_file()} == {0o600}
    secrets = own.settings.secrets
    keys = [secrets.session, secrets.tokens, secrets.journal, *secrets.files]
    content = b"".join(path.read_bytes() for path in paths if path.is_file())
    assert not [key for key in keys if key.encode() in content]
    assert b"PRIVATE KEY" not in content
    assert manifest(folder)["keys"] == {name: list(ids) for name, ids in secrets.key_ids.items()}
    assert manifest(folder)["journal"]["signed_head"]["entries"] == 2


@pytest.mark.parametrize("harm", ["cut", "changed", "gone", "added"])
def test_whatever_is_changed_in_a_backup_is_told_and_nothing_is_restored(own, backed_up, empty, harm):
    victim = next(path for path in (backed_up / "files").rglob("*") if path.is_file() and path.suffix != ".key")
    content = victim.read_bytes()
    if harm == "gone":
        victim.unlink()
    elif harm == "added":
        (backed_up / "files" / "more").write_bytes(b"x")
    else:
        victim.write_bytes(content[:-1] if harm == "cut" else bytes([content[0] ^ 1]) + content[1:])
    assert victim.name in told(own.run("backup", "check", backed_up), 1) or harm == "added"
    there = empty()
    assert "abîmée" in told(there.run("backup", "restore", backed_up), 1)
    assert not (there.settings.data_dir / "files").exists()


def test_a_manifest_written_again_over_what_was_changed_is_not_believed(own, backed_up, empty):
    victim = next((backed_up / "files").glob("*/*/*.key"))
    victim.write_bytes(b"x" + victim.read_bytes()[1:])
    lie = manifest(backed_up)
    part = making.part_of(backed_up, victim.relative_to(backed_up).as_posix())
    lie["parts"] = [one if one["path"] != part.path else vars(part) for one in lie["parts"]]
    (backed_up / "manifest.json").write_text(json.dumps(lie))
    output = told(own.run("backup", "check", backed_up), 1)
    assert "n'a pas été écrit par ce portail" in output
    assert "absent ou altéré" in output
    assert "n'a pas été écrit" in told(empty().run("backup", "restore", backed_up), 1)


def test_a_damaged_database_is_told_even_under_a_manifest_that_agrees(own, backed_up):
    file = backed_up / manifest(backed_up)["parts"][0]["path"]
    content = bytearray(file.read_bytes())
    for at in range(len(content) // 2, len(content) // 2 + 4096):
        content[at] ^= 0x5A
    file.write_bytes(bytes(content))
    lie = manifest(backed_up)
    lie["parts"][0] = vars(making.part_of(backed_up, file.name))
    (backed_up / "manifest.json").write_text(json.dumps(lie))
    assert len(told(own.run("backup", "check", backed_up), 1).splitlines()) >= 2


def test_one_that_was_interrupted_is_not_a_backup(own, tmp_path, monkeypatch):
    def killed(*_told):
        raise KeyboardInterrupt

    monkeypatch.setattr(making, "write_manifest", killed)
    own.run("backup", "make", tmp_path / "backup")
    monkeypatch.undo()
    assert any((tmp_path / "backup").iterdir())
    for words in (("check",), ("restore",)):
        assert "n'est pas une sauvegarde" in told(own.run("backup", *words, tmp_path / "backup"), 1)
    assert "n'est pas vide" in told(own.run("backup", "make", tmp_path / "backup"), 1)


def test_without_its_keys_nothing_is_restored_and_they_are_named(own, backed_up, empty, tmp_path):
    there = empty(secrets=other_secrets(tmp_path), seal_file=tmp_path / "none.json")
    output = told(there.run("backup", "restore", backed_up), 1)
    for name in ("files", "journal", "tokens"):
        assert f"« {name} » {own.settings.secrets.key_ids[name][0]}" in output
    assert "« session »" not in output
    assert "le cachet" in output
    assert not (there.settings.data_dir / "files").exists()
    assert "non vérifiés : il manque" in told(there.run("backup", "check", backed_up), 1)
    assert "le reste n'a pas été regardé" in told(there.run("backup", "check", "--without-keys", backed_up), 0)


def test_nothing_is_restored_over_a_database_or_a_store_that_is_used(own, backed_up, empty):
    assert "la base n'est pas vide" in told(own.run("backup", "restore", backed_up), 1)
    there = empty()
    process.prepare(there.settings)
    (there.settings.data_dir / "files" / "aa" / "bb").mkdir(parents=True)
    (there.settings.data_dir / "files" / "aa" / "bb" / "foreign").write_bytes(b"x")
    assert "le coffre n'est pas vide" in told(there.run("backup", "restore", backed_up), 1)


def test_a_restoration_that_was_interrupted_is_run_again(own, backed_up, empty):
    there = empty()
    shutil.copytree(backed_up / "files", there.settings.data_dir / "files")
    first = next(path for path in (there.settings.data_dir / "files").rglob("*") if path.is_file())
    first.unlink()
    told(there.run("backup", "restore", backed_up), 0)
    told(there.run("files", "verify"), 0)


def test_a_file_that_the_store_has_lost_is_named_by_backup_check_and_verify(own, tmp_path):
    lost = own.hand_in("lost.txt")
    (own.settings.data_dir / "files" / lost.key).unlink()
    assert lost.key in told(own.run("files", "verify"), 1)
    assert f"ABSENT DU COFFRE, donc de la sauvegarde : {lost.key}" in told(own.run("backup", "make", tmp_path / "b"), 1)
    assert lost.key in told(own.run("backup", "check", tmp_path / "b"), 1)


def test_a_file_destroyed_with_its_row_meanwhile_is_no_fault(own, tmp_path, monkeypatch):
    gone = own.hand_in("gone.txt")
    really = making._reach_disk

    def destroyed_meanwhile(path):
        really(path)
        with own.database.transaction() as session:
            session.delete(session.scalar(select(StoredFile).where(StoredFile.key == gone.key)))
        process.store().destroy(gone.key)

    monkeypatch.setattr(making, "_reach_disk", destroyed_meanwhile)
    assert "Détruit pendant la sauvegarde" in told(own.run("backup", "make", tmp_path / "b"), 0)
    assert "saine" in told(own.run("backup", "check", tmp_path / "b"), 0)


def test_altered_and_orphan_files_are_told(own):
    vault = own.settings.data_dir / "files"
    victim = own.hand_in("victim.txt")
    content = (vault / victim.key).read_bytes()
    (vault / victim.key).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with own.database.transaction() as session:
        session.delete(session.scalar(select(StoredFile).where(StoredFile.filename == "a.txt")))
    for path in vault.rglob("*"):
        os.utime(path, (0, 0))
    report = json.loads(told(own.run("files", "verify", "--json"), 1))
    assert [fault["filename"] for fault in report["altered"]] == ["victim.txt"]
    assert (report["missing"], len(report["orphans"])) == ([], 1)


def test_a_file_on_its_way_is_not_an_orphan(own):
    with own.database.transaction() as session:
        session.delete(session.scalar(select(StoredFile).where(StoredFile.filename == "a.txt")))
    for path in (own.settings.data_dir / "files").rglob("*"):
        os.utime(path, (NOW.timestamp() - 60, NOW.timestamp() - 60))
    assert json.loads(told(own.run("files", "verify", "--json"), 0))["orphans"] == []


def test_a_seal_made_again_is_still_known(own, backed_up, empty):
    make_seal_key(own.settings.seal_file, "Maison Verdier", at=NOW, replace=True)
    told(empty().run("backup", "restore", backed_up), 0)


def test_programs_of_postgresql_are_asked_for_by_name(own, tmp_path, monkeypatch):
    if own.database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite asks for no program")
    monkeypatch.setattr(postgres_tools.shutil, "which", lambda _name: None)
    output = told(own.run("backup", "make", tmp_path / "b"), 1)
    assert "pg_dump est introuvable dans le PATH : installez" in output


def test_a_backup_of_one_kind_is_not_restored_into_the_other(own, backed_up, empty, tmp_path):
    if own.database.engine.dialect.name != "sqlite":
        pytest.skip("asked once")
    lie = manifest(backed_up)
    there = empty()
    object.__setattr__(there.database.engine.dialect, "name", "postgresql")
    assert lie["database"] == "sqlite"
    assert "du même genre" in told(there.run("backup", "restore", backed_up), 1)


def test_a_path_out_of_the_backup_is_refused(own, backed_up):
    lie = manifest(backed_up)
    lie["parts"][1]["path"] = "../../etc/passwd"
    (backed_up / "manifest.json").write_text(json.dumps(lie))
    assert "hors de la sauvegarde" in told(own.run("backup", "check", backed_up), 1)


def test_an_empty_folder_is_no_backup(own, tmp_path):
    (tmp_path / "nothing").mkdir()
    assert "n'est pas une sauvegarde" in told(own.run("backup", "check", tmp_path / "nothing"), 1)
    assert isinstance(own.database, Database)


def test_after_a_restoration_everything_verifies_and_the_journal_says_which_backup_came_back(own, backed_up, empty):
    there = empty()
    anchored = replace(there.settings, anchor_file=there.settings.data_dir / "apart" / "anchor.jsonl")
    there = portal_at_settings(there, anchored)
    output = told(there.run("backup", "restore", backed_up), 0)
    assert "Inscrit au journal (écriture n° 4)" in output
    verified = json.loads(told(there.run("journal", "verify", "--json"), 0))
    assert (verified["ok"], verified["count"], verified["findings"]) == (True, 4, [])
    assert verified["anchored"]["count"] == 4
    told(there.run("files", "verify"), 0)
    assert "saine" in told(there.run("backup", "check", backed_up), 0)
    with there.database.reading() as session:
        last = session.get_one(JournalEntry, 4)
        assert (last.action, last.after["backup"], last.after["found"]) == (
            "journal.restored", manifest(backed_up)["made_at"], ["anchor missing"],
        )  # fmt: skip
        assert standing(session, now()).state is CheckState.SOUND
    there.hand_in("d.txt")
    assert json.loads(told(there.run("journal", "verify", "--json"), 0))["count"] == 5


def test_a_journal_that_does_not_hold_is_not_taken_as_it_is(own, empty, tmp_path):
    with own.database.transaction() as session:
        tamper(session, update(JournalEntry).where(JournalEntry.id == 2).values(actor_name="Autre"))
    told(own.run("backup", "make", tmp_path / "b"), 0)
    there = empty()
    there = portal_at_settings(there, replace(there.settings, anchor_file=there.settings.data_dir / "anchor.jsonl"))
    assert "n° 2 a été modifiée" in told(there.run("backup", "restore", tmp_path / "b"), 1)
    assert not there.settings.anchor_file.exists()
    with there.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(JournalEntry)) == 3
        assert standing(session, now()).state is CheckState.NEVER
