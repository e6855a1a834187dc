"""The commands of the house: a database made, judged, taken back; what every command does before it works."""

import inspect as inspect_text
import json
import shutil

import click
import pytest
from sqlalchemy import inspect

from portal.app import DOMAINS, create_app
from portal.cli import commands_of
from portal.core import process, schema
from portal.core.db import Database
from portal.core.schema import SchemaState
from tests.conftest import settings_for


@pytest.fixture
def store(tmp_path):
    database = Database.at(f"sqlite:///{tmp_path}/vigie.db")
    yield database
    database.engine.dispose()


@pytest.fixture
def standing(migrated, tmp_path):
    """The database of the test has every table already."""
    shutil.copy(migrated, tmp_path / "vigie.db")


@pytest.fixture
def run(store, tmp_path, portal_settings):
    """`run("database", "check")` runs a command of an application of its own, over a database of its own."""
    app = create_app(settings_for(tmp_path, str(store.engine.url)), store)
    yield lambda *words: app.test_cli_runner().invoke(args=list(words))
    process.prepare(portal_settings)


def tables(store):
    with store.reading() as session:
        return set(inspect(session.connection()).get_table_names())


def older(monkeypatch):
    known = schema.revisions()
    monkeypatch.setattr(schema, "revisions", lambda: (*known, "9999"))


@pytest.mark.usefixtures("true_migrations")
def test_upgrade_makes_the_tables_and_may_be_repeated(run, store):
    for _ in range(2):
        result = run("database", "upgrade")
        assert (result.exit_code, result.output) == (0, "La base est à jour.\n")
    assert schema.state(store) is SchemaState.CURRENT
    assert {"vendor", "job", "user"} <= tables(store)


@pytest.mark.usefixtures("true_migrations")
def test_downgrade_takes_every_table_back_and_upgrade_returns(standing, run, store):
    assert run("database", "downgrade", "base").exit_code == 0
    assert tables(store) == {"alembic_version"}
    assert run("database", "upgrade").exit_code == 0
    assert schema.state(store) is SchemaState.CURRENT


def test_an_unknown_revision_is_refused_with_a_sentence(standing, run, store):
    result = run("database", "downgrade", "0999")
    assert result.exit_code == 1
    assert "0999" in result.output
    assert "Traceback" not in result.output
    assert isinstance(result.exception, SystemExit)
    assert schema.state(store) is SchemaState.CURRENT


@pytest.mark.parametrize("words", [("database", "check"), ("jobs", "list"), ("journal", "verify")])
def test_any_command_on_an_empty_database_makes_it_first(run, store, words):
    result = run(*words)
    assert result.exit_code == 0, result.output
    assert schema.state(store) is SchemaState.CURRENT


@pytest.mark.parametrize("words", [("database", "check"), ("jobs", "list"), ("journal", "verify")])
def test_any_command_on_an_older_database_names_the_one_to_run(standing, run, store, words, monkeypatch):
    older(monkeypatch)
    result = run(*words)
    assert result.exit_code == 1
    assert "flask database upgrade" in result.output


def test_somebody_elses_database_is_left_alone(run, store):
    with store.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE vendor (id INTEGER)")
    result = run("database", "check")
    assert result.exit_code == 1
    assert "rien n'a été touché" in result.output
    assert tables(store) == {"vendor"}


def test_a_database_that_does_not_answer_is_told_in_a_sentence(tmp_path, portal_settings):
    (tmp_path / "vigie.db").mkdir()
    app = create_app(settings_for(tmp_path, f"sqlite:///{tmp_path}/vigie.db"))
    result = app.test_cli_runner().invoke(args=["database", "check"])
    app.extensions["vigie.database"].engine.dispose()
    process.prepare(portal_settings)
    assert result.exit_code == 1
    assert "La base de données ne répond pas" in result.output


def test_a_list_is_json_for_a_script(run):
    assert json.loads(run("jobs", "list", "--json").output) == []


def every_command(command, path=""):
    yield path, command
    for name, one in getattr(command, "commands", {}).items():
        yield from every_command(one, f"{path} {name}".strip())


def test_each_command_says_what_it_does_to_an_operator_and_not_to_its_programmer():
    for domain_command in commands_of(DOMAINS):
        for path, one in every_command(domain_command, domain_command.name):
            assert one.help, path
            assert one.help != inspect_text.getdoc(one.callback), f"{path}: help is the English text of its code"
            for option in one.params:
                assert not isinstance(option, click.Option) or option.hidden or option.help, f"{path} {option.name}"


def test_a_group_that_two_domains_declare_has_the_commands_of_both(run):
    """`register` is the register's and the chain's: neither hides the other, and no name of one is taken by both."""
    told = run("register", "--help")
    assert told.exit_code == 0
    listed = {line.split()[0] for line in told.output.partition("Commands:")[2].splitlines() if line.strip()}
    assert {"export", "import", "chain", "what-if"} <= listed
    assert "import" in run("register", "chain", "--help").output
    declared = [command for domain in DOMAINS for command in domain.commands() if command.name == "register"]
    names = [name for group in declared for name in group.commands]
    assert len(declared) == 2
    assert len(names) == len(set(names))
