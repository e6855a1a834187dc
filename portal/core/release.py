"""Which version of the portal this code is."""

import tomllib
from functools import cache

from portal.core.config import ROOT


@cache
def version() -> str:
    """The version of this code."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(told["project"]["version"])
