"""The scale shipped as a file, read once per process and identified by its hash."""

import hashlib
import tomllib
from functools import lru_cache
from pathlib import Path

from portal.core.dataclass import dataclass
from portal.scorecards import rules


@dataclass(frozen=True)
class ScaleFile:
    """A scale and the hash of the file it was read from."""

    scale: rules.Scale
    sha256: str


@lru_cache(maxsize=4)
def read_scale(folder: Path) -> ScaleFile:
    """The scale of `bareme.toml`; raises ValueError with every defect."""
    data = (folder / "bareme.toml").read_bytes()
    return ScaleFile(rules.parse_scale(tomllib.loads(data.decode("utf-8"))), hashlib.sha256(data).hexdigest())
