"""A portal as in use, with as many vendors as wanted: the demonstration copied; a signed-in client for each role."""

import atexit
import gc
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session
from werkzeug.test import Client

from bench.copies import copy_vendors
from bench.questionnaire import eighty
from portal.app import create_app
from portal.audits.models import Audit
from portal.audits.services import open_audits
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.campaigns import services as campaigns
from portal.core import migrating, tokens
from portal.core.clock import now
from portal.core.config import Environment, Settings, Tasks
from portal.core.db import Database
from portal.core.secret_keys import Secrets
from portal.identity.models import LoginSession, User
from portal.jobs.models import Job, JobState, Mail
from portal.processing.keeping import keep_proposals
from portal.questionnaires import catalogue
from portal.questionnaires.services import publish
from portal.seed.demo_history import write_history
from portal.seed.demo_mystery_tests import CALL_CENTRE, CARRIER
from portal.seed.demo_people import VENDORS
from portal.vendors.models import Membership, Vendor

PASSWORD = "une phrase de marée"
"""Of every account."""
FEW = tuple(plan for plan in VENDORS if plan.sheet.name in {CALL_CENTRE, CARRIER, "Studio Pixel"})
"""A demonstration that takes a second, for tests."""


@dataclass
class World:
    """One portal to measure."""

    app: Flask
    database: Database
    settings: Settings
    vendors: int = 0
    campaign_id: int = 0
    vendor_id: int = 0
    """The vendor that answers: the first one."""
    audit_id: int = 0
    """An audit of its own on the questionnaire shipped, opened and not yet begun."""
    eighty_id: int = 0
    """Another of 80 questions on one page."""
    answering: Sequence[int] = field(default_factory=tuple)
    """Audits of 80 questions, of as many vendors, for those who answer at the same time; the last is `eighty_id`."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What another process is told to find this portal."""
        return {
            "VIGIE_ENV": self.settings.environment.value,
            "VIGIE_DATA_DIR": str(self.settings.data_dir),
            "VIGIE_DATABASE_URL": self.settings.database_url,
        }

    def client(self, who: Role | int) -> Client:
        """A signed-in test client of the first account of a role, or of an account by its number."""
        with self.database.transaction() as session:
            user_id = who if isinstance(who, int) else self._first_account(session, who)
            token, moment = tokens.draw(), now()
            session.add(
                LoginSession(
                    user_id=user_id,
                    token_hash=tokens.fingerprint(token),
                    created_at=moment,
                    seen_at=moment + timedelta(hours=1),  # so that no page measured is the one that notes the visit
                    second_factor_at=moment,
                )
            )
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        return client

    def cookie(self, who: Role | int) -> str:
        """The same as a header for a server of this portal."""
        held = self.client(who).get_cookie("vigie")
        assert held is not None
        return f"vigie={held.value}"

    def _first_account(self, session: Session, role: Role) -> int:
        accounts = select(User.id).where(User.role == role).order_by(User.id)
        if role is Role.VENDOR_ADMIN:
            accounts = accounts.join(Membership).where(Membership.vendor_id == self.vendor_id)
        return int(session.scalars(accounts).first() or 0)

    def account_of(self, audit_id: int) -> int:
        """The account of the vendor that answers an audit."""
        found = select(Membership.user_id).join(Audit, Audit.vendor_id == Membership.vendor_id)
        with self.database.reading() as session:
            return int(session.scalars(found.where(Audit.id == audit_id)).first() or 0)

    def first(self, model: Any, *conditions: ColumnElement[bool]) -> int:
        """The number of the first row of a kind, 0 without any."""
        with self.database.reading() as session:
            return int(session.scalars(select(model.id).where(*conditions).order_by(model.id)).first() or 0)


@contextmanager
def world(size: int, *, few: bool = False, url: str | None = None) -> Iterator[World]:
    """A fresh portal with at least `size` vendors, on SQLite or on an empty database at an address.

    The demonstration has eleven vendors, three with `few`: the next multiple of that is made.
    """
    plans = FEW if few else VENDORS
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as name:
        folder = Path(name)
        if url is None:
            shutil.copytree(_demonstration(few=few), folder, dirs_exist_ok=True)
        settings = settings_of(folder, url)
        database = Database.at(settings.database_url)
        made = World(create_app(settings, database), database, settings)
        if url is not None:
            _write_demonstration(database, few=few)
        turns = -(-size // len(plans)) - 1
        with database.engine.begin() as connection:
            copy_vendors(connection, turns)
        made.vendors = len(plans) * (turns + 1)
        with database.transaction() as session:
            _add_open_work(made, session)
        is_frozen = gc.get_freeze_count() > 0
        gc.collect()
        gc.freeze()  # as wsgi.py does
        yield made
        if not is_frozen:
            gc.unfreeze()
        database.engine.dispose()


def settings_of(folder: Path, url: str | None = None) -> Settings:
    """Settings of a portal in one folder."""
    return Settings(
        environment=Environment.DEVELOPMENT,
        data_dir=folder,
        database_url=url or f"sqlite:///{folder / 'vigie.db'}",
        files_url=f"file://{folder / 'files'}",
        tasks=Tasks.EMBEDDED,
        secrets=Secrets.at(folder / "secrets.json"),
    )


@cache
def _demonstration(*, few: bool) -> Path:
    """A folder with the demonstration on SQLite, made once in a process and copied from then on."""
    folder = Path(tempfile.mkdtemp(prefix="vigie-demonstration-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings = settings_of(folder)
    database = Database.at(settings.database_url)
    create_app(settings, database)
    _write_demonstration(database, few=few)
    with database.engine.connect() as connection:
        held = connection.connection.dbapi_connection
        assert held is not None
        held.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # so that one file holds everything
    database.engine.dispose()
    return folder


def _write_demonstration(database: Database, *, few: bool) -> None:
    migrating.upgrade(database)
    with database.transaction() as session:
        write_history(session, now(), PASSWORD, FEW if few else VENDORS)
        # What was promised while it was written has been done since, as in any portal that lives.
        session.execute(delete(Mail))
        session.execute(update(Job).values(state=JobState.DONE))


def _add_open_work(made: World, session: Session) -> None:
    """What the demonstration has not: an audit just opened, and some of 80 questions on one page."""
    ctx = Context(session, SYSTEM, now())
    socle = catalogue.load()["socle-rgpd"]
    version, long = publish(ctx, socle), publish(ctx, eighty(socle))
    vendors = list(session.scalars(select(Vendor.id).join(Membership).order_by(Vendor.id).limit(12)))
    due = ctx.today + timedelta(days=30)
    made.vendor_id = vendors[0]
    made.campaign_id = campaigns.create(ctx, _everybody(ctx.today)).id
    made.audit_id = open_audits(ctx, vendors[:1], version, due_on=due)[0]
    made.answering = tuple(reversed(open_audits(ctx, vendors, long, due_on=due)))
    made.eighty_id = made.answering[-1]
    keep_proposals(ctx)  # as the worker does within a minute


def _everybody(today: date) -> campaigns.Plan:
    """A campaign that speaks to every vendor."""
    start = today + timedelta(days=30)
    return campaigns.Plan(
        name="Campagne annuelle",
        questionnaire_key="socle-rgpd",
        audience={"statuses": ["actif", "en_integration", "prospect"]},
        recurrence={"every": "once", "start": start.isoformat(), "at": "09:00", "zone": "Europe/Paris"},
        delay_days=30,
        reminders=(-7,),
        escalation_email="",
        escalation_after_days=7,
    )  # fmt: skip
