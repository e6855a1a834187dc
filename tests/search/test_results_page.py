"""Statements of a search are kept, never what they found: its words and what its reader reaches are its own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.authz.policy import Role
from portal.core.found import totals_of
from portal.core.sought import Words
from portal.search import results_page
from portal.search.rules import words_of
from portal.web.manifest import searchables
from tests.factories.law import finding_of
from tests.factories.world import audit_of, vendor_of

pytestmark = pytest.mark.both_databases


@pytest.fixture
def found(app):
    """`found(ctx, "studio pi")` gives what is shown of each kind, and how many there are."""

    def look(ctx, typed, each=20):
        with app.test_request_context():
            kinds = results_page.kinds_found(ctx, words_of(typed), each=each)
        return {kind.label: ([hit.title for hit in kind.found.rows], kind.found.total) for kind in kinds}

    return look


def test_who_searches_the_same_reaches_their_own(found, acting, session):
    acme, beta = vendor_of(session, name="Nuage Acme"), vendor_of(session, name="Nuage Beta")
    for vendor in (acme, beta):
        finding_of(session, audit_of(session, vendor), "q1", title=f"Écart de {vendor.name}", is_answer=False)
    dpo = acting(Role.DPO)
    first, second = (acting(Role.EXPERT, vendor_ids=frozenset({vendor.id})) for vendor in (acme, beta))
    for _twice in range(2):
        for ctx, names in ((dpo, ["Nuage Acme", "Nuage Beta"]), (first, ["Nuage Acme"]), (second, ["Nuage Beta"])):
            shown = found(ctx, "nuage")
            assert shown["Sous-traitants"] == (names, len(names))
            assert shown["Constats"] == ([f"Écart de {name}" for name in reversed(names)], len(names))
            assert shown["Audits"][1] == len(names)
    over = replace(first, actor=replace(first.actor, until=first.today - timedelta(days=1)))
    assert found(over, "nuage") == {}, "whose access is over"
    moved = replace(first, actor=replace(first.actor, vendor_ids=second.actor.vendor_ids))
    assert found(moved, "nuage")["Sous-traitants"] == (["Nuage Beta"], 1), "given another vendor since"
    assert found(replace(first, actor=replace(first.actor, vendor_ids=frozenset())), "nuage") == {}


@pytest.mark.parametrize("words", [("acme", "beta"), ("atelier", "epicea"), ("acme nuage", "beta nuage")])
def test_words_of_one_shape_find_each_their_own(found, acting, session, words):
    vendors = [vendor_of(session, name=f"Nuage {word.split()[0].title()}") for word in words]
    dpo = acting(Role.DPO)
    for _twice in range(2):
        for word, vendor in zip(words, vendors, strict=True):
            assert found(dpo, word)["Sous-traitants"] == ([vendor.name], 1)
    assert found(dpo, "zzz") == {}


def test_a_word_that_follows_an_elided_article_is_found_whatever_was_looked_for_before(found, acting, session):
    vendor_of(session, name="L'Atelier")
    vendor_of(session, name="Ratelier")
    dpo = acting(Role.DPO)
    assert found(dpo, "bureau") == {}
    assert found(dpo, "atelier")["Sous-traitants"] == (["L'Atelier"], 1)
    assert found(dpo, "ratelier")["Sous-traitants"] == (["Ratelier"], 1)


def test_what_was_written_since_is_found_and_what_was_taken_back_is_not(found, acting, session):
    dpo = acting(Role.DPO)
    vendor_of(session, name="Nuage Acme")
    assert found(dpo, "nuage")["Sous-traitants"] == (["Nuage Acme"], 1)
    with session.begin_nested() as savepoint:
        vendor_of(session, name="Nuage Beta")
        session.flush()
        assert found(dpo, "nuage")["Sous-traitants"] == (["Nuage Acme", "Nuage Beta"], 2)
        savepoint.rollback()
    assert found(dpo, "nuage")["Sous-traitants"] == (["Nuage Acme"], 1)


def test_the_first_by_name_are_shown_of_few_and_of_more_than_are_counted(found, acting, session, monkeypatch):
    for name in ("Nuage Delos", "Nuage Acme", "Nuage Ceres", "Nuage Beta", "Brume Acme"):
        vendor_of(session, name=name)
    dpo = acting(Role.DPO)
    first = ["Nuage Acme", "Nuage Beta"]
    for typed, names in (("nuage", first), ("nu ac", ["Nuage Acme"]), ("acme", ["Brume Acme", "Nuage Acme"])):
        of_few = found(dpo, typed, each=2)["Sous-traitants"]
        with monkeypatch.context() as patched:
            patched.setattr("portal.core.found.MOST_COUNTED", 0)
            of_many = found(dpo, typed, each=2)["Sous-traitants"]
        assert (of_few[0], of_many[0]) == (names, names)


def test_kinds_are_counted_at_once_and_only_those_found_are_read(found, acting, session, statements):
    vendor_of(session, name="Nuage")
    dpo = acting(Role.DPO)
    session.flush()
    statements.clear()
    assert list(found(dpo, "nuage")) == ["Sous-traitants"]
    assert len(statements) == 3, "the titles of questionnaires, how many of each kind, the vendors"
    assert totals_of(session, [], {}) == []


def test_a_statement_is_put_together_once_for_the_same_shape_and_reach(app, acting):
    dpo, expert = acting(Role.DPO), acting(Role.EXPERT, vendor_ids=frozenset({1}))
    one, alike, other = (Words(words_of(typed)) for typed in ("studio pi", "bureau vu", "bureau vu un"))
    with app.test_request_context():
        for kind in searchables(expert):
            kept = kind.find(dpo, one).found
            assert kind.find(dpo, alike).found is kept
            assert kind.find(dpo, other).found is not kept
            assert kind.find(expert, one).found is not kept
