"""The data files of the register, read once per process."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.dora.rules.structure import DoraStructure, read_structure
from portal.vendors.reference import atlas

FOLDER = Path(__file__).resolve().parent / "data"


@lru_cache(maxsize=1)
def structure() -> DoraStructure:
    """Tables, columns, codes and references."""
    return read_structure(_document("tables.toml"), _document("codes.toml"), atlas().codes)


def _document(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
