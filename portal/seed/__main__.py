"""`python -m portal.seed ensure|rebuild|logins`: the demonstration database."""

import json
import secrets
import sys
from pathlib import Path

from portal.app import create_app
from portal.core import migrating, schema
from portal.core.clock import now
from portal.core.config import Environment, Settings
from portal.core.db import Base, Database
from portal.core.schema import SchemaState
from portal.seed.demo_history import write_history
from portal.vendors.models import Vendor


def main(arguments: list[str]) -> int:
    """Run one of the three; exit status 1 when refused."""
    settings = Settings.from_env()
    if settings.environment is Environment.PRODUCTION:
        return _print("Les données de démonstration ne s'installent pas en production.", error=True)
    create_app(settings)
    database = Database.at(settings.database_url)
    wanted = arguments[0] if arguments else "ensure"
    if wanted == "logins":
        return _print(_logins(settings))
    if schema.state(database) is not SchemaState.CURRENT:
        migrating.upgrade(database)
    if wanted == "rebuild":
        _empty(database)
    elif not _is_empty(database):
        return 0
    password = settings.demo_password or secrets.token_urlsafe(9)
    with database.transaction() as session:
        logins = write_history(session, now(), password)
    note = _note(settings)
    note.write_text(json.dumps({"password": password, "logins": logins}), encoding="utf-8")
    note.chmod(0o600)
    return _print("Données de démonstration installées.")


def _note(settings: Settings) -> Path:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return settings.data_dir / "demo.json"


def _is_empty(database: Database) -> bool:
    with database.reading() as session:
        return session.query(Vendor.id).first() is None


def _empty(database: Database) -> None:
    """Remove every row, tables last to first; the store keeps its files, which are found again by their content."""
    with database.transaction() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())


def _logins(settings: Settings) -> str:
    lines = ["", f"  Vigie est prête : {settings.base_url}", ""]
    note = _note(settings)
    if note.exists():
        found = json.loads(note.read_text(encoding="utf-8"))
        lines += [f"  {role:20} {email}" for role, email in found["logins"]]
        lines += [f"  {'mot de passe':20} {found['password']}", ""]
    return "\n".join(lines)


def _print(text: str, *, error: bool = False) -> int:
    print(text, file=sys.stderr if error else sys.stdout)
    return int(error)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
