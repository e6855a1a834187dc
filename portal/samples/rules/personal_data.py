"""Personal data that a sample must not hold (RGPD art. 5(1)(c)), found in any column; no message repeats a value."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from enum import StrEnum

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import N_, Sentence
from portal.samples.rules.health_words import HealthWords
from portal.vendors.rules.columns import ColumnMapping
from portal.vendors.rules.naming import plain


class PersonalDataKind(StrEnum):
    """What a column holds in excess."""

    EMAIL = "email"
    CARD = "card"
    PHONE = "phone"
    NATIONAL_NUMBER = "national-number"
    IBAN = "iban"
    HEALTH = "health"
    NAME = "name"
    ADDRESS = "address"
    BIRTH = "birth"


_SENTENCES: Mapping[PersonalDataKind, str] = {
    PersonalDataKind.EMAIL: N_(
        "Colonne « %(column)s » : adresses e-mail (%(count)s fois, à partir de la ligne %(line)s). "
        "Retirez-les du fichier."
    ),
    PersonalDataKind.CARD: N_(
        "Colonne « %(column)s » : numéros de carte bancaire (%(count)s fois, à partir de la ligne %(line)s). "
        "Retirez-les du fichier."
    ),
    PersonalDataKind.PHONE: N_(
        "Colonne « %(column)s » : numéros de téléphone (%(count)s fois, à partir de la ligne %(line)s). "
        "Retirez-les du fichier."
    ),
    PersonalDataKind.NATIONAL_NUMBER: N_(
        "Colonne « %(column)s » : numéros de sécurité sociale (%(count)s fois, à partir de la ligne %(line)s). "
        "Retirez-les du fichier."
    ),
    PersonalDataKind.IBAN: N_(
        "Colonne « %(column)s » : coordonnées bancaires (%(count)s fois, à partir de la ligne %(line)s). "
        "Retirez-les du fichier."
    ),
    PersonalDataKind.HEALTH: N_(
        "Colonne « %(column)s » : texte qui parle de santé (%(count)s fois, à partir de la ligne %(line)s). "
        "Retirez-le du fichier."
    ),
    PersonalDataKind.NAME: N_(
        "Colonne « %(column)s » : noms de personnes (%(count)s fois, à partir de la ligne %(line)s). "
        "Retirez la colonne."
    ),
    PersonalDataKind.ADDRESS: N_(
        "Colonne « %(column)s » : adresses postales (%(count)s fois, à partir de la ligne %(line)s). "
        "Retirez la colonne."
    ),
    PersonalDataKind.BIRTH: N_(
        "Colonne « %(column)s » : dates ou lieux de naissance (%(count)s fois, à partir de la ligne %(line)s). "
        "Retirez la colonne."
    ),
}
_HEADERS: Mapping[PersonalDataKind, str] = {
    PersonalDataKind.NAME: "nom | prenom | prenoms | nom prenom | prenom nom | nom et prenom | nom de famille | "
    "nom complet | "
    "nom du client | nom client | prenom client | nom du consommateur | client | cliente | consommateur | titulaire | "
    "civilite | name | first name | last name | surname | full name | customer name | consumer name | client name | "
    "given name | family name | title and name | nom de lagent | nom du conseiller | agent name",
    PersonalDataKind.ADDRESS: "adresse | adresse postale | adresse client | adresse du client | adresse de livraison | "
    "rue | "
    "code postal | cp | ville | address | postal address | street | postcode | post code | zip | zip code | city | "
    "delivery address | shipping address | billing address | adresse de facturation | adresse ip | ip address | ip",
    PersonalDataKind.BIRTH: "date de naissance | naissance | ne le | nee le | lieu de naissance | age | birth date | "
    "birthday | "
    "date of birth | birthdate | place of birth",
    PersonalDataKind.EMAIL: "adresse e mail | adresse email | adresse mail | adresse electronique | email address | "
    "e mail address",
    PersonalDataKind.PHONE: "numero de telephone | telephone du client | telephone client | portable | mobile | "
    "phone number | "
    "mobile number | customer phone",
    PersonalDataKind.IBAN: "iban | rib | bic",
    PersonalDataKind.NATIONAL_NUMBER: "nir | numero de securite sociale | securite sociale | social security number",
    PersonalDataKind.CARD: "numero de carte | carte bancaire | card number | cvv | pan",
}
_BY_HEADER = {spelling: kind for kind, spellings in _HEADERS.items() for spelling in spellings.split(" | ")}

FIRST_LINES = 5
MOST_CLEAN = 20_000
"""Cells kept as known to be clean: words and dates come again and again."""
# Nothing personal is looked for in a cell without one of these; most cells are a date, a word, a sum or a reference.
_PLAIN_CELL = expression(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}(?:[ T]\d{1,2}[:h]\d{2}(?::\d{2})?)?"
    r"|\d{0,7}(?:[.,]\d{1,2})?(?: ?€)?|[A-Za-z]{1,4}-?\d{1,8}"
)
_DATES = expression(
    r"(?<!\d)(?:\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)\d{2}|(?:19|20)\d{2}[-/.]\d{2}[-/.]\d{2})"
    r"(?:[ T]\d{1,2}[:h]\d{2}(?::\d{2})?)?(?!\d)"
)
_EMAIL = expression(r"[^\s@<>(),;:]@[^\s@<>(),;:]{1,253}\.[A-Za-z]{2}")
"""What an address cannot be without: the whole of it need not be told, and a cell may be one endless word."""
_DIGITS = expression(r"(?<![\w.,/+-])\d(?:[ -]?\d){12,18}(?![\w/]|[.,-]\w)")
_FRENCH_PHONE = expression(
    r"(?<![\w+.,/-])(?:(?:\+|00)33[ .-]?(?:\(0\)[ .-]?)?[1-9](?:[ .-]?\d{2}){4}|0[1-9](?:[ .-]\d{2}){4}|0[67]\d{8})"
    r"(?![\w/]|[.,-]\w)"
)
_PHONE_IN_TEXT = expression(r"(?<![\w+.,/-])0[1-9]\d{8}(?![\w/]|[.,-]\w)")
"""Ten bare digits alone in a cell may number an order, unless they are those of a mobile; within a text they do not."""
_OTHER_PHONE = expression(r"(?<![\w.,/-])\+(?!33)[1-9]\d{0,2}(?:[ .-]?\(?\d{1,4}\)?){2,6}(?!\w)")
_NIR = expression(
    r"(?<![\w.,/-])[123478] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[ABab]) ?\d{3} ?\d{3}[ -]?\d{2}(?!\w)"
)
_IBAN = expression(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])")
_IBAN_LENGTHS = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24,
    "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21,
    "LT": 20, "LU": 20, "LV": 21, "MA": 28, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24,
    "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24,
}  # fmt: skip
# Prefixes and lengths of the networks; a number of another network is not a card that a French shop takes.
_CARDS = expression(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|5[1-5]\d{14}|222[1-9]\d{12}|22[3-9]\d{13}|2[3-6]\d{14}|27[01]\d{13}|2720\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|[689]\d)\d{11}(?:\d{2})?"  # Diners Club
    r"|35(?:2[89]|[3-8]\d)\d{12}"  # JCB
    r"|(?:6011|65\d\d|64[4-9]\d)\d{12}"  # Discover
    r"|62\d{14,17}"  # UnionPay
    r"|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{9,15}"  # Maestro
)
_SURELY_ORDERS = 20
_CHANCE_OF_LUHN = 0.25
"""One number in ten passes Luhn's test by chance: of twenty that look like cards, so few are numbers of orders."""


@dataclass(frozen=True)
class PersonalDataColumn:
    """What one column holds in excess."""

    column: str
    kind: PersonalDataKind
    count: int
    lines: tuple[int, ...]
    """The first ones."""

    @property
    def sentence(self) -> Sentence:
        """What to do about it; it names the column and never what is in it."""
        values = {"column": self.column, "count": self.count, "line": self.lines[0]}
        return Sentence(_SENTENCES[self.kind], values)


@dataclass
class _Column:
    """What was met in one column so far."""

    met: dict[PersonalDataKind, list[int]] = field(default_factory=dict)
    counts: dict[PersonalDataKind, int] = field(default_factory=dict)
    like_cards: int = 0
    """Bare numbers with a network's prefix and length, whether they pass Luhn's test or not."""
    bare_cards: int = 0
    """Those that pass it."""
    sure_cards: int = 0
    """Lines whose card is written in groups or within a text."""

    def note(self, kind: PersonalDataKind, line: int) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        lines = self.met.setdefault(kind, [])
        if len(lines) < FIRST_LINES:
            lines.append(line)


class PersonalDataScanner:
    """Looks at rows as they are read; says at the end what each column holds in excess."""

    def __init__(self, header: Sequence[str], words: HealthWords) -> None:
        self._header, self._words = tuple(header), words
        self._columns: dict[int, _Column] = {}
        self._clean: set[str] = set()
        self._by_header = {at: kind for at, title in enumerate(header) if (kind := _BY_HEADER.get(plain(title)))}
        self._personal_titles = {at for at, title in enumerate(header) if _kinds_in(title, words)}

    def add(self, line: int, cells: Sequence[str]) -> None:
        """One more row."""
        clean = self._clean
        for at, cell in enumerate(cells):
            if cell and cell not in clean and not _PLAIN_CELL.fullmatch(cell):
                self._look(line, at, cell)
        for at, kind in self._by_header.items():
            if at < len(cells) and cells[at].strip():
                self._columns.setdefault(at, _Column()).note(kind, line)

    def _look(self, line: int, at: int, cell: str) -> None:
        kinds = _kinds_in(cell, self._words)
        is_like_card = _CARDS.fullmatch(cell.strip()) is not None
        if not kinds and not is_like_card:
            if len(self._clean) < MOST_CLEAN:
                self._clean.add(cell)
            return
        column = self._columns.setdefault(at, _Column())
        column.like_cards += is_like_card
        if PersonalDataKind.CARD in kinds:
            column.bare_cards += is_like_card
            column.sure_cards += not is_like_card
        for kind in kinds:
            if self._by_header.get(at) is not kind:
                column.note(kind, line)

    def findings(self) -> tuple[PersonalDataColumn, ...]:
        """What each column holds in excess, in the order of the columns."""
        return tuple(
            PersonalDataColumn(self._label(at), kind, column.counts[kind], tuple(column.met[kind]))
            for at, column in sorted(self._columns.items())
            for kind in PersonalDataKind
            if kind in column.counts and not (kind is PersonalDataKind.CARD and _are_orders(column))
        )

    def _label(self, at: int) -> str:
        # A file without a header has personal data where names of columns should be: a letter stands for them.
        header = tuple("" if n in self._personal_titles else title for n, title in enumerate(self._header))
        return ColumnMapping(header, {}).label(at)


def personal_data_in(
    header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], words: HealthWords
) -> tuple[PersonalDataColumn, ...]:
    """The personal data in excess of a whole file: its rows with their lines, columns that are not read included."""
    scanner = PersonalDataScanner(header, words)
    for line, cells in rows:
        scanner.add(line, cells)
    return scanner.findings()


def is_personal(text: str, words: HealthWords) -> bool:
    """Whether a text, on its own, holds personal data in excess.

    >>> none = HealthWords(frozenset())
    >>> is_personal("4111 1111 1111 1111", none), is_personal("CMD-2026-004512", none)
    (True, False)
    """
    return bool(_kinds_in(text, words))


def _are_orders(column: _Column) -> bool:
    return (
        not column.sure_cards
        and column.like_cards >= _SURELY_ORDERS
        and column.bare_cards <= column.like_cards * _CHANCE_OF_LUHN
    )


def _kinds_in(cell: str, words: HealthWords) -> tuple[PersonalDataKind, ...]:
    found = []
    if "@" in cell and _EMAIL.search(cell):
        found.append(PersonalDataKind.EMAIL)
    if sum(map(str.isdigit, cell)) >= 8:
        found += _numbers(cell)
    if words.found_in(cell):
        found.append(PersonalDataKind.HEALTH)
    return tuple(found)


def _numbers(cell: str) -> list[PersonalDataKind]:
    found = []
    bare = _DATES.sub("|", cell)
    if any(_is_card(number) for number in _DIGITS.findall(bare)):
        found.append(PersonalDataKind.CARD)
    is_text = not cell.strip().isdigit()
    if (
        _FRENCH_PHONE.search(bare)
        or (is_text and _PHONE_IN_TEXT.search(bare))
        or any(8 <= _digits(n) <= 15 for n in _OTHER_PHONE.findall(bare))
    ):
        found.append(PersonalDataKind.PHONE)
    if any(_is_nir(number) for number in _NIR.findall(bare)):
        found.append(PersonalDataKind.NATIONAL_NUMBER)
    if any(_is_iban(number) for number in _IBAN.findall(bare)):
        found.append(PersonalDataKind.IBAN)
    return found


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def _is_card(written: str) -> bool:
    number = written.replace(" ", "").replace("-", "")
    return _CARDS.fullmatch(number) is not None and luhn(number)


def luhn(number: str) -> bool:
    """Whether the last digit is the check of the others (ISO/IEC 7812).

    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    total = 0
    for rank, mark in enumerate(reversed(number)):
        digit = int(mark) * (1 + rank % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def _is_nir(written: str) -> bool:
    number = re.sub(r"[ -]", "", written).upper()
    # Corsica writes 2A and 2B, which count as 19 and 18.
    body = number[:13].replace("2A", "19", 1) if number[5:7] == "2A" else number[:13].replace("2B", "18", 1)
    return len(number) == 15 and body.isdigit() and 97 - int(body) % 97 == int(number[13:])


def _is_iban(written: str) -> bool:
    number = re.sub(r"[ -]", "", written).upper()
    length = _IBAN_LENGTHS.get(number[:2])
    if length is None or len(number) < length:
        return False
    number = number[:length]
    return int("".join(str(int(mark, 36)) for mark in number[4:] + number[:4])) % 97 == 1
