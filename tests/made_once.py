"""What every process of a session needs alike, made by the first that asks for it."""

import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest


def seen_by_all(config: pytest.Config, own: Path) -> Path:
    """The temporary folder of the whole session: that of this process, or, where another leads it, the one around."""
    return own.parent if hasattr(config, "workerinput") else own


def made_once(mark: Path, make: Callable[[], object]) -> None:
    """Make it, unless this file says that it is made; another process that asks meanwhile waits."""
    if mark.exists():
        return
    with mark.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mark.exists():
            make()
            mark.touch()
