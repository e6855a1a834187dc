import argon2
import pytest
from argon2 import extract_parameters

from portal.authz.policy import Role
from portal.core.errors import Refused
from portal.identity import rules
from portal.identity.services import passwords
from tests.factories.people import user_of


def test_the_portal_hashes_with_all_the_work_that_the_library_advises(true_hasher):
    """Other tests hash with the least: what people's passwords get is read here."""
    stored = true_hasher().hash("une phrase de marée")
    assert extract_parameters(stored) == argon2.profiles.RFC_9106_LOW_MEMORY
    assert passwords.is_outdated(passwords.hash_password("une phrase de marée")) is False
    assert true_hasher().check_needs_rehash(passwords.hash_password("une phrase de marée"))


def test_a_hash_is_argon2id_and_says_nothing_of_the_password():
    made = passwords.hash_password("une phrase de marée")
    assert made.startswith("$argon2id$")
    assert made != passwords.hash_password("une phrase de marée")


def test_the_right_password_is_recognised_however_its_accents_were_typed():
    made = passwords.hash_password("une phrase de mare\u0301e")
    assert passwords.is_correct(made, "une phrase de mar\u00e9e")
    assert not passwords.is_correct(made, "une phrase de maree")


def test_a_longer_password_than_allowed_is_not_cut_to_a_right_one():
    longest = "abcdefgh" * 25
    assert len(longest) == rules.PASSWORD_MAXIMUM
    made = passwords.hash_password(longest)
    assert passwords.is_correct(made, longest)
    assert not passwords.is_correct(made, longest + "x")


def test_without_a_hash_the_answer_is_no_after_the_same_work(monkeypatch):
    verified = []

    class Hasher:
        def verify(self, stored, typed):
            verified.append(stored)
            return True

        def hash(self, password):
            return "decoy"

    monkeypatch.setattr(passwords, "_hasher", Hasher)
    passwords._dummy_hash.cache_clear()
    assert passwords.is_correct(None, "une phrase de marée") is False
    assert verified == ["decoy"]
    passwords._dummy_hash.cache_clear()


def test_a_stored_value_that_is_no_hash_matches_nothing():
    assert not passwords.is_correct("x", "x")


def test_a_weak_password_is_not_set(ctx):
    user = user_of(ctx.session, Role.DPO)
    with pytest.raises(Refused, match="12"):
        passwords.set_password(ctx, user, "court")
    assert user.password_hash is None
