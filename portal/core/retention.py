"""How long the portal keeps its own data: days from a dated file, which an organisation may set otherwise."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from portal.core.dataclass import dataclass

FILE = Path(__file__).with_name("retention.toml")


@dataclass(frozen=True)
class Duration:
    """How long something is kept."""

    key: str
    days: int
    most: int
    """The longest that may be set, in days; the shortest is one."""
    fr: str
    en: str


@cache
def durations() -> Mapping[str, Duration]:
    """Every duration as it is shipped, by key."""
    return {key: Duration(key, **said) for key, said in tomllib.loads(FILE.read_text(encoding="utf-8")).items()}


def read_retention(text: str, faults: list[str]) -> dict[str, int]:
    """What an organisation sets (« mail.content=90, accounts.gone=1095 »); what is wrong is added to the faults.

    >>> faults = []
    >>> read_retention("mail.content=90, mail.secret=3, jobs.content=soon, sign_in.links=0", faults), len(faults)
    ({'mail.content': 90}, 3)
    """
    told: dict[str, int] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        key, _equals, days = (one.strip() for one in part.partition("="))
        found = durations().get(key)
        if found is None:
            faults.append(f"VIGIE_RETENTION : « {key} » inconnu ; durées possibles : {', '.join(durations())}.")
        elif not days.isdecimal() or not 1 <= int(days) <= found.most:
            faults.append(f"VIGIE_RETENTION : {key} se règle entre 1 et {found.most} jours.")
        else:
            told[key] = int(days)
    return told


def days_kept(key: str, told: Mapping[str, int]) -> int:
    """How many days something is kept here; raises KeyError for a duration that does not exist."""
    return told.get(key, durations()[key].days)


def kept_since(key: str, now: datetime, told: Mapping[str, int]) -> datetime:
    """What is older than this instant is erased."""
    return now - timedelta(days=days_kept(key, told))
