"""Writing the file of a clause: what was not changed keeps its bytes, what was typed reads back as it was typed."""

import re

import pytest

from portal.contracts import library
from portal.contracts.rules.clause_writing import FIELDS, file_source, paragraph_fields, rows_of, write_clause
from portal.contracts.rules.free_text import reference_targets
from portal.core.language import Language

LIBRARY = library.cached()
TARGETS = frozenset().union(*(reference_targets(template) for template in LIBRARY.templates))
CL18 = LIBRARY.clause["CL18"]


def source(clause):
    return (library.FOLDER / clause.path).read_text(encoding="utf-8")


def written(clause, changes):
    text = write_clause(source(clause), clause, changes, "1.2.1", TARGETS)
    made = library.clause_of(clause.path, text)
    assert made is not None
    return made, text


def test_every_shipped_paragraph_typed_again_reads_the_same():
    for clause in LIBRARY.clauses:
        numbers = range(1, len(clause.prose[Language.FR]) + 1)
        made, _text = written(clause, {number: paragraph_fields(clause, number) for number in numbers})
        for language in Language:
            for was, now in zip(clause.prose[language], made.prose[language], strict=True):
                assert (was.blocks, was.obligations, was.condition) == (now.blocks, now.obligations, now.condition)
        for number in numbers:
            assert paragraph_fields(clause, number) == paragraph_fields(made, number)
        assert (clause.covers, clause.needs, clause.variables) == (made.covers, made.needs, made.variables)


@pytest.mark.parametrize("clause", LIBRARY.clauses, ids=lambda one: one.key)
def test_a_file_of_which_nothing_changes_keeps_its_bytes(clause):
    assert write_clause(source(clause), clause, {}, clause.version, TARGETS) == source(clause)


def test_one_changed_paragraph_changes_its_lines_alone():
    before = source(CL18).splitlines()
    text = "Le Sous-traitant contient la violation sans délai et conserve les preuves."
    _made, after = written(CL18, {6: {"text_fr": text}})
    kept = set(after.splitlines())
    gone = [line for line in before if line not in kept]
    assert gone[0] == 'version = "1.3"'
    assert all("violation sans délai" in line or line.startswith("   ") for line in gone[1:])
    assert len(gone) <= 7
    assert f"6. {text}" in after


def test_a_paragraph_of_one_line_takes_nothing_of_what_is_under_it():
    made, loose = written(CL18, {5: {"text_fr": "Le Sous-traitant prévient.", "text_en": "The Processor tells."}})
    tight = re.sub(r"\n\n(6\. )", r"\n\1", loose)
    assert "\n\n6. " in loose
    assert "\n\n6. " not in tight
    for text in (loose, tight):
        again = write_clause(text, made, {5: {"text_fr": "Le Sous-traitant alerte."}}, "1.2.2", TARGETS)
        assert again == text.replace("Le Sous-traitant prévient.", "Le Sous-traitant alerte.").replace("1.2.1", "1.2.2")


def test_a_new_fallback_and_its_figures_are_written_beside_the_others():
    made, _text = written(CL18, {6: {
        "fallback_fr": "Le rapport « final » selon [CL20] est remis sous soixante (60) jours.",
        "fallback_en": "The final report under [CL20] is supplied within sixty (60) days.",
        "red_line_fr": "Aucun rapport.", "red_line_en": "No report.", "approver": "management",
        "figures": "rapport | report | at_most | 30 days | 60 days | -",
    }})  # fmt: skip
    assert [point.paragraph for point in made.negotiation] == [1, 6, 7]
    fields = paragraph_fields(made, 6)
    assert fields["approver"] == "management"
    assert fields["figures"] == "rapport | report | at_most | 30 days | 60 days | -"
    assert "[CL20]" in fields["fallback_fr"]


def test_facts_are_declared_when_a_text_shows_them_and_no_more_when_none_does():
    made, _text = written(CL18, {2: {
        "text_fr": "La notification est adressée à [controller.dpo], sans délai.",
        "text_en": "The notification shall be sent to [controller.dpo], without delay.",
    }})  # fmt: skip
    assert set(made.variables) == {"controller.dpo"}


def test_what_a_lawyer_types_cannot_break_the_file():
    hostile = 'Fin """ et \\ puis\n\n- une puce +++ [controller.dpo]\n- une autre\n::: rien\n## en\n9. neuf'
    made, _text = written(CL18, {1: {name: hostile for name in FIELDS if name.startswith(("text", "fallback"))}})
    assert len(made.prose[Language.FR]) == len(CL18.prose[Language.FR])
    assert (made.key, made.covers, len(made.negotiation)) == (CL18.key, CL18.covers, len(CL18.negotiation))


def test_words_that_open_a_list_stay_in_their_line():
    text = ("mot " * 28) + "- tiret a) lettre " + ("mot " * 28)
    made, _text = written(CL18, {6: {"text_fr": text}})
    assert len(made.prose[Language.FR][5].blocks) == 1


def test_only_the_operative_words_of_the_paragraph_are_replaced():
    words = "C44 | communication de la violation aux personnes | communicating the breach to the data subjects"
    made, _text = written(CL18, {5: {"operative": words}})
    assert [one.meets for one in made.operative][:-1] == [one.meets for one in CL18.operative][:-1]
    assert made.operative[-1].text.fr == "communication de la violation aux personnes"


def test_cells_and_names_are_read_as_they_are_shown():
    assert rows_of("a | b |", 3) is None
    assert (
        file_source("L’article [CL18], « [x] » et [tier]", TARGETS) == "L'article {{ ref:CL18 }}, « [x] » et {{ tier }}"
    )
