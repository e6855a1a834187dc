"""What is dangerous in how a portal is run, each with what to do: its settings, its files, its machine, its data.

A check that cannot be made says so. What production is refused with comes from `portal.core.dangers`.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.authz.policy import Role
from portal.core import dangers
from portal.core.clock import now
from portal.core.config import Environment
from portal.core.dangers import folder_is_open
from portal.core.dataclass import dataclass
from portal.core.language import number_of
from portal.identity.models import User
from portal.operations import health
from portal.operations.health import Portal

CLOCK_SECONDS = 5
"""Between the clock of this machine and that of the database, at most."""
BACKUP_DAYS = 2
"""How old the newest backup may be."""
MOST_PROXIES = 2
"""In front of a portal, as far as anybody has reason to: one too many, and callers write their own address."""
INVENTED = ".example"
"""The domain that no mailbox can have (RFC 2606), where the accounts of the demonstration are."""


@dataclass(frozen=True)
class Danger:
    """One thing to put right."""

    words: str
    """What is wrong, where, and what to do."""
    is_refused: bool = False
    """Whether production does not start with it."""


Check = Callable[[Portal], Iterator[str]]


def examine(portal: Portal) -> list[Danger]:
    """Everything that is dangerous, what is refused first; empty for a sound installation."""
    told = portal.settings
    found = [Danger(words, is_refused=True) for words in (*dangers.forgotten(told), *dangers.refused(told))]
    for check in CHECKS:
        try:
            found += [Danger(words) for words in check(portal)]
        except (SQLAlchemyError, OSError) as error:
            found.append(Danger(f"{check.__name__.strip('_')} : pas vérifiable ({type(error).__name__})."))
    return found


def _environment(portal: Portal) -> Iterator[str]:
    told = portal.settings
    if told.environment is not Environment.PRODUCTION:
        yield f"VIGIE_ENV : « {told.environment.value} ». Réglez VIGIE_ENV=production."
    if not told.base_url.startswith("https://"):
        yield f"VIGIE_BASE_URL : {told.base_url} n'est pas en https ; mots de passe et réponses passeraient en clair."
    if told.clock_ahead is not None:
        yield "VIGIE_CLOCK : le portail vit à une autre date. Retirez ce réglage."
    if not told.signing_name:
        yield "VIGIE_ORGANISATION : personne n'a dit votre nom ; lettres et messages partent sans lui."
    if told.mail_from.endswith("@localhost"):
        yield f"VIGIE_MAIL_FROM : {told.mail_from} n'est l'adresse de personne ; les messages seront refusés."
    if told.demo_password is not None:
        yield "VIGIE_DEMO_PASSWORD : réservé à la démonstration. Retirez ce réglage."
    if os.geteuid() == 0:
        yield "Compte : cette commande tourne en root. Lancez tout sous le compte du portail (vigie)."


def _proxies(portal: Portal) -> Iterator[str]:
    told, count = portal.settings, portal.settings.trusted_proxies
    if told.base_url.startswith("https://") and count == 0:
        yield (
            "VIGIE_TRUSTED_PROXIES : 0, alors que l'adresse est en https ; tous les appelants passent pour un seul. "
            "Mettez 1 derrière un mandataire."
        )
    if count > MOST_PROXIES:
        yield (
            f"VIGIE_TRUSTED_PROXIES : {count} ; au-delà du nombre réel, un appelant choisit l'adresse sous laquelle il "
            "est compté."
        )
    if dangers.is_public(told.bind):
        yield (
            f"VIGIE_BIND : {told.bind} est ouverte à d'autres machines, sans TLS. Écoutez sur 127.0.0.1 ou une prise "
            "unix:/run/vigie/web.sock, derrière le mandataire."
        )


def _files(portal: Portal) -> Iterator[str]:
    told = portal.settings
    if told.secret_source.file is not None and told.secret_source.file.resolve().is_relative_to(told.data_dir):
        yield (
            f"Secrets : {told.secret_source.file} est dans le dossier des données ; qui le copie ouvre tout. "
            "Déplacez-le et réglez VIGIE_SECRET_FILE."
        )
    for path in (told.data_dir, *_database_file(told.database_url), *_folder(told.files_url), told.mail_dir):
        if folder_is_open(path):
            yield f"Données : {path} est lisible par d'autres comptes de la machine. chmod go-rwx {path}"
    if told.seal_elsewhere is None and not told.seal_file.exists():
        yield "Cachet : aucune clé ; rien ne se signe et le journal n'est pas signé. flask seal make-key"


def _database_file(url: str) -> Iterator[Path]:
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite" and parts.database:
        yield Path(parts.database)


def _folder(url: str) -> Iterator[Path]:
    parts = urlsplit(url)
    if parts.scheme == "file":
        yield Path(unquote(parts.path))


def _antivirus(portal: Portal) -> Iterator[str]:
    if portal.settings.clamd_url is None:
        yield "VIGIE_CLAMD_URL : aucun antivirus ne lit les fichiers déposés. Installez clamav-daemon."


def _health(portal: Portal) -> Iterator[str]:
    for name, reasons in health.look(portal).items():
        for reason in reasons:
            yield f"Santé ({name}) : {reason}"


def _clock(portal: Portal) -> Iterator[str]:
    if make_url(portal.settings.database_url).get_backend_name() != "postgresql":
        return
    with portal.database.reading() as session:
        theirs = session.scalar(select(func.clock_timestamp()))
    apart = abs((theirs - now()).total_seconds()) if theirs is not None else 0.0
    if apart > CLOCK_SECONDS and portal.settings.clock_ahead is None:
        yield f"Horloge : {apart:.0f} s d'écart avec celle de la base. Réglez les deux par NTP."


def _accounts(portal: Portal) -> Iterator[str]:
    with portal.database.reading() as session:
        invented = _count(session, User.email.endswith(INVENTED, autoescape=True))
        administrators = _count(session, User.role == Role.ADMIN, User.has_come_in)
    if invented:
        yield (
            f"Comptes : {number_of(invented, 'vient', 'viennent')} de la démonstration (adresses en {INVENTED}). Une "
            "base d'essai ne devient pas une base de production : repartez d'une base vide."
        )
    if not administrators:
        yield "Comptes : aucun administrateur n'a ouvert le sien. flask accounts first-administrator ADRESSE"


def _backups(portal: Portal) -> Iterator[str]:
    folder = portal.settings.backups_dir
    if folder is None:
        yield "VIGIE_BACKUPS : non réglé, aucune sauvegarde n'est connue. Donnez le dossier où elles sont gardées."
        return
    made = [path.stat().st_mtime for path in folder.glob("[!.]*/manifest.json")]  # what is under way is none
    if not made:
        yield (
            f"Sauvegardes : aucune dans {folder}. deploy/backup en fait une et la relit ; vigie-backup.timer le lance "
            "chaque nuit."
        )
    elif (age := portal.at.timestamp() - max(made)) > BACKUP_DAYS * 86400:
        yield f"Sauvegardes : la plus récente de {folder} a {age / 86400:.0f} jours. Voyez vigie-backup.timer."


def _count(session: Session, *where: object) -> int:
    count = select(func.count(User.id)).where(User.disabled_at.is_(None), *where)  # type: ignore[arg-type]
    return session.scalar(count) or 0


CHECKS: tuple[Check, ...] = (_environment, _proxies, _files, _antivirus, _health, _clock, _accounts, _backups)
