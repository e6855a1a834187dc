"""Drawing a key and the certificate it signs itself; loaded when a key is made (cryptography is heavy)."""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LONGEST_NAME = 64
"""Bytes of a name in a certificate (RFC 5280, ub-common-name)."""


def draw(organisation: str, since: datetime, until: datetime) -> tuple[str, str]:
    """A new EC P-256 key and its certificate, in PEM; the certificate can sign documents and nothing else."""
    key = ec.generate_private_key(ec.SECP256R1())
    said = organisation.encode()[:LONGEST_NAME].decode(errors="ignore")
    kinds = (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
    name = x509.Name([x509.NameAttribute(kind, said) for kind in kinds])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()
