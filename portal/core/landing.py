"""Where the link of a mail or of an invitation leads: the name of a page and its arguments, never an address.

Domains name pages of domains above them without importing them; `portal.web.landings` alone makes addresses of names.
"""

from urllib.parse import parse_qsl, urlencode

from portal.core.dataclass import dataclass


@dataclass(frozen=True, order=True, init=False)
class Landing:
    """A page of the portal, by its endpoint and arguments.

    >>> page = Landing("vendor_space.audit", audit_id=12)
    >>> page.stored
    'vendor_space.audit?audit_id=12'
    >>> Landing.read(page.stored) == page
    True
    """

    endpoint: str
    arguments: tuple[tuple[str, str], ...]

    def __init__(self, endpoint: str, /, **arguments: str | int) -> None:
        object.__setattr__(self, "endpoint", endpoint)
        object.__setattr__(self, "arguments", tuple((name, str(value)) for name, value in arguments.items()))

    @property
    def stored(self) -> str:
        """As a row keeps it."""
        return f"{self.endpoint}?{urlencode(self.arguments)}" if self.arguments else self.endpoint

    @property
    def is_path(self) -> bool:
        """Whether it is a path of the portal: what rows kept until version 0.1, and still read."""
        return self.endpoint.startswith("/")

    @classmethod
    def read(cls, stored: str) -> "Landing":
        """What a row keeps, whichever version wrote it.

        >>> Landing.read("/espace/audits/12?section=sante").is_path
        True
        """
        if stored.startswith("/"):
            return cls(stored)
        endpoint, _, arguments = stored.partition("?")
        return cls(endpoint, **dict(parse_qsl(arguments, keep_blank_values=True)))
