"""Every column that may name somebody is declared, with what becomes of it."""

import ast
from dataclasses import replace

import pytest

from portal.core.retention import durations
from portal.jobs.ledger import REGISTRY
from portal.jobs.schedule import TICKS
from portal.privacy.declared import declaration, faults, texts
from portal.privacy.rules import PURE_ERASURES, Fate, faults_of
from portal.privacy.sweeping import SWEEPS
from portal.privacy.table import declaration_text
from tests.conftest import REPOSITORY

ERASERS = {*REGISTRY, *TICKS, *PURE_ERASURES}


def told(**changed):
    """The faults of the declaration once a table is said otherwise."""
    said = declaration()
    tables = dict(said.tables)
    for name, values in changed.items():
        tables[name] = replace(tables[name], **values)
    return list(faults_of(replace(said, tables=tables), texts(), erasers=ERASERS, durations=durations()))


def test_every_column_that_may_name_somebody_is_declared(app):
    assert faults() == [], "declare it in portal/privacy/data/personal_data.toml: its fate, or among the neutral ones"


@pytest.mark.parametrize("column", ["nickname", "mobile", "notes_2", "data"])
def test_a_new_column_that_nobody_declared_is_a_fault(app, column):
    grown = {**texts(), "contact": (*texts()["contact"], column)}
    found = list(faults_of(declaration(), grown, erasers=ERASERS, durations=durations()))
    assert found == [f"contact.{column} : ni déclarée, ni neutre"]


@pytest.mark.parametrize(
    ("table", "values", "sentence"),
    [
        ("mail", {"erased_by": ("mail.erase_all",)}, "rien ne s'appelle mail.erase_all"),
        ("mail", {"erased_by": ("mail.relay",)}, "mail.relay n'est pas dit en mots"),
        ("mail", {"erased_by": ("flask privacy erase",)}, "que rien n'applique"),
        ("mail", {"kept": "mail.eternity"}, "durée mail.eternity inconnue"),
        ("mail", {"until": "proof"}, "et une seule"),
        ("contact", {"until": ""}, "et une seule"),
        ("contact", {"until": "someday"}, "échéance someday inconnue"),
        ("contact", {"erased_by": ()}, "rien ne l'efface"),
        ("contact", {"purpose": "because"}, "motif ou personnes inconnus"),
        ("contact", {"columns": {"name": Fate.REMOVED}}, "contact.email : ni déclarée, ni neutre"),
        ("contact", {"columns": {**declaration().tables["contact"].columns, "wig": Fate.FREE}}, "wig : n'existe pas"),
    ],
)
def test_a_lie_in_the_declaration_is_a_fault(app, table, values, sentence):
    assert any(sentence in one for one in told(**{table: values}))


def test_every_duration_is_applied_somewhere_and_every_table_that_has_one_is_swept(app):
    applied = set(SWEEPS)
    for path in (REPOSITORY / "portal").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "kept_since" in text else ():
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "kept_since":
                applied |= {one.value for one in node.args if isinstance(one, ast.Constant)}
    assert applied == set(durations())
    assert {one.kept for one in declaration().tables.values()} - {""} <= applied


def test_what_a_column_named_as_a_person_is_never_is(app):
    """The cheapest lie: an address or a name among the columns in which nobody can be named; a worker is nobody."""
    suspicious = ("email", "_by", "phone", "person_name", "recipient", "contact", "representative")
    assert [one for one in declaration().neutral if one.endswith(suspicious)] == ["job.locked_by"]


def test_the_documentation_is_what_is_declared(app):
    shown = (REPOSITORY / "docs" / "donnees-personnelles.md").read_text(encoding="utf-8")
    assert shown == declaration_text(), "flask privacy table --out docs/donnees-personnelles.md"
