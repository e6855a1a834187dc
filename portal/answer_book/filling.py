"""A foreign form filled from what a vendor has signed: each row with its answer, where it comes from and its age."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from functools import lru_cache

from portal.answer_book.form_files import fill_form, read_form
from portal.answer_book.queries import SignedAnswer
from portal.answer_book.rules.answering import CellAnswer, cell_answer
from portal.answer_book.rules.form import CellFill, FormQuestion
from portal.answer_book.rules.matching import Matcher, Profile
from portal.answer_book.rules.words import language_of
from portal.answer_book.vocabulary_files import matcher_of, profile_of
from portal.core.dataclass import dataclass
from portal.core.dates import written
from portal.core.language import N_, Language
from portal.core.translation import translate
from portal.questionnaires.definition import Question, Questionnaire

_SOURCE = N_("%(questionnaire)s, réponse du %(day)s")
_BESIDE = N_("Source : %(source)s (il y a %(age)s jours)")
_TODAY = N_("Source : %(source)s (aujourd'hui)")
_YESTERDAY = N_("Source : %(source)s (hier)")


@dataclass(frozen=True)
class BookRow:
    """One question of the form, and what became of it."""

    sheet: str
    row: int
    question: str
    key: str | None = None
    """Our equivalent, whether or not the vendor has answered it."""
    value: str | None = None
    """What was written; None when the cell stays empty."""
    source: str | None = None
    age_days: int | None = None


@dataclass(frozen=True)
class FilledForm:
    """A form as it comes back."""

    kind: str
    content: bytes
    rows: tuple[BookRow, ...]

    @property
    def filled(self) -> int:
        """How many cells were given an answer."""
        return sum(row.value is not None for row in self.rows)


def fill(
    data: bytes, questionnaires: Mapping[str, Questionnaire], signed: Mapping[str, SignedAnswer], today: date
) -> FilledForm:
    """Fill a form; `questionnaires` are those of the catalogue. Raises Refused for a file that is none or hostile."""
    form = read_form(data)
    rows, fills = answer_rows(form.questions, questionnaires, signed, today)
    return FilledForm(form.kind, fill_form(data, fills), rows)


def answer_rows(
    asked: Sequence[FormQuestion],
    questionnaires: Mapping[str, Questionnaire],
    signed: Mapping[str, SignedAnswer],
    today: date,
) -> tuple[tuple[BookRow, ...], tuple[CellFill, ...]]:
    """What becomes of each question of a form, in the language the form is in, and what is written in it."""
    language, ours = language_of(question.question for question in asked), _prepared(_Catalogue.of(questionnaires))
    found = [_row(question, ours, signed, today, language) for question in asked]
    return tuple(row for row, _ in found), tuple(fill for _, fills in found for fill in fills)


@dataclass(frozen=True)
class _Ours:
    """Every question of ours, ready to be compared."""

    matcher: Matcher
    profiles: Mapping[str, Profile]


@dataclass(frozen=True)
class _Catalogue:
    """Questionnaires, told apart by the digests of their texts."""

    digests: tuple[str, ...]
    questionnaires: tuple[Questionnaire, ...] = field(compare=False, repr=False)

    @classmethod
    def of(cls, questionnaires: Mapping[str, Questionnaire]) -> "_Catalogue":
        every = tuple(questionnaires.values())
        return cls(tuple(one.sha256 for one in every), every)


@lru_cache(maxsize=2)
def _prepared(read: _Catalogue) -> _Ours:
    """Kept until a questionnaire of the catalogue changes."""
    asked: dict[str, Question] = {}
    for questionnaire in read.questionnaires:
        for question in questionnaire.questions:
            asked.setdefault(question.key, question)
    return _Ours(matcher_of(read.questionnaires), {key: profile_of(question) for key, question in asked.items()})


def _row(
    asked: FormQuestion, ours: _Ours, signed: Mapping[str, SignedAnswer], today: date, language: Language
) -> tuple[BookRow, list[CellFill]]:
    match = ours.matcher.match(asked.question)
    row = BookRow(asked.sheet, asked.row, asked.question, match.key if match else None)
    said = signed.get(match.key) if match else None
    if match is None or said is None or not (asked.answer or asked.ticks):
        return row, []
    profile = ours.profiles[match.key]
    given = cell_answer(asked, said.question, said.given, profile, match.concepts, language, said.files)
    if given is None:
        return row, []
    age = max(0, (today - said.said_on).days)
    source = _source(said, language)
    row = replace(row, value=_shown(asked, given), source=source, age_days=age)
    return row, _fills(asked, given, _beside(source, age, language))


def _shown(asked: FormQuestion, given: CellAnswer) -> str:
    if given.tick:
        return next(label for label, column in asked.ticks if column == given.tick)
    return given.text


def _source(said: SignedAnswer, language: Language) -> str:
    return translate(_SOURCE, language) % {
        "questionnaire": said.questionnaire.read(language),
        "day": written(said.said_on, language),
    }


def _beside(source: str, age: int, language: Language) -> str:
    sentence = _TODAY if age == 0 else _YESTERDAY if age == 1 else _BESIDE
    return translate(sentence, language) % {"source": source, "age": age}


def _fills(asked: FormQuestion, given: CellAnswer, beside: str) -> list[CellFill]:
    """The answer in its cell; what is said beside it in the form's own remarks, or else as a note on the cell."""
    remarks = "\n".join(part for part in (given.detail, beside) if part)
    place = CellFill(
        asked.sheet, asked.row, given.tick or asked.answer, given.text, given.kind,
        note="" if asked.comment else remarks, box=given.box,
    )  # fmt: skip
    if not asked.comment:
        return [place]
    return [place, CellFill(asked.sheet, asked.row, asked.comment, remarks)]
