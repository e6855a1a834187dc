"""Findings of the older tables become one per vendor and subject, and go back, on SQLite and on PostgreSQL."""

import importlib.util
import json
import shutil
from datetime import UTC, date, datetime
from itertools import permutations
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from portal.core import migrating, schema
from portal.core.db import Database
from portal.findings.rules import FindingState, Severity
from tests.conftest import BOTH, original_name, original_url
from tests.databases import fresh_postgres
from tests.factories.world import full_vendor

[PATH] = (schema.MIGRATIONS / "versions").glob("*_make_one_finding_of_a_subject.py")


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("one_finding", PATH)
    assert spec is not None and spec.loader is not None  # noqa: PT018 - for the type checker
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MIGRATION = _loaded()
BEFORE = MIGRATION.down_revision
DAY = datetime(2025, 3, 1, 9, tzinfo=UTC)


def at(year):
    return f"{year}-03-01 09:00:00+00:00"


def fill(store):
    """A vendor whose three audits each opened the same gap, one sample a fault, all with messages; in older tables."""
    with store.transaction() as session:
        vendor = full_vendor(session)
        vendor_id = vendor.id
    with store.engine.begin() as db:
        db.execute(text("DELETE FROM audit_finding"))
        db.execute(text("DELETE FROM finding_message"))
        db.execute(text("DELETE FROM finding"))
        audit_id = db.execute(text("SELECT id FROM audit")).scalar_one()
        for number in (2, 3):
            columns = (
                "vendor_id, questionnaire_version_id, state, round, opened_at, due_on, returned_questions, "
                "answered, expected, carries"
            )
            db.execute(
                text(f"INSERT INTO audit (id, {columns}) SELECT :id, {columns} FROM audit WHERE id = :one"),
                {"id": audit_id + number, "one": audit_id},
            )
    migrating.downgrade(store, BEFORE)
    rows = [
        (11, audit_id, "audit", None, "a.contrat", "critical", "ouvert", "2025-04-01", 2025, None, ""),
        (12, audit_id + 2, "audit", None, "a.contrat", "minor", "clos", "2026-04-01", 2026, at(2026), "Signé."),
        (13, audit_id + 3, "audit", None, "a.contrat", "major", "repondu", "2027-04-01", 2027, None, ""),
        (14, audit_id, "audit", None, "a.chiffre", "major", "clos", "2025-04-01", 2025, at(2025), "Fait."),
        (15, None, "case_sample", 999, "late-refund", "major", "ouvert", "2026-05-01", 2026, None, ""),
    ]
    with store.engine.begin() as db:
        for row in rows:
            db.execute(
                text(
                    "INSERT INTO finding (id, vendor_id, audit_id, origin, origin_id, question_key, severity, title, "
                    "state, action, proof_expected, responsible, due_on, opened_at, closed_at, closing_reason) VALUES "
                    "(:id, :vendor, :audit, :origin, :origin_id, :key, :severity, :title, :state, 'Agir', '', '', "
                    ":due, :opened, :closed, :reason)"
                ),
                dict(zip(("id", "audit", "origin", "origin_id", "key", "severity", "state", "due", "year", "closed",
                          "reason"), row, strict=True))
                | {"vendor": vendor_id, "title": f"Écart {row[0]}", "opened": at(row[8])},
            )  # fmt: skip
            for words in ("un", "deux"):
                db.execute(
                    text(
                        "INSERT INTO finding_message (finding_id, at, author_name, from_vendor, internal, text) "
                        "VALUES (:id, :at, 'Ana', false, false, :words)"
                    ),
                    {"id": row[0], "at": at(row[8]), "words": f"{row[0]} {words}"},
                )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Where what is walked to once is, by kind: `older`, filled, and `upgraded` from it."""
    return tmp_path_factory.mktemp("findings"), set()


@pytest.fixture(params=BOTH)
def opened(request, made, tmp_path):
    """`opened("older")`, `opened("upgraded")`: a copy of one of the two for a test, on each database in turn."""
    folder, kinds = made
    databases = []
    names = {name: original_name(f"findings_{name}") for name in ("older", "upgraded")}

    def of_its_own(name):
        if request.param == "sqlite":
            return f"sqlite:///{shutil.copy(folder / names[name], tmp_path / name)}"
        return request.getfixturevalue("own_postgres")(names[name])

    def walk(address, *steps):
        store = Database.at(address)
        for step in steps:
            step(store)
        store.engine.dispose()

    def upgraded_address():
        if request.param == "sqlite":
            return f"sqlite:///{shutil.copy(folder / names['older'], folder / names['upgraded'])}"
        return fresh_postgres(request.getfixturevalue("postgres"), names["upgraded"], template=names["older"])

    def open_copy(name):
        databases.append(Database.at(of_its_own(name)))
        return databases[-1]

    if request.param not in kinds:
        walk(original_url(request, request.param, folder, names["older"]), fill)
        walk(upgraded_address(), migrating.upgrade)
        kinds.add(request.param)
    yield open_copy
    for database in databases:
        database.engine.dispose()


def read(store, statement):
    with store.engine.connect() as db:
        return [tuple(row) for row in db.execute(text(statement))]


def said(store):
    return read(store, "SELECT finding_id, text FROM finding_message ORDER BY id")


def test_the_same_gap_of_three_audits_becomes_the_most_open_one_with_every_message_and_link(opened):
    before, older = [words for _, words in said(opened("older"))], opened("upgraded")
    [found] = read(older, "SELECT id, title, state, severity, due_on, closed_at FROM finding WHERE subject='a.contrat'")
    assert found[:4] == (13, "Écart 11", "ouvert", "critical")
    assert (str(found[4]), found[5]) == ("2025-04-01", None)
    [opened] = read(older, "SELECT opened_at FROM finding WHERE id = 13")
    assert str(opened[0]).startswith("2025-03-01")
    assert [words for _, words in said(older)] == before, "no message is lost, nor its place"
    assert {number for number, words in said(older) if words[:2] in {"11", "12", "13"}} == {13}
    links = read(older, "SELECT count(*), min(question_key) FROM audit_finding WHERE finding_id = 13")
    assert links == [(3, "a.contrat")]
    assert read(older, "SELECT id, finding_id FROM merged_finding ORDER BY id") == [(11, 13), (12, 13), (13, 13)]
    [(kept,)] = read(older, "SELECT content FROM merged_finding WHERE id = 12")
    kept = json.loads(kept) if isinstance(kept, str) else kept
    assert (kept["closing_reason"], kept["title"]) == ("Signé.", "Écart 12"), "why it was closed is still there"
    assert read(older, "SELECT state, closing_reason FROM finding WHERE id = 14") == [("clos", "Fait.")]
    assert read(older, "SELECT count(*) FROM case_sample_finding") == [(0,)], "its sample is no longer there"


def test_what_was_merged_goes_back_as_it_was_and_comes_again(opened):
    listing = "SELECT id, audit_id, origin, origin_id, question_key, state, closing_reason FROM finding ORDER BY id"
    first, older = opened("older"), opened("upgraded")
    rows, messages = read(first, listing), said(first)
    migrating.downgrade(older, BEFORE)
    assert said(older) == messages
    back = read(older, listing)
    assert [row[:5] for row in back if row[0] in {11, 12, 14}] == [row[:5] for row in rows if row[0] in {11, 12, 14}]
    assert [row[5:] for row in back if row[0] in {11, 12, 14}] == [row[5:] for row in rows if row[0] in {11, 12, 14}]
    assert next(row for row in back if row[0] == 13)[:5] == rows[2][:5], "the one that stayed keeps its own audit"
    assert next(row for row in back if row[0] == 15)[2] == "unknown"
    migrating.upgrade(older)
    assert read(older, "SELECT count(*) FROM finding WHERE subject = 'a.contrat'") == [(1,)]


def test_two_of_the_same_subject_are_refused_by_the_table_itself(opened):
    older = opened("upgraded")
    with pytest.raises(Exception, match=r"(?i)unique"), older.engine.begin() as db:
        db.execute(text("UPDATE finding SET subject = 'a.contrat' WHERE id = 14"))


def row(number, state, severity=Severity.MAJOR, year=2025):
    return {
        "id": number, "state": state.value, "severity": severity.value, "due_on": date(year, 1, number),
        "opened_at": datetime(year, 1, number, tzinfo=UTC),
    }  # fmt: skip


@pytest.mark.parametrize("states", list(permutations(FindingState, 2)))
def test_a_merge_never_closes_what_is_open(states):
    kept = MIGRATION.merge([row(number, state) for number, state in enumerate(states, start=1)])
    assert FindingState(kept["state"]).is_settled is all(state.is_settled for state in states)
    assert FindingState.OPEN not in states or kept["state"] == FindingState.OPEN.value


@given(st.lists(st.tuples(st.sampled_from(FindingState), st.sampled_from(Severity)), min_size=1, max_size=5))
def test_a_merge_keeps_the_oldest_day_and_is_never_lighter_nor_later_than_what_is_live(given_rows):
    rows = [row(number, state, severity) for number, (state, severity) in enumerate(given_rows, start=1)]
    kept = MIGRATION.merge(rows)
    assert kept["opened_at"] == rows[0]["opened_at"]
    assert kept["id"] == len(rows), "the number of the newest: no later finding can be given a number that was merged"
    live = [one for one in rows if not FindingState(one["state"]).is_settled]
    if live:
        order = [severity.value for severity in Severity]
        assert order.index(kept["severity"]) == min(order.index(one["severity"]) for one in live)
        assert kept["due_on"] == min(one["due_on"] for one in live)
