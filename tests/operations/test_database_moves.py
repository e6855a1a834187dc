"""From SQLite to PostgreSQL and back: every row, the journal, the numbers that go on, and every page of the staff."""

import json
import re
from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest
from sqlalchemy import select

from portal.app import create_app
from portal.core.db import Database
from portal.identity.models import User
from portal.jobs import execution
from portal.seed.demo_history import write_history
from portal.vendors.models import Vendor
from tests.conftest import NOW, fresh_postgres, own_name, settings_for
from tests.factories.backups import portal_at, put_back, with_content
from tests.pages import PageClient
from tests.printing_cache import nothing_printed

STAFF = ("dpo@verdelet.example", "juriste@verdelet.example", "direction@verdelet.example")
EACH = 2
"""Pages of one kind that are followed: their rows differ, their statements do not."""
VARYING = re.compile(r'nonce="[^"]*"|nonce-[\w+/=-]+|name="csrf_token"[^>]*|name="csrf-token"[^>]*')


@pytest.fixture
def there(postgres):
    """An empty database on the other side."""
    return fresh_postgres(postgres, own_name())


def told(result, code):
    assert result.exit_code == code, result.output
    return result.output.translate(str.maketrans("’\u202f\xa0", "'  "))


@pytest.mark.postgres
def test_a_portal_moves_to_postgresql_and_back(migrated, there, tmp_path, portal_settings):
    (tmp_path / "vigie.db").write_bytes(migrated.read_bytes())
    with put_back(portal_settings):
        own = with_content(portal_at(tmp_path, f"sqlite:///{tmp_path / 'vigie.db'}"))
        went = json.loads(told(own.run("database", "copy", there, "--json"), 0))
        assert (went["faults"], went["journal"], went["rows"]["stored_file"]) == ([], 3, 3)
        keys = {"secrets": own.settings.secrets, "seal_file": own.settings.seal_file}
        moved = portal_at(tmp_path, there, **keys)
        moved.hand_in("after.txt")
        assert "4 fichiers ouverts" in told(moved.run("files", "verify"), 0)
        back = f"sqlite:///{tmp_path / 'back.db'}"
        assert "Journal vérifié : 4 écritures" in told(moved.run("database", "copy", back), 0)
        returned = portal_at(tmp_path, back, **keys)
        returned.hand_in("again.txt")
        assert json.loads(told(returned.run("journal", "verify", "--json"), 0))["count"] == 5
        for one in (own, moved, returned):
            one.database.engine.dispose()


@pytest.mark.postgres
def test_nothing_is_copied_over_tables_nor_by_halves(migrated, there, tmp_path, portal_settings):
    (tmp_path / "vigie.db").write_bytes(migrated.read_bytes())
    with put_back(portal_settings):
        own = with_content(portal_at(tmp_path, f"sqlite:///{tmp_path / 'vigie.db'}"))
        with own.database.transaction() as session:
            session.connection().exec_driver_sql("UPDATE stored_file SET filename = 'a' || char(0) || 'b' WHERE id = 3")
        assert "stored_file : une ligne est refusée" in told(own.run("database", "copy", there), 1)
        assert "a déjà des tables" in told(own.run("database", "copy", there), 1)
        assert "ne répond pas" in told(own.run("database", "copy", "postgresql://nobody@127.0.0.1:1/none"), 1)
        assert own.run("database", "copy", "mysql://h/x").exit_code == 2
        empty = Database.at(there)
        with empty.reading() as session:
            assert session.scalar(select(Vendor.id).limit(1)) is None
            assert session.connection().exec_driver_sql("SELECT count(*) FROM stored_file").scalar() == 0
        empty.engine.dispose()
        own.database.engine.dispose()


@pytest.mark.postgres
@pytest.mark.long
def test_every_page_of_the_staff_is_the_same_on_both(migrated, there, tmp_path, portal_settings):
    (tmp_path / "vigie.db").write_bytes(migrated.read_bytes())
    url = f"sqlite:///{tmp_path / 'vigie.db'}"
    with put_back(portal_settings):
        settings = settings_for(tmp_path, url)
        database = Database.at(url)
        app = create_app(settings, database)
        with database.transaction() as session, nothing_printed():
            write_history(session, NOW, "une phrase de passe bien longue")
        with nothing_printed():
            execution.drain(database, "moved")
        execution.release_resources()
        clients = {email: client_of(app, database, email) for email in STAFF}
        pages = list(walked(clients))
        report = json.loads(told(app.test_cli_runner().invoke(args=["database", "copy", there, "--json"]), 0))
        assert report["faults"] == []
        assert report["rows"]["vendor"] > 5
        before = asked(clients, pages)
        moved = Database.at(there)
        again = create_app(settings_for(tmp_path, there, secrets=settings.secrets), moved)
        after = asked({email: seen_by(again, client) for email, client in clients.items()}, pages)
        different = [key for key in pages if after[key] != before[key]]
        assert not different, told_apart(before, after, different)
        assert len({kind_of(address) for _, address in pages}) > 60
        for one in (database, moved):
            one.engine.dispose()


def client_of(app, database, email):
    with database.reading() as session:
        return PageClient(app, session.scalars(select(User).where(User.email == email)).one()).client


def seen_by(app, client):
    """The same browser, signed in with the same session, before another server."""
    found = app.test_client()
    with client.session_transaction() as theirs, found.session_transaction() as ours:
        ours.update(theirs)
    return found


def walked(clients):
    """What each person may open from their home page, as (person, address)."""
    for email, client in clients.items():
        todo, counts, seen = deque(["/"]), {}, {"/"}
        while todo:
            address = todo.popleft()
            answer = client.get(address)
            if answer.mimetype != "text/html" or answer.status_code != 200:
                continue
            yield email, address
            for link in re.findall(r'href="([^"#]+)"', answer.get_data(as_text=True)):
                parts = urlsplit(urljoin(address, link.replace("&amp;", "&")))
                following = f"{parts.path}?{parts.query}" if parts.query else parts.path
                kind = kind_of(following)
                if parts.netloc or following in seen or counts.get(kind, 0) >= EACH or is_outside(parts.path):
                    continue
                counts[kind] = counts.get(kind, 0) + 1
                seen.add(following)
                todo.append(following)


def asked(clients, pages):
    """What each is answered, but for what is drawn for each answer."""
    return {
        (email, address): VARYING.sub("", clients[email].get(address).get_data(as_text=True))
        for email, address in pages
    }


def told_apart(before, after, different):
    """The addresses, and the first line of each that is not the same."""
    lines = []
    for key in different:
        both = zip(before[key].splitlines(), after[key].splitlines(), strict=False)
        first = next(((one.strip(), other.strip()) for one, other in both if one != other), ("…", "…"))
        lines.append(f"{key}: {first[0][:160]} | {first[1][:160]}")
    return "\n".join([f"{len(different)} of {len(before)}", *lines])


def kind_of(address):
    """An address without its numbers and what is looked for."""
    return re.sub(r"\d+", "n", address.partition("?")[0])


def is_outside(path):
    return path.startswith(("/static", "/deconnexion", "/langue", "/_"))
