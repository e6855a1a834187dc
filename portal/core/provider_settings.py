"""What the portal is told of the organisation's identity provider (OpenID Connect)."""

import re
from collections.abc import Mapping
from dataclasses import field
from urllib.parse import urlsplit

from portal.core.dataclass import dataclass

_TRUE = frozenset({"1", "yes", "on", "oui"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class ProviderSettings:
    """An identity provider, and what its groups come to here."""

    issuer: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    name: str = ""
    """What people call it, on the button of the sign-in page."""
    scopes: str = "openid email profile"
    groups_claim: str = "groups"
    """Where groups are told; dots go down into objects (`realm_access.roles`)."""
    roles: tuple[tuple[str, str], ...] = ()
    """Groups with the role each opens, in the order in which they are tried."""
    opens_accounts: bool = False
    """Whether a person of a mapped group who has no account here is given one."""
    strong: frozenset[str] = frozenset()
    """The values of `acr` or `amr` by which the provider says that it saw two factors; none and it never does."""


def read_provider(env: Mapping[str, str], faults: list[str], *, in_production: bool) -> ProviderSettings | None:
    """The provider that is told, or none; every fault is added to the list."""
    issuer, client_id = env.get("VIGIE_OIDC_ISSUER"), env.get("VIGIE_OIDC_CLIENT_ID")
    if not issuer:
        if client_id:
            faults.append("VIGIE_OIDC_ISSUER : à régler aussi, c'est l'adresse du fournisseur d'identité.")
        return None
    parts = _parts(issuer)
    if parts is None:
        faults.append("VIGIE_OIDC_ISSUER : une adresse https://… attendue, sans requête ni ancre.")
    elif parts.scheme != "https" and (in_production or parts.hostname not in _LOOPBACK):
        faults.append("VIGIE_OIDC_ISSUER : https:// attendu (http:// sur cette machine seule, hors production).")
    if not client_id:
        faults.append("VIGIE_OIDC_CLIENT_ID : à régler aussi, c'est le nom du portail chez le fournisseur.")
    roles = _roles(env.get("VIGIE_OIDC_ROLES", ""), faults)
    scopes = " ".join(dict.fromkeys(["openid", *env.get("VIGIE_OIDC_SCOPES", "email profile").split()]))
    return ProviderSettings(
        issuer=issuer,
        client_id=client_id or "",
        client_secret=env.get("VIGIE_OIDC_CLIENT_SECRET") or None,
        name=" ".join(env.get("VIGIE_OIDC_NAME", (parts.hostname if parts else None) or issuer).split())[:60],
        scopes=scopes,
        groups_claim=env.get("VIGIE_OIDC_GROUPS_CLAIM", "groups"),
        roles=roles,
        opens_accounts=env.get("VIGIE_OIDC_OPEN_ACCOUNTS", "").lower() in _TRUE,
        strong=frozenset(env.get("VIGIE_OIDC_STRONG", "").split()),
    )


def _roles(told: str, faults: list[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of « group=role », parted by semicolons or lines; a group may hold « = » and « , », as those of LDAP do.

    >>> faults = []
    >>> _roles("CN=Vigie Admins,OU=Groupes=admin; conformite = dpo", faults), faults
    ((('CN=Vigie Admins,OU=Groupes', 'admin'), ('conformite', 'dpo')), [])
    >>> _roles("admins", faults), len(faults)
    ((), 1)
    """
    found = []
    for part in filter(None, map(str.strip, re.split("[;\n]", told))):
        group, sign, role = part.rpartition("=")
        if sign and group.strip() and role.strip():
            found.append((group.strip(), role.strip()))
        else:
            faults.append(f"VIGIE_OIDC_ROLES : « {part} » ; groupe=role attendu, séparés par des points-virgules.")
    if not found and not faults:
        faults.append("VIGIE_OIDC_ROLES : à régler aussi ; sans lui, aucun groupe n'ouvre le portail.")
    return tuple(found)


def _parts(address: str):  # type: ignore[no-untyped-def]
    """The parts of an address that can be an issuer's, or None."""
    try:
        parts = urlsplit(address)
        good = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if good and not (parts.query or parts.fragment or parts.username) else None
