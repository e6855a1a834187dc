"""Statements signed with the key of the seal: a few bytes of which it can be shown that the organisation said them."""

from typing import TYPE_CHECKING

from portal.core.late import late
from portal.core.seal.key import SealKey

if TYPE_CHECKING:
    from portal.core.seal import statement_signing
else:
    statement_signing = late("portal.core.seal.statement_signing")


def sign_statement(key: SealKey, statement: bytes) -> bytes:
    """The signature of a statement (ECDSA, P-256, SHA-256): 64 bytes, as browsers check them."""
    return statement_signing.sign(key.private, statement)


def is_signed(certificate: str, statement: bytes, signature: bytes) -> bool:
    """Whether the key of a certificate (PEM) signed this statement."""
    return statement_signing.is_signed(certificate, statement, signature)


def public_key(certificate: str) -> bytes:
    """The public key of a certificate (PEM), as browsers take it (SubjectPublicKeyInfo, DER)."""
    return statement_signing.public_key(certificate)
