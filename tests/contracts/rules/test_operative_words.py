"""Coverage proved by words, in every position and language: what is taken out of the text is missed by name."""

import re
from dataclasses import replace

import pytest

from portal.contracts import library
from portal.contracts.rules.model import ProseList, ProseParagraph
from portal.contracts.rules.operative_words import (
    Position,
    fallback_prose,
    library_coverage,
    operative_defects,
    text_of,
    wordings,
)
from portal.core.documents.tree import Text
from portal.core.language import Language

LIBRARY = library.cached()
MARKED = [clause for clause in LIBRARY.clauses if clause.covers]


def folded(text):
    return " ".join(text.split()).casefold()


def without(passage, words):
    """The passage without the sentence that holds these words."""

    def cut(pieces):
        return tuple(
            Text(
                " ".join(one for one in re.split(r"(?<=[.;:])\s", piece.text) if folded(words) not in folded(one)),
                piece.strong,
                piece.emphasis,
            )
            if isinstance(piece, Text)
            else piece
            for piece in pieces
        )

    return replace(
        passage,
        blocks=tuple(
            ProseParagraph(cut(block.pieces))
            if isinstance(block, ProseParagraph)
            else ProseList(tuple(map(cut, block.items)), block.ordered)
            for block in passage.blocks
        ),
    )


def wording(clause, position, language, passages):
    """The clause whose wording in one position and language is this."""
    if position is Position.PREFERRED or clause.position != "preferred":
        return replace(clause, prose={**clause.prose, language: passages})
    points = tuple(
        replace(one, fallback={**one.fallback, language: (passages[one.paragraph - 1],)}) for one in clause.negotiation
    )
    kept = tuple(
        passage if clause.point(number) else passages[number - 1]
        for number, passage in enumerate(clause.prose[language], start=1)
    )
    return replace(clause, prose={**clause.prose, language: kept}, negotiation=points)


@pytest.mark.parametrize("clause", MARKED, ids=lambda clause: clause.key)
def test_a_marked_sentence_taken_out_uncovers_its_obligations_by_name(clause):
    assert list(operative_defects(clause)) == []
    for position, by_language in wordings(clause).items():
        for language, passages in by_language.items():
            for one in clause.operative:
                words = one.text.said_in(language)
                cut = tuple(without(p, words) if set(one.meets) & set(p.obligations) else p for p in passages)
                assert cut != passages, (clause.key, words)
                said = " ".join(map(str, operative_defects(wording(clause, position, language, cut))))
                for key in one.meets:
                    assert f"{key} n’est plus couvert ({position.value}, {language.value})" in said, (clause.key, words)


@pytest.mark.parametrize("clause", MARKED, ids=lambda clause: clause.key)
def test_every_mark_rests_on_words_that_stand_there_and_nowhere_else(clause):
    for number, passage in enumerate(clause.prose[Language.FR], start=1):
        if not passage.obligations:
            continue
        emptied = replace(passage, blocks=(ProseParagraph((Text("Les Parties coopèrent."),)),))
        prose = (*clause.prose[Language.FR][: number - 1], emptied, *clause.prose[Language.FR][number:])
        said = " ".join(map(str, operative_defects(replace(clause, prose={**clause.prose, Language.FR: prose}))))
        assert all(f"{key} n’est plus couvert" in said for key in passage.obligations), (clause.key, number)


def test_a_mark_without_words_and_words_without_a_mark_are_defects():
    clause = LIBRARY.clause["CL07"]
    assert "ne soutient C23" in " ".join(map(str, operative_defects(replace(clause, operative=()))))
    lost = replace(clause, covers=())
    assert "qui n’est pas dans" in " ".join(map(str, operative_defects(lost)))


def test_words_said_twice_support_neither_paragraph():
    clause = LIBRARY.clause["CL23"]
    french = clause.prose[Language.FR]
    twice = (french[0], french[1], replace(french[1], line=0), french[3])
    said = " ".join(map(str, operative_defects(replace(clause, prose={**clause.prose, Language.FR: twice}))))
    assert "Paragraphe 2 (preferred, fr)" in said


def test_the_table_has_a_line_for_each_clause_obligation_position_and_language_and_none_is_empty():
    lines = library_coverage(LIBRARY)
    assert len({(one.clause, one.obligation, one.position, one.language) for one in lines}) == len(lines)
    assert all(one.paragraphs and not one.missing for one in lines)
    said = {(one.clause, one.obligation, one.position.value) for one in lines}
    assert {("CL18", "C42", "preferred"), ("CL18", "C42", "fallback"), ("CL15", "C30", "fallback")} <= said
    assert ("CL15", "C30", "preferred") not in said


POINTS = {
    "breach notice": ("CL18", 1, "24 hours", "48 hours", "72 hours"),
    "sub-processors": ("CL14", 2, "60 days", "30 days", "10 days"),
    "audit frequency": ("CL21", 3, "15 business_days", "30 days", "60 days"),
    "audit cost": ("CL21", 6, None, "3 business_days", None),
    "assistance with rights": ("CL17", 4, None, "40 hours", None),
    "assistance in a breach": ("CL18", 7, None, "40 hours", None),
    "assistance with impact assessments": ("CL19", 6, None, "40 hours", None),
    "deletion": ("CL20", 3, "30 days", "60 days", None),
    "liability": ("CL35", 3, None, None, None),
    "transfers": ("CL24", 3, "30 days", "30 days", None),
    "own use": ("CL09", 3, None, None, None),
}


def written(quantity):
    return quantity and f"{quantity.number} {quantity.unit.value}"


@pytest.mark.parametrize("name", POINTS)
def test_each_point_we_negotiate_has_its_three_positions_and_who_agrees(name):
    key, paragraph, preferred, fallback, red_line = POINTS[name]
    point = LIBRARY.clause[key].point(paragraph)
    assert point.approver.value in {"legal", "dpo", "management"}
    for language in Language:
        assert point.red_line.said_in(language)
        own, other = LIBRARY.clause[key].prose[language][paragraph - 1], point.fallback[language][0]
        assert text_of(own) != text_of(other)
    if fallback:
        first = point.figures[0]
        assert tuple(map(written, (first.preferred, first.fallback, first.red_line))) == (preferred, fallback, red_line)


def test_a_clause_that_does_not_give_way_everywhere_says_why():
    for clause in LIBRARY.clauses:
        if len(clause.negotiation) < len(clause.prose[Language.FR]):
            assert clause.not_negotiable.fr.endswith("."), clause.key
            assert clause.not_negotiable.en.endswith("."), clause.key


def test_a_fallback_keeps_what_the_paragraph_is_marked_with():
    clause = LIBRARY.clause["CL18"]
    taken = fallback_prose(clause, Language.EN)
    assert [one.obligations for one in taken] == [one.obligations for one in clause.prose[Language.EN]]
    assert "forty-eight" in text_of(taken[0])
