"""Surveys of SurveyJS: pages and panels of elements, texts by language, conditions as expressions."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from portal.core.expressions import expression
from portal.core.language import say
from portal.questionnaires.importing.drafting import (
    Draft,
    DraftChoice,
    DraftColumn,
    DraftQuestion,
    DraftSection,
    Texts,
    joined,
    yes_no_choices,
)
from portal.questionnaires.importing.expressions import Expression, every
from portal.questionnaires.importing.import_format import Companions
from portal.questionnaires.importing.losses import LossKind, LossReport
from portal.questionnaires.importing.source import ImportSource
from portal.questionnaires.importing.survey_expression import parse_survey_expression
from portal.questionnaires.importing.tree import entries, flag, number, table, tables, words

_KINDS = {
    "text": "text", "comment": "text", "radiogroup": "single", "dropdown": "single", "buttongroup": "single",
    "imagepicker": "single", "checkbox": "multiple", "tagbox": "multiple", "ranking": "multiple", "boolean": "yes_no",
    "rating": "single", "file": "file", "signaturepad": "file", "matrix": "table", "matrixdropdown": "table",
    "matrixdynamic": "table", "multipletext": "table", "slider": "number", "nouislider": "number", "editor": "text",
    "datepicker": "date", "select2": "single", "bootstrapslider": "number",
}  # fmt: skip
_INPUTS = {"number": "number", "range": "number", "date": "date"}
_COLUMNS = {
    "text": "text", "comment": "text", "dropdown": "single", "radiogroup": "single", "boolean": "single",
    "number": "number",
}  # fmt: skip
_READ_ONLY = {"html", "image", "expression"}
_HOLDERS = ("elements", "questions", "templateElements")
_BEHAVIOUR = ("enableIf", "requiredIf", "defaultValue", "defaultValueExpression", "setValueIf", "setValueExpression")
_LOOKS = ("choicesOrder", "inputMask", "placeholder", "placeHolder", "correctAnswer", "choicesByUrl", "rateValues")
_SURVEY_EXTRAS = ("calculatedValues", "triggers", "completedHtmlOnCondition", "navigateToUrl", "quizMode")
_SUFFIX = expression(r".{0,200}?-(-?[0-9]{1,3})", re.DOTALL)


def recognises(source: ImportSource) -> bool:
    """Pages, or elements that say their type."""
    content = table(source.content)
    pages = tables(content.get("pages") or [])
    if any(isinstance(page.get("elements"), list) for page in (content, *pages)):
        return True
    listed = [one for page in (content, *pages) for one in tables(page.get("questions") or [])]
    return any("type" in one and "name" in one for one in listed)


def read(source: ImportSource, _companions: Companions, losses: LossReport) -> list[Draft]:
    """One questionnaire; a page or a titled panel is a section."""
    return [_SurveyReading(source, losses).draft()]


class _SurveyReading:
    def __init__(self, source: ImportSource, losses: LossReport) -> None:
        self._source, self._losses = source, losses
        self._survey = table(source.content)
        self._language = words(self._survey.get("locale"))
        self._suffixes = _holds_scores(self._survey)
        self._section: DraftSection | None = None

    def draft(self) -> Draft:
        survey = self._survey
        title = self._texts(survey.get("title")) or {self._language: self._source.stem}
        self._draft = Draft(self._source.stem, title, self._texts(survey.get("description")))
        for name in _SURVEY_EXTRAS:
            if survey.get(name):
                self._losses.add(LossKind.CONDITION, say("« %(field)s » n'est pas repris.", field=name), "survey")
        pages = tables(survey.get("pages") or [])
        if any(survey.get(name) for name in _HOLDERS):
            pages = [survey, *pages]
        for rank, page in enumerate(pages, start=1):
            name = words(page.get("name")) or f"page-{rank}"
            heading = {} if page is survey else self._texts(page.get("title"))
            description = {} if page is survey else self._texts(page.get("description"))
            self._open(name, heading or title, description)
            self._walk(page, self._condition(page), name)
        return self._draft

    def _open(self, name: str, title: Texts, introduction: Texts) -> None:
        self._section = DraftSection(name, title, introduction)
        self._draft.sections.append(self._section)

    def _walk(self, holder: Mapping[str, Any], outer: Expression | None, place: str) -> None:
        outside = self._section
        for element in [one for name in _HOLDERS for one in tables(holder.get(name) or [])]:
            kind, name = words(element.get("type")) or "text", words(element.get("name")) or place
            condition = every([outer, self._condition(element)])
            if kind in {"panel", "paneldynamic", "flowpanel"} or any(one in element for one in _HOLDERS):
                self._panel(element, condition, name, outside)
            elif kind in _READ_ONLY:
                self._read_only(element, kind, name)
            else:
                self._note_extras(element, name)
                self._ask(element, kind, name, condition)

    def _panel(
        self, element: Mapping[str, Any], condition: Expression | None, name: str, outside: DraftSection | None
    ) -> None:
        title, description = self._texts(element.get("title")), self._texts(element.get("description"))
        if element.get("templateElements"):
            self._losses.add(LossKind.ANSWER, say("Bloc à répéter : posé une fois."), name)
        if title:
            self._open(name, title, description)
        elif self._section and description:
            self._section.introduction = joined(self._section.introduction, description)
        self._walk(element, condition, name)
        if title and outside is not None:
            self._open(outside.source, outside.title, {})

    def _read_only(self, element: Mapping[str, Any], kind: str, name: str) -> None:
        text = self._texts(element.get("html") or element.get("title"))
        if kind == "html" and self._section is not None:
            self._section.introduction = joined(self._section.introduction, text)
            if element.get("visibleIf"):
                self._losses.add(LossKind.CONDITION, say("Texte affiché sous condition : toujours lisible."), name)
        else:
            self._losses.add(LossKind.TEXT, say("Élément « %(kind)s » : non repris.", kind=kind), name)

    # One element.

    def _ask(self, element: Mapping[str, Any], given: str, name: str, condition: Expression | None) -> None:
        kind = _KINDS.get(given)
        if kind is None:
            kind = "single" if element.get("choices") else "text"
            self._losses.add(LossKind.ANSWER, say("Type de réponse inconnu : « %(kind)s ».", kind=given[:60]), name)
        if given == "text":
            kind = _INPUTS.get(words(element.get("inputType")), kind)
        if given in {"ranking", "signaturepad", "matrix", "matrixdropdown", "imagepicker"}:
            self._losses.add(LossKind.ANSWER, say("Réponse de type « %(kind)s » : approchée.", kind=given), name)
        if given == "imagepicker" and flag(element.get("multiSelect")):
            kind = "multiple"
        question = DraftQuestion(
            name,
            kind,
            self._texts(element.get("title")) or {self._language: name},
            help=joined(self._texts(element.get("description")), self._texts(element.get("help"))),
            required=flag(element.get("isRequired")),
            asked_if=condition,
            minimum=number(element.get("min", element.get("minValue"))) if kind == "number" else None,
            maximum=number(element.get("max", element.get("maxValue"))) if kind == "number" else None,
            max_length=int(number(element.get("maxLength")) or 0) or 5000,
        )
        if kind == "yes_no":
            self._boolean(element, question)
        elif given == "rating":
            question.choices = self._rating(element)
        elif kind in {"single", "multiple"}:
            question.choices = self._choices(element)
        elif kind == "table":
            self._table(element, given, question)
        if self._section is not None:
            self._section.questions.append(question)

    def _boolean(self, element: Mapping[str, Any], question: DraftQuestion) -> None:
        labels = [self._texts(element.get("labelTrue")), self._texts(element.get("labelFalse"))]
        sources = [words(element.get("valueTrue")) or "true", words(element.get("valueFalse")) or "false"]
        if all(labels):
            question.kind = "single"
            question.choices = [
                DraftChoice(source, label, value=value)
                for source, label, value in zip(sources, labels, ("oui", "non"), strict=True)
            ]
        else:
            question.choices = [
                replace(choice, source=source) for choice, source in zip(yes_no_choices(), sources, strict=True)
            ]

    def _choices(self, element: Mapping[str, Any], name: str = "choices") -> list[DraftChoice]:
        choices = []
        for rank, one in enumerate(entries(element.get(name)), start=1):
            held = one if isinstance(one, Mapping) else {"value": one}
            value = words(held.get("value", held.get("name"))) or f"item{rank}"
            label = self._texts(held.get("text", held.get("title"))) or {self._language: value}
            points = number(held.get("score"))
            if points is None and self._suffixes and (match := _SUFFIX.fullmatch(value)):
                points = float(match[1])
            choices.append(DraftChoice(value, label, points))
            if isinstance(one, Mapping) and (one.get("visibleIf") or one.get("enableIf")):
                self._losses.add(LossKind.CONDITION, say("Choix proposé sous condition : toujours proposé."), value)
        if name == "choices":
            choices += list(self._special(element))
        return choices

    def _special(self, element: Mapping[str, Any]) -> Iterator[DraftChoice]:
        if flag(element.get("hasOther", element.get("showOtherItem"))):
            label = self._texts(element.get("otherText")) or {"fr": "Autre (à préciser)", "en": "Other (describe)"}
            yield DraftChoice("other", label, must_explain=True)
        if flag(element.get("hasNone", element.get("showNoneItem"))):
            label = self._texts(element.get("noneText")) or {"fr": "Aucun", "en": "None"}
            yield DraftChoice("none", label, is_exclusive=True)

    def _rating(self, element: Mapping[str, Any]) -> list[DraftChoice]:
        if element.get("rateValues"):
            return self._choices(element, "rateValues")
        low, high = int(number(element.get("rateMin")) or 1), int(number(element.get("rateMax")) or 5)
        step = max(1, int(number(element.get("rateStep")) or 1))
        values = range(low, min(high, low + 100 * step) + 1, step)
        return [DraftChoice(str(value), {"fr": str(value), "en": str(value)}) for value in values]

    def _table(self, element: Mapping[str, Any], given: str, question: DraftQuestion) -> None:
        rows = self._choices({"choices": element.get("rows")}) if element.get("rows") else []
        if given == "multipletext":
            question.columns = [self._column(one, {}) for one in tables(element.get("items") or [])]
            question.max_rows = 1
            return
        if rows:
            question.columns.append(DraftColumn("ligne", {"fr": "Ligne", "en": "Row"}, "single", True, rows))
            question.max_rows = len(rows)
        if given == "matrix":
            answers = self._choices({"choices": element.get("columns")})
            question.columns.append(DraftColumn("reponse", {"fr": "Réponse", "en": "Answer"}, "single", False, answers))
        else:
            usual = {"choices": element.get("choices"), "cellType": element.get("cellType")}
            question.columns += [self._column(one, usual) for one in tables(element.get("columns") or [])]
            question.max_rows = len(rows) or int(number(element.get("maxRowCount")) or 100)

    def _column(self, raw: Mapping[str, Any], usual: Mapping[str, Any]) -> DraftColumn:
        given = words(raw.get("cellType") or usual.get("cellType")) or ("dropdown" if usual else "text")
        held = raw.get("choices") or usual.get("choices")
        kind = _COLUMNS.get(given, "text")
        kind = _INPUTS.get(words(raw.get("inputType")), kind) if kind == "text" else kind
        choices = self._choices({"choices": held}) if kind == "single" and given != "boolean" else []
        if given == "boolean":
            choices = yes_no_choices()
        name = words(raw.get("name"))
        label = self._texts(raw.get("title")) or {self._language: name}
        return DraftColumn(name, label, kind, flag(raw.get("isRequired")), choices)

    # Conditions, texts, and what is left out.

    def _condition(self, element: Mapping[str, Any]) -> Expression | None:
        text = words(element.get("visibleIf")).strip()
        return parse_survey_expression(text) if text else None

    def _note_extras(self, element: Mapping[str, Any], name: str) -> None:
        for field in _BEHAVIOUR:
            if element.get(field) not in (None, "", False, []):
                self._losses.add(LossKind.CONDITION, say("« %(field)s » n'est pas repris.", field=field), name)
        for field in _LOOKS:
            if element.get(field):
                self._losses.add(LossKind.PRESENTATION, say("« %(field)s » n'est pas repris.", field=field), name)
        if element.get("visible") is False:
            self._losses.add(LossKind.CONDITION, say("Élément caché dans la source : posé ici."), name)
        for one in tables(element.get("validators") or []):
            kind = words(one.get("type"))[:60]
            self._losses.add(LossKind.ANSWER, say("Contrôle « %(kind)s » de la réponse : non repris.", kind=kind), name)

    def _texts(self, value: Any) -> Texts:
        """A text, or the same in several languages, where « default » is the survey's own."""
        if isinstance(value, Mapping):
            found = {
                self._language if language == "default" else str(language): words(text)
                for language, text in value.items()
                if words(text).strip()
            }
            if "default" in value and not self._language and "en" not in found and "fr" in found:
                found["en"] = found.pop("")
            return found
        return {self._language: words(value)} if words(value).strip() else {}


def _holds_scores(survey: Mapping[str, Any]) -> bool:
    """Whether the values of the choices end with what they are worth: « item2-4 » is worth 4.

    So it is when every choice of most groups says so, not when a few values happen to end with a number.
    """
    groups, scored = 0, 0
    waiting: list[Any] = [survey]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            values = [words(table(choice).get("value", choice)) for choice in entries(one.get("choices"))]
            if values:
                groups += 1
                scored += all(_SUFFIX.fullmatch(value) for value in values)
            waiting += list(one.values())
        elif isinstance(one, list):
            waiting += one
    return groups > 0 and scored * 2 > groups
