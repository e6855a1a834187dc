import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from portal.contracts.rules.model import BilingualWords
from portal.core.language import Language, Sentence
from portal.documents_in.document import (
    Annex,
    ParagraphKind,
    SourceDocument,
    SourceParagraph,
    assemble_paragraphs,
)
from portal.paper import snapshot
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.check_result import (
    Check,
    ContractTerm,
    ContractVerdict,
    RequirementResult,
    RequirementStatus,
    Span,
    TermJudgement,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
PAGE = st.none() | st.integers(1, 500)
WORDS = st.builds(BilingualWords, TEXT, TEXT)
SPANS = st.builds(Span, TEXT, st.integers(0, 10**7), st.integers(0, 10**7), PAGE)
FINDINGS = st.builds(
    RequirementResult,
    TEXT,
    st.lists(TEXT, max_size=3).map(tuple),
    st.sampled_from(RequirementStatus),
    WORDS,
    st.lists(SPANS, max_size=3).map(tuple),
    st.none() | st.booleans(),
)
TERMS = st.builds(
    ContractTerm,
    TEXT,
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    TEXT,
    st.sampled_from(TermJudgement),
    WORDS,
    SPANS,
)
CHECKS = st.builds(
    Check,
    st.sampled_from(Language),
    st.sampled_from(ContractVerdict),
    WORDS,
    st.lists(FINDINGS, max_size=4).map(tuple),
    st.lists(TERMS, max_size=3).map(tuple),
)


@st.composite
def documents(draw):
    rows = draw(st.lists(st.tuples(TEXT, st.sampled_from(ParagraphKind), st.integers(0, 6), TEXT, PAGE), max_size=8))
    text, placed = assemble_paragraphs(rows)
    paragraphs = tuple(
        SourceParagraph(p.text, p.start, p.kind, p.level, p.number, p.page, draw(st.none() | st.sampled_from(Language)))
        for p in placed
    )
    annexes = draw(st.lists(st.builds(Annex, TEXT, st.integers(0, 999), st.booleans()), max_size=2))
    remarks = draw(
        st.lists(st.builds(Sentence, TEXT, st.dictionaries(TEXT, st.integers() | TEXT, max_size=2)), max_size=2)
    )
    return SourceDocument(text, paragraphs, draw(st.sampled_from(Language)), tuple(annexes), tuple(remarks), draw(PAGE))


def through_json(frozen):
    return json.loads(json.dumps(frozen))


@given(documents())
def test_a_document_comes_back_as_it_was_read(document):
    assert snapshot.thaw_document(through_json(snapshot.freeze_document(document))) == document


@given(CHECKS)
def test_a_check_comes_back_as_it_was_made(check):
    assert snapshot.thaw_check(through_json(snapshot.freeze_check(check))) == check


def test_characters_no_database_keeps_are_replaced_without_moving_any_offset():
    text, paragraphs = assemble_paragraphs(
        [("a\x00b", ParagraphKind.TEXT, 0, "", None), ("c\ud800d", ParagraphKind.TEXT, 0, "", None)]
    )
    back = snapshot.thaw_document(snapshot.freeze_document(SourceDocument(text, paragraphs, Language.FR)))
    assert [p.text for p in back.paragraphs] == ["a\ufffdb", "c\ufffdd"]
    assert back.paragraphs[1].start == paragraphs[1].start


def test_the_digest_of_the_readings_is_the_same_in_every_process_and_changes_with_them():
    rulebook = load_rulebook()
    code = (
        "from portal.paper import rulebook_files, snapshot\n"
        "print(snapshot.rulebook_digest(rulebook_files.load_rulebook()))"
    )
    elsewhere = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert elsewhere == {snapshot.rulebook_digest(rulebook)}
    assert snapshot.rulebook_digest(replace(rulebook, requirements=rulebook.requirements[1:])) not in elsewhere
    assert snapshot.rulebook_digest(
        replace(rulebook, role=(*rulebook.role, "z" * 400 + "a"))
    ) != snapshot.rulebook_digest(replace(rulebook, role=(*rulebook.role, "z" * 400 + "b")))


def test_a_review_frozen_by_version_0_1_is_still_read_as_it_was():
    """Frozen reviews stand in rows: their keys and values are kept, whatever the classes are called."""
    stored = json.loads(Path(__file__).with_name("frozen_review_0_1.json").read_text("utf-8"))
    document, check = snapshot.thaw_document(stored["document"]), snapshot.thaw_check(stored["findings"])
    assert snapshot.freeze_document(document) == stored["document"]
    assert snapshot.freeze_check(check) == stored["findings"]
    assert check.verdict is ContractVerdict.INCOMPLETE
    assert check.result_of("breach_notification").status is RequirementStatus.SATISFIED
    assert [term.value for term in check.terms] == [48.0]
