"""What changed between two versions: by clause, by fact, by obligation, by blank."""

from portal.contracts.models import ContractVersion
from portal.contracts.rules.model import BilingualWords, Obligation, ObligationClass, ObligationSeverity
from portal.contracts.version_comparison import ChangeKind, compare_texts, compare_versions, fact_words
from portal.core.documents.freezing import freeze
from portal.core.documents.tree import Document, Paragraph, Section, Text
from portal.core.language import Language

FR, EN = Language.FR, Language.EN
CLAUSE = {"id": "CL18", "version": "1.0", "sha256": "a", "article": "14", "title": "Violations"}
DUTY = {"id": "C42", "status": "incomplete", "title": "Notification"}
BLANK = {"key": "vendor.breach_contact", "label": "point de contact"}


def version(language=FR, **changes):
    values = {
        "tree": freeze(Document("", language, ())), "clauses": [CLAUSE],
        "facts": {"values": {"vendor.name": "Brume"}}, "coverage": [DUTY], "blanks": [BLANK],
        **changes,
    }  # fmt: skip
    return ContractVersion(language=language, **values)


def found(part):
    return [(one.change, one.key, one.before, one.after) for one in part]


def test_an_obligation_is_named_in_the_reader_s_language():
    known = Obligation(
        "C42", ObligationClass.STATUTE, BilingualWords("Notification", "Notice"), "33(2)", BilingualWords("", ""),
        ObligationSeverity.MAJOR,
    )  # fmt: skip
    after = version(coverage=[{**DUTY, "status": "covered"}])
    assert [one.label for one in compare_versions(version(), after, EN, [known]).obligations] == ["Notice"]
    assert [one.label for one in compare_versions(version(), after, EN).obligations] == ["Notification"]


def test_a_blank_is_named_in_the_reader_s_language():
    [filled] = compare_versions(version(), version(blanks=[]), EN).blanks
    assert "contact point" in filled.label
    assert "point de contact" not in filled.label


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
    assert fact_words("transfers.mechanism", ["adequacy", "scc"], FR).startswith("décision d’adéquation\u202f; clauses")
    assert fact_words("vendor.name", None, FR) == ""
    assert fact_words("transfers.rows", [{"importer": None, "country": None}], FR) == "–"


def text(*articles):
    """A document of articles, each given by its anchor and its paragraphs (anchor, words)."""
    return Document("Accord", FR, tuple(
        Section("Titre", tuple(
            Section("", (Paragraph((Text(words),)),), number=f"{place}.{rank}", anchor=anchor)
            for rank, (anchor, words) in enumerate(paragraphs, 1)
        ), number=str(place), anchor=key, kind="article")
        for place, (key, paragraphs) in enumerate(articles, 1)
    ))  # fmt: skip


def differences(old, new):
    return [
        (one.change, one.place.number, [(run.change and run.change.value, run.text) for run in one.runs])
        for one in compare_texts(old, new)
    ]


def test_each_word_that_came_or_went_is_marked_and_numbers_are_not_words():
    old = text(("CL01", [("CL01_1", "Un."), ("CL01_2", "Il avertit dans les 24 heures.")]))
    new = text(("CL01", [("special_1", "Premier."), ("CL01_1", "Un."), ("CL01_2", "Il avertit dans les 48 heures.")]))
    assert differences(old, old) == []
    assert differences(old, new) == [
        (ChangeKind.ADDED, "1.1", [("added", "Premier.")]),
        (ChangeKind.CHANGED, "1.3", [
            (None, "Il avertit dans les "), ("removed", "24 "), ("added", "48 "), (None, "heures."),
        ]),
    ]  # fmt: skip
    (_, changed) = compare_texts(old, new)
    assert "".join(run.text for run in changed.before) == "Il avertit dans les 24 heures."
    assert "".join(run.text for run in changed.after) == "Il avertit dans les 48 heures."


def test_a_paragraph_taken_out_or_moved_is_told_and_one_whose_anchor_shifted_is_not():
    old = text(("CL01", [("CL01_1", "Un."), ("CL01_2", "Deux."), ("CL01_3", "Trois."), ("CL01_4", "Quatre.")]))
    shifted = text(("CL01", [("CL01_2", "Un."), ("CL01_3", "Deux."), ("CL01_4", "Trois."), ("CL01_5", "Quatre.")]))
    assert differences(old, shifted) == []
    moved = text(("CL01", [("CL01_4", "Quatre."), ("CL01_1", "Un."), ("CL01_3", "Trois.")]))
    assert [(change, label) for change, label, _ in differences(old, moved)] == [
        (ChangeKind.MOVED, "1.1"), (ChangeKind.REMOVED, "1.2"),
    ]  # fmt: skip
