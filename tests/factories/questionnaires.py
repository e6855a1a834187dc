"""Questionnaires for tests: small raw documents to spoil, and Hypothesis strategies for sound ones and for junk."""

import copy
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.core.clock import now
from portal.questionnaires import catalogue
from portal.questionnaires.definition import GivenAnswer, Question, Questionnaire
from portal.questionnaires.kinds import QUESTION_KINDS
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.rules.parsing import parse_questionnaire
from portal.questionnaires.rules.reachable import never_asked
from portal.questionnaires.rules.snapshot import snapshot_of

WORDS = ("annexe", "bail", "chiffre", "délai", "écart")


def both(fr: str, en: str = "Text") -> dict[str, str]:
    return {"fr": fr, "en": en}


def raw_question(key: str = "a.un", kind: str = "yes_no", **fields: Any) -> dict[str, Any]:
    """A sound question of any kind; `fields` replace or add, and a field set to None is removed."""
    question: dict[str, Any] = {"key": key, "kind": kind, "text": both("Quoi ?"), "why": both("Parce que.")}
    if kind in {"single", "multiple"}:
        question["choices"] = [
            {"value": "bien", "mark": 1, "label": both("Bien")},
            {"value": "mal", "mark": 0, "label": both("Mal")},
        ]
    if kind == "table":
        question["columns"] = [{"key": "nom", "label": both("Nom"), "required": True}]
    if kind == "file":
        question["evidence_label"] = both("Le document.")
    question.update(fields)
    return {name: value for name, value in question.items() if value is not None}


def raw_document(*questions: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A sound questionnaire of one section, `a`, holding these questions."""
    document: dict[str, Any] = {
        "key": "essai",
        "version": "1.0",
        "title": both("Essai"),
        "introduction": both("Bonjour."),
        "sections": [{"key": "a", "title": both("A"), "questions": [*questions] or [raw_question()]}],
    }
    document.update(fields)
    return copy.deepcopy(document)


def questionnaire(*questions: dict[str, Any]) -> Questionnaire:
    return parse_questionnaire(raw_document(*questions))


def one(**fields: Any) -> Question:
    """A single parsed question."""
    return questionnaire(raw_question(**fields)).questions[0]


texts = st.text(alphabet="abcé 'Ω\n«»%(){}", min_size=1, max_size=20).filter(str.strip)
bilinguals = st.builds(both, texts, texts)

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=5) | st.dates()
)
junk = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)


@st.composite
def raw_choices(draw: st.DrawFn, kind: str) -> list[dict[str, Any]]:
    count = draw(st.integers(2, 4))
    scored = draw(st.booleans())
    choices = [
        {"value": f"v{rank}", "label": draw(bilinguals), "justify": draw(st.booleans())} for rank in range(count)
    ]
    if scored:
        for choice in choices:
            choice["mark"] = draw(st.sampled_from([0, 0.25, 0.5, 1]))
        choices[0]["mark"] = 1
    if kind == "multiple":
        choices[-1]["exclusive"] = draw(st.booleans())
        choices[0]["group"] = draw(bilinguals)
    return choices


@st.composite
def raw_conditions(draw: st.DrawFn, earlier: list[dict[str, Any]], depth: int = 0) -> dict[str, Any]:
    if depth < 2 and draw(st.integers(0, 3)) == 0:
        name = draw(st.sampled_from(["all", "any"]))
        return {name: draw(st.lists(raw_conditions(earlier, depth + 1), min_size=1, max_size=2))}
    target = draw(st.sampled_from(earlier))
    offered = [choice["value"] for choice in target.get("choices", [])] or ["oui", "partiel", "non", "na"]
    return {
        "question": target["key"],
        "in": draw(st.lists(st.sampled_from(offered), min_size=1, max_size=2, unique=True)),
    }


def _of_kind(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """The fields that only this kind of question has."""
    if kind in {"single", "multiple"}:
        return {"choices": draw(raw_choices(kind))}
    if kind == "number" and draw(st.booleans()):
        return {"minimum": draw(st.integers(-5, 0)), "maximum": draw(st.integers(1, 99)), "unit": draw(bilinguals)}
    if kind == "yes_no" and draw(st.booleans()):
        return {"opens_finding": {"on": {"non": "critical"}, "action": draw(bilinguals), "proof": draw(bilinguals)}}
    if kind != "table":
        return {}
    kinds = st.sampled_from(["text", "number", "date", "email", "country"])
    labelled = st.fixed_dictionaries({"label": bilinguals, "kind": kinds, "required": st.booleans()})
    columns = draw(st.lists(labelled, min_size=1, max_size=3))
    return {"columns": [{"key": f"c{rank}", **column} for rank, column in enumerate(columns)]}


@st.composite
def raw_sound_questions(draw: st.DrawFn, key: str, earlier: list[dict[str, Any]]) -> dict[str, Any]:
    kind = draw(st.sampled_from(list(QUESTION_KINDS)))
    question = raw_question(key, kind, text=draw(bilinguals), why=draw(bilinguals)) | _of_kind(draw, kind)
    if kind == "yes_no" or any("mark" in choice for choice in question.get("choices", [])):
        question |= {"weight": draw(st.integers(1, 5)), "critical": draw(st.booleans())}
    else:
        question["required"] = draw(st.booleans())
    if kind != "file" and draw(st.booleans()):
        question |= {"evidence": draw(st.sampled_from(["optional", "required"])), "evidence_label": draw(bilinguals)}
        question["evidence_max_age_months"] = draw(st.integers(1, 120))
        question["evidence_kinds"] = ["pentest", "insurance"]
    elif kind != "file":
        question["no_evidence"] = draw(bilinguals)
    if draw(st.booleans()):
        question |= {
            "articles": ["28(3)(h)"],
            "obligations": ["C61"],
            "clauses": ["CL21"],
            "replaces": f"{key}-avant",
            "reviewer_note": draw(bilinguals),
        }
    choosable = [q for q in earlier if q["kind"] in {"yes_no", "single", "multiple"}]
    if choosable and draw(st.booleans()):
        question["visible_if"] = draw(raw_conditions(choosable))
    return question


@st.composite
def raw_documents(draw: st.DrawFn) -> dict[str, Any]:
    """A document of one to three sections, sound but for conditions that may exclude each other."""
    earlier: list[dict[str, Any]] = []
    sections = []
    for name in ("a", "b", "c")[: draw(st.integers(1, 3))]:
        questions = []
        for rank in range(draw(st.integers(1, 4))):
            question = draw(raw_sound_questions(f"{name}.q{rank}", earlier))
            questions.append(question)
            earlier.append(question)
        sections.append({"key": name, "title": draw(bilinguals), "questions": questions})
    return raw_document(sections=sections, title=draw(bilinguals))


sound_documents = raw_documents().filter(lambda raw: not any(never_asked(parse_questionnaire(raw, draft=True))))
"""Those whose questions may each be asked: « yes and partly » of one answer is never met, which is a defect."""
questionnaires = sound_documents.map(parse_questionnaire)

comments = st.sampled_from(["", "Parce que la loi ne s'applique pas."])


@st.composite
def given_answers(draw: st.DrawFn, question: Question) -> GivenAnswer:
    """An answer a form could have stored: absent, partial or whole."""
    value: Any = None
    if question.choices and question.kind.name != "multiple":
        value = draw(st.none() | st.sampled_from([choice.value for choice in question.choices]))
    elif question.kind.name == "multiple":
        offered = [choice.value for choice in question.choices if not choice.exclusive]
        value = tuple(draw(st.lists(st.sampled_from(offered), unique=True))) or None
    elif question.kind.name == "table":
        cells = st.dictionaries(st.sampled_from([c.key for c in question.columns]), st.just("1"), min_size=1)
        value = tuple(draw(st.lists(cells, max_size=2))) or None
    elif question.kind.name != "file":
        value = draw(st.none() | st.just("1"))
    return GivenAnswer(value, draw(comments), draw(st.integers(0, 1)))


@st.composite
def answered(draw: st.DrawFn) -> tuple[Questionnaire, dict[str, GivenAnswer]]:
    """A questionnaire and what somebody has answered so far, hidden questions included."""
    asked = draw(questionnaires)
    return asked, {
        question.key: draw(given_answers(question)) for question in asked.questions if draw(st.integers(0, 4)) > 0
    }


@lru_cache
def shipped() -> dict[str, Questionnaire]:
    """The questionnaires that come with the portal, by key."""
    return catalogue.load()


_FROZEN: dict[str, dict[str, Any]] = {}


def published(session: Session, questionnaire: Questionnaire) -> QuestionnaireVersion:
    """A questionnaire as it is kept once launched, once."""
    digest = questionnaire.sha256
    found = session.query(QuestionnaireVersion).filter_by(sha256=digest).one_or_none()
    if found is not None:
        return found
    if digest not in _FROZEN:
        _FROZEN[digest] = snapshot_of(questionnaire)
    version = QuestionnaireVersion(
        key=questionnaire.key, version=questionnaire.version, sha256=digest, published_at=now(),
        content=_FROZEN[digest], title={"fr": questionnaire.title.fr, "en": questionnaire.title.en},
    )  # fmt: skip
    session.add(version)
    session.flush()
    return version
