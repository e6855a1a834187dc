"""An authenticator of our own for tests: it makes passkeys and shows them as a browser would send them."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, MADE = 0x01, 0x04, 0x40


def text(value: bytes) -> str:
    """Base64url, without padding."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def value(told: str) -> bytes:
    """What a base64url text stands for."""
    return urlsafe_b64decode(told + "=" * (-len(told) % 4))


@dataclass
class Authenticator:
    """One passkey of one site; every field may be made to lie."""

    origin: str = "http://localhost:8000"
    count: int = 0
    flags: int = PRESENT | VERIFIED
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: bytes = b""

    def create(self, asked: str, **changes: Any) -> str:
        """The answer to the options of a creation."""
        options = {**json.loads(asked), **changes}
        self.handle = value(options["user"]["id"])
        point = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        credential = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + public
        data = self._data(options["rp"]["id"], self.flags | MADE) + credential
        client = self._client("webauthn.create", options["challenge"])
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        told = {"clientDataJSON": text(client), "attestationObject": text(attestation), "transports": ["internal"]}
        return self._answer(told)

    def get(self, asked: str, **changes: Any) -> str:
        """The answer to the options of a request."""
        options = {**json.loads(asked), **changes}
        data = self._data(options["rpId"], self.flags)
        client = self._client("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        told = {"clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signature)}
        return self._answer({**told, "userHandle": text(self.handle)})

    def _data(self, party: str, flags: int) -> bytes:
        return hashlib.sha256(party.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, told: dict[str, Any]) -> str:
        name = text(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": told})
