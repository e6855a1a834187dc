"""The dated data of the domain (countries, adequacy, weights of inherent risk), read once per process."""

import tomllib
from functools import lru_cache
from pathlib import Path

from portal.vendors.rules.countries import Atlas, read_atlas
from portal.vendors.rules.tier import InherentScale, read_scale

FOLDER = Path(__file__).resolve().parent / "data"


@lru_cache(maxsize=1)
def atlas() -> Atlas:
    """Countries, regions, the EEA and adequacy decisions, each with its dates."""
    return read_atlas(tomllib.loads((FOLDER / "countries.toml").read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def inherent_scale() -> InherentScale:
    """The weights of inherent risk."""
    return read_scale(tomllib.loads((FOLDER / "inherent.toml").read_text(encoding="utf-8")))
