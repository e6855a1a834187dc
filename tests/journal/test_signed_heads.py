"""The journal signed, and one of its entries proved: what grew, what was changed since, what a proof says."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import delete, event, func, select, update

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import process
from portal.core.errors import NotFound
from portal.core.seal import NoSealKey, make_seal_key, read_seal_key
from portal.journal import queries, services, signed_heads
from portal.journal.models import JournalEntry, JournalHead, JournalTreeNode
from portal.journal.rules import UnsoundProof
from tests.conftest import NOW
from tests.factories.signing import with_seal_key
from tests.factories.tampering import tamper


@pytest.fixture
def key(ctx, monkeypatch, tmp_path):
    with_seal_key(ctx, monkeypatch, tmp_path)
    return read_seal_key(process.settings().seal_file)


@pytest.fixture
def system(session):
    return Context(session, SYSTEM, NOW)


def proved(system, number):
    text = signed_heads.prove_entry(system, number)
    system.session.commit()
    return text


@pytest.mark.both_databases
def test_each_entry_is_proved_whenever_it_was_written(key, system, written):
    written(3)
    first = [proved(system, number) for number in (1, 2, 3)]
    written(5)
    later = [proved(system, number) for number in (1, 7, 11)]
    for text in (*first, *later):
        assert signed_heads.check_proof(text, key).text() == text
    assert json.loads(first[0]) == json.loads(later[0]), "an entry keeps the proof it had"
    assert json.loads(json.loads(later[1])["content"])["number"] == 7
    assert signed_heads.changed_head(system.session) is None


def test_a_proof_does_not_say_a_word_of_another_entry_and_is_noted(key, system, written):
    written(4)
    text = proved(system, 2)
    assert "Chose 2" in text
    assert "Chose 1" not in text
    assert "Chose 3" not in text
    held = system.session.scalars(select(JournalEntry.hash)).all()
    assert not [one for one in held if one in text], "not even the digest that chains them, which could be guessed at"
    entry = system.session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert (entry.action, entry.object_id, entry.object_label) == ("journal.proof_given", 2, "Chose 2")


def test_two_leaves_of_the_same_words_have_nothing_in_common(key, system, written):
    written(2)
    proved(system, 1)
    leaves = system.session.execute(
        select(JournalTreeNode.digest, JournalTreeNode.nonce).where(JournalTreeNode.level == 0)
    ).all()
    assert len({one.nonce for one in leaves}) == len({one.digest for one in leaves}) == 2


def test_an_entry_changed_after_it_was_signed_has_no_proof_and_the_signed_journal_is_named(key, system, written):
    written(4)
    signed_heads.sign_head(system)
    system.session.commit()
    tamper(system.session, update(JournalEntry).where(JournalEntry.id == 2).values(object_label="Autre"))
    system.session.commit()
    system.session.expire_all()
    with pytest.raises(signed_heads.BrokenChain):
        signed_heads.prove_entry(system, 2)
    assert signed_heads.changed_head(system.session) == 4


def test_a_chain_written_again_from_one_place_on_is_seen_by_the_signed_head(key, system, written):
    """Who can write the table can chain it again without a trace: the tree was signed before."""
    written(4)
    signed_heads.sign_head(system)
    tamper(system.session, delete(JournalEntry).where(JournalEntry.id > 2))
    system.session.commit()
    written(2)
    assert signed_heads.changed_head(system.session) == 4


def test_a_journal_cut_short_is_seen_by_the_signed_head(key, system, written):
    written(4)
    signed_heads.sign_head(system)
    tamper(system.session, delete(JournalEntry).where(JournalEntry.id == 4))
    system.session.commit()
    assert signed_heads.changed_head(system.session) == 4


def test_nothing_is_signed_over_a_chain_that_is_broken(key, system, written):
    written(4)
    tamper(system.session, update(JournalEntry).where(JournalEntry.id == 3).values(actor_name="Autre"))
    system.session.commit()
    with pytest.raises(signed_heads.BrokenChain):
        signed_heads.sign_head(system)
    system.session.rollback()
    assert system.session.scalar(select(func.count()).select_from(JournalHead)) == 0


def test_it_is_signed_once_a_day_and_not_at_all_without_a_key(key, system, written, monkeypatch, tmp_path):
    assert signed_heads.sign_daily(system) == 0, "nothing is written yet"
    written(1)
    assert [signed_heads.sign_daily(system) for _ in range(2)] == [1, 0]
    written(1)
    assert signed_heads.sign_daily(system) == 0
    monkeypatch.setattr(process, "_settings", [replace(process.settings(), seal_file=tmp_path / "none.json")])
    later = Context(system.session, SYSTEM, NOW.replace(day=26))
    assert signed_heads.sign_daily(later) == 0
    with pytest.raises(NoSealKey):
        signed_heads.prove_entry(system, 2)


def test_what_is_not_written_is_not_proved(key, system, written):
    written(1)
    with pytest.raises(NotFound):
        signed_heads.prove_entry(system, 2)


def test_a_proof_outlives_the_key_that_signed_it(key, system, written):
    written(1)
    text = proved(system, 1)
    newer = make_seal_key(process.settings().seal_file, "Maison Verdelet", at=NOW, replace=True)
    assert signed_heads.check_proof(text, newer).number == 1
    with pytest.raises(UnsoundProof):
        signed_heads.check_proof(text, type(newer)(newer.private, newer.certificates[:1]))


def test_a_proof_costs_the_same_statements_for_a_long_journal(key, system, written, session):
    written(5)
    signed_heads.sign_head(system)
    session.commit()
    few = statements(session, lambda: signed_heads.prove_entry(system, 2))
    written(200)
    signed_heads.sign_head(system)
    session.commit()
    assert statements(session, lambda: signed_heads.prove_entry(system, 150)) <= few + 1


def statements(session, act):
    said = []
    bind = session.get_bind()
    listen = lambda *given: said.append(given[2])  # noqa: E731
    event.listen(bind, "before_cursor_execute", listen)
    try:
        session.expire_all()
        act()
    finally:
        event.remove(bind, "before_cursor_execute", listen)
    return len(said)


@pytest.mark.both_databases
def test_proofs_given_before_the_chain_was_keyed_hold_and_grow_no_other(key, system, written, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(services, "chain_key", lambda: None)
        written(3)
        first = proved(system, 2)
    assert queries.verify(system).keyed_from is None
    written(4)
    report = queries.verify(system)
    assert (report.count, report.broken, report.keyed_from) == (8, None, 5)
    assert signed_heads.check_proof(first, key).number == 2
    assert json.loads(proved(system, 2)) == json.loads(first)
    assert json.loads(proved(system, 6))["number"] == 6
    assert signed_heads.changed_head(system.session) is None
