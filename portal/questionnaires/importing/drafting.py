"""From what a format found to a questionnaire of ours: keys, languages, marks, conditions; every loss is noted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import TypeAlias

from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import Language, Sentence, say
from portal.documents_in.languages import count_language_words
from portal.questionnaires.definition import (
    Bilingual,
    Choice,
    Condition,
    EvidenceDemand,
    Question,
    Questionnaire,
    QuestionnaireSection,
    TableColumn,
)
from portal.questionnaires.importing.expressions import AskedEarlier, Expression, Said, Unsayable, leaves, say_condition
from portal.questionnaires.importing.keys import free, slug
from portal.questionnaires.importing.losses import LossKind, LossReport
from portal.questionnaires.importing.marks import Marks, marks_of, weights_of
from portal.questionnaires.importing.plain_text import has_unseen, links_of, one_line, plain_text
from portal.questionnaires.kinds import QUESTION_KINDS
from portal.questionnaires.kinds.column_kind import COLUMN_KINDS
from portal.questionnaires.rules.parsing import VERSION
from portal.questionnaires.toml_fields import TomlTable

MOST_QUESTIONS = 5_000
MOST_CHOICES = 1_000
"""Of one question; the longest list of the public catalogues holds some 150."""
LONGEST_LENGTH = 20_000

_YES_NO = QUESTION_KINDS["yes_no"]
LABELS = {
    choice.value: choice.label
    for choice in _YES_NO.read_definition(TomlTable({}, [], ""), Question("", _YES_NO, Bilingual())).choices
}
"""The usual answers, in both languages."""

Texts: TypeAlias = Mapping[str, str]
"""A text by language; under « » when the source does not say in which it is written."""


@dataclass
class DraftChoice:
    """One answer offered by the source."""

    source: str
    label: Texts
    points: float | None = None
    """What the source says it is worth, on any scale; None when it says nothing."""
    is_exclusive: bool = False
    must_explain: bool = False
    name: str = ""
    """What its value is made from; its identifier in the source by default."""
    value: str = ""
    """Ours, when it has to be a given one (« oui »)."""


@dataclass
class DraftColumn:
    """One column of a table."""

    source: str
    label: Texts
    kind: str = "text"
    required: bool = False
    choices: list[DraftChoice] = field(default_factory=list)


@dataclass
class DraftQuestion:
    """One thing that a person answers, as the source says it."""

    source: str
    kind: str
    text: Texts
    name: str = ""
    """What its key is made from; its identifier in the source by default."""
    help: Texts = field(default_factory=dict)
    why: Texts = field(default_factory=dict)
    note: Texts = field(default_factory=dict)
    unit: Texts = field(default_factory=dict)
    evidence_label: Texts = field(default_factory=dict)
    evidence: EvidenceDemand = EvidenceDemand.NONE
    required: bool = True
    choices: list[DraftChoice] = field(default_factory=list)
    columns: list[DraftColumn] = field(default_factory=list)
    asked_if: Expression | None = None
    weight: float | None = None
    """On the source's own scale."""
    minimum: float | None = None
    maximum: float | None = None
    max_length: int = 5000
    max_rows: int = 100

    @property
    def takes_several(self) -> bool:
        """Whether several choices may be made at once."""
        return self.kind in QUESTION_KINDS and QUESTION_KINDS[self.kind].takes_several


@dataclass
class DraftSection:
    """A part of the source, with what it says before its questions."""

    source: str
    title: Texts
    introduction: Texts = field(default_factory=dict)
    questions: list[DraftQuestion] = field(default_factory=list)


@dataclass
class Draft:
    """A questionnaire as its source says it."""

    source: str
    title: Texts
    introduction: Texts = field(default_factory=dict)
    version: str = ""
    origin: str = ""
    """The format, for the introduction of a source that has none."""
    usual_language: str = "en"
    """Of texts that the source leaves unnamed, when their words do not tell."""
    sections: list[DraftSection] = field(default_factory=list)


def yes_no_choices(
    *, points: Mapping[str, float] | None = None, values: Sequence[str] = ("oui", "non")
) -> list[DraftChoice]:
    """The usual answers, under the values that conditions name them by."""
    worth = points or {}
    return [
        DraftChoice(value, {"fr": LABELS[value].fr, "en": LABELS[value].en}, worth.get(value), value=value)
        for value in values
    ]


def joined(*texts: Texts, between: str = "\n") -> Texts:
    """Texts one after the other, language by language."""
    languages = dict.fromkeys(language for text in texts for language, held in text.items() if held.strip())
    return {
        language: between.join(text[language].strip() for text in texts if text.get(language, "").strip())
        for language in languages
    }


def questionnaire_of(draft: Draft, losses: LossReport) -> Questionnaire:
    """The questionnaire that a draft comes to; raises Refused when nobody has anything to answer in it."""
    asked = [question for section in draft.sections for question in section.questions]
    if not asked:
        raise Refused(
            say(
                "« %(title)s » ne contient aucune question à laquelle répondre.",
                title=one_line(next(iter(draft.title.values()), "")) or draft.source[:80],
            )
        )
    if len(asked) > MOST_QUESTIONS:
        raise Refused(say("Ce fichier compte plus de %(count)s questions.", count=MOST_QUESTIONS))
    return _Finishing(draft, losses).questionnaire()


class _Finishing:
    def __init__(self, draft: Draft, losses: LossReport) -> None:
        self._draft, self._losses = draft, losses
        self._unnamed = _language_of(draft)
        self._earlier: dict[str, AskedEarlier] = {}
        self._keys: set[str] = set()
        self._worth: dict[int, Marks] = {}

    def questionnaire(self) -> Questionnaire:
        draft = self._draft
        key = slug(draft.source, "questionnaire")
        self._mark()
        sections = []
        taken: set[str] = set()
        for number, section in enumerate(draft.sections, start=1):
            if section.questions:
                # What is answered is known by the key of its question: two questionnaires never share one by chance.
                own = f"{slug(key, longest=32)}-{slug(section.source, f'partie-{number}', longest=30)}"
                sections.append(self._section(section, free(own, taken)))
                taken.add(sections[-1].key)
            elif any(section.introduction.values()):
                self._losses.add(
                    LossKind.TEXT, say("Partie sans question : son texte n'est pas repris."), section.source
                )
        return Questionnaire(
            key=key,
            version=self._version(),
            title=self._line(draft.title, key) or Bilingual(**{self._unnamed: key}),
            introduction=self._text(draft.introduction, key) or _usual_introduction(draft),
            sections=tuple(sections),
        )

    def _version(self) -> str:
        found = VERSION.search(self._draft.version)
        version = found[0][:20].rstrip(".") if found else "1"
        if self._draft.version and version != self._draft.version:
            self._losses.add(
                LossKind.IDENTITY,
                say("La version « %(given)s » devient « %(kept)s ».", given=self._draft.version[:60], kept=version),
                self._draft.source,
            )
        return version

    def _section(self, section: DraftSection, key: str) -> QuestionnaireSection:
        title = self._line(section.title, key) or Bilingual(**{self._unnamed: section.source[:80] or key})
        introduction = self._text(section.introduction, key)
        return QuestionnaireSection(
            key, title, introduction, tuple(self._question(one, key) for one in section.questions)
        )

    def _question(self, draft: DraftQuestion, section: str) -> Question:
        key = free(f"{section}.{slug(draft.name or draft.source, 'question', longest=50)}", self._keys)
        self._keys.add(key)
        kind = self._kind(draft, key)
        marks = self._worth[id(draft)]
        choices = self._choices(draft, key, marks, group=kind != "yes_no")
        scored = any(choice.mark is not None for choice in choices)
        for sentence in marks.losses:
            self._losses.add(LossKind.SCORE, sentence, key)
        if scored and not draft.required:
            self._losses.add(
                LossKind.REQUIRED, say("Facultative dans la source ; notée, elle devient obligatoire."), key
            )
        is_file = kind == "file"
        label = self._text(draft.evidence_label, key)
        question = Question(
            key=key,
            kind=QUESTION_KINDS[kind],
            text=self._text(draft.text, key) or Bilingual(**{self._unnamed: draft.source[:200] or key}),
            help=self._text(draft.help, key),
            why=self._text(draft.why, key),
            reviewer_note=self._text(draft.note, key),
            required=draft.required or scored,
            choices=choices,
            columns=self._columns(draft, key) if kind == "table" else (),
            visible_if=self._condition(draft, key),
            weight=marks.weight if scored else 0,
        )
        question = self._bounded(draft, question)
        if is_file or draft.evidence is not EvidenceDemand.NONE:
            demand = EvidenceDemand.REQUIRED if question.required else EvidenceDemand.OPTIONAL
            question = replace(
                question, evidence=demand if is_file else draft.evidence, evidence_label=label or question.text
            )
        self._remember(draft, question)
        return question

    def _kind(self, draft: DraftQuestion, key: str) -> str:
        """The kind, once a choice without choices is a text and a choice of one is a box to tick."""
        if draft.kind in {"single", "multiple"} and not draft.choices:
            self._losses.add(LossKind.CHOICE, say("Question à choix sans choix : posée comme un texte."), key)
            return "text"
        if draft.kind == "single" and len(draft.choices) == 1:
            self._losses.add(LossKind.CHOICE, say("Un seul choix proposé : posé comme une case à cocher."), key)
            return "multiple"
        if draft.kind == "table" and not draft.columns:
            self._losses.add(LossKind.ANSWER, say("Tableau sans colonne : posé comme un texte."), key)
            return "text"
        return draft.kind

    def _bounded(self, draft: DraftQuestion, question: Question) -> Question:
        """The question with the bounds of its kind."""
        own = question.kind.own_fields
        if "max_length" in own:
            return replace(question, max_length=min(max(draft.max_length, 10), LONGEST_LENGTH))
        if "max_rows" in own:
            return replace(question, max_rows=min(max(draft.max_rows, 1), 500))
        if "minimum" not in own:
            return question
        low, high = draft.minimum, draft.maximum
        usable = low is None or high is None or low < high
        return replace(
            question,
            minimum=low if usable else None,
            maximum=high if usable else None,
            unit=self._text(draft.unit, question.key),
        )

    # Choices and marks.

    def _mark(self) -> None:
        questions = [question for section in self._draft.sections for question in section.questions]
        found = [
            marks_of([choice.points for choice in one.choices], several=one.takes_several or len(one.choices) == 1)
            for one in questions
        ]
        weights = weights_of([(one.weight, marks.total) for one, marks in zip(questions, found, strict=True)])
        for question, marks, weight in zip(questions, found, weights.weights, strict=True):
            losses = (*marks.losses, *weights.losses) if marks.total else marks.losses
            self._worth[id(question)] = replace(marks, weight=weight, losses=losses)

    def _choices(self, draft: DraftQuestion, key: str, marks: Marks, *, group: bool) -> tuple[Choice, ...]:
        if len(draft.choices) > MOST_CHOICES:
            raise Refused(say("Une question propose plus de %(count)s choix.", count=MOST_CHOICES))
        taken: set[str] = set()
        choices = []
        for number, one in enumerate(draft.choices, start=1):
            one.value = one.value or free(slug(one.name or one.source, f"choix-{number}"), taken)
            taken.add(one.value)
            label = self._line(one.label, key) if group else LABELS[one.value]
            choices.append(
                Choice(
                    value=one.value,
                    label=label or Bilingual(**{self._unnamed: one.source[:200] or one.value}),
                    mark=marks.marks[number - 1],
                    justify=one.must_explain or (one.value == "na" and not group),
                    exclusive=one.is_exclusive and draft.takes_several and len(draft.choices) > 1,
                )
            )
        return tuple(choices)

    def _columns(self, draft: DraftQuestion, key: str) -> tuple[TableColumn, ...]:
        taken: set[str] = set()
        columns = []
        for number, one in enumerate(draft.columns, start=1):
            column = free(slug(one.source, f"colonne-{number}"), taken)
            taken.add(column)
            kind = "text" if one.kind == "single" and len(one.choices) < 2 else one.kind
            choices: tuple[Choice, ...] = ()
            if kind == "single":
                stand_in = DraftQuestion(one.source, "single", {}, choices=one.choices)
                unmarked = marks_of([None] * len(one.choices), several=False)
                choices = self._choices(stand_in, key, unmarked, group=True)
            label = self._line(one.label, key) or Bilingual(**{self._unnamed: one.source[:200] or column})
            columns.append(TableColumn(column, label, COLUMN_KINDS[kind], one.required, choices))
        return tuple(columns)

    # Conditions.

    def _condition(self, draft: DraftQuestion, key: str) -> Condition | None:
        said: Said = say_condition(draft.asked_if, self._earlier)
        if not said.is_exact and draft.asked_if is not None:
            self._losses.add(LossKind.CONDITION, _lost(draft.asked_if, is_asked_always=said.condition is None), key)
        return said.condition

    def _remember(self, draft: DraftQuestion, question: Question) -> None:
        if not question.choices:
            return
        values = {one.source: choice.value for one, choice in zip(draft.choices, question.choices, strict=True)}
        is_always_one = not question.kind.takes_several and question.required and question.visible_if is None
        if draft.source in self._earlier:
            self._losses.add(
                LossKind.IDENTITY, say("Deux questions portent le même identifiant dans la source."), question.key
            )
        self._earlier[draft.source] = AskedEarlier(question.key, values, is_exclusive=is_always_one)

    # Texts.

    def _line(self, texts: Texts, place: str) -> Bilingual:
        both = self._text(texts, place)
        return Bilingual(" ".join(both.fr.split()), " ".join(both.en.split()))

    def _text(self, texts: Texts, place: str) -> Bilingual:
        kept: dict[str, str] = {}
        for language, raw in texts.items():
            if not raw:
                continue
            self._note_what_goes(raw, place)
            name = _name_of(language, self._unnamed)
            if (text := plain_text(raw)) and name not in kept:
                kept[name] = text
        others = [name for name in kept if name not in {"fr", "en"}]
        if others and not {"fr", "en"} & set(kept):
            kept["en"] = kept[others[0]]
            self._losses.add(
                LossKind.LANGUAGE,
                say(
                    "Écrit en « %(language)s » seulement : rangé à la place de l'anglais, à traduire.",
                    language=others[0],
                ),
                place,
            )
        for language in others[1:] if kept.get("en") == kept.get(others[0] if others else "") else others:
            self._losses.add(
                LossKind.LANGUAGE, say("La langue « %(language)s » n'est pas reprise.", language=language), place
            )
        return Bilingual(kept.get("fr", ""), kept.get("en", ""))

    def _note_what_goes(self, raw: str, place: str) -> None:
        for address in links_of(raw):
            self._losses.add(
                LossKind.PRESENTATION, say("Lien retiré du texte : %(address)s", address=address[:300]), place
            )
        if has_unseen(raw):
            self._losses.add(LossKind.PRESENTATION, say("Caractères invisibles retirés du texte."), place)


def _lost(expression: Expression, *, is_asked_always: bool) -> Sentence:
    written = " ; ".join(dict.fromkeys(one.text for one in leaves(expression) if isinstance(one, Unsayable)))[:300]
    if written:
        return say("Condition que nos questionnaires ne savent pas dire : %(condition)s", condition=written)
    if is_asked_always:
        return say("Condition que nos questionnaires ne savent pas dire : la question est posée à tous.")
    return say("Condition reprise en partie : la question est posée plus souvent.")


def gaps_of(questionnaire: Questionnaire, losses: LossReport) -> None:
    """Note what the draft lacks before it can be published: a language, a reason, an article."""
    for place, text in _texts_of(questionnaire):
        for language, held in ((Language.FR, text.fr), (Language.EN, text.en)):
            if text and not held:
                missing = say("Le français manque.") if language is Language.FR else say("L'anglais manque.")
                losses.add(LossKind.LANGUAGE, missing, place)
    for question in questionnaire.questions:
        if not question.why:
            losses.add(LossKind.REASON, say("La raison de la question manque (« why »)."), question.key)
        if not question.articles:
            losses.add(LossKind.ARTICLE, say("L'article manque (« articles »)."), question.key)


def _texts_of(questionnaire: Questionnaire) -> Iterator[tuple[str, Bilingual]]:
    yield questionnaire.key, questionnaire.title
    yield questionnaire.key, questionnaire.introduction
    for section in questionnaire.sections:
        yield section.key, section.title
        yield section.key, section.introduction
        for question in section.questions:
            for text in _of_question(question):
                yield question.key, text


def _of_question(question: Question) -> Iterable[Bilingual]:
    yield from (question.text, question.help, question.why, question.reviewer_note)
    yield from (question.unit, question.evidence_label)
    for choice in question.choices:
        yield choice.label
        yield choice.group
    for column in question.columns:
        yield column.label
        yield from (choice.label for choice in column.choices)
    if question.opens_finding is not None:
        yield from (question.opens_finding.action, question.opens_finding.proof, question.opens_finding.gap)


def _language_of(draft: Draft) -> str:
    """The language of the texts that the source leaves unnamed."""
    words = [text.get("", "") for section in draft.sections for text in (section.title, section.introduction)]
    words += [
        text.get("", "")
        for section in draft.sections
        for question in section.questions[:300]
        for text in (question.text, question.help, *(choice.label for choice in question.choices[:20]))
    ]
    words += [draft.title.get("", ""), draft.introduction.get("", "")]
    french, english = count_language_words(" ".join(words)[:200_000])
    return draft.usual_language if french == english else "fr" if french > english else "en"


def _name_of(language: str, unnamed: str) -> str:
    """« fr » for « fr-FR », the language of the whole for none."""
    return language.strip().lower().replace("_", "-").split("-")[0] or unnamed


def _usual_introduction(draft: Draft) -> Bilingual:
    return Bilingual(
        f"Questionnaire repris d'un fichier {draft.origin}.".replace("  ", " "),
        f"Questionnaire taken from a file, {draft.origin}.".replace("  ", " "),
    )
