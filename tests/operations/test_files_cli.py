"""`flask files`: a change of key loses nothing, says what it did, and keeps the old key when something needs it."""

import io
import json
from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core import process
from portal.identity import second_factor
from portal.journal.models import JournalEntry
from tests.factories.people import user_of


def with_keys(app, monkeypatch, *keys):
    """Restart the portal, as far as its settings go, with these file keys, newest first."""
    told = app.extensions["vigie.settings"]
    secrets = replace(told.secrets, files=keys)
    told = replace(told, secrets=secrets)
    monkeypatch.setitem(app.extensions, "vigie.settings", told)
    process.prepare(told)
    return secrets


@pytest.fixture
def portal(app, ctx, session, tmp_path, monkeypatch):
    """One file and one second factor, sealed under an old key; `portal(*keys)` restarts, then runs the command."""
    at_first = app.extensions["vigie.settings"]
    told = replace(at_first, files_url=f"file://{tmp_path / 'vault'}")
    monkeypatch.setitem(app.extensions, "vigie.settings", told)
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    secrets = with_keys(app, monkeypatch, old)
    blob = process.store().put(io.BytesIO(b"preuve, mot pour mot"), filename="preuve.txt", allowed={"txt"})
    user = user_of(session, Role.DPO)
    second_factor.begin(ctx, secrets, user)
    shown = second_factor.pending(secrets, user, "Vigie").secret
    session.commit()

    def rotate(*keys, options=()):
        found = with_keys(app, monkeypatch, *keys)
        result = app.test_cli_runner().invoke(args=["files", "rotate", *options])
        session.expire_all()
        return found, result

    rotate.old, rotate.new, rotate.blob, rotate.user, rotate.shown = old, new, blob, user, shown
    yield rotate
    process.prepare(at_first)


def test_after_a_rotation_the_old_key_may_go(app, portal, monkeypatch):
    _, result = portal(portal.new, portal.old)
    assert result.exit_code == 0, result.output
    alone = with_keys(app, monkeypatch, portal.new)
    assert b"".join(process.store().open(portal.blob)) == b"preuve, mot pour mot"
    assert second_factor.pending(alone, portal.user, "Vigie").secret == portal.shown


def test_a_rotation_is_told_in_figures_and_in_the_journal(portal, session):
    _, result = portal(portal.new, portal.old, options=["--json"])
    done = json.loads(result.stdout)
    assert (done["second_factors"], done["unreadable"]) == (1, [])
    assert done["rewrapped"] == 2  # the file's key, and the one that draws addresses
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "files.rotated")).one()
    assert entry.after == {**done, "unreadable": 0}
    assert (entry.object_type, entry.actor_role) == ("FileStore", "systeme")
    assert entry.object_label.startswith("file://")


def test_a_rotation_repeated_has_nothing_left_to_do(portal):
    portal(portal.new, portal.old)
    _, result = portal(portal.new, portal.old, options=["--json"])
    done = json.loads(result.stdout)
    assert (done["rewrapped"], done["second_factors"], result.exit_code) == (0, 0, 0)
    assert done["already_current"] == 2


def test_what_no_key_opens_is_named_and_the_command_fails(portal):
    _, result = portal(portal.new)
    assert result.exit_code == 1
    assert f"Aucune clé n'ouvre {portal.user.email}" in result.stderr
    assert f"Aucune clé n'ouvre {portal.blob.key}.key" in result.stderr


def test_a_drawn_key_is_one_that_seals(app):
    drawn = app.test_cli_runner().invoke(args=["files", "key"]).stdout.strip()
    assert Fernet(drawn).decrypt(Fernet(drawn).encrypt(b"x")) == b"x"
