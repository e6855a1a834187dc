"""The import from end to end: what is written is read back, verbatim and in order, and real files are read whole."""

import json
import re
from collections import Counter
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Refused
from portal.questionnaires.catalogue import MAX_BYTES
from portal.questionnaires.importing.formats import FORMATS
from portal.questionnaires.importing.importing import GivenFile, import_files
from portal.questionnaires.importing.plain_text import plain_text
from tests.conftest import REAL
from tests.effort import at_most
from tests.factories.imports import draft, drafts, imported, lost

FOLDER = REAL / "questionnaires"
real = [pytest.mark.real, pytest.mark.skipif(not FOLDER.exists(), reason="les questionnaires réels ne sont pas là")]


@lru_cache
def _real(name):
    return import_files(GivenFile(name, (FOLDER / name).read_bytes()))


@pytest.mark.parametrize(
    ("name", "questions", "choices", "sections"),
    [
        pytest.param("ciso-assistant_dynamic-questionnaire.yaml", 16, 30, None, marks=real),
        pytest.param("ciso-assistant_anssi-mon-aide-cyber.yaml", 53, 347, None, marks=real),
        pytest.param("vsaq_security_privacy_programs.json", 28 + 5 + 8 + 5, None, None, marks=real),
        pytest.param("vsaq_test_template.json", 3, 2, None, marks=real),
        pytest.param("fit4privacy_questions.json", 17, 74, None, marks=real),
        pytest.param("madis_cnil_maturite.xml", 40, 80, 8, marks=real),
        pytest.param("mvsp_v3_oscal_catalog.json", 25, None, 4, marks=real),
    ],
)
def test_real_files_give_every_question_and_choice(name, questions, choices, sections):
    (made,) = _real(name).drafts
    found = draft(_real(name))
    assert made.questions == len(found.questions) == questions
    assert choices in {None, made.choices}
    assert sections in {None, len(found.sections)}
    assert {loss.kind for loss in _real(name).missing} >= {"language", "article"}


@pytest.mark.real
@pytest.mark.skipif(not FOLDER.exists(), reason="les questionnaires réels ne sont pas là")
def test_kinds_scores_and_conditions_of_real_files_are_kept():
    dynamic = draft(_real("ciso-assistant_dynamic-questionnaire.yaml"))
    kinds = Counter(question.kind.name for question in dynamic.questions)
    assert kinds == {"single": 8, "multiple": 2, "date": 2, "text": 2, "number": 1, "yes_no": 1}
    choices = [
        choice for question in dynamic.questions if question.kind.name != "yes_no" for choice in question.choices
    ]
    assert (len(choices), sum(choice.mark is not None for choice in choices)) == (30, 24)
    assert sum(question.visible_if is not None for question in dynamic.questions) == 4 + 4, "and those of its groups"
    vsaq = Counter(question.kind.name for question in draft(_real("vsaq_security_privacy_programs.json")).questions)
    assert vsaq == {"single": 28, "multiple": 5, "text": 13}
    fit4 = Counter(question.kind.name for question in draft(_real("fit4privacy_questions.json")).questions)
    assert fit4 == {"single": 12, "multiple": 5}
    oscal = draft(_real("mvsp_v3_oscal_catalog.json"))
    assert [len(section.questions) for section in oscal.sections] == [8, 8, 5, 4]


@pytest.mark.real
@pytest.mark.skipif(not FOLDER.exists(), reason="les questionnaires réels ne sont pas là")
def test_the_words_of_a_real_file_are_kept_in_their_order():
    raw = json.loads((FOLDER / "fit4privacy_questions.json").read_text(encoding="utf-8"))
    found = draft(_real("fit4privacy_questions.json"))
    assert [question.text.en for question in found.questions] == [plain_text(one["label"]) for one in raw]
    asked = re.findall(
        r'text: "(.+)"', (FOLDER / "ciso-assistant_dynamic-questionnaire.yaml").read_text(encoding="utf-8")
    )
    found = draft(_real("ciso-assistant_dynamic-questionnaire.yaml"))
    assert [question.text.fr for question in found.questions] == asked


WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), exclude_characters="<&"),
    min_size=1,
    max_size=40,
)
TEXTS = WORDS.map(str.strip).filter(lambda text: text and plain_text(text) == text and text == " ".join(text.split()))


@at_most(40)
@given(st.lists(st.tuples(TEXTS, st.lists(TEXTS, min_size=2, max_size=4)), min_size=1, max_size=4))
def test_texts_come_out_verbatim_and_in_order(asked):
    elements = [
        {"type": "radiogroup", "name": f"q{rank}", "title": {"fr": text}, "choices": [
            {"value": str(place), "text": {"fr": label}} for place, label in enumerate(labels)]}
        for rank, (text, labels) in enumerate(asked)
    ]  # fmt: skip
    found = draft(imported({"locale": "fr", "pages": [{"name": "p", "elements": elements}]}))
    assert [(one.text.fr, [choice.label.fr for choice in one.choices]) for one in found.questions] == asked


FIELDS = [
    "questionnaire", "pages", "elements", "questions", "type", "items", "choices", "text",
    "question", "title", "catalog", "groups", "controls", "objects", "framework", "requirement_nodes",
    "qtype", "answers", "label", "name", "category", "visibleIf", "cond", "id",
    "urn", "parts", "columns", "rows",
]  # fmt: skip
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(FIELDS),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=25,
)  # fmt: skip


@at_most(60)
@given(JSON)
def test_whatever_the_fields_hold_it_is_read_or_refused_in_a_sentence(content):
    said = ""
    try:
        found = drafts(imported(content))
    except Refused as refusal:
        found, said = [], str(refusal)
    assert found or said.endswith(".")


def test_a_file_of_no_format_is_refused_with_the_formats_that_are_read():
    with pytest.raises(Refused) as refusal:
        imported({"a": 1})
    assert all(one.label in str(refusal.value) for one in FORMATS)


def test_a_file_too_long_for_the_catalogue_becomes_several():
    items = [
        {"type": "block", "text": f"Part {part}", "items": [
            {"type": "line", "id": f"q{part}-{rank}", "text": "why " * 1500} for rank in range(20)]}
        for part in range(25)
    ]  # fmt: skip
    report = imported({"questionnaire": items})
    assert len(report.drafts) > 1
    assert sum(one.questions for one in report.drafts) == 500
    assert len({one.key for one in report.drafts}) == len(report.drafts)
    assert all(len(one.toml.encode()) < MAX_BYTES for one in report.drafts)
    assert lost(report, "group")


def test_more_questions_than_anyone_would_answer_are_refused():
    items = [{"type": "line", "text": "Why?"}] * 5_001
    with pytest.raises(Refused, match="questions"):
        imported({"questionnaire": items})


def test_companions_of_a_format_that_takes_none_are_listed():
    report = imported({"questionnaire": [{"type": "line", "text": "Why?"}]}, "<rdmo/>")
    assert lost(report, "reference")


def test_two_identifiers_that_come_to_the_same_key_stay_two_questions():
    items = [{"type": "line", "id": name, "text": name} for name in ("A b", "a-B", "a_b")]
    keys = [question.key for question in draft(imported({"questionnaire": items})).questions]
    assert keys == [f"essai-questions.{name}" for name in ("a-b", "a-b-2", "a-b-3")]
