from dataclasses import replace

import pytest

from portal.authz.policy import Actor, Role
from portal.core.language import N_
from portal.journal import services, wording
from portal.journal.entry_text import shown_entry
from portal.journal.models import JournalEntry
from tests.factories.things import Thing


@pytest.fixture
def shown(app, ctx, monkeypatch):
    """`shown(action, before, after)` writes an entry and shows it to a French reader."""
    for table in ("ACTIONS", "OBJECTS", "FIELDS", "VALUES", "OWN"):
        monkeypatch.setattr(wording, table, dict(getattr(wording, table)))
    wording.name_words(
        actions={"chose.faite": N_("Compte créé")}, objects={"Thing": N_("Compte")}, fields={"role": N_("Rôle")},
        values={"role": {"dpo": N_("DPO")}},
    )  # fmt: skip

    def make(action="chose.faite", before=None, after=None, name="Acme"):
        actor = replace(ctx, actor=Actor(Role.DPO, 1, "Jeanne Roy"))
        services.record(actor, action, Thing(3, name), before=before, after=after)
        ctx.session.commit()
        with app.test_request_context():
            return shown_entry(ctx.session.get_one(JournalEntry, 1))

    return make


def values(shown_entry):
    return {change.label: (change.before, change.after, change.was_there) for change in shown_entry.changes}


def test_an_entry_names_its_action_its_object_and_its_author(shown):
    entry = shown()
    assert (entry.text, entry.actor) == ("Compte créé", "Jeanne Roy (DPO)")
    assert entry.detail == "Compte\u202f: Acme · n° 1"


def test_what_no_domain_has_named_is_shown_by_its_code(shown):
    entry = shown("autre.action", after={"inconnu": "x"})
    assert entry.text == "autre.action"
    assert values(entry) == {"inconnu": ("", "x", False)}


def test_an_object_without_a_name_is_called_by_its_kind_and_never_by_its_class(shown):
    assert shown(name="").detail == "Compte · n° 1"


def test_fields_and_values_are_named_and_dates_are_in_letters(shown):
    entry = shown(
        before={"role": "dpo", "on": "2026-01-05"},
        after={"role": None, "on": "2026-02-05", "at": "2026-11-24T09:00:00+00:00", "yes": True, "no": False},
    )
    assert values(entry) == {
        "Rôle": ("DPO", "", True),
        "on": ("5 janvier 2026", "5 février 2026", True),
        "at": ("", "24 novembre 2026 à 10:00", False),
        "yes": ("", "oui", False),
        "no": ("", "non", False),
    }


def test_lists_and_tables_are_spelled_out(shown):
    entry = shown(after={"role": ["dpo", "autre"], "sheet": {"a": 1, "b": [2, 3]}})
    assert values(entry) == {"Rôle": ("", "DPO, autre", False), "sheet": ("", "a\u202f: 1\u202f; b\u202f: 2, 3", False)}


@pytest.mark.parametrize("text", ["2026-13-45", "2026", "2026-01-05 est un lundi", "2026-99-99T99:99", "12:30"])
def test_what_only_looks_like_a_date_is_left_as_it_is(shown, text):
    assert values(shown(after={"n": text})) == {"n": ("", text, False)}


def test_a_row_of_another_table_is_called_by_its_kind_and_number(shown):
    """A finding's history says « Échantillon n° 2 », never `case_sample:2`; what no domain has named stays as it is."""
    entry = shown(after={"origin": "case_sample:2", "role": "dpo:trois", "other": "case_sample:2"})
    assert values(entry) == {
        "Vu dans": ("", "Échantillon n° 2", False),
        "Rôle": ("", "dpo:trois", False),
        "other": ("", "case_sample:2", False),
    }


def test_what_was_written_in_both_languages_is_said_in_that_of_the_reader(shown):
    assert values(shown(after={"chose": {"fr": "Ajouter les clients", "en": "Add customers"}})) == {
        "chose": ("", "Ajouter les clients", False)
    }
