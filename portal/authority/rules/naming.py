"""Names inside the archive: plain letters, so that every system unpacks them and a command line takes them."""

import unicodedata
from datetime import date

from portal.core.expressions import expression

LONGEST = 80
_OTHER = expression(r"[^A-Za-z0-9._-]+")


def member_name(number: int, name: str) -> str:
    """The name of a copied file, numbered so that two of one name stand side by side.

    >>> member_name(3, "Attestation « ISO » 27001 é.pdf"), member_name(12, "../../etc/passwd"), member_name(1, "…")
    ('003-Attestation-ISO-27001-e.pdf', '012-etc-passwd', '001-fichier')
    """
    return f"{number:03}-{_plain(name)}"


def file_name(label: str, on: date) -> str:
    """The name of the archive.

    >>> file_name("Hébergeur & Cie", date(2026, 3, 1))
    'dossier-Hebergeur-Cie-2026-03-01.zip'
    """
    return f"dossier-{_plain(label)}-{on.isoformat()}.zip"


def _plain(text: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    kept = _OTHER.sub("-", ascii_only).strip("-.")
    stem, dot, ending = kept.rpartition(".")
    if len(kept) > LONGEST and dot and len(ending) < 8:
        return f"{stem[: LONGEST - len(ending) - 1]}.{ending}".replace("-.", ".")
    return kept[:LONGEST] or "fichier"
