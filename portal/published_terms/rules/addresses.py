"""Which addresses a page may be fetched from: public ones, by the usual ports, and nothing that only looks public."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urljoin, urlsplit

from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_, say

LONGEST_ADDRESS = 2000
PORTS = {"http": 80, "https": 443}
_EMBEDS_IPV4 = tuple(
    map(IPv6Network, ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/32", "2002::/16", "2001::/32"))
)
"""IPv6 networks in which an IPv4 address is written: mapped, compatible, translated, NAT64, 6to4, Teredo."""


class NotFetched(Refused):
    """A page that could not be fetched; `sentence` says why, for whoever watches it."""


@dataclass(frozen=True, slots=True)
class PageAddress:
    """An address that may be asked, once its name is resolved to public addresses alone."""

    scheme: str
    host: str
    """In ASCII (punycode), lower case, without brackets."""
    port: int
    target: str
    """Path and query."""

    @property
    def host_header(self) -> str:
        """What the request says of the host."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def text(self) -> str:
        """The whole address."""
        return f"{self.scheme}://{self.host_header}{self.target}"


def page_address(text: str) -> PageAddress:
    """An address as typed, or as a redirection gives it; raises NotFetched.

    >>> page_address("https://www.exemple.fr/dpa?l=fr").target
    '/dpa?l=fr'
    >>> page_address("http://admin@10.0.0.1/")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    portal.published_terms.rules.addresses.NotFetched: a name of user in it
    """
    if len(text) > LONGEST_ADDRESS:
        raise NotFetched(say("Cette adresse dépasse %(limit)s caractères.", limit=LONGEST_ADDRESS))
    if any(ord(letter) <= 32 or ord(letter) == 127 for letter in text) or "\\" in text:
        raise NotFetched(N_("Cette adresse contient une espace ou un caractère interdit."))
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise NotFetched(N_("Cette adresse n'est pas celle d'une page : https://www.exemple.fr/page.")) from error
    if parts.scheme not in PORTS or not host:
        raise NotFetched(N_("Cette adresse n'est pas celle d'une page : https://www.exemple.fr/page."))
    if parts.username is not None or parts.password is not None:
        raise NotFetched(N_("Cette adresse porte un nom d'utilisateur : retirez-le."))
    if port not in (None, PORTS[parts.scheme]):
        raise NotFetched(N_("Seuls les ports 80 (http) et 443 (https) sont interrogés."))
    target = parts.path or "/"
    if not target.isascii() or not parts.query.isascii():
        raise NotFetched(N_("Cette adresse contient des lettres accentuées : copiez-la depuis le navigateur."))
    return PageAddress(
        parts.scheme, _ascii_host(host), PORTS[parts.scheme], f"{target}?{parts.query}" if parts.query else target
    )


def _ascii_host(host: str) -> str:
    if ":" in host:
        return host
    try:
        found = host.encode("idna").decode("ascii").lower().rstrip(".")
    except UnicodeError as error:
        raise NotFetched(N_("Le nom du site n'est pas bien écrit.")) from error
    if not found:
        raise NotFetched(N_("Le nom du site n'est pas bien écrit."))
    return found


def redirected(came_from: PageAddress, location: str) -> PageAddress:
    """Where a redirection leads, checked as any address; raises NotFetched, for a page less well carried too."""
    found = page_address(urljoin(came_from.text, location.strip()))
    if came_from.scheme == "https" and found.scheme != "https":
        raise NotFetched(N_("La page renvoie de https vers http : elle n'est pas suivie."))
    return found


def is_public(text: str) -> bool:
    """Whether an address of the network is one that everybody may reach.

    >>> [is_public(one) for one in ("93.184.216.34", "10.1.2.3", "127.0.0.1", "169.254.169.254", "100.64.0.1")]
    [True, False, False, False, False]
    >>> [is_public(one) for one in ("2606:4700::1", "::1", "fd00::1", "fe80::1%eth0", "::ffff:8.8.8.8", "ff02::1")]
    [True, False, False, False, False, False]
    """
    try:
        found: IPv4Address | IPv6Address = ip_address(text)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and any(found in network for network in _EMBEDS_IPV4):
        return False
    local = isinstance(found, IPv6Address) and found.is_site_local
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified or local)
