"""Questions of the HECVAT kind: a flat list with categories, the response that complies, guidance and weights."""

import re
from collections.abc import Mapping
from typing import Any

from portal.core.expressions import expression
from portal.core.language import say
from portal.questionnaires.importing.drafting import (
    Draft,
    DraftChoice,
    DraftQuestion,
    DraftSection,
    Texts,
    joined,
    yes_no_choices,
)
from portal.questionnaires.importing.import_format import Companions
from portal.questionnaires.importing.losses import LossKind, LossReport
from portal.questionnaires.importing.source import ImportSource
from portal.questionnaires.importing.tree import entries, first, number, table, tables, words

_TEXT = ("question", "question_text", "text", "title", "label")
_NAME = ("id", "question_id", "qid", "ref", "number", "code")
_TELLING = {
    "compliant_response", "standard_guidance", "yes_guidance", "no_guidance", "default_importance", "default_weight",
    "score_mapping", "score_location", "has_additional_info", "category",
}  # fmt: skip
_ASKS = expression(
    r"\A\W{0,3}(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|est-ce|avez|êtes|disposez|existe)\b",
    re.IGNORECASE,
)
_GUIDANCE = (
    ("yes_guidance", "Yes: ", "Oui : "),
    ("no_guidance", "No: ", "Non : "),
    ("na_guidance", "N/A: ", "Non concerné : "),
)


def recognises(source: ImportSource) -> bool:
    """Questions, in a list or by category, with fields of that kind."""
    found = [one for _category, one in _questions(source.content)]
    return any(_TELLING & set(one) for one in found)


def _questions(content: Any) -> list[tuple[str, Mapping[str, Any]]]:
    """Each question with its category, whether the file lists them flat, by category or under each category."""
    held = table(content)
    if not isinstance(content, Mapping):
        return [("", one) for one in _worded(content)]
    found = held.get("questions")
    if isinstance(found, Mapping):
        found = [
            {**one, "category": one.get("category", name)} if isinstance(one, Mapping) and first(one, _TEXT) else
            {"id": name, "question": one, "category": ""} if isinstance(one, str) else
            {"category": name, "questions": one}
            for name, one in found.items()
        ]  # fmt: skip
    pairs = []
    for one in [*tables(found or []), *tables(held.get("categories") or []), *tables(held.get("sections") or [])]:
        if isinstance(one.get("questions"), list):
            name = words(first(one, ("name", "title", "category", "code", "id")))
            pairs += [(name, inner) for inner in _worded(one["questions"])]
        elif first(one, _TEXT) and one in tables(found or []):
            pairs.append((words(first(one, ("category", "section", "domain"))), one))
    return pairs


def _worded(content: Any) -> list[Mapping[str, Any]]:
    return [one for one in tables(content) if isinstance(first(one, _TEXT), str)] if isinstance(content, list) else []


def read(source: ImportSource, _companions: Companions, losses: LossReport) -> list[Draft]:
    """One questionnaire, a section a category."""
    held = table(source.content)
    stem = words(first(held, ("title", "name", "source_file"))).split(".xlsx")[0] or source.stem
    draft = Draft(stem, {"": stem}, {"": words(held.get("description"))}, version=words(held.get("version")))
    names = _category_names(held)
    for rank, (category, one) in enumerate(_questions(source.content), start=1):
        if not draft.sections or draft.sections[-1].source != (category or "questions"):
            draft.sections.append(
                DraftSection(category or "questions", {"": names.get(category, category) or "Questions"})
            )
        draft.sections[-1].questions.append(_question(one, words(first(one, _NAME)) or f"question-{rank}", losses))
    return [draft]


def _category_names(held: Mapping[str, Any]) -> dict[str, str]:
    categories = held.get("categories")
    if isinstance(categories, Mapping):
        return {str(code): words(name) or words(table(name).get("name")) for code, name in categories.items()}
    return {
        words(first(one, ("code", "id", "category"))): words(first(one, ("name", "title", "label")))
        for one in tables(categories or [])
    }


def _question(raw: Mapping[str, Any], source: str, losses: LossReport) -> DraftQuestion:
    text = words(first(raw, _TEXT))
    question = DraftQuestion(
        source,
        "text",
        {"": text},
        help=_help(raw),
        why=_texts(raw, "reason"),
        note=_texts(raw, "followup"),
        weight=number(raw.get("default_weight", raw.get("weight"))),
    )
    complies = words(raw.get("compliant_response")).strip().lower()
    options = entries(first(raw, ("options", "choices", "answers", "responses")))
    if options:
        question.kind, question.choices = "single", [_choice(one, rank) for rank, one in enumerate(options, start=1)]
    elif complies in {"yes", "no"}:
        points = {"oui": 1.0, "non": 0.0} if complies == "yes" else {"oui": 0.0, "non": 1.0}
        question.kind, question.choices = "yes_no", yes_no_choices(points=points, values=("oui", "non", "na"))
    elif _ASKS.match(text) and text.rstrip(" *").endswith("?"):
        question.kind, question.choices = "yes_no", yes_no_choices(values=("oui", "non", "na"))
    elif complies not in {"", "not scored", "n/a", "na"}:
        losses.add(LossKind.SCORE, say("Réponse conforme « %(value)s » : non reprise.", value=complies[:80]), source)
    _note_extras(raw, source, losses)
    return question


def _help(raw: Mapping[str, Any]) -> Texts:
    standard = words(raw.get("standard_guidance") or raw.get("guidance") or raw.get("help")).strip()
    said = [standard]
    is_french = bool(re.search(r"\b(?:vous|votre|les|des)\b", words(first(raw, _TEXT))))
    for name, english, french in _GUIDANCE:
        guidance = words(raw.get(name)).strip()
        if guidance and guidance != standard:
            said.append((french if is_french else english) + guidance)
    return joined({"": "\n".join(filter(None, said))})


def _choice(raw: Any, rank: int) -> DraftChoice:
    if isinstance(raw, Mapping):
        label = words(first(raw, ("label", "text", "value", "name")))
        return DraftChoice(words(first(raw, ("id", "value"))) or f"choix-{rank}", {"": label}, number(raw.get("score")))
    return DraftChoice(words(raw) or f"choix-{rank}", {"": words(raw)})


def _note_extras(raw: Mapping[str, Any], source: str, losses: LossReport) -> None:
    if raw.get("if_then"):
        losses.add(
            LossKind.CONDITION, say("Condition en toutes lettres : %(text)s", text=words(raw["if_then"])[:300]), source
        )
    for name in ("yes_guidance", "no_guidance"):
        if re.search(r"\bDO NOT complete\b", words(raw.get(name))):
            losses.add(
                LossKind.CONDITION,
                say(
                    "Feuilles à ne pas remplir selon la réponse : tout est posé. %(text)s", text=words(raw[name])[:200]
                ),
                source,
            )
    if raw.get("default_importance"):
        losses.add(
            LossKind.SCORE,
            say("Importance « %(name)s » : seul le poids est repris.", name=words(raw["default_importance"])[:60]),
            source,
        )
    for name in ("sheets", "score_mapping", "score_location"):
        if raw.get(name) not in (None, "", [], "NA", "Not Scored", "Not scored"):
            losses.add(LossKind.GROUP, say("« %(field)s » n'est pas repris.", field=name), source)


def _texts(raw: Mapping[str, Any], name: str) -> Texts:
    held = words(raw.get(name))
    return {"": held} if held.strip() else {}
