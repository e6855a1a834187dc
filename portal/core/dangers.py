"""Settings that a portal in production does not start with, and why: what they would give away is not had back.

Each is a sentence that names the setting and says what to do. `portal.operations.doctor` lists them with those that
are only worth a warning.
"""

import os
import stat
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

from sqlalchemy.engine import make_url

from portal.core.config import Environment, Settings
from portal.core.errors import ConfigurationError
from portal.core.key_sources import KeySource

LEAST_SECRET, LEAST_CHARACTERS = 32, 10
"""Length of a secret, and how many characters of it differ, at least: those drawn have 64 and about 40."""
_TLS = frozenset({"require", "verify-ca", "verify-full"})


def refuse_dangers(told: Settings) -> None:
    """Raise ConfigurationError with every danger at once, in production or where production was forgotten."""
    if told.environment is Environment.TEST:
        return
    found = list(forgotten(told))
    if told.environment is Environment.PRODUCTION:
        found += refused(told)
    if found:
        raise ConfigurationError("\n".join(found))


def forgotten(told: Settings) -> Iterator[str]:
    """Development by forgetting: nobody said where this runs, and it is not at home."""
    if told.is_environment_told or told.environment is not Environment.DEVELOPMENT:
        return
    place = "une adresse https" if told.base_url.startswith("https://") else ""
    if not place and is_public(told.bind):
        place = f"l'adresse {told.bind}, ouverte à d'autres machines"
    if place:
        yield (
            f"VIGIE_ENV : non réglé, alors que le portail sert {place}. Réglez VIGIE_ENV=production "
            "(ou VIGIE_ENV=development si c'est voulu)."
        )


def refused(told: Settings) -> Iterator[str]:
    """What production is refused with."""
    if told.smtp_url is None:
        yield (
            "VIGIE_SMTP_URL : non réglé, aucun message ne partirait (invitations, relances). Donnez votre relais : "
            "smtps://utilisateur:motdepasse@hôte."
        )
    elif _sends_password_in_clear(told.smtp_url):
        yield (
            "VIGIE_SMTP_URL : le mot de passe partirait en clair. Écrivez smtps://…, ou ajoutez ?starttls=1 à "
            "l'adresse."
        )
    for name, url in (("VIGIE_BOUNCES", told.bounces_url), ("VIGIE_DECOYS", told.decoys_url)):
        if url is not None and _reads_mail_in_clear(url):
            yield f"{name} : le mot de passe de la boîte partirait en clair. Écrivez imaps://…"
    if _reaches_database_in_clear(told.database_url):
        yield (
            "VIGIE_DATABASE_URL : la base est sur une autre machine et l'échange n'est pas chiffré. Ajoutez "
            "?sslmode=verify-full (avec sslrootcert=…) ou, au moins, ?sslmode=require."
        )
    yield from weak_secrets(told)
    for name, source in (("Secrets", told.secret_source), ("Cachet", told.seal_source)):
        yield from readable_keys(name, source)


def weak_secrets(told: Settings) -> Iterator[str]:
    """Secrets that somebody has typed rather than drawn; whose, and not which."""
    keys = {"session": told.secrets.session, "tokens": told.secrets.tokens, "journal": told.secrets.journal}
    keys |= {f"files[{place}]": key for place, key in enumerate(told.secrets.files)}
    for name, key in keys.items():
        if is_weak(key):
            yield (
                f"Secrets ({told.secret_source.name}) : « {name} » se devine. Remplacez-le par une clé tirée au hasard "
                "(openssl rand -base64 48 ; pour « files », flask files key)."
            )
    if told.metrics_token is not None and is_weak(told.metrics_token):
        yield "VIGIE_METRICS_TOKEN : se devine. Tirez-le : openssl rand -hex 32."


def is_weak(secret: str) -> bool:
    """Whether a secret is short, or made of a few characters repeated.

    >>> is_weak("changeme"), is_weak("a" * 64), is_weak("azerty" * 10), is_weak("Zk3vQ9-xW_7pLr2TnB8yHc4mDf6gJs1K")
    (True, True, True, False)
    """
    return len(secret) < LEAST_SECRET or len(set(secret)) < LEAST_CHARACTERS


def readable_keys(name: str, source: KeySource) -> Iterator[str]:
    """A file of keys that another account of the machine reads, or may replace."""
    if source.file is None or not source.file.exists():
        return
    for path, kept in ((source.file, 0o077), (source.file.parent, 0o022)):
        found = path.stat()
        what = "le fichier" if path == source.file else "le dossier"
        mode = stat.S_IMODE(found.st_mode)
        if mode & kept and not mode & stat.S_ISVTX:  # in a folder such as /tmp nobody replaces the file of another
            yield f"{name} : {what} {path} est ouvert à d'autres comptes (mode {mode:o}). chmod go-rwx {path}"
        if found.st_uid not in {0, os.geteuid()}:
            yield f"{name} : {what} {path} appartient à un autre compte. chown au compte du portail : {path}"


def is_public(bind: str) -> bool:
    """Whether an address that is listened on can be reached from another machine.

    >>> is_public("0.0.0.0:8000"), is_public(":8000"), is_public("[::]:80"), is_public("192.0.2.7:80")
    (True, True, True, True)
    >>> is_public("127.0.0.1:8000"), is_public("[::1]:8000"), is_public("unix:/run/vigie/web.sock")
    (False, False, False)
    """
    return not bind.startswith(("unix:", "fd://")) and not is_local(bind.rpartition(":")[0].strip("[]"))


def is_local(host: str) -> bool:
    """Whether a host is this machine, as far as its name says."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _sends_password_in_clear(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "smtp" and bool(parts.username) and "starttls=1" not in parts.query and _is_remote(parts)


def _reads_mail_in_clear(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "imap" and bool(parts.username) and _is_remote(parts)


def _is_remote(parts: SplitResult) -> bool:
    return not is_local(parts.hostname or "localhost")


def _reaches_database_in_clear(url: str) -> bool:
    parts = make_url(url)
    if parts.get_backend_name() != "postgresql":
        return False
    told = parse_qs(urlsplit(url).query)
    hosts = [host for each in (parts.host or "", *told.get("host", [])) for host in each.split(",") if host]
    is_elsewhere = any(not host.startswith("/") and not is_local(host.partition(":")[0]) for host in hosts)
    return is_elsewhere and told.get("sslmode", [""])[-1] not in _TLS


def folder_is_open(path: Path) -> bool:
    """Whether another account of the machine may look into what is there."""
    return path.exists() and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
