"""Whether a portal has ever written anything here: keys are drawn for one that has not, and for no other.

Loaded when there are no keys. As a program it looks at a bucket for the process that starts: what asks a bucket has
threads that do not survive a fork, and a server forks afterwards.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from portal.core.config import ROOT
from portal.core.db import Database
from portal.core.errors import PortalError
from portal.core.files import Place

TELLING = ("journal_entry", "user", "vendor", "stored_file")
"""Tables of which one at least has a row as soon as anybody has used the portal."""
BUCKET_SECONDS = 60.0
PROBE = "probe/"


def what_stands(database_url: str, files_url: str, credentials: Mapping[str, str]) -> list[str]:
    """What is not empty, or cannot be told to be, in words; none when nothing was ever written."""
    return [*database_troubles(database_url), *store_troubles(files_url, credentials)]


def database_troubles(url: str) -> Iterator[str]:
    """Why a database is not an empty one."""
    parts = make_url(url)
    shown = parts.render_as_string(hide_password=True)
    is_file = parts.get_backend_name() == "sqlite"
    if is_file and not (parts.database and Path(parts.database).exists()):
        return
    database = Database.at(url)
    try:
        with database.reading() as session:
            connection = session.connection()
            tables = set(inspect(connection).get_table_names())
            quoted = connection.dialect.identifier_preparer.quote
            for name in TELLING:
                if name in tables and connection.execute(text(f"SELECT 1 FROM {quoted(name)} LIMIT 1")).first():  # noqa: S608  # nosec B608
                    yield f"la base {shown} a déjà des données"
                    return
    except SQLAlchemyError as failure:
        yield f"la base {shown} ne répond pas ({type(failure).__name__}), et l'on ne sait pas si elle est vide"
    finally:
        database.engine.dispose()


def store_troubles(url: str, credentials: Mapping[str, str]) -> Iterator[str]:
    """Why a file store is not an empty one."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        if any(path.is_file() for path in Path(unquote(parts.path)).rglob("*") if path.parent.name != "probe"):
            yield f"le coffre {unquote(parts.path)} a déjà des fichiers"
        return
    shown = url.partition("?")[0]
    told = json.dumps({"url": url, "credentials": dict(credentials)})
    try:
        asked = subprocess.run(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, "-m", __name__ if __name__ != "__main__" else "portal.core.first_start"],
            input=told, text=True, stdout=subprocess.PIPE, timeout=BUCKET_SECONDS, cwd=ROOT, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        asked = None
    if asked is None or asked.stdout.strip() not in {"empty", "filled"}:
        yield f"le coffre {shown} ne répond pas, et l'on ne sait pas s'il est vide"
    elif asked.stdout.strip() == "filled":
        yield f"le coffre {shown} a déjà des fichiers"


def is_filled(place: Place) -> bool:
    """Whether anything is kept at a place; raises Unavailable when it does not answer."""
    return any(not path.startswith(PROBE) for path in place.paths())


def main() -> None:
    """Answer for one bucket: its address and credentials come by the standard input, where nobody else reads them."""
    told = json.loads(sys.stdin.read())
    try:
        found = "filled" if is_filled(Place(told["url"], told["credentials"], patient=False)) else "empty"
    except PortalError:
        found = "silent"
    sys.stdout.write(found)


if __name__ == "__main__":
    main()
