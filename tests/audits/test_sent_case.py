"""The world that many tests begin with, made by the portal or put back as its rows."""

import pytest
from sqlalchemy import func, select, text

from portal.audits.models import Answer
from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core.tallies import tallies
from portal.journal.verification import verify_journal
from tests.conftest import NOW
from tests.factories.review import GOOD, sent_case
from tests.factories.standing import is_as_migrated


@pytest.mark.both_databases
@pytest.mark.parametrize("turn", ["one way", "or the other"])
def test_a_case_is_sound_whether_made_or_put_back(session, app, backend, turn):
    assert is_as_migrated(session)
    case = sent_case(session)
    assert not is_as_migrated(session)
    driver = session.connection().connection.driver_connection
    if backend == "sqlite":
        assert driver.execute("PRAGMA foreign_key_check").fetchall() == []
        assert driver.execute("PRAGMA defer_foreign_keys").fetchone() == (0,)
    else:
        assert driver.execute("SHOW session_replication_role").fetchone() == ("origin",)
    assert verify_journal(Context(session, SYSTEM, NOW)).is_sound
    kept = session.scalars(select(Answer.question_key).where(Answer.audit_id == case.audit.id))
    assert set(kept) == set(GOOD)
    assert [link.evidence_id for link in case.links()] == [case.proofs["a.chiffre"].id]
    assert set(case.submitted().left) == set(GOOD)


DRAWN: set[str] = set()
"""The marks of every test before."""


@pytest.mark.both_databases
@pytest.mark.parametrize("turn", ["one way", "or the other"])
def test_what_the_database_keeps_of_its_rows_is_put_back_and_what_it_draws_is_drawn(session, app, backend, turn):
    """The mark of a change is never that of another world; the tallies are of the rows that are there."""
    DRAWN.update(*marks(session).values())
    sent_case(session)
    assert marks(session)["register"].isdisjoint(DRAWN)
    DRAWN.update(*marks(session).values())
    for tally in tallies():
        held = session.scalar(select(func.coalesce(func.sum(tally.rows.c.n), 0)))
        where = [text(tally.of.format(row=tally.model.__tablename__))] if tally.of else []
        assert held == session.scalar(select(func.count()).select_from(tally.model).where(*where))


def marks(session):
    """By kind, those that stand."""
    found = {}
    for kind, mark in session.execute(text("SELECT kind, mark FROM chain_mark")):
        found.setdefault(kind, set()).add(mark)
    return found


def test_each_vendor_of_a_test_is_another(session, app):
    one, two = sent_case(session), sent_case(session, name="Autre SAS", a_contrat="non")
    assert {one.vendor.name, two.vendor.name} == {"Nuage Clair SAS", "Autre SAS"}
    assert len({one.contact.email, two.contact.email, one.reviewer.email, two.reviewer.email}) == 4


def test_another_answer_is_another_case(session, app):
    case = sent_case(session, a_contrat="non")
    value = select(Answer.value).where(Answer.audit_id == case.audit.id, Answer.question_key == "a.contrat")
    assert session.scalar(value) == {"v": "non"}
