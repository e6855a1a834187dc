import json
import os
from datetime import timedelta

import pytest
from sqlalchemy import LargeBinary, select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core import history
from portal.core.db import Base
from portal.core.errors import Refused
from portal.core.retention import durations
from portal.core.stored import StoredFile
from portal.identity.models import LoginSession, User
from portal.journal import queries as journal
from portal.journal import services as writing
from portal.journal.models import JournalEntry
from portal.privacy.declared import declaration
from portal.privacy.erasing import erase_person, foresee
from portal.privacy.looking import mentions
from portal.privacy.people import person_at
from portal.privacy.rules import Fate, SoughtPerson, names_in
from portal.privacy.sweeping import SWEEPS, sweep
from portal.vendors.models import Contact, FormDraft, Membership
from tests.conftest import NOW
from tests.factories.people import user_of
from tests.factories.things import Thing
from tests.privacy.conftest import ADDRESS, NAME, PHONE

pytestmark = pytest.mark.both_databases
HISTORY = {"row_version.content"}
"""What rows said before stays, sealed and named by the journal: a proof."""


def everywhere(session):
    """Where the person of these tests still stands."""
    return everywhere_of(session, SoughtPerson(frozenset({ADDRESS}), frozenset({NAME}), frozenset({PHONE})))


def everywhere_of(session, person):
    """Every text of every table, decoded: where a person still stands, whatever is declared."""
    found = set()
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)).mappings():
            for column, value in row.items():
                if not isinstance(table.c[column].type, LargeBinary) and names_in(_plain(value), person):
                    found.add(f"{table.name}.{column}")
    return found


def _plain(value):
    return value if isinstance(value, str | dict | list) else None


def test_nothing_of_somebody_is_left_that_is_not_declared_and_listed(session, ctx, life, mail_folder):
    before = everywhere(session)
    assert {"user.name", "contact.email", "mail.recipient", "job.dedup", "vendor.dpo_contact"} <= before
    assert "row_version.content" in before
    assert not {one for one in before if one.startswith("journal_entry.")}, "sealed from the start"
    foreseen = foresee(ctx, person_at(ctx, ADDRESS))
    assert everywhere(session) == before, "foreseeing writes nothing"
    done = erase_person(ctx, person_at(ctx, ADDRESS.upper()))
    session.commit()
    assert (foreseen.keys, +foreseen.removed, foreseen.letters) == (done.keys, +done.removed, done.letters)
    assert foreseen.replaced == done.replaced
    assert everywhere(session) == HISTORY
    assert ({*done.frozen}, done.free, done.unsealed) == (HISTORY, [], [])
    assert [path.name for path in mail_folder.iterdir()] == ["b.eml"]
    report = journal.verify(ctx)
    assert (report.broken, report.count) == (None, 5)
    assert history.differences(session) == []
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert (entry.action, entry.object_label) == ("privacy.erased", f"personne effacée n° {done.number}")
    assert not names_in(entry.stored_after, SoughtPerson(frozenset({ADDRESS}), frozenset({NAME})))
    first = session.get_one(JournalEntry, 1)
    assert first.actor_name.startswith("personne effacée n° ")
    assert first.actor_id == life.user.id, "who it was is known by a number alone"


def test_an_erased_account_opens_nothing_any_more(session, ctx, life):
    number = life.user.id
    erase_person(ctx, person_at(ctx, ADDRESS))
    session.commit()
    user = session.get_one(User, number)
    assert (user.password_hash, user.phone, user.recovery_hashes) == (None, "", [])
    assert user.disabled_at is not None
    for model in (LoginSession, Membership, FormDraft):
        assert session.scalars(select(model).where(model.user_id == number)).all() == []
    assert session.scalars(select(Contact)).all() == []


def test_erasing_twice_changes_nothing_more(session, ctx, life):
    erase_person(ctx, person_at(ctx, ADDRESS))
    session.commit()
    again = foresee(ctx, person_at(ctx, ADDRESS))
    assert {*again.frozen} == HISTORY
    again.frozen.clear()
    assert again.is_empty


def test_what_is_signed_stays_and_is_said(session, ctx, life):
    file = {"key": "k", "sha256": "0" * 64, "size": 1, "media_type": "application/pdf", "created_at": NOW}
    session.add(StoredFile(filename=f"contrat signé {NAME}.pdf", **file))
    session.commit()
    done = erase_person(ctx, person_at(ctx, ADDRESS))
    assert {*done.frozen} == {"stored_file.filename", *HISTORY} == everywhere(session)
    said = declaration().tables["stored_file"]
    assert "17(3)" in declaration().purposes[said.purpose]["base"]


def test_what_somebody_wrote_is_listed_and_left(session, ctx, life):
    life.vendor.notes = {"other": f"Rappeler {NAME} lundi"}
    session.commit()
    done = erase_person(ctx, person_at(ctx, ADDRESS))
    assert [(one.table, one.column) for one in done.free] == [("vendor", "notes")]
    assert everywhere(session) == {"vendor.notes", *HISTORY}


def test_entries_from_before_are_counted_and_left(session, ctx, life, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(writing, "_sealed", lambda _session, waiting, *_rest: waiting)
        writing.record(ctx, "chose.faite", Thing(), after={"recipient": ADDRESS})
        session.commit()
    number = max(session.scalars(select(JournalEntry.id)))
    done = erase_person(ctx, person_at(ctx, ADDRESS))
    assert done.unsealed == [number]


def test_somebody_of_the_same_name_keeps_theirs(session, ctx, life):
    other = user_of(session, Role.DPO, name=NAME, email="helene@verdelet.example")
    life.vendor.eu_representative = NAME
    session.commit()
    done = erase_person(ctx, person_at(ctx, ADDRESS))
    session.commit()
    session.refresh(other)
    assert (done.homonyms, other.name) == (1, NAME)
    assert ("vendor", "eu_representative") in [(one.table, one.column) for one in done.free], "a person decides"
    assert ADDRESS not in json.dumps([list(map(str, row)) for row in session.execute(select(User.email, User.name))])


def test_the_last_administrator_cannot_be_erased(session, ctx):
    admin = user_of(session, Role.ADMIN)
    session.commit()
    with pytest.raises(Refused):
        erase_person(ctx, person_at(ctx, admin.email))


def test_somebody_known_only_by_an_address_is_erased_too(session, ctx):
    writing.record(ctx, "chose.faite", Thing(), after={"recipient": "inconnu@acme.example"})
    session.commit()
    done = erase_person(ctx, person_at(ctx, "inconnu@acme.example"))
    session.commit()
    assert done.keys == 1
    assert session.get_one(JournalEntry, 1).after["recipient"] == f"personne effacée n° {done.number}"


def test_each_duration_erases_what_is_older_and_nothing_younger(session, ctx, life, mail_folder):
    counts, more = sweep(ctx)
    assert (counts, more) == ({}, False), "nothing is old yet"
    life.user.disabled_at = NOW
    session.commit()
    for key in SWEEPS:
        kept = durations()[key].days
        (mail_folder / "a.eml").write_bytes(b"To: autre@acme.example\r\n\r\n")
        os.utime(mail_folder / "a.eml", (NOW.timestamp(), NOW.timestamp()))
        early = Context(session, SYSTEM, NOW + timedelta(days=kept) - timedelta(seconds=1))
        assert key not in sweep(early)[0], key
        late = Context(session, SYSTEM, NOW + timedelta(days=kept, seconds=1))
        swept, _more = sweep(late)
        if key not in {"invitations.over"}:
            assert swept.get(key), key
        session.rollback()
    session.rollback()


def test_a_night_is_told_in_figures_and_repeats_nothing(session, life, mail_folder):
    late = Context(session, SYSTEM, NOW + timedelta(days=400))
    counts, _more = sweep(late)
    session.commit()
    assert {"jobs.content", "mail.content", "forms.drafts"} <= set(counts)
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert (entry.action, entry.after) == ("privacy.swept", {"erased": counts})
    assert sweep(late)[0] == {}


def test_frozen_is_never_erased_by_the_night(session, ctx):
    frozen = {name for name, said in declaration().tables.items() if said.of(Fate.FROZEN)}
    assert not frozen & {"job", "mail", "form_draft", "colleague_invitation"}


def test_mentions_find_accents_in_json_on_both_databases(session, ctx, life):
    found = list(mentions(ctx, SoughtPerson(names=frozenset({NAME})), {Fate.REPLACED}, {"mail"}))
    assert {one.column for one in found} == {"payload", "subject"}
