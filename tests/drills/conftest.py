"""What tests of drills share: a portal whose commits last, on each database, with a vendor and people."""

import hashlib
import json
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from portal.app import create_app
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core import process
from portal.core.db import Base, Database
from portal.drills import workshop
from portal.drills.models import Drill
from portal.vendors.models import LegalEntity, Service
from tests.conftest import NOW, settings_for
from tests.factories.people import user_of
from tests.factories.register import activity_of
from tests.factories.signatures import contract_of
from tests.factories.world import full_vendor, vendor_of, vendor_user
from tests.pages import PageClient

KEPT_APART = frozenset(
    {"drill", "drill_step", "drill_member", "login_session", "journal_entry", "journal_head", "journal_tree_node"}
)
"""Tables that a drill may leave something in: its own, the journal, and the session of each browser."""
BREACH = {
    "name": "Hébergeur Sud", "set_at": "2026-11-27T18:00", "scene": "Le prestataire appelle : des données ont fui.",
    "aim_minutes": "240",
}  # fmt: skip


def digests(database):
    """The digest of every table that a drill has no business with."""
    with database.reading() as session:
        return {
            table.name: hashlib.sha256(
                json.dumps(
                    [list(map(str, row)) for row in session.execute(
                        select(table).order_by(*table.primary_key.columns))]
                ).encode()
            ).hexdigest()
            for table in Base.metadata.sorted_tables
            if table.name not in KEPT_APART
        }  # fmt: skip


@pytest.fixture
def portal(lasting_url, tmp_path):
    """A portal of its own, with its people: their clients, its database, its folder."""
    database = Database.at(lasting_url)
    app = create_app(settings_for(tmp_path, lasting_url), database)
    process.prepare(app.extensions["vigie.settings"])
    with database.transaction() as session:
        ctx = Context(session, SYSTEM, NOW)
        vendor = full_vendor(session, name="Hébergeur Sud")
        vendor.breach_contact = "astreinte@sud.example"
        session.add(LegalEntity(key="maison", name="Maison", dpo_contact="dpo@maison.example", created_at=NOW))
        service = session.query(Service).filter_by(vendor_id=vendor.id).one()
        activity = activity_of(ctx, service_ids=(service.id,))
        contract_of(ctx, vendor, title="Accord Hébergeur Sud")
        other = vendor_of(session, name="Autre Société")
        dpo, lawyer, manager, buyer = (
            user_of(session, role) for role in (Role.DPO, Role.LEGAL, Role.MANAGEMENT, Role.BUYER)
        )
        outsider = vendor_user(session, vendor)
    found = SimpleNamespace(
        app=app, database=database, folder=tmp_path, vendor=vendor, other=other, activity=activity, service=service,
        dpo=dpo, lawyer=lawyer, manager=manager, buyer=buyer, outsider=outsider,
        client=lambda user: PageClient(app, user),
    )  # fmt: skip
    yield found
    with database.reading() as session:
        numbers = session.scalars(select(Drill.id)).all()
    for number in numbers:
        workshop.wait_for_work(number)
    database.engine.dispose()


@pytest.fixture
def dpo(portal):
    return portal.client(portal.dpo)


@pytest.fixture
def breach(portal, dpo):
    """A drill under way: the vendor leaks on Friday at 18:00, the lawyer takes part."""
    made = dpo.post("/exercices/nouveau/fuite", {**BREACH, "members": [str(portal.lawyer.id)]})
    assert made.response.headers["Location"] == "/exercices/1"
    return "/exercice/1"


def reached(portal, number=1):
    """The steps that stand reached."""
    with portal.database.reading() as session:
        from_here = Context(session, SYSTEM, NOW)
        return {step.value for step in workshop.steps_of(from_here, number)}
