"""`pg_dump` and `pg_restore`, found on PATH; what they say when they fail is what is told."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy.engine import make_url

from portal.core.config import child_environment
from portal.core.errors import Refused

EXERCISES = "exercice_*"
"""Schemas of copies that are worked on and thrown away (core/database_copy): no part of what is true."""


def program(name: str) -> str:
    """Where a program is; raises Refused when it is not on PATH."""
    found = shutil.which(name)
    if found is None:
        raise Refused(
            "%(name)s est introuvable dans le PATH : installez le paquet postgresql-client, de la version du serveur "
            "ou d'une plus récente.",
            name=name,
        )
    return found


def connection_of(url: str) -> tuple[str, dict[str, str]]:
    """How these programs are told a database, and their environment: a password is never among their words."""
    parts = make_url(url)
    environment = child_environment() | ({"PGPASSWORD": parts.password} if parts.password else {})
    # Without a password and a driver, this is an address as these programs read it.
    return parts.set(drivername="postgresql", password=None).render_as_string(), environment


def run(words: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    """Run one to its end, however long; raises Refused with its own words."""
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL, our own words, no shell
        words, env=dict(environment) if environment is not None else None, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, cwd=os.sep,
    )  # fmt: skip
    if done.returncode:
        said = " ".join(done.stderr.decode(errors="replace").split())[:600]
        raise Refused("%(name)s a échoué : %(said)s", name=Path(words[0]).name, said=said)


def dump(url: str, target: Path, snapshot: str) -> None:
    """Write the database as a transaction that is open sees it, in an empty file that is there."""
    told, environment = connection_of(url)
    run(
        [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--exclude-schema={EXERCISES}",
         f"--snapshot={snapshot}", f"--file={target}", f"--dbname={told}"],
        environment,
    )  # fmt: skip


def restore(url: str, source: Path) -> None:
    """Write a dump into a database that has nothing, in one transaction: all of it or none."""
    told, environment = connection_of(url)
    run(
        [program("pg_restore"), "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges",
         f"--dbname={told}", str(source)],
        environment,
    )  # fmt: skip
