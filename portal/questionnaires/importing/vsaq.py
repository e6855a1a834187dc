"""Questionnaires of VSAQ: nested blocks of items, under conditions that name choices.

A tip is help: it is read with the question before it. One that asks « why? » when a choice is made has that choice ask
for an explanation.
"""

from collections.abc import Mapping
from typing import Any

from portal.core.expressions import expression
from portal.core.language import say
from portal.questionnaires.importing.boolean_text import parse_boolean
from portal.questionnaires.importing.drafting import (
    Draft,
    DraftChoice,
    DraftQuestion,
    DraftSection,
    Texts,
    joined,
    yes_no_choices,
)
from portal.questionnaires.importing.expressions import (
    Either,
    Expression,
    Picked,
    Unsayable,
    every,
    leaves,
)
from portal.questionnaires.importing.import_format import Companions
from portal.questionnaires.importing.losses import LossKind, LossReport
from portal.questionnaires.importing.source import ImportSource
from portal.questionnaires.importing.tree import entries, flag, number, table, tables, words

_ASKING = {
    "radiogroup": "single", "checkgroup": "multiple", "line": "text", "box": "text", "check": "yes_no",
    "yesno": "single", "upload": "file", "radio": "single",
}  # fmt: skip
_INPUTS = {"number": "number", "date": "date", "range": "number"}
_ITEM_TYPES = {*_ASKING, "block", "info", "tip", "spacer"}
_TOKEN = expression(r"&&|\|\||[!()]|[A-Za-z0-9_^/.:-]+")


def recognises(source: ImportSource) -> bool:
    """A list of items under « questionnaire », or of extensions."""
    return any(words(item.get("type")) in _ITEM_TYPES for item in _items(source.content))


def _items(content: Any) -> list[Mapping[str, Any]]:
    held = table(content)
    found = held.get("questionnaire", held.get("extensions"))
    return tables(found) if isinstance(found, list | dict) else []


def read(source: ImportSource, _companions: Companions, losses: LossReport) -> list[Draft]:
    """One questionnaire."""
    return [_VsaqReading(source, losses).draft()]


class _VsaqReading:
    def __init__(self, source: ImportSource, losses: LossReport) -> None:
        self._source, self._losses = source, losses
        self._items = _items(source.content)
        self._conditions: dict[str, Picked] = {}
        self._draft = Draft(source.stem, {}, version=words(table(source.content).get("version")))
        self._pending: list[str] = []
        self._tips: list[Mapping[str, Any]] = []
        self._latest: DraftQuestion | None = None
        self._number = 0

    def draft(self) -> Draft:
        root = self._items[0]
        title = words(root.get("text")) if len(self._items) == 1 and root.get("type") == "block" else ""
        self._draft.title = {"": title or self._source.stem}
        self._name_choices(self._items, 0)
        self._walk(self._items, None, self._draft.title, words(root.get("id")) if title else "questions")
        if self._pending and self._draft.sections:
            section = self._draft.sections[-1]
            section.introduction = joined(section.introduction, {"": "\n".join(self._pending)})
        return self._draft

    def _name_choices(self, items: list[Mapping[str, Any]], depth: int) -> None:
        """What every condition may name: a choice, or an item answered by yes or no."""
        for item in items:
            self._number += 1
            kind, name = words(item.get("type")), words(item.get("id"))
            source = name or f"{kind}-{self._number}"
            for choice, _label in _choices(item):
                self._conditions.setdefault(choice, Picked(source, frozenset({choice})))
            if kind == "check" and name:
                self._conditions.update(_yes_and_no(name, "oui", "non"))
            elif kind == "yesno" and name:
                self._conditions.update(_yes_and_no(name, "yes", "no"))
            self._name_choices(tables(item.get("items", [])), depth + 1)
        if not depth:
            self._number = 0

    def _walk(self, items: list[Mapping[str, Any]], outer: Expression | None, title: Texts, place: str) -> None:
        opened = False
        for item in items:
            self._number += 1
            kind, name = words(item.get("type")), words(item.get("id"))
            source = name or f"{kind}-{self._number}"
            condition = every([outer, self._condition(item)])
            self._note_extras(item, source)
            if kind == "block":
                heading = {"": words(item.get("text"))} if item.get("text") else title
                self._walk(tables(item.get("items", [])), condition, heading, source if item.get("text") else place)
                opened = False
            elif kind == "tip":
                self._tip(item, source)
            elif kind in _ASKING:
                if not opened:
                    self._draft.sections.append(DraftSection(place, title))
                    opened = True
                self._ask(item, kind, source, condition)
            elif kind == "info":
                self._pending.append(words(item.get("text")))
            elif kind != "spacer":
                self._losses.add(LossKind.TEXT, say("Élément inconnu : « %(kind)s ».", kind=kind[:60]), source)
                self._pending += [words(item.get("text"))] if item.get("text") else []

    # What is asked.

    def _ask(self, item: Mapping[str, Any], kind: str, source: str, condition: Expression | None) -> None:
        section = self._draft.sections[-1]
        text = words(item.get("text"))
        if (
            kind == "radio"
            and self._latest
            and self._latest in section.questions
            and self._latest.source[:6] == "radio-"
        ):
            self._latest.choices.append(DraftChoice(source, {"": text}))
            return
        question = DraftQuestion(
            source, _ASKING[kind], self._text_of(text, section), required=flag(item.get("required"))
        )
        if kind == "radio":
            question.source, question.choices = f"radio-{source}", [DraftChoice(source, {"": text})]
        elif kind == "check":
            question.choices = yes_no_choices()
        elif kind == "yesno":
            question.choices = [
                DraftChoice("yes", _label(item, "yes", "Yes"), value="oui"),
                DraftChoice("no", _label(item, "no", "No"), value="non"),
            ]
        else:
            question.choices = [DraftChoice(choice, {"": label}) for choice, label in _choices(item)]
        question.asked_if = condition
        question.kind = _INPUTS.get(words(item.get("inputType")), question.kind) if kind == "line" else question.kind
        question.max_length = int(number(item.get("maxlength")) or 5000)
        section.questions.append(question)
        self._latest = question
        tips, self._tips = self._tips, []
        for tip in tips:
            self._advise(question, tip)

    def _text_of(self, text: str, section: DraftSection) -> Texts:
        """The question's words; without any, what was said just before, which is then not said twice."""
        said, self._pending = self._pending, []
        if not text and said:
            text = said.pop()
        if said:
            before = {"": "\n".join(said)}
            if section.questions:
                self._pending = said
            else:
                section.introduction = joined(section.introduction, before)
        if text:
            if self._pending:
                text, self._pending = "\n".join([*self._pending, text]), []
            return {"": text}
        return section.title

    # Tips.

    def _tip(self, item: Mapping[str, Any], source: str) -> None:
        inside = (
            self._latest is not None and self._draft.sections and self._latest in self._draft.sections[-1].questions
        )
        if inside and self._latest is not None:
            self._advise(self._latest, item)
        else:
            self._tips.append(item)
        if item.get("cond"):
            self._losses.add(
                LossKind.CONDITION, say("Conseil qui ne s'affichait qu'après une réponse : toujours lisible."), source
            )
        if item.get("severity"):
            self._losses.add(
                LossKind.SCORE,
                say("Gravité « %(severity)s » d'un avertissement.", severity=words(item["severity"])[:40]),
                source,
            )  # fmt: skip

    def _advise(self, question: DraftQuestion, tip: Mapping[str, Any]) -> None:
        told = [words(tip.get(name)) for name in ("customTitle", "name", "text", "why", "todo")]
        question.help = joined(question.help, {"": "\n".join(filter(None, told))})
        if not tip.get("why") and not flag(tip.get("warn")):
            return
        condition = self._condition(tip)
        named = [one for one in leaves(condition) if isinstance(one, Picked)] if condition else []
        is_plain = isinstance(condition, Picked | Either) and len(named) == sum(1 for _ in leaves(condition))
        if is_plain and all(one.question == question.source for one in named):
            picked = {choice for one in named for choice in one.choices}
            for choice in question.choices:
                choice.must_explain = choice.must_explain or (choice.source in picked and not choice.value)

    # Conditions, and what is left out.

    def _condition(self, item: Mapping[str, Any]) -> Expression | None:
        text = words(item.get("cond")).strip()
        if not text:
            return None
        return parse_boolean(text, _TOKEN, lambda name: self._conditions.get(name, Unsayable(name)))

    def _note_extras(self, item: Mapping[str, Any], source: str) -> None:
        for name in (
            "inputPattern",
            "placeholder",
            "inputTitle",
            "auth",
            "choicesConds",
            "insertBefore",
            "insertAfter",
        ):
            if item.get(name):
                kind = LossKind.CONDITION if name in {"choicesConds", "auth"} else LossKind.PRESENTATION
                self._losses.add(kind, say("« %(field)s » n'est pas repris.", field=name), source)


def _choices(item: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The choices of a group: each a table of one identifier and its label."""
    found = []
    for one in entries(item.get("choices")):
        pairs = table(one).items() if isinstance(one, Mapping) else [(words(one), words(one))]
        found += [(str(name), words(label)) for name, label in pairs]
    return found


def _yes_and_no(name: str, yes: str, no: str) -> dict[str, Picked]:
    return {
        name: Picked(name, frozenset({yes})),
        f"{name}/yes": Picked(name, frozenset({yes})),
        f"{name}/no": Picked(name, frozenset({no})),
    }


def _label(item: Mapping[str, Any], name: str, usual: str) -> Texts:
    held = item.get(name)
    return (
        {"": words(held)}
        if isinstance(held, str) and held.strip()
        else {"en": usual, "fr": {"Yes": "Oui"}.get(usual, "Non")}
    )
