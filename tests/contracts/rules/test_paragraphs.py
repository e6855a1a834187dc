"""Edits of a draft: what is locked, what follows the library, what coverage makes of them."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.contracts import library as files
from portal.contracts.rules.assembly import assemble_contract
from portal.contracts.rules.coverage import CoverageStatus, uncovered_by
from portal.contracts.rules.free_text import typed_source
from portal.contracts.rules.model import Approver, ClauseLibrary
from portal.contracts.rules.paragraphs import (
    AT_HEAD,
    ParagraphEdit,
    ParagraphWording,
    anchor_of,
    approver_of,
    base_of,
    lock_reason,
    place_edits,
)
from portal.core.documents.text import tree_text
from portal.core.language import Language
from tests.factories.contracts import facts

LIBRARY = files.cached()
DPA = LIBRARY.template["dpa"]
W = ParagraphWording
RANK = list(CoverageStatus)
OPEN = [
    (clause.key, number)
    for clause in LIBRARY.clauses
    for number in range(1, len(clause.prose[Language.FR]) + 1)
    if lock_reason(clause, number) is None
]


def edit(clause, number, wording=W.FREE, text="Nos équipes se parlent.", **given):
    said = {"fr": text, "en": text} if wording in {W.FREE, W.SPECIAL} else {}
    base = base_of(LIBRARY.clause[clause], number, after=given.get("after", ""))
    anchor = f"special_{number}" if wording is W.SPECIAL else anchor_of(clause, number)
    return ParagraphEdit(anchor, clause, wording, said, base=base, **given)


def draft(*edits, language=Language.FR, library=LIBRARY, known=None):
    return assemble_contract(library, library.template["dpa"], known or facts(), language, edits)


@cache
def untouched():
    return draft()


def rewritten(key, change):
    """The library with the French and English paragraphs of one clause changed by a function."""
    clauses = [
        replace(one, prose={language: change(passages) for language, passages in one.prose.items()})
        if one.key == key
        else one
        for one in LIBRARY.clauses
    ]
    return ClauseLibrary(LIBRARY.obligations, tuple(clauses), LIBRARY.templates)


def text(assembly):
    return tree_text(assembly.document).replace("\xa0", " ")


def lost(assembly):
    return [line.obligation.key for line in uncovered_by(untouched().coverage, assembly.coverage)]


def test_what_the_law_fixes_is_locked_and_what_is_negotiated_is_not():
    breach, alert, dora = (LIBRARY.clause[key] for key in ("CL18", "CL07", "CL39"))
    assert lock_reason(breach, 1) is None
    assert lock_reason(breach, 3) is breach.not_negotiable
    assert lock_reason(alert, 1) is alert.not_negotiable
    assert lock_reason(alert, 4) is None
    assert lock_reason(dora, 1) is dora.not_negotiable, "a clause without marks is what its reason says, whole"
    assert (approver_of(breach, 1), approver_of(breach, 7), approver_of(alert, 4)) == (
        Approver.OFFICER, Approver.LEGAL, Approver.OFFICER,
    )  # fmt: skip


@pytest.mark.parametrize("language", Language)
def test_a_fallback_is_printed_in_its_place_and_covers_what_it_replaces(language):
    made = draft(edit("CL18", 1, W.FALLBACK), language=language)
    assert "(48)" in text(made)
    assert "(24)" not in next(line for line in text(made).splitlines() if line.startswith("16.1 "))
    assert [line.status for line in made.coverage] == [line.status for line in untouched().coverage]


@pytest.mark.parametrize("wording", [W.FREE, W.STRUCK])
def test_a_paragraph_written_anew_or_struck_out_uncovers_by_name_what_it_said(wording):
    made = draft(edit("CL21", 3, wording))
    assert lost(made) == ["C61"], "though three other paragraphs bear the same mark"
    assert "récrit ou rayé" in str(next(one for one in made.coverage if one.obligation.key == "C61").why)
    assert ("Nos équipes se parlent." in text(made)) is (wording is W.FREE)


def test_words_of_the_law_typed_in_free_text_or_in_a_condition_prove_nothing():
    """The cheapest lie: our own sentence, pasted where nobody reads it."""
    ours = typed_source(LIBRARY.clause["CL21"].prose[Language.FR][2])
    pasted = edit("CL21", 3, W.FREE, text=ours + " Ce qui précède est sans effet.")
    special = edit("CL21", 9, W.SPECIAL, text=ours)
    assert lost(draft(pasted)) == ["C61"]
    assert lost(draft(edit("CL21", 3, W.STRUCK), special)) == ["C61"]


def test_a_special_condition_is_numbered_where_it_was_put_and_moves():
    at_end = draft(edit("CL18", 9, W.SPECIAL, text="Un essai a lieu chaque année, selon l'[CL21]."))
    line = next(line for line in text(at_end).splitlines() if "Un essai" in line)
    assert line.startswith("16.8 ")
    assert line.endswith("selon l’article 23."), "the number of an article is never typed"
    assert at_end.lines["special_9"] == "16.8"
    head = draft(edit("CL18", 9, W.SPECIAL, after=AT_HEAD))
    assert head.lines["special_9"] == "16.1"
    assert head.lines["CL18_1"] == "16.2"
    after = draft(edit("CL18", 9, W.SPECIAL, after="CL18_2"))
    assert [after.lines[key] for key in ("CL18_2", "special_9", "CL18_3")] == ["16.2", "16.3", "16.4"]
    moved = draft(edit("CL18", 6, W.LIBRARY, after=AT_HEAD))
    assert [moved.lines[f"CL18_{n}"] for n in (6, 1, 7)] == ["16.1", "16.2", "16.7"]
    assert not lost(moved)


def test_an_article_struck_out_whole_keeps_its_number():
    """References to later articles stay right, and nothing dangles."""
    only = rewritten("CL16", lambda passages: passages[1:2])
    struck = edit("CL16", 1, W.STRUCK)
    made = draft(replace(struck, base=base_of(only.clause["CL16"], 1)), library=only)
    before = draft(library=only)
    assert [one.number for one in made.clauses] == [one.number for one in before.clauses]
    assert "Sans objet." in text(made)


def test_a_text_missing_in_the_language_is_a_blank_and_is_never_the_other_language():
    one = replace(edit("CL18", 1), text={"fr": "Nos équipes se parlent."})
    made = draft(one, language=Language.EN)
    assert made.unwritten == ("CL18_1",)
    assert "équipes" not in text(made)
    assert draft(one).unwritten == ()


def test_an_edit_follows_its_paragraph_when_the_library_gains_one_before_it():
    done = edit("CL18", 7, W.STRUCK, is_agreed=True)
    special = edit("CL18", 9, W.SPECIAL, after="CL18_6")
    special = replace(special, base=base_of(LIBRARY.clause["CL18"], 0, after="CL18_6"))
    longer = rewritten("CL18", lambda passages: (LIBRARY.clause["CL07"].prose[Language.FR][3], *passages))
    placed = place_edits(longer, [done, special])
    assert [(one.anchor, one.after, one.is_agreed) for one in placed.edits] == [
        ("CL18_8", "", True), ("special_9", "CL18_7", False),
    ]  # fmt: skip
    assert not placed.outdated


def test_an_edit_says_that_the_library_changed_and_the_agreement_falls():
    done = edit("CL18", 1, W.FALLBACK, is_agreed=True)
    changed = rewritten(
        "CL18",
        lambda passages: (replace(passages[0], blocks=(*passages[0].blocks, *passages[6].blocks)), *passages[1:]),
    )
    placed = place_edits(changed, [done])
    assert placed.outdated == {"CL18_1"}
    assert not placed.edits[0].is_agreed
    assert not place_edits(LIBRARY, [done]).outdated


def test_an_edit_whose_paragraph_is_gone_is_told_and_never_hung_on_another():
    gone = rewritten("CL18", lambda passages: passages[:5])
    nowhere = replace(edit("CL18", 1), clause="CL99", anchor="CL99_1")
    placed = place_edits(gone, [edit("CL18", 7), nowhere])
    assert [one.anchor for one in placed.orphans] == ["CL18_7", "CL99_1"]
    assert not placed.edits


def test_a_special_condition_whose_article_is_out_of_the_contract_is_told():
    made = draft(edit("CL33", 9, W.SPECIAL))
    assert [one.anchor for one in made.unplaced] == ["special_9"]


@settings(max_examples=25)
@given(
    st.lists(st.sampled_from(OPEN), min_size=1, max_size=6, unique=True),
    st.data(),
    st.sampled_from([facts(), facts(vendor__breach_contact=None, measures=None, subprocessors=None)]),
)
def test_deleting_text_never_raises_coverage(places, data, known):
    """Neither striking a paragraph out nor cutting a free text, whatever was done before, even where facts lack."""
    wordings = [W.LIBRARY, W.FALLBACK, W.FREE]
    edits = [edit(*place, data.draw(st.sampled_from(wordings)), text="un deux trois") for place in places]
    before = draft(*edits, known=known)
    chosen = data.draw(st.sampled_from(edits))
    less = (
        replace(chosen, wording=W.STRUCK, text={})
        if chosen.wording is not W.FREE or data.draw(st.booleans())
        else replace(chosen, text={"fr": "un"})
    )
    after = draft(*(less if one is chosen else one for one in edits), known=known)
    for old, new in zip(before.coverage, after.coverage, strict=True):
        assert RANK.index(new.status) <= RANK.index(old.status), new.obligation.key
