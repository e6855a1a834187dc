"""What the cell of a foreign question is given, from the answer to the question of ours that asks the same.

A cell that takes one entry of a list is given that entry or nothing. A question put by yes or no is answered so only
when what our answer says to it is known, and the right way round; where that is unsure, the cell stays empty.
"""

from collections.abc import Mapping
from enum import StrEnum

from portal.answer_book.rules.form import CellKind, FormQuestion
from portal.answer_book.rules.matching import Profile, Reading
from portal.answer_book.rules.polarity import Polarity, polarity
from portal.answer_book.rules.words import every_word, word_set
from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import Language
from portal.questionnaires.answer_text import answer_text
from portal.questionnaires.definition import NOT_APPLICABLE, GivenAnswer, Question


class Said(StrEnum):
    """What is answered to a question put by yes or no."""

    YES = "yes"
    NO = "no"
    PARTIAL = "partial"
    NOT_APPLICABLE = "na"


WORDS: Mapping[Said, Mapping[Language, str]] = {
    Said.YES: {Language.FR: "Oui", Language.EN: "Yes"},
    Said.NO: {Language.FR: "Non", Language.EN: "No"},
    Said.PARTIAL: {Language.FR: "En partie", Language.EN: "Partly"},
    Said.NOT_APPLICABLE: {Language.FR: "Non concerné", Language.EN: "Not applicable"},
}
_ENTRIES: Mapping[Said, frozenset[str]] = {
    Said.YES: frozenset({"oui", "yes", "o", "y", "conforme", "compliant", "vrai", "true", "oui yes"}),
    Said.NO: frozenset({"non", "no", "n", "non conforme", "non compliant", "not compliant", "faux", "false", "non no"}),
    Said.PARTIAL: frozenset(
        {
            "partiel", "partial", "partiellement", "partially", "en partie", "partly", "partially compliant",
            "partiellement conforme", "oui partiellement", "yes partially", "partial compliance", "partielle",
        }
    ),
    Said.NOT_APPLICABLE: frozenset(
        {"na", "n a", "non applicable", "not applicable", "sans objet", "non concerne", "so", "s o", "nc"}
    ),
}  # fmt: skip
_INVERTED = {Said.YES: Said.NO, Said.NO: Said.YES}

_NUMBER = expression(r"\b(\d{1,4})\s?(h|heure|hour|jour|day|mois|month|business day|working day|jours? ouvr)")
_IN_HOURS = {"h": 1, "heure": 1, "hour": 1, "jour": 24, "day": 24, "mois": 720, "month": 720}
_LEAD = expression(r"^\s*(?:[\w.]{1,8}[).:]\s+|[\d.]{1,9}\s+|[-–•*]\s*)")
_OPEN = word_set(
    """who what which how where when describe list provide explain indicate specify state give name detail
    identify outline qui quel quelle quels quelles combien comment ou quand decrivez decrire listez liste
    fournissez fournir indiquez indiquer precisez preciser expliquez donnez citez enumerez detaillez lequel
    laquelle lesquels lesquelles quoi date nom pourquoi why whom number percentage nombre pourcentage delai"""
)
_SOFT = word_set(
    """please merci veuillez de d kindly a in within under sous en dans par avec upon apres after pour on at to
    the les le la l"""
)


@dataclass(frozen=True)
class CellAnswer:
    """What is written, and what is said beside it."""

    text: str
    detail: str = ""
    """What a bare yes or no leaves out, and the comment that went with the answer."""
    kind: CellKind = CellKind.TEXT
    box: int = -1
    """Rank of the box to tick, in a cell that holds boxes."""
    tick: int = 0
    """Column to tick, where each answer has its own."""


def cell_answer(
    asked: FormQuestion, ours: Question, given: GivenAnswer, profile: Profile, concepts: frozenset[str],
    language: Language, files: tuple[str, ...] = (),
) -> CellAnswer | None:  # fmt: skip
    """What goes in the cell of a question; None when nothing can without a doubt."""
    said = answer_text(ours, given, language)
    words = _in_words(said.lines, said.rows) if not said.is_missing else ", ".join(files)
    if not words:
        return None
    entries = asked.cell.options or asked.cell.boxes or tuple(label for label, _ in asked.ticks)
    if _says_yes_or_no(entries) if entries else not is_open(asked.question):
        return _by_yes_or_no(asked, ours, given, profile, concepts, language, words, entries)
    if ours.kind.offers_choices and polarity(asked.question) is not Polarity.STRAIGHT:
        return None
    if entries:
        return _placed(asked, _same_entry(words, ours, given, entries), given.comment)
    return _free(asked, ours, given, words)


def _by_yes_or_no(
    asked: FormQuestion, ours: Question, given: GivenAnswer, profile: Profile, concepts: frozenset[str],
    language: Language, words: str, entries: tuple[str, ...],
) -> CellAnswer | None:  # fmt: skip
    put = polarity(asked.question)
    found = _said(asked.question, given, profile, concepts)
    if found is None:
        # A closed question to which we only know how to give the whole answer.
        return None if entries or put is not Polarity.STRAIGHT else _free(asked, ours, given, words)
    if put is Polarity.UNSURE:
        return None
    found = _INVERTED.get(found, found) if put is Polarity.INVERTED else found
    whole = "" if ours.kind.name == "yes_no" else words
    detail = "\n".join(part for part in (whole, given.comment) if part)
    return _placed(asked, _entry(found, entries) if entries else WORDS[found][language], detail)


def _free(asked: FormQuestion, ours: Question, given: GivenAnswer, words: str) -> CellAnswer | None:
    kind = asked.cell.kind
    if kind is CellKind.TEXT:
        return _placed(asked, words, given.comment)
    if kind is CellKind.DATE and ours.kind.name == "date" and isinstance(given.value, str):
        return CellAnswer(given.value, given.comment, CellKind.DATE)
    if kind is CellKind.NUMBER and ours.kind.name == "number" and isinstance(given.value, str):
        return CellAnswer(given.value, given.comment, CellKind.NUMBER)
    return None


def _placed(asked: FormQuestion, text: str | None, detail: str) -> CellAnswer | None:
    if text is None or asked.cell.kind is not CellKind.TEXT:
        return None
    if asked.ticks:
        column = next((at for label, at in asked.ticks if label == text), 0)
        return CellAnswer("X", detail, tick=column) if column else None
    if asked.cell.boxes:
        return CellAnswer(text, detail, box=asked.cell.boxes.index(text)) if text in asked.cell.boxes else None
    return CellAnswer(text, detail)


def _in_words(lines: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    parts = [*lines, *(", ".join(cell for cell in row if cell) for row in rows)]
    return "\n".join(part for part in parts if part)


def _said(question: str, given: GivenAnswer, profile: Profile, concepts: frozenset[str]) -> Said | None:
    """What our answer says to a question put by yes or no; None when it does not say."""
    value = given.value
    if value == NOT_APPLICABLE:
        return Said.NOT_APPLICABLE
    if isinstance(value, str) and (profile.hours or profile.beyond):
        limit = _hours_named(question)
        if limit:
            return _within(value, profile, limit)
    reading = next((one for one in profile.readings if one.when.fits(concepts)), None)
    if reading is None or value is None:
        return None
    return _read(reading, value)


def _read(reading: Reading, value: object) -> Said | None:
    if reading.has or reading.has_not:
        chosen = value if isinstance(value, tuple) else (value,)
        return Said.YES if (reading.has in chosen if reading.has else reading.has_not not in chosen) else Said.NO
    groups = ((Said.YES, reading.yes), (Said.NO, reading.no), (Said.PARTIAL, reading.partial))
    return next((said for said, values in groups if isinstance(value, str) and value in values), None)


def _within(value: str, profile: Profile, limit: int) -> Said | None:
    """Whether a delay is kept, by the most or the least that our answer means.

    >>> profile = Profile("k", (), hours={"h48": 48}, beyond={"plus": 72})
    >>> [_within("h48", profile, hours) for hours in (72, 24)], _within("plus", profile, 72)
    ([<Said.YES: 'yes'>, <Said.NO: 'no'>], <Said.NO: 'no'>)
    """
    if value in profile.hours:
        return Said.YES if profile.hours[value] <= limit else Said.NO
    if value in profile.beyond and profile.beyond[value] >= limit:
        return Said.NO
    return None


def _hours_named(question: str) -> int:
    found = _NUMBER.search(question.casefold())
    return int(found[1]) * _IN_HOURS[found[2].split()[0]] if found and found[2].split()[0] in _IN_HOURS else 0


def _says_yes_or_no(entries: tuple[str, ...]) -> bool:
    kinds = {kind for entry in entries if (kind := _kind_of(entry))}
    return {Said.YES, Said.NO} <= kinds


def _kind_of(entry: str) -> Said | None:
    words = " ".join(every_word(entry))
    return next((said for said, known in _ENTRIES.items() if words in known), None)


def _entry(said: Said, entries: tuple[str, ...]) -> str | None:
    """The one entry of a list that says this; None when none does, or two."""
    found = [entry for entry in entries if _kind_of(entry) is said]
    return found[0] if len(found) == 1 else None


def _same_entry(words: str, ours: Question, given: GivenAnswer, entries: tuple[str, ...]) -> str | None:
    """The entry of a list that says what our answer says, word for word, in either language."""
    labels = {words}
    if isinstance(given.value, str):
        choice = ours.choice(given.value)
        labels |= {choice.label.fr, choice.label.en} if choice else set()
    known = {every_word(label) for label in labels}
    found = [entry for entry in entries if every_word(entry) in known]
    return found[0] if len(found) == 1 else None


def is_open(question: str) -> bool:
    """Whether a question asks for words rather than for yes or no.

    >>> is_open("Within how many hours do you notify us?"), is_open("2.1 Décrivez votre procédure.")
    (True, True)
    >>> is_open("Do you know where the data is?"), is_open("Le DPO est-il désigné ?")
    (False, False)
    """
    words = every_word(_LEAD.sub("", question))
    for word in words[:6]:
        if word in _OPEN:
            return True
        if word not in _SOFT:
            break
    # « …, et comment ? », « À l'issue du contrat, au bout de combien de jours ? »
    return any(
        part and every_word(part)[:1] and set(every_word(part)[:4]) & _LATE_OPEN for part in question.split(",")[1:]
    )


_LATE_OPEN = word_set("combien comment quel quelle quels quelles how what which where when")
