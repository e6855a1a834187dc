import json
from base64 import urlsafe_b64decode

import pytest
from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf, validate_csrf
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import BadSignature, URLSafeTimedSerializer
from wtforms.validators import ValidationError

from portal.web import signing
from portal.web.signing import CSRF_SALT, KeptCookies, of_forms

KEY, OLD = "une clé", "une clé d'avant"
YEAR = 365 * 86_400
HELD = st.dictionaries(
    st.text(max_size=20), st.none() | st.booleans() | st.integers() | st.text(max_size=40), max_size=5
)


@pytest.fixture
def app():
    made = Flask("signed")
    made.secret_key = KEY
    return made


@given(HELD)
def test_a_cookie_is_signed_as_flask_signs_it_and_each_reads_the_other(held):
    app = Flask("signed")
    app.secret_key = KEY
    ours, flasks = (kind().get_signing_serializer(app) for kind in (KeptCookies, SecureCookieSessionInterface))
    with app.app_context():
        signed = ours.dumps(held)
        assert flasks.loads(signed, max_age=YEAR) == held == ours.loads(flasks.dumps(held), max_age=YEAR)
        # Of the same second, the same letters: nothing of a signature differs.
        payload, stamp, _signature = signed.rsplit(".", 2)
        assert flasks.make_signer().get_signature(f"{payload}.{stamp}") == signed.rpartition(".")[2].encode()


# The last letter of a signature bears four bits of its six: four letters spell the same bytes there.
@pytest.mark.parametrize(
    "spoilt", [lambda s: "x" + s, lambda s: s[1:], lambda s: s[:-1], lambda s: s.rpartition(".")[0], lambda s: ""]
)
def test_what_was_cut_or_lengthened_is_refused(app, spoilt):
    ours = KeptCookies().get_signing_serializer(app)
    with app.app_context():
        signed = ours.dumps({"_user_id": "1"})
        with pytest.raises(BadSignature):
            ours.loads(spoilt(signed), max_age=YEAR)


def test_what_was_altered_is_refused_wherever_the_letter_stands(app):
    ours = KeptCookies().get_signing_serializer(app)
    with app.app_context():
        signed = ours.dumps({"_user_id": "1"})
        for at, letter in enumerate(signed[:-1]):
            with pytest.raises(BadSignature):
                ours.loads(signed[:at] + ("A" if letter != "A" else "B") + signed[at + 1 :], max_age=YEAR)


def test_a_retired_key_opens_and_does_not_sign(app):
    with app.app_context():
        cookies = KeptCookies()
        old = cookies.get_signing_serializer(app).dumps({"a": 1})
        app.secret_key = "une autre"
        with pytest.raises(BadSignature):
            cookies.get_signing_serializer(app).loads(old)
        app.config["SECRET_KEY_FALLBACKS"] = [KEY]
        both = cookies.get_signing_serializer(app)
        assert both.loads(old) == {"a": 1}
        new = both.dumps({"a": 1})
        app.secret_key, app.config["SECRET_KEY_FALLBACKS"] = KEY, None
        with pytest.raises(BadSignature):
            cookies.get_signing_serializer(app).loads(new)


def test_without_a_key_nothing_is_signed(app):
    app.secret_key = None
    assert KeptCookies().get_signing_serializer(app) is None


def test_a_cookie_that_is_too_old_is_refused(app):
    ours = KeptCookies().get_signing_serializer(app)
    with app.app_context(), pytest.raises(BadSignature):
        ours.loads(ours.dumps({"a": 1}), max_age=-1)


def test_another_salt_is_another_signature():
    kept = of_forms(KEY)
    assert kept.loads(kept.dumps("a")) == "a"
    with pytest.raises(BadSignature):
        kept.loads(kept.dumps("a", salt="autre"))
    with pytest.raises(BadSignature):
        of_forms(OLD).loads(kept.dumps("a"))


@given(st.text(alphabet="0123456789abcdef", min_size=40, max_size=40))
def test_the_token_of_forms_is_that_of_flask_wtf(drawn):
    theirs = URLSafeTimedSerializer(KEY, salt=CSRF_SALT)
    assert theirs.loads(of_forms(KEY).dumps(drawn)) == drawn == of_forms(KEY).loads(theirs.dumps(drawn))


def test_flask_wtf_takes_our_token_and_no_other(app):
    with app.test_request_context():
        generate_csrf()
        validate_csrf(of_forms(KEY).dumps(session["csrf_token"]))
        for wrong in (of_forms(KEY).dumps("0" * 40), of_forms(OLD).dumps(session["csrf_token"])):
            with pytest.raises(ValidationError):
                validate_csrf(wrong)


def test_the_portal_signs_its_cookie_so(app):
    signing.install(app)
    client = app.test_client()

    @app.get("/")
    def page():
        session["a"] = "b"
        return "."

    cookie = client.get("/").headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    payload = cookie.partition(".")[0]
    assert json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4))) == {"a": "b"}
    with app.app_context():
        assert SecureCookieSessionInterface().get_signing_serializer(app).loads(cookie) == {"a": "b"}
