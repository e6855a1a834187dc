"""The key of the seal: EC P-256 with a certificate that it signs itself, in a file of mode 0600 beside the secrets.

It is never in the database nor in a log. A key that is replaced is destroyed; its certificate stays, so that what it
sealed is still known to be ours.
"""

import hashlib
import json
import secrets
import ssl
from dataclasses import field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from portal.core import logs
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.key_sources import KeySource, KeysUnread
from portal.core.language import N_, say
from portal.core.late import late
from portal.core.private_files import make_private_folder, write_private

if TYPE_CHECKING:
    from portal.core.seal import certificate as certificates
else:
    certificates = late("portal.core.seal.certificate")

GOOD_FOR = timedelta(days=3653)
"""How long the certificate of a new key says it is good for."""


log = logs.get_logger()


class NoSealKey(Refused):
    """There is no key to seal with."""


class SealKeyExists(Refused):
    """There is a key already, and nobody said to replace it."""


@dataclass(frozen=True)
class SealKey:
    """What seals, and what recognises our seals; PEM texts."""

    private: str = field(repr=False)
    certificates: tuple[str, ...]
    """The one of the key first, then those of the keys it replaced."""

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """The SHA-256 of each certificate, in DER."""
        return tuple(hashlib.sha256(ssl.PEM_cert_to_DER_cert(one)).hexdigest() for one in self.certificates)


def read_seal_key(place: Path | KeySource) -> SealKey:
    """The key in a file, or where its source says; raises NoSealKey when there is none, or it cannot be read."""
    source = KeySource(file=place) if isinstance(place, Path) else place
    try:
        raw = json.loads(source.read())
        return SealKey(raw["private"], tuple(raw["certificates"]))
    except FileNotFoundError as error:
        raise NoSealKey(N_("Le cachet n'a pas de clé : un administrateur la crée par flask seal make-key.")) from error
    except KeysUnread as error:
        log.error("the key of the seal cannot be read", place=source.name, reason=str(error))
        raise NoSealKey(
            N_("La clé du cachet ne se lit pas là où les réglages la disent : prévenez l'administrateur.")
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoSealKey(
            say(
                "La clé du cachet ne se lit pas dans %(path)s : restaurez ce fichier d'une sauvegarde, ou créez une "
                "autre clé.",
                path=source.name,
            )
        ) from error


def make_seal_key(path: Path, organisation: str, *, at: datetime, replace: bool = False) -> SealKey:
    """Draw a key and write it; raises SealKeyExists for one that is there, unless it is to be replaced."""
    former: tuple[str, ...] = ()
    if path.exists():
        if not replace:
            raise SealKeyExists(
                N_(
                    "Le cachet a déjà une clé. Pour la remplacer, ajoutez --replace : les cachets posés restent "
                    "reconnus."
                )
            )
        former = read_seal_key(path).certificates
    private, certificate = certificates.draw(organisation, at, at + GOOD_FOR)
    key = SealKey(private, (certificate, *former))
    _write(path, json.dumps({"private": key.private, "certificates": key.certificates}, indent=1))
    return key


def _write(path: Path, text: str) -> None:
    make_private_folder(path.parent)
    write_private(path, text.encode(), draft=path.with_name(f".{path.name}.{secrets.token_hex(6)}"))
