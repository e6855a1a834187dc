import click
import pytest
from sqlalchemy import select

from portal.authz.policy import SYSTEM
from portal.core import schema
from portal.core.errors import Refused
from portal.core.schema import SchemaState
from portal.core.stored import StoredFile
from portal.web import command
from tests.conftest import NOW


@pytest.fixture(autouse=True)
def within(app):
    with app.app_context():
        yield


def put(ctx):
    ctx.session.add(
        StoredFile(key="probe", sha256="0" * 64, size=1, media_type="text/plain", filename="f", created_at=NOW)
    )
    ctx.session.flush()


def is_there(session):
    return bool(session.scalars(select(StoredFile.id).where(StoredFile.key == "probe")).first())


def test_a_command_works_as_the_system_and_its_work_is_committed(session):
    with command.working() as ctx:
        assert ctx.actor is SYSTEM
        put(ctx)
    assert is_there(session)


def _refused():
    with command.working() as ctx:
        put(ctx)
        raise Refused("L'avis : non.")


def test_a_refusal_is_a_sentence_and_undoes_the_work(session):
    with pytest.raises(click.ClickException, match="L’avis\u202f: non"):
        _refused()
    assert not is_there(session)


def test_a_command_that_only_reads_leaves_nothing(session):
    with command.working(write=False) as ctx:
        put(ctx)
    assert not is_there(session)


@pytest.mark.parametrize(
    ("state", "words"), [(SchemaState.OLDER, "flask database upgrade"), (SchemaState.UNKNOWN, "n'est pas")]
)
def test_a_database_that_is_not_ready_stops_the_command(monkeypatch, database, state, words):
    monkeypatch.setattr(schema, "state", lambda _: state)
    with pytest.raises(click.ClickException, match=words):
        command.ready(database)
