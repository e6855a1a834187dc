import json

import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.identity.models import User
from portal.jobs.models import Mail
from portal.web import command
from tests.factories.people import user_of


@pytest.fixture
def run(app, monkeypatch, session):
    monkeypatch.setattr(command, "ready", lambda store: None)
    runner = app.test_cli_runner()

    def call(*args, code=0):
        session.commit()
        found = runner.invoke(args=["accounts", *args])
        assert found.exit_code == code, found.output
        session.expire_all()
        return found

    return call


def test_the_first_administrator_is_invited_from_the_machine(run, session):
    found = run("invite", "Alix@Exemple.test", "Alix Martin", "--role", "admin", "--json")
    assert json.loads(found.stdout)["state"] == "invite"
    user = session.scalars(select(User)).one()
    assert (user.email, user.role) == ("alix@exemple.test", Role.ADMIN)
    assert session.scalars(select(Mail.recipient)).all() == ["alix@exemple.test"]


def test_a_refusal_is_a_sentence_and_an_exit_code(run, session):
    user_of(session, Role.DPO, email="a@exemple.test")
    found = run("invite", "a@exemple.test", "A", "--role", "dpo", code=1)
    assert "existe déjà" in found.stderr
    assert "Invalid value" in run("invite", "b@exemple.test", "B", "--role", "prestataire_admin", code=2).stderr


def test_accounts_are_listed_as_lines_or_objects_without_secrets(run, session):
    user_of(session, Role.ADMIN, name="Alix", email="alix@exemple.test", password_hash="argon-secret")
    lines = run("list").stdout.splitlines()
    assert lines[0].split("\t") == ["id", "email", "name", "role", "state", "second_factor"]
    assert "alix@exemple.test\tAlix\tadmin\touvert\ttrue" in lines[1]
    listed = run("list", "--json").stdout
    assert json.loads(listed)[0]["role"] == "admin"
    assert "argon-secret" not in listed


def test_a_lost_second_factor_is_removed_from_the_machine(run, session):
    user = user_of(session, Role.ADMIN, email="alix@exemple.test")
    run("reset-second-factor", "ALIX@exemple.test")
    assert session.get_one(User, user.id).totp_confirmed_at is None
    assert "Aucun compte" in run("reset-second-factor", "x@exemple.test", code=1).stderr


def test_the_first_administrator_gets_a_link_printed_that_opens_the_account_once(run, session, app):
    first = run("first-administrator", "Alix@Exemple.test").stdout.strip()
    address = run("first-administrator", "alix@exemple.test", "--name", "Alix Martin").stdout.strip()
    assert session.scalars(select(User.role)).all() == [Role.ADMIN], "asked twice, opened once"
    assert session.scalars(select(Mail)).all() == []
    token = address.partition("#")[2]
    assert address.startswith("http://127.0.0.1:8000/invitation#")
    assert token != first.partition("#")[2]
    client = app.test_client()

    def open_with(shown):
        page = client.get("/invitation").text
        csrf = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        password = "quatre mots de marée haute"
        fields = {"csrf_token": csrf, "token": shown, "password": password, "again": password}
        return client.post("/invitation", data=fields).status_code

    assert open_with(first.partition("#")[2]) == 410, "the later link has replaced it"
    assert open_with(token) == 302
    assert open_with(token) == 410
    assert "déjà ouvert" in run("first-administrator", "autre@exemple.test", code=1).stderr


def test_the_first_administrator_is_refused_an_address_that_is_none(run):
    assert "adresse" in run("first-administrator", "alix", code=1).stderr
