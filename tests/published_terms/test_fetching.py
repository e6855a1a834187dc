"""A page is fetched within bounds, from where everybody could read it, and from nowhere else."""

import gzip
import ssl
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from portal.published_terms import fetching
from portal.published_terms.fetching import MOST_BYTES, fetch_page
from portal.published_terms.rules.addresses import NotFetched, page_address, redirected
from tests.published_terms.conftest import INSIDE, OUTSIDE, reply, way_to

ADDRESS = "http://nimbus.example/dpa"


def answering(data):
    return lambda connection, _asked: connection.sendall(data)


def refused(address, way):
    with pytest.raises(NotFetched) as refusal:
        fetch_page(address, way)
    return str(refusal.value.sentence)


def test_a_page_is_fetched_with_its_name_and_nothing_else_of_ours(site):
    here = site(answering(reply(b"<p>48 heures</p>")))
    found = fetch_page(ADDRESS, way_to(here))
    assert (found.data, found.name, found.address) == (b"<p>48 heures</p>", "page.html", ADDRESS)
    asked = here.asked[0].decode()
    assert "Host: nimbus.example\r\n" in asked
    assert "cookie" not in asked.lower()
    assert "authorization" not in asked.lower()


@pytest.mark.parametrize(
    "location",
    [
        f"http://{INSIDE}/admin", "http://[::1]/", "http://169.254.169.254/latest/meta-data", "http://10.0.0.8/",
        "http://[::ffff:127.0.0.1]/", "http://interne.example/", "file:///etc/passwd", "gopher://nimbus.example/",
        "http://nimbus.example:8080/", "http://moi@nimbus.example/",
    ],
)  # fmt: skip
def test_a_redirection_to_the_inside_is_not_followed(site, location):
    inside = site(answering(reply(b"secret")))
    here = site(answering(reply(b"", f"Location: {location}", status="302 Found")))
    refused(ADDRESS, way_to(here, names={"interne.example": INSIDE}, inside=inside))
    assert inside.asked == []


def test_a_redirection_to_another_public_page_is_followed_and_told(site):
    def answer(connection, asked):
        away = b"GET /ici" not in asked
        connection.sendall(reply(b"", "Location: /ici", status="301 Moved") if away else reply(b"<p>la</p>"))

    assert fetch_page(ADDRESS, way_to(site(answer))).address == "http://nimbus.example/ici"


def test_redirections_without_end_are(site):
    here = site(answering(reply(b"", "Location: /encore", status="302 Found")))
    assert "fois" in refused(ADDRESS, way_to(here))
    assert len(here.asked) == fetching.MOST_HOPS + 1


def test_a_name_that_changes_its_answer_is_asked_once_and_held_to_it(site):
    here = site(answering(reply(b"<p>public</p>")))
    answers, reached = [[OUTSIDE], [INSIDE]], []
    way = way_to(here)

    def connect(address, port, left):
        reached.append(address)
        return way.connect(address, port, left)

    asked = []
    moving = replace(way, resolve=lambda host, _port: asked.append(host) or answers[len(asked) - 1], connect=connect)
    assert fetch_page(ADDRESS, moving).data == b"<p>public</p>"
    assert (asked, reached) == (["nimbus.example"], [OUTSIDE])


@pytest.mark.parametrize("found", [[INSIDE], [OUTSIDE, INSIDE], [], ["::1"], ["pas une adresse"]])
def test_one_address_that_is_not_public_refuses_the_name(site, found):
    here = site(answering(reply(b"x")))
    said = refused(ADDRESS, replace(way_to(here), resolve=lambda _host, _port: found))
    assert "nimbus.example" in said
    assert here.asked == []


def test_without_a_way_out_the_failure_says_what_to_do(site):
    def no_network(_host, _port):
        raise OSError("Name or service not known")

    assert "internet" in refused(ADDRESS, replace(way_to(site(answering(b""))), resolve=no_network))


def test_a_site_that_drips_is_left_after_the_time_given(site):
    def drip(connection, _asked):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
        for _ in range(400):
            connection.sendall(b"X-A: b\r\n")
            time.sleep(0.05)

    begun = time.monotonic()
    assert "secondes" in refused(ADDRESS, way_to(site(drip), seconds=0.6))
    assert time.monotonic() - begun < 4


def test_a_body_that_drips_is_left_too(site):
    def drip(connection, _asked):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        for _ in range(400):
            connection.sendall(b"x")
            time.sleep(0.05)

    assert "secondes" in refused(ADDRESS, way_to(site(drip), seconds=0.6))


def test_a_body_without_end_is_not_kept(site):
    def endless(connection, _asked):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    assert "Mo" in refused(ADDRESS, way_to(site(endless)))


def test_a_small_body_that_unpacks_into_a_large_one_is_not_kept(site):
    bomb = gzip.compress(b"\0" * (50 * MOST_BYTES))
    assert len(bomb) < MOST_BYTES
    here = site(answering(reply(bomb, "Content-Encoding: gzip")))
    assert "Mo" in refused(ADDRESS, way_to(here))


def test_a_packed_page_is_unpacked(site):
    here = site(answering(reply(gzip.compress(b"<p>dit</p>"), "Content-Encoding: gzip")))
    assert fetch_page(ADDRESS, way_to(here)).data == b"<p>dit</p>"


@pytest.mark.parametrize(
    "data",
    [
        reply(b"x", kind="image/png"), reply(b"x", kind="application/zip"), reply(b"x", "Content-Encoding: br"),
        reply(b"non gzip", "Content-Encoding: gzip"), reply(b"", status="404 Not Found"), reply(b"   \n "),
        reply(b"x", status="302 Found"), b"pas du HTTP", b"",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\ncoupe",
        reply(gzip.compress(b"entier" * 999)[:40], "Content-Encoding: gzip"),
        b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 500, b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_page_is_a_failure_that_is_said(site, data):
    assert refused(ADDRESS, way_to(site(answering(data))))


def test_the_name_is_kept_for_the_certificate_while_the_address_is_the_one_checked(site, tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "nimbus.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("nimbus.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    own = tmp_path / "own.pem"
    own.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(own)
    named = []
    serving.sni_callback = lambda _sock, host, _context: named.append(host)

    class Tls(type(site(answering(b"")))):
        def _one(self, connection):
            try:
                with serving.wrap_socket(connection, server_side=True) as wrapped:
                    self.asked.append(wrapped.recv(65536))
                    wrapped.sendall(reply(b"<p>chiffre</p>"))
            except OSError:
                pass

    here = Tls(None)
    trusting = ssl.create_default_context(cafile=own)
    way = replace(way_to(here), tls=lambda: trusting)
    try:
        assert fetch_page("https://nimbus.example/dpa", way).data == b"<p>chiffre</p>"
        assert named == ["nimbus.example"]
        assert "certificat" in refused("https://autre.example/dpa", way)
        assert "certificat" in refused("https://nimbus.example/dpa", way_to(here)), "nobody vouches for it"
    finally:
        here.stop()


def test_a_page_that_leaves_https_is_not_followed(site):
    with pytest.raises(NotFetched):
        redirected(page_address("https://nimbus.example/"), "http://nimbus.example/")
