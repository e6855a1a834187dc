"""`python -m portal.seed.announce URL`: wait until the portal just started can be used, then say who may sign in.

It loads the settings alone, so that it is ready before the portal is.
"""

import json
import sys
import time
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from portal.core.config import Settings

PATIENCE_SECONDS = 120
PAUSE_SECONDS = 0.25
_DIRECT = build_opener(ProxyHandler({}))
"""Asks this machine itself, whatever proxy the environment names."""


def wait_until_ready(url: str, patience_seconds: float = PATIENCE_SECONDS) -> str:
    """Nothing once the address answers 200; what it answered last when that takes too long."""
    last = time.monotonic() + patience_seconds
    while trouble := _trouble(url):
        if time.monotonic() >= last:
            return f"Le portail ne répond pas encore à {url} : {trouble}"
        time.sleep(PAUSE_SECONDS)
    return ""


def _trouble(url: str) -> str:
    try:
        with _DIRECT.open(url, timeout=5) as answer:  # nosec B310  # an address of the settings, http(s)
            return "" if answer.status == HTTPStatus.OK else f"{answer.status}"
    except HTTPError as refusal:
        return f"{refusal.code} {refusal.read(500).decode(errors='replace').strip()}"
    except (URLError, OSError) as failure:
        return str(failure)


def note_logins(settings: Settings, password: str, logins: Sequence[tuple[str, str]]) -> None:
    """Keep the accounts of the demonstration, as (role, address), beside it."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    note = note_file(settings)
    note.write_text(json.dumps({"password": password, "logins": logins}), encoding="utf-8")
    note.chmod(0o600)


def note_file(settings: Settings) -> Path:
    """Where the accounts of the demonstration are noted, with their password."""
    return settings.data_dir / "demo.json"


def announcement(settings: Settings) -> str:
    """Where the portal is and, when it holds the demonstration, who may sign in."""
    lines = ["", f"  Vigie est prête : {settings.base_url}", ""]
    note = note_file(settings)
    if note.exists():
        found = json.loads(note.read_text(encoding="utf-8"))
        lines += [f"  {role:20} {email}" for role, email in found["logins"]]
        lines += [f"  {'mot de passe':20} {found['password']}", ""]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Ask the one address given; exit status 1, with what it answered last, when it takes too long."""
    trouble = wait_until_ready(arguments[0])
    print(trouble or announcement(Settings.from_env()), file=sys.stderr if trouble else sys.stdout, flush=True)
    return int(bool(trouble))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
