"""Stable keys out of other tools' identifiers: the same identifier always gives the same key."""

import hashlib
import unicodedata
from collections.abc import Container

from portal.core.expressions import expression

_RUN = expression(r"[a-z0-9]{1,200}")
LONGEST = 60


def slug(text: str, default: str = "", *, longest: int = LONGEST) -> str:
    """Lower-case letters without accents, digits and hyphens; a long one ends with a digest of the whole.

    >>> slug("Politique d'accès (RBAC)"), slug("…", "section")
    ('politique-d-acces-rbac', 'section')
    >>> len(slug("x" * 500))
    60
    """
    folded = unicodedata.normalize("NFKD", text[:20_000].replace("œ", "oe").replace("æ", "ae")).lower()
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    found = "-".join(_RUN.findall(plain)) or default
    if len(found) <= longest:
        return found
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{found[: longest - 9].rstrip('-')}-{digest}"


def free(wanted: str, taken: Container[str]) -> str:
    """The key, or the first that is free of those that add a number to it.

    >>> free("a", {"a", "a-2"})
    'a-3'
    """
    key, number = wanted, 1
    while key in taken:
        number += 1
        key = f"{wanted}-{number}"
    return key
