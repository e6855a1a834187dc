"""Servers of timestamps (RFC 3161) on this machine: one that answers, one that takes the call and never does."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer


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

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            answer = stamper.request_tsa_response(asked).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def silent_server() -> Iterator[tuple[str, socket.socket]]:
    """The address of a server that takes calls and answers none, and the socket they come in by."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/", listening
