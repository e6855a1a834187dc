import argon2
import pytest
from argon2 import extract_parameters
from sqlalchemy import select, text

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core import tokens
from portal.core.clock import now
from portal.core.errors import Refused
from portal.identity import rules, services
from portal.identity.models import User
from portal.identity.services import passwords
from portal.identity.services.links import HOME
from portal.jobs.models import Mail
from tests.factories.people import user_of
from tests.pages import PageClient

PASSWORD = "une phrase de marée"
NEW = "une autre phrase salée"


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


def test_a_weak_password_is_not_hashed(ctx):
    with pytest.raises(Refused, match="12"):
        passwords.new_hash("court", user_of(ctx.session, Role.DPO))


def test_passwords_are_hashed_one_at_a_time(monkeypatch):
    """Four people who sign in at once would take every processor from those who answer."""
    alone = []

    class Hasher:
        def verify(self, _stored, _typed):
            alone.append(passwords._ONE_AT_A_TIME.locked())

        def hash(self, _password):
            alone.append(passwords._ONE_AT_A_TIME.locked())

    monkeypatch.setattr(passwords, "_hasher", Hasher)
    passwords.is_correct("stored", PASSWORD)
    passwords.hash_password(PASSWORD)
    assert alone == [True, True]


# Nobody waits for a password: while it is hashed the request has let go of the database, on both databases.


@pytest.fixture
def served(_app, lasting):
    before = _app.extensions["vigie.database"]
    _app.extensions["vigie.database"] = lasting
    yield _app
    _app.extensions["vigie.database"] = before


@pytest.fixture
def user(lasting):
    with lasting.transaction() as session:
        return user_of(session, Role.DPO, password_hash=passwords.hash_password(PASSWORD))


@pytest.fixture
def hashed(lasting, monkeypatch):
    """What is hashed and compared; each time no connection is taken, and somebody else can write."""
    seen, real = [], passwords._hasher()

    def note(what):
        assert lasting.engine.pool.checkedout() == 0, f"the database is held while a password is {what}"
        with lasting.transaction() as other:
            other.execute(text("DELETE FROM heartbeat"))
        seen.append(what)

    class Hasher:
        check_needs_rehash = staticmethod(real.check_needs_rehash)

        def verify(self, stored, typed):
            note("compared")
            return real.verify(stored, typed)

        def hash(self, typed):
            note("hashed")
            return real.hash(typed)

    passwords._dummy_hash()
    monkeypatch.setattr(passwords, "_hasher", Hasher)
    return seen


@pytest.mark.parametrize(("typed", "status"), [(PASSWORD, 302), ("mauvais", 422)])
def test_the_database_is_free_while_a_password_is_compared(served, user, hashed, typed, status):
    PageClient(served).post("/connexion", {"email": user.email, "password": typed}, status=status)
    assert hashed == ["compared"]


def test_an_unknown_address_is_compared_as_freely(served, user, hashed):
    PageClient(served).post("/connexion", {"email": "inconnu@exemple.test", "password": PASSWORD}, status=422)
    assert hashed == ["compared"]


def test_the_database_is_free_while_a_new_password_is_hashed(served, lasting, user, hashed):
    given = {"old": PASSWORD, "password": NEW, "again": NEW}
    PageClient(served, user).post("/mon-compte/mot-de-passe", given)
    assert hashed == ["compared", "hashed"]
    with lasting.reading() as session:
        kept = session.get_one(User, user.id).password_hash
    assert passwords.is_correct(kept, NEW)


def test_the_database_is_free_while_a_link_is_taken_up(served, lasting, user, hashed, secrets):
    with lasting.transaction() as session:
        services.send_reset(Context(session, SYSTEM, now()), secrets, session.get_one(User, user.id), landing=HOME)
        token = tokens.derive(secrets.tokens, session.scalars(select(Mail)).one().payload["token"])
    given = {"token": token, "password": NEW, "again": NEW}
    PageClient(served).post("/mot-de-passe/nouveau", given, page="/connexion")
    assert hashed == ["hashed"]
