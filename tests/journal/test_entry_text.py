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
    for table in ("ACTIONS", "OBJECTS", "FIELDS", "READERS", "VALUES", "OWN"):
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
        after={"role": None, "on": "2026-02-05", "moment": "2026-11-24T09:00:00+00:00", "yes": True, "no": False},
    )
    assert values(entry) == {
        "Rôle": ("DPO", "", True),
        "on": ("5 janvier 2026", "5 février 2026", True),
        "moment": ("", "24 novembre 2026 à 10:00", False),
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


def test_a_field_noted_again_as_it_was_is_no_change_and_one_that_says_nothing_is_not_shown(shown):
    """A ruling names its requirement before and after; a vendor without a telephone has none to tell."""
    entry = shown(
        before={"role": "dpo", "n": "a", "gone": "b"}, after={"role": "dpo", "n": "", "phone": "", "gone": "b"}
    )
    assert values(entry) == {"Rôle": ("DPO", "DPO", False), "n": ("a", "", True), "gone": ("b", "b", False)}


def test_a_filter_and_a_rhythm_are_in_words(shown):
    told = values(
        shown(
            "campaign.created",
            after={
                "audience": {"statuses": ["actif"], "tiers": ["eleve"], "countries": ["DE"], "not_audited_months": 11},
                "recurrence": {"every": "months", "step": 6},
            },
        )
    )
    assert told["Sous-traitants visés"][1] == (
        "Pays\u202f: Allemagne\u202f; Sans audit depuis (mois)\u202f: 11\u202f; Statut\u202f: actif\u202f; "
        "Criticité\u202f: élevée"
    )
    assert told["Rythme"][1] == "Répétition\u202f: Tous les N mois\u202f; Intervalle\u202f: 6"


def test_a_requirement_is_in_words(shown):
    told = values(shown("paper.ruled", after={"requirement": "audits_inspections"}))
    assert "_" not in told["Obligation"][1]


def test_the_columns_of_a_table_of_facts_are_called_as_the_contract_calls_them(shown):
    told = values(shown("contract.facts_typed", after={"measures": [{"theme": "Accès", "measure": "Badge"}]}))
    assert list(told.values()) == [("", "Mesure mise en œuvre\u202f: Badge\u202f; Thème\u202f: Accès", False)]
