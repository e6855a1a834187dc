"""What differs between two versions of a questionnaire, question by question, every field that a person wrote."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from portal.core.dataclass import dataclass
from portal.core.language import N_, Language, Sentence, say
from portal.core.word_changes import ChangeKind, TextRun, word_runs
from portal.questionnaires.definition import (
    AllOf,
    AnswerAmong,
    Bilingual,
    Choice,
    Condition,
    EvidenceDemand,
    Question,
    Questionnaire,
)

_Name = tuple[str, str]
"""The words of a field, and the choice or column it is of."""
_Fields = dict[tuple[_Name, Language | None], str]
YES, NO = say("oui"), say("non")


@dataclass(frozen=True)
class FieldChange:
    """One field that does not say the same in both."""

    name: Sentence
    language: Language | None
    """Of the text; None for what has none, such as a weight."""
    runs: tuple[TextRun, ...]


@dataclass(frozen=True)
class QuestionChange:
    """One question, section or the head that differs."""

    change: ChangeKind
    key: str
    number: str
    """In the newer version, in the older one when it is gone; empty for the head."""
    label: Bilingual
    fields: tuple[FieldChange, ...] = ()
    replaces: str = ""
    is_moved: bool = False
    """Whether it also stands elsewhere among the questions."""


@dataclass(frozen=True)
class QuestionnaireChanges:
    """All that differs; nothing when two versions ask the same in the same words."""

    head: tuple[FieldChange, ...]
    sections: tuple[QuestionChange, ...]
    questions: tuple[QuestionChange, ...]

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.head or self.sections or self.questions)

    def count(self, change: str) -> int:
        """How many questions were added, removed, changed or moved."""
        return sum(one.change == change for one in self.questions)


def questionnaire_changes(before: Questionnaire, after: Questionnaire) -> QuestionnaireChanges:
    """What differs between two versions; the number of the version itself is not told."""
    return QuestionnaireChanges(
        head=tuple(_field_changes(_head(before), _head(after))),
        sections=tuple(_sections(before, after)),
        questions=tuple(_questions(before, after)),
    )


def _head(one: Questionnaire) -> _Fields:
    return {
        **_both((N_("Titre"), ""), one.title),
        **_both((N_("Introduction"), ""), one.introduction),
        ((N_("Minutes"), ""), None): str(one.minutes or ""),
    }


def _sections(before: Questionnaire, after: Questionnaire) -> Iterator[QuestionChange]:
    old = {section.key: (number, section) for number, section in enumerate(before.sections, start=1)}
    new = {section.key: (number, section) for number, section in enumerate(after.sections, start=1)}
    moved = _moved(list(old), list(new))
    for key, (number, section) in new.items():
        if key not in old:
            yield QuestionChange(ChangeKind.ADDED, key, str(number), section.title)
            continue
        was = old[key][1]
        fields = tuple(
            _field_changes(
                {**_both((N_("Titre"), ""), was.title), **_both((N_("Introduction"), ""), was.introduction)},
                {**_both((N_("Titre"), ""), section.title), **_both((N_("Introduction"), ""), section.introduction)},
            )
        )
        if fields or key in moved:
            kind = ChangeKind.CHANGED if fields else ChangeKind.MOVED
            yield QuestionChange(kind, key, str(number), section.title, fields, is_moved=key in moved)
    for key, (number, section) in old.items():
        if key not in new:
            yield QuestionChange(ChangeKind.REMOVED, key, str(number), section.title)


def _questions(before: Questionnaire, after: Questionnaire) -> Iterator[QuestionChange]:
    old = {question.key: question for question in before.questions}
    new = {question.key: question for question in after.questions}
    moved = _moved(list(old), list(new)) | _in_another_section(before, after)
    for key, question in new.items():
        number = after.numbers[key]
        if key not in old:
            yield QuestionChange(ChangeKind.ADDED, key, number, question.text, replaces=question.replaces)
            continue
        fields = tuple(_field_changes(_of_question(old[key]), _of_question(question)))
        if fields or key in moved:
            kind = ChangeKind.CHANGED if fields else ChangeKind.MOVED
            yield QuestionChange(kind, key, number, question.text, fields, is_moved=key in moved)
    for key, question in old.items():
        if key not in new:
            yield QuestionChange(ChangeKind.REMOVED, key, before.numbers[key], question.text)


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Those of both whose order changed, the fewest that explain it."""
    was, now = [key for key in old if key in set(new)], [key for key in new if key in set(old)]
    kept = {
        key
        for block in SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks()
        for key in was[block.a : block.a + block.size]
    }
    return set(now) - kept


def _in_another_section(before: Questionnaire, after: Questionnaire) -> set[str]:
    old, new = (
        {question.key: section.key for section in one.sections for question in section.questions}
        for one in (before, after)
    )
    return {key for key in old.keys() & new.keys() if old[key] != new[key]}


def _field_changes(before: _Fields, after: _Fields) -> Iterator[FieldChange]:
    for name, language in {**before, **after}:
        was, now = before.get((name, language), ""), after.get((name, language), "")
        if was != now:
            words, of = name
            told = Sentence(words, {"name": of} if of else {})
            yield FieldChange(told, language, tuple(run for run in word_runs(was, now) if run.text))


def _both(name: _Name, text: Bilingual) -> _Fields:
    return {(name, Language.FR): text.fr, (name, Language.EN): text.en}


def _of_question(question: Question) -> _Fields:
    rule = question.opens_finding
    fields: _Fields = {
        **_both((N_("Question"), ""), question.text),
        **_both((N_("Aide"), ""), question.help),
        **_both((N_("Pourquoi"), ""), question.why),
        ((N_("Réponse"), ""), None): question.kind.name,
        ((N_("Obligatoire"), ""), None): str(YES if question.required else NO),
        ((N_("Poids"), ""), None): str(question.weight or ""),
        ((N_("Critique"), ""), None): str(YES if question.critical else NO),
        ((N_("Posée si"), ""), None): _condition(question.visible_if) if question.visible_if else "",
        ((N_("Articles"), ""), None): ", ".join(question.articles),
        ((N_("Unité"), ""), Language.FR): question.unit.fr,
        ((N_("Unité"), ""), Language.EN): question.unit.en,
        ((N_("Bornes"), ""), None): _bounds(question),
        ((N_("Pièce"), ""), None): "" if question.evidence is EvidenceDemand.NONE else question.evidence.value,
        **_both((N_("Pièce demandée"), ""), question.evidence_label),
        ((N_("Âge de la pièce, en mois"), ""), None): str(question.evidence_max_age_months or ""),
        ((N_("Pièce attendue pour"), ""), None): ", ".join(question.evidence_on),
        ((N_("Types de pièces"), ""), None): ", ".join(question.evidence_kinds),
        **_both((N_("Sans pièce"), ""), question.no_evidence),
        **_both((N_("Note du réviseur"), ""), question.reviewer_note),
        ((N_("Obligations et clauses"), ""), None): ", ".join((*question.obligations, *question.clauses)),
        ((N_("Étape"), ""), None): question.stage.value if question.stage else "",
        ((N_("Remplace"), ""), None): question.replaces,
        ((N_("Constat pour"), ""), None): ", ".join(f"{value} ({grave})" for value, grave in rule.on) if rule else "",
    }
    if rule is not None:
        fields |= {
            **_both((N_("Constat"), ""), rule.gap),
            **_both((N_("Correction"), ""), rule.action),
            **_both((N_("Preuve"), ""), rule.proof),
        }
    fields[(N_("Ordre des choix"), ""), None] = ", ".join(choice.value for choice in question.choices)
    for choice in question.choices:
        fields |= _choice(choice)
    for column in question.columns:
        name = (N_("Colonne « %(name)s »"), column.key)
        fields |= _both(name, column.label)
        fields[name, None] = ", ".join(
            [
                column.kind.name,
                *(["required"] if column.required else []),
                *(f"{one.value} ({one.label.fr}, {one.label.en})" for one in column.choices),
            ]
        )
    return fields


def _choice(choice: Choice) -> _Fields:
    name = (N_("Choix « %(name)s »"), choice.value)
    worth = [] if choice.mark is None else [f"{choice.mark * 100:g} %"]
    effects = [
        str(word) for word, held in ((say("à expliquer"), choice.justify), (say("seul"), choice.exclusive)) if held
    ]
    return {
        **_both(name, choice.label),
        **_both((N_("Intertitre du choix « %(name)s »"), choice.value), choice.group),
        (name, None): ", ".join([*worth, *effects]),
    }


def _bounds(question: Question) -> str:
    held = (question.minimum, question.maximum, question.max_length, question.max_rows)
    return " / ".join("" if one is None else f"{one:g}" for one in held)


def _condition(condition: Condition) -> str:
    match condition:
        case AnswerAmong(key, values):
            return f"{key} = {', '.join(values)}"
        case _:
            between = " + " if isinstance(condition, AllOf) else " / "
            return "(" + between.join(_condition(inner) for inner in condition.conditions) + ")"
