"""What tests of the chain share: settings in force, someone who may write, and lists as files."""

import csv
from pathlib import Path

import pytest

from portal.authz.policy import Role
from portal.core import process


@pytest.fixture(autouse=True)
def _prepared(portal_settings):
    process.prepare(portal_settings)


@pytest.fixture
def dpo(acting):
    return acting(Role.DPO)


@pytest.fixture
def listed(tmp_path):
    """A file of links: (who engages, who is engaged, service, country) by line."""

    def write(*rows: tuple[str, ...], name: str = "chaine.csv") -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["controller_or_processor", "sub_processor", "service", "country", "source"])
            writer.writerows([(*row, *[""] * (4 - len(row)), "liste publique") for row in rows])
        return path

    return write
