"""The fields of a line in words, as a form, a cell and the journal show them, and read again from those words."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import lru_cache
from typing import Any

from portal.core.calendar import given_day
from portal.core.errors import Refused
from portal.core.language import N_, Language, Sentence, say, semicolon
from portal.core.translation import translate
from portal.processing import reference
from portal.processing.rules.kept_sheets import BAR, HELD, KINDS, Held
from portal.processing.rules.sheets import (
    CATEGORIES,
    HeldCategory,
    Safeguard,
    ServedController,
    Sheet,
    StatedTransfer,
)
from portal.vendors import reference as places
from portal.vendors.place_names import place_name
from portal.vendors.rules.countries import parse_country
from portal.vendors.rules.facts import Labelled, Volume
from portal.vendors.rules.naming import plain

MOST_LINES = 500
"""Items of one list of a line: recipients, transfers, controllers served."""
JOURNAL_MARK = "activity_"
"""What stands before the name of a field in the journal: other domains have fields of the same names there."""
PARTED = " ; "
"""What stands in the journal between the items of a list."""
TRANSLATED = frozenset(
    {
        "listed",
        *(
            name
            for name, held in HELD.items()
            if held in {Held.YES, Held.CHOICE, Held.CHOICES, Held.DATA, Held.TRANSFERS}
        ),
    }
)
"""Fields of which words are ours, and not only what somebody typed."""
_YES = {"oui": True, "yes": True, "true": True, "1": True, "non": False, "no": False, "false": False, "0": False}


class UnreadCell(Refused):
    """The words of a field could not be read."""


def cell_of(name: str, value: Any, language: Language) -> str | date | None:
    """A field in words; a day stays a day."""
    if name == "listed":
        kind = reference.listed_kinds().get(value)
        return kind.read(language) if kind else ""
    found: str | date | None = _CELLS[HELD[name]](value, language)
    return found


def _choice_cell(choice: Labelled | None, language: Language) -> str:
    return translate(choice.label, language) if choice is not None else ""


def _data_cell(data: Iterable[HeldCategory], language: Language) -> str:
    return "\n".join(_joined((translate(one.category.label, language), one.details, one.retention)) for one in data)


def words_of(sheet: Sheet) -> dict[str, Any]:
    """Every field of a sheet in French words on one line, under the names that the journal gives them."""
    return {
        f"{JOURNAL_MARK}{one.name}": _on_one_line(one.name, getattr(sheet, one.name), Language.FR)
        for one in fields(sheet)
    }


def journal_words(name: str, said: str, language: Language) -> str:
    """What the journal holds of a field, in a language; as it stands when it is not what these words would be today.

    >>> journal_words("subjects", "Salariés et agents ; Mineurs", Language.EN)
    'Employees and staff; Minors'
    """
    if language is Language.FR or name not in TRANSLATED:
        return said
    try:
        value = _read_data(said) if HELD[name] is Held.DATA else read_cell(name, said.replace(PARTED, "\n"))
    except UnreadCell:
        return said
    if _on_one_line(name, value, Language.FR) != said:
        return said
    return str(_on_one_line(name, value, language))


def _read_data(said: str) -> tuple[HeldCategory, ...]:
    """Categories of data on one line; what begins with none of them goes on with what stands before it."""
    called = {translate(one.label, Language.FR): one for one in CATEGORIES}
    lines: list[str] = []
    for piece in said.split(PARTED):
        if lines and piece.partition(BAR)[0].strip() not in called:
            lines[-1] += PARTED + piece
        else:
            lines.append(piece)
    parts = [parts for _number, parts in _parted("\n".join(lines), 3)]
    for category, *_rest in parts:
        if category not in called:
            raise UnreadCell(say("« %(text)s » n'est pas un des choix de ce champ.", text=category[:80]))
    return tuple(HeldCategory(called[category], details, retention) for category, details, retention in parts)


def _on_one_line(name: str, value: Any, language: Language) -> Any:
    words = cell_of(name, value, language)
    parted = PARTED if language is Language.FR else semicolon(language)
    return words.replace("\n", parted) if isinstance(words, str) and HELD[name] is not Held.TEXT else words


def read_cell(name: str, text: str) -> Any:
    """The value behind the words of a field, in either language; raises UnreadCell."""
    if name == "listed":
        return _listed(text)
    held = HELD[name]
    if held is Held.CHOICE:
        return _choice(KINDS[name], text, Volume.UNKNOWN if KINDS[name] is Volume else None)
    if held is Held.CHOICES:
        found = {_choice(KINDS[name], line, None) for line in _lines(text)}
        return tuple(choice for choice in KINDS[name] if choice in found)
    return _READ[held](text)


def transfers_text(transfers: Iterable[StatedTransfer], language: Language) -> str:
    """One transfer a line: « organisme | pays | garantie | document »."""
    return "\n".join(
        _joined(
            (
                one.recipient, place_name(one.country, language),
                translate(one.safeguard.label, language) if one.safeguard else "", one.document,
            )
        )
        for one in transfers
    )  # fmt: skip


def read_transfers(text: str) -> tuple[StatedTransfer, ...]:
    """The transfers behind such lines; raises UnreadCell with the line that is not one."""
    found = []
    for number, parts in _parted(text, 4):
        recipient, country, safeguard, document = parts
        if not recipient:
            raise UnreadCell(say("Ligne %(line)s : dites d'abord qui reçoit les données.", line=number))
        code = parse_country(country, places.atlas()) if country else ""
        if isinstance(code, Sentence):
            raise UnreadCell(say("Ligne %(line)s : %(why)s", line=number, why=code))
        found.append(StatedTransfer(recipient, code, _safeguard(safeguard, number), document))
    return tuple(found)


def controllers_text(controllers: Iterable[ServedController]) -> str:
    """One controller a line: « nom | coordonnées | représentant ou délégué »."""
    return "\n".join(_joined((one.name, one.contact, one.officer)) for one in controllers)


def read_controllers(text: str) -> tuple[ServedController, ...]:
    """The controllers behind such lines; raises UnreadCell with the line that is not one."""
    found = []
    for number, (name, contact, officer) in _parted(text, 3):
        if not name:
            raise UnreadCell(say("Ligne %(line)s : dites d'abord le nom du responsable de traitement.", line=number))
        found.append(ServedController(name, contact, officer))
    return tuple(found)


def _joined(parts: Sequence[str]) -> str:
    """The parts of a line, without those that are empty at its end.

    >>> _joined(("Acme", "", "Clauses", "")), _joined(("Acme", "", ""))
    ('Acme |  | Clauses', 'Acme')
    """
    kept = list(parts)
    while len(kept) > 1 and not kept[-1]:
        kept.pop()
    return f" {BAR} ".join(kept)


def _parted(text: str, count: int) -> Iterator[tuple[int, list[str]]]:
    """Lines of at most `count` parts, with their numbers; a line pasted from a spreadsheet is parted by tabulations."""
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) > MOST_LINES:
        raise UnreadCell(say("%(count)s lignes au plus.", count=MOST_LINES))
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        parts = [" ".join(part.split()) for part in line.replace("\t", BAR).split(BAR)]
        while len(parts) > count and not parts[-1]:
            parts.pop()
        if len(parts) > count:
            raise UnreadCell(
                say("Ligne %(line)s : %(count)s parties au plus, séparées par |.", line=number, count=count)
            )
        yield number, parts + [""] * (count - len(parts))


def _lines(text: str) -> list[str]:
    lines = [" ".join(line.split()) for line in text.replace("\r\n", "\n").split("\n")]
    kept = [line for line in lines if line]
    if len(kept) > MOST_LINES:
        raise UnreadCell(say("%(count)s lignes au plus.", count=MOST_LINES))
    return kept


def _day(text: str) -> date | None:
    try:
        return given_day(text.strip()) if text.strip() else None
    except Refused as refusal:
        raise UnreadCell(refusal.sentence) from refusal
    except ValueError:
        raise UnreadCell(say("Cette date n'est pas reconnue ; écrivez-la ainsi : 31/12/2026.")) from None


def _yes(text: str) -> bool:
    told = plain(text)
    if told and told not in _YES:
        raise UnreadCell(say("« %(text)s » : écrivez oui ou non.", text=text.strip()[:80]))
    return _YES.get(told, False)


def _choice(kind: type[Labelled], text: str, empty: Any) -> Any:
    if not text.strip():
        return empty
    found = _choices(kind).get(plain(text))
    if found is None:
        raise UnreadCell(say("« %(text)s » n'est pas un des choix de ce champ.", text=text.strip()[:80]))
    return found


def _safeguard(text: str, number: int) -> Safeguard | None:
    try:
        found: Safeguard | None = _choice(Safeguard, text, None)
    except UnreadCell as refusal:
        known = " ; ".join(str(Sentence(one.label)) for one in Safeguard)
        told = say(
            "Ligne %(line)s : %(why)s Écrivez l'un de ceux-ci : %(known)s.",
            line=number,
            why=refusal.sentence,
            known=known,
        )
        raise UnreadCell(told) from refusal
    return found


@lru_cache(maxsize=16)
def _choices(kind: type[Labelled]) -> Mapping[str, Labelled]:
    """The choices by their plain words in each language, and by their values."""
    found: dict[str, Labelled] = {}
    for choice in kind:
        for words in (choice.value.replace("_", " "), *(translate(choice.label, language) for language in Language)):
            found[plain(words)] = choice
    return found


def _listed(text: str) -> str:
    told = plain(text)
    for key, kind in reference.listed_kinds().items():
        if told in {plain(kind.words["fr"]), plain(kind.words["en"]), plain(key.replace("_", " "))}:
            return key
    if told:
        raise UnreadCell(say("« %(text)s » n'est pas dans la liste de la CNIL.", text=text.strip()[:80]))
    return ""


_CELLS: Mapping[Held, Callable[[Any, Language], Any]] = {
    Held.LINE: lambda value, _language: value,
    Held.TEXT: lambda value, _language: value,
    Held.DAY: lambda value, _language: value,
    Held.YES: lambda value, language: translate(N_("oui"), language) if value else "",
    Held.CHOICE: _choice_cell,
    Held.CHOICES: lambda found, language: "\n".join(translate(one.label, language) for one in found),
    Held.LINES: lambda value, _language: "\n".join(value),
    Held.DATA: _data_cell,
    Held.TRANSFERS: transfers_text,
    Held.CONTROLLERS: lambda value, _language: controllers_text(value),
}
_READ: Mapping[Held, Callable[[str], Any]] = {
    Held.LINE: lambda text: " ".join(text.split()),
    Held.TEXT: lambda text: text.replace("\r\n", "\n").strip(),
    Held.DAY: _day,
    Held.YES: _yes,
    Held.LINES: lambda text: tuple(dict.fromkeys(_lines(text))),
    Held.TRANSFERS: read_transfers,
    Held.CONTROLLERS: read_controllers,
}
