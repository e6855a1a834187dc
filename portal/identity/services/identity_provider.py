"""The organisation's identity provider: OpenID Connect Core 1.0, authorisation code with PKCE (RFC 7636).

What it says is believed once its signature, issuer, audience, nonce and times are checked (RFC 9207 against mix-up). It
is asked within bounds of time and size, never redirected, and no token or code is logged or kept.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from portal.core import logs
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.late import late
from portal.core.provider_settings import ProviderSettings
from portal.core.secret_keys import Secrets
from portal.identity import rules
from portal.identity.services.challenges import Challenge

if TYPE_CHECKING:
    import joserfc.errors as jose_errors
    import requests
    from authlib.integrations import requests_client
    from authlib.oidc.core import util as id_tokens
    from joserfc import jwk, jwt

    from portal.identity import bounded_http
else:
    requests, requests_client = late("requests"), late("authlib.integrations.requests_client")
    jose_errors, jwk, jwt = late("joserfc.errors"), late("joserfc.jwk"), late("joserfc.jwt")
    id_tokens, bounded_http = late("authlib.oidc.core.util"), late("portal.identity.bounded_http")

log = logs.get_logger()
KEPT_SECONDS = 600
"""How long what the provider says of itself, and its keys, are kept by a process."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures with a pair of keys alone: one made with the client's secret, or none at all, proves nothing."""
CLOCK_SECONDS = 120
"""How far our clock and the provider's may be apart."""
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_DOWN = N_("%(name)s ne répond pas. Attendez un peu et recommencez, ou entrez par votre mot de passe.")
NOT_OURS = N_("Cette réponse n'est pas celle d'une demande partie de ce navigateur. Recommencez depuis cette page.")
_NOT_PROVED = N_("La réponse de %(name)s n'est pas vérifiée : rien n'est ouvert. Prévenez l'administration du portail.")
_CLOCK = N_("L'heure de %(name)s et la nôtre diffèrent : rien n'est ouvert. Prévenez l'administration du portail.")
_USED = N_("%(name)s n'a pas accepté l'échange : ce retour a déjà servi, ou a pris trop de temps. Recommencez.")


class ProviderDown(Refused):
    """The provider did not answer, or not in its own protocol: it may later."""


@dataclass(frozen=True)
class VouchedPerson:
    """Whom the provider says a person is."""

    issuer: str
    subject: str
    email: str = ""
    is_email_verified: bool = False
    name: str = ""
    groups: tuple[str, ...] = ()
    is_strong: bool = False
    """Whether it saw two factors, as the settings read it."""


def authorization_url(provider: ProviderSettings, secrets: Secrets, challenge: Challenge, redirect_uri: str) -> str:
    """Where a browser is sent to sign in; raises ProviderDown."""
    with _client(provider, redirect_uri) as client:
        url, _state = client.create_authorization_url(
            _metadata(provider)["authorization_endpoint"],
            state=challenge.part(secrets, "state"), nonce=challenge.part(secrets, "nonce"),
            code_verifier=challenge.part(secrets, "verifier"),
        )  # fmt: skip
    return str(url)


def is_answer_to(secrets: Secrets, challenge: Challenge | None, told: Mapping[str, str]) -> bool:
    """Whether what came back belongs to what this browser was sent with."""
    return challenge is not None and hmac.compare_digest(
        told.get("state", "").encode(), challenge.part(secrets, "state").encode()
    )


def person_of(
    provider: ProviderSettings, secrets: Secrets, challenge: Challenge, told: Mapping[str, str], redirect_uri: str,
    now: datetime,
) -> VouchedPerson:  # fmt: skip
    """Whom the provider says came back; raises Refused or ProviderDown with a sentence, whatever fails.

    Nothing of the database is to be held meanwhile: it takes as long as the network does.
    """
    if not is_answer_to(secrets, challenge, told):
        _refuse(provider, "state", NOT_OURS)
    metadata = _metadata(provider)
    told_issuer = told.get("iss")
    if told_issuer != provider.issuer and (
        told_issuer is not None or metadata.get("authorization_response_iss_parameter_supported") is True
    ):
        _refuse(provider, "issuer of the answer", NOT_OURS)
    if "error" in told:
        log.warning("identity provider refused", error=_plain(told["error"]))
        if told["error"] in {"temporarily_unavailable", "server_error"}:
            raise ProviderDown(_DOWN, name=provider.name)
        raise Refused(N_("%(name)s n'a pas ouvert votre session : la demande a été refusée."), name=provider.name)
    if not told.get("code"):
        _refuse(provider, "no code", NOT_OURS)
    try:
        with _client(provider, redirect_uri) as client:
            token = client.fetch_token(
                metadata["token_endpoint"], grant_type="authorization_code", code=told["code"],
                code_verifier=challenge.part(secrets, "verifier"),
            )  # fmt: skip
            claims = _id_claims(provider, token, challenge.part(secrets, "nonce"), now)
            more = _user_info(provider, metadata, client, claims)
    except requests_client.OAuthError as failure:
        log.warning("identity provider refused the exchange", error=_plain(failure.error))
        if failure.error == "invalid_grant":
            raise Refused(_USED, name=provider.name) from None
        raise Refused(_NOT_PROVED, name=provider.name) from None
    except _failures() as failure:
        # The chain is cut: what failed may hold the code or a token in its words.
        log.warning("identity provider not reached", error=type(failure).__name__)
        raise ProviderDown(_DOWN, name=provider.name) from None
    return _person(provider, {**more, **claims})


def _id_claims(provider: ProviderSettings, token: Mapping[str, Any], nonce: str, now: datetime) -> dict[str, Any]:
    """What the ID token says, once everything that makes it ours and fresh is checked (Core 1.0, 3.1.3.7)."""
    written = token.get("id_token")
    if not isinstance(written, str):
        _refuse(provider, "no ID token", _NOT_PROVED)
    try:
        read = _decoded(provider, written)
        claims = dict(read.claims)
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()), leeway=CLOCK_SECONDS,
            iss={"essential": True, "value": provider.issuer}, sub={"essential": True},
            aud={"essential": True, "value": provider.client_id}, exp={"essential": True}, iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)  # fmt: skip
    except jose_errors.JoseError as failure:
        wrong = isinstance(failure, jose_errors.ExpiredTokenError | jose_errors.InvalidClaimError)
        is_time = wrong and getattr(failure, "claim", "") in {"exp", "iat", "nbf"}
        _refuse(provider, _plain(str(failure.error)), _CLOCK if is_time else _NOT_PROVED)
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if claims.get("azp", provider.client_id if len(audiences) == 1 else None) != provider.client_id:
        _refuse(provider, "authorized party", _NOT_PROVED)
    if "at_hash" in claims:
        half = id_tokens.create_half_hash(str(token.get("access_token", "")), read.header["alg"])
        if half is None or not hmac.compare_digest(half, str(claims["at_hash"]).encode()):
            _refuse(provider, "hash of the access token", _NOT_PROVED)
    return claims


def _decoded(provider: ProviderSettings, written: str) -> "jwt.Token":
    """A token whose signature is good; keys are asked for again when none is (they were changed)."""
    try:
        return jwt.decode(written, jwk.KeySet.import_key_set(_keys(provider)), algorithms=list(ALGORITHMS))
    except (jose_errors.BadSignatureError, jose_errors.InvalidKeyIdError, ValueError):
        keys = _keys(provider, again=True)
    try:
        return jwt.decode(written, jwk.KeySet.import_key_set(keys), algorithms=list(ALGORITHMS))
    except ValueError as failure:
        raise jose_errors.BadSignatureError() from failure


def _user_info(
    provider: ProviderSettings, metadata: Mapping[str, Any], client: Any, claims: Mapping[str, Any]
) -> dict[str, Any]:
    """What the provider says of a person apart from the ID token, where that one does not say enough."""
    endpoint = metadata.get("userinfo_endpoint")
    is_enough = "email" in claims and _told(claims, provider.groups_claim) is not None
    if is_enough or not isinstance(endpoint, str):
        return {}
    found = client.get(endpoint)
    found.raise_for_status()
    more = found.json()
    if not isinstance(more, dict) or more.get("sub") != claims["sub"]:
        _refuse(provider, "subject of the person's claims", _NOT_PROVED)
    return more


def _person(provider: ProviderSettings, claims: Mapping[str, Any]) -> VouchedPerson:
    groups = _told(claims, provider.groups_claim)
    listed = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    references = claims.get("amr")
    strong = {claims.get("acr")} if isinstance(claims.get("acr"), str) else set()
    strong |= {one for one in references if isinstance(one, str)} if isinstance(references, list) else set()
    subject = claims["sub"]
    if not subject or len(subject) > rules.SUBJECT_LENGTH or not subject.isprintable():
        _refuse(provider, "subject", _NOT_PROVED)
    return VouchedPerson(
        issuer=provider.issuer, subject=subject, email=_text(claims, "email"),
        is_email_verified=claims.get("email_verified") is True, name=_text(claims, "name"),
        groups=tuple(one for one in listed if isinstance(one, str)), is_strong=bool(strong & provider.strong),
    )  # fmt: skip


def _told(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name, or down into objects by the dots of it."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return " ".join("".join(c for c in value if c.isprintable()).split())[:200] if isinstance(value, str) else ""


_KEPT: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}
_KEPT_GUARD = Lock()


def forget_providers() -> None:
    """Ask again, at the next sign-in, what providers say of themselves."""
    with _KEPT_GUARD:
        _KEPT.clear()


def _metadata(provider: ProviderSettings) -> dict[str, Any]:
    """What the provider says of itself (Discovery 1.0), checked; raises ProviderDown."""
    address = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    found = _asked(provider, address)
    if found.get("issuer") != provider.issuer:
        log.error("identity provider is another", told=_plain(found.get("issuer")))
        raise ProviderDown(_NOT_PROVED, name=provider.name)
    secure = urlsplit(provider.issuer).scheme == "https"
    for name in (*_ENDPOINTS, *(["userinfo_endpoint"] if "userinfo_endpoint" in found else [])):
        endpoint = found.get(name)
        if not isinstance(endpoint, str) or not endpoint.startswith(
            ("https://",) if secure else ("https://", "http://")
        ):
            log.error("identity provider without an endpoint", endpoint=name)
            raise ProviderDown(_NOT_PROVED, name=provider.name)
    return found


def _keys(provider: ProviderSettings, *, again: bool = False) -> Any:
    return _asked(provider, _metadata(provider)["jwks_uri"], again=again)


def _asked(provider: ProviderSettings, address: str, *, again: bool = False) -> dict[str, Any]:
    """A document of the provider's, from this process's memory or by the network."""
    key = (provider.issuer, address)
    with _KEPT_GUARD:
        at, kept = _KEPT.get(key, (-float(KEPT_SECONDS), {}))
    if kept and not again and monotonic() - at < KEPT_SECONDS:
        return kept
    try:
        with _client(provider, "") as client:
            answer = client.get(address, withhold_token=True)
            answer.raise_for_status()
            found = answer.json()
        if not isinstance(found, dict):
            raise TypeError
    except _failures() as failure:
        log.warning("identity provider not reached", address=address, error=type(failure).__name__)
        raise ProviderDown(_DOWN, name=provider.name) from None
    with _KEPT_GUARD:
        _KEPT[key] = (monotonic(), found)
    return found


def _client(provider: ProviderSettings, redirect_uri: str) -> Any:
    client = requests_client.OAuth2Session(
        provider.client_id, provider.client_secret, scope=provider.scopes, redirect_uri=redirect_uri,
        code_challenge_method="S256",
    )  # fmt: skip
    bounded_http.bound(client)
    return client


def _failures() -> tuple[type[Exception], ...]:
    """What asking somebody else, and reading what they answer, may raise."""
    return (requests.RequestException, bounded_http.TooMuch, ValueError, KeyError, TypeError, RecursionError)


def _refuse(provider: ProviderSettings, why: str, sentence: str) -> NoReturn:
    log.warning("identity provider not believed", why=why)
    raise Refused(sentence, name=provider.name)


def _plain(text: object) -> str:
    """Somebody else's word, for a log."""
    return "".join(c for c in str(text) if c.isalnum() or c in " _-.:/")[:80]
