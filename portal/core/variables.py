"""What each variable of the environment may say; one that says otherwise adds a sentence to the faults."""

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from portal.core.clock import read_movement

Member = TypeVar("Member", bound=StrEnum)

IN_FILES = (
    "VIGIE_DATABASE_URL", "VIGIE_SMTP_URL", "VIGIE_BOUNCES", "VIGIE_CHANGES", "VIGIE_DECOYS",
    "VIGIE_METRICS_TOKEN", "VIGIE_OIDC_CLIENT_SECRET",
)  # fmt: skip
"""What holds a password and may be in a file that `…_FILE` names: secrets of systemd and of compose are files."""
LEAST_TOKEN = 32
"""Characters of the token of figures, at least: `openssl rand -hex 32` draws twice as many."""


def read_files(env: Mapping[str, str], faults: list[str]) -> dict[str, str]:
    """What the files say that are named in place of a value."""
    found: dict[str, str] = {}
    for name in IN_FILES:
        path = env.get(f"{name}_FILE")
        if not path:
            continue
        if name in env:
            faults.append(f"{name} : dit deux fois, ici et par {name}_FILE ; gardez l'un des deux.")
            continue
        try:
            found[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as failure:
            faults.append(f"{name}_FILE : {path} ne se lit pas ({type(failure).__name__}).")
    return {name: value for name, value in found.items() if value}


def read_metrics_token(env: Mapping[str, str], faults: list[str]) -> str | None:
    """What whoever asks for figures must show; long, for it is all that keeps them."""
    token = env.get("VIGIE_METRICS_TOKEN")
    if token and not (LEAST_TOKEN <= len(token) <= 512 and re.fullmatch("[!-~]+", token)):
        faults.append(f"VIGIE_METRICS_TOKEN : au moins {LEAST_TOKEN} caractères sans espace (openssl rand -hex 32).")
    return token or None


def read_count(env: Mapping[str, str], name: str, default: str, faults: list[str]) -> int:
    """A whole number, at least one."""
    told = env.get(name, default)
    if told.isascii() and told.isdecimal() and len(told) < 10 and int(told) >= 1:
        return int(told)
    faults.append(f"{name} : un nombre entier attendu, un au moins.")
    return 1


def read_clock_ahead(env: Mapping[str, str], faults: list[str], *, in_production: bool) -> timedelta | None:
    """How far the clock is moved: a portal that serves writes no act under a date that is not today's."""
    told = env.get("VIGIE_CLOCK")
    if not told:
        return None
    if in_production:
        faults.append("VIGIE_CLOCK : refusé en production, où l'heure est celle de la machine.")
        return None
    try:
        return read_movement(told)
    except (ValueError, OverflowError):
        faults.append("VIGIE_CLOCK : un décalage (+400d, -2h) ou un instant (2027-11-24T09:00:00+01:00) attendu.")
        return None


def read_anchor_mail(env: Mapping[str, str], faults: list[str]) -> tuple[str, ...]:
    """Who gets the head of the journal each day."""
    found = tuple(dict.fromkeys(filter(None, map(str.strip, env.get("VIGIE_ANCHOR_MAIL", "").split(",")))))
    if any(not re.fullmatch(r"[^\s@<>,]{1,64}@[^\s@<>,]{1,253}", one) for one in found):
        faults.append("VIGIE_ANCHOR_MAIL : des adresses de messagerie attendues, séparées par des virgules.")
    return found


def read_timestamp_server(env: Mapping[str, str], faults: list[str]) -> str | None:
    """The server of timestamps."""
    url = env.get("VIGIE_TSA_URL")
    if url and not is_address(url, {"http", "https"}):
        faults.append("VIGIE_TSA_URL : une adresse http(s):// attendue.")
    return url


def read_bounces(env: Mapping[str, str], mail_from: str, faults: list[str]) -> tuple[str | None, str]:
    """Where bounces come in, and the address they are sent to."""
    url, address = _mail_box(env, "VIGIE_BOUNCES", "VIGIE_BOUNCES_TO", faults)
    return url, address or mail_from


def read_changes(env: Mapping[str, str], faults: list[str]) -> tuple[str | None, str | None]:
    """Where what vendors announce comes in, and the address it is sent to: one is of no use without the other."""
    url, address = _mail_box(env, "VIGIE_CHANGES", "VIGIE_CHANGES_TO", faults)
    if bool(url) != bool(address):
        faults.append("VIGIE_CHANGES et VIGIE_CHANGES_TO : à régler ensemble, la boîte et son adresse.")
    return url, address


def _mail_box(env: Mapping[str, str], box: str, to: str, faults: list[str]) -> tuple[str | None, str | None]:
    """A folder or mailbox, and its address."""
    url, address = env.get(box) or None, env.get(to) or None
    if url and not url.startswith(("/", "file:///")) and not is_address(url, {"imap", "imaps"}):
        faults.append(f"{box} : un dossier (/chemin) ou imaps://utilisateur:motdepasse@hôte/boîte attendu.")
    if address and not re.fullmatch(r"[^\s@<>,]{1,64}@[^\s@<>,]{1,253}", address):
        faults.append(f"{to} : une adresse de messagerie attendue, seule.")
    return url, address


def read_decoys(env: Mapping[str, str], faults: list[str]) -> tuple[str | None, str | None]:
    """The domain of invented customers, and where its mail comes in."""
    domain, url = env.get("VIGIE_DECOYS_DOMAIN"), env.get("VIGIE_DECOYS")
    if domain and not re.fullmatch(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}", domain):
        faults.append("VIGIE_DECOYS_DOMAIN : un nom de domaine attendu, en minuscules (courrier.exemple.fr).")
    if url and not url.startswith(("/", "file:///")) and not is_address(url, {"imap", "imaps"}):
        faults.append("VIGIE_DECOYS : un dossier (/chemin) ou imaps://utilisateur:motdepasse@hôte/boîte attendu.")
    if url and not domain:
        faults.append("VIGIE_DECOYS_DOMAIN : à régler aussi, c'est le domaine de ces adresses.")
    return domain or None, url or None


def read_member(kind: type[Member], value: str, name: str, faults: list[str]) -> Member | None:
    """One of the values that there are."""
    try:
        return kind(value)
    except ValueError:
        faults.append(f"{name} : « {value} » inconnu ; valeurs possibles : {', '.join(kind)}.")
        return None


def is_address(url: str, schemes: set[str]) -> bool:
    """Whether an address names one of these schemes, a host, and a port that exists if any.

    >>> is_address("smtp://relais:25", {"smtp"}), is_address("smtp://relais:vingt-cinq", {"smtp"})
    (True, False)
    """
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
