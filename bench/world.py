"""A portal with as many vendors as wanted, filled by bulk inserts, and a signed-in client for each role."""

import gc
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from werkzeug.test import Client

from bench.questionnaire import eighty
from portal.app import create_app
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.campaigns import services as campaigns
from portal.contracts.models import Contract, ContractVersion
from portal.core import migrating, tokens
from portal.core.clock import now
from portal.core.config import Environment, Secrets, Settings, Tasks
from portal.core.db import Database
from portal.core.language import Language
from portal.identity.models import LoginSession, User
from portal.mystery.models import MysteryPlan, MysteryState, MysteryTest
from portal.mystery.rules.script import Way
from portal.questionnaires import catalogue
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.services import publish
from portal.samples.models import CaseSample, SampleState
from portal.samples.rules.columns import SampleKind
from portal.scorecards.models import Scorecard
from portal.vendors.models import Contact, Membership, Service, Vendor
from portal.vendors.rules.status import VendorStatus
from portal.vendors.rules.tier import Tier
from portal.vendors.services import search_text


@dataclass
class World:
    """One portal to measure."""

    app: Flask
    database: Database
    settings: Settings
    campaign_id: int = 0
    audit_id: int = 0
    """The first vendor's audit on the questionnaire shipped."""
    eighty_id: int = 0
    """Its audit of 80 questions on one page."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What another process is told to find this portal."""
        return {
            "VIGIE_ENV": self.settings.environment.value,
            "VIGIE_DATA_DIR": str(self.settings.data_dir),
            "VIGIE_DATABASE_URL": self.settings.database_url,
        }

    def client(self, role: Role) -> Client:
        """A signed-in test client of a role."""
        with self.database.transaction() as session:
            user_id = session.scalars(select(User.id).where(User.role == role).order_by(User.id)).first()
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


@contextmanager
def world(size: int) -> Iterator[World]:
    """A fresh portal on SQLite with `size` vendors, each with an audit, a contact, an account, a contract, a score."""
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as name:
        folder = Path(name)
        settings = Settings(
            environment=Environment.DEVELOPMENT,
            data_dir=folder,
            database_url=f"sqlite:///{folder / 'vigie.db'}",
            files_url=f"file://{folder / 'files'}",
            tasks=Tasks.EMBEDDED,
            secrets=Secrets.at(folder / "secrets.json"),
        )
        database = Database.at(settings.database_url)
        migrating.upgrade(database)
        made = World(create_app(settings, database), database, settings)
        with database.transaction() as session:
            _fill(made, session, size)
        gc.collect()
        gc.freeze()  # as wsgi.py does
        yield made
        gc.unfreeze()
        database.engine.dispose()


def _fill(made: World, session: Session, size: int) -> None:
    """Everything in one transaction, mostly by bulk inserts."""
    moment = now()
    ctx = Context(session, SYSTEM, moment)
    staff = (Role.DPO, Role.LEGAL, Role.MANAGEMENT)
    session.execute(insert(User), [_account(role, role.value, f"{role.value}@bench.test", moment) for role in staff])
    socle = catalogue.load()["socle-rgpd"]
    version, long = publish(ctx, socle), publish(ctx, eighty(socle))
    rows = [_vendor(n, moment) for n in range(size)]
    ids = session.scalars(insert(Vendor).returning(Vendor.id, sort_by_parameter_order=True), rows).all()
    accounts = [_account(Role.VENDOR_ADMIN, f"Contact {i}", f"v{i}@bench.test", moment) for i in ids]
    users = session.scalars(insert(User).returning(User.id, sort_by_parameter_order=True), accounts).all()
    pairs = list(zip(ids, users, strict=True))
    session.execute(insert(Membership), [{"vendor_id": v, "user_id": u} for v, u in pairs])
    session.execute(
        insert(Contact),
        [{"vendor_id": v, "user_id": u, "name": f"Contact {v}", "email": f"v{v}@bench.test"} for v, u in pairs],
    )
    session.execute(insert(Service), [_service(v) for v in ids])
    session.execute(insert(Audit), [_audit(v, n, version, moment) for n, v in enumerate(ids)])
    audits = dict(session.execute(select(Audit.vendor_id, Audit.id)).all())
    session.execute(insert(Scorecard), [_card(v, n, audits[v], moment) for n, v in enumerate(ids)])
    session.execute(insert(Contract), [_contract(v, n, moment) for n, v in enumerate(ids)])
    contracts = session.scalars(select(Contract.id).order_by(Contract.id)).all()
    session.execute(insert(ContractVersion), [_contract_version(c, moment) for c in contracts])
    session.execute(insert(MysteryPlan), [_mystery_plan(v, moment) for v in ids])
    planned = dict(session.execute(select(MysteryPlan.vendor_id, MysteryPlan.id)).all())
    session.execute(insert(MysteryTest), [_mystery_test(v, n, planned[v], moment) for n, v in enumerate(ids)])
    session.execute(insert(CaseSample), [_sample(v, n, moment) for n, v in enumerate(ids)])
    session.execute(insert(CaseSample), [_sample(ids[0], n, moment) for n in range(size // 10)])
    made.audit_id = audits[ids[0]]
    made.eighty_id = session.scalars(insert(Audit).returning(Audit.id), [_audit(ids[0], 0, long, moment)]).one()
    made.campaign_id = campaigns.create(ctx, _plan(moment)).id


def _account(role: Role, name: str, email: str, moment: datetime) -> dict[str, Any]:
    return {
        "email": email,
        "name": name,
        "role": role,
        "language": Language.FR,
        "created_at": moment,
        "recovery_hashes": [],
        "password_hash": "x",
    }


def _vendor(n: int, moment: datetime) -> dict[str, Any]:
    name, statuses, tiers = f"Prestataire {n:05}", list(_STATUSES), list(Tier)
    blank = {"name": name, "legal_name": "", "siren": "", "siret": "", "vat": "", "lei": ""}
    return {
        "key": f"v{n}",
        "name": name,
        "folded_name": name.lower(),
        "country": ("FR", "FR", "DE", "US", "IE")[n % 5],
        "sought": search_text(f"v{n}", blank),
        "status": statuses[n % 4],
        "tier": tiers[n % 4],
        "inherent": 1 + n % 5,
        "tier_terms": [],
        "notes": {},
        "created_at": moment,
    }


_STATUSES = (VendorStatus.ACTIVE, VendorStatus.ACTIVE, VendorStatus.ONBOARDING, VendorStatus.PROSPECT)


def _service(vendor_id: int) -> dict[str, Any]:
    lists: dict[str, Any] = {"categories": [], "special_categories": [], "subjects": [], "locations": ["FR"]}
    return {"vendor_id": vendor_id, "name": "Service", "notes": {}, **lists}


def _audit(vendor_id: int, n: int, version: QuestionnaireVersion, moment: datetime) -> dict[str, Any]:
    state = (AuditState.OPENED, AuditState.IN_PROGRESS, AuditState.SUBMITTED, AuditState.ACCEPTED)[n % 4]
    return {
        "vendor_id": vendor_id,
        "questionnaire_version_id": version.id,
        "state": state,
        "opened_at": moment,
        "submitted_at": None if state.is_with_vendor else moment,
        "accepted_at": moment if state is AuditState.ACCEPTED else None,
        "due_on": (moment + timedelta(days=n % 60 - 20)).date(),
        "returned_questions": [],
        "answered": n % 30,
        "expected": 36,
    }


def _card(vendor_id: int, n: int, audit_id: int, moment: datetime) -> dict[str, Any]:
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


def _contract(vendor_id: int, n: int, moment: datetime) -> dict[str, Any]:
    return {
        "key": f"dpa-{n}",
        "vendor_id": vendor_id,
        "template_key": "dpa",
        "title": f"Accord de sous-traitance {n:05}",
        "typed": {},
        "created_at": moment,
    }


def _contract_version(contract_id: int, moment: datetime) -> dict[str, Any]:
    return {
        "contract_id": contract_id,
        "number": 1,
        "language": Language.FR,
        "facts": {},
        "clauses": [],
        "tree": {},
        "coverage": [],
        "blanks": [],
        "covered": 30 + contract_id % 10,
        "required": 40,
        "sha256": f"{contract_id:064}",
        "created_at": moment,
    }


def _mystery_plan(vendor_id: int, moment: datetime) -> dict[str, Any]:
    return {
        "vendor_id": vendor_id,
        "way": Way.WEB,
        "interface": "https://boutique.example/commandes",
        "every": 6,
        "first_on": moment.date(),
        "created_at": moment,
    }


def _mystery_test(vendor_id: int, n: int, plan_id: int, moment: datetime) -> dict[str, Any]:
    return {
        "plan_id": plan_id,
        "vendor_id": vendor_id,
        "way": Way.WEB,
        "interface": "https://boutique.example/commandes",
        "state": (MysteryState.PLANNED, MysteryState.RUNNING)[n % 2],
        "due_on": (moment + timedelta(days=n % 60 - 20)).date(),
        "started_at": moment,
        "script": [],
        "result": [],
    }


def _sample(vendor_id: int, n: int, moment: datetime) -> dict[str, Any]:
    state = (SampleState.ASKED, SampleState.MEASURED)[n % 2]
    return {
        "vendor_id": vendor_id,
        "kind": SampleKind.CASES,
        "state": state,
        "asked_at": moment,
        "sent_at": moment,
        "measured_at": moment if state is SampleState.MEASURED else None,
        "due_on": (moment + timedelta(days=n % 60 - 20)).date(),
        "period_from": moment.date() - timedelta(days=90),
        "period_to": moment.date() - timedelta(days=1),
        "population": 1000,
        "size": 278,
        "confidence": "0.95",
        "margin": "0.05",
        "seed": f"{n:032}",
    }


def _plan(moment: datetime) -> campaigns.Plan:
    start = f"{moment + timedelta(days=30):%Y-%m-%d}"
    return campaigns.Plan(
        name="Campagne annuelle",
        questionnaire_key="socle-rgpd",
        audience={"statuses": ["actif", "en_integration", "prospect"]},
        recurrence={"every": "once", "start": start, "at": "09:00", "zone": "Europe/Paris"},
        delay_days=30,
        reminders=(-7,),
        escalation_email="",
        escalation_after_days=7,
    )  # fmt: skip
