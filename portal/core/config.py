"""Frozen settings, read once from the environment; every fault is reported at boot, in one list."""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from portal.core.dataclass import dataclass
from portal.core.errors import ConfigurationError
from portal.core.key_sources import KeySource
from portal.core.late import late
from portal.core.provider_settings import ProviderSettings, read_provider
from portal.core.retention import read_retention
from portal.core.secret_keys import Secrets
from portal.core.variables import (
    is_address,
    read_anchor_mail,
    read_bounces,
    read_changes,
    read_clock_ahead,
    read_count,
    read_decoys,
    read_files,
    read_member,
    read_metrics_token,
    read_timestamp_server,
)

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
        env |= read_files(env, faults)
        environment = read_member(Environment, env.get("VIGIE_ENV", "development"), "VIGIE_ENV", faults)
        tasks = read_member(Tasks, env.get("VIGIE_TASKS", "embedded"), "VIGIE_TASKS", faults)
        data_dir = Path(env.get("VIGIE_DATA_DIR", ROOT / "var")).resolve()
        database_url = with_driver(env.get("VIGIE_DATABASE_URL") or f"sqlite:///{data_dir / 'vigie.db'}")
        if not database_url.startswith(("sqlite:", "postgresql+psycopg:")):
            faults.append("VIGIE_DATABASE_URL : sqlite:///… ou postgresql://… attendu.")
        if tasks is Tasks.PROCRASTINATE and not database_url.startswith("postgresql"):
            faults.append("VIGIE_TASKS=procrastinate demande une base PostgreSQL (VIGIE_DATABASE_URL).")
        smtp_url = env.get("VIGIE_SMTP_URL") or None
        if smtp_url and not is_address(smtp_url, {"smtp", "smtps"}):
            faults.append("VIGIE_SMTP_URL : smtp://[utilisateur:motdepasse@]hôte[:port] ou smtps://… attendu.")
        base_url = env.get("VIGIE_BASE_URL") or f"http://127.0.0.1:{env.get('PORT', '8000')}"
        if not is_address(base_url, {"http", "https"}):
            faults.append("VIGIE_BASE_URL : une adresse http(s):// attendue.")
        if environment is Environment.PRODUCTION and not base_url.startswith("https://"):
            faults.append("VIGIE_BASE_URL : en production, l'adresse publique du portail commence par https://.")
        maximum = env.get("VIGIE_UPLOAD_MAX_MB", "500")
        if not maximum.isdecimal() or int(maximum) < 1:
            faults.append("VIGIE_UPLOAD_MAX_MB : un nombre entier de mégaoctets attendu.")
        most_size, most_files = (
            read_count(env, name, default, faults)
            for name, default in (("VIGIE_VENDOR_MAX_MB", "2048"), ("VIGIE_VENDOR_MAX_FILES", "1000"))
        )
        # An https address means that something in front holds the certificate.
        proxies = env.get("VIGIE_TRUSTED_PROXIES", "1" if base_url.startswith("https://") else "0")
        if not proxies.isdecimal():
            faults.append("VIGIE_TRUSTED_PROXIES : un nombre entier attendu.")
        mail_from = env.get("VIGIE_MAIL_FROM", "vigie@localhost")
        if not re.fullmatch(r"[^\s@<>,]{1,64}@[^\s@<>,]{1,255}", mail_from):
            faults.append("VIGIE_MAIL_FROM : une adresse de messagerie attendue, seule.")
        bounces_url, bounces_to = read_bounces(env, mail_from, faults)
        changes_url, changes_to = read_changes(env, faults)
        decoys_domain, decoys_url = read_decoys(env, faults)
        anchor_mail = read_anchor_mail(env, faults)
        timestamps_url = read_timestamp_server(env, faults)
        clock_ahead = read_clock_ahead(env, faults, in_production=environment is Environment.PRODUCTION)
        provider = read_provider(env, faults, in_production=environment is Environment.PRODUCTION)
        retention = read_retention(env.get("VIGIE_RETENTION", ""), faults)
        secret_source = _keys_from(env, ("VIGIE_SECRET_FILE", "VIGIE_SECRETS", "VIGIE_SECRETS_COMMAND"), faults)
        seal_source = _keys_from(env, ("VIGIE_SEAL_FILE", "VIGIE_SEAL", "VIGIE_SEAL_COMMAND"), faults)
        metrics_token = read_metrics_token(env, faults)
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


def with_driver(url: str) -> str:
    """Name the PostgreSQL driver that is installed, whatever the operator's habit.

    >>> with_driver("postgres://h/db")
    'postgresql+psycopg://h/db'
    """
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url
