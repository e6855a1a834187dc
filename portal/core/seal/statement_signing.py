"""Signing a statement and checking it; loaded when one is signed (cryptography is heavy)."""

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

HALF = 32
"""Bytes of each of the two numbers of a signature on P-256."""


def sign(private: str, statement: bytes) -> bytes:
    """The signature of a statement (ECDSA, P-256, SHA-256): 64 bytes, as browsers check them."""
    key = serialization.load_pem_private_key(private.encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the key of the seal is on P-256")
    r, s = decode_dss_signature(key.sign(statement, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(HALF, "big") + s.to_bytes(HALF, "big")


def is_signed(certificate: str, statement: bytes, signature: bytes) -> bool:
    """Whether the key of a certificate (PEM) signed this statement."""
    r, s = int.from_bytes(signature[:HALF], "big"), int.from_bytes(signature[HALF:], "big")
    try:
        _key(certificate).verify(encode_dss_signature(r, s), statement, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def public_key(certificate: str) -> bytes:
    """The public key of a certificate (PEM), as browsers take it (SubjectPublicKeyInfo, DER)."""
    return _key(certificate).public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _key(certificate: str) -> ec.EllipticCurvePublicKey:
    key = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise TypeError("the key of the seal is on P-256")
    return key
