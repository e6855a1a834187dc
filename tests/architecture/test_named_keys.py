"""What code names of the data files exists there: keys of questions, columns, choices, clauses and obligations."""

import re
from pathlib import Path

from portal.contracts import library
from portal.contracts.fact_sources import answer_facts as gathering
from portal.questionnaires import catalogue
from tests.factories.sources import sources

ROOT = Path(__file__).resolve().parents[2]

TEXTS = [
    *sorted((ROOT / "portal").rglob("*.py")),
    *sorted((ROOT / "bench").rglob("*.py")),
    *(ROOT / "portal").rglob("*.html"),
    *(ROOT / "portal").rglob("*.toml"),
]
QUESTIONNAIRES = catalogue.load().values()
QUESTIONS = {question.key: question for asked in QUESTIONNAIRES for question in asked.questions}
SECTIONS = {section.key for asked in QUESTIONNAIRES for section in asked.sections}
KEY = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)\.[a-z0-9]+(?:-[a-z0-9]+)*")
EXAMPLES = {"fin.sauvegardes"}
"""Keys of examples in docstrings."""
FACT_COLUMNS = {"name", "transfer"}
"""Columns of the contract's own tables, read in the same modules."""


def unknown(pattern: str, known: set[str]) -> list[str]:
    """Every mention of an identifier that no data file defines."""
    found = []
    for path in TEXTS:
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
            wrong = {one for one in re.findall(pattern, line) if one not in known}
            found += [f"{path.relative_to(ROOT)}:{number}: {one}" for one in sorted(wrong)]
    return found


def test_every_question_that_code_names_is_asked():
    found = []
    for file in sources("portal", "bench"):
        for number, text in file.strings:
            match = KEY.fullmatch(text)
            if match and match[1] in SECTIONS and text not in QUESTIONS.keys() | EXAMPLES:
                found.append(f"{file.path}:{number}: {text}")
    assert not found


def test_the_questions_a_contract_is_filled_from_are_asked_and_have_what_is_read_of_them():
    assert set(QUESTIONS) >= gathering.QUESTIONS
    columns = {column.key for key in gathering.QUESTIONS for column in QUESTIONS[key].columns}
    files = [
        ROOT / "portal" / "contracts" / "fact_sources" / f"{name}.py" for name in ("answer_facts", "contradictions")
    ]
    read = {
        name
        for path in files
        for name in re.findall(r"\b(?:row|words|one)(?:\.get\(|\[)\"([a-z]+)\"", path.read_text(encoding="utf-8"))
    }
    assert len(read) > 5
    assert read - FACT_COLUMNS <= columns


def test_the_mechanisms_of_transfer_that_clauses_frame_are_offered():
    mechanism = QUESTIONS[gathering.PLACES].column("mecanisme")
    assert mechanism is not None
    assert {choice.value for choice in mechanism.choices} >= gathering.TOOLS


def test_every_clause_and_obligation_that_code_names_is_in_the_library():
    known = library.cached()
    clauses = {clause.key for clause in known.clauses}
    assert unknown(r"\bCL[0-9]{2}\b|\bCL-[A-Z0-9]+\b", clauses) == []
    assert unknown(r"(?<![\w-])C[0-9]{2}\b(?!-)", {obligation.key for obligation in known.obligations}) == []
