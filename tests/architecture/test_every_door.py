"""Every endpoint, asked by each of the nine roles, with what belongs to three vendors; every post without its token;
every page with a script in each text. The world is the demonstration; each request is undone.
"""

import os
from collections.abc import Iterator
from functools import cache

import pytest
from sqlalchemy import Enum, ForeignKey, String, Table, Text, func, select
from sqlalchemy.types import TypeDecorator

from portal.authz.policy import GRANTS, Role, Scope
from portal.core import process
from portal.core.db import Base
from portal.web import guard
from tests.conftest import NOW, settings_for
from tests.demonstrations import PEOPLE, World, world_in
from tests.factories.addresses import addresses, own_vendor, tables_of

METHODS = ("GET", "POST")
HARD = os.environ.get("VIGIE_TEST_FUZZ") == "hard"
AWAY = {Role.BUYER, Role.EXPERT, Role.VENDOR_ADMIN, Role.VENDOR_RESPONDENT, Role.VENDOR_READER}
"""Those whose reach is some vendors."""


@pytest.fixture(scope="module")
def world(tmp_path_factory, portal_settings) -> Iterator[World]:
    """One demonstration for every test here."""
    yield world_in(tmp_path_factory.mktemp("doors") / "world", settings_for, NOW)
    process.prepare(portal_settings)


@pytest.fixture
def bare(monkeypatch):
    """Pages are not written out: who may ask for them is the point."""
    monkeypatch.setattr("flask.templating._render", lambda *_: "")
    monkeypatch.setattr("jinja2.Template.render", lambda *_: "")  # those of errors


def rules_of(world, method):
    """Every rule of a method, but those of files that anyone may read."""
    return [rule for rule in world.app.url_map.iter_rules() if method in (rule.methods or ())]


def any_path(rule):
    """An address of a rule, whatever it leads to."""
    values = {}
    for name, converter in rule._converters.items():
        offered = sorted(getattr(converter, "items", ()) or ())
        values[name] = offered[0] if offered else 1 if "id" in name or name in {"number", "round"} else "x"
    built = rule.build(values)
    return built[1]


def test_whoever_lacks_a_permission_is_refused_at_every_door_and_writes_nothing(world, bare):
    """Exactly 403, or 404 where a vendor is not to know that there is something; by each method under `make fuzz`."""
    asked, faults = 0, []
    for method in METHODS:
        for rule in rules_of(world, method):
            if method == "GET" and "POST" in rule.methods and not HARD:
                continue
            needed = guard.declared(world.app, rule.endpoint)
            if needed == guard.PUBLIC:
                continue
            for role in PEOPLE:
                if needed in GRANTS[role]:
                    continue
                data = {"csrf_token": world.token(role)} if method == "POST" else None
                found = world.asked(role, method, any_path(rule), data=data)
                is_unseen = rule.endpoint.partition(".")[0] in guard._UNSEEN and role.is_vendor
                asked += 1
                if found.status_code != (404 if is_unseen else 403) or world.written:
                    faults.append(f"{role.value} {method} {rule.rule}: {found.status_code} {world.written[:1]}")
    assert not faults
    assert asked > 2000


@cache
def path_to_vendor(table: Table) -> tuple[ForeignKey, ...] | None:
    """The keys from a table to the first that names its vendor; none when nothing leads there."""
    todo: list[tuple[Table, tuple[ForeignKey, ...]]] = [(table, ())]
    seen = {table}
    while todo:
        here, way = todo.pop(0)
        if here.name == "vendor" or "vendor_id" in here.c:
            return way
        for key in sorted(here.foreign_keys, key=lambda one: one.parent.name):
            further = key.column.table
            if further not in seen and further.name not in {"user", "stored_file", "questionnaire_version"}:
                seen.add(further)
                todo.append((further, (*way, key)))
    return None


def rows_of(world, table, vendor_id):
    """A row of a table that belongs to a vendor, if there is one."""
    way = path_to_vendor(table)
    if way is None:
        return []
    joined = table
    for key in way:
        joined = joined.join(key.column.table, key.parent == key.column)
    last = way[-1].column.table if way else table
    column = last.c.vendor_id if "vendor_id" in last.c else last.c.id
    wanted = select(table.c.id).select_from(joined).where(column == vendor_id).order_by(table.c.id).limit(1)
    return [row[0] for row in world.row(wanted)]


def reaches(world):
    """For each role whose reach is some vendors: those it reaches, found without the policy."""
    tables = Base.metadata.tables
    vendor, held = tables["vendor"], tables["membership"]

    def of(role):
        user = world.clients[role].user.id
        if role is Role.BUYER:
            return {row[0] for row in world.row(select(vendor.c.id).where(vendor.c.owner_id == user))}
        return {row[0] for row in world.row(select(held.c.vendor_id).where(held.c.user_id == user))}

    return {role: of(role) for role in AWAY}


def test_what_is_out_of_reach_does_not_exist_at_any_door(world, bare):
    """With the numbers of three vendors: those of another are 404, to read and to write, and nothing is written."""
    reached = reaches(world)
    own, assigned = own_vendor(world), next(iter(reached[Role.EXPERT]))
    bought = next(iter(reached[Role.BUYER] - {own, assigned}))
    vendor = Base.metadata.tables["vendor"]
    others = [row[0] for row in world.row(select(vendor.c.id).order_by(vendor.c.id))]
    asked, faults, inside = 0, [], 0
    for method in METHODS:
        for rule in rules_of(world, method):
            needed = guard.declared(world.app, rule.endpoint)
            rows = [name for name in rule.arguments if tables_of(rule, name)]
            if needed == guard.PUBLIC or not rows:
                continue
            found_of = {}
            for vendor_id in dict.fromkeys((own, assigned, bought, *others)):
                path = path_of(world, rule, vendor_id) if len(found_of) < 3 else None
                if path is not None:
                    found_of[vendor_id] = path
            for vendor_id, path in found_of.items():
                for role in AWAY:
                    scope = GRANTS[role].get(needed)
                    if scope in {None, Scope.ALL} or vendor_id in reached[role]:
                        inside += vendor_id in reached[role]
                        continue
                    data = {"csrf_token": world.token(role)} if method == "POST" else None
                    found = world.asked(role, method, path, data=data)
                    asked += 1
                    # Who only reads is refused whatever they write, before anybody looks for the row.
                    gone = {403, 404} if role is Role.VENDOR_READER and method == "POST" else {404}
                    if found.status_code not in gone or world.written:
                        faults.append(f"{role.value} {method} {path}: {found.status_code} {world.written[:1]}")
    assert not faults
    assert asked > 300
    assert inside > 100


def path_of(world, rule, vendor_id):
    """An address of a rule whose first row is this vendor's; none when it has no such row."""
    values = {}
    for name, converter in rule._converters.items():
        offered = sorted(getattr(converter, "items", ()) or ())
        tables = tables_of(rule, name)
        if tables:
            found = [row for table in tables for row in rows_of(world, table, vendor_id)]
            if not found:
                return None
            values[name] = found[0]
        else:
            values[name] = offered[0] if offered else 1 if name in {"number", "round"} else "x"
    built = rule.build(values)
    return built and built[1]


def test_a_post_without_its_token_is_refused_at_every_door_and_writes_nothing(world, bare):
    """Whoever is signed in and may do it: a page elsewhere that posts in their name gets nothing."""
    asked, faults = 0, []
    for rule in rules_of(world, "POST"):
        needed = guard.declared(world.app, rule.endpoint)
        role = next((one for one in PEOPLE if needed == guard.PUBLIC or needed in GRANTS[one]), None)
        if role is None:
            continue
        for data in ({}, {"csrf_token": "x"}, {"csrf_token": world.token(role)[:-4] + "AAAA"})[: 1 + asked % 3]:
            found = world.asked(role, "POST", any_path(rule), data=data)
            if found.status_code != 400 or world.written:
                faults.append(f"{role.value} {rule.rule}: {found.status_code} {world.written[:1]}")
        asked += 1
    assert not faults
    assert asked > 250


PAYLOAD = "\"'><script>alert(7)</script>"
KEPT = {"user", "login_session", "job", "journal_entry", "questionnaire_version", "stored_file", "template_wording"}
"""Tables whose texts are keys, digests or our own words."""
NOT_WORDS = (
    "key",
    "sha256",
    "hash",
    "token",
    "email",
    "country",
    "language",
    "address",
    "code",
    "sought",
    "folded_name",
    "toml",
)


def texts_of(table):
    """The columns in which somebody writes what they like."""
    for column in table.columns:
        kind = column.type
        if isinstance(kind, TypeDecorator | Enum) or not isinstance(kind, String | Text) or column.unique:
            continue
        if column.primary_key or column.foreign_keys or any(word in column.name for word in NOT_WORDS):
            continue
        if isinstance(kind, Text) or (kind.length or 0) >= 100:
            yield column


def test_no_page_gives_a_script_that_somebody_wrote_in_any_text(world):
    written = 0
    with world.database.undoing():
        for table in Base.metadata.sorted_tables:
            if table.name in KEPT:
                continue
            for column in texts_of(table):
                with world.database.connection.begin_nested() as point:
                    try:
                        world.database.connection.execute(
                            table.update().where(column != "").values({column.name: PAYLOAD})
                        )
                        written += 1
                    except Exception:  # a value that must be one of a few, or unique with others
                        point.rollback()
        # A question written here is kept as TOML, which its forms write: the script goes in as they would put it there.
        quoted = 'text.fr = "' + PAYLOAD.replace('"', '\\"')
        question = Base.metadata.tables["own_question"]
        written += world.database.connection.execute(
            question.update().values(toml=func.replace(question.c.toml, 'text.fr = "', quoted))
        ).rowcount
        shown, faults, carrying = 0, [], 0
        for _rule, role, path in addresses(world, "GET"):
            if path == "/healthz":
                continue  # a script in the marks of the schedule is a schedule that fails, which it says
            found = world.asked(role, "GET", path)
            body = found.get_data(as_text=True) if found.mimetype == "text/html" else ""
            shown += found.status_code == 200 and bool(body)
            carrying += "alert(7)" in body
            if "<script>alert(7)" in body or found.status_code >= 500:
                faults.append(f"{role.value} {path}: {found.status_code}")
    assert not faults
    assert written > 100
    assert shown > 100
    assert carrying > 40, "the texts were on the pages"
