"""The declaration as it is shipped, the texts of the tables that there are, and what there is between the two."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Float, Integer, Numeric

from portal.core.db import Base
from portal.core.retention import durations
from portal.jobs.ledger import REGISTRY
from portal.jobs.schedule import TICKS
from portal.privacy.rules import PURE_ERASURES, Declaration, faults_of, read_declaration

FILE = Path(__file__).parent / "data" / "personal_data.toml"
_NO_TEXT = (Integer, BigInteger, Boolean, Date, DateTime, Float, Numeric)


@cache
def declaration() -> Declaration:
    """What is declared."""
    return read_declaration(tomllib.loads(FILE.read_text(encoding="utf-8")))


def texts() -> Mapping[str, tuple[str, ...]]:
    """The columns that may hold a text, by table: neither numbers, nor instants, nor one of a few words."""
    return {
        table.name: tuple(
            column.name
            for column in table.columns
            if not isinstance(getattr(column.type, "impl", column.type), _NO_TEXT)
            and not getattr(column.type, "enums", None)
        )
        for table in Base.metadata.sorted_tables
    }


def faults() -> list[str]:
    """Where the declaration and the tables differ: there should be none."""
    erasers = {*REGISTRY, *TICKS, *PURE_ERASURES}
    return list(faults_of(declaration(), texts(), erasers=erasers, durations=durations()))
