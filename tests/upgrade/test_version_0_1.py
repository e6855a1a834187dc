"""A database of version 0.1, its jobs pending, is brought up to date: nothing fails and nothing is unknown."""

import email
import email.policy
import inspect
import json
import re
import shutil
import sqlite3
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from werkzeug.routing import Rule

from portal.app import create_app
from portal.authz.context import Context
from portal.authz.policy import GRANTS, SYSTEM, Permission, Role
from portal.core import mail as post
from portal.core import migrating, process, schema
from portal.core.db import Base, Database
from portal.core.landing import Landing
from portal.core.language import Language
from portal.core.schema import SchemaState
from portal.core.secret_keys import Secrets
from portal.identity.models import OneTimeLink, User
from portal.jobs import execution, ledger
from portal.jobs.models import Job, JobState, Mail
from portal.journal import entry_text, wording
from portal.journal import queries as journal
from portal.journal.models import JournalEntry
from portal.vendors.models import Membership
from portal.web import guard, landings
from tests.conftest import settings_for
from tests.pages import PageClient
from tests.printing_cache import nothing_printed

HERE = Path(__file__).parent
NAMES: dict[str, Any] = json.loads((HERE / "names_0_1.json").read_text(encoding="utf-8"))
AFTER = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
"""When the jobs are run: the day after the copy was made."""
ABSENT_FILE = "introuvable dans le coffre"
"""The copy has only the files that jobs read; asked for another one, a page says so."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy, unpacked."""
    path = tmp_path_factory.mktemp("version_0_1")
    with tarfile.open(HERE / "version_0_1.tar.xz") as archive:
        archive.extractall(path, filter="data")
    with sqlite3.connect(path / "vigie.db") as connection:
        connection.executescript((path / "vigie.sql").read_text(encoding="utf-8"))
    connection.close()
    return path


@pytest.fixture(scope="module")
def upgraded(folder: Path, portal_settings) -> Iterator[Flask]:
    """The application over the copy, migrated, its jobs run until none is left."""
    database = Database.at(f"sqlite:///{folder / 'vigie.db'}")
    with database.reading() as session:
        assert set(session.scalars(text("SELECT DISTINCT kind FROM job"))) == set(NAMES["job_kinds"])
    migrating.upgrade(database)
    assert schema.state(database) is SchemaState.CURRENT
    # The key of the journal is that of the process, which other tests prepare meanwhile.
    secrets = replace(Secrets.at(folder / "secrets.json"), journal=portal_settings.secrets.journal)
    settings = settings_for(folder, str(database.engine.url), secrets=secrets)
    app = create_app(settings, database)
    app.testing = False  # a page that breaks is counted among the others
    with nothing_printed():
        execution.drain(database, "after", clock=lambda: AFTER)
    yield app
    database.engine.dispose()
    process.prepare(portal_settings)
    shutil.rmtree(folder / "files", ignore_errors=True)


@pytest.fixture
def store(upgraded: Flask) -> Database:
    return upgraded.extensions["vigie.database"]


def test_every_job_that_was_pending_is_done(store):
    with store.reading() as session:
        left = session.execute(
            select(Job.kind, Job.state, Job.last_error).where(Job.state != JobState.DONE, Job.run_at <= AFTER)
        ).all()
    assert left == []


def test_every_mail_that_waited_is_sent_and_its_link_leads_to_a_page(upgraded, store, folder):
    with store.reading() as session:
        assert session.scalars(select(Mail.template).where(Mail.sent_at.is_(None))).all() == []
        count = len(session.scalars(select(Mail.id)).all())
    routes = upgraded.url_map.bind("127.0.0.1:8000")
    letters = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in (folder / "mail").glob("*.eml")
    ]
    assert len(letters) == count >= 70
    for letter in letters:
        words = letter.get_content()
        assert "inconnu" not in words.lower()
        path = re.search(r"http://127\.0\.0\.1:8000(/[^\s?#]*)", words)[1]
        routes.match(path)  # raises NotFound


def test_every_one_time_link_still_lands_on_a_page(upgraded, store):
    routes = upgraded.url_map.bind("127.0.0.1:8000")
    with store.reading() as session:
        kept = session.scalars(select(OneTimeLink.landing)).all()
    assert any(landing.startswith("/espace/") for landing in kept)
    for landing in kept:
        routes.match(landings.path_in(upgraded, Landing.read(landing)).partition("?")[0])


def test_every_row_is_read_with_its_enumerations_and_its_frozen_documents(store):
    with store.reading() as session:
        for mapper in Base.registry.mappers:
            session.scalars(select(mapper.class_)).all()


def test_the_chain_of_the_journal_holds_and_every_entry_is_worded(upgraded, store):
    with store.reading() as session:
        ctx = Context(session, SYSTEM, AFTER)
        assert not journal.verify(ctx).broken
        entries = session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
        session.expunge_all()
    known = set(NAMES["journal_fields"])
    with upgraded.test_request_context():
        for entry in entries:
            shown = entry_text.shown_entry(entry)
            assert entry.action in wording.ACTIONS, entry.action
            assert entry.object_type in wording.OBJECTS, entry.object_type
            assert entry.action.partition(".")[0] in wording.FAMILIES, entry.action
            assert not {change.label for change in shown.changes} & known


def ids_of(store: Database) -> dict[str, list[int]]:
    """Identifiers by the name of the argument of an address, most recent first, a few of each."""
    found: dict[str, list[int]] = {}
    with store.reading() as session:
        for table in Base.metadata.sorted_tables:
            if "id" in table.c:
                ids = list(session.scalars(select(table.c.id).order_by(table.c.id.desc()).limit(60)))
                found[table.name] = [*ids[:2], *ids[-2:]]
                for key in table.foreign_keys:
                    found.setdefault(key.parent.name, list(dict.fromkeys(
                        session.scalars(select(key.parent).where(key.parent.is_not(None)).limit(200)))))  # fmt: skip
    return found


def addresses(rule: Rule, known: dict[str, list[int]]) -> Iterator[str]:
    """Addresses of a rule with rows that exist; none when an argument is not the identifier of a row."""
    if not rule.arguments:
        yield rule.rule
        return
    if len(rule.arguments) > 1:
        return
    (name,) = rule.arguments
    table = ALIASES.get(name, name.removesuffix("_id"))
    for number in known.get(table, known.get(name, []))[:4]:
        yield re.sub(r"<[^>]*>", str(number), rule.rule)


ALIASES = {
    "sample_id": "case_sample",
    "test_id": "mystery_test",
    "plan_id": "mystery_plan",
    "entity_id": "legal_entity",
}
"""Arguments of addresses that are not called like their table."""
SKIPPED = {"system.components", "static", "web.static", "bootstrap.static"}


def test_every_page_opens_for_every_role_that_may_see_it(upgraded, store):
    known, opened, failed = ids_of(store), Counter(), []
    for role in (role for role in Role if role not in {Role.SYSTEM, Role.ANONYMOUS}):
        user = person_of(store, role)
        if user is None:
            continue
        client = PageClient(upgraded, user).client
        for rule in upgraded.url_map.iter_rules():
            needed = guard.declared(upgraded, rule.endpoint)
            if "GET" not in rule.methods or rule.endpoint in SKIPPED or not isinstance(needed, Permission):
                continue
            if needed not in GRANTS[role]:
                continue
            for address in addresses(rule, known):
                answer = client.get(address)
                words = answer.get_data(as_text=True) if "html" in (answer.content_type or "") else ""
                if answer.status_code >= 500 and ABSENT_FILE not in words:
                    failed.append((role.value, address, answer.status_code))
                if answer.status_code == 200:
                    opened[rule.endpoint] += 1
                    if re.search(r"\b(unknown|None)\b", re.sub(r"<script.*?</script>|<[^>]+>", " ", words, flags=re.S)):
                        failed.append((role.value, address, "unknown"))
                    break
    assert failed == []
    assert len(opened) >= 60


def person_of(store: Database, role: Role) -> User | None:
    with store.reading() as session:
        people = select(User).where(User.role == role, User.disabled_at.is_(None)).order_by(User.id)
        if role.is_vendor:
            people = people.join(Membership, Membership.user_id == User.id)
        found = session.scalars(people).first()
        session.expunge_all()
        return found


def test_every_kind_of_job_of_version_0_1_is_run_with_the_arguments_it_was_promised_with():
    for kind, arguments in NAMES["job_kinds"].items():
        taken = inspect.signature(ledger.REGISTRY[kind].run).parameters
        open_ended = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in taken.values())
        assert open_ended or set(arguments) <= set(taken), kind


@pytest.mark.parametrize("what", ["actions", "objects", "families", "fields"])
def test_every_word_that_version_0_1_wrote_in_the_journal_has_a_name(app, what):
    assert set(NAMES[f"journal_{what}"]) <= set(getattr(wording, what.upper()))


def test_every_value_that_version_0_1_wrote_in_the_journal_has_a_name(app):
    missing = {
        field: left for field, values in NAMES["journal_values"].items()
        if (left := set(values) - set(wording.VALUES.get(field, {})))
    }  # fmt: skip
    assert missing == {}


def test_every_template_of_mail_of_version_0_1_is_still_written(app):
    for template in NAMES["mail_templates"]:
        for language in Language:
            with pytest.raises(Exception) as failure:  # noqa: PT011 - no value is given
                post.render(template, language, {})
            assert "TemplateNotFound" not in type(failure.value).__name__, template


def test_every_origin_of_findings_of_version_0_1_is_one_that_a_domain_still_reads(app):
    assert set(NAMES["finding_origins"]) <= set(app.extensions["vigie.finding_sightings"])
