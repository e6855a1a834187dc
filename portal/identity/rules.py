"""Limits of identity: sessions, links, throttle, passwords, addresses. Durations in the unit of each name."""

import ipaddress
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import Sentence, say

IDLE_MINUTES = 60
ABSOLUTE_HOURS = 12
INVITATION_DAYS = 14
RESET_MINUTES = 60
SIGN_IN_MINUTES = 20
"""How long a link that signs in lives: the time to fetch one's mail."""
RESEND_PAUSE_MINUTES = 2
LINKS_PER_DAY = 10
"""Links that a stranger can have sent to one mailbox in twenty-four hours."""
PERSON_NAME_LENGTH = 80
PASSWORD_MINIMUM = 12
PASSWORD_MAXIMUM = 200
THROTTLE_MINUTES = 15
FAILURES_PER_ACCOUNT = 5
FAILURES_PER_ADDRESS = 30
RESET_SLOT_MINUTES = 5
DEVICE_DAYS = 180
"""How long a browser is known to an account that it signed in to."""
SUBJECT_LENGTH = 255
"""Characters by which an identity provider names a person, at most (OpenID Connect Core 1.0, 2)."""
CHALLENGE_MINUTES = 10
"""How long a passkey may be looked for, or a person be away at the identity provider."""
PROOF_MINUTES = 10
"""How long having proved who one is lets one change passkeys."""
PASSKEYS_PER_ACCOUNT = 10
PASSKEY_NAME_LENGTH = 80
PHONE = r"\A[+]?[0-9 .()/-]{0,39}\Z"
"""What a telephone number is written with; it is shown to people, never dialled by us."""


@dataclass(frozen=True)
class SessionFacts:
    """What decides whether a signed-in browser still is."""

    created_at: datetime
    seen_at: datetime
    revoked: bool
    disabled: bool


def is_session_good(facts: SessionFacts, now: datetime) -> bool:
    """Whether a session stands: not revoked, not idle for an hour, not older than twelve.

    >>> from datetime import UTC
    >>> start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    >>> is_session_good(SessionFacts(start, start, False, False), start + timedelta(minutes=59))
    True
    >>> is_session_good(SessionFacts(start, start, False, False), start + timedelta(minutes=61))
    False
    """
    if facts.revoked or facts.disabled:
        return False
    idle = now - facts.seen_at > timedelta(minutes=IDLE_MINUTES)
    return not idle and now - facts.created_at <= timedelta(hours=ABSOLUTE_HOURS)


def normal_password(password: str) -> str:
    """The same password whatever keyboard typed its accents (NFKC, as NIST SP 800-63B asks).

    >>> normal_password("e\\u0301te\\u0301") == normal_password("\\u00e9t\\u00e9")
    True
    """
    return unicodedata.normalize("NFKC", password)


@dataclass(frozen=True)
class Coverage:
    """How many of some accounts have a second factor."""

    having: int
    accounts: int

    @property
    def is_whole(self) -> bool:
        """Whether every one of them has it; of nobody, nothing is said.

        >>> Coverage(2, 2).is_whole, Coverage(1, 2).is_whole, Coverage(0, 0).is_whole
        (True, False, False)
        """
        return self.having == self.accounts > 0

    def __add__(self, other: "Coverage") -> "Coverage":
        """Both together."""
        return Coverage(self.having + other.having, self.accounts + other.accounts)


def is_throttled(account_failures: int, address_failures: int) -> bool:
    """Whether the next attempt must wait, given the failures of the last quarter of an hour.

    >>> is_throttled(4, 4), is_throttled(5, 5), is_throttled(0, 30)
    (False, True, True)
    """
    return account_failures >= FAILURES_PER_ACCOUNT or address_failures >= FAILURES_PER_ADDRESS


def normal_address(email: str) -> str:
    """An e-mail address as accounts are known by it.

    Lower case, not case folding: folding would turn « straße » into « strasse », another domain.

    >>> normal_address("  Jeanne.Roy@Exemple.test ")
    'jeanne.roy@exemple.test'
    """
    return unicodedata.normalize("NFC", email.strip()).lower()


_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = expression(rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~.-]{{1,64}}@(?:{_LABEL}\.)+{_LABEL}")


def is_address(email: str) -> bool:
    """Whether a text can be an e-mail address; names of a private network (« .local », « .test ») can.

    >>> [is_address(x) for x in ("jeanne@exemple.local", "jeanne@exemple", "jeanne@", "a..b@exemple.fr")]
    [True, False, False, False]
    """
    return len(email) <= 254 and ".." not in email and _ADDRESS.fullmatch(email) is not None


def is_person_name(text: str) -> bool:
    """Whether a text is a person's name: letters, spaces, hyphens, apostrophes; no digit, no address, no link.

    A name that somebody else typed stands in messages sent in our name: it must not say anything but a name.

    >>> [is_person_name(x) for x in ("Zoé d'Arc-Nguyên", "J. R. Martin", "Müller")]
    [True, True, True]
    >>> [is_person_name(x) for x in ("Lisez evil.example", "http://x", "Gagnez 100", "a@b.fr", "Jean\\nPaul", "")]
    [False, False, False, False, False, False]
    """
    name = text.strip()
    if not 0 < len(name) <= PERSON_NAME_LENGTH or not name[0].isalpha():
        return False
    plain = all(c.isalpha() or c in " '’-." or unicodedata.category(c) in {"Mn", "Mc"} for c in name)
    # A full stop ends an initial: between two letters it would make a link of the name.
    following = zip(name, [*name[1:], " "], strict=True)
    return plain and all(after == " " for before, after in following if before == ".")


def network_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 that one IPv6 subscriber holds.

    >>> network_of("192.0.2.7"), network_of("2001:db8:1:2:aaaa::1"), network_of("::ffff:192.0.2.7")
    ('192.0.2.7', '2001:db8:1:2::/64', '192.0.2.7')
    >>> network_of("unix:")
    'unix:'
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def network_part(address: str) -> str:
    """An address of the network without what tells one machine from its neighbours (/24, /48); empty for none.

    >>> network_part("192.0.2.77"), network_part("2001:db8:1:2:aaaa::1"), network_part("unix:")
    ('192.0.2.0/24', '2001:db8:1::/48', '')
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return network_part(str(found.ipv4_mapped))
    return str(ipaddress.ip_network((found, 48 if isinstance(found, ipaddress.IPv6Address) else 24), strict=False))


def local_path(target: str | None, default: str = "/") -> str:
    r"""A path of this portal, or the default: a link never sends a person to somebody else's site.

    Browsers read a backslash as a slash and drop tabs and line ends, so « /\evil » and « /\t/evil » leave the site.

    >>> local_path("/sous-traitants?page=2#liste")
    '/sous-traitants?page=2#liste'
    >>> local_path("//evil.example"), local_path("/\\evil.example"), local_path("https://evil.example")
    ('/', '/', '/')
    """
    if not target or not target.startswith("/") or target.startswith("//") or len(target) > 2000:
        return default
    if any(c == "\\" or unicodedata.category(c)[0] in "CZ" for c in target):
        return default
    return target


@dataclass(frozen=True)
class RelyingParty:
    """Whom passkeys are made for: the host that they are bound to, and the origin that browsers state."""

    id: str
    origin: str


def relying_party(base_url: str) -> RelyingParty | Sentence:
    """Whom passkeys of a portal at this address are made for, or why there can be none (Web Authentication, 5.1.3).

    >>> relying_party("https://Vigie.exemple.fr/"), relying_party("http://localhost:8000").origin
    (RelyingParty(id='vigie.exemple.fr', origin='https://vigie.exemple.fr'), 'http://localhost:8000')
    >>> [isinstance(relying_party(url), Sentence) for url in ("http://127.0.0.1:8000", "http://vigie.fr", "https://[::1]")]
    [True, True, True]
    """
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return say("Une clé d'accès est liée à un nom de domaine : ce portail est à une adresse en chiffres.")
    if parts.scheme != "https" and host != "localhost" and not host.endswith(".localhost"):
        return say("Une clé d'accès demande une adresse en https:// : celle de ce portail ne l'est pas.")
    host = host.encode("idna").decode() if not host.isascii() else host
    usual = {"https": 443, "http": 80}[parts.scheme]
    port = f":{parts.port}" if parts.port not in {None, usual} else ""
    return RelyingParty(host, f"{parts.scheme}://{host}{port}")


def role_of_groups(groups: Iterable[str], roles: Sequence[tuple[str, str]]) -> str | None:
    """The role that the groups of a person open: that of the first pair, in the order declared; None without any.

    >>> role_of_groups(["ventes", "conformite", "vigie"], [("vigie", "admin"), ("conformite", "dpo")])
    'admin'
    >>> role_of_groups(["Vigie"], [("vigie", "admin")]) is None
    True
    """
    held = set(groups)
    return next((role for group, role in roles if group in held), None)


def is_count_good(kept: int, told: int) -> bool:
    """Whether an authenticator's counter went on; one that stands still or goes back is that of a copy.

    Those without a counter always tell zero (Web Authentication, 6.1.1).

    >>> is_count_good(0, 0), is_count_good(3, 4), is_count_good(4, 4), is_count_good(4, 0)
    (True, True, False, False)
    """
    return told > kept or kept == told == 0


_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def device(user_agent: str) -> Sentence:
    """What a person recognises their own browser by.

    >>> str(device("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"))
    'Firefox, Linux'
    >>> str(device("curl/8.5"))
    'Navigateur inconnu'
    """
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    if browser is None:
        return say("Navigateur inconnu")
    return say("%(browser)s, %(system)s", browser=browser, system=system) if system else Sentence(browser)
