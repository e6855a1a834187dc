"""Servers of timestamps (RFC 3161) on this machine: two that answer, one that takes the call and never does."""

import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from tests.serving import serving


@contextmanager
def answering_server() -> Iterator[str]:
    """The address of a server whose certificate was drawn just now."""
    from asn1crypto import keys, tsp
    from asn1crypto import x509 as asn1_x509
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from pyhanko.sign.timestamps import DummyTimeStamper

    key = rsa.generate_private_key(65537, 2048)  # the only kind that pyHanko's stands on
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Horodatage d'essai")])
    since = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, since, since + timedelta(days=9))
        .add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    der, plain = serialization.Encoding.DER, serialization.NoEncryption()
    private = keys.PrivateKeyInfo.load(key.private_bytes(der, serialization.PrivateFormat.PKCS8, plain))
    its_own = asn1_x509.Certificate.load(certificate.public_bytes(der))
    stamper = DummyTimeStamper(its_own, private, certs_to_embed=[its_own])

    with _served(lambda asked: stamper.request_tsa_response(tsp.TimeStampReq.load(asked)).dump()) as address:
        yield address


@contextmanager
def openssl_server(folder: Path) -> Iterator[tuple[str, Path]]:
    """The address of a server whose answers `openssl ts -reply` makes, and the certificate to check them with."""
    settings, key, certificate = folder / "tsa.cnf", folder / "tsa.key", folder / "tsa.pem"
    (folder / "serial").write_text("01\n")
    settings.write_text(
        "[req]\ndistinguished_name = name\nprompt = no\nx509_extensions = stamping\n[name]\nCN = Horodatage\n"
        "[stamping]\nextendedKeyUsage = critical,timeStamping\n[tsa]\ndefault_tsa = ours\n[ours]\n"
        f"serial = {folder / 'serial'}\nsigner_cert = {certificate}\nsigner_key = {key}\nsigner_digest = sha256\n"
        "default_policy = 1.2.3.4\ndigests = sha256\n"
    )
    _openssl(
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "9",
        "-config", settings,
    )  # fmt: skip

    def answer(asked: bytes) -> bytes:
        (folder / "asked.tsq").write_bytes(asked)
        _openssl("ts", "-reply", "-queryfile", folder / "asked.tsq", "-out", folder / "a.tsr", "-config", settings)
        return (folder / "a.tsr").read_bytes()

    with _served(answer) as address:
        yield address, certificate


def _openssl(*words: object) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


@contextmanager
def _served(answer_to: Callable[[bytes], bytes]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = answer_to(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with serving(HTTPServer(("127.0.0.1", 0), Handler)) as address:
        yield f"http://{address}/"


@contextmanager
def silent_server() -> Iterator[tuple[str, socket.socket]]:
    """The address of a server that takes calls and answers none, and the socket they come in by."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/", listening
