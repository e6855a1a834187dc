"""An identity provider that is not ours, in a process of its own: its warnings and its library are its own too."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

from portal.core.provider_settings import ProviderSettings
from tests.databases import free_port

PATIENCE_SECONDS = 30


@contextmanager
def provider_process(*people: Mapping[str, Any]) -> Iterator[str]:
    """The issuer of a running provider that knows these people, by their claims."""
    port = free_port()
    known = [text for claims in people for text in ("--user-claims", json.dumps(claims))]
    # Its own warnings are not ours to answer for.
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    started = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true", *known],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    issuer = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{issuer}/.well-known/openid-configuration", started)
        yield issuer
    finally:
        started.terminate()
        started.wait(10)


def _wait(address: str, started: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and started.poll() is None:
        try:
            with urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the identity provider did not start")


def settings_of(issuer: str, **changes: Any) -> ProviderSettings:
    """The portal's settings for it."""
    told = {
        "issuer": issuer, "client_id": "vigie", "client_secret": "un secret", "name": "Annuaire",
        "roles": (("vigie-admins", "admin"), ("conformite", "dpo")), "opens_accounts": True,
    }  # fmt: skip
    return ProviderSettings(**{**told, **changes})
