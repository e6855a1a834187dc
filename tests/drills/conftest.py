"""What tests of drills share: a portal whose commits last, on each database, with a vendor and people."""

import hashlib
import json
import shutil
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core import process
from portal.core.db import Base, Database
from portal.drills import workshop
from portal.drills.models import Drill
from portal.vendors.models import LegalEntity, Service
from tests.conftest import BOTH, NOW, original_name, original_url, settings_for
from tests.databases import fresh_postgres
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


PEOPLE = {"dpo": Role.DPO, "lawyer": Role.LEGAL, "manager": Role.MANAGEMENT, "buyer": Role.BUYER}


class DrilledDatabases:
    """The database and the files of that portal, made once of each kind; every test has copies of its own.

    What a fixture goes on to do there may be kept too, by its name: the next test that asks for it begins with that.
    """

    def __init__(self, folder):
        self._folder = folder
        self._numbers = {}
        self._kept = set()

    def copied(self, kind, folder, request):
        """A copy for a test: its address, the number of each of its rows by name, and what is already done there."""
        if kind not in self._numbers:
            url = original_url(request, kind, self._folder, original_name("drilled"))
            secrets = request.getfixturevalue("portal_settings").secrets
            process.prepare(settings_for(self._folder / kind, url, secrets=secrets))
            self._numbers[kind] = self._fill(url)
        done = next((one for one in request.fixturenames if (kind, one) in self._kept), "")
        name, files = original_name(done or "drilled"), self._folder / kind / done
        for held in ("files", "exercices"):
            if (files / held).exists():
                shutil.copytree(files / held, folder / held)
        if kind == "sqlite":
            url = f"sqlite:///{shutil.copy(self._folder / name, folder / 'own.db')}"
        else:
            url = request.getfixturevalue("own_postgres")(name)
        return url, self._numbers[kind], done

    def keep(self, done, portal, request):
        """Keep the database and the files of a test as they now stand."""
        engine = portal.database.engine
        engine.dispose()
        kind, name = engine.dialect.name, original_name(done)
        for held in ("files", "exercices"):
            if (portal.folder / held).exists():
                shutil.copytree(portal.folder / held, self._folder / kind / done / held)
        if kind == "sqlite":
            shutil.copy(portal.folder / "own.db", self._folder / name)
        else:
            fresh_postgres(request.getfixturevalue("postgres"), name, template=engine.url.database)
        self._kept.add((kind, done))

    def _fill(self, url):
        database = Database.at(url)
        with database.transaction() as session:
            numbers = {name: (type(row), row.id) for name, row in rows_of(session).items()}
        database.engine.dispose()
        return numbers


def rows_of(session):
    """A vendor with a service, a line of the register and a contract; another; people of ours, and one of theirs."""
    ctx = Context(session, SYSTEM, NOW)
    vendor = full_vendor(session, name="Hébergeur Sud")
    vendor.breach_contact = "astreinte@sud.example"
    session.add(LegalEntity(key="maison", name="Maison", dpo_contact="dpo@maison.example", created_at=NOW))
    service = session.query(Service).filter_by(vendor_id=vendor.id).one()
    activity = activity_of(ctx, service_ids=(service.id,))
    contract_of(ctx, vendor, title="Accord Hébergeur Sud")
    rows = {"vendor": vendor, "other": vendor_of(session, name="Autre Société"), "service": service}
    people = {name: user_of(session, role) for name, role in PEOPLE.items()}
    rows |= {"activity": activity, **people, "outsider": vendor_user(session, vendor)}
    session.flush()
    return rows


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """What is made once."""
    return DrilledDatabases(tmp_path_factory.mktemp("drilled"))


@pytest.fixture(params=BOTH)
def portal(request, made, tmp_path, _app, portal_settings, monkeypatch):
    """A portal of its own, with its people: their clients, its database, its folder; the suite's one application."""
    url, numbers, done = made.copied(request.param, tmp_path, request)
    database = Database.at(url)
    told = settings_for(tmp_path, url, secrets=portal_settings.secrets)
    process.prepare(told)
    monkeypatch.setitem(_app.extensions, "vigie.settings", told)
    monkeypatch.setitem(_app.extensions, "vigie.database", database)
    with database.reading() as session:
        rows = {name: session.get_one(table, number) for name, (table, number) in numbers.items()}
        session.expunge_all()
    yield SimpleNamespace(
        app=_app, database=database, folder=tmp_path, client=lambda user: PageClient(_app, user), done=done, **rows
    )
    with database.reading() as session:
        drills = session.scalars(select(Drill.id)).all()
    for number in drills:
        workshop.wait_for_work(number)
    database.engine.dispose()


@pytest.fixture
def dpo(portal):
    return portal.client(portal.dpo)


@pytest.fixture
def once(portal, made, request):
    """`once("breach", act)`: what the fixture of this name does to the portal, done once and found by later tests."""

    def do(name, act):
        if portal.done != name:
            act()
            made.keep(name, portal, request)

    return do


@pytest.fixture
def breach(portal, dpo, once):
    """A drill under way: the vendor leaks on Friday at 18:00, the lawyer takes part."""

    def begin():
        made = dpo.post("/exercices/nouveau/fuite", {**BREACH, "members": [str(portal.lawyer.id)]})
        assert made.response.headers["Location"] == "/exercices/1"

    once("breach", begin)
    return "/exercice/1"


def reached(portal, number=1):
    """The steps that stand reached."""
    with portal.database.reading() as session:
        from_here = Context(session, SYSTEM, NOW)
        return {step.value for step in workshop.steps_of(from_here, number)}
