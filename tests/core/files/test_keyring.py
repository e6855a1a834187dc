import pytest
from cryptography.fernet import Fernet

from portal.core.files.keyring import Keyring, WrongKey

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_the_newest_key_wraps_and_every_key_unwraps():
    old_token = Keyring([OLD]).wrap(b"secret")
    ring = Keyring([NEW, OLD])
    assert ring.unwrap(old_token) == b"secret"
    assert Keyring([NEW]).unwrap(ring.wrap(b"secret")) == b"secret"


def test_a_key_that_is_no_longer_in_the_ring_opens_nothing():
    with pytest.raises(WrongKey):
        Keyring([NEW]).unwrap(Keyring([OLD]).wrap(b"secret"))


def test_rewrapping_frees_a_token_from_the_old_key():
    ring, token = Keyring([NEW, OLD]), Keyring([OLD]).wrap(b"secret")
    assert not ring.is_current(token)
    assert ring.is_current(ring.rewrap(token))
    assert Keyring([NEW]).unwrap(ring.rewrap(token)) == b"secret"


@pytest.mark.parametrize("keys", [[], ["trop court"]])
def test_a_ring_without_a_usable_key_is_refused_when_made(keys):
    with pytest.raises(ValueError):  # noqa: PT011 - Fernet words its own
        Keyring(keys)


def test_a_ring_never_shows_its_keys():
    assert OLD not in repr(Keyring([OLD]))
