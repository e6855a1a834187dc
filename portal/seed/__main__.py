"""`python -m portal.seed ensure|rebuild`: the demonstration database."""

import secrets
import sys
from dataclasses import replace

from portal.app import create_app
from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import history, migrating, schema
from portal.core.clock import now
from portal.core.config import Environment, Settings
from portal.core.db import Base, Database
from portal.core.schema import SchemaState
from portal.journal.anchor_starts import after_upgrade
from portal.journal.guards import guard, unguard
from portal.seed.announce import note_logins
from portal.seed.demo_history import write_history
from portal.seed.demo_letters import send_old_letters
from portal.seed.demo_people import ORGANISATION
from portal.seed.demo_signing import give_seal_key
from portal.vendors.models import Vendor


def main(arguments: list[str]) -> int:
    """Run one of the two; exit status 1 when refused."""
    wanted = arguments[0] if arguments else "ensure"
    settings = Settings.from_env()
    if not settings.signing_name:
        settings = replace(settings, organisation=ORGANISATION)
    if settings.environment is Environment.PRODUCTION:
        return _print("Les données de démonstration ne s'installent pas en production.", error=True)
    create_app(settings)
    database = Database.at(settings.database_url)
    if schema.state(database) is not SchemaState.CURRENT:
        before = schema.revision(database)
        migrating.upgrade(database)
        with database.transaction() as session:
            after_upgrade(Context(session, SYSTEM, now()), before)
    if wanted == "rebuild":
        _empty(database, settings)
    with database.transaction() as session:
        give_seal_key(Context(session, SYSTEM, now()))
    if not _is_empty(database):
        return 0
    password = settings.demo_password or secrets.token_urlsafe(9)
    with database.transaction() as session:
        logins = write_history(session, now(), password)
    send_old_letters(database, now())
    note_logins(settings, password, logins)
    return _print("Données de démonstration installées.")


def _is_empty(database: Database) -> bool:
    with database.reading() as session:
        return session.query(Vendor.id).first() is None


def _empty(database: Database, settings: Settings) -> None:
    """Remove every row, tables last to first, and the anchor of the journal that goes with them; the store keeps its
    files, which are found again by their content."""
    with database.transaction() as session:
        unguard(session.connection())
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
        guard(session.connection())
        history.begin(session)
    if settings.anchor_file is not None:
        settings.anchor_file.unlink(missing_ok=True)


def _print(text: str, *, error: bool = False) -> int:
    print(text, file=sys.stderr if error else sys.stdout)
    return int(error)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
