"""An identity provider of our own for tests: it answers as it should, or lies where it is told to."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwk, jwt

from portal.core.provider_settings import ProviderSettings
from tests.serving import serving

CLIENT, SECRET = "vigie", "a secret of the client, long enough"


@dataclass
class LyingProvider:
    """What it says; a test changes what it likes."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    info: dict[str, Any] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "ES256", "kid": "first"})
    key: Any = field(default_factory=lambda: jwk.ECKey.generate_key("P-256", {"kid": "first"}))
    shown_keys: list[Any] | None = None
    """The keys it publishes, when they are not the one it signs with."""
    token: dict[str, Any] = field(default_factory=dict)
    """Members of the token's answer to change; None takes one away."""
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    """What it answers to a path whatever is asked."""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def settings(self) -> ProviderSettings:
        """The portal's settings for it."""
        return ProviderSettings(
            issuer=self.issuer, client_id=CLIENT, client_secret=SECRET, name="Annuaire",
            roles=(("vigie-admins", "admin"), ("conformite", "dpo")), strong=frozenset({"mfa"}),
        )  # fmt: skip

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of a request."""
        self.asked.append((path, form))
        if path in self.answers:
            return self.answers[path]
        found = {
            "/.well-known/openid-configuration": self._metadata,
            "/jwks": lambda: {"keys": [key.as_dict(private=False) for key in self.shown_keys or [self.key]]},
            "/token": self._token,
            "/userinfo": lambda: self.info,
        }[path]()
        return 200, {"Content-Type": "application/json"}, json.dumps(found).encode()

    def _metadata(self) -> dict[str, Any]:
        told = {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/jwks",
        }  # fmt: skip
        if self.info is not None:
            told["userinfo_endpoint"] = f"{self.issuer}/userinfo"
        return {name: value for name, value in {**told, **self.metadata}.items() if value is not None}

    def _token(self) -> dict[str, Any]:
        claims = {name: value for name, value in self.claims.items() if value is not None}
        if self.header["alg"] == "none":
            parts = [json.dumps(self.header), json.dumps(claims)]
            written = ".".join(urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts) + "."
        else:
            written = jwt.encode(self.header, claims, self.key, algorithms=[self.header["alg"]])
        told = {"access_token": "an access token", "token_type": "Bearer", "id_token": written, **self.token}
        return {name: value for name, value in told.items() if value is not None}


@contextmanager
def lying_provider() -> Iterator[LyingProvider]:
    """One, served by a thread of this process."""
    provider = LyingProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._tell({})

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._tell({name: values[0] for name, values in parse_qs(text).items()})

        def _tell(self, form: dict[str, str]) -> None:
            status, headers, body = provider.answer(self.path, form)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):  # whoever asked may have had enough
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        provider.issuer = f"http://{address}"
        yield provider
