"""Frozen settings, read once from the environment; every fault is reported at boot, in one list."""

import fcntl
import hashlib
import json
import os
import re
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from portal.core.clock import read_movement
from portal.core.fernet_keys import draw_key, is_key
from portal.core.key_sources import KeySource, KeysUnread
from portal.core.late import late
from portal.core.private_files import make_private_folder, open_private
from portal.core.provider_settings import ProviderSettings, read_provider
from portal.core.retention import read_retention

if TYPE_CHECKING:
    from portal.core import first_start
else:
    first_start = late("portal.core.first_start")

ROOT = Path(__file__).resolve().parents[2]
UNNAMED = "Vigie"
"""What an organisation is called that has not said its name."""


class Environment(StrEnum):
    """Where the portal runs; development shows extra pages, production refuses demo data."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"
    TEST = "test"


class Tasks(StrEnum):
    """What carries the jobs of the ledger."""

    EMBEDDED = "embedded"
    PROCRASTINATE = "procrastinate"


class ConfigurationError(Exception):
    """The environment cannot be used as it is; the message lists every fault."""


@dataclass(frozen=True)
class Secrets:
    """Keys drawn at first start and kept in one file of mode 0600; never logged, never in a URL."""

    session: str
    tokens: str
    files: tuple[str, ...]
    """Fernet keys, newest first: the first seals, all open."""
    journal: str
    """32 bytes in base64: what chains the journal. Who can write the database and has it not cannot chain it again."""

    @classmethod
    def at(cls, path: Path, *, standing: Callable[[], Sequence[str]] = tuple) -> "Secrets":
        """Read the file, or draw the keys and write it when it does not exist yet; raises ConfigurationError.

        `standing` names what was written under keys that are gone: beside it, none are drawn.
        """
        return cls.from_source(KeySource(file=path), standing=standing)

    @classmethod
    def from_source(cls, source: KeySource, *, standing: Callable[[], Sequence[str]] = tuple) -> "Secrets":
        """Read the keys where they are; as `at` for a file, and drawn nowhere else."""
        named = f"Fichier des secrets {source.name}" if source.file else f"Secrets ({source.name})"
        try:
            if source.file is not None and not source.file.exists():
                _draw(source.file, standing)
            return cls._read(source)
        except KeysUnread as failure:
            raise ConfigurationError(f"{named} : {failure}.") from failure
        except OSError as failure:
            raise ConfigurationError(f"{named} : {failure.strerror}.") from failure
        except (ValueError, KeyError, TypeError) as failure:
            raise ConfigurationError(
                f"{named} : contenu illisible ; restaurez-le d'une sauvegarde, ne l'effacez pas."
            ) from failure

    @classmethod
    def _read(cls, source: KeySource) -> "Secrets":
        raw = json.loads(source.read())
        session, tokens, files = raw["session"], raw["tokens"], tuple(raw["files"])
        if not (session and tokens and files and all(map(is_key, files))):
            raise ValueError
        journal = raw["journal"] if "journal" in raw or source.file is None else _add_journal_key(source.file)
        found = cls(session, tokens, files, journal)
        if not is_key(found.journal):
            raise ValueError
        return found

    @property
    def key_ids(self) -> dict[str, tuple[str, ...]]:
        """What names each key without telling it, whatever keys there are: by field, newest first.

        A slow hash (scrypt): even a key that somebody has typed is not found again from its name. Tenths of a second.
        """
        return {
            one.name: tuple(_key_id(one.name, key) for key in _keys_in(getattr(self, one.name))) for one in fields(self)
        }

    def __repr__(self) -> str:
        """Nothing: a repr ends up in logs."""
        return "Secrets(…)"


def _add_journal_key(path: Path) -> str:
    """Give a file of before version 0.11 a key for the journal, drawn once whoever starts first; returns it.

    The file is whole at every instant, its other members as they were. Raises OSError where it cannot be written: the
    key is then added there by hand (`flask files key` draws one).
    """
    with path.open(encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        raw = json.loads(path.read_text(encoding="utf-8"))
        if "journal" not in raw:
            raw["journal"] = draw_key()
            _drafted(path, json.dumps(raw, indent=1)).replace(path)
    return str(raw["journal"])


def _keys_in(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),) if value else ()


def _key_id(name: str, key: str) -> str:
    return hashlib.scrypt(key.encode(), salt=f"vigie key id {name}".encode(), n=2**14, r=8, p=1, dklen=8).hex()


def _draw(path: Path, standing: Callable[[], Sequence[str]]) -> None:
    """Draw keys in a file, but beside nothing that was written under other ones; raises ConfigurationError."""
    found = standing()
    # Who starts at the same time may have drawn them, and written, while we looked.
    if found and not path.exists():
        raise ConfigurationError(
            f"Fichier des secrets {path} : introuvable, alors que {' et que '.join(found)}. D'autres clés ne les "
            "ouvriraient pas : aucune n'est tirée. Restaurez ce fichier d'une sauvegarde, ou dites où il est par "
            "VIGIE_SECRET_FILE, VIGIE_SECRETS ou VIGIE_SECRETS_COMMAND."
        )
    make_private_folder(path.parent)
    drawn = {
        "session": secrets.token_urlsafe(48), "tokens": secrets.token_urlsafe(48), "files": [draw_key()],
        "journal": draw_key(),
    }  # fmt: skip
    _create_once(path, json.dumps(drawn, indent=1))


def _create_once(path: Path, text: str) -> None:
    """Write a complete file or leave the one another process has just written: web and worker start together."""
    draft = _drafted(path, text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _drafted(path: Path, text: str) -> Path:
    """A whole file beside another, on the disk, that nobody else can read at any instant."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(open_private(draft), "w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    return draft


@dataclass(frozen=True)
class HealthLimits:
    """From where `/healthz` says that something is wrong, for what may be a little wrong."""

    dead_jobs: int = 0
    """Jobs that failed for good, at most."""
    mail_minutes: int = 240
    """How long the oldest message that waits may have waited."""
    free_mb: int = 1024
    """Room on the disk of the data folder, at least."""
    failed_ticks: int = 2
    """How many times in a row a tick of the schedule may fail."""


@dataclass(frozen=True)
class Settings:
    """Everything the portal may be told from outside."""

    environment: Environment
    data_dir: Path
    database_url: str
    files_url: str
    tasks: Tasks
    secrets: Secrets = field(repr=False)
    provider: ProviderSettings | None = None
    """The organisation's identity provider; none and people sign in here alone."""
    secret_source: KeySource = field(default_factory=KeySource)
    """Where the secrets were read."""
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str = "vigie@localhost"
    decoys_domain: str | None = None
    """The domain of the addresses of invented customers, whose mail comes in by `decoys_url`."""
    decoys_url: str | None = field(default=None, repr=False)
    bounces_url: str | None = field(default=None, repr=False)
    """The folder or mailbox that bounces come in by; none and they go to the sender, unread."""
    bounces_to: str = "vigie@localhost"
    """The address of that mailbox, which takes « name+anything@… » too."""
    changes_url: str | None = field(default=None, repr=False)
    """The folder or mailbox that what vendors announce comes in by; none and it is pasted or handed in as a file."""
    changes_to: str | None = None
    """The address of that mailbox, which takes « name+anything@… » too."""
    base_url: str = "http://127.0.0.1:8000"
    clamd_url: str | None = None
    seal_file: Path = ROOT / "var" / "seal.json"
    """Where the key of the organisation's seal is; made by `flask seal make-key`."""
    seal_elsewhere: KeySource | None = None
    """The environment or the command that gives that key instead; it is then never written from here."""
    anchor_file: Path | None = None
    """Where the end of the journal is noted at each write, apart from the database; none in tests alone."""
    anchor_mail: tuple[str, ...] = ()
    """Addresses, far from the portal, that get the signed head of the journal each day."""
    timestamps_url: str | None = field(default=None, repr=False)
    """The server that timestamps seals and heads of the journal (RFC 3161); none and our clock alone says when."""
    organisation: str = UNNAMED
    demo_password: str | None = field(default=None, repr=False)
    file_credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    trusted_proxies: int = 0
    """Reverse proxies in front whose X-Forwarded-For is believed; with none, the header is an attacker's to write."""
    upload_max_bytes: int = 500 * 1024 * 1024
    vendor_most_bytes: int = 2048 * 1024 * 1024
    vendor_most_files: int = 1000
    """How much is kept of the files that one vendor hands in, each content once."""
    questionnaires_dir: Path = ROOT / "questionnaires"
    clauses_dir: Path = ROOT / "clause_library"
    is_environment_told: bool = True
    """Whether somebody has said where the portal runs, or forgotten to."""
    bind: str = "127.0.0.1:8000"
    """Where gunicorn listens, when it is not told otherwise."""
    backups_dir: Path | None = None
    """Where backups are kept, each in a folder: `flask doctor` looks at the age of the newest."""
    access_log: bool = False
    metrics_token: str | None = field(default=None, repr=False)
    """What whoever asks for figures must show; none and there are no figures."""
    metrics_dir: Path = ROOT / "var" / "metrics"
    """Where the web processes of a server put their figures together; emptied when it starts."""
    health: HealthLimits = HealthLimits()
    retention: Mapping[str, int] = field(default_factory=dict)
    """How many days the portal keeps its own data, where an organisation set otherwise than `core/retention.toml`."""
    clock_ahead: timedelta | None = None
    """How far the portal lives from the clock of its machine, in demonstrations and tests; never in production."""

    @property
    def signing_name(self) -> str:
        """The name an organisation signs with; none when nobody has said it, for « Vigie » signs nothing."""
        return "" if self.organisation == UNNAMED else self.organisation

    @property
    def seal_source(self) -> KeySource:
        """Where the key of the organisation's seal is read."""
        return self.seal_elsewhere or KeySource(file=self.seal_file)

    @property
    def mail_dir(self) -> Path:
        """Where messages land as `.eml` files when no SMTP server is set."""
        return self.data_dir / "mail"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read `VIGIE_*`; raises ConfigurationError with every fault at once."""
        # A variable left empty, as compose files do, is one that is not set.
        env = {name: value for name, value in (os.environ if environ is None else environ).items() if value}
        faults: list[str] = []
        env |= _from_files(env, faults)
        environment = _member(Environment, env.get("VIGIE_ENV", "development"), "VIGIE_ENV", faults)
        tasks = _member(Tasks, env.get("VIGIE_TASKS", "embedded"), "VIGIE_TASKS", faults)
        data_dir = Path(env.get("VIGIE_DATA_DIR", ROOT / "var")).resolve()
        database_url = with_driver(env.get("VIGIE_DATABASE_URL") or f"sqlite:///{data_dir / 'vigie.db'}")
        if not database_url.startswith(("sqlite:", "postgresql+psycopg:")):
            faults.append("VIGIE_DATABASE_URL : sqlite:///… ou postgresql://… attendu.")
        if tasks is Tasks.PROCRASTINATE and not database_url.startswith("postgresql"):
            faults.append("VIGIE_TASKS=procrastinate demande une base PostgreSQL (VIGIE_DATABASE_URL).")
        smtp_url = env.get("VIGIE_SMTP_URL") or None
        if smtp_url and not _is_address(smtp_url, {"smtp", "smtps"}):
            faults.append("VIGIE_SMTP_URL : smtp://[utilisateur:motdepasse@]hôte[:port] ou smtps://… attendu.")
        base_url = env.get("VIGIE_BASE_URL") or f"http://127.0.0.1:{env.get('PORT', '8000')}"
        if not _is_address(base_url, {"http", "https"}):
            faults.append("VIGIE_BASE_URL : une adresse http(s):// attendue.")
        if environment is Environment.PRODUCTION and not base_url.startswith("https://"):
            faults.append("VIGIE_BASE_URL : en production, l'adresse publique du portail commence par https://.")
        maximum = env.get("VIGIE_UPLOAD_MAX_MB", "500")
        if not maximum.isdecimal() or int(maximum) < 1:
            faults.append("VIGIE_UPLOAD_MAX_MB : un nombre entier de mégaoctets attendu.")
        most_size, most_files = (
            _count(env, name, default, faults)
            for name, default in (("VIGIE_VENDOR_MAX_MB", "2048"), ("VIGIE_VENDOR_MAX_FILES", "1000"))
        )
        # An https address means that something in front holds the certificate.
        proxies = env.get("VIGIE_TRUSTED_PROXIES", "1" if base_url.startswith("https://") else "0")
        if not proxies.isdecimal():
            faults.append("VIGIE_TRUSTED_PROXIES : un nombre entier attendu.")
        mail_from = env.get("VIGIE_MAIL_FROM", "vigie@localhost")
        if not re.fullmatch(r"[^\s@<>,]{1,64}@[^\s@<>,]{1,255}", mail_from):
            faults.append("VIGIE_MAIL_FROM : une adresse de messagerie attendue, seule.")
        bounces_url, bounces_to = _bounces(env, mail_from, faults)
        changes_url, changes_to = _changes(env, faults)
        decoys_domain, decoys_url = _decoys(env, faults)
        anchor_mail = _anchor_mail(env, faults)
        timestamps_url = _timestamps(env, faults)
        clock_ahead = _clock(env, environment, faults)
        provider = read_provider(env, faults, in_production=environment is Environment.PRODUCTION)
        retention = read_retention(env.get("VIGIE_RETENTION", ""), faults)
        secret_source = _keys_from(env, ("VIGIE_SECRET_FILE", "VIGIE_SECRETS", "VIGIE_SECRETS_COMMAND"), faults)
        seal_source = _keys_from(env, ("VIGIE_SEAL_FILE", "VIGIE_SEAL", "VIGIE_SEAL_COMMAND"), faults)
        metrics_token = _metrics_token(env, faults)
        health = _health(env, faults)
        if faults or environment is None or tasks is None:
            raise ConfigurationError("\n".join(faults))
        keys_folder = _keys_folder(data_dir, environment)
        secret_source = secret_source or KeySource(file=keys_folder / "secrets.json")
        files_url = env.get("VIGIE_FILES_URL") or f"file://{data_dir / 'files'}"
        file_credentials = {k: v for k, v in env.items() if k.startswith("AWS_")}
        return cls(
            environment=environment,
            data_dir=data_dir,
            database_url=database_url,
            files_url=files_url,
            tasks=tasks,
            secrets=Secrets.from_source(
                secret_source, standing=lambda: first_start.what_stands(database_url, files_url, file_credentials)
            ),
            provider=provider,
            secret_source=secret_source,
            smtp_url=smtp_url,
            mail_from=mail_from,
            decoys_domain=decoys_domain,
            decoys_url=decoys_url,
            bounces_url=bounces_url,
            bounces_to=bounces_to,
            changes_url=changes_url,
            changes_to=changes_to,
            base_url=base_url.rstrip("/"),
            clamd_url=env.get("VIGIE_CLAMD_URL") or None,
            seal_file=_seal_file(seal_source, secret_source, keys_folder),
            seal_elsewhere=seal_source if seal_source and seal_source.file is None else None,
            anchor_file=Path(env.get("VIGIE_ANCHOR", data_dir / "anchor.jsonl")).resolve(),
            anchor_mail=anchor_mail,
            timestamps_url=timestamps_url,
            organisation=" ".join(env.get("VIGIE_ORGANISATION", UNNAMED).split()),
            demo_password=env.get("VIGIE_DEMO_PASSWORD") or None,
            file_credentials=file_credentials,
            retention=retention,
            trusted_proxies=int(proxies),
            upload_max_bytes=int(maximum) * 1024 * 1024,
            vendor_most_bytes=most_size * 1024 * 1024,
            vendor_most_files=most_files,
            clock_ahead=clock_ahead,
            is_environment_told="VIGIE_ENV" in env,
            bind=bind_address(env),
            backups_dir=Path(env["VIGIE_BACKUPS"]) if "VIGIE_BACKUPS" in env else None,
            access_log=env.get("VIGIE_ACCESS_LOG", "0") not in {"0", "no", "off"},
            metrics_token=metrics_token,
            metrics_dir=Path(env.get("VIGIE_METRICS_DIR", data_dir / "metrics")),
            health=health,
        )


def child_environment() -> dict[str, str]:
    """What a child process that reads outside files is told of our environment: nothing of the portal's, no secret."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("VIGIE_", "AWS_"))}


def _keys_from(env: Mapping[str, str], names: tuple[str, str, str], faults: list[str]) -> KeySource | None:
    """The one source of keys that is told, in a file, in the variable itself or by a command."""
    file, given, command = names
    told = [name for name in names if name in env]
    if len(told) > 1:
        faults.append(f"{' et '.join(told)} : un seul à la fois.")
    if not told:
        return None
    if told[0] == file:
        return KeySource(file=Path(env[file]))
    return KeySource(given=env[given]) if told[0] == given else KeySource(command=env[command])


def _keys_folder(data_dir: Path, environment: Environment) -> Path:
    """Where keys are when nobody says: in production beside the data folder, so that a copy of it opens nothing.

    Those of an installation that has them in it already stay where they are.
    """
    if environment is not Environment.PRODUCTION or (data_dir / "secrets.json").exists():
        return data_dir
    return data_dir.with_name(f"{data_dir.name}-secrets")


def _seal_file(seal: KeySource | None, secret: KeySource, folder: Path) -> Path:
    if seal is not None and seal.file is not None:
        return seal.file
    return secret.file.with_name("seal.json") if secret.file is not None else folder / "seal.json"


def is_command() -> bool:
    """Whether this process is one of the commands (`flask …`), which must run for a portal to be put right."""
    return os.environ.get("FLASK_RUN_FROM_CLI") == "true" and sys.argv[1:2] != ["run"]


def bind_address(environ: Mapping[str, str] | None = None) -> str:
    """Where the pages are served: this machine alone unless `VIGIE_BIND` says otherwise.

    >>> bind_address({}), bind_address({"VIGIE_BIND": "unix:/run/vigie/web.sock"})
    ('127.0.0.1:8000', 'unix:/run/vigie/web.sock')
    """
    return (os.environ if environ is None else environ).get("VIGIE_BIND") or "127.0.0.1:8000"


IN_FILES = (
    "VIGIE_DATABASE_URL", "VIGIE_SMTP_URL", "VIGIE_BOUNCES", "VIGIE_CHANGES", "VIGIE_DECOYS",
    "VIGIE_METRICS_TOKEN", "VIGIE_OIDC_CLIENT_SECRET",
)  # fmt: skip
"""What holds a password and may be in a file that `…_FILE` names: secrets of systemd and of compose are files."""
LEAST_TOKEN = 32
"""Characters of the token of figures, at least: `openssl rand -hex 32` draws twice as many."""


def _from_files(env: Mapping[str, str], faults: list[str]) -> dict[str, str]:
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


def _metrics_token(env: Mapping[str, str], faults: list[str]) -> str | None:
    token = env.get("VIGIE_METRICS_TOKEN")
    if token and not (LEAST_TOKEN <= len(token) <= 512 and re.fullmatch("[!-~]+", token)):
        faults.append(f"VIGIE_METRICS_TOKEN : au moins {LEAST_TOKEN} caractères sans espace (openssl rand -hex 32).")
    return token or None


_HEALTH = {
    "VIGIE_HEALTH_DEAD_JOBS": "dead_jobs", "VIGIE_HEALTH_MAIL_MINUTES": "mail_minutes",
    "VIGIE_HEALTH_FREE_MB": "free_mb", "VIGIE_HEALTH_FAILED_TICKS": "failed_ticks",
}  # fmt: skip


def _health(env: Mapping[str, str], faults: list[str]) -> HealthLimits:
    found: dict[str, int] = {}
    for name, limit in _HEALTH.items():
        told = env.get(name, "")
        if told and not re.fullmatch("[0-9]{1,9}", told):
            faults.append(f"{name} : un nombre entier attendu.")
        elif told:
            found[limit] = int(told)
    return HealthLimits(**found)


def _count(env: Mapping[str, str], name: str, default: str, faults: list[str]) -> int:
    """A whole number, at least one."""
    told = env.get(name, default)
    if told.isascii() and told.isdecimal() and len(told) < 10 and int(told) >= 1:
        return int(told)
    faults.append(f"{name} : un nombre entier attendu, un au moins.")
    return 1


def _clock(env: Mapping[str, str], environment: Environment | None, faults: list[str]) -> timedelta | None:
    """How far the clock is moved: a portal that serves writes no act under a date that is not today's."""
    told = env.get("VIGIE_CLOCK")
    if not told:
        return None
    if environment is Environment.PRODUCTION:
        faults.append("VIGIE_CLOCK : refusé en production, où l'heure est celle de la machine.")
        return None
    try:
        return read_movement(told)
    except (ValueError, OverflowError):
        faults.append("VIGIE_CLOCK : un décalage (+400d, -2h) ou un instant (2027-11-24T09:00:00+01:00) attendu.")
        return None


def _anchor_mail(env: Mapping[str, str], faults: list[str]) -> tuple[str, ...]:
    """Who gets the head of the journal each day."""
    found = tuple(dict.fromkeys(filter(None, map(str.strip, env.get("VIGIE_ANCHOR_MAIL", "").split(",")))))
    if any(not re.fullmatch(r"[^\s@<>,]{1,64}@[^\s@<>,]{1,253}", one) for one in found):
        faults.append("VIGIE_ANCHOR_MAIL : des adresses de messagerie attendues, séparées par des virgules.")
    return found


def _timestamps(env: Mapping[str, str], faults: list[str]) -> str | None:
    """The server of timestamps."""
    url = env.get("VIGIE_TSA_URL")
    if url and not _is_address(url, {"http", "https"}):
        faults.append("VIGIE_TSA_URL : une adresse http(s):// attendue.")
    return url


def _bounces(env: Mapping[str, str], mail_from: str, faults: list[str]) -> tuple[str | None, str]:
    """Where bounces come in, and the address they are sent to."""
    url, address = _mail_box(env, "VIGIE_BOUNCES", "VIGIE_BOUNCES_TO", faults)
    return url, address or mail_from


def _changes(env: Mapping[str, str], faults: list[str]) -> tuple[str | None, str | None]:
    """Where what vendors announce comes in, and the address it is sent to: one is of no use without the other."""
    url, address = _mail_box(env, "VIGIE_CHANGES", "VIGIE_CHANGES_TO", faults)
    if bool(url) != bool(address):
        faults.append("VIGIE_CHANGES et VIGIE_CHANGES_TO : à régler ensemble, la boîte et son adresse.")
    return url, address


def _mail_box(env: Mapping[str, str], box: str, to: str, faults: list[str]) -> tuple[str | None, str | None]:
    """A folder or mailbox, and its address."""
    url, address = env.get(box) or None, env.get(to) or None
    if url and not url.startswith(("/", "file:///")) and not _is_address(url, {"imap", "imaps"}):
        faults.append(f"{box} : un dossier (/chemin) ou imaps://utilisateur:motdepasse@hôte/boîte attendu.")
    if address and not re.fullmatch(r"[^\s@<>,]{1,64}@[^\s@<>,]{1,253}", address):
        faults.append(f"{to} : une adresse de messagerie attendue, seule.")
    return url, address


def _decoys(env: Mapping[str, str], faults: list[str]) -> tuple[str | None, str | None]:
    """The domain of invented customers, and where its mail comes in."""
    domain, url = env.get("VIGIE_DECOYS_DOMAIN"), env.get("VIGIE_DECOYS")
    if domain and not re.fullmatch(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}", domain):
        faults.append("VIGIE_DECOYS_DOMAIN : un nom de domaine attendu, en minuscules (courrier.exemple.fr).")
    if url and not url.startswith(("/", "file:///")) and not _is_address(url, {"imap", "imaps"}):
        faults.append("VIGIE_DECOYS : un dossier (/chemin) ou imaps://utilisateur:motdepasse@hôte/boîte attendu.")
    if url and not domain:
        faults.append("VIGIE_DECOYS_DOMAIN : à régler aussi, c'est le domaine de ces adresses.")
    return domain or None, url or None


def _member(kind: type[StrEnum], value: str, name: str, faults: list[str]):  # type: ignore[no-untyped-def]
    try:
        return kind(value)
    except ValueError:
        faults.append(f"{name} : « {value} » inconnu ; valeurs possibles : {', '.join(kind)}.")
        return None


def _is_address(url: str, schemes: set[str]) -> bool:
    """Whether an address names one of these schemes, a host, and a port that exists if any.

    >>> _is_address("smtp://relais:25", {"smtp"}), _is_address("smtp://relais:vingt-cinq", {"smtp"})
    (True, False)
    """
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def with_driver(url: str) -> str:
    """Name the PostgreSQL driver that is installed, whatever the operator's habit.

    >>> with_driver("postgres://h/db")
    'postgresql+psycopg://h/db'
    """
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url
