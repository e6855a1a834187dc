"""Error answers when the database is what is missing: at once, in the browser's language, for people and scripts."""

import errno
import shutil
import sqlite3
from datetime import timedelta

import pytest
from flask import Blueprint
from psycopg.errors import DeadlockDetected, UniqueViolation
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from portal.app import create_app
from portal.authz.policy import Role
from portal.core import migrating, process
from portal.core.db import Database
from portal.core.files import Full
from portal.core.language import Language
from portal.identity.models import LoginSession
from portal.web import edge
from portal.web.error_pages import has_met_another, has_no_room, is_outage
from portal.web.guard import public
from tests.conftest import NOW, settings_for
from tests.databases import free_port, fresh_postgres, server
from tests.factories.people import token_for, user_of
from tests.pages import Page, PageClient

bp = Blueprint("ends", __name__, url_prefix="/ends")
ENDS = {
    "crash": RuntimeError("it broke"),
    "no-room": OSError(errno.ENOSPC, "No space left on device"),
    "store-full": Full(),
    "met": IntegrityError("INSERT", {}, UniqueViolation("duplicate key value violates unique constraint")),
    "deadlock": OperationalError("UPDATE", {}, DeadlockDetected("deadlock detected")),
    "database-full": OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full")),
}


@bp.get("/<ending>")
@public
def end(ending):
    raise ENDS[ending]


class Away(Database):
    """A database that is not there."""

    def __init__(self):
        self.asked = 0

    def waiting(self, seconds):
        return self

    def session(self, *, write):
        self.asked += 1
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))


@pytest.fixture
def away():
    return Away()


@pytest.fixture
def broken(tmp_path, portal_settings, away):
    """The portal as in production, its database away."""
    made = create_app(settings_for(tmp_path, portal_settings.database_url), away)
    made.config.update(TESTING=False)
    made.register_blueprint(bp)
    yield made
    process.prepare(portal_settings)


@pytest.fixture
def signed_in(broken):
    """A browser with a cookie, whose language is English."""
    client = broken.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = "a token", True
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB, en;q=0.9, fr;q=0.5"
    return client


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [("GET", "/nowhere", 404, "This page does not exist"), ("DELETE", "/connexion", 405, "does not open that way"),
     ("GET", "/ends/crash", 500, "Something broke on our side"), ("GET", "/ends/no-room", 507, "disk is full"),
     ("GET", "/ends/met", 409, "writing at the same moment"),
     ("GET", "/ends/deadlock", 409, "nothing that you sent was kept"),
     ("GET", "/ends/store-full", 507, "disk is full"), ("GET", "/ends/database-full", 507, "disk is full")],
)  # fmt: skip
def test_an_error_page_asks_the_database_for_nothing(signed_in, away, method, path, status, sentence):
    found = signed_in.open(path, method=method)
    assert found.status_code == status
    assert "<h1>" in found.text
    assert sentence in found.text
    assert not away.asked
    spoken = signed_in.open(path, method=method, headers={"Accept": "application/json"})
    assert sentence in spoken.json["error"]


def test_a_form_too_large_is_told_so_without_the_database(signed_in, away):
    found = signed_in.post("/connexion", data={"email": "x" * 70_000})
    assert (found.status_code, away.asked) == (413, 0)
    assert "too large" in found.text


@pytest.mark.parametrize("path", ["/", "/sous-traitants", "/mon-compte"])
def test_a_page_without_its_database_says_when_to_come_back(signed_in, path, capsys):
    found = signed_in.get(path)
    assert (found.status_code, found.headers["Retry-After"]) == (503, "10")
    assert "The portal is not answering at the moment." in found.text
    assert '<html lang="en"' in found.text
    assert "database away" in capsys.readouterr().err
    assert signed_in.get(path, headers={"Accept": "application/json"}).json == {
        "error": "The portal is not answering at the moment. Nothing that was saved is lost: try again."
    }


def test_what_says_that_the_database_is_away_and_what_is_a_fault_of_ours():
    assert is_outage(NoConnectionLeft("pool"))
    assert is_outage(OperationalError("x", {}, Exception("database is locked")))
    assert is_outage(DBAPIError("x", {}, Exception("gone"), connection_invalidated=True))
    assert not is_outage(OperationalError("x", {}, Exception("no such table: vendor")))
    assert not is_outage(ProgrammingError("x", {}, Exception("syntax error")))
    assert not is_outage(RuntimeError("database is locked"))
    assert not is_outage(ENDS["deadlock"])
    assert not has_met_another(IntegrityError("x", {}, sqlite3.IntegrityError("UNIQUE constraint failed: vendor.key")))
    assert not has_no_room(OSError(errno.EACCES, "denied"))


@pytest.fixture
def locked(migrated, tmp_path, portal_settings, monkeypatch):
    """The portal over a SQLite file that another process writes to and does not let go of."""
    monkeypatch.setattr(edge, "PATIENCE", 0.02)
    file = shutil.copy(migrated, tmp_path / "own.db")
    database = Database.at(f"sqlite:///{file}")
    made = create_app(settings_for(tmp_path, f"sqlite:///{file}"), database)
    made.config.update(TESTING=False, WTF_CSRF_ENABLED=False)
    with database.transaction() as session:
        token = token_for(session, user_of(session, Role.DPO))
        session.query(LoginSession).update({"seen_at": NOW - timedelta(minutes=2)})
    client = made.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield client
    other.close()
    database.engine.dispose()
    process.prepare(portal_settings)


def test_a_writer_is_told_that_the_database_is_locked_and_a_reader_reads(locked, monkeypatch):
    monkeypatch.setattr("portal.identity.web_session.NOTE_SECONDS", 0.02)
    refused = locked.post("/sous-traitants/nouveau", data={"name": "Acme", "country": "FR"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    assert locked.get("/sous-traitants").status_code == 200


@pytest.mark.faults
def test_a_postgresql_that_is_stopped_is_said_at_once(tmp_path, portal_settings):
    port = free_port()
    with server(port) as address:
        url = fresh_postgres(address, "portail")
        database = Database.at(url)
        made = create_app(settings_for(tmp_path, url), database)
        made.config.update(TESTING=False)
        migrating.upgrade(database)
        with database.transaction() as session:
            user = user_of(session, Role.DPO)
        dpo = PageClient(made, user)
        dpo.get("/sous-traitants")
    for path in ("/sous-traitants", "/journal", "/connexion"):
        found = dpo.client.get(path)
        assert (found.status_code, found.headers["Retry-After"]) == (503, "10")
        assert "Le portail ne répond pas pour le moment." in found.text
    assert dpo.client.get("/nowhere").status_code == 404
    database.engine.dispose()
    process.prepare(portal_settings)


def ended(page, path, fields):
    """What a form that comes after the end of its session is answered."""
    token = page.csrf("/mon-compte")
    with page.client.session_transaction() as cookie:
        cookie["_user_id"] = "gone"
    return Page(page.client.post(path, data={**fields, "csrf_token": token}))


@pytest.mark.parametrize(
    "path", ["/audits/constats/1/modifier", "/contrats/1/redaction/titre", "/sous-traitants/nouveau"]
)
def test_what_was_written_in_any_form_is_given_back_when_the_session_has_ended(as_, path):
    text = "Chiffrer les sauvegardes,\net <le> prouver avant la fin du mois."
    told = ended(as_(Role.DPO), path, {"action": text, "state": "ouvert", "note": "n° 12"})
    assert [one.text.replace("\r", "").removeprefix("\n") for one in told.all("//textarea")] == [text]
    assert "Ce que vous aviez écrit" in told.words


def test_what_was_written_in_a_page_open_too_long_is_given_back(as_):
    """Somebody signed in again in another tab: to reload, as the page said, lost all that was typed in this one."""
    text = "Chiffrer les sauvegardes,\net <le> prouver avant la fin du mois."
    fields = {"text": text, "vendor": "Acme", "csrf_token": "of another session"}
    told = Page(as_(Role.DPO).client.post("/changements/nouveau", data=fields))
    assert told.status == 400
    assert [one.text.replace("\r", "").removeprefix("\n") for one in told.all("//textarea")] == [text]
    assert "dans la page rechargée" in told.words
    secret = {"password": "une phrase de marée basse", "again": "une phrase de marée basse"}
    assert "marée" not in Page(as_(Role.DPO).client.post("/mon-compte/mot-de-passe", data=secret)).text


def test_no_password_is_given_back(as_):
    fields = {"old": "une phrase de marée basse", "password": "une autre phrase de marée", "again": "x"}
    told = ended(as_(Role.DPO), "/mon-compte/mot-de-passe", fields)
    assert "marée" not in told.words
    assert not told.all("//textarea")


@pytest.mark.parametrize(("own", "asked"), [(Language.EN, "fr"), (Language.FR, "en")])
def test_an_address_that_is_no_page_answers_in_the_language_of_the_account(app, session, own, asked):
    client = PageClient(app, user_of(session, Role.DPO, language=own))
    client.get("/mon-compte", headers={"Accept-Language": asked})
    assert client.get("/nulle-part", status=404, headers={"Accept-Language": asked}).tree.get("lang") == own.value
