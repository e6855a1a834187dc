"""A portal with as many vendors as wanted, filled by bulk inserts, and a signed-in client for each role."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import insert, select

from portal.app import create_app
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core import migrating, tokens
from portal.core.clock import now
from portal.core.config import Environment, Secrets, Settings, Tasks
from portal.core.db import Database
from portal.core.language import Language
from portal.identity.models import LoginSession, User
from portal.questionnaires import catalogue
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.services import publish
from portal.scorecards.models import Scorecard
from portal.vendors.models import Contact, Membership, Service, Vendor
from portal.vendors.rules.status import Status
from portal.vendors.rules.tier import Tier
from portal.vendors.services.sheets import sought


@dataclass
class World:
    """One portal to measure."""

    app: Flask
    database: Database
    settings: Settings
    size: int

    def client(self, role: Role):
        """A signed-in test client of a role."""
        with self.database.transaction() as session:
            user = session.scalars(select(User).where(User.role == role)).first()
            token = tokens.draw()
            session.add(
                LoginSession(
                    user_id=user.id,
                    token_hash=tokens.fingerprint(token),
                    created_at=now(),
                    seen_at=now(),
                    second_factor_at=now(),
                )
            )
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        return client


@contextmanager
def world(size: int, **changes) -> Iterator[World]:
    """A fresh portal on SQLite with `size` vendors, an audit, a contact, an account and a scorecard each."""
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as name:
        folder = Path(name)
        settings = Settings(
            environment=Environment.DEVELOPMENT,
            data_dir=folder,
            database_url=f"sqlite:///{folder / 'b.db'}",
            files_url=f"file://{folder / 'files'}",
            tasks=Tasks.EMBEDDED,
            secrets=Secrets.at(folder / "s.json"),
            **changes,
        )
        database = Database.at(settings.database_url)
        migrating.upgrade(database)
        app = create_app(settings, database)
        fill(database, size)
        yield World(app, database, settings, size)
        database.engine.dispose()


def fill(database: Database, size: int) -> None:
    """Write everything in one transaction."""
    moment, statuses = now(), [Status.ACTIVE, Status.ACTIVE, Status.ONBOARDING, Status.PROSPECT]
    tiers = list(Tier)
    with database.transaction() as session:
        people = [
            {
                "email": f"{role.value}@bench.test",
                "name": role.value,
                "role": role,
                "language": Language.FR,
                "created_at": moment,
                "recovery_hashes": [],
            }
            for role in (Role.DPO, Role.LEGAL, Role.MANAGEMENT, Role.BUYER)
        ]
        session.execute(insert(User), people)
        version = publish(Context(session, SYSTEM, moment), catalogue.load()["socle-rgpd"])
        vendors = [
            {
                "key": f"v{n}",
                "name": f"Prestataire {n:05}",
                "folded_name": f"prestataire {n:05}",
                "country": "FR",
                "sought": sought(f"v{n}", _blank(n)),
                "status": statuses[n % 4],
                "tier": tiers[n % 4],
                "inherent": 1 + n % 5,
                "tier_terms": [],
                "notes": {},
                "created_at": moment,
            }
            for n in range(size)
        ]
        ids = session.scalars(insert(Vendor).returning(Vendor.id, sort_by_parameter_order=True), vendors).all()
        accounts = [
            {
                "email": f"v{i}@bench.test",
                "name": f"Contact {i}",
                "role": Role.VENDOR_ADMIN,
                "language": Language.FR,
                "created_at": moment,
                "recovery_hashes": [],
                "password_hash": "x",
            }
            for i in ids
        ]
        users = session.scalars(insert(User).returning(User.id, sort_by_parameter_order=True), accounts).all()
        pairs = list(zip(ids, users, strict=True))
        session.execute(insert(Membership), [{"vendor_id": v, "user_id": u} for v, u in pairs])
        session.execute(
            insert(Contact),
            [{"vendor_id": v, "user_id": u, "name": f"Contact {v}", "email": f"v{v}@bench.test"} for v, u in pairs],
        )
        session.execute(
            insert(Service),
            [
                {
                    "vendor_id": v,
                    "name": "Service",
                    "categories": [],
                    "special_categories": [],
                    "subjects": [],
                    "locations": ["FR"],
                    "notes": {},
                }
                for v in ids
            ],
        )
        session.execute(insert(Audit), [_audit(v, n, version, moment) for n, v in enumerate(ids)])
        audits = dict(session.execute(select(Audit.vendor_id, Audit.id)).tuples().all())
        session.execute(insert(Scorecard), [_card(v, n, audits[v], moment) for n, v in enumerate(ids)])


def _blank(n: int) -> dict[str, str]:
    return {"name": f"Prestataire {n:05}", "legal_name": "", "siren": "", "siret": "", "vat": "", "lei": ""}


def _audit(vendor_id: int, n: int, version: QuestionnaireVersion, moment) -> dict:
    states = [AuditState.OPENED, AuditState.IN_PROGRESS, AuditState.SUBMITTED, AuditState.ACCEPTED]
    return {
        "vendor_id": vendor_id,
        "questionnaire_version_id": version.id,
        "state": states[n % 4],
        "opened_at": moment,
        "due_on": (moment + timedelta(days=n % 60 - 20)).date(),
        "returned_questions": [],
        "answered": n % 30,
        "expected": 36,
    }


def _card(vendor_id: int, n: int, audit_id: int, moment) -> dict:
    return {
        "vendor_id": vendor_id,
        "audit_id": audit_id,
        "taken_at": moment,
        "reason": "accepted",
        "basis_points": n * 37 % 10_000,
        "coverage_points": 10_000,
        "grade": "ABCDE"[n % 5],
        "inherent": 1 + n % 5,
        "tier": list(Tier)[n % 4],
        "residual_points": 10_000 + n * 13 % 40_000,
        "detail": {},
        "scale_sha256": "0" * 64,
    }
