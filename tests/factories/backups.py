"""A portal of one's own, with rows, files and a seal, to back up; and the same machine without any of them."""

from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from portal.app import create_app
from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import process
from portal.core.config import Settings
from portal.core.db import Database
from portal.core.seal import make_seal_key
from portal.core.secret_keys import Secrets
from portal.core.stored import keep
from portal.journal import services as journal
from portal.journal.signed_heads import sign_head
from tests.conftest import NOW, settings_for
from tests.factories.world import vendor_of, vendor_user


@dataclass
class Portal:
    """One of a test's own: its settings, its database, and its commands."""

    settings: Settings
    database: Database
    app: object

    def run(self, *words):
        """Run a command of it."""
        process.prepare(self.settings)
        return self.app.test_cli_runner().invoke(args=[str(word) for word in words])

    def hand_in(self, name, content=None):
        """Keep a file, with its row and an entry of the journal, as a deposit does."""
        blob = process.store().put(BytesIO(content or f"preuve {name}".encode()), filename=name, allowed={"txt"})
        with self.database.transaction() as session:
            ctx = Context(session, SYSTEM, NOW)
            row = keep(session, blob, at=NOW)
            journal.record(ctx, "evidence.received", row, after={"name": name})
        return blob

    def sign(self):
        """Sign the journal as it stands."""
        with self.database.transaction() as session:
            sign_head(Context(session, SYSTEM, NOW))


def portal_at(folder: Path, url: str, **changes) -> Portal:
    """A portal whose folder and database these are."""
    told = settings_for(folder, url, organisation="Maison Verdier", **changes)
    database = Database.at(url)
    return Portal(told, database, create_app(told, database))


def portal_at_settings(portal: Portal, told: Settings) -> Portal:
    """The same portal, told otherwise."""
    return Portal(told, portal.database, create_app(told, portal.database))


def with_content(portal: Portal) -> Portal:
    """Three files, a few entries, a signed head and one entry after it."""
    make_seal_key(portal.settings.seal_file, "Maison Verdier", at=NOW)
    with portal.database.transaction() as session:
        vendor_user(session, vendor_of(session))  # rows that point at each other
    portal.hand_in("a.txt")
    portal.hand_in("b.txt", b"x" * 3_000_000)
    portal.sign()
    portal.hand_in("c.txt")
    return portal


def keys_of(portal: Portal) -> dict[str, object]:
    """The changes that give another portal its secrets and its seal."""
    return {"secrets": portal.settings.secrets, "seal_file": portal.settings.seal_file}


@contextmanager
def put_back(at_first: Settings):
    """The suite's own settings afterwards."""
    try:
        yield
    finally:
        process.prepare(at_first)


def other_secrets(folder: Path) -> Secrets:
    """Keys that open nothing of it."""
    return Secrets.at(folder / "other.json")
