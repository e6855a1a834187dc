"""The key of the seal: in one file that nobody else reads, replaced without losing what it sealed."""

import stat
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from portal.core.seal import NoSealKey, SealKeyExists, make_seal_key, read_seal_key

AT = datetime(2026, 11, 27, 9, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "secrets" / "seal.json"


def test_the_file_is_for_its_owner_alone_and_says_nothing_when_shown(path):
    made = make_seal_key(path, "Maison Verdier", at=AT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert read_seal_key(path) == made
    assert "PRIVATE" not in repr(made)


def test_the_certificate_is_of_the_organisation_for_signing_only_on_p_256(path):
    certificate = x509.load_pem_x509_certificate(make_seal_key(path, "Maison Verdier", at=AT).certificates[0].encode())
    assert {one.value for one in certificate.subject} == {"Maison Verdier"}
    assert isinstance(certificate.public_key().curve, ec.SECP256R1)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert not usage.key_cert_sign
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_name_longer_than_a_certificate_takes_is_cut(path):
    certificate = x509.load_pem_x509_certificate(make_seal_key(path, "é" * 200, at=AT).certificates[0].encode())
    assert {one.value for one in certificate.subject} == {"é" * 32}


def test_a_key_is_never_replaced_by_mistake(path):
    made = make_seal_key(path, "Maison Verdier", at=AT)
    with pytest.raises(SealKeyExists):
        make_seal_key(path, "Maison Verdier", at=AT)
    assert read_seal_key(path) == made


def test_a_replaced_key_is_destroyed_and_its_certificate_kept(path):
    first = make_seal_key(path, "Maison Verdier", at=AT)
    second = make_seal_key(path, "Maison Verdier", at=AT, replace=True)
    assert second.private != first.private
    assert second.fingerprints[1:] == first.fingerprints
    assert first.private.splitlines()[1] not in path.read_text()


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"private": "x"}'])
def test_a_file_that_is_absent_or_broken_is_no_key(path, content):
    path.parent.mkdir()
    if content is not None:
        path.write_text(content)
    with pytest.raises(NoSealKey):
        read_seal_key(path)
