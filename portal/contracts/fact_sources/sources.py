"""What a contract may draw from, and how what is found there is written down."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.dates import written
from portal.core.documents.wording import printable
from portal.core.language import Language, Sentence, say
from portal.core.translation import translate
from portal.questionnaires.answer_text import cells_in_words
from portal.questionnaires.definition import GivenAnswer, Question, Questionnaire
from portal.questionnaires.rules.completing import visible_questions
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.vendors.rules.countries import Atlas

ENTITY = say("Fiche de l'entité du groupe")
ENTITY_COUNTRY = say("Déduit du pays de l'entité du groupe")
VENDOR = say("Fiche du sous-traitant")
VENDOR_COUNTRY = say("Déduit du pays du sous-traitant")
SERVICE = say("Fiche de la prestation")
TYPED = say("Saisi pour ce contrat")
_PROPER = ("French",)
"""Words that keep their capital within a sentence."""
_BEFORE, _AFTER = "-–—•* ", " ;,."
"""What stands around an item of a list that is typed."""


@dataclass(frozen=True)
class AnswerSheet:
    """A vendor's submitted answers."""

    questionnaire: Questionnaire
    answers: Mapping[str, GivenAnswer]
    submitted_on: date | None = None

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Every question it might ask, by key."""
        return {question.key: question for question in self.questionnaire.questions}

    @cached_property
    def given(self) -> Mapping[str, Any]:
        """What was answered to the questions asked: an answer left under a hidden question counts for nothing."""
        asked = visible_questions(self.questionnaire, self.answers)
        return {q.key: answer.value for q in asked if (answer := self.answers.get(q.key)) and answer.value is not None}

    def rows(self, key: str) -> tuple[Mapping[str, str | None], ...]:
        """The rows of a table question."""
        return tuple(row for row in self.given.get(key) or () if isinstance(row, Mapping))

    def row_in_words(self, key: str, row: Mapping[str, str | None], language: Language) -> Mapping[str, str]:
        """A row of a table question as a person reads it, by column; a cell of another version's column is left out.

        Every column may be asked for: one that this version has not, or that was left empty, is empty.
        """
        return defaultdict(str, cells_in_words(self.questions[key], row, language))

    def rows_in_words(self, key: str, language: Language) -> tuple[Mapping[str, str], ...]:
        """Every row of a table question as a person reads it."""
        return tuple(self.row_in_words(key, row, language) for row in self.rows(key))

    @property
    def origin(self) -> Sentence:
        """Where its facts come from, with the day the vendor sent them."""
        title = self.questionnaire.title
        if self.submitted_on is None:
            return say("Réponses au questionnaire « %(title)s »", title=title)
        return say("Réponses au questionnaire « %(title)s » du %(day)s", title=title, day=self.submitted_on)


@dataclass(frozen=True)
class Sources:
    """Everything a contract may draw from."""

    entity: LegalEntity | None
    vendor: Vendor
    service: Service | None
    sheets: Sequence[AnswerSheet]
    """The latest submitted answers to each questionnaire, newest first."""
    typed: Mapping[str, Any]
    atlas: Atlas
    on: date
    ended: frozenset[str] = frozenset()
    """Folded names of sub-processors that the register held, and holds no more (`fold`)."""

    def asking(self, key: str) -> AnswerSheet | None:
        """The newest answers to a questionnaire that asks this."""
        return next((sheet for sheet in self.sheets if key in sheet.questions), None)


@dataclass(frozen=True)
class SourcedFact:
    """A fact as one source gives it; a value of None means that this source does not say."""

    key: str
    value: Any
    """As `languages.said_fact` takes it."""
    origin: Sentence


@dataclass(frozen=True)
class Doubt:
    """Two sources that cannot both be right, or a source that cannot be followed: for a person to settle."""

    key: str
    sentence: Sentence


def one_line(text: str) -> str:
    """Typed text on one line, as paper can show it.

    >>> one_line(" 3 rue du Phare\\n69000  Lyon\\x00 ")
    '3 rue du Phare, 69000 Lyon'
    """
    return ", ".join(part for row in printable(text).split("\n") if (part := " ".join(row.split()).rstrip(",")))


def list_items(text: str) -> tuple[str, ...]:
    """Typed text as the items of a list, without dashes before or stops after.

    >>> list_items("- Héberger l'application.\\n- Sauvegarder ; restaurer ;")
    ("Héberger l'application", 'Sauvegarder', 'restaurer')
    """
    parts = re.split(r"\n|;", printable(text))
    return tuple(found for part in parts if (found := " ".join(part.split()).lstrip(_BEFORE).rstrip(_AFTER)))


def retention_row(line: str) -> dict[str, str]:
    """A line on storage as a row of the table: what stands before a colon is the category of data.

    >>> retention_row("Enregistrements d'appels : six mois")
    {'category': "Enregistrements d'appels", 'period': 'six mois'}
    >>> retention_row("cinq ans")
    {'period': 'cinq ans'}
    """
    category, colon, period = (part.strip() for part in line.partition(":"))
    return {"category": category, "period": period} if colon and category and period else {"period": line.strip()}


def label_in_sentence(text: str, language: Language) -> str:
    """The label of a choice as it reads within a sentence.

    >>> label_in_sentence("Données de santé", Language.FR), label_in_sentence("NIR", Language.FR)
    ('données de santé', 'NIR')
    """
    said = translate(text, language)
    return said[:1].lower() + said[1:] if said[1:2].islower() and not said.startswith(_PROPER) else said


def day_in_words(when: date | None, language: Language) -> str:
    """A date in letters; nothing for nothing.

    >>> day_in_words(date(2027, 1, 1), Language.FR)
    '1er janvier 2027'
    """
    return "" if when is None else written(when, language)
