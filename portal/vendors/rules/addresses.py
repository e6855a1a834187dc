"""Whose an e-mail address is, by its domain alone: what a vendor's administrator may not have an account opened for."""

from collections.abc import Iterable

PUBLIC_DOMAINS = frozenset(
    {
        "aol.com", "bbox.fr", "free.fr", "gmail.com", "gmx.com", "gmx.fr", "googlemail.com", "hotmail.com",
        "hotmail.fr", "icloud.com", "laposte.net", "live.com", "live.fr", "mac.com", "me.com", "msn.com", "neuf.fr",
        "orange.fr", "outlook.com", "outlook.fr", "proton.me", "protonmail.com", "sfr.fr", "wanadoo.fr", "yahoo.com",
        "yahoo.fr", "ymail.com",
    }
)  # fmt: skip
"""Domains where anybody has an address: a colleague who writes from one makes nobody else a colleague."""


def domain_of(email: str) -> str:
    """The domain of an address, in lower case; empty for what is no address.

    >>> domain_of("Jeanne@Exemple.fr"), domain_of("jeanne")
    ('exemple.fr', '')
    """
    return email.rpartition("@")[2].lower() if "@" in email else ""


def is_of_domains(email: str, known: Iterable[str]) -> bool:
    """Whether an address is of the domain, or of a subdomain, of one of the known addresses.

    >>> is_of_domains("paul@paris.verdelet.example", ["dpo@verdelet.example"])
    True
    >>> is_of_domains("paul@pasverdelet.example", ["dpo@verdelet.example"])
    False
    >>> is_of_domains("paul@gmail.com", ["dpo@gmail.com"])
    False
    """
    domain = domain_of(email)
    owned = {domain_of(one) for one in known} - PUBLIC_DOMAINS - {""}
    return any(domain == one or domain.endswith(f".{one}") for one in owned)
