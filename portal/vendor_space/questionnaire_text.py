"""A frozen questionnaire as its vendor reads it: one language, nothing of the reviewer's, made once per process."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence, printed, say, say_count
from portal.core.translation import translate
from portal.questionnaires.definition import Bilingual, Choice, EvidenceDemand, Question, Questionnaire
from portal.questionnaires.rules.articles import articles_in_words
from portal.questionnaires.rules.effort import Effort, effort_of
from portal.questionnaires.rules.vendor_copy import for_vendor

_TEXTS: dict[tuple[str, Language], "QuestionnaireText"] = {}
_ASKED: dict[tuple[str, Language, tuple[tuple[str, str], ...]], "QuestionnaireText"] = {}
_KEEP_AT_MOST = 64


@dataclass(frozen=True)
class QuestionText:
    """A question in one language."""

    question: Question
    """Without what only the reviewer may read."""
    number: str
    """Among the questions that are asked; empty while it is not."""
    text: str
    help: str
    why: str
    articles: str
    evidence: str
    """What may or must be attached, as a sentence; empty when no file is taken."""

    @cached_property
    def key(self) -> str:
        """The key of the question."""
        return self.question.key

    @property
    def takes_countries(self) -> bool:
        """Whether a cell of its table is a country."""
        return any(column.kind.takes_countries for column in self.question.columns)


@dataclass(frozen=True)
class SectionText:
    """A section in one language."""

    key: str
    number: int
    """Its place among all, asked or not; not shown."""
    title: str
    introduction: str
    questions: tuple[QuestionText, ...]
    pack: str = ""
    """The questionnaire it comes from, when several were composed."""


@dataclass(frozen=True)
class QuestionnaireText:
    """The whole, in one language."""

    title: str
    introduction: str
    effort: Effort
    sections: tuple[SectionText, ...]

    @cached_property
    def by_question(self) -> Mapping[str, tuple[SectionText, QuestionText]]:
        """Each question with its section, by key."""
        return {question.key: (section, question) for section in self.sections for question in section.questions}

    def section(self, key: str) -> SectionText | None:
        """The section that has this key."""
        return next((section for section in self.sections if section.key == key), None)


def questionnaire_text(questionnaire: Questionnaire, language: Language) -> QuestionnaireText:
    """The text for the vendor; a frozen one never changes, so it is made once for each hash and language."""
    found = _TEXTS.get((questionnaire.sha256, language))
    if found is None:
        found = _made(for_vendor(questionnaire), language)
        if len(_TEXTS) >= _KEEP_AT_MOST:
            _TEXTS.pop(next(iter(_TEXTS)))
        _TEXTS[questionnaire.sha256, language] = found
    return found


def numbered_text(text: QuestionnaireText, numbers: Mapping[str, str]) -> QuestionnaireText:
    """The same text with the numbers that its questions bear in an audit (`rules.numbering`)."""
    return replace(
        text,
        sections=tuple(
            replace(
                section, questions=tuple(replace(one, number=numbers.get(one.key, "")) for one in section.questions)
            )
            for section in text.sections
        ),
    )


def asked_text(questionnaire: Questionnaire, language: Language, numbers: Mapping[str, str]) -> QuestionnaireText:
    """The text for the vendor with these numbers; audits that ask the same of a frozen one share it."""
    key = questionnaire.sha256, language, tuple(numbers.items())
    found = _ASKED.get(key)
    if found is None:
        found = numbered_text(questionnaire_text(questionnaire, language), numbers)
        while len(_ASKED) >= _KEEP_AT_MOST:
            _ASKED.pop(next(iter(_ASKED)), None)
        _ASKED[key] = found
    return found


def _made(source: Questionnaire, language: Language) -> QuestionnaireText:
    return QuestionnaireText(
        title=source.title.read(language),
        introduction=source.introduction.read(language).strip(),
        effort=effort_of(source),
        sections=tuple(
            SectionText(
                key=section.key,
                number=rank,
                title=section.title.read(language),
                introduction=section.introduction.read(language).strip(),
                questions=tuple(_question(question, language) for question in section.questions),
                pack=section.pack.read(language),
            )
            for rank, section in enumerate(source.sections, start=1)
        ),
    )


def _question(question: Question, language: Language) -> QuestionText:
    return QuestionText(
        question=question,
        number="",
        text=question.text.read(language),
        help=question.help.read(language),
        why=question.why.read(language),
        articles=_articles(question, language),
        evidence=_evidence(question, language),
    )


def _articles(question: Question, language: Language) -> str:
    said = (translate(text, language) for text in articles_in_words(question.articles))
    # Typography that depends on the values: « art. » keeps to its number.
    return " · ".join(printed(text, language) for text in said)


def _evidence(question: Question, language: Language) -> str:
    """« À joindre si vous répondez « Oui » : votre politique. Daté de moins de 12 mois. »"""
    if not question.takes_files:
        return ""
    label = question.evidence_label or Bilingual("un document de votre choix.", "a document of your choice.")
    parts = [translate(_asking(question, label, language), language)]
    if question.evidence_max_age_months is not None:
        fresh = say_count(
            question.evidence_max_age_months, "Daté de moins de %(num)s mois.", "Daté de moins de %(num)s mois."
        )
        parts.append(translate(fresh, language))
    return " ".join(parts)


def _quoted(choices: Iterable[Choice], language: Language) -> str:
    quoted = [translate(say("« %(answer)s »", answer=choice.label.read(language)), language) for choice in choices]
    return f" {translate(say('ou'), language)} ".join(quoted)


def _asking(question: Question, label: Bilingual, language: Language) -> Sentence:
    what = label.read(language)
    if question.kind.is_file:
        return say("À joindre : %(what)s", what=what)
    given = [choice for choice in question.choices if choice.value in question.evidence_on]
    others = [choice for choice in question.choices if choice not in given]
    if question.evidence is EvidenceDemand.OPTIONAL:
        return say("Si vous l'avez, joignez : %(what)s", what=what)
    if 0 < len(others) < len(given):
        # Naming the one answer that spares the file is shorter than naming the three, or fourteen, that ask for it.
        return say(
            "À joindre, sauf si vous répondez %(answers)s : %(what)s", answers=_quoted(others, language), what=what
        )
    answers = _quoted(given, language)
    if answers:
        return say("À joindre si vous répondez %(answers)s : %(what)s", answers=answers, what=what)
    return say("À joindre : %(what)s", what=what)
