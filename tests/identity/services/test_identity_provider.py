"""What an identity provider says, and every way in which it can lie or fail."""

import json
from datetime import timedelta

import pytest
from authlib.oidc.core.util import create_half_hash
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwk
from structlog.testing import capture_logs

from portal.core import tokens
from portal.core.errors import Refused
from portal.identity.services import Challenge, ChallengePurpose, ProviderDown, VouchedPerson, identity_provider
from tests.conftest import NOW
from tests.factories.lying_provider import CLIENT, SECRET, lying_provider

BACK = "http://127.0.0.1:8000/connexion/retour"
CODE = "a-code-that-stays-out-of-logs"
AT = int(NOW.timestamp())


@pytest.fixture
def challenge():
    return Challenge(tokens.draw(), ChallengePurpose.PROVIDER, NOW)


@pytest.fixture
def provider(challenge, secrets):
    identity_provider.forget_providers()
    with lying_provider() as told:
        told.claims = {
            "iss": told.issuer, "sub": "248", "aud": CLIENT, "iat": AT, "exp": AT + 300,
            "nonce": challenge.part(secrets, "nonce"), "email": "jeanne@verdelet.example", "email_verified": True,
            "name": "Jeanne Roy", "groups": ["conformite"],
        }  # fmt: skip
        yield told
    identity_provider.forget_providers()


@pytest.fixture
def come_back(provider, secrets, challenge):
    def come(now=NOW, **told):
        answer = {"state": challenge.part(secrets, "state"), "code": CODE, **told}
        given = {name: value for name, value in answer.items() if value is not None}
        return identity_provider.person_of(provider.settings, secrets, challenge, given, BACK, now)

    return come


@pytest.fixture
def refusal(come_back, provider, challenge, secrets):
    """`refusal(…)`: the sentence of a return that opens nothing, with nothing secret in the logs."""

    def refuse(kind=Refused, **told):
        with capture_logs() as logs, pytest.raises(kind) as refused:
            come_back(**told)
        assert refused.type is kind
        written = repr(logs) + repr(refused.value.__cause__) + str(refused.value)
        hidden = (CODE, SECRET, "an access token", challenge.token, challenge.part(secrets, "verifier"), "eyJ")
        assert not [one for one in hidden if one in written]
        assert "Annuaire" in str(refused.value) or "navigateur" in str(refused.value)
        return str(refused.value)

    return refuse


def test_a_person_is_known_by_what_the_provider_signs(come_back, provider, challenge, secrets):
    assert come_back() == VouchedPerson(
        provider.issuer, "248", "jeanne@verdelet.example", True, "Jeanne Roy", ("conformite",), False
    )
    form = dict(provider.asked)["/token"]
    assert (form["code"], form["redirect_uri"]) == (CODE, BACK)
    assert form["code_verifier"] == challenge.part(secrets, "verifier")


def test_the_address_asks_for_a_code_with_a_state_a_nonce_and_a_hashed_verifier(provider, challenge, secrets):
    url = identity_provider.authorization_url(provider.settings, secrets, challenge, BACK)
    assert url.startswith(f"{provider.issuer}/authorize?")
    assert "code_challenge_method=S256" in url
    assert "response_type=code" in url
    assert f"state={challenge.part(secrets, 'state')}" in url
    assert f"nonce={challenge.part(secrets, 'nonce')}" in url
    assert challenge.part(secrets, "verifier") not in url
    assert SECRET not in url


def test_what_is_sent_and_what_stays_cannot_be_made_one_of_the_other(challenge, secrets):
    parts = {challenge.part(secrets, name) for name in ("state", "nonce", "verifier", "challenge")}
    assert len(parts) == 4
    assert challenge.token not in parts


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"iss": "https://evil.example"}, "vérifiée"),
        ({"iss": None}, "vérifiée"),
        ({"aud": "another portal"}, "vérifiée"),
        ({"aud": [CLIENT, "another"]}, "vérifiée"),
        ({"azp": "another portal"}, "vérifiée"),
        ({"nonce": "0" * 64}, "vérifiée"),
        ({"nonce": None}, "vérifiée"),
        ({"sub": None}, "vérifiée"),
        ({"sub": ""}, "vérifiée"),
        ({"sub": "x" * 256}, "vérifiée"),
        ({"sub": 12}, "vérifiée"),
        ({"sub": "a\u0000b"}, "vérifiée"),
        ({"at_hash": "AAAA"}, "vérifiée"),
        ({"exp": AT - 121}, "heure"),
        ({"exp": None}, "vérifiée"),
        ({"iat": AT + 121}, "heure"),
        ({"nbf": AT + 121}, "heure"),
    ],
)  # fmt: skip
def test_a_token_that_is_not_ours_or_not_of_now_opens_nothing(provider, refusal, change, words):
    provider.claims |= change
    assert words in refusal()


def test_clocks_may_be_two_minutes_apart(provider, come_back):
    provider.claims |= {"iat": AT + 119, "exp": AT + 419}
    assert come_back(now=NOW).subject == "248"
    assert come_back(now=NOW + timedelta(seconds=419 + 100)).subject == "248"


def test_a_good_hash_of_the_access_token_and_several_audiences_pass(provider, come_back):
    half = create_half_hash("an access token", "ES256").decode()
    provider.claims |= {"at_hash": half, "aud": [CLIENT, "another"], "azp": CLIENT}
    assert come_back().subject == "248"


def test_a_token_signed_by_another_key_opens_nothing(provider, refusal):
    provider.shown_keys = [jwk.ECKey.generate_key("P-256", {"kid": "first"})]
    assert "vérifiée" in refusal()


def test_keys_that_were_changed_are_asked_for_again(provider, come_back):
    come_back()
    provider.key = jwk.ECKey.generate_key("P-256", {"kid": "second"})
    provider.header["kid"] = "second"
    assert come_back().subject == "248"
    assert [path for path, _ in provider.asked].count("/jwks") == 2


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_that_anybody_can_write_opens_nothing(provider, refusal, algorithm):
    provider.shown_keys = [provider.key]
    provider.header = {"alg": algorithm}
    provider.key = jwk.OctKey.import_key(SECRET)
    assert "vérifiée" in refusal()


def test_without_a_token_nothing_opens(provider, refusal):
    provider.token = {"id_token": None}
    assert "vérifiée" in refusal()
    provider.token = {"id_token": 12}
    assert "vérifiée" in refusal()
    provider.token = {"id_token": "a.b"}
    assert "vérifiée" in refusal()


@pytest.mark.parametrize("state", [None, "", "0" * 64, "é"])
def test_another_state_is_not_an_answer_of_this_browser_and_nothing_is_asked(provider, refusal, state):
    assert "navigateur" in refusal(state=state)
    assert not provider.asked


def test_an_answer_of_another_provider_is_a_mix_up(provider, refusal, come_back):
    assert "navigateur" in refusal(iss="https://evil.example")
    assert come_back(iss=provider.issuer).subject == "248"
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    identity_provider.forget_providers()
    assert "navigateur" in refusal()
    assert come_back(iss=provider.issuer).subject == "248"


def test_a_code_used_twice_is_told_and_an_error_of_the_provider_too(provider, refusal):
    provider.answers["/token"] = (400, {"Content-Type": "application/json"}, b'{"error":"invalid_grant"}')
    assert "déjà servi" in refusal()
    provider.answers["/token"] = (401, {"Content-Type": "application/json"}, b'{"error":"invalid_client"}')
    assert "vérifiée" in refusal()
    assert "refusée" in refusal(error="access_denied", code=None)
    assert "ne répond pas" in refusal(ProviderDown, error="temporarily_unavailable", code=None)
    assert "navigateur" in refusal(code=None)


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "answer",
    [
        (500, JSON, b"{}"),
        (302, {"Location": "http://127.0.0.1:1/"}, b""),
        (200, JSON, b"x"),
        (200, JSON, b"[]"),
        (200, JSON, b"{"),
        (200, JSON, b"[" * 100_000),
        (200, {**JSON, "Content-Encoding": "gzip"}, b"\x1f\x8b"),
        (200, JSON, b'{"a":"' + b"x" * 600_000 + b'"}'),
    ],
    ids=["error", "elsewhere", "words", "a list", "cut", "deep", "packed", "too long"],
)
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks", "/token"])
def test_whatever_it_answers_instead_is_a_sentence(provider, refusal, path, answer):
    provider.answers[path] = answer
    refusal(ProviderDown)


@pytest.mark.parametrize(
    "change",
    [{"issuer": "https://evil.example"}, {"token_endpoint": None}, {"jwks_uri": "file:///etc/passwd"}, {"jwks_uri": 1}],
)
def test_what_it_says_of_itself_must_hold(provider, refusal, change):
    provider.metadata = change
    refusal(ProviderDown)


def test_a_provider_that_is_not_there_is_told(provider, refusal, challenge, secrets):
    provider.issuer = "http://127.0.0.1:1"
    assert "ne répond pas" in refusal(ProviderDown)
    with pytest.raises(ProviderDown):
        identity_provider.authorization_url(provider.settings, secrets, challenge, BACK)


def test_what_the_token_does_not_say_is_asked_apart_for_the_same_person_only(provider, come_back, refusal):
    for name in ("email", "email_verified", "groups"):
        del provider.claims[name]
    provider.info = {"sub": "248", "email": "jeanne@verdelet.example", "email_verified": True, "groups": "conformite"}
    found = come_back()
    assert (found.email, found.is_email_verified, found.groups) == ("jeanne@verdelet.example", True, ("conformite",))
    provider.info["sub"] = "249"
    assert "vérifiée" in refusal()


@pytest.mark.parametrize(
    ("told", "is_strong"),
    [
        ({}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "mfa"}, True),
        ({"amr": "mfa"}, False),
        ({"acr": ["mfa"]}, False),
    ],
)
def test_two_factors_are_those_that_the_settings_name(provider, come_back, told, is_strong):
    provider.claims |= told
    assert come_back().is_strong is is_strong


@pytest.mark.parametrize("verified", [None, False, "true", 1])
def test_an_address_is_verified_when_it_says_so_and_not_otherwise(provider, come_back, verified):
    provider.claims["email_verified"] = verified
    assert not come_back().is_email_verified


def test_groups_may_be_deep(provider, come_back):
    provider.claims["realm_access"] = {"roles": ["conformite", 7, None]}
    settings = provider.settings
    assert identity_provider._told(provider.claims, "realm_access.roles") == ["conformite", 7, None]
    assert identity_provider._told(provider.claims, "groups.roles.more") is None
    assert come_back().groups == ("conformite",)
    assert settings.client_secret not in repr(settings)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["email", "email_verified", "name", "groups", "acr", "amr"]), JUNK))
def test_no_claim_breaks_the_reading(claims):
    settings = identity_provider.ProviderSettings("https://idp.example", CLIENT, name="Annuaire")
    found = identity_provider._person(settings, {"sub": "a", **json.loads(json.dumps(claims))})
    assert isinstance(found.email, str)
    assert all(isinstance(group, str) for group in found.groups)
