"""What changed between two versions: by clause, by fact, by obligation, by blank."""

from portal.contracts.models import ContractVersion
from portal.contracts.version_comparison import ChangeKind, compare_versions, fact_words
from portal.core.language import Language

FR, EN = Language.FR, Language.EN
CLAUSE = {"id": "CL18", "version": "1.0", "sha256": "a", "article": "14", "title": "Violations"}
DUTY = {"id": "C42", "status": "incomplete", "title": "Notification"}
BLANK = {"key": "vendor.breach_contact", "label": "point de contact"}


def version(language=FR, **changes):
    values = {
        "clauses": [CLAUSE], "facts": {"values": {"vendor.name": "Brume"}}, "coverage": [DUTY], "blanks": [BLANK],
        **changes,
    }  # fmt: skip
    return ContractVersion(language=language, **values)


def found(part):
    return [(one.change, one.key, one.before, one.after) for one in part]


def test_the_same_version_has_no_difference():
    assert compare_versions(version(), version(), FR).is_empty


def test_a_clause_is_the_same_when_its_file_was_to_the_byte():
    longer = [{**CLAUSE, "version": "1.1", "sha256": "b"}, {**CLAUSE, "id": "CL19", "sha256": "c"}]
    renumbered = [{**CLAUSE, "article": "15"}]
    assert found(compare_versions(version(), version(clauses=longer), FR).clauses) == [
        (ChangeKind.CHANGED, "CL18", "1.0", "1.1"),
        (ChangeKind.ADDED, "CL19", "", "1.0"),
    ]
    assert found(compare_versions(version(), version(clauses=[]), FR).clauses) == [
        (ChangeKind.REMOVED, "CL18", "1.0", "")
    ]
    assert found(compare_versions(version(), version(clauses=renumbered), FR).clauses) == []
    assert found(compare_versions(version(), version(clauses=[{**CLAUSE, "sha256": "b"}]), FR).clauses) == [
        (ChangeKind.CHANGED, "CL18", "1.0", "1.0")
    ]


def test_facts_that_came_changed_or_went_are_named_in_the_readers_language():
    before = version(facts={"values": {"vendor.name": "Brume", "service.duration": "un an", "tier": "standard"}})
    after = version(facts={"values": {"vendor.name": "Brume SAS", "vendor.address": "Lyon", "tier": "critique"}})
    assert found(compare_versions(before, after, EN).facts) == [
        (ChangeKind.CHANGED, "vendor.name", "Brume", "Brume SAS"),
        (ChangeKind.ADDED, "vendor.address", "", "Lyon"),
        (ChangeKind.REMOVED, "service.duration", "un an", ""),
        (ChangeKind.CHANGED, "tier", "standard", "critical"),
    ]
    assert compare_versions(before, after, EN).facts[0].label == "processor’s legal name"


def test_words_in_two_languages_are_not_compared_but_codes_and_presence_are():
    before = version(facts={"values": {"service.name": "Paie", "tier": "standard", "locations": ["Allemagne"]}})
    after = version(EN, facts={"values": {"service.name": "Payroll", "tier": "critique"}})
    changes = compare_versions(before, after, FR)
    assert not changes.same_language
    assert not changes.is_empty
    assert found(changes.facts) == [
        (ChangeKind.REMOVED, "locations", "Allemagne", ""),
        (ChangeKind.CHANGED, "tier", "standard", "critique"),
    ]


def test_obligations_and_blanks_follow():
    changes = compare_versions(version(), version(coverage=[{**DUTY, "status": "covered"}], blanks=[]), FR)
    assert found(changes.obligations) == [(ChangeKind.CHANGED, "C42", "incomplete", "covered")]
    assert found(changes.blanks) == [(ChangeKind.REMOVED, "vendor.breach_contact", "", "")]
    back = compare_versions(version(blanks=[]), version(), FR)
    assert found(back.blanks) == [(ChangeKind.ADDED, "vendor.breach_contact", "", "")]


def test_a_row_whose_cell_changed_is_a_change_although_its_name_did_not():
    rows = [{"name": "Nuage", "country": "France"}], [{"name": "Nuage", "country": "Inde"}]
    before, after = (version(facts={"values": {"subprocessors": row}}) for row in rows)
    assert found(compare_versions(before, after, FR).facts) == [(ChangeKind.CHANGED, "subprocessors", "Nuage", "Nuage")]


def test_a_value_is_told_in_words():
    assert fact_words("data.special", [], FR) == "aucune"
    assert fact_words("subprocessors", [], EN) == "No sub-processor is authorised on the date of signature."
    assert fact_words("measures", [{"theme": "Accès", "measure": "MFA", "evidence": None}], FR) == "MFA"
    assert fact_words("transfers.mechanism", ["adequacy", "scc"], FR).startswith("décision d’adéquation ; clauses")
    assert fact_words("vendor.name", None, FR) == ""
    assert fact_words("transfers.rows", [{"importer": None, "country": None}], FR) == "–"
